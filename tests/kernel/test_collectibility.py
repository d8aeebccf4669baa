"""Quality of loans and allowance: vector of docs/domain.md 4.15, and properties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.collectibility import PRESETS, Band, band_of, required

CURRENT, _WATCH, SUBSTANDARD, DOUBTFUL, LOSS = PRESETS["five"]


def test_allowance():
    """TV-PPAP: 50.000 + 150.000 + 500.000 + 0 = 700.000."""
    parts = [
        required(CURRENT, 10_000_000),
        required(SUBSTANDARD, 2_000_000, 500_000),
        required(DOUBTFUL, 1_000_000),
        required(LOSS, 800_000, 1_000_000),
    ]
    assert parts == [50_000, 150_000, 500_000, 0]
    assert sum(parts) == 700_000


@pytest.mark.parametrize(
    ("preset", "days", "code"),
    [
        ("five", 0, "current"),
        ("five", 30, "current"),
        ("five", 31, "watch"),
        ("five", 91, "substandard"),
        ("five", 120, "substandard"),
        ("five", 180, "doubtful"),
        ("five", 181, "loss"),
        ("four", 90, "current"),
        ("four", 180, "substandard"),
        ("four", 181, "loss"),  # without collateral it is not doubtful
        ("four", 811, "loss"),
    ],
)
def test_classes(preset, days, code):
    assert band_of(PRESETS[preset], days, 1000).code == code


def test_collateral_is_not_deducted_of_a_good_loan():
    assert required(CURRENT, 1_000_000, 1_000_000) == 5_000


@pytest.mark.parametrize("bands", [(), (Band("late", 1, Fraction(1)),)])
def test_a_class_begins_at_day_0(bands):
    with pytest.raises(ValueError, match="day 0"):
        band_of(bands, 5)


def test_negative():
    with pytest.raises(ValueError, match="negative"):
        band_of(PRESETS["five"], -1)
    with pytest.raises(ValueError, match="negative"):
        required(LOSS, -1)


@given(
    st.sampled_from(sorted(PRESETS)),
    st.integers(0, 2000),
    st.integers(0, 2000),
    st.integers(0, 10**10),
    st.integers(0, 10**10),
)
def test_later_is_never_better(preset, days, more, outstanding, collateral):
    early = band_of(PRESETS[preset], days, outstanding, collateral)
    late = band_of(PRESETS[preset], days + more, outstanding, collateral)
    assert early.days_from <= late.days_from
    assert 0 <= required(early, outstanding, collateral) <= outstanding
