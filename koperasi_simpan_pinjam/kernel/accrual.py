"""Service fee that is earned but not paid, at the end of a month.

Rules: docs/domain.md section 2.3 (akrual jasa).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from .money import round_to
from .repayment import Due


def earned(dues: Sequence[Due], on: date, starts: Mapping[int, date]) -> int:
    """Return the interest earned by the end of ``on`` and not paid, in the smallest money unit.

    Of installments that are due all of it; of the running one the part of its period that has passed, by days, half a
    unit rounded up.

    :param dues: unpaid installments
    :param starts: by number, the day on which the period of an installment begins, before its due date
    :raise ValueError: for a period without a day

    Source: docs/domain.md section 2.3.

    >>> due = Due(4, date(2026, 12, 16), 100_000, 10_000, 0)
    >>> earned([due], date(2026, 11, 30), {4: date(2026, 11, 16)})
    4667
    """
    total = Fraction(0)
    for due in dues:
        start = starts[due.number]
        if start >= due.due_date:
            raise ValueError("a period has at least one day")
        if due.due_date <= on:
            total += due.interest
        elif start < on:
            total += Fraction(due.interest * (on - start).days, (due.due_date - start).days)
    return round_to(total)
