"""Late fees (denda): what an installment has cost by being late.

Rules: docs/domain.md section 4.8.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from fractions import Fraction
from itertools import pairwise

from .money import round_to


class Kind(str, Enum):
    """What a late fee is counted on."""

    NONE = "none"
    INSTALLMENT = "installment"  # a share per day of what is open of the installment
    PRINCIPAL = "principal"  # a share per day of what is open of its principal
    PER_DAY = "per_day"  # an amount for each day
    ONCE = "once"  # an amount for being late at all


@dataclass(frozen=True)
class Terms:
    """Terms of a late fee.

    ``rate`` is a share of 1 per day, ``amount`` in the smallest money unit. The first
    ``grace_days`` late days are free. ``cap`` limits the fee of an installment to this
    share of its interest; None does not limit it. What could not be paid on one of the
    ``holidays`` costs nothing for it: an installment due on one is late from the day
    after the next day that is none.
    """

    kind: Kind
    rate: Fraction = Fraction(0)
    amount: int = 0
    grace_days: int = 0
    cap: Fraction | None = None
    holidays: frozenset[date] = frozenset()


def accrued(
    terms: Terms,
    due_date: date,
    principal: int,
    interest: int,
    paid: Sequence[tuple[date, int, int]],
    on: date,
) -> int:
    """Return the late fee an installment has cost by ``on``, paid or not.

    Simple: on what is open each day, never on a late fee. It never falls as ``on`` goes
    by, and rests once the installment is paid. Rounded once, half a unit up.

    :param principal: of the installment, in the smallest money unit, as ``interest``
    :param paid: (day, principal, interest) paid of it, in any order, a reversal negative;
        a day counts as late until the money comes
    :raise TypeError: for a rate or cap that is not exact
    :raise ValueError: for negative terms

    Source: docs/domain.md section 4.8, TV-DENDA.

    >>> daily = Terms(Kind.INSTALLMENT, rate=Fraction(1, 1000))
    >>> due = date(2026, 1, 10)
    >>> accrued(daily, due, 100_000, 10_000, [], date(2026, 1, 22))
    1320
    >>> accrued(daily, due, 100_000, 10_000, [(date(2026, 1, 14), 50_000, 10_000)],
    ...         date(2026, 1, 22))
    840
    >>> holidays = frozenset({date(2026, 1, 10), date(2026, 1, 11)})
    >>> free = Terms(Kind.PER_DAY, amount=500, holidays=holidays)
    >>> accrued(free, due, 100_000, 10_000, [], date(2026, 1, 13))
    500
    """
    if isinstance(terms.rate, float) or isinstance(terms.cap, float):
        raise TypeError("a rate must be exact: Fraction(1, 1000), not 0.001")
    if min(terms.rate, terms.amount, terms.grace_days, terms.cap or 0) < 0:
        raise ValueError("the terms of a late fee must not be negative")
    kind = Kind(terms.kind)
    start = due_date + timedelta(days=terms.grace_days)
    if kind is Kind.NONE or on <= start:
        return 0

    turns = sorted({start, on} | {day for day, *_parts in paid if start < day < on})
    total = Fraction(0)
    for first, last in pairwise(turns):
        open_principal = principal - sum(part for day, part, _ in paid if day <= first)
        open_interest = interest - sum(part for day, _, part in paid if day <= first)
        if open_principal + open_interest <= 0:
            continue
        days = (last - first).days - sum(first <= day < last for day in terms.holidays)
        if not days:
            continue
        if kind is Kind.INSTALLMENT:
            total += (open_principal + open_interest) * terms.rate * days
        elif kind is Kind.PRINCIPAL:
            total += open_principal * terms.rate * days
        elif kind is Kind.PER_DAY:
            total += terms.amount * days
        else:
            total = Fraction(terms.amount)
    if terms.cap is not None:
        total = min(total, interest * terms.cap)
    return round_to(total)
