"""What an old book tells of the time before the opening day.

Rules: docs/domain.md sections 3.6, 4.7 and 5.4, docs/architecture.md section 2.1.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from .amortization import Installment
from .term import Payment, Term, earned


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


def interest_paid(term: Term, next_pay: date | None, opening: date) -> int:
    """Return the interest of a term deposit that was paid before the opening.

    :param next_pay: the day on which interest is paid next; None: the first pay day after the opening
    :param opening: last day of the old books
    :return: gross, in the smallest money unit; of a capitalised deposit what was added to it
    :raise ValueError: where ``next_pay`` is no pay day of this deposit, or more than one after the opening

    Source: docs/domain.md section 5.4.

    >>> from fractions import Fraction
    >>> term = Term(10_000_000, Fraction(6, 100), 12, date(2026, 5, 15))
    >>> interest_paid(term, None, date(2026, 10, 31)), interest_paid(term, date(2026, 10, 15), date(2026, 10, 31))
    (250000, 200000)
    """
    if term.payment is Payment.MATURITY:
        if next_pay not in (None, term.maturity):
            raise ValueError("interest is paid at maturity")
        return 0
    days = [term.month_end(number) for number in range(1, term.months + 1)]
    complete = term.months_complete(opening)
    paid = complete if next_pay is None else days.index(next_pay) if next_pay in days else -1
    if not 0 <= paid <= complete:
        raise ValueError("this is no pay day, or not the next one")
    return earned(term, days[paid - 1]) if paid else 0
