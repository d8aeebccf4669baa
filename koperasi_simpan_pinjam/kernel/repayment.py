"""What a payment on a loan pays, and what it takes to pay a loan off.

Rules: docs/domain.md sections 4.7 (order), 4.9 (payoff) and 4.12 (balas jasa as savings).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from math import floor
from typing import Literal

from .money import Rounding, round_to

COMPONENTS = ("penalty", "fee", "interest", "principal")


@dataclass(frozen=True)
class Due:
    """What is still unpaid of one installment, in the smallest money unit."""

    number: int
    due_date: date
    principal: int
    interest: int
    penalty: int
    fee: int = 0


@dataclass(frozen=True)
class Allocation:
    """What one installment receives from a payment, in the smallest money unit."""

    number: int
    principal: int
    interest: int
    penalty: int
    fee: int = 0


def allocate(
    amount: int,
    dues: Sequence[Due],
    order: Sequence[str] = COMPONENTS,
    by: Literal["installment", "component"] = "installment",
) -> tuple[tuple[Allocation, ...], int]:
    """Spread a payment over unpaid installments; return the allocations and the rest.

    :param amount: payment, in the smallest money unit
    :param dues: in the order in which they are to be paid, as a rule the oldest first;
        the caller leaves out installments that may not be paid in advance
    :param order: components, the first one first; one left out is not paid at all
    :param by: "installment" finishes an installment before the next one; "component"
        pays one component of all installments before the next component
    :return: one allocation per installment that received something, in the order of
        ``dues``, and what is left of the payment
    :raise ValueError: for a negative amount or due, a component unknown or named twice,
        or an unknown ``by``

    Source: docs/domain.md section 4.7.

    >>> dues = [Due(1, date(2026, 1, 10), 100_000, 10_000, 1_320),
    ...         Due(2, date(2026, 2, 10), 100_000, 10_000, 0)]
    >>> (first, second), rest = allocate(115_000, dues)
    >>> first
    Allocation(number=1, principal=100000, interest=10000, penalty=1320, fee=0)
    >>> second.interest, rest
    (3680, 0)
    >>> (first, second), rest = allocate(21_000, dues, by="component")
    >>> (first.penalty, first.interest), (second.interest, second.principal)
    ((1320, 10000), (9680, 0))
    """
    if amount < 0:
        raise ValueError("the payment must not be negative")
    if len(set(order)) != len(order) or not set(order) <= set(COMPONENTS):
        raise ValueError(f"the order must name each of {COMPONENTS} at most once")
    if any(getattr(due, component) < 0 for due in dues for component in COMPONENTS):
        raise ValueError("what is due must not be negative")

    rows = range(len(dues))
    if by == "installment":
        steps = [(row, component) for row in rows for component in order]
    elif by == "component":
        steps = [(row, component) for component in order for row in rows]
    else:
        raise ValueError("a payment is spread by installment or by component")

    paid = [dict.fromkeys(COMPONENTS, 0) for _due in dues]
    for row, component in steps:
        paid[row][component] = min(amount, getattr(dues[row], component))
        amount -= paid[row][component]
    allocations = tuple(
        Allocation(number=due.number, **parts)
        for due, parts in zip(dues, paid)
        if any(parts.values())
    )
    return allocations, amount


class Payoff(str, Enum):
    """What an early payoff costs beside the arrears (docs/domain.md section 4.9)."""

    CURRENT = "current"  # interest of the running period
    PLUS_MONTHS = "plus_months"  # and so many times that interest again
    PLUS_PERCENT = "plus_percent"  # and a percent of the outstanding principal
    ALL = "all"  # all remaining interest
    DISCOUNT = "discount"  # all remaining interest less a percent of it
    RULE_78 = "rule_78"  # all remaining interest less what rule of 78 calls unearned


@dataclass(frozen=True)
class Quote:
    """What pays a loan off: principal + interest + penalty + fee - discount."""

    principal: int
    interest: int
    penalty: int
    fee: int
    discount: int


def payoff(
    outstanding: int,
    dues: Sequence[Due],
    on: date,
    convention: Payoff,
    *,
    current_interest: int,
    remaining_interest: int,
    months: int = 0,
    percent: Fraction = Fraction(0),
    installments_left: int = 0,
    installments: int = 0,
    total_interest: int = 0,
) -> Quote:
    """Quote an early payoff. Amounts in the smallest money unit.

    Installments due on or before ``on`` are arrears and owed in full, with their
    interest, penalties and fees, whatever the convention.

    :param outstanding: principal not yet paid, arrears included
    :param dues: all unpaid installments
    :param on: day of the payoff
    :param current_interest: interest of the running period, not yet due
    :param remaining_interest: all interest not yet due, the running period's included
    :param months: for PLUS_MONTHS, how many times ``current_interest`` again
    :param percent: for PLUS_PERCENT, share of ``outstanding`` (half a unit rounds up);
        for DISCOUNT, share of ``remaining_interest`` given up (rounded down)
    :param installments_left: for RULE_78, installments not yet due, the running one
        included
    :param installments: for RULE_78, of the whole loan
    :param total_interest: for RULE_78, of the whole loan
    :raise TypeError: for a percent that is not exact
    :raise ValueError: for a negative argument, a discount above 100%, or more
        installments left than there are

    Source: docs/domain.md section 4.9. Rule of 78: with k of n installments left,
    k(k + 1) / n(n + 1) of the total interest is not earned yet.

    >>> loan = dict(outstanding=5_833_335, dues=[], on=date(2026, 6, 15),
    ...             current_interest=100_000, remaining_interest=700_000)
    >>> payoff(convention=Payoff.PLUS_PERCENT, percent=Fraction(2, 100), **loan)
    Quote(principal=5833335, interest=100000, penalty=116667, fee=0, discount=0)
    >>> payoff(convention=Payoff.RULE_78, installments_left=7, installments=12,
    ...        total_interest=1_200_000, **loan)
    Quote(principal=5833335, interest=700000, penalty=0, fee=0, discount=430769)
    """
    convention = Payoff(convention)
    if min(outstanding, current_interest, remaining_interest, total_interest) < 0:
        raise ValueError("amounts must not be negative")
    if months < 0 or percent < 0:
        raise ValueError("months and percent must not be negative")

    supplement = discount = 0
    if convention is Payoff.PLUS_MONTHS:
        supplement = months * current_interest
    elif convention is Payoff.PLUS_PERCENT:
        supplement = round_to(outstanding * percent)
    elif convention is Payoff.DISCOUNT:
        if percent > 1:
            raise ValueError("a discount must not exceed the interest")
        discount = round_to(remaining_interest * percent, mode=Rounding.DOWN)
    elif convention is Payoff.RULE_78:
        if not 0 <= installments_left <= installments or not installments:
            raise ValueError("installments left must be some of the installments")
        discount = (
            total_interest * installments_left * (installments_left + 1)
            // (installments * (installments + 1))
        )

    to_the_end = convention in (Payoff.ALL, Payoff.DISCOUNT, Payoff.RULE_78)
    arrears = [due for due in dues if due.due_date <= on]
    return Quote(
        principal=outstanding,
        interest=sum(due.interest for due in arrears)
        + (remaining_interest if to_the_end else current_interest),
        penalty=sum(due.penalty for due in arrears) + supplement,
        fee=sum(due.fee for due in arrears),
        discount=discount,
    )


def savings_part(interest_paid: int, percent: Fraction, already: int) -> int:
    """Return how much of the interest now paid becomes the borrower's savings.

    Taken from all interest paid so far, so that any partition of the payments gives the
    same total. After a reversal it may be negative: that much is taken back.

    :param interest_paid: interest paid on the loan so far, this payment included
    :param percent: share of 1 of the interest that is savings
    :param already: part credited to savings before
    :raise TypeError: for a percent that is not exact
    :raise ValueError: for negative interest or a percent outside 0 to 1

    Source: docs/domain.md section 4.12.

    >>> savings_part(9_999, Fraction(1, 2), 0)
    4999
    >>> savings_part(20_000, Fraction(1, 2), 4_999)
    5001
    """
    if isinstance(percent, float):
        raise TypeError("a percent must be exact: Fraction(1, 2), not 0.5")
    if interest_paid < 0 or not 0 <= percent <= 1:
        raise ValueError("interest must not be negative, the percent from 0 to 1")
    return floor(interest_paid * percent) - already
