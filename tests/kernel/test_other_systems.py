"""Schedules of other lending systems, to the last cent.

Figures are the expectations that those projects publish in their own tests, or textbook
answers; amounts are in cents (or in the coin named) so that both sides round alike.

Not expressible, on purpose:

* Apache Fineract, 192,22 at 9,99% in 6 months with a first period of 17 days: its
  installment of 32,85 takes the shorter first period into account, while here a broken
  first period changes interest only (the plain schedule would be 32,98 a month).
* Apache Fineract's semi-monthly due dates (the 15th and the last day of the month): the
  amounts below agree, two due days a month do not exist here.
* Payments ahead and payoffs: test_other_systems_payments.py.
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
    # Equal parts but for the last, so these rows give the whole column.
    parts = [principal for principal, _interest in columns(rows)]
    assert parts == [0] * grace + [expected[20][0]] * (23 - grace) + [expected[24][0]]
    assert sum(parts) == 100_000


def test_brazilian_exercise_with_principal_grace():
    """resposta.org, constant amortization (SAC): 660.000 at 2,5% a month in 8 payments after 3 months that pay interest
    only: 16.500 three times, then 82.500 each and 2,5% of what is owed before it."""
    rows = plan(660_000_00, Fraction(25, 1000), 11, Method.DECLINING, date(2025, 1, 1), principal_grace=3)
    assert columns(rows)[:4] == [(0, 16_500_00)] * 3 + [(82_500_00, 16_500_00)]
    # Falls by 2,5% of 82.500 = 2.062,50 from row to row.
    assert columns(rows)[4:] == [
        (82_500_00, interest)
        for interest in (14_437_50, 12_375_00, 10_312_50, 8_250_00, 6_187_50, 4_125_00, 2_062_50)
    ]


def test_mifos_interest_grace():
    """Mifos X, client loan integration test with a moratorium: 10.000 in 4 weeks at 2% a month, 52 weeks a year, equal
    installments. The first week's interest is paid with the second: 46,15 + 34,69 = 80,84."""
    terms = 10_000_00, Fraction(24, 5200), 4, Method.ANNUITY, date(2015, 1, 8)
    assert columns(plan(*terms, unit="week")) == [
        (2_482_76, 46_15), (2_494_22, 34_69), (2_505_73, 23_18), (2_517_29, 11_62),
    ]
    rows = plan(*terms, unit="week", interest_grace=1)
    assert columns(rows) == [(2_482_76, 0), (2_494_22, 80_84), (2_505_73, 23_18), (2_517_29, 11_62)]
    assert rows[-1].due_date == date(2015, 1, 29)


def test_fineract_installment_in_hundreds():
    """What an Apache Fineract server answered (buya-v/gerege-nbfi, captures B-01, B-02 and the rounded down one):
    1.200.000 in 12 months at 21,6% a year, the installment as it is, then to the nearest 100; of 1.190.000 the nearest
    lies below, 111.148,35 becomes 111.100. The last row takes the rest."""
    terms = Fraction("21.6") / 1200, 12, Method.ANNUITY, date(2026, 2, 1)
    rows = plan(1_200_000_00, *terms)
    assert columns(rows)[:2] == [(90_482_37, 21_600_00), (92_111_05, 19_971_32)]
    assert {row.principal + row.interest for row in rows[:-1]} == {112_082_37}
    assert rows[-1].principal + rows[-1].interest == 112_082_40
    assert sum(row.interest for row in rows) == 144_988_47
    rows = plan(1_200_000_00, *terms, installment_unit=100_00)
    assert {row.principal + row.interest for row in rows[:-1]} == {112_100_00}
    assert columns(rows)[-1] == (109_888_23, 1_977_99)
    assert sum(row.interest for row in rows) == 144_966_22
    rows = plan(1_190_000_00, *terms, installment_unit=100_00)
    assert {row.principal + row.interest for row in rows[:-1]} == {111_100_00}


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
