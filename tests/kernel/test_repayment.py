"""Payments and payoffs: vectors of docs/domain.md 4.7, 4.9, 4.12, and properties."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.amortization import Method, schedule
from odoo.addons.koperasi_simpan_pinjam.kernel.repayment import (
    Allocation,
    Due,
    Payoff,
    Quote,
    allocate,
    payoff,
    savings_part,
)

COMPONENTS = ("penalty", "fee", "interest", "principal")
JAN, FEB, MAR = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)
DUES = [Due(1, JAN, 100, 10, 5, 3), Due(2, FEB, 100, 10, 0), Due(3, MAR, 100, 10, 0)]


@pytest.mark.parametrize(
    ("amount", "expected", "rest"),
    [
        (0, [], 0),
        (4, [Allocation(1, 0, 0, 4, 0)], 0),
        (7, [Allocation(1, 0, 0, 5, 2)], 0),
        (17, [Allocation(1, 0, 9, 5, 3)], 0),
        (118, [Allocation(1, 100, 10, 5, 3)], 0),
        (130, [Allocation(1, 100, 10, 5, 3), Allocation(2, 2, 10, 0)], 0),
        (
            400,
            [Allocation(1, 100, 10, 5, 3), Allocation(2, 100, 10, 0),
             Allocation(3, 100, 10, 0)],
            62,
        ),
    ],
)
def test_default_order(amount, expected, rest):
    """denda, biaya, jasa, pokok; the oldest installment first."""
    assert allocate(amount, DUES) == (tuple(expected), rest)


def test_by_component():
    """All penalties and fees, then all interest, then principal."""
    assert allocate(45, DUES, by="component") == (
        (Allocation(1, 7, 10, 5, 3), Allocation(2, 0, 10, 0), Allocation(3, 0, 10, 0)),
        0,
    )


def test_other_orders():
    assert allocate(103, DUES, ("principal", "interest", "penalty", "fee"))[0] == (
        Allocation(1, 100, 3, 0),
    )
    # a component that is not named is not paid
    assert allocate(500, DUES[:1], ("interest", "principal")) == (
        (Allocation(1, 100, 10, 0),),
        390,
    )


def test_the_order_given_is_kept():
    assert allocate(111, list(reversed(DUES)))[0] == (
        Allocation(3, 100, 10, 0),
        Allocation(2, 0, 1, 0),
    )


@pytest.mark.parametrize(
    "arguments",
    [
        {"amount": -1},
        {"order": ("interest", "interest")},
        {"order": ("interest", "denda")},
        {"by": "member"},
        {"dues": [Due(1, JAN, -1, 0, 0)]},
    ],
)
def test_allocate_errors(arguments):
    with pytest.raises(ValueError):
        allocate(**{"amount": 10, "dues": DUES, **arguments})


money = st.integers(0, 60)
due_lists = st.lists(
    st.builds(Due, st.integers(1, 99), st.just(JAN), money, money, money, money),
    max_size=5,
)


@given(
    st.integers(0, 600),
    due_lists,
    st.permutations(COMPONENTS),
    st.sampled_from(["installment", "component"]),
)
def test_allocation_against_paying_coin_by_coin(amount, dues, order, by):
    places = [(row, name) for row in range(len(dues)) for name in order]
    if by == "component":
        places.sort(key=lambda place: order.index(place[1]))
    paid = {place: 0 for place in places}
    left = amount
    for place in places:
        while left and paid[place] < getattr(dues[place[0]], place[1]):
            paid[place] += 1
            left -= 1
    expected = [
        Allocation(due.number, **{name: paid[row, name] for name in COMPONENTS})
        for row, due in enumerate(dues)
        if any(paid[row, name] for name in COMPONENTS)
    ]
    assert allocate(amount, dues, order, by) == (tuple(expected), left)


@given(st.integers(0, 600), due_lists, st.sampled_from(["installment", "component"]))
def test_allocation_conserves_and_never_overpays(amount, dues, by):
    dues = [Due(n, d.due_date, d.principal, d.interest, d.penalty, d.fee)
            for n, d in enumerate(dues)]
    allocations, rest = allocate(amount, dues, by=by)
    received = sum(getattr(a, name) for a in allocations for name in COMPONENTS)
    assert received + rest == amount and rest >= 0
    for allocation in allocations:
        for name in COMPONENTS:
            assert 0 <= getattr(allocation, name)
            assert getattr(allocation, name) <= getattr(dues[allocation.number], name)
    if rest:
        assert received == sum(getattr(d, name) for d in dues for name in COMPONENTS)


# ------------------------------------------------------------------ payoff


def total(quote):
    return quote.principal + quote.interest + quote.penalty + quote.fee - quote.discount


def tv_payoff(convention, **terms):
    """TV-PAYOFF: 10.000.000 flat, 12 at 1%, five paid, paid off in month 6."""
    rows = schedule(10_000_000, Fraction(1, 100), 12, Method.FLAT, date(2026, 1, 10))
    assert rows[4].balance == 5_833_335
    dues = [Due(r.number, r.due_date, r.principal, r.interest, 0) for r in rows[5:]]
    return payoff(
        rows[4].balance, dues, date(2026, 5, 25), convention,
        current_interest=rows[5].interest,
        remaining_interest=sum(r.interest for r in rows[5:]),
        installments_left=7, installments=12, total_interest=1_200_000, **terms,
    )


@pytest.mark.parametrize(
    ("convention", "terms", "expected"),
    [
        (Payoff.CURRENT, {}, 5_933_335),
        (Payoff.PLUS_MONTHS, {"months": 2}, 6_133_335),  # (a) + 2 x 100.000
        (Payoff.PLUS_PERCENT, {"percent": Fraction(2, 100)}, 6_050_002),
        (Payoff.ALL, {}, 6_533_335),
        (Payoff.DISCOUNT, {"percent": Fraction(1, 4)}, 6_358_335),  # (d) - 175.000
        (Payoff.RULE_78, {}, 6_533_335 - 430_769),
    ],
)
def test_tv_payoff(convention, terms, expected):
    assert total(tv_payoff(convention, **terms)) == expected


def test_tv_payoff_rule_78():
    """7 left of 12: 28/78 of 1.200.000 is not earned, 430.769,23."""
    assert tv_payoff(Payoff.RULE_78).discount == 430_769


def test_the_supplement_is_penalty_and_the_discount_is_rounded_down():
    quote = tv_payoff(Payoff.PLUS_PERCENT, percent=Fraction(2, 100))
    assert (quote.interest, quote.penalty) == (100_000, 116_667)
    quote = tv_payoff(Payoff.DISCOUNT, percent=Fraction(1, 3))
    assert (quote.interest, quote.discount) == (700_000, 233_333)


@pytest.mark.parametrize("convention", Payoff)
def test_arrears_are_owed_in_full(convention):
    """Due on the very day counts; later penalties and fees do not."""
    dues = [Due(1, JAN, 100, 10, 5, 3), Due(2, FEB, 100, 10, 1), Due(3, MAR, 100, 9, 0, 7)]
    quote = payoff(
        300, dues, FEB, convention, current_interest=9, remaining_interest=9,
        installments_left=0, installments=3,
    )
    assert quote == Quote(principal=300, interest=29, penalty=6, fee=3, discount=0)


@pytest.mark.parametrize(
    "terms",
    [
        {"outstanding": -1},
        {"current_interest": -1},
        {"remaining_interest": -1},
        {"total_interest": -1},
        {"months": -1},
        {"percent": Fraction(-1)},
        {"convention": "half"},
        {"convention": Payoff.DISCOUNT, "percent": Fraction(2)},
        {"convention": Payoff.RULE_78},
        {"convention": Payoff.RULE_78, "installments_left": 13, "installments": 12},
        {"convention": Payoff.RULE_78, "installments_left": -1, "installments": 12},
    ],
)
def test_payoff_errors(terms):
    good = {
        "outstanding": 100, "dues": [], "on": JAN, "convention": Payoff.CURRENT,
        "current_interest": 1, "remaining_interest": 1,
    }
    with pytest.raises(ValueError):
        payoff(**{**good, **terms})


def test_payoff_refuses_a_float():
    for convention in (Payoff.PLUS_PERCENT, Payoff.DISCOUNT):
        with pytest.raises(TypeError):
            payoff(100, [], JAN, convention, current_interest=1, remaining_interest=1,
                   percent=0.02)


@given(
    st.integers(0, 10**9), due_lists, st.booleans(), st.sampled_from(Payoff),
    st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 12),
    st.fractions(0, 1, max_denominator=100), st.integers(1, 24), st.data(),
)
def test_payoff_identity(
    outstanding, dues, late, convention, current, later, months, percent, count, data
):
    """To pay = principal + arrears + what the convention adds, each counted apart."""
    left = data.draw(st.integers(0, count))
    quote = payoff(
        outstanding, dues, JAN if late else date(2025, 12, 31), convention,
        current_interest=current, remaining_interest=current + later, months=months,
        percent=percent, installments_left=left, installments=count,
        total_interest=10 * current,
    )
    arrears = late * sum(d.interest + d.penalty + d.fee for d in dues)
    remaining = current + later
    # sum of the digits of the installments left, over that of all
    digits = Fraction(sum(range(1, left + 1)), sum(range(1, count + 1)))
    exact = {
        Payoff.CURRENT: Fraction(current),
        Payoff.PLUS_MONTHS: Fraction(current + sum([current] * months)),
        Payoff.PLUS_PERCENT: current + outstanding * percent,
        Payoff.ALL: Fraction(remaining),
        Payoff.DISCOUNT: remaining * (1 - percent),
        Payoff.RULE_78: remaining - 10 * current * digits,
    }[convention]
    over = total(quote) - outstanding - arrears - exact
    if convention is Payoff.PLUS_PERCENT:
        assert -Fraction(1, 2) < over <= Fraction(1, 2)
    else:  # a discount is rounded down, so what is paid is rounded up
        assert 0 <= over < 1


# ------------------------------------------------------------------ balas jasa as savings


def test_savings_part_of_the_seed():
    """docs/domain.md 4.12: 10 x 10.000 at 50% makes 50.000 savings, 50.000 income."""
    already = 0
    for paid in range(10_000, 100_001, 10_000):
        part = savings_part(paid, Fraction(1, 2), already)
        assert part == 5_000
        already += part
    assert already == 50_000


@pytest.mark.parametrize(("percent", "part"), [(0, 0), (1, 7), (Fraction(1, 2), 3)])
def test_savings_part_ends(percent, part):
    assert savings_part(7, percent, 0) == part


def test_a_reversal_takes_savings_back():
    assert savings_part(5_000, Fraction(1, 2), 5_000) == -2_500


def test_savings_part_errors():
    for arguments in ((-1, Fraction(1, 2), 0), (1, Fraction(3, 2), 0), (1, Fraction(-1), 0)):
        with pytest.raises(ValueError):
            savings_part(*arguments)
    with pytest.raises(TypeError):
        savings_part(100, 0.5, 0)


@given(
    st.lists(st.integers(0, 10**6), max_size=20),
    st.fractions(0, 1, max_denominator=1000),
)
def test_any_partition_of_the_payments_gives_the_same_savings(payments, percent):
    savings = paid = 0
    for payment in payments:
        paid += payment
        part = savings_part(paid, percent, savings)
        assert 0 <= part <= payment + 1
        savings += part
    # all at once, by integer division
    assert savings == sum(payments) * percent.numerator // percent.denominator
