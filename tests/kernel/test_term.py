"""Term deposits: docs/domain.md 5.4, by hand and against loops."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.term import Payment, Term, earned, payable, running

SIX = Fraction(6, 100)
START = date(2026, 11, 15)


def deposit(payment, principal=10_000_000, months=12, start=START, **terms):
    return Term(principal, SIX, months, start, payment, **terms)


def test_a_month_ends_on_its_day_or_on_the_last():
    term = deposit(Payment.MONTHLY, start=date(2026, 8, 31), months=6)
    assert [term.month_end(number) for number in (1, 2, 6)] == [
        date(2026, 9, 30),
        date(2026, 10, 31),
        date(2027, 2, 28),
    ]
    assert term.maturity == date(2027, 2, 28)


@pytest.mark.parametrize(
    ("on", "months"),
    [(START, 0), (date(2026, 12, 14), 0), (date(2026, 12, 15), 1), (date(2027, 11, 15), 12), (date(2030, 1, 1), 12)],
)
def test_months_complete(on, months):
    assert deposit(Payment.MONTHLY).months_complete(on) == months


def test_a_twelfth_a_month():
    """10.000.000 x 6 % / 12 = 50.000; twelve of them, or 600.000 at once; compounding more."""
    assert earned(deposit(Payment.MONTHLY), date(2026, 12, 15)) == 50_000
    assert earned(deposit(Payment.MONTHLY), date(2027, 11, 15)) == 600_000
    assert earned(deposit(Payment.MATURITY), date(2027, 11, 15)) == 600_000
    # 50.000; 10.050.000 x 0,5 % = 50.250; 10.100.250 x 0,5 % = 50.501,25
    assert earned(deposit(Payment.CAPITALISED, months=3), date(2027, 2, 15)) == 50_000 + 50_250 + 50_501


def test_by_days():
    """15 November to 15 December is 30 days: 10.000.000 x 6 % x 30 / 365 = 49.315,07; on 360 days 50.000."""
    assert earned(deposit(Payment.MONTHLY, by_days=True), date(2026, 12, 15)) == 49_315
    assert earned(deposit(Payment.MONTHLY, by_days=True, days_in_year=360), date(2026, 12, 15)) == 50_000
    # a year has 365 days
    assert earned(deposit(Payment.MATURITY, by_days=True), date(2027, 11, 15)) == 600_000


def test_rounded_down_at_each_payment():
    """1.000.000 x 5 % / 12 = 4.166,67 a month; 12.500 at once."""
    terms = {payment: Term(1_000_000, Fraction(5, 100), 3, START, payment) for payment in Payment}
    assert earned(terms[Payment.MONTHLY], date(2027, 2, 15)) == 3 * 4_166
    assert earned(terms[Payment.MATURITY], date(2027, 2, 15)) == 12_500


def test_payable():
    """Monthly interest falls due month by month, at maturity nothing before."""
    for on, monthly, maturity in ((date(2027, 2, 14), 100_000, 0), (date(2027, 2, 15), 150_000, 150_000)):
        assert payable(deposit(Payment.MONTHLY, months=3), on) == monthly
        assert payable(deposit(Payment.MATURITY, months=3), on) == maturity


def test_the_running_month_at_the_end_of_a_year():
    """15 to 31 December is 17 days: 3.650.000 x 6 % / 365 = 600 a day."""
    term = Term(3_650_000, SIX, 3, START)
    assert running(term, date(2027, 1, 1)) == 17 * 600
    assert running(term, date(2026, 12, 15)) == 0
    assert running(term, term.maturity) == running(term, START) == running(term, date(2026, 1, 1)) == 0


@pytest.mark.parametrize("terms", [(0, SIX, 1), (1, Fraction(-1), 1), (1, SIX, 0)])
def test_errors(terms):
    with pytest.raises(ValueError):
        Term(*terms, START)
    with pytest.raises(ValueError):
        Term(1, SIX, 1, START, days_in_year=0)


def test_floats_are_refused():
    with pytest.raises(TypeError):
        earned(Term(1_000, 0.06, 1, START), date(2027, 1, 1))


terms = st.builds(
    Term,
    st.integers(1, 10**9),
    st.fractions(0, Fraction(9, 100), max_denominator=10_000),
    st.integers(1, 24),
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.sampled_from(Payment),
    st.booleans(),
    st.sampled_from([360, 365]),
)


@given(terms, st.integers(-40, 900))
def test_never_falls_and_never_pays_more_than_is_earned(term, days):
    day = term.start + timedelta(days=days)
    following = day + timedelta(days=1)
    assert 0 <= payable(term, day) <= earned(term, day) <= earned(term, following)
    assert running(term, day) >= 0
    if day >= term.maturity:
        assert payable(term, day) == earned(term, term.maturity)
        assert running(term, day) == 0


@given(terms)
def test_against_the_exact_sum(term):
    """Rounded payments lose less than a rupiah each, and compounding is a power."""
    exact = Fraction(0)
    for number in range(term.months):
        days = (term.month_end(number + 1) - term.month_end(number)).days
        share = term.annual_rate * days / term.days_in_year if term.by_days else term.annual_rate / 12
        exact += share * (1 + exact) if term.payment is Payment.CAPITALISED else share
    difference = exact * term.principal - earned(term, term.maturity)
    payments = 1 if term.payment is Payment.MATURITY else term.months
    assert 0 <= difference < payments * (1 + term.annual_rate) ** 2 + 1
