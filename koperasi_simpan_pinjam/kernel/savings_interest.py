"""Interest on savings, and the final tax on it.

Methods and the official example: docs/domain.md section 5.3; tax: section 2.8.
"""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
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


@dataclass(frozen=True)
class RateStep:
    """From a day on, balances from an amount on earn this rate, until the next day's table begins."""

    valid_from: date
    from_balance: int  # in the smallest money unit
    annual_rate: Fraction  # share of 1 per year


def rate_of(rates: Sequence[RateStep], on: date, balance: int | Fraction) -> Fraction:
    """Return what a balance earns on a day: the whole of it, at the rate of the highest step it reaches.

    The steps that begin on one day are one table, and the latest table counts alone. Below its lowest step, and before
    the first table, a balance earns nothing.

    :param on: the day asked for
    :param balance: in the smallest money unit

    Source: docs/domain.md section 5.3.

    >>> table = [RateStep(date(2026, 1, 1), 0, Fraction(1, 100)),
    ...          RateStep(date(2026, 1, 1), 1_000_000, Fraction(3, 100)),
    ...          RateStep(date(2026, 7, 1), 0, Fraction(2, 100))]
    >>> [str(rate_of(table, day, 1_500_000)) for day in (date(2026, 6, 30), date(2026, 7, 1))]
    ['3/100', '1/50']
    """
    begun = [step.valid_from for step in rates if step.valid_from <= on]
    reached = [step for step in rates if begun and step.valid_from == max(begun) and step.from_balance <= balance]
    return max(reached, key=lambda step: step.from_balance).annual_rate if reached else Fraction(0)


def counted_from_next_day(movements: Sequence[tuple[date, int]], end: date) -> list[tuple[date, int]]:
    """Return the movements where the day of a deposit does not count: what a day adds counts from the next one.

    :param movements: (day, amount); those of one day are one movement
    :param end: last day of the period; what counts after it only is left out

    Source: docs/domain.md section 5.3 ("whether day of deposit counts").

    >>> counted_from_next_day([(date(2026, 5, 3), 500), (date(2026, 5, 31), 7)], date(2026, 5, 31))
    [(datetime.date(2026, 5, 4), 500)]
    """
    days: dict[date, int] = {}
    for day, amount in movements:
        days[day] = days.get(day, 0) + amount
    shifted = [(day + timedelta(days=amount > 0), amount) for day, amount in days.items()]
    return [(day, amount) for day, amount in shifted if day <= end]


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
    """Return the interest a savings account earns at one rate; all else as in `stepped_interest`.

    :param annual_rate: share of 1 per year

    Source: docs/domain.md section 5.3 (Kepmenkop 96/2004, "Edi").

    >>> edi = [(date(2003, 5, 3), 500_000), (date(2003, 5, 10), 1_000_000),
    ...        (date(2003, 5, 23), -750_000)]
    >>> may = 150_000, edi, date(2003, 5, 1), date(2003, 5, 31), Fraction(12, 100)
    >>> [interest(*may, method) for method in BalanceMethod]
    [1500, 11096, 11309]
    """
    return stepped_interest(
        opening,
        movements,
        start,
        end,
        [RateStep(start, 0, annual_rate)],
        method,
        days_in_year=days_in_year,
        minimum_balance=minimum_balance,
        rounding=rounding,
    )


def stepped_interest(
    opening: int,
    movements: Sequence[tuple[date, int]],
    start: date,
    end: date,
    rates: Sequence[RateStep],
    method: BalanceMethod,
    *,
    days_in_year: int = 365,
    minimum_balance: int = 0,
    rounding: Rounding = Rounding.DOWN,
) -> int:
    """Return the interest a savings account earns at dated rates by balance, rounded once, at the end.

    LOWEST and AVERAGE earn a twelfth of the yearly rate for one whole calendar month; DAILY earns the yearly rate /
    ``days_in_year`` per day, over any period. Earning starts at ``minimum_balance`` and is then on the whole balance,
    at the rate of the step it reaches; a balance below 0 never earns or costs anything.

    :param opening: balance before ``start``, in the smallest money unit
    :param movements: (day, amount) from ``start`` to ``end``, deposits positive; each
        counts from its own day
    :param start: first day, inclusive
    :param end: last day, inclusive
    :param rates: the steps in any order; for LOWEST and AVERAGE the table of ``start`` counts
    :param days_in_year: 365, 360, or the actual days; for DAILY only
    :param minimum_balance: tested on what the method takes: the lowest balance, the
        mean, or each day's balance
    :param rounding: to 1
    :raise TypeError: for a float
    :raise ValueError: for LOWEST or AVERAGE over anything but one whole calendar month,
        a movement outside the period, or a negative rate or minimum

    Source: docs/domain.md section 5.3.

    >>> table = [RateStep(date(2026, 1, 1), 0, Fraction(3, 100)),
    ...          RateStep(date(2026, 5, 11), 0, Fraction(6, 100))]
    >>> stepped_interest(365_000, [], date(2026, 5, 1), date(2026, 5, 31), table, BalanceMethod.DAILY)
    1560
    """
    method = BalanceMethod(method)
    if any(step.annual_rate < 0 for step in rates) or minimum_balance < 0:
        raise ValueError("the rate and the minimum balance must not be negative")
    if days_in_year < 1:
        raise ValueError("a year must have at least one day")

    if method is BalanceMethod.DAILY:
        changes = sorted({step.valid_from for step in rates if start < step.valid_from <= end})
        # A new table is a movement of nothing: it ends a span.
        spans = balance_spans(opening, [*movements, *((day, 0) for day in changes)], start, end)
        earned, day = Fraction(0), start
        for balance, days in spans:
            if balance >= minimum_balance:
                earned += balance * days * rate_of(rates, day, balance)
            day += timedelta(days=days)
        return round_to(earned / days_in_year, 1, rounding)

    spans = list(balance_spans(opening, movements, start, end))
    last_day = date(start.year, start.month, monthrange(start.year, start.month)[1])
    if start.day != 1 or end != last_day:
        raise ValueError(f"{method.value} needs one whole calendar month")
    if method is BalanceMethod.LOWEST:
        base = min(balance for balance, _days in spans)
    else:
        base = Fraction(sum(balance * days for balance, days in spans), end.day)
    if base < minimum_balance:
        return 0
    return round_to(base * rate_of(rates, start, base) / 12, 1, rounding)


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
