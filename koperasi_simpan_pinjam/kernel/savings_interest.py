"""Interest on savings, and the final tax on it.

Methods and the official example: docs/domain.md section 5.3; tax: section 2.8.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date
from enum import Enum
from fractions import Fraction

from .money import Rounding, round_to


class BalanceMethod(str, Enum):
    """The balance that earns interest (docs/domain.md section 5.3)."""

    LOWEST = "lowest"  # saldo terendah: the lowest end-of-day balance of the month
    AVERAGE = "average"  # saldo rata-rata: the mean of the month's daily balances
    DAILY = "daily"  # saldo harian: every day's balance for that day


def balance_spans(
    opening: int, movements: Sequence[tuple[date, int]], start: date, end: date
) -> Iterator[tuple[int, int]]:
    """Yield (end-of-day balance, number of days), in order, from ``start`` to ``end``.

    :param opening: balance before ``start``
    :param movements: (day, amount) in any order; counts from its own day
    :param start: first day, inclusive
    :param end: last day, inclusive
    :raise ValueError: when ``end`` comes before ``start``, or a movement lies outside

    Source: docs/domain.md section 5.3.

    >>> list(balance_spans(
    ...     150, [(date(2003, 5, 3), 500)], date(2003, 5, 1), date(2003, 5, 31)))
    [(150, 2), (650, 29)]
    """
    if end < start:
        raise ValueError("the period must not end before it starts")
    if any(not start <= day <= end for day, _amount in movements):
        raise ValueError("a movement lies outside the period")
    balance = opening
    since = start
    for day, amount in sorted(movements):
        if day > since:
            yield balance, (day - since).days
            since = day
        balance += amount
    yield balance, (end - since).days + 1


def interest(
    opening: int,
    movements: Sequence[tuple[date, int]],
    start: date,
    end: date,
    annual_rate: Fraction,
    method: BalanceMethod,
    *,
    days_in_year: int = 365,
    minimum_balance: int = 0,
    rounding: Rounding = Rounding.DOWN,
) -> int:
    """Return the interest a savings account earns, rounded once, at the end.

    LOWEST and AVERAGE earn a twelfth of ``annual_rate`` for one whole calendar month;
    DAILY earns ``annual_rate`` / ``days_in_year`` per day, over any period. Earning
    starts at ``minimum_balance`` and is then on the whole balance; a balance below 0
    never earns or costs anything.

    :param opening: balance before ``start``, in the smallest money unit
    :param movements: (day, amount) from ``start`` to ``end``, deposits positive; each
        counts from its own day
    :param start: first day, inclusive
    :param end: last day, inclusive
    :param annual_rate: share of 1 per year
    :param days_in_year: 365, 360, or the actual days; for DAILY only
    :param minimum_balance: tested on what the method takes: the lowest balance, the
        mean, or each day's balance
    :param rounding: to 1
    :raise TypeError: for a float
    :raise ValueError: for LOWEST or AVERAGE over anything but one whole calendar month,
        a movement outside the period, or a negative rate or minimum

    Source: docs/domain.md section 5.3 (Kepmenkop 96/2004, "Edi").

    >>> edi = [(date(2003, 5, 3), 500_000), (date(2003, 5, 10), 1_000_000),
    ...        (date(2003, 5, 23), -750_000)]
    >>> may = 150_000, edi, date(2003, 5, 1), date(2003, 5, 31), Fraction(12, 100)
    >>> [interest(*may, method) for method in BalanceMethod]
    [1500, 11096, 11309]
    """
    method = BalanceMethod(method)
    if annual_rate < 0 or minimum_balance < 0:
        raise ValueError("the rate and the minimum balance must not be negative")
    if days_in_year < 1:
        raise ValueError("a year must have at least one day")
    spans = list(balance_spans(opening, movements, start, end))

    if method is BalanceMethod.DAILY:
        earning = sum(
            balance * days for balance, days in spans if balance >= minimum_balance
        )
        return round_to(earning * annual_rate / days_in_year, 1, rounding)

    last_day = date(start.year, start.month, monthrange(start.year, start.month)[1])
    if start.day != 1 or end != last_day:
        raise ValueError(f"{method.value} needs one whole calendar month")
    if method is BalanceMethod.LOWEST:
        base = min(balance for balance, _days in spans)
    else:
        base = Fraction(sum(balance * days for balance, days in spans), end.day)
    if base < minimum_balance:
        base = 0
    return round_to(base * annual_rate / 12, 1, rounding)


def final_tax(
    month_interest: int, threshold: int, rate: Fraction, withheld: int = 0
) -> int:
    """Return the final income tax to withhold now from a member's savings interest.

    Nothing up to the threshold, above it the rate on the whole of the month's interest,
    rounded down to 1; what was withheld this month already is taken off. Never negative.

    :param month_interest: gross interest of the member's month so far over all her
        accounts, this credit included, in the smallest money unit
    :param threshold: monthly interest that is still free (Rp 240.000)
    :param rate: share of 1 (10%)
    :param withheld: tax withheld this month before
    :raise TypeError: for a rate that is not exact
    :raise ValueError: for a negative argument

    Source: PP 15/2009; docs/domain.md section 2.8.

    >>> [final_tax(gross, 240_000, Fraction(1, 10)) for gross in (240_000, 240_001)]
    [0, 24000]
    >>> final_tax(200_000 + 100_000, 240_000, Fraction(1, 10), withheld=0)
    30000
    """
    if min(month_interest, threshold, rate, withheld) < 0:
        raise ValueError("interest, threshold, rate and tax must not be negative")
    tax = round_to(month_interest * rate, mode=Rounding.DOWN)
    return max(tax - withheld, 0) if month_interest > threshold else 0
