"""Rounding and shares: vectors of docs/domain.md 3.5 and 4.4, and their properties."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.money import (
    Rounding,
    apportion,
    floor_shares,
    round_to,
)

DECIMAL_MODES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.UP: ROUND_UP,
    Rounding.DOWN: ROUND_DOWN,
}
modes = st.sampled_from(Rounding)
units = st.sampled_from([1, 2, 7, 100, 500, 1000])
fractions = st.fractions(min_value=-(10**12), max_value=10**12, max_denominator=10**6)
weight_lists = st.lists(
    st.integers(0, 10**9) | st.fractions(0, 10**6, max_denominator=400),
    min_size=1,
    max_size=30,
).filter(any)


def test_enum_values_are_the_names_in_lower_case():
    assert [mode.value for mode in Rounding] == ["half_up", "half_even", "up", "down"]


@pytest.mark.parametrize(
    ("twice", "half_up", "half_even", "up", "down"),
    [
        (1, 1, 0, 1, 0),
        (3, 2, 2, 2, 1),
        (5, 3, 2, 3, 2),
        (4, 2, 2, 2, 2),
        (-1, -1, 0, -1, 0),
        (-3, -2, -2, -2, -1),
    ],
)
def test_halves(twice, half_up, half_even, up, down):
    expected = [half_up, half_even, up, down]
    assert [round_to(Fraction(twice, 2), mode=mode) for mode in Rounding] == expected


def test_coins():
    """docs/domain.md 4.4: up to 500 is the coin that exists."""
    assert round_to(83_334, 500, Rounding.UP) == 83_500
    assert round_to(83_500, 500, Rounding.UP) == 83_500
    assert round_to(250, 500) == 500
    assert round_to(249, 500) == 0
    assert round_to(750, 500, Rounding.HALF_EVEN) == 1000
    assert round_to(250, 500, Rounding.HALF_EVEN) == 0


def test_a_mode_may_be_named_by_its_stored_value():
    assert round_to(Fraction(1, 2), mode="down") == 0


@pytest.mark.parametrize("value", [0.5, Decimal("0.5"), "1"])
def test_inexact_values_are_refused(value):
    with pytest.raises(TypeError):
        round_to(value)
    with pytest.raises(TypeError):
        apportion(10, [1, value])
    with pytest.raises(TypeError):
        apportion(value, [1])


def test_bad_units_and_modes():
    for unit in (0, -1):
        with pytest.raises(ValueError):
            round_to(Fraction(1), unit)
        with pytest.raises(ValueError):
            apportion(10, [1], unit)
        with pytest.raises(ValueError):
            floor_shares(10, [1], unit)
    with pytest.raises(ValueError):
        round_to(Fraction(1), mode="sideways")


@given(st.integers(-(10**12), 10**12), st.integers(0, 6), modes)
def test_rounding_agrees_with_decimal(number, places, mode):
    expected = (Decimal(number) / 10**places).quantize(
        Decimal(1), rounding=DECIMAL_MODES[mode]
    )
    assert round_to(Fraction(number, 10**places), 1, mode) == expected


@given(fractions, units, modes)
def test_rounding_by_its_definition(value, unit, mode):
    rounded = round_to(value, unit, mode)
    assert type(rounded) is int
    assert rounded % unit == 0
    error = abs(rounded - value)
    if mode in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        assert 2 * error <= unit
        if 2 * error == unit and mode is Rounding.HALF_UP:
            assert abs(rounded) > abs(value)
        elif 2 * error == unit:
            assert rounded // unit % 2 == 0
    else:
        assert error < unit
        assert (abs(rounded) >= abs(value)) == (mode is Rounding.UP or error == 0)
    assert round_to(-value, unit, mode) == -rounded


def test_tv_lr():
    """TV-LR, docs/domain.md 3.5."""
    assert apportion(1_000_000, [3, 3, 1]) == [428_572, 428_571, 142_857]


def test_ties_go_to_the_earlier_position():
    assert apportion(2, [1, 1, 1]) == [1, 1, 0]
    assert apportion(1_000, [1, 1, 1], 500) == [500, 500, 0]


def test_a_loss_is_shared_as_its_opposite_is():
    assert apportion(-1_000_000, [3, 3, 1]) == [-428_572, -428_571, -142_857]


def test_rest_of_rounding_down():
    """docs/domain.md 3.5 rule 2; 3/7 of a million is 428.571,43."""
    assert floor_shares(1_000_000, [3, 3, 1], 1_000) == ([428_000, 428_000, 142_000], 2_000)


@pytest.mark.parametrize("weights", [[], [0], [0, Fraction(0)], [1, -1], [3, -1]])
def test_useless_weights(weights):
    with pytest.raises(ValueError):
        apportion(100, weights)
    with pytest.raises(ValueError):
        floor_shares(100, weights, 1)


def test_a_unit_must_divide_the_total():
    with pytest.raises(ValueError):
        apportion(1_001, [1, 1], 500)


@given(st.integers(-(10**9), 10**9), weight_lists, units)
def test_shares_are_those_of_the_largest_remainder(total, weights, unit):
    shares = apportion(total * unit, weights, unit)
    assert sum(shares) == total * unit
    whole = sum(map(Fraction, weights))
    exact = [Fraction(abs(total)) * weight / whole for weight in weights]
    # In units: a share is the exact one cut off, or one more; those with one more have
    # the larger remainders, and among equal remainders the earlier positions.
    extra, plain = [], []
    for position, (share, want) in enumerate(zip(shares, exact)):
        got = abs(share) // unit
        assert share % unit == 0
        assert got <= want + 1 and got > want - 1
        cut = want - want.__floor__()
        (extra if got > want.__floor__() else plain).append((-cut, position))
        if not weights[position]:
            assert share == 0
    assert not extra or not plain or max(extra) < min(plain)


@given(st.integers(0, 10**9), weight_lists, st.randoms(use_true_random=False))
def test_permuting_changes_nobody_beyond_the_tie_break(total, weights, random):
    order = list(range(len(weights)))
    random.shuffle(order)
    before = apportion(total, weights)
    after = apportion(total, [weights[i] for i in order])
    whole = sum(map(Fraction, weights))
    cuts = [total * weight / whole % 1 for weight in map(Fraction, weights)]
    for place, i in enumerate(order):
        if cuts.count(cuts[i]) == 1:
            assert after[place] == before[i]
        else:
            assert abs(after[place] - before[i]) <= 1


@given(st.integers(0, 10**12), weight_lists, units)
def test_floor_shares_by_their_definition(total, weights, unit):
    shares, rest = floor_shares(total, weights, unit)
    whole = sum(map(Fraction, weights))
    for share, weight in zip(shares, weights):
        assert share % unit == 0
        assert 0 <= total * Fraction(weight) / whole - share < unit
    assert rest == total - sum(shares) >= 0


@given(st.integers(1, 10**9), weight_lists, st.integers(1, 1000))
def test_shares_do_not_depend_on_the_measure_of_the_weights(total, weights, factor):
    assume(any(weights))
    scaled = [Fraction(weight) / factor for weight in weights]
    assert apportion(total, scaled) == apportion(total, weights)
