"""SHU: vectors of docs/domain.md sections 2.5 and 3, and properties."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_shu.kernel.allocation import (
    Item,
    average_balance,
    pools,
    split_surplus,
)
from odoo.addons.koperasi_simpan_pinjam.kernel.money import apportion

YEAR = date(2025, 1, 1), date(2025, 12, 31)
# docs/domain.md 3.2, suggested defaults
MEMBERS = {
    "cadangan": 40, "jasa_usaha": 25, "jasa_modal": 20, "pengurus": 5, "karyawan": 2,
    "pendidikan": 5, "sosial": 2, "wilayah": 1,
}
OTHERS = {"cadangan": 60, "pengurus": 10, "karyawan": 10, "pendidikan": 10, "sosial": 10}


def items(percents):
    return [Item(code, Fraction(percent)) for code, percent in percents.items()]


@pytest.mark.parametrize(
    ("surplus", "capital", "business", "savings", "volume", "own", "own_volume", "expected"),
    [
        # SHU, % modal, % usaha, all simpanan, all volume, hers: modal, usaha
        (60_000_000, 20, 25, 100_000_000, 75_000_000, 2_000_000, 5_000_000,
         (240_000_00, 1_000_000_00)),  # TV-SHU-1: 1.240.000
        (56_000_000, 25, 30, 28_000_000, 168_000_000, 600_000, 8_400_000,
         (300_000_00, 840_000_00)),  # TV-SHU-2: 1.140.000
        (15_000_000, 25, 20, 75_000_000, 45_000_000, 4_500_000, 6_000_000,
         (225_000_00, 400_000_00)),  # TV-SHU-3: 625.000
        (40_000_000, 25, 30, 60_000_000, 100_000_000, 3_000_000, 1_000_000,
         (500_000_00, 120_000_00)),  # TV-SHU-4: 620.000
        (25_000_000, 20, 30, 70_000_000, 20_000_000, 1_200_000, 1_500_000,
         (85_714_29, 562_500_00)),  # TV-SHU-5: 648.214,29
    ],
)
def test_tv_shu(surplus, capital, business, savings, volume, own, own_volume, expected):
    """One member's share, in sen, the other members taken together."""
    rest = 100 - capital - business
    pool = pools(
        surplus * 100, items({"modal": capital, "usaha": business, "lain": rest})
    )
    shares = (
        apportion(pool["modal"], [own, savings - own])[0],
        apportion(pool["usaha"], [own_volume, volume - own_volume])[0],
    )
    assert shares == expected


def test_tv_shu_full_pools():
    member, other = pools(20_000_000, items(MEMBERS)), pools(4_750_000, items(OTHERS))
    assert member == {
        "cadangan": 8_000_000, "jasa_usaha": 5_000_000, "jasa_modal": 4_000_000,
        "pengurus": 1_000_000, "karyawan": 400_000, "pendidikan": 1_000_000,
        "sosial": 400_000, "wilayah": 200_000,
    }
    assert other == {
        "cadangan": 2_850_000, "pengurus": 475_000, "karyawan": 475_000,
        "pendidikan": 475_000, "sosial": 475_000,
    }
    assert sum(member.values()) + sum(other.values()) == 24_750_000


# Siti, Aminah, Rahayu, Dewi, Budi
SAVINGS = [1_300_000, 750_000, 425_000, 900_000, 625_000]
JASA_PAID = [300_000, 100_000, 0, 455_000, 145_000]


def test_tv_shu_full_members():
    capital = apportion(4_000_000, SAVINGS)
    business = apportion(5_000_000, JASA_PAID)
    assert capital == [1_300_000, 750_000, 425_000, 900_000, 625_000]
    assert business == [1_500_000, 500_000, 0, 2_275_000, 725_000]
    assert [a + b for a, b in zip(capital, business)] == [
        2_800_000, 1_250_000, 425_000, 3_175_000, 1_350_000,
    ]


