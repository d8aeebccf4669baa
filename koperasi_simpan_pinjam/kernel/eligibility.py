"""Eligibility for a loan: what speaks against lending.

Rules: docs/domain.md sections 4.13 and 1.3 (BMPP, Permenkop UKM 8/2023 art. 42-45). Amounts are in the smallest money
unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import floor


class Rule(str, Enum):
    """What is looked at; the limit of each is a number of the unit named."""

    MEMBERSHIP = "membership"  # months as an active member, at least
    DUES = "dues"  # months of dues late, at most
    LATE = "late"  # days that an installment is late, at most
    CLAIMS = "claims"  # still to be recovered of loans written off, at most
    UNSETTLED = "unsettled"  # what she or her group of joint liability has not settled, at most
    SAME_PRODUCT = "same_product"  # other running loans of the product, at most
    SAVINGS = "savings"  # times what she has saved, for all she owes
    INCOME = "income"  # share of the month's income, for the installment
    ABILITY = "ability"  # share of what remains of the month's income after costs, for the installment
    GROUP = "group"  # whether the head of her group recommends it
    EXPOSURE = "exposure"  # share of own capital, for all that one member owes
    RELATED = "related"  # share of own capital, for all that officers owe together
    AGE = "age"  # years on the day of the last installment, at most
    FUNDS = "funds"  # no limit of its own: what is there to lend


AT_LEAST = (Rule.MEMBERSHIP, Rule.GROUP)


@dataclass(frozen=True)
class Facts:
    """What is known of an application. None is what nobody has asked or entered.

    ``owed`` is the principal she owes already, ``related_owed`` what all officers owe; None
    where she is none of them. ``remaining`` is the income less costs and other debts;
    ``recommended`` is None while the head of the group was not asked.
    """

    amount: int
    installment: int
    months: int
    dues_late: int
    days_late: int
    same_product: int
    savings: int
    owed: int
    own_capital: int
    funds: int
    claims: int = 0
    unsettled: int = 0
    related_owed: int | None = None
    income: int | None = None
    age: int | None = None
    remaining: int | None = None
    in_group: bool = False
    recommended: bool | None = None


@dataclass(frozen=True)
class Finding:
    """How one rule came out: ``value`` against ``limit``, in the rule's unit or in money."""

    rule: Rule
    value: int | None
    limit: int
    holds: bool


def findings(facts: Facts, limits: Mapping[Rule, Fraction | int]) -> list[Finding]:
    """Return how each rule in ``limits`` comes out; a rule whose fact is unknown doesn't hold.

    Shares are of 1, and give an amount rounded down: one rupiah more than the limit
    is above it. RELATED is left out for who is no officer, GROUP for who is in no
    group with a head who could recommend her.

    :raise TypeError: for a limit that is not exact

    Source: docs/domain.md section 1.3: of an own capital of 20.000.000 one member
    may owe 3.000.000.

    >>> facts = Facts(amount=3_000_001, installment=0, months=0, dues_late=0, days_late=0,
    ...               same_product=0, savings=0, owed=0, own_capital=20_000_000, funds=0)
    >>> findings(facts, {Rule.EXPOSURE: Fraction(15, 100)})[0].limit
    3000000
    """
    if any(isinstance(limit, float) for limit in limits.values()):
        raise TypeError("a limit must be exact: Fraction(15, 100), not 0.15")
    owed = facts.owed + facts.amount
    related = None if facts.related_owed is None else facts.related_owed + facts.amount
    values = {
        Rule.MEMBERSHIP: facts.months,
        Rule.DUES: facts.dues_late,
        Rule.LATE: facts.days_late,
        Rule.CLAIMS: facts.claims,
        Rule.UNSETTLED: facts.unsettled,
        Rule.SAME_PRODUCT: facts.same_product,
        Rule.SAVINGS: owed,
        Rule.INCOME: None if facts.income is None else facts.installment,
        Rule.ABILITY: None if facts.remaining is None else facts.installment,
        Rule.GROUP: None if facts.recommended is None else int(facts.recommended),
        Rule.EXPOSURE: owed,
        Rule.RELATED: related,
        Rule.AGE: facts.age,
        Rule.FUNDS: facts.amount,
    }
    bases = {
        Rule.SAVINGS: facts.savings,
        Rule.INCOME: facts.income or 0,
        Rule.ABILITY: facts.remaining or 0,
        Rule.EXPOSURE: facts.own_capital,
        Rule.RELATED: facts.own_capital,
    }
    result = []
    for rule, limit in limits.items():
        value = values[rule]
        if (rule is Rule.RELATED and value is None) or (rule is Rule.GROUP and not facts.in_group):
            continue
        most = facts.funds if rule is Rule.FUNDS else floor(limit * max(bases.get(rule, 1), 0))
        holds = value is not None and (value >= most if rule in AT_LEAST else value <= most)
        result.append(Finding(rule, value, most, holds))
    return result
