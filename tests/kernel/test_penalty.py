"""Late fees: vector and rules of docs/domain.md 4.8, and properties."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.penalty import Kind, Terms, accrued

DUE = date(2026, 1, 10)
LATE = DUE + timedelta(days=12)
MILLE = Fraction(1, 1000)


@pytest.mark.parametrize(
    ("terms", "fee"),
    [
        (Terms(Kind.NONE, MILLE), 0),
        (Terms(Kind.INSTALLMENT, MILLE), 1_320),  # TV-DENDA: 110.000 x 0,1% x 12
        (Terms(Kind.PRINCIPAL, MILLE), 1_200),
        (Terms(Kind.PER_DAY, amount=500), 6_000),
        (Terms(Kind.ONCE, amount=5_000), 5_000),
        (Terms(Kind.INSTALLMENT, MILLE, grace_days=3), 990),  # nine days
        (Terms(Kind.ONCE, amount=5_000, grace_days=12), 0),
        (Terms(Kind.PER_DAY, amount=5_000, cap=Fraction(1)), 10_000),  # its interest
        (Terms(Kind.PER_DAY, amount=500, holidays=frozenset({DUE, DUE + timedelta(5), LATE})), 5_000),  # ten days
        (Terms(Kind.ONCE, amount=5_000, holidays=frozenset(DUE + timedelta(n) for n in range(12))), 0),
    ],
)
def test_kinds(terms, fee):
    assert accrued(terms, DUE, 100_000, 10_000, [], LATE) == fee


def test_a_payment_lowers_what_follows_only():
    """4 days on 110.000 and 8 on 50.000: 440 + 400; then it rests."""
    terms = Terms(Kind.INSTALLMENT, MILLE)
    paid = [(DUE + timedelta(days=4), 50_000, 10_000)]
    assert accrued(terms, DUE, 100_000, 10_000, paid, LATE) == 840
    paid.append((LATE, 50_000, 0))
    assert accrued(terms, DUE, 100_000, 10_000, paid, LATE + timedelta(days=90)) == 840


@pytest.mark.parametrize("days", [-3, 0])
def test_paid_in_time_costs_nothing(days):
    paid = [(DUE + timedelta(days=days), 100_000, 10_000)]
    for kind in Kind:
        assert accrued(Terms(kind, MILLE, 500), DUE, 100_000, 10_000, paid, LATE) == 0


payments = st.lists(
    st.tuples(st.dates(DUE - timedelta(30), DUE + timedelta(60)), st.integers(0, 20_000), st.integers(0, 2_000)),
    max_size=5,
)
all_terms = st.builds(
    Terms,
    st.sampled_from(Kind),
    st.fractions(0, Fraction(1, 100), max_denominator=10_000),
    st.integers(0, 10_000),
    st.integers(0, 10),
    st.none() | st.fractions(0, 2, max_denominator=100),
    st.frozensets(st.dates(DUE - timedelta(5), DUE + timedelta(60)), max_size=20),
)


@given(all_terms, payments, st.integers(0, 60), st.integers(0, 60))
def test_it_never_falls_and_money_never_raises_it(terms, paid, early, more):
    first, later = DUE + timedelta(early), DUE + timedelta(early + more)
    fee = accrued(terms, DUE, 100_000, 10_000, paid, later)
    assert 0 <= accrued(terms, DUE, 100_000, 10_000, paid, first) <= fee
    assert fee <= accrued(terms, DUE, 100_000, 10_000, [], later)
    if terms.cap is not None:
        assert fee <= terms.cap * 10_000 + Fraction(1, 2)


@given(all_terms, payments, st.integers(0, 60))
def test_day_by_day(terms, paid, late):
    """The same from the other side: what is open at the end of each day before, one by one."""
    total = Fraction(0)
    for number in range(terms.grace_days, late):
        day = DUE + timedelta(number)
        if day in terms.holidays:
            continue
        principal = 100_000 - sum(part for moved, part, _ in paid if moved <= day)
        interest = 10_000 - sum(part for moved, _, part in paid if moved <= day)
        base = {Kind.INSTALLMENT: (principal + interest) * terms.rate, Kind.PRINCIPAL: principal * terms.rate}
        daily = base.get(terms.kind, terms.amount)
        if terms.kind is Kind.ONCE:
            total = Fraction(terms.amount)
        elif terms.kind is not Kind.NONE:
            total += daily
    if terms.cap is not None:
        total = min(total, 10_000 * terms.cap)
    fee = accrued(terms, DUE, 100_000, 10_000, paid, DUE + timedelta(late))
    assert abs(fee - total) <= Fraction(1, 2)


def test_floats_and_negatives_are_refused():
    with pytest.raises(TypeError):
        accrued(Terms(Kind.INSTALLMENT, 0.001), DUE, 100, 10, [], LATE)
    with pytest.raises(ValueError):
        accrued(Terms(Kind.ONCE, amount=-1), DUE, 100, 10, [], LATE)