def test_tv_shu_full_from_transactions():
    """docs/domain.md 3.4b."""
    assert split_surplus(1_000_000 - 200_000, 475_000, 0) == (800_000, 475_000)
    member, other = pools(800_000, items(MEMBERS)), pools(475_000, items(OTHERS))
    assert list(member.values()) == [
        320_000, 200_000, 160_000, 40_000, 16_000, 40_000, 16_000, 8_000,
    ]
    assert list(other.values()) == [285_000] + [47_500] * 4
    assert apportion(member["jasa_modal"], SAVINGS) == [
        52_000, 30_000, 17_000, 36_000, 25_000,
    ]
    assert apportion(member["jasa_usaha"], JASA_PAID) == [60_000, 20_000, 0, 91_000, 29_000]


def test_a_nested_table_divides_the_outer_rupiah():
    """Textbook style: 40% to members, of which 70% usaha and 30% modal; 1.000.003 leaves
    400.001,2 to members and, of the 400.001 rupiah, 280.000,7 and 120.000,3."""
    outer = pools(1_000_003, items({"lain": 60, "anggota": 40}))
    assert outer == {"lain": 600_002, "anggota": 400_001}
    inner = pools(outer["anggota"], items({"usaha": 70, "modal": 30}))
    assert inner == {"usaha": 280_001, "modal": 120_000}


def test_an_empty_surplus_makes_empty_pools():
    assert set(pools(0, items(MEMBERS)).values()) == {0}


def test_the_textbook_list_of_105_percent_is_refused():
    """docs/domain.md 3.2, note 1."""
    textbook = {"cadangan": 40, "anggota": 40, "pengurus": 5, "karyawan": 5,
                "pendidikan": 5, "sosial": 5, "daerah": 5}
    with pytest.raises(ValueError, match="100"):
        pools(1_000_000, items(textbook))


@pytest.mark.parametrize(
    ("surplus", "table"),
    [
        (100, []),
        (100, [Item("a", Fraction(9999, 100))]),
        (100, [Item("a", Fraction(150)), Item("b", Fraction(-50))]),
        (100, [Item("a", Fraction(50)), Item("a", Fraction(50))]),
        (-1, [Item("a", Fraction(100))]),
    ],
)
def test_pools_errors(surplus, table):
    with pytest.raises(ValueError):
        pools(surplus, table)


def test_pools_refuse_a_float():
    with pytest.raises(TypeError):
        pools(100, [Item("a", 62.5), Item("b", 37.5)])


@given(
    st.integers(0, 10**12),
    st.lists(st.fractions(0, 1000, max_denominator=60), min_size=1, max_size=12).filter(any),
)
def test_pools_sum_to_the_surplus_and_follow_the_percents(surplus, parts):
    percents = [100 * part / sum(parts) for part in parts]
    table = [Item(str(number), percent) for number, percent in enumerate(percents)]
    divided = pools(surplus, table)
    assert list(divided) == [item.code for item in table]
    assert sum(divided.values()) == surplus
    for item in table:
        assert abs(divided[item.code] - surplus * item.percent / 100) < 1
        assert item.percent or divided[item.code] == 0


# ------------------------------------------------------------------ sources


@pytest.mark.parametrize(
    ("member", "other", "costs", "expected"),
    [
        (1_000_000, 500_000, 300_000, (800_000, 400_000)),
        (1_000_000, 0, 300_000, (700_000, 0)),
        (0, 500_000, 200_000, (0, 300_000)),
        (2, 1, 1, (1, 1)),  # two thirds of a rupiah round to the members
        (1, 1, 1, (0, 1)),  # a tie: the members bear it
        (600, 400, -100, (660, 440)),  # other income
        # one source negative: set off against the other
        (1_000_000, -200_000, 300_000, (500_000, 0)),
        (-200_000, 1_000_000, 300_000, (0, 500_000)),
        (1_000_000, -200_000, 800_000, (0, 0)),
        # loss years
        (600, 400, 2_000, (-600, -400)),
        (100, -20, 90, (0, -10)),
        (-30, -10, 4, (-33, -11)),
        (0, 0, 50, (-50, 0)),
        (0, 0, 0, (0, 0)),
    ],
)
def test_split_surplus(member, other, costs, expected):
    assert split_surplus(member, other, costs) == expected


