"""NIK: docs/domain.md 6.4. Every number here is invented."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.nik import Nik, mask, parse

TODAY = date(2026, 7, 1)


def test_tv_nik():
    assert parse("3275034508850001", TODAY) == Nik(
        birth_date=date(1985, 8, 5), sex="female",
        province="32", regency="3275", district="327503", serial=1,
    )


def test_a_man():
    nik = parse("3275030508850002", TODAY)
    assert (nik.birth_date, nik.sex, nik.serial) == (date(1985, 8, 5), "male", 2)


@pytest.mark.parametrize(
    ("digits", "today", "born"),
    [
        ("010709", TODAY, date(2009, 7, 1)),  # 17 today
        ("010716", TODAY, date(1916, 7, 1)),  # 110 today
        ("020715", TODAY, date(1915, 7, 2)),  # 111 tomorrow
        ("290208", TODAY, date(2008, 2, 29)),
        ("290208", date(2025, 2, 28), None),  # 17 tomorrow
        # 14 or 114
        ("010185", date(2099, 1, 1), None),
    ],
)
def test_the_century_gives_a_possible_age(digits, today, born):
    nik = "327503" + digits + "0001"
    if born:
        assert parse(nik, today).birth_date == born
    else:
        with pytest.raises(ValueError, match="11-12"):
            parse(nik, today)


@pytest.mark.parametrize(
    ("nik", "reason"),
    [
        ("", "16 digits"),
        ("327503450885000", "16 digits, this has 15"),
        ("32750345088500011", "16 digits, this has 17"),
        ("3275034508850001\n", "16 digits, this has 17"),
        ("32750345O8850001", "digits only"),
        ("３275034508850001", "digits only"),
        ("1075034508850001", r"digits 1-2 \(province\): 10"),
        ("9875034508850001", r"digits 1-2 \(province\): 98"),
        ("3275030008850001", r"digits 7-8 \(day of birth\): 00"),
        ("3275033208850001", r"digits 7-8 \(day of birth\): 32"),
        ("3275034008850001", r"digits 7-8 \(day of birth\): 40"),
        ("3275037208850001", r"digits 7-8 \(day of birth\): 72"),
        ("3275034500850001", r"digits 9-10 \(month of birth\): 00"),
        ("3275034513850001", r"digits 9-10 \(month of birth\): 13"),
        ("3275033104850001", r"digits 7-12 \(date of birth\)"),
        ("3275032902850001", r"digits 7-12 \(date of birth\)"),
        ("3275034508140001", r"digits 11-12 \(year of birth\)"),
        ("3275034508850000", r"digits 13-16 \(serial\)"),
    ],
)
def test_what_is_wrong_is_named(nik, reason):
    with pytest.raises(ValueError, match=reason) as error:
        parse(nik, TODAY)
    assert not nik or nik not in str(error.value)


def test_mask():
    assert mask("3275034508850001") == "327503******0001"
    assert mask("327503450885") == "*" * 12
    assert mask("") == ""


@st.composite
def people(draw):
    today = draw(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
    born = draw(st.dates(date(today.year - 110, 1, 1), date(today.year - 17, 12, 31)))
    age = sum(  # birthdays gone by, counted one by one
        (year, born.month, born.day) <= (today.year, today.month, today.day)
        for year in range(born.year + 1, today.year + 1)
    )
    return born, age, draw(st.sampled_from(["female", "male"])), today


@given(people(), st.integers(11, 97), st.integers(0, 9999), st.integers(1, 9999))
def test_round_trip(person, province, area, serial):
    born, age, sex, today = person
    day = born.day + 40 if sex == "female" else born.day
    nik = f"{province}{area:04}{day:02}{born.month:02}{born.year % 100:02}{serial:04}"
    if not 17 <= age <= 110:
        with pytest.raises(ValueError):
            parse(nik, today)
        return
    parsed = parse(nik, today)
    assert (parsed.birth_date, parsed.sex, parsed.serial) == (born, sex, serial)
    assert parsed.district == f"{province}{area:04}"
    assert parsed.district.startswith(parsed.regency)
    assert parsed.regency.startswith(parsed.province)
    assert mask(nik)[:6] + mask(nik)[-4:] == parsed.district + f"{serial:04}"


@given(st.text(max_size=20))
def test_mask_shows_ten_characters_at_most(text):
    hidden = mask(text)
    assert len(hidden) == len(text)
    assert len(text) == 16 or set(hidden) <= {"*"}


def test_a_child_as_heir():
    nik = "3275034508100001"  # 15, or 115
    with pytest.raises(ValueError, match="17 to 110"):
        parse(nik, TODAY)
    assert parse(nik, TODAY, youngest=0).birth_date == date(2010, 8, 5)
