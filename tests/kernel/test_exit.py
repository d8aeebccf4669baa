"""Exit settlement: docs/domain.md 5.6."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.exit import Settlement, settle

money = st.integers(0, 10**10)
share = st.fractions(0, 1)


def test_tv_exit():
    """Principal 100.000 + 480.000 + 150.000 + SHU 42.000, less 300.000 and 10.000."""
    assert settle(100_000, 480_000, 192_000, [310_000]) == Settlement(
        0, 0, (310_000,), 462_000, 0
    )


def test_debts_beyond_what_she_has_stay():
    """772.000 pay the first loan and 272.000 of the second; 128.000 stay."""
    result = settle(100_000, 480_000, 192_000, [500_000, 400_000])
    assert result == Settlement(0, 0, (500_000, 272_000), 0, 128_000)


def test_deductions_are_rounded_down():
    """2,5 % of 580.001 = 14.500,025; a tenth of 480.001 = 48.000,1 is kept."""
    result = settle(
        100_000,
        480_001,
        0,
        [],
        wajib_returned=Fraction(9, 10),
        fee_percent=Fraction(25, 1000),
    )
    assert result == Settlement(48_000, 14_500, (), 517_501, 0)


def test_no_more_is_deducted_than_there_is():
    result = settle(
        100, 200, 50, [], wajib_returned=Fraction(0), fee_percent=Fraction(1)
    )
    assert result == Settlement(200, 100, (), 50, 0)


@pytest.mark.parametrize(
    "amounts, options",
    [
        ((-1, 0, 0, []), {}),
        ((0, 0, 0, [-1]), {}),
        ((0, 0, 0, []), {"wajib_returned": Fraction(11, 10)}),
        ((0, 0, 0, []), {"fee_percent": Fraction(-1, 10)}),
    ],
)
def test_refused(amounts, options):
    with pytest.raises(ValueError):
        settle(*amounts, **options)


@given(money, money, money, st.lists(money, max_size=4), share, share)
def test_nothing_is_lost(pokok, wajib, savings, debts, returned, fee):
    result = settle(
        pokok, wajib, savings, debts, wajib_returned=returned, fee_percent=fee
    )
    taken = result.kept + result.fee + sum(result.covered) + result.payout
    assert taken == pokok + wajib + savings
    assert sum(result.covered) + result.shortfall == sum(debts)
    assert not (result.payout and result.shortfall)
    assert min(result.payout, result.shortfall, *result.covered, 0) == 0
    # the first debt is paid first
    unpaid = [debt - paid for paid, debt in zip(result.covered, debts)]
    for number, rest in enumerate(unpaid):
        assert not rest or not any(result.covered[number + 1 :])
