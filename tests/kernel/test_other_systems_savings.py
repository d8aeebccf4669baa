"""Savings interest and term deposits as banks and teachers publish them, worked examples to the last coin printed.

Not among them: a rate that changes within a month, a deposit rolled over with its interest added.
"""

from datetime import date
from fractions import Fraction

import pytest

from odoo.addons.koperasi_simpan_pinjam.kernel.money import Rounding
from odoo.addons.koperasi_simpan_pinjam.kernel.savings_interest import (
    BalanceMethod,
    RateStep,
    interest,
    stepped_interest,
)
from odoo.addons.koperasi_simpan_pinjam.kernel.term import Payment, Term, earned, running

MILLION = 1_000_000


def moves(month, *pairs):
    return [(month.replace(day=day), amount) for day, amount in pairs]


def by_days(percent, days):
    """Banks take days / 365 of the yearly rate for a month, the kernel a twelfth."""
    return Fraction(percent) / 100 * 12 * days / 365


def test_lowest_balance():
    """Bank Indonesia's guide to savings interest (as told by nuryazidi.wordpress.com), June at 5%: 4.109,59."""
    june = date(2008, 6, 1)
    account = moves(june, (1, MILLION), (5, 5 * MILLION), (6, -MILLION // 2), (10, 5 * MILLION // 2), (20, -MILLION),
                    (25, 10 * MILLION), (30, -2 * MILLION))
    sen = [(day, amount * 100) for day, amount in account]
    assert interest(0, sen, june, date(2008, 6, 30), by_days(5, 30), BalanceMethod.LOWEST,
                    rounding=Rounding.HALF_UP) == 4_109_59


@pytest.mark.parametrize(
    ("balance", "percent", "days", "expected"),
    [
        (2_000_000, 6, 30, 9_863),  # fortuneidn.com
        (30_000_000, 5, 28, 115_068),  # idxchannel.com, after DBS Indonesia
        (500_000, 3, 31, 1_274),  # terkreatif.com
    ],
)
def test_lowest_balance_of_a_month(balance, percent, days, expected):
    month = {28: 2, 30: 4, 31: 1}[days]
    span = date(2023, month, 1), date(2023, month, days)
    assert interest(balance, [], *span, by_days(percent, days), BalanceMethod.LOWEST,
                    rounding=Rounding.HALF_UP) == expected


def test_average_balance_with_steps():
    """scribd.com, "Perhitungan Suku Bunga Simpanan Tabungan Bank": BNI Taplus Muda, September 2015: a mean of
    46.388.333 reaches 0,75% and earns 28.595,55."""
    month = date(2015, 9, 1)
    account = moves(month, (1, 350_000_00), (7, 50 * MILLION * 100), (16, -5 * MILLION * 100), (20, -350_000_00),
                    (23, 25 * MILLION * 100), (25, 10 * MILLION * 100))
    steps = [
        RateStep(month, floor * MILLION * 100, by_days(percent, 30))
        for floor, percent in ((0, "0"), (1, "0.5"), (10, "0.75"), (50, "1"), (100, "1.25"))
    ]
    assert stepped_interest(0, account, month, date(2015, 9, 30), steps, BalanceMethod.AVERAGE,
                            rounding=Rounding.HALF_UP) == 28_595_55


@pytest.mark.parametrize(
    ("balance", "first", "last", "expected"), [(4, 1, 3, 1_972), (5, 4, 6, 2_465), (2, 7, 9, 986)]
)
def test_daily_balance(balance, first, last, expected):
    """fortuneidn.com, March 2023 at 6%, actual / 365: each span. Its sum misprints 986 as 968."""
    span = date(2023, 3, first), date(2023, 3, last)
    assert interest(balance * MILLION, [], *span, Fraction(6, 100), BalanceMethod.DAILY) == expected


@pytest.mark.parametrize(
    ("millions", "percent", "months", "payment", "on", "expected"),
    [
        (40, 18, 6, Payment.MONTHLY, 1, 600_000),  # scribd.com, "Perhitungan Jasa Deposito", no. 1
        (50, 20, 6, Payment.MONTHLY, 1, 833_333),  # scribd.com, "Perhitungan bunga deposito", a
        (30, 26, 9, Payment.MATURITY, 9, 5_850_000),  # the same, b
    ],
)
def test_term_deposit(millions, percent, months, payment, on, expected):
    term = Term(millions * MILLION, Fraction(percent, 100), months, date(2009, 1, 16), payment)
    assert earned(term, term.month_end(on)) == expected


@pytest.mark.parametrize(
    ("millions", "months", "percent", "expected"),
    [
        (75, 1, "4.25", 265_625),
        (75, 2, "4.75", 593_750),
        (75, 3, "6", 1_125_000),
        (75, 6, "6", 2_250_000),
        (75, 12, "6", 4_500_000),
        (75, 24, "6.5", 9_750_000),
        (750, 1, "4.25", 2_656_250),
        (750, 2, "6", 7_500_000),
        (750, 3, "6", 11_250_000),
        (750, 6, "6.25", 23_437_500),
        (750, 12, "6.25", 46_875_000),
        (750, 24, "6.75", 101_250_000),
        (1500, 1, "4.5", 5_625_000),
        (1500, 2, "7", 17_500_000),
        (1500, 3, "7", 26_250_000),
        (1500, 6, "7", 52_500_000),
        (1500, 12, "6.5", 97_500_000),
    ],
)
def test_table_of_term_deposits(millions, months, percent, expected):
    """BNI's deposits of December 2014 (pdfcoffee.com, "Bunga Deposito BNI"), interest at maturity before tax. Its rows
    of 18 months are left out: they print what 16 months earn."""
    term = Term(millions * MILLION, Fraction(percent) / 100, months, date(2014, 12, 9), Payment.MATURITY)
    assert earned(term, term.month_end(months)) == expected


def test_term_deposit_by_days_of_365():
    """berilmu.com: 10.000.000 at 5%, a month of 30 days: 41.095,89."""
    assert earned(Term(MILLION * 1000, Fraction(5, 100), 1, date(2026, 4, 1), by_days=True), date(2026, 5, 1)) \
        == 41_095_89


def test_term_deposit_broken_early():
    """scribd.com, "Perhitungan Jasa Deposito", no. 3: 40.000.000 from 16 July, broken on 14 September: at 9% less a
    penalty of 3%, a month and 28 days of 360 earn 200.000 + 186.666. From 16 August there are 29 days; the source
    leaves one out, so the 13th is asked for."""
    term = Term(40 * MILLION, Fraction(9 - 3, 100), 3, date(2009, 7, 16), days_in_year=360)
    day = date(2009, 9, 13)
    assert (earned(term, day), running(term, day)) == (200_000, 186_666)
