"""Consignment and the waste bank (docs/domain.md 7.1, 7.5): vectors and what must always hold."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_produksi.kernel.settlement import settle, split, value

quantity = st.integers(0, 10_000).map(lambda hundredths: Fraction(hundredths, 100))
percent = st.integers(0, 100).map(lambda number: Fraction(number, 100))


def test_waste_deposit():
    """TV-WASTE: 4.0 kg at 5,000 and 6.5 kg at 1,800; 85 % of it."""
    proceeds = value(Fraction(4), 5_000) + value(Fraction("6.5"), 1_800)
    assert proceeds == 31_700
    assert split(proceeds, [1], Fraction(85, 100)) == ([26_945], 4_755)


def test_consignment():
    """TV-KONS: 20 packs at 8,000, 17 sold, 1 broken, 2 taken back, commission 10 %."""
    result = settle(*map(Fraction, (0, 20, 17, 2, 1)), 8_000, Fraction(10, 100), "member")
    assert (result.sales, result.commission, result.due, result.closing) == (136_000, 13_600, 122_400, 0)


def test_cooperative_bears_the_loss():
    """The broken pack is paid as if sold: 8,000 less 10 %."""
    result = settle(*map(Fraction, (0, 20, 17, 2, 1)), 8_000, Fraction(10, 100), "cooperative")
    assert (result.compensation, result.due) == (7_200, 129_600)


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1).filter(any), percent)
def test_nothing_is_lost_in_the_split(proceeds, weights, share):
    members, manager = split(proceeds, weights, share)
    assert sum(members) + manager == proceeds
    assert manager >= 0
    assert abs(sum(members) - proceeds * share) <= Fraction(1, 2)
    assert all(abs(part - Fraction(sum(members) * weight, sum(weights))) < 1 for part, weight in zip(members, weights))


@given(quantity, quantity, quantity, quantity, quantity, st.integers(0, 10**6), percent)
def test_due_and_commission_are_the_sales(opening, sold, returned, lost, rest, price, commission):
    received = sold + returned + lost + rest
    result = settle(opening, received, sold, returned, lost, price, commission, "member")
    assert result.closing == opening + rest
    assert result.due + result.commission == result.sales
    assert abs(result.sales - sold * price) <= Fraction(1, 2)
    assert 0 <= result.commission <= result.sales
    borne = settle(opening, received, sold, returned, lost, price, commission, "cooperative")
    assert borne.due == result.due + borne.compensation


@pytest.mark.parametrize(
    "changed",
    [{"sold": Fraction(-1)}, {"sold": Fraction(21)}, {"commission": Fraction(2)}, {"base_price": -1}],
)
def test_what_cannot_be_settled(changed):
    terms = {
        "opening": Fraction(0),
        "received": Fraction(20),
        "sold": Fraction(17),
        "returned": Fraction(2),
        "lost": Fraction(1),
        "base_price": 8_000,
        "commission": Fraction(1, 10),
        "lost_borne_by": "member",
    }
    with pytest.raises(ValueError):
        settle(**{**terms, **changed})


@pytest.mark.parametrize(("proceeds", "weights", "share"), [(-1, [1], 1), (1, [0], 1), (1, [-1, 2], 1), (1, [1], 2)])
def test_what_cannot_be_split(proceeds, weights, share):
    with pytest.raises(ValueError):
        split(proceeds, weights, Fraction(share))
