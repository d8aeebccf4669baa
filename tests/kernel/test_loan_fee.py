"""Fees at disbursement: docs/domain.md 4.6, and properties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.loan_fee import fee, spread


def test_percent_and_amount():
    """1 % of 1.000.050 is 10.000,5: 10.001 with the half rounded up."""
    assert fee(1_000_050, Fraction(1, 100)) == 10_001
    assert fee(1_000_000, Fraction(1, 100), 5_000) == 15_000


def test_refused():
    with pytest.raises(TypeError):
        fee(1, 0.01)
    with pytest.raises(ValueError, match="negative"):
        fee(1, Fraction(-1))
    with pytest.raises(ValueError, match="more"):
        spread(2, [1])
    with pytest.raises(ValueError, match="more"):
        spread(-1, [1])


@given(st.lists(st.integers(0, 1000), max_size=5), st.data())
def test_any_partition_gives_the_same(amounts, data):
    total = sum(amounts)
    cut = data.draw(st.integers(0, total))
    first = spread(cut, amounts)
    second = spread(total - cut, [amount - part for amount, part in zip(amounts, first)])
    assert [one + two for one, two in zip(first, second)] == amounts
