"""Paying more than is due: closed forms by hand, other systems, and properties (docs/domain.md 4.9)."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.amortization import Installment, Method, schedule
from odoo.addons.koperasi_simpan_pinjam.kernel.money import Rounding, round_to
from odoo.addons.koperasi_simpan_pinjam.kernel.prepayment import Effect, prepay, spread_arrears

FIRST = date(2026, 1, 10)


def parts(rows):
    return [(row.principal, row.interest) for row in rows]


def test_declining_shorter():
    """TV-SLD-1, 6.000.000 in 6 at 1 %: after no. 1 and 2, 2.000.000 more. 2.000.000 are left of 4.000.000: two rows.

    No. 3 keeps its 40.000; no. 4 bears 1 % of the 1.000.000 left.
    """
    rows = schedule(6_000_000, Fraction(1, 100), 6, Method.DECLINING, FIRST)[2:]
    assert parts(prepay(rows, 2_000_000, Fraction(1, 100), Method.DECLINING, Effect.SHORTEN)) == [
        (1_000_000, 40_000),
        (1_000_000, 10_000),
    ]


def test_declining_lower():
    """The same, over the four that are left: 500.000 each; 40.000, then 1 % of 1.500.000, 1.000.000, 500.000."""
    rows = schedule(6_000_000, Fraction(1, 100), 6, Method.DECLINING, FIRST)[2:]
    assert parts(prepay(rows, 2_000_000, Fraction(1, 100), Method.DECLINING, Effect.LOWER)) == [
        (500_000, 40_000),
        (500_000, 15_000),
        (500_000, 10_000),
        (500_000, 5_000),
    ]


def test_flat():
    """TV-SEED after four installments: 600.000 left, 200.000 more.

    Shorter: four of 100.000 and 10.000. Lower: 10.000, then two thirds of it, 6.667; the installment is
    66.666,67 + 6.666,67 = 73.333, so 66.666 of principal five times and 66.670.
    """
    rows = schedule(1_000_000, Fraction(1, 100), 10, Method.FLAT, FIRST)[4:]
    shorter = prepay(rows, 200_000, Fraction(1, 100), Method.FLAT, Effect.SHORTEN)
    assert parts(shorter) == [(100_000, 10_000)] * 4
    assert [row.number for row in shorter] == [5, 6, 7, 8]
    assert [row.due_date.month for row in shorter] == [5, 6, 7, 8]
    lower = prepay(rows, 200_000, Fraction(1, 100), Method.FLAT, Effect.LOWER)
    assert parts(lower) == [(66_666, 10_000), *[(66_666, 6_667)] * 4, (66_670, 6_667)]


def test_annuity_lower_is_the_annuity_of_what_is_left():
    """TV-ANN-3, 1.000.000 in 10 at 2 %: after three 720.502 are left, 220.502 more leave 500.000 for seven.

    A = 500.000 x 0,02 / (1 - 1,02^-7) = 77.256: principal parts 67.256, 68.601, ... by their own interest.
    """
    rate = Fraction(2, 100)
    rows = schedule(1_000_000, rate, 10, Method.ANNUITY, FIRST)[3:]
    assert sum(row.principal for row in rows) == 720_502
    lower = prepay(rows, 220_502, rate, Method.ANNUITY, Effect.LOWER)
    assert parts(lower)[0] == (67_256, 14_410)  # the running period's interest stays
    balance = 500_000 - 67_256
    for row in lower[1:-1]:
        assert row.interest == round_to(balance * rate)
        assert row.principal + row.interest == 77_256
        balance -= row.principal
    assert sum(row.principal for row in lower) == 500_000


def test_annuity_shorter_keeps_the_installment():
    """As above, but 111.327 as before: 2 % of 403.083 = 8.062, so 103.265 of principal; and so on.

    500.000 - 96.917 = 403.083; - 103.265 = 299.818; - (111.327 - 5.996) = 194.487; - (111.327 - 3.890) = 87.050.
    """
    rows = schedule(1_000_000, Fraction(2, 100), 10, Method.ANNUITY, FIRST)[3:]
    shorter = prepay(rows, 220_502, Fraction(2, 100), Method.ANNUITY, Effect.SHORTEN)
    assert parts(shorter) == [
        (96_917, 14_410),
        (103_265, 8_062),
        (105_331, 5_996),
        (107_437, 3_890),
        (87_050, 1_741),
    ]
    assert [row.balance for row in shorter] == [403_083, 299_818, 194_487, 87_050, 0]


def test_bullet():
    """2.000.000 due in the sixth month at 1 %: 500.000 more leave 1.500.000, the later months bear 15.000."""
    rows = schedule(2_000_000, Fraction(1, 100), 6, Method.BULLET, FIRST)
    for effect in Effect:
        assert parts(prepay(rows, 500_000, Fraction(1, 100), Method.BULLET, effect)) == [
            (0, 20_000), *[(0, 15_000)] * 4, (1_500_000, 15_000)
        ]


def test_lower_in_coins():
    """600.000 less 250.000 in six: 58.333,33 + 5.833,33 = 64.166,67, up to Rp 500: 64.500 = 58.667 + 5.833."""
    rows = schedule(1_000_000, Fraction(1, 100), 10, Method.FLAT, FIRST)[4:]
    lower = prepay(rows, 250_000, Fraction(1, 100), Method.FLAT, Effect.LOWER, installment_unit=500,
                   installment_rounding=Rounding.UP)
    assert sum(row.principal for row in lower) == 350_000
    assert parts(lower)[1:-1] == [(58_667, 5_833)] * 4


def test_deferred_interest_falls_with_the_balance():
    """12.000 in 6 at 1 %, the first two without interest, which the third pays: 120 + 100 + 80 = 300.

    After 6.000 more: the first period's 120 stand, the second bears 1 % of 4.000 = 40 instead of 100, the third 1 %
    of 2.000 = 20 instead of 80.
    """
    rows = schedule(12_000, Fraction(1, 100), 6, Method.DECLINING, FIRST, interest_grace=2)
    assert parts(rows)[:3] == [(2_000, 0), (2_000, 0), (2_000, 300)]
    assert parts(prepay(rows, 6_000, Fraction(1, 100), Method.DECLINING, Effect.SHORTEN)) == [
        (2_000, 0), (2_000, 0), (2_000, 120 + 40 + 20)
    ]


def test_free_rows_stay_free():
    rows = schedule(12_000, Fraction(1, 100), 6, Method.DECLINING, FIRST, interest_free=2)
    assert parts(prepay(rows, 6_000, Fraction(1, 100), Method.DECLINING, Effect.SHORTEN)) == [
        (2_000, 0), (2_000, 0), (2_000, 20)
    ]


@pytest.mark.parametrize("amount", [0, -1, 1_000_000, 1_000_001])
def test_refused(amount):
    rows = schedule(1_000_000, Fraction(1, 100), 10, Method.FLAT, FIRST)
    with pytest.raises(ValueError):
        prepay(rows, amount, Fraction(1, 100), Method.FLAT, Effect.SHORTEN)


@given(
    principal=st.integers(1_000, 10**9),
    percent=st.integers(0, 50),
    periods=st.integers(2, 60),
    method=st.sampled_from(Method),
    passed=st.integers(0, 58),
    share=st.fractions(0, 1),
    part_paid=st.fractions(0, 1),
    effect=st.sampled_from(Effect),
    unit=st.sampled_from([1, 100, 500]),
)
def test_properties(principal, percent, periods, method, passed, share, part_paid, effect, unit):
    """Nothing is negative, the principal is what is left, interest never rises, dates and numbers are the old ones."""
    rate = Fraction(percent, 1000)
    try:
        rows = schedule(principal, rate, periods, method, FIRST)[min(passed, periods - 2):]
    except ValueError:
        return
    first = rows[0]
    rows = (
        Installment(first.number, first.due_date, first.principal - int(first.principal * part_paid),
                    first.interest - int(first.interest * part_paid), first.balance),
        *rows[1:],
    )
    before = sum(row.principal for row in rows)
    amount = int(before * share)
    if not 0 < amount < before:
        return
    try:
        result = prepay(rows, amount, rate, method, effect, installment_unit=unit, installment_rounding=Rounding.UP)
    except ValueError:
        assert effect is Effect.LOWER
        return
    assert sum(row.principal for row in result) == before - amount
    assert result[-1].balance == 0
    assert min(min(row.principal, row.interest, row.balance) for row in result) >= 0
    # Both annuities are rounded, by less than `unit`: the balance of a late row differs by less than that compounded
    # (5.883 at 1,3 % in 27, 108 paid ahead: 7 instead of 6 of interest in the last but one).
    slack = int(unit * ((1 + rate) ** len(rows) - 1)) + 1 if method is Method.ANNUITY else 0
    for old, new in zip(rows, result):
        assert (old.number, old.due_date) == (new.number, new.due_date)
        assert new.interest <= old.interest + slack
    assert len(result) <= len(rows)


def test_arrears_of_interest_are_spread():
    rows = schedule(1_000_000, Fraction(1, 100), 3, Method.FLAT, FIRST)
    assert [row.interest for row in spread_arrears(rows, 20_000)] == [16_667, 16_667, 16_666]
