"""Interest on savings and its tax: docs/domain.md 2.8, 4.3 (L11), 5.3; properties."""

from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.money import Rounding
from odoo.addons.koperasi_simpan_pinjam.kernel.savings_interest import (
    BalanceMethod,
    RateStep,
    balance_spans,
    counted_from_next_day,
    final_tax,
    interest,
    rate_of,
    stepped_interest,
)

LOWEST, AVERAGE, DAILY = BalanceMethod
MAY_1, MAY_30, MAY_31 = date(2003, 5, 1), date(2003, 5, 30), date(2003, 5, 31)
SEN = 100
# "Edi" of Kepmenkop 96/2004, 12% a year
EDI = [
    (date(2003, 5, 3), 500_000),
    (date(2003, 5, 10), 1_000_000),
    (date(2003, 5, 23), -750_000),
]
EDI_SEN = [(day, amount * SEN) for day, amount in EDI]
RATE = Fraction(12, 100)
HALF_UP = {"rounding": Rounding.HALF_UP}


def test_enum_values_are_the_names_in_lower_case():
    assert [method.value for method in BalanceMethod] == ["lowest", "average", "daily"]


def test_tv_save_low():
    assert interest(150_000, EDI, MAY_1, MAY_31, RATE, LOWEST) == 1_500


def test_tv_save_day():
    """In sen: 30 days counted as the source does, and all 31."""
    edi = 150_000 * SEN, EDI_SEN, MAY_1
    assert interest(*edi, MAY_30, RATE, DAILY, **HALF_UP) == 11_013_70
    assert interest(*edi, MAY_31, RATE, DAILY, **HALF_UP) == 11_309_59
    assert interest(*edi, MAY_30, RATE, DAILY) == 11_013_69
    assert interest(*edi, MAY_31, RATE, DAILY) == 11_309_58


def test_tv_save_avg():
    edi = 150_000 * SEN, EDI_SEN, MAY_1, MAY_31, RATE, AVERAGE
    assert interest(*edi, **HALF_UP) == 11_096_77


def test_tv_daily():
    """L11: 6, 12, 6 and 5 days at 1% a month of 30 days."""
    start = date(2026, 6, 1)
    paid = [
        (start + timedelta(days=6), -400_000),
        (start + timedelta(days=18), -100_000),
        (start + timedelta(days=24), -200_000),
    ]
    end = start + timedelta(days=28)
    result = interest(1_000_000, paid, start, end, RATE, DAILY, days_in_year=360)
    assert result == 5_900


def test_a_movement_counts_from_its_own_day():
    """A deposit on the 1st lifts the lowest balance; a withdrawal on the 31st lowers it."""
    assert interest(0, [(MAY_1, 1_200_000)], MAY_1, MAY_31, RATE, LOWEST) == 12_000
    assert interest(1_200_000, [(MAY_31, -1_200_000)], MAY_1, MAY_31, RATE, LOWEST) == 0
    # 31 May alone: one day of 1.200.000 at 365 days
    assert interest(0, [(MAY_31, 365_000)], MAY_1, MAY_31, RATE, DAILY) == 120


def test_the_lowest_balance_is_that_of_an_evening():
    """In and out on one day is one movement of nothing."""
    same_day = [(date(2003, 5, 9), -100_000), (date(2003, 5, 9), 100_000)]
    assert interest(100_000, same_day, MAY_1, MAY_31, RATE, LOWEST) == 1_000


@pytest.mark.parametrize(
    ("method", "minimum", "expected"),
    [
        (LOWEST, 100_000, 1_000),
        (LOWEST, 100_001, 0),
        # 100.000 for 15 days, 200.000 for 15: the mean is 150.000
        (AVERAGE, 150_000, 1_500),
        (AVERAGE, 150_001, 0),
        # 360 days a year: a day of 200.000 earns 66,67
        (DAILY, 100_000, 1_500),
        (DAILY, 100_001, 1_000),
        (DAILY, 200_001, 0),
    ],
)
def test_minimum_balance(method, minimum, expected):
    june = date(2026, 6, 1), date(2026, 6, 30)
    movements = [(date(2026, 6, 16), 100_000)]
    result = interest(
        100_000, movements, *june, RATE, method, days_in_year=360, minimum_balance=minimum
    )
    assert result == expected


@pytest.mark.parametrize("method", BalanceMethod)
def test_an_overdrawn_account_earns_and_costs_nothing(method):
    assert interest(-100_000, [], MAY_1, MAY_31, RATE, method) == 0


@pytest.mark.parametrize("method", [LOWEST, AVERAGE])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 1, 2), date(2026, 1, 31)),
        (date(2026, 1, 1), date(2026, 1, 30)),
        (date(2026, 1, 1), date(2026, 2, 28)),
        (date(2028, 2, 1), date(2028, 2, 28)),
        (date(2026, 1, 1), date(2027, 1, 31)),
    ],
)
def test_monthly_methods_need_one_whole_month(method, start, end):
    with pytest.raises(ValueError):
        interest(1_000, [], start, end, RATE, method)


