"""What an old book tells of the time before the opening day.

Rules: docs/domain.md sections 3.6 and 4.7, docs/architecture.md section 2.1.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from .amortization import Installment


def paid_rows(
    rows: Sequence[Installment], principal_paid: int, interest_paid: int
) -> tuple[tuple[int, int], ...]:
    """Spread what was paid before the opening over the original schedule, oldest row first.

    :param rows: the original schedule
    :param principal_paid: sum of the principal paid, in the smallest money unit
    :param interest_paid: sum of the service fee paid
    :return: (principal, interest) paid of each row
    :raise ValueError: for a negative sum, or more than the schedule has

    >>> rows = [Installment(n, date(2026, n, 1), 100, 10, 300 - 100 * n) for n in (1, 2, 3)]
    >>> paid_rows(rows, 150, 20)
    ((100, 10), (50, 10), (0, 0))
    """
    if min(principal_paid, interest_paid) < 0:
        raise ValueError("a sum paid must not be negative")
    parts = []
    for row in rows:
        principal, interest = min(principal_paid, row.principal), min(interest_paid, row.interest)
        principal_paid -= principal
        interest_paid -= interest
        parts.append((principal, interest))
    if principal_paid or interest_paid:
        raise ValueError("more was paid than the schedule has")
    return tuple(parts)


def month_ends(opening: date) -> tuple[tuple[date, int], ...]:
    """Return the month-ends of the opening's year before the month of the opening, and the days each stands for.

    The ledger knows every balance from the opening day on. In a mean of daily balances a month-end stands for its
    month, the last one also for the days up to the opening.

    >>> [(day.isoformat(), days) for day, days in month_ends(date(2026, 3, 31))]
    [('2026-01-31', 31), ('2026-02-28', 58)]
    """
    ends = [date(opening.year, month, monthrange(opening.year, month)[1]) for month in range(1, opening.month)]
    return tuple((end, end.day + (opening.day - 1 if end == ends[-1] else 0)) for end in ends)
