"""Schedules of other lending systems, to the last cent.

Figures are the expectations that those projects publish in their own tests, or textbook
answers; amounts are in cents (or in the coin named) so that both sides round alike.

Not expressible, on purpose:

* Apache Fineract, 192,22 at 9,99% in 6 months with a first period of 17 days: its
  installment of 32,85 takes the shorter first period into account, while here a broken
  first period changes interest only (the plain schedule would be 32,98 a month).
* Apache Fineract's semi-monthly due dates (the 15th and the last day of the month): the
  amounts below agree, two due days a month do not exist here.
* ERPNext's schedule with a fixed amount per month: the number of installments is what is
  agreed here, the amount follows.
"""

from datetime import date
from fractions import Fraction

import pytest

from odoo.addons.koperasi_simpan_pinjam.kernel.amortization import Method, schedule
from odoo.addons.koperasi_simpan_pinjam.kernel.money import Rounding, round_to


def plan(*terms, **options):
    return schedule(*terms, rounding=Rounding.HALF_EVEN,
                    **{"installment_rounding": Rounding.HALF_EVEN, **options})


def columns(rows):
    return [(row.principal, row.interest) for row in rows]


def test_fineract_group_loan():
    """Apache Fineract (and Mifos X), integration test of group and client loans:
    12.000 in 4 months at 2% a month, declining balance, equal installments."""
    rows = plan(12_000_00, Fraction(2, 100), 4, Method.ANNUITY, date(2011, 10, 20))
    assert columns(rows) == [
        (2_911_49, 240_00), (2_969_72, 181_77), (3_029_11, 122_38), (3_089_68, 61_79),
    ]
    assert [row.due_date for row in rows] == [
        date(2011, 10, 20), date(2011, 11, 20), date(2011, 12, 20), date(2012, 1, 20),
    ]


def test_fineract_progressive_loan():
    """Apache Fineract, loan schedule generator test: 75 left after a down payment, 6
    months at 9,99% a year, 30/360, half-even to the cent."""
    rows = plan(75_00, Fraction("9.99") / 1200, 6, Method.ANNUITY, date(2024, 2, 1))
    assert [(row.principal, row.interest, row.balance) for row in rows] == [
        (12_25, 62, 62_75),
        (12_35, 52, 50_40),
        (12_45, 42, 37_95),
        (12_55, 32, 25_40),
        (12_66, 21, 12_74),
        (12_74, 11, 0),
    ]
    assert rows[-1].due_date == date(2024, 7, 1)


def test_fineract_semi_monthly_loan():
    """Apache Fineract, loan schedule generator test: 1.000 in 4 half months, 24% a year,
    30/360, half-even to the cent. Amounts only (see above)."""
    rows = plan(
        1_000_00, Fraction(1, 100), 4, Method.ANNUITY, date(2023, 1, 31), unit="day", every=15
    )
    assert [(row.principal, row.interest, row.balance) for row in rows] == [
        (246_28, 10_00, 753_72),
        (248_74, 7_54, 504_98),
        (251_23, 5_05, 253_75),
        (253_75, 2_54, 0),
    ]


# Rows 1 to 6, 10, 20 and 24 are what Fineract's test looks at; in hundreds.
EQUAL_PRINCIPAL = {
    1: (4167, 2000), 2: (4167, 1917), 3: (4167, 1833), 4: (4167, 1750), 5: (4167, 1667),
    6: (4167, 1583), 10: (4167, 1250), 20: (4167, 417), 24: (4159, 83),
}
EQUAL_PRINCIPAL_AFTER_GRACE = {
    1: (0, 2000), 2: (0, 2000), 3: (0, 2000), 4: (0, 2000), 5: (0, 2000),
    6: (5263, 2000), 7: (5263, 1895), 10: (5263, 1579), 20: (5263, 526), 24: (5266, 105),
}


@pytest.mark.parametrize(
    ("grace", "expected"), [(0, EQUAL_PRINCIPAL), (5, EQUAL_PRINCIPAL_AFTER_GRACE)]
)
def test_fineract_equal_principal_in_hundreds(grace, expected):
    """Apache Fineract, client loan integration test: 10.000.000 in 24 months at 2% a
    month, equal principal, all amounts in multiples of 100, with and without five
    periods of principal grace."""
    rows = plan(
        100_000, Fraction(2, 100), 24, Method.DECLINING, date(2014, 7, 2),
        principal_grace=grace,
    )
    assert {n: columns(rows)[n - 1] for n in expected} == expected
    assert (rows[9].due_date, rows[23].due_date) == (date(2015, 4, 2), date(2016, 6, 2))


def test_erpnext_loan():
    """ERPNext, loan test: 280.000 in 20 months at 8,4% a year. It rounds the installment
    up to a whole 15.052, keeps interest in cents and compares in whole units."""
    rows = plan(
        280_000_00, Fraction("8.4") / 1200, 20, Method.ANNUITY, date(2021, 1, 1),
        installment_unit=100, installment_rounding=Rounding.UP,
    )

    def whole(cents):
        return round_to(Fraction(cents, 100))

    assert rows[0].principal + rows[0].interest == 15_052_00
    for index, principal, interest, balance in [
        (3, 13_369, 1_683, 227_080),
        (17, 14_740, 312, 29_785),
        (19, 14_941, 105, 0),
    ]:
        row = rows[index]
        assert [whole(v) for v in (row.principal, row.interest, row.balance)] == [
            principal, interest, balance,
        ]
    assert whole(sum(row.interest for row in rows)) == 21_034
    assert whole(sum(row.principal + row.interest for row in rows)) == 301_034


@pytest.mark.parametrize(
    ("loan", "years", "rate", "exact_in_sen", "unit", "mode", "rounded"),
    [
        (150_000_000, 5, "0.12", 41_611_459_79, 10_000, Rounding.UP, 41_620_000),
        (120_000_000, 8, "0.10", 22_493_282_11, 100_000, Rounding.DOWN, 22_400_000),
    ],
)
def test_indonesian_school_book(loan, years, rate, exact_in_sen, unit, mode, rounded):
    """Exercises of Indonesian vocational schools (masdayat.net): a yearly anuitas, exact
    to the sen, then rounded to a coin upwards or downwards."""
    terms = Fraction(rate), years, Method.ANNUITY, date(2025, 1, 1)
    first = plan(loan * 100, *terms, every=12)[0]
    assert first.principal + first.interest == exact_in_sen
    first = plan(
        loan, *terms, every=12, installment_unit=unit, installment_rounding=mode
    )[0]
    assert first.principal + first.interest == rounded


def test_reducing_balance_of_a_consumer_guide():
    """sapling.com, reducing balance: 1.000 at 2% a month in 6 months."""
    rows = plan(1_000_00, Fraction(2, 100), 6, Method.ANNUITY, date(2025, 1, 1))
    assert columns(rows)[:2] == [(158_53, 20_00), (161_70, 16_83)]
    assert rows[0].balance == 841_47
