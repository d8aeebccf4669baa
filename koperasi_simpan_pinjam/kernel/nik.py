"""NIK: the 16 digits of an Indonesian identity card, ``PPKKCC DDMMYY NNNN``.

Rules: docs/domain.md section 6.4. A NIK is personal data (UU 27/2022): no message of this
module repeats more of it than the digits at fault.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

YOUNGEST, OLDEST = 17, 110
WOMAN = 40  # added to the day of birth


@dataclass(frozen=True)
class Nik:
    """What a NIK says. The area is where it was first issued, not the address now."""

    birth_date: date
    sex: Literal["female", "male"]
    province: str  # digits 1-2
    regency: str  # digits 1-4
    district: str  # digits 1-6
    serial: int


def parse(nik: str, today: date, youngest: int = YOUNGEST) -> Nik:
    """Return what the digits say.

    The year of birth has two digits: the century is the one that gives an age from
    ``youngest`` to 110 on ``today``, the later one of two.

    :param nik: 16 digits, without blanks or dots
    :param today: the day on which the age counts
    :param youngest: 17 for a member, 0 for an heir
    :raise ValueError: with the reason and the digits at fault

    Source: docs/domain.md section 6.4.

    >>> woman = parse("3275034508850001", date(2026, 7, 1))
    >>> woman.birth_date, woman.sex, woman.district
    (datetime.date(1985, 8, 5), 'female', '327503')
    >>> parse("3275033208850001", date(2026, 7, 1))
    Traceback (most recent call last):
    ValueError: NIK digits 7-8 (day of birth): 32 is neither 01-31 nor 41-71
    """
    if len(nik) != 16:
        raise ValueError(f"NIK must have 16 digits, this has {len(nik)} characters")
    if not re.fullmatch("[0-9]+", nik):
        raise ValueError("NIK must have digits only")
    province, day, month, year, serial = (
        int(nik[start:stop])
        for start, stop in ((0, 2), (6, 8), (8, 10), (10, 12), (12, 16))
    )
    if not 11 <= province <= 97:
        raise ValueError(f"NIK digits 1-2 (province): {nik[:2]} is not from 11 to 97")
    if not (1 <= day <= 31 or 1 <= day - WOMAN <= 31):
        raise ValueError(
            f"NIK digits 7-8 (day of birth): {nik[6:8]} is neither 01-31 nor 41-71"
        )
    if not 1 <= month <= 12:
        raise ValueError(
            f"NIK digits 9-10 (month of birth): {nik[8:10]} is not from 01 to 12"
        )
    if not serial:
        raise ValueError("NIK digits 13-16 (serial): 0000 is not given out")
    return Nik(
        birth_date=_birth_date(year, month, day % WOMAN, today, youngest),
        sex="female" if day > WOMAN else "male",
        province=nik[:2],
        regency=nik[:4],
        district=nik[:6],
        serial=serial,
    )


def _birth_date(year, month, day, today, youngest):
    """Return the date in the century that gives a possible age."""
    real = False
    for century in range(today.year // 100, today.year // 100 - 3, -1):
        try:
            birth_date = date(century * 100 + year, month, day)
        except ValueError:  # 31 April, or 29 February of an ordinary year
            continue
        real = True
        before_birthday = (today.month, today.day) < (month, day)
        if youngest <= today.year - birth_date.year - before_birthday <= OLDEST:
            return birth_date
    if not real:
        raise ValueError("NIK digits 7-12 (date of birth): there is no such day")
    raise ValueError(
        f"NIK digits 11-12 (year of birth): no century gives an age from {youngest} "
        f"to {OLDEST}"
    )


def mask(nik: str) -> str:
    """Return the NIK with the date of birth hidden, for display.

    Anything that has not 16 characters is hidden whole.

    Source: docs/domain.md section 6.4.

    >>> mask("3275034508850001")
    '327503******0001'
    >>> mask("32750345")
    '********'
    """
    if len(nik) != 16:
        return "*" * len(nik)
    return nik[:6] + "*" * 6 + nik[12:]
