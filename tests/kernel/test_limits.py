"""What may leave a savings account: docs/domain.md 5.1, 5.5."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.limits import early_fee, largest_withdrawal


@pytest.mark.parametrize(
    ("amount", "percent", "fee"), [(100_000, 1, 1_000), (99, 1, 0), (150, 1, 1), (0, 1, 0), (100_000, 0, 0)]
)
def test_early_fee(amount, percent, fee):
    assert early_fee(amount, Fraction(percent, 100)) == fee


@given(st.integers(-10, 10**9), st.fractions(0, 1, max_denominator=10_000))
def test_the_largest_withdrawal_fits_and_one_more_does_not(available, percent):
    amount = largest_withdrawal(available, percent)
    assert amount >= 0
    if amount:
        assert amount + early_fee(amount, percent) <= available
    assert amount + 1 + early_fee(amount + 1, percent) > available


def test_floats_are_refused():
    with pytest.raises(TypeError):
        early_fee(100, 0.01)
