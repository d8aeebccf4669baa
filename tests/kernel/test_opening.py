"""What the old books paid of a term deposit (docs/domain.md 5.4)."""

from datetime import date
from fractions import Fraction

import pytest

from odoo.addons.koperasi_simpan_pinjam.kernel.opening import interest_paid
from odoo.addons.koperasi_simpan_pinjam.kernel.term import Payment, Term

OPENING = date(2026, 10, 31)


def term(payment=Payment.MONTHLY, months=12, start=date(2026, 5, 15), principal=10_000_000):
    return Term(principal, Fraction(6, 100), months, start, payment)


@pytest.mark.parametrize(
    ("deposit", "next_pay", "paid"),
    [
        (term(), None, 250_000),  # 15 June to 15 October, 5 x 50.000
        (term(), date(2026, 11, 15), 250_000),
        (term(), date(2026, 6, 15), 0),  # nothing was paid yet
        (term(start=date(2026, 9, 30)), None, 50_000),  # 30 October is the first pay day
        (term(start=date(2026, 10, 31)), None, 0),  # of the day itself
        (term(start=date(2026, 5, 31)), None, 250_000),  # 30 June, 31 July, 31 August, 30 September, 31 October
        (term(months=3), None, 150_000),  # matured in August, not cashed yet
        (term(months=3), date(2026, 8, 15), 100_000),  # its last interest was not paid
        (term(Payment.MATURITY), None, 0),
        (term(Payment.MATURITY), date(2027, 5, 15), 0),
        (term(Payment.CAPITALISED, 3, date(2026, 8, 15), 1_000_000), None, 10_025),  # 5.000 and 5.025
    ],
)
def test_interest_paid(deposit, next_pay, paid):
    assert interest_paid(deposit, next_pay, OPENING) == paid


@pytest.mark.parametrize(
    ("deposit", "next_pay"),
    [
        (term(), date(2026, 11, 16)),  # no pay day
        (term(), date(2026, 12, 15)),  # the one after the next
        (term(), date(2026, 5, 15)),  # the first day
        (term(Payment.MATURITY), date(2026, 11, 15)),
    ],
)
def test_no_pay_day(deposit, next_pay):
    with pytest.raises(ValueError, match="pay day|maturity"):
        interest_paid(deposit, next_pay, OPENING)
