"""New installments when a borrower pays more than is due, or when a loan is restructured.

Rules: docs/domain.md sections 4.9 (partial prepayment) and 4.10 (restructuring).
"""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from fractions import Fraction

from .amortization import Installment, Method, schedule
from .money import Rounding, apportion, round_to


class Effect(str, Enum):
    """What paying more than is due does to the installments to come (docs/domain.md section 4.9)."""

    SHORTEN = "shorten"  # they stay as high, and become fewer
    LOWER = "lower"  # they stay as many, and become lower


def prepay(
    rows: Sequence[Installment],
    amount: int,
    rate: Fraction,
    method: Method,
    effect: Effect,
    *,
    installment_unit: int = 1,
    installment_rounding: Rounding = Rounding.HALF_UP,
) -> tuple[Installment, ...]:
    """Return the installments to come after ``amount`` of their principal is paid ahead.

    The first row keeps its interest: that of the period that runs. Of the later ones it falls by what the principal
    that is owed no more would have borne; of FLAT, LOWER takes it down in proportion, and SHORTEN leaves it as it is
    for as many installments as are left.

    :param rows: what is still unpaid of the installments not due yet, oldest first; ``balance`` is not read
    :param amount: in the smallest money unit, less than the principal of ``rows``
    :param rate: interest per period, share of 1
    :param installment_unit: for LOWER, coin to which the new constant part is rounded
    :return: rows with the numbers and due dates of ``rows``, their principal ``amount`` less
    :raise ValueError: for an amount of 0 or less, or as much as is owed; for LOWER, when a part would become 0

    Source: docs/domain.md section 4.9.

    >>> from datetime import date
    >>> from .amortization import schedule
    >>> year = schedule(1_000_000, Fraction(1, 100), 10, Method.FLAT, date(2026, 1, 10))
    >>> [(row.principal, row.interest) for row in prepay(year, 750_000, Fraction(1, 100), Method.FLAT, Effect.SHORTEN)]
    [(100000, 10000), (100000, 10000), (50000, 10000)]
    >>> [(row.principal, row.interest) for row in prepay(
    ...     year, 500_000, Fraction(1, 100), Method.FLAT, Effect.LOWER)][:2]
    [(50000, 10000), (50000, 5000)]
    """
    method, effect = Method(method), Effect(effect)
    before = sum(row.principal for row in rows)
    after = before - amount
    if not 0 < amount < before:
        raise ValueError("more than nothing is paid ahead, and less than all that is owed")
    if effect is Effect.SHORTEN:
        return _shorten(rows, before, after, rate, method)
    return _lower(rows, before, after, rate, method, installment_unit, installment_rounding)


def _interest(row, before, after, rate, lost):
    """Return the interest of ``row`` when ``after`` is owed instead of ``before``, and what is still to come off.

    :param lost: what rows before it would have borne less, whose interest is paid with a later one
    """
    normal, now = round_to(before * rate), round_to(after * rate)
    if not row.interest:
        return 0, lost + normal - now
    deferred = max(row.interest - normal, 0)
    return max(row.interest - normal + now - min(lost, deferred), 0), 0


def _shorten(rows, before, after, rate, method):
    result, lost = [], 0
    for place, row in enumerate(rows):
        interest = row.interest
        if place and method is not Method.FLAT:
            interest, lost = _interest(row, before, after, rate, lost)
        part = row.principal
        if method is Method.ANNUITY and part:
            part += row.interest - interest  # the installment stays as high
        part = after if place == len(rows) - 1 else min(part, after)
        before, after = before - row.principal, after - part
        result.append(replace(row, principal=part, interest=interest, balance=after))
        if not after:
            break
    return tuple(result)


def _lower(rows, before, after, rate, method, unit, rounding):
    grace = next(place for place, row in enumerate(rows) if row.principal)
    flat = Fraction(max(row.interest for row in rows[1:] or rows), before)
    parts = schedule(
        after,
        flat if method is Method.FLAT else rate,
        len(rows),
        method,
        rows[0].due_date,
        installment_unit=unit,
        installment_rounding=rounding,
        principal_grace=grace,
    )
    share, result, lost = Fraction(after, before), [], 0
    for place, (row, part) in enumerate(zip(rows, parts)):
        interest = row.interest
        if place and method is Method.FLAT:
            interest = round_to(interest * share)
        elif place:
            interest, lost = _interest(row, before, after, rate, lost)
        before, after = before - row.principal, after - part.principal
        result.append(replace(row, principal=part.principal, interest=interest, balance=after))
    return tuple(result)


def spread_arrears(rows: Sequence[Installment], interest: int) -> tuple[Installment, ...]:
    """Return the installments of a restructured loan, with the interest it owed before in equal parts.

    :param rows: of the new schedule
    :param interest: unpaid, in the smallest money unit

    Source: docs/domain.md section 4.10.

    >>> from datetime import date
    >>> rows = schedule(300, Fraction(0), 3, Method.FLAT, date(2026, 1, 10))
    >>> [row.interest for row in spread_arrears(rows, 100)]
    [34, 33, 33]
    """
    parts = apportion(interest, [1] * len(rows))
    return tuple(replace(row, interest=row.interest + part) for row, part in zip(rows, parts))