@pytest.mark.parametrize(
    "terms",
    [
        {"movements": [(date(2003, 4, 30), 1)]},
        {"movements": [(date(2003, 6, 1), 1)]},
        {"end": date(2003, 4, 30)},
        {"annual_rate": Fraction(-1)},
        {"minimum_balance": -1},
        {"days_in_year": 0},
        {"method": "hourly"},
    ],
)
def test_errors(terms):
    good = {"opening": 1, "movements": [], "start": MAY_1, "end": MAY_31,
            "annual_rate": RATE, "method": DAILY}
    with pytest.raises(ValueError):
        interest(**{**good, **terms})


@pytest.mark.parametrize("method", BalanceMethod)
def test_floats_are_refused(method):
    with pytest.raises(TypeError):
        interest(1_000, [], MAY_1, MAY_31, 0.12, method)
    with pytest.raises(TypeError):
        interest(1_000.0, [], MAY_1, MAY_31, RATE, method)


# ------------------------------------------------------------------ properties

months = st.builds(date, st.integers(1999, 2032), st.integers(1, 12), st.just(1))
rates = st.fractions(0, Fraction(24, 100), max_denominator=10_000)


@st.composite
def accounts(draw):
    start = draw(months)
    end = (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    day = st.integers(0, end.day - 1).map(lambda n: start + timedelta(days=n))
    movements = draw(
        st.lists(st.tuples(day, st.integers(-(10**6), 10**6)), max_size=12)
    )
    return draw(st.integers(0, 10**7)), movements, start, end


def balances_by_day(opening, movements, start, end):
    """Evening balances, one dictionary entry a day."""
    balances = {}
    day = start
    while day <= end:
        opening += sum(amount for when, amount in movements if when == day)
        balances[day] = opening
        day += timedelta(days=1)
    return list(balances.values())


@given(accounts())
def test_spans_are_the_days_run_together(account):
    spread = [balance for balance, days in balance_spans(*account) for _day in range(days)]
    assert spread == balances_by_day(*account)


@given(accounts(), rates, st.sampled_from([360, 365, 366]), st.integers(0, 2 * 10**6))
def test_daily_interest_against_a_loop_over_days(account, rate, year, minimum):
    earned = Fraction(0)
    for balance in balances_by_day(*account):
        if balance >= minimum:
            earned += Fraction(balance) * rate / year
    for mode, places in ((Rounding.DOWN, ROUND_DOWN), (Rounding.HALF_UP, ROUND_HALF_UP)):
        with localcontext() as context:
            context.prec = 60
            expected = (Decimal(earned.numerator) / earned.denominator).quantize(1, places)
        result = interest(
            *account, rate, DAILY, days_in_year=year, minimum_balance=minimum, rounding=mode
        )
        assert result == expected


@given(accounts(), rates, st.integers(0, 2 * 10**6))
def test_monthly_interest_against_a_loop_over_days(account, rate, minimum):
    balances = balances_by_day(*account)
    low, mean = min(balances), Fraction(sum(balances), len(balances))
    for method, base in ((LOWEST, low), (AVERAGE, mean)):
        expected = base * rate / 12 if base >= minimum else Fraction(0)
        result = interest(*account, rate, method, minimum_balance=minimum)
        assert result <= expected < result + 1


@given(accounts(), rates)
def test_lowest_never_earns_more_than_average(account, rate):
    assert interest(*account, rate, LOWEST) <= interest(*account, rate, AVERAGE)


@given(accounts(), rates)
def test_the_order_of_movements_does_not_matter(account, rate):
    opening, movements, start, end = account
    for method in BalanceMethod:
        assert interest(opening, movements, start, end, rate, method) == interest(
            opening, movements[::-1], start, end, rate, method
        )


# ------------------------------------------------------------------ dated rates and steps by balance

JAN_2026, MAY_2026, JULY_2026 = date(2026, 1, 1), date(2026, 5, 11), date(2026, 7, 1)
STEPS = [
    RateStep(JAN_2026, 100_000, Fraction(1, 100)),
    RateStep(JAN_2026, 1_000_000, Fraction(3, 100)),
    RateStep(JULY_2026, 0, Fraction(2, 100)),
]


@pytest.mark.parametrize(
    ("on", "balance", "percent"),
    [
        (date(2025, 12, 31), 5_000_000, 0),  # before the first table
        (JAN_2026, 99_999, 0),  # below the lowest step
        (JAN_2026, 100_000, 1),
        (date(2026, 6, 30), 999_999, 1),
        (date(2026, 6, 30), 1_000_000, 3),
        (JULY_2026, 1_000_000, 2),  # the later table counts alone
        (JULY_2026, -1, 0),
    ],
)
def test_rate_of(on, balance, percent):
    assert rate_of(STEPS, on, balance) == Fraction(percent, 100)


@pytest.mark.parametrize("method", [LOWEST, AVERAGE])
@pytest.mark.parametrize(("balance", "expected"), [(99_999, 0), (1_200_000, 3_000), (240_000, 200)])
def test_the_whole_balance_earns_the_step_it_reaches(method, balance, expected):
    """1.200.000 x 3 % / 12 = 3.000; 240.000 x 1 % / 12 = 200."""
    assert stepped_interest(balance, [], JAN_2026, date(2026, 1, 31), STEPS, method) == expected


def test_a_rate_that_begins_in_the_month_counts_from_its_day_for_daily_balances():
    """365.000 at 3 % is 30 a day, at 6 % 60: 10 x 30 + 21 x 60 = 1.560. The lowest balance keeps the 1st's rate."""
    rates = [RateStep(JAN_2026, 0, Fraction(3, 100)), RateStep(MAY_2026, 0, Fraction(6, 100))]
    may = 365_000, [], date(2026, 5, 1), date(2026, 5, 31), rates
    assert stepped_interest(*may, DAILY) == 1_560
    assert stepped_interest(*may, LOWEST) == 912  # 365.000 x 3 % / 12 = 912,5


def test_the_day_of_a_deposit_need_not_count():
    """10 and 31 May: 31 days of 0, then 21 days of 365.000 at 60 a day; what came on the 31st counts in June."""
    movements = [(date(2003, 5, 10), 400_000), (date(2003, 5, 10), -35_000), (MAY_31, 365_000)]
    counted = counted_from_next_day(movements, MAY_31)
    assert counted == [(date(2003, 5, 11), 365_000)]
    assert interest(0, counted, MAY_1, MAY_31, Fraction(6, 100), DAILY) == 21 * 60


def test_a_withdrawal_counts_from_its_own_day():
    assert counted_from_next_day([(MAY_1, -5), (MAY_31, -7)], MAY_31) == [(MAY_1, -5), (MAY_31, -7)]


@st.composite
def rate_tables(draw):
    days = draw(st.lists(st.dates(date(1998, 1, 1), date(2033, 1, 1)), max_size=3, unique=True))
    return [
        RateStep(day, floor, draw(rates))
        for day in days
        for floor in draw(st.lists(st.integers(0, 10**7), min_size=1, max_size=3, unique=True))
    ]


@given(accounts(), rate_tables(), st.integers(0, 2 * 10**6))
def test_stepped_interest_against_a_loop_over_days(account, table, minimum):
    balances, start = balances_by_day(*account), account[2]
    bases = {LOWEST: min(balances), AVERAGE: Fraction(sum(balances), len(balances))}

    def rate(day, balance):
        found = Fraction(0)
        for step in sorted(table, key=lambda step: (step.valid_from, step.from_balance)):
            if step.valid_from <= day:
                found = Fraction(0) if not any(
                    other.valid_from == step.valid_from and other.from_balance <= balance for other in table
                ) else (step.annual_rate if step.from_balance <= balance else found)
        return found

    for method, base in bases.items():
        expected = base * rate(start, base) / 12 if base >= minimum else Fraction(0)
        result = stepped_interest(*account, table, method, minimum_balance=minimum)
        assert result <= expected < result + 1
    expected = sum(
        (
            balance * rate(start + timedelta(days=number), balance) / 365
            for number, balance in enumerate(balances)
            if balance >= minimum
        ),
        Fraction(0),
    )
    result = stepped_interest(*account, table, DAILY, minimum_balance=minimum)
    assert result <= expected < result + 1


# ------------------------------------------------------------------ tax

TEN_PERCENT = Fraction(1, 10)


@pytest.mark.parametrize(
    ("gross", "tax"), [(0, 0), (240_000, 0), (240_001, 24_000), (500_000, 50_000)]
)
def test_tv_tax(gross, tax):
    assert final_tax(gross, 240_000, TEN_PERCENT) == tax


def test_two_credits_in_one_month():
    """docs/domain.md 2.8: 200.000 then 100.000 give 0, then 30.000."""
    first = final_tax(200_000, 240_000, TEN_PERCENT)
    second = final_tax(300_000, 240_000, TEN_PERCENT, withheld=first)
    assert (first, second) == (0, 30_000)


def test_tax_is_never_given_back():
    assert final_tax(100_000, 240_000, TEN_PERCENT, withheld=30_000) == 0
    assert final_tax(250_000, 240_000, TEN_PERCENT, withheld=30_000) == 0


@pytest.mark.parametrize("arguments", [(-1, 0, 0), (0, -1, 0), (0, 0, -1), (0, 0, 0, -1)])
def test_tax_errors(arguments):
    with pytest.raises(ValueError):
        final_tax(*arguments)


def test_tax_refuses_a_float():
    with pytest.raises(TypeError):
        final_tax(500_000, 240_000, 0.1)


@given(st.lists(st.integers(0, 400_000), max_size=8))
def test_credits_of_a_month_pay_the_tax_of_their_sum(credits):
    gross = withheld = 0
    for credit in credits:
        gross += credit
        withheld += final_tax(gross, 240_000, TEN_PERCENT, withheld)
    assert withheld == (gross // 10 if gross > 240_000 else 0)