amounts = st.integers(-(10**9), 10**9)


@given(amounts, amounts, amounts)
def test_split_sums_to_the_whole_and_never_mixes_signs(member, other, costs):
    first, second = split_surplus(member, other, costs)
    assert first + second == member + other - costs
    assert min(first, second) >= 0 or max(first, second) <= 0


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.fractions(0, 1))
def test_both_sources_keep_the_same_part_of_their_gross(member, other, part):
    costs = int((member + other) * part)
    first, second = split_surplus(member, other, costs)
    # cross-multiplied, so that nothing is divided: off by less than one rupiah
    assert abs(first * (member + other) - member * (member + other - costs)) <= (
        member + other
    )
    assert 0 <= first <= member and 0 <= second <= other


# ------------------------------------------------------------------ average balance


def month_end(month):
    return (date(2025, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def test_tv_avg():
    """A: 340.000 and 20.000 each month-end; B joins in July with 100.000 and 20.000."""
    a = 340_000, [(month_end(m), 20_000) for m in range(1, 13)], *YEAR
    b = 0, [(date(2025, 7, 1), 100_000)] + [
        (date(2025, month, 5), 20_000) for month in range(7, 13)
    ], *YEAR
    assert (average_balance(*a, "end"), average_balance(*a, "monthly")) == (580_000, 470_000)
    assert (average_balance(*b, "end"), average_balance(*b, "monthly")) == (220_000, 85_000)


def test_daily_average_is_exact():
    """100 for 59 days (January, February), 465 for 306: (5.900 + 142.290) / 365."""
    result = average_balance(100, [(date(2025, 3, 1), 365)], *YEAR, "daily")
    assert result == Fraction(148_190, 365)
    assert isinstance(result, Fraction)


def test_a_balance_that_never_moves_is_its_average():
    for method in ("end", "monthly", "daily"):
        assert average_balance(7, [], *YEAR, method) == 7


def test_a_month_not_over_yet_does_not_count():
    """Month ends 100 and 200; the 900 of 10 March is no month end."""
    account = 100, [(date(2025, 2, 9), 100), (date(2025, 3, 10), 700)]
    period = date(2025, 1, 15), date(2025, 3, 20)
    assert average_balance(*account, *period, "monthly") == 150


def test_average_errors():
    with pytest.raises(ValueError):
        average_balance(0, [(date(2024, 12, 31), 1)], *YEAR, "daily")
    with pytest.raises(ValueError):
        average_balance(0, [(date(2026, 1, 1), 1)], *YEAR, "end")
    with pytest.raises(ValueError):
        average_balance(0, [], *YEAR, "weekly")
    with pytest.raises(ValueError):
        average_balance(0, [], date(2025, 1, 1), date(2025, 1, 30), "monthly")


days = st.dates(*YEAR)


@given(
    st.integers(0, 10**8),
    st.lists(st.tuples(days, st.integers(-(10**6), 10**6)), max_size=20),
)
def test_average_against_loops(opening, movements):
    balance = opening
    by_day, by_month = [], []
    day = YEAR[0]
    while day <= YEAR[1]:
        balance += sum(amount for when, amount in movements if when == day)
        by_day.append(balance)
        if day in map(month_end, range(1, 13)):
            by_month.append(balance)
        day += timedelta(days=1)
    account = opening, movements, *YEAR
    assert average_balance(*account, "end") == by_day[-1]
    assert average_balance(*account, "monthly") * 12 == sum(by_month)
    assert average_balance(*account, "daily") * 365 == sum(by_day)
