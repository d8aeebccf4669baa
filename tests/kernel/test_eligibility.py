"""docs/domain.md 4.13 and 1.3."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.eligibility import Facts, Finding, Rule, findings

PLAIN = {
    "amount": 1_000_000,
    "installment": 110_000,
    "months": 3,
    "dues_late": 0,
    "days_late": 0,
    "same_product": 0,
    "savings": 250_000,
    "owed": 0,
    "own_capital": 20_000_000,
    "funds": 1_000_000,
}


def only(rule, limit, **facts):
    [finding] = findings(Facts(**{**PLAIN, **facts}), {rule: limit})
    return finding


def test_bmpp_of_a_small_cooperative():
    """1.3: own capital 20.000.000: one member 3.000.000, all officers together 2.000.000."""
    one, all_officers = Fraction(15, 100), Fraction(10, 100)
    assert only(Rule.EXPOSURE, one, amount=3_000_000) == Finding(Rule.EXPOSURE, 3_000_000, 3_000_000, True)
    assert only(Rule.EXPOSURE, one, amount=2_000_000, owed=1_000_001).value == 3_000_001
    assert not only(Rule.EXPOSURE, one, amount=2_000_000, owed=1_000_001).holds
    assert only(Rule.RELATED, all_officers, related_owed=1_000_000).holds
    assert not only(Rule.RELATED, all_officers, related_owed=1_000_001).holds


def test_related_is_for_officers_only():
    assert findings(Facts(**PLAIN), {Rule.RELATED: Fraction(1, 10)}) == []


@pytest.mark.parametrize(
    "rule, limit, at, beyond",
    [
        (Rule.MEMBERSHIP, 3, {"months": 3}, {"months": 2}),
        (Rule.DUES, 0, {"dues_late": 0}, {"dues_late": 1}),
        (Rule.LATE, 0, {"days_late": 0}, {"days_late": 1}),
        (Rule.CLAIMS, 0, {"claims": 0}, {"claims": 1}),
        (Rule.SAME_PRODUCT, 0, {"same_product": 0}, {"same_product": 1}),
        # 4 x 250.000 = 1.000.000
        (Rule.SAVINGS, 4, {"savings": 250_000}, {"savings": 249_999}),
        # 35 % of 314.286 is 110.000,1; of 314.285 it is 109.999,75
        (Rule.INCOME, Fraction(35, 100), {"income": 314_286}, {"income": 314_285}),
        # 110.000 of 146.667 is 75 %: 110.000,25 rounded down; of 146.666 it is 109.999.
        (Rule.ABILITY, Fraction(75, 100), {"remaining": 146_667}, {"remaining": 146_666}),
        (Rule.GROUP, 1, {"in_group": True, "recommended": True}, {"in_group": True, "recommended": False}),
        (Rule.AGE, 65, {"age": 65}, {"age": 66}),
        (Rule.FUNDS, 0, {"funds": 1_000_000}, {"funds": 999_999}),
    ],
)
def test_at_and_beyond_the_limit(rule, limit, at, beyond):
    assert only(rule, limit, **at).holds
    assert not only(rule, limit, **beyond).holds


def test_group():
    """Who is in no group needs nobody's recommendation; who is in one and was not asked for is not known."""
    assert findings(Facts(**PLAIN), {Rule.GROUP: 1}) == []
    finding = only(Rule.GROUP, 1, in_group=True)
    assert (finding.value, finding.holds) == (None, False)


@pytest.mark.parametrize("rule", [Rule.INCOME, Rule.ABILITY, Rule.AGE])
def test_unknown_does_not_hold(rule):
    finding = only(rule, Fraction(1, 2))
    assert finding.value is None and not finding.holds


def test_capital_eaten_by_losses_lends_nothing():
    assert only(Rule.EXPOSURE, Fraction(15, 100), own_capital=-5).limit == 0


def test_exact_limits_only():
    with pytest.raises(TypeError):
        only(Rule.EXPOSURE, 0.15)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), st.integers(1, 100))
def test_one_more_rupiah_never_helps(owed, amount, capital, percent):
    def exposure(extra):
        return only(Rule.EXPOSURE, Fraction(percent, 100), owed=owed, amount=amount + extra, own_capital=capital).holds

    assert exposure(0) or not exposure(1)
    assert exposure(0) == ((owed + amount) * 100 <= capital * percent)
