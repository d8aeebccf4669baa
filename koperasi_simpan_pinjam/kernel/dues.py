"""Simpanan wajib: what a member owes by month, and what her payments cover.

Dues are derived, never stored: the rate history says what each month costs, waived and
suspended months cost nothing, and payments fill the oldest month first. Rules:
docs/domain.md section 5.2 and docs/architecture.md section 2.3.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Rate:
    """Amount per month, from the month in which ``valid_from`` lies until the next."""

    valid_from: date
    amount: int


@dataclass(frozen=True)
class Due:
    """One month owed. ``month`` is its first day."""

    month: date
    due_date: date
    amount: int


@dataclass(frozen=True)
class Month:
    """One month owed and how much of it is paid."""

    month: date
    due_date: date
    owed: int
    paid: int

    @property
    def open(self) -> int:
        """What is still to pay."""
        return self.owed - self.paid


@dataclass(frozen=True)
class Position:
    """What the payments of a member cover."""

    months: tuple[Month, ...]
    advance: int  # paid beyond all these months

    @property
    def arrears(self) -> tuple[Month, ...]:
        """The months not fully paid, oldest first."""
        return tuple(month for month in self.months if month.open)


def owed(
    rates: Sequence[Rate],
    start: date,
    as_of: date,
    due_day: int,
    waived: Iterable[date] = (),
) -> tuple[Due, ...]:
    """Return the months that have fallen due, oldest first.

    A month counts from its due date on; the first one not before ``start`` itself. A
    later rate never changes an earlier month; a month before the first rate, or with a
    rate of 0, is not owed.

    :param rates: history, in any order; amounts in the smallest money unit per month
    :param start: day of joining (or the first day after the month up to which an opening
        balance was paid); its month is owed
    :param as_of: last due date counted, inclusive: today, the day of an exit request, or
        a day in the future to see what an advance covers
    :param due_day: day of the month, 1 to 31; a shorter month takes its last day
    :param waived: any day of each month waived or suspended
    :raise ValueError: for a due day outside 1 to 31, a negative amount, or two rates for
        the same month

    Source: docs/domain.md section 5.2.

    >>> rates = [Rate(date(2026, 1, 1), 20_000), Rate(date(2026, 3, 1), 25_000)]
    >>> [(due.due_date.isoformat(), due.amount) for due in owed(
    ...     rates, date(2026, 1, 20), date(2026, 4, 9), 10, [date(2026, 2, 1)])]
    [('2026-01-20', 20000), ('2026-03-10', 25000)]
    """
    if not 1 <= due_day <= 31:
        raise ValueError("the due day must lie between 1 and 31")
    if any(rate.amount < 0 for rate in rates):
        raise ValueError("an amount per month must not be negative")
    amounts = {_count(rate.valid_from): rate.amount for rate in rates}
    if len(amounts) < len(rates):
        raise ValueError("two rates begin in the same month")
    changes = sorted(amounts)
    free = {_count(day) for day in waived}

    dues = []
    for count in range(_count(start), _count(as_of) + 1):
        year, month = divmod(count, 12)
        month += 1
        due_date = date(year, month, min(due_day, monthrange(year, month)[1]))
        due_date = max(due_date, start)  # nobody is in arrears before she joins
        change = bisect_right(changes, count)
        amount = amounts[changes[change - 1]] if change else 0
        if amount and count not in free and due_date <= as_of:
            dues.append(Due(date(year, month, 1), due_date, amount))
    return tuple(dues)


def position(dues: Sequence[Due], paid: int) -> Position:
    """Spread all that a member has paid over the months she owes, first in first out.

    :param dues: from :func:`owed`, oldest first
    :param paid: sum of her payments less reversals, in the smallest money unit
    :raise ValueError: for a negative sum

    Source: docs/domain.md section 5.2.

    >>> dues = owed([Rate(date(2026, 1, 1), 20_000)],
    ...             date(2026, 1, 1), date(2026, 3, 31), 10)
    >>> [(month.month.month, month.owed, month.paid, month.open)
    ...  for month in position(dues, 25_000).arrears]
    [(2, 20000, 5000, 15000), (3, 20000, 0, 20000)]
    >>> position(dues, 80_000).advance
    20000
    """
    if paid < 0:
        raise ValueError("the sum paid must not be negative")
    months = []
    for due in dues:
        part = min(paid, due.amount)
        paid -= part
        months.append(Month(due.month, due.due_date, due.amount, part))
    return Position(tuple(months), paid)


def _count(day):
    """Return the number of months from year 0, so that months can be counted on."""
    return day.year * 12 + day.month - 1
