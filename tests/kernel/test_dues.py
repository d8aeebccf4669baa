"""Simpanan wajib: docs/domain.md 5.2, against loops over days and coins."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.dues import (
    Due,
    Month,
    Rate,
    owed,
    position,
)

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
TWENTY = [Rate(JAN, 20_000)]


def months(dues):
    return [(due.month.month, due.amount) for due in dues]


def test_a_month_is_owed_from_its_due_date_on():
    assert months(owed(TWENTY, JAN, date(2026, 3, 9), 10)) == [(1, 20_000), (2, 20_000)]
    assert owed(TWENTY, JAN, date(2026, 3, 10), 10)[-1] == Due(
        MAR, date(2026, 3, 10), 20_000
    )


def test_a_due_day_beyond_the_month_is_its_last_day():
    dues = owed(TWENTY, JAN, date(2026, 2, 28), 31)
    assert [due.due_date for due in dues] == [date(2026, 1, 31), date(2026, 2, 28)]


def test_the_joining_month_is_owed_but_not_before_joining():
    joined = date(2026, 1, 20)
    assert owed(TWENTY, joined, date(2026, 1, 19), 10) == ()
    assert owed(TWENTY, joined, joined, 10) == (Due(JAN, joined, 20_000),)
    assert owed(TWENTY, joined, joined, 25) == ()


def test_a_new_rate_leaves_old_months_alone():
    """The founding month counts, though the cooperative was founded in the middle."""
    rates = [Rate(MAR, 25_000), Rate(date(2026, 1, 15), 20_000)]
    expected = [(1, 20_000), (2, 20_000), (3, 25_000), (4, 25_000)]
    assert months(owed(rates, date(2025, 11, 1), date(2026, 4, 30), 10)) == expected


def test_waived_and_free_months_cost_nothing():
    rates = [Rate(JAN, 20_000), Rate(MAR, 0), Rate(APR, 20_000)]
    dues = owed(rates, JAN, date(2026, 4, 30), 10, waived=[date(2026, 2, 17)])
    assert months(dues) == [(1, 20_000), (4, 20_000)]


def test_payments_fill_the_oldest_month_first():
    dues = owed(TWENTY, JAN, date(2026, 3, 31), 10)
    state = position(dues, 25_000)
    assert [(m.owed, m.paid, m.open) for m in state.months] == [
        (20_000, 20_000, 0), (20_000, 5_000, 15_000), (20_000, 0, 20_000),
    ]
    assert state.arrears == state.months[1:]
    assert state.arrears[0] == Month(FEB, date(2026, 2, 10), 20_000, 5_000)
    assert state.advance == 0


def test_money_in_advance():
    """50.000 in January pays January, is 30.000 ahead, and by a later date pays more."""
    assert position(owed(TWENTY, JAN, date(2026, 1, 31), 10), 50_000).advance == 30_000
    later = position(owed(TWENTY, JAN, date(2026, 12, 31), 10), 50_000)
    assert [m.month.month for m in later.months if not m.open] == [1, 2]
    assert later.arrears[0].paid == 10_000


def test_nothing_owed():
    assert owed([], JAN, APR, 10) == ()
    assert owed(TWENTY, APR, JAN, 10) == ()
    assert position((), 5_000).advance == 5_000


@pytest.mark.parametrize(
    ("rates", "due_day"),
    [
        (TWENTY, 0),
        (TWENTY, 32),
        ([Rate(JAN, -1)], 10),
        ([Rate(JAN, 1), Rate(date(2026, 1, 9), 2)], 10),
    ],
)
def test_errors(rates, due_day):
    with pytest.raises(ValueError):
        owed(rates, JAN, APR, due_day)


def test_a_negative_sum_paid():
    with pytest.raises(ValueError):
        position((), -1)


@st.composite
def histories(draw):
    days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
    rates = draw(
        st.lists(
            st.builds(Rate, days, st.sampled_from([0, 5, 10, 20])),
            max_size=4,
            unique_by=lambda rate: (rate.valid_from.year, rate.valid_from.month),
        )
    )
    waived = draw(st.lists(days, max_size=6))
    return rates, draw(days), draw(days), draw(st.integers(1, 31)), waived


@given(histories())
def test_dues_against_a_loop_over_days(history):
    rates, start, as_of, due_day, waived = history
    expected = []
    counted = set()
    day = start
    while day <= as_of:
        first = day.replace(day=1)
        tomorrow = day + timedelta(days=1)
        month_is_over = tomorrow.day == 1
        if first not in counted and (day.day >= due_day or month_is_over):
            counted.add(first)
            amount = 0
            for rate in sorted(rates, key=lambda rate: rate.valid_from):
                if rate.valid_from < tomorrow or rate.valid_from.replace(day=1) == first:
                    amount = rate.amount
            skipped = any(w.year == day.year and w.month == day.month for w in waived)
            if amount and not skipped:
                expected.append(Due(first, day, amount))
        day = tomorrow
    assert owed(*history) == tuple(expected)


@given(st.lists(st.integers(1, 30), max_size=12), st.integers(0, 300))
def test_position_against_coins(amounts, paid):
    dues = [
        Due(date(2020 + n, 1, 1), date(2020 + n, 1, 10), amount)
        for n, amount in enumerate(amounts)
    ]
    state = position(dues, paid)
    coins = [0] * len(amounts)
    left = 0
    for _coin in range(paid):
        for n, amount in enumerate(amounts):
            if coins[n] < amount:
                coins[n] += 1
                break
        else:
            left += 1
    assert [month.paid for month in state.months] == coins
    assert [month.owed for month in state.months] == amounts
    assert state.advance == left
    assert sum(month.open for month in state.arrears) == max(sum(amounts) - paid, 0)
