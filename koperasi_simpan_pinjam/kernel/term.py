"""What a term deposit earns: simpanan berjangka.

Rules: docs/domain.md section 5.4.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction

from .amortization import shift
from .money import Rounding, round_to


class Payment(str, Enum):
    """When interest is paid (docs/domain.md section 5.4)."""

    MONTHLY = "monthly"  # each month, to another account
    MATURITY = "maturity"  # all at the end
    CAPITALISED = "capitalised"  # each month, into the deposit itself


@dataclass(frozen=True)
class Term:
    """The terms of one deposit, fixed when it is opened.

    :param principal: in the smallest money unit
    :param annual_rate: share of 1 per year
    :param months: until maturity
    :param start: day of the deposit; a month ends on the same day of the next one, or on that month's last
    :param by_days: a month earns the yearly rate by its days, not a twelfth of it
    :param days_in_year: 365 or 360; for ``by_days`` and the running month
    """

    principal: int
    annual_rate: Fraction
    months: int
    start: date
    payment: Payment = Payment.MONTHLY
    by_days: bool = False
    days_in_year: int = 365

    def __post_init__(self):
        if self.principal <= 0 or self.annual_rate < 0 or self.months < 1 or self.days_in_year < 1:
            raise ValueError("a term deposit needs a principal, months, and a rate that is not negative")

    @property
    def maturity(self) -> date:
        return self.month_end(self.months)

    def month_end(self, number: int) -> date:
        """Return the day on which the ``number``-th month is complete.

        >>> Term(1, Fraction(0), 3, date(2026, 11, 30)).month_end(3)
        datetime.date(2027, 2, 28)
        """
        return shift(self.start, number, "month")

    def months_complete(self, on: date) -> int:
        """Return how many months are complete on a day, at most all of them."""
        return sum(self.month_end(number) <= on for number in range(1, self.months + 1))


def earned(term: Term, on: date) -> int:
    """Return the interest of the months that are complete on a day, paid or not.

    Every payment is rounded down to 1: each month's, or the one at maturity. A capitalised month earns on what was
    capitalised before.

    :param on: the day asked for

    Source: docs/domain.md section 5.4.

    >>> terms = [Term(1_000_000, Fraction(5, 100), 3, date(2026, 1, 15), payment) for payment in Payment]
    >>> [earned(term, term.maturity) for term in terms]
    [12498, 12500, 12551]
    """
    months = term.months_complete(on)
    if term.payment is Payment.MATURITY:
        return round_to(_share(term, 0, months) * term.principal, 1, Rounding.DOWN)
    balance = term.principal
    for number in range(months):
        base = balance if term.payment is Payment.CAPITALISED else term.principal
        balance += round_to(_share(term, number, number + 1) * base, 1, Rounding.DOWN)
    return balance - term.principal


def payable(term: Term, on: date) -> int:
    """Return the interest that has fallen due for payment by the end of a day.

    >>> payable(Term(1_000_000, Fraction(6, 100), 3, date(2026, 1, 15), Payment.MATURITY), date(2026, 4, 14))
    0
    """
    return 0 if term.payment is Payment.MATURITY and on < term.maturity else earned(term, on)


def running(term: Term, on: date) -> int:
    """Return what the month that runs on a day has earned by its days, the day itself not counted; 0 at maturity.

    Source: docs/domain.md section 5.4.

    >>> running(Term(3_650_000, Fraction(6, 100), 3, date(2026, 12, 15)), date(2027, 1, 1))
    10200
    """
    months = term.months_complete(on)
    if months == term.months or on <= term.start:
        return 0
    base = term.principal + (earned(term, on) if term.payment is Payment.CAPITALISED else 0)
    days = (on - term.month_end(months)).days
    return round_to(base * term.annual_rate * days / term.days_in_year, 1, Rounding.DOWN)


def _share(term, first, last):
    """What 1 earns from the end of month ``first`` to the end of month ``last``."""
    if term.by_days:
        return term.annual_rate * (term.month_end(last) - term.month_end(first)).days / term.days_in_year
    return term.annual_rate * (last - first) / 12
