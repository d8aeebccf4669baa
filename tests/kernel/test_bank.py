"""A bank's file and its lines: docs/domain.md 8.2."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.bank import find_sum, parse_amount, propose, whole

START = date(2026, 10, 1)


@given(st.integers(-(10**12), 10**12), st.integers(0, 99))
def test_every_way_of_writing_is_read(units, cents):
    exact = Fraction(100 * abs(units) + cents, 100)
    english = f"{abs(units):,}.{cents:02}"
    indonesian = english.translate(str.maketrans(".,", ",."))
    for text in (english, indonesian, f"Rp {indonesian}", f"{indonesian} CR", f"{abs(units)}.{cents:02}"):
        assert parse_amount(text) == exact
    for text in (f"-{english}", f"({indonesian})", f"{indonesian} DB", f"{indonesian}-"):
        assert parse_amount(text) == -exact


@given(st.integers(0, 10**12))
def test_whole_rupiah(units):
    dots = f"{units:,}".replace(",", ".")
    for text in (dots, f"{units:,}", str(units), f"Rp.{dots},-"):
        assert parse_amount(text) == units


@pytest.mark.parametrize(
    "text", ["", "-", "Rp", "abc", "1.2.3", "1,250.000,00", "12.34.567", "1250.000", "(50", "50)", "-50 DB", "5O.000"]
)
def test_no_amount(text):
    with pytest.raises(ValueError):
        parse_amount(text)


@given(st.lists(st.integers(-(10**9), 10**9)))
def test_whole_amounts_sum_to_the_rounded_balance(hundredths):
    amounts = [Fraction(amount, 100) for amount in hundredths]
    rounded = whole(amounts)
    assert abs(sum(rounded) - sum(amounts)) <= Fraction(1, 2)
    assert all(abs(one - exact) <= 1 for one, exact in zip(rounded, amounts))
    assert all(one == exact for one, exact in zip(rounded, amounts) if exact.denominator == 1)


rows = st.lists(st.tuples(st.integers(0, 90), st.integers(-3, 3).filter(bool)), max_size=12)


@given(rows, rows)
def test_pairs_agree_and_nothing_is_used_twice(bank, books):
    bank = [(f"b{number}", START + timedelta(days), amount) for number, (days, amount) in enumerate(bank)]
    books = [(f"e{number}", START + timedelta(days), amount) for number, (days, amount) in enumerate(books)]
    lines, entries = ({row[0]: row for row in rows} for rows in (bank, books))
    pairs = propose(bank, books)
    assert len({line for line, _entry in pairs}) == len({entry for _line, entry in pairs}) == len(pairs)
    for line, entry in pairs:
        assert lines[line][2] == entries[entry][2]
        assert abs((lines[line][1] - entries[entry][1]).days) <= 31
    # Nothing is left on both sides that could be a pair.
    left = [row for row in bank if row[0] not in dict(pairs)]
    used = {entry for _line, entry in pairs}
    for _key, day, amount in left:
        assert not [
            1 for key, other, same in books if key not in used and same == amount and abs((day - other).days) <= 31
        ]


@given(st.lists(st.integers(1, 50), max_size=9), st.integers(1, 150))
def test_the_fewest_that_are_the_sum(amounts, target):
    """As trying every choice does."""
    rows = list(enumerate(amounts))
    found = find_sum(target, rows)
    choices = [
        [key for key, _amount in rows if number >> key & 1]
        for number in range(1, 2 ** len(rows))
        if sum(amount for key, amount in rows if number >> key & 1) == target
    ]
    assert bool(found) == bool(choices)
    if found:
        assert sum(amounts[key] for key in found) == target
        assert len(set(found)) == len(found) == min(map(len, choices))


def test_too_many_ways():
    assert find_sum(10**9, [(number, 3**number) for number in range(20)], most=1000) == []
