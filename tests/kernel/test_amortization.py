"""Loan schedules: vectors of docs/domain.md 4.3 to 4.5, and properties.

Expected figures are those of domain.md or hand arithmetic; oracles use Decimal or another
formula than the kernel (an annuity is checked against a sum of discount factors).
"""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, getcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.amortization import (
    Installment,
    Method,
    RateBasis,
    effective_rate,
    periodic_rate,
    schedule,
)
from odoo.addons.koperasi_simpan_pinjam.kernel.money import Rounding

DAY = date(2026, 1, 10)


def plan(principal, rate, periods, method, first_due=DAY, **options):
    return schedule(principal, Fraction(rate), periods, method, first_due, **options)


def table(rows):
    return [(row.principal, row.interest, row.balance) for row in rows]


def installments(rows):
    return [row.principal + row.interest for row in rows]


def interests(rows):
    return [row.interest for row in rows]


def principals(rows):
    return [row.principal for row in rows]


def yearly(percent):
    return Fraction(percent) / 1200


# ------------------------------------------------------------------ rates


def test_enum_values_are_the_names_in_lower_case():
    assert [m.value for m in Method] == ["flat", "declining", "annuity", "bullet"]
    assert [b.value for b in RateBasis] == ["month", "year", "term"]


@pytest.mark.parametrize(
    ("percent", "basis", "periods", "per_year", "expected"),
    [
        (10, RateBasis.TERM, 10, 12, Fraction(1, 100)),  # the seed: 1% a month
        (12, RateBasis.YEAR, 10, 12, Fraction(1, 100)),
        (1, RateBasis.MONTH, 10, 12, Fraction(1, 100)),
        (26, RateBasis.YEAR, 4, 52, Fraction(1, 200)),
        (1, RateBasis.MONTH, 4, 4, Fraction(3, 100)),  # a quarter is three months
        (Fraction(365, 10), RateBasis.YEAR, 90, 365, Fraction(1, 1000)),
        (10, RateBasis.TERM, 25, 52, Fraction(4, 1000)),
        (0, RateBasis.YEAR, 1, 12, 0),
    ],
)
def test_periodic_rate(percent, basis, periods, per_year, expected):
    rate = periodic_rate(Fraction(percent) / 100, basis, periods, per_year)
    assert rate == expected
    assert isinstance(rate, Fraction)


def test_a_rate_must_say_of_what():
    with pytest.raises(ValueError):
        periodic_rate(Fraction(1, 100), "fortnight", 10)
    with pytest.raises(ValueError):
        periodic_rate(Fraction(-1, 100), RateBasis.YEAR, 10)
    with pytest.raises(ValueError):
        periodic_rate(Fraction(1, 100), RateBasis.TERM, 0)
    with pytest.raises(TypeError):
        periodic_rate(0.01, RateBasis.YEAR, 10)


# ------------------------------------------------------------------ vectors


@pytest.mark.parametrize(
    ("principal", "periods", "rate", "part", "jasa"),
    [
        (9_000_000, 12, Fraction(1, 100), 750_000, 90_000),  # TV-FLAT-1, L1
        (3_000_000, 20, yearly(9), 150_000, 22_500),  # TV-FLAT-2, L2
        (30_000_000, 12, yearly(12), 2_500_000, 300_000),  # L3
        (90_000_000, 36, Fraction(1, 100), 2_500_000, 900_000),  # L4
        (36_000_000, 12, yearly(24), 3_000_000, 720_000),  # TV-FLAT-3, L5
        (1_000_000, 10, Fraction(121, 10_000), 100_000, 12_100),  # L7, goods on credit
    ],
)
def test_flat(principal, periods, rate, part, jasa):
    rows = plan(principal, rate, periods, Method.FLAT)
    assert principals(rows) == [part] * periods
    assert interests(rows) == [jasa] * periods


def test_tv_flat_3_total():
    assert sum(installments(plan(36_000_000, yearly(24), 12, Method.FLAT))) == 44_640_000


def test_tv_seed():
    """10% for the whole loan over 10 months: 110.000 x 10, 1,7715% effective."""
    rate = periodic_rate(Fraction(10, 100), RateBasis.TERM, 10)
    rows = plan(1_000_000, rate, 10, Method.FLAT)
    assert principals(rows) == [100_000] * 10
    assert interests(rows) == [10_000] * 10
    assert [row.balance for row in rows] == list(range(900_000, -1, -100_000))
    effective = effective_rate(1_000_000, installments(rows))
    assert round(100 * effective, 4) == Decimal("1.7715")


def test_tv_sld_1():
    rows = plan(6_000_000, yearly(12), 6, Method.DECLINING)
    assert table(rows) == [
        (1_000_000, 60_000, 5_000_000),
        (1_000_000, 50_000, 4_000_000),
        (1_000_000, 40_000, 3_000_000),
        (1_000_000, 30_000, 2_000_000),
        (1_000_000, 20_000, 1_000_000),
        (1_000_000, 10_000, 0),
    ]
    assert sum(interests(rows)) == 210_000


def test_tv_sld_2():
    rows = plan(5_000_000, Fraction(22, 1000), 10, Method.DECLINING)
    assert principals(rows) == [500_000] * 10
    assert interests(rows) == [
        110_000, 99_000, 88_000, 77_000, 66_000, 55_000, 44_000, 33_000, 22_000, 11_000,
    ]
    assert (installments(rows)[0], installments(rows)[-1]) == (610_000, 511_000)
    assert sum(interests(rows)) == 605_000


def test_l8():
    rows = plan(60_000_000, yearly(24), 6, Method.DECLINING)
    assert installments(rows) == [
        11_200_000, 11_000_000, 10_800_000, 10_600_000, 10_400_000, 10_200_000,
    ]
    assert sum(interests(rows)) == 4_200_000


def test_tv_ann_1_in_sen():
    """The source's total is 120 unrounded installments; ours sums whole sen."""
    rows = plan(100_000_000_00, yearly(15), 120, Method.ANNUITY)
    assert installments(rows)[:119] == [1_613_349_57] * 119
    assert table(rows)[0][:2] == (363_349_57, 1_250_000_00)
    assert abs(sum(installments(rows)) - 193_601_948_49) <= 60  # 120 x half a sen


def test_tv_ann_2_in_sen():
    rows = plan(200_000_000_00, yearly("18.1"), 120, Method.ANNUITY)
    assert installments(rows)[:119] == [3_616_589_78] * 119
    assert table(rows)[0][:2] == (599_923_11, 3_016_666_67)


def test_tv_ann_3():
    rows = plan(1_000_000, Fraction(2, 100), 10, Method.ANNUITY)
    assert table(rows) == [
        (91_327, 20_000, 908_673),
        (93_154, 18_173, 815_519),
        (95_017, 16_310, 720_502),
        (96_917, 14_410, 623_585),
        (98_855, 12_472, 524_730),
        (100_832, 10_495, 423_898),
        (102_849, 8_478, 321_049),
        (104_906, 6_421, 216_143),
        (107_004, 4_323, 109_139),
        (109_139, 2_183, 0),
    ]
    assert installments(rows) == [111_327] * 9 + [111_322]
    assert sum(interests(rows)) == 113_265


def test_tv_ann_4():
    rows = plan(
        1_000_000, Fraction(2, 100), 10, Method.ANNUITY,
        installment_unit=500, installment_rounding=Rounding.UP,
    )
    assert installments(rows) == [111_500] * 9 + [109_599]
    assert table(rows)[-1] == (107_450, 2_149, 0)
    assert sum(interests(rows)) == 113_099


def test_tv_rnd():
    rows = plan(1_000_000, Fraction(1, 100), 12, Method.FLAT)
    assert principals(rows) == [83_333] * 11 + [83_337]


def test_flat_up_to_500():
    """docs/domain.md 4.4: eleven of 83.500 and one of 81.500."""
    coins = {"installment_unit": 500, "installment_rounding": Rounding.UP}
    rows = plan(1_000_000, Fraction(1, 100), 12, Method.FLAT, **coins)
    assert principals(rows) == [83_500] * 11 + [81_500]
    # At 13% a year the installment is a coin, not the principal: 94.500 - 10.833.
    rows = plan(1_000_000, yearly(13), 12, Method.FLAT, **coins)
    assert principals(rows)[:11] == [83_667] * 11
    assert installments(rows)[0] == 94_500


def test_architecture_example():
    """docs/architecture.md 3: 10% a year = 91.667 = 83.334 + 8.333, last part 83.326."""
    rows = plan(1_000_000, yearly(10), 12, Method.FLAT)
    assert principals(rows) == [83_334] * 11 + [83_326]
    # 12 x 8.333,33 is 100.000, so the last row bears 100.000 - 11 x 8.333.
    assert interests(rows) == [8_333] * 11 + [8_337]


def test_bullet():
    rows = plan(1_000_000, Fraction(1, 100), 3, Method.BULLET)
    assert table(rows) == [(0, 10_000, 1_000_000)] * 2 + [(1_000_000, 10_000, 0)]
    at_the_end = plan(1_000_000, Fraction(1, 100), 3, Method.BULLET, interest_grace=2)
    assert table(at_the_end) == [(0, 0, 1_000_000)] * 2 + [(1_000_000, 30_000, 0)]


@pytest.mark.parametrize("method", [Method.FLAT, Method.DECLINING, Method.ANNUITY])
def test_without_interest(method):
    rows = plan(1_000_000, 0, 3, method)
    assert table(rows) == [(333_333, 0, 666_667), (333_333, 0, 333_334), (333_334, 0, 0)]


@pytest.mark.parametrize("method", Method)
def test_a_single_period(method):
    assert table(plan(500, Fraction(3, 100), 1, method)) == [(500, 15, 0)]


@pytest.mark.parametrize(
    ("rounding", "flat", "declining"),
    [
        # 2 x 2,5 is 5 in all; 250 at 1%, then 125 at 1%: 2,5 and 1,25
        (Rounding.HALF_UP, [3, 2], [3, 1]),
        (Rounding.HALF_EVEN, [2, 3], [2, 1]),
        (Rounding.UP, [3, 2], [3, 2]),
        (Rounding.DOWN, [2, 3], [2, 1]),
    ],
)
def test_rounding_of_interest(rounding, flat, declining):
    terms = 250, Fraction(1, 100), 2
    assert interests(plan(*terms, Method.FLAT, rounding=rounding)) == flat
    assert interests(plan(*terms, Method.DECLINING, rounding=rounding)) == declining


def test_rounding_of_interest_moves_the_principal_part_of_an_annuity():
    """1.010 at 5% twice: 543,19 a row; interest 50,5 and 25,9."""
    terms = 1_010, Fraction(5, 100), 2, Method.ANNUITY
    assert table(plan(*terms))[0] == (492, 51, 518)
    assert table(plan(*terms, rounding=Rounding.DOWN))[0] == (493, 50, 517)
    assert table(plan(*terms, rounding=Rounding.DOWN))[1] == (517, 25, 0)


def test_a_whole_number_is_a_rate_too():
    """100% a period: 600 is worth two rows of 800 (400 + 200)."""
    rows = schedule(600, 1, 2, Method.ANNUITY, DAY)
    assert table(rows) == [(200, 600, 400), (400, 400, 0)]


# ------------------------------------------------------------------ early payoff


def test_rounding_up_shortens_the_schedule():
    """10.000 in 12 parts of 833,33, up to 1.000: paid off in 10."""
    rows = plan(
        10_000, 0, 12, Method.DECLINING,
        installment_unit=1_000, installment_rounding=Rounding.UP,
    )
    assert table(rows)[-2:] == [(1_000, 0, 1_000), (1_000, 0, 0)]
    assert len(rows) == 10


def test_a_shorter_flat_schedule_bears_interest_for_its_rows_only():
    """933,33 up to 1.000 leaves 900 a row: 10.000 is 11 x 900 + 100, which fits; up to
    1.100 leaves 1.000 a row, so 10 rows bear 10 x 100."""
    rows = plan(
        10_000, Fraction(1, 100), 12, Method.FLAT,
        installment_unit=1_100, installment_rounding=Rounding.UP,
    )
    assert table(rows)[-1] == (1_000, 100, 0)
    assert len(rows) == 10
    assert sum(interests(rows)) == 1_000


def test_free_and_deferred_periods_longer_than_a_shortened_schedule():
    coins = {"installment_unit": 1_000, "installment_rounding": Rounding.UP}
    rows = plan(10_000, Fraction(1, 100), 12, Method.DECLINING, interest_free=12, **coins)
    assert interests(rows) == [0] * 10
    rows = plan(10_000, Fraction(1, 100), 12, Method.DECLINING, interest_grace=11, **coins)
    # 100 + 90 + ... + 10, all in the last row there is
    assert interests(rows) == [0] * 9 + [550]
    coins["installment_unit"] = 1_100  # FLAT, 1.000 a row: ten rows again
    rows = plan(10_000, Fraction(1, 100), 12, Method.FLAT, interest_free=11, **coins)
    assert interests(rows) == [0] * 10
    rows = plan(10_000, Fraction(1, 100), 12, Method.FLAT, interest_grace=11, **coins)
    assert interests(rows) == [0] * 9 + [1_000]


def test_a_shortfall_of_flat_interest_comes_off_the_rows_before():
    """0,50 a row rounds to 1, but ten rows bear 5 in all."""
    rows = plan(50, Fraction(1, 100), 10, Method.FLAT)
    assert interests(rows) == [1] * 5 + [0] * 5


# ------------------------------------------------------------------ grace


def test_principal_grace_pays_interest_only():
    rows = plan(900_000, Fraction(1, 100), 5, Method.DECLINING, principal_grace=2)
    assert table(rows) == [
        (0, 9_000, 900_000),
        (0, 9_000, 900_000),
        (300_000, 9_000, 600_000),
        (300_000, 6_000, 300_000),
        (300_000, 3_000, 0),
    ]
    flat = plan(900_000, Fraction(1, 100), 5, Method.FLAT, principal_grace=2)
    assert principals(flat) == [0, 0, 300_000, 300_000, 300_000]
    assert interests(flat) == [9_000] * 5
    annuity = plan(900_000, Fraction(1, 100), 5, Method.ANNUITY, principal_grace=2)
    assert table(annuity)[:2] == [(0, 9_000, 900_000)] * 2
    assert table(annuity)[2:] == table(plan(900_000, Fraction(1, 100), 3, Method.ANNUITY))


def test_interest_grace_defers_to_the_next_row():
    rows = plan(900_000, Fraction(1, 100), 3, Method.DECLINING, interest_grace=1)
    assert interests(rows) == [0, 15_000, 3_000]
    rows = plan(900_000, Fraction(1, 100), 3, Method.FLAT, interest_grace=2)
    assert interests(rows) == [0, 0, 27_000]


def test_interest_free_periods_bear_nothing():
    rows = plan(900_000, Fraction(1, 100), 3, Method.DECLINING, interest_free=1)
    assert interests(rows) == [0, 6_000, 3_000]
    rows = plan(1_000_000, yearly(10), 12, Method.FLAT, interest_free=3)
    # nine bearing periods: 75.000 in all
    assert interests(rows) == [0] * 3 + [8_333] * 8 + [8_336]
    assert principals(rows) == [83_334] * 11 + [83_326]


def test_a_broken_first_period():
    """Half a period: half the interest of row 1, the principal untouched."""
    half = Fraction(1, 2)
    rows = plan(900_000, Fraction(1, 100), 3, Method.DECLINING, first_period=half)
    assert interests(rows) == [4_500, 6_000, 3_000]
    rows = plan(900_000, Fraction(1, 100), 3, Method.FLAT, first_period=half)
    assert interests(rows) == [4_500, 9_000, 9_000]
    rows = plan(
        900_000, Fraction(1, 100), 3, Method.DECLINING,
        first_period=Fraction(3, 2), interest_free=1,
    )
    assert interests(rows) == [0, 6_000, 3_000]


# ------------------------------------------------------------------ dates


def test_the_31st_keeps_its_day_where_a_month_has_it():
    rows = plan(400, 0, 4, Method.FLAT, date(2027, 12, 31))
    assert [row.due_date for row in rows] == [
        date(2027, 12, 31), date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31),
    ]


def test_weeks_days_and_every():
    weeks = plan(300, 0, 3, Method.FLAT, date(2026, 2, 20), every=2, unit="week")
    assert [row.due_date for row in weeks][1:] == [date(2026, 3, 6), date(2026, 3, 20)]
    days = plan(300, 0, 3, Method.FLAT, date(2026, 2, 27), unit="day")
    assert [row.due_date for row in days][1:] == [date(2026, 2, 28), date(2026, 3, 1)]
    quarters = plan(300, 0, 3, Method.FLAT, date(2026, 11, 30), every=3)
    assert [row.due_date for row in quarters][1:] == [date(2027, 2, 28), date(2027, 5, 30)]


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 40), st.integers(1, 7))
def test_month_steps_against_a_walk_over_the_calendar(first, periods, every):
    rows = plan(periods, 0, periods, Method.DECLINING, first, every=every)
    month = first.replace(day=1)
    for row in rows:
        following = (month + timedelta(days=31)).replace(day=1)
        last = following - timedelta(days=1)
        assert row.due_date == month.replace(day=min(first.day, last.day))
        for _step in range(every):
            month = (month + timedelta(days=31)).replace(day=1)


# ------------------------------------------------------------------ errors


@pytest.mark.parametrize(
    ("principal", "rate", "periods", "options"),
    [
        (0, "0.01", 10, {}),
        (-1, "0.01", 10, {}),
        (1_000, "0.01", 0, {}),
        (1_000, "-0.01", 10, {}),
        (1_000, "0.01", 10, {"principal_grace": 10}),
        (1_000, "0.01", 10, {"principal_grace": -1}),
        (1_000, "0.01", 10, {"interest_grace": 10}),
        (1_000, "0.01", 10, {"interest_grace": -1}),
        (1_000, "0.01", 10, {"interest_free": 11}),
        (1_000, "0.01", 10, {"interest_free": -1}),
        (1_000, "0.01", 10, {"first_period": Fraction(-1)}),
        (1_000, "0.01", 10, {"every": 0}),
        (1_000, "0.01", 10, {"unit": "year"}),
        (1_000, "0.01", 10, {"installment_unit": 0}),
    ],
)
def test_bad_terms(principal, rate, periods, options):
    with pytest.raises(ValueError):
        plan(principal, rate, periods, Method.FLAT, **options)


@pytest.mark.parametrize("method", [Method.FLAT, Method.ANNUITY])
def test_an_installment_that_would_not_pay_its_interest(method):
    """Interest 200 a period; 300-odd rounded down to 1.000 is nothing."""
    with pytest.raises(ValueError, match="interest"):
        plan(
            2_000, Fraction(1, 10), 20, method,
            installment_unit=1_000, installment_rounding=Rounding.DOWN,
        )


@pytest.mark.parametrize("method", [Method.FLAT, Method.DECLINING, Method.ANNUITY])
def test_a_principal_part_of_nothing(method):
    with pytest.raises(ValueError, match="principal"):
        plan(4, 0, 10, method)


@pytest.mark.parametrize("method", Method)
def test_floats_are_refused(method):
    with pytest.raises(TypeError):
        schedule(1_000_000, 0.01, 10, method, DAY)
    with pytest.raises(TypeError):
        schedule(1_000_000.0, Fraction(1, 100), 10, method, DAY)


# ------------------------------------------------------------------ properties


@st.composite
def terms(draw):
    periods = draw(st.integers(1, 48))
    return {
        "principal": draw(st.integers(1, 10**9)),
        "rate": draw(st.fractions(0, Fraction(1, 10), max_denominator=12_000)),
        "periods": periods,
        "method": draw(st.sampled_from(Method)),
        "first_due": DAY,
        "rounding": draw(st.sampled_from(Rounding)),
        "installment_unit": draw(st.sampled_from([1, 100, 500, 1000])),
        "installment_rounding": draw(st.sampled_from(Rounding)),
        "principal_grace": draw(st.integers(0, periods - 1)),
        "interest_grace": draw(st.integers(0, periods - 1)),
        "interest_free": draw(st.integers(0, periods)),
        "first_period": draw(st.fractions(0, 2, max_denominator=31)),
    }


PLAIN = {"interest_grace": 0, "interest_free": 0, "first_period": Fraction(1)}


def first_principal_part(loan):
    """The exact first part of the principal: what rounding has to leave above 0."""
    paying = loan["periods"] - loan["principal_grace"]
    if loan["method"] is Method.ANNUITY:
        # The parts grow by (1 + i) a row, so the loan is a geometric sum of them.
        growth = 1 + loan["rate"]
        return loan["principal"] / sum(growth**k for k in range(paying))
    return Fraction(loan["principal"], paying)


def rows_or_none(loan):
    """The schedule, or None where it may be refused; a refusal without cause fails."""
    try:
        return schedule(**loan)
    except ValueError:
        if loan["method"] is Method.BULLET:
            raise
        if first_principal_part(loan) > loan["installment_unit"] + 1:
            raise
        return None


@given(terms())
def test_every_schedule_pays_the_loan_and_nothing_is_negative(loan):
    rows = rows_or_none(loan)
    if rows is None:
        return
    assert 1 <= len(rows) <= loan["periods"]
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert sum(row.principal for row in rows) == loan["principal"]
    assert rows[-1].balance == 0
    outstanding = loan["principal"]
    for row in rows:
        outstanding -= row.principal
        assert row.balance == outstanding >= 0
        assert row.principal >= 0 and row.interest >= 0
        for value in (row.principal, row.interest, row.balance):
            assert type(value) is int
    grace = loan["principal_grace"]
    if loan["method"] is Method.BULLET:
        grace = loan["periods"] - 1
    assert all(row.principal == 0 for row in rows[:grace])
    assert all(row.principal > 0 for row in rows[grace:])
    free = min(loan["interest_free"], loan["interest_grace"] + 1, len(rows))
    assert all(row.interest == 0 for row in rows[: min(free, loan["interest_grace"])])
    if loan["interest_free"] >= len(rows):
        assert sum(row.interest for row in rows) == 0


@given(terms())
def test_interest_options_never_touch_the_principal(loan):
    rows = rows_or_none(loan)
    if rows is None:
        return
    plain = schedule(**{**loan, **PLAIN})
    assert [(r.principal, r.balance) for r in rows] == [
        (r.principal, r.balance) for r in plain
    ]


@given(terms())
def test_deferring_interest_moves_it_and_loses_none(loan):
    deferred = rows_or_none(loan)
    if deferred is None:
        return
    now = schedule(**{**loan, "interest_grace": 0})
    payer = min(loan["interest_grace"], len(now) - 1)
    assert [r.interest for r in deferred[:payer]] == [0] * payer
    assert deferred[payer].interest == sum(r.interest for r in now[: payer + 1])
    assert deferred[payer + 1 :] == now[payer + 1 :]


@given(terms())
def test_interest_follows_the_balance_or_the_amount_lent(loan):
    """In Decimal, half up, with nothing deferred."""
    loan |= {"interest_grace": 0, "rounding": Rounding.HALF_UP}
    rows = rows_or_none(loan)
    if rows is None:
        return
    getcontext().prec = 60
    rate = Decimal(loan["rate"].numerator) / loan["rate"].denominator
    broken = loan["first_period"]
    broken = Decimal(broken.numerator) / broken.denominator
    lengths = [
        Decimal(0) if row.number <= loan["interest_free"] else Decimal(1) for row in rows
    ]
    if not loan["interest_free"]:
        lengths[0] = broken

    def whole(value):
        # 60 digits cannot hold every fraction: a half a hair below counts as a half
        return int((value + Decimal("1E-30")).quantize(Decimal(1), ROUND_HALF_UP))

    if loan["method"] is Method.FLAT:
        per_row = [whole(loan["principal"] * rate * length) for length in lengths]
        total = whole(loan["principal"] * rate * sum(lengths))
        assert sum(row.interest for row in rows) == total
        got = [row.interest for row in rows]
        if sum(per_row[:-1]) <= total:
            assert got[:-1] == per_row[:-1]
        else:  # rounded up too often: the latest rows give way, the last bears nothing
            assert got[-1] == 0
            assert all(row <= most for row, most in zip(got, per_row))
            cut = [number for number, row in enumerate(got) if row < per_row[number]]
            assert all(got[number] == 0 for number in range(cut[0] + 1, len(got)))
    else:
        balance = loan["principal"]
        for row, length in zip(rows, lengths):
            assert row.interest == whole(balance * rate * length)
            balance = row.balance


@given(terms())
def test_an_annuity_is_worth_the_loan(loan):
    """Against discount factors added up one by one, not the closed formula."""
    loan |= {"method": Method.ANNUITY, **PLAIN}
    rows = rows_or_none(loan)
    if rows is None:
        return
    grace = loan["principal_grace"]
    factor = total = Fraction(1) / (1 + loan["rate"])
    for _period in range(loan["periods"] - grace - 1):
        factor /= 1 + loan["rate"]
        total += factor
    exact = loan["principal"] / total
    for row in rows[grace:-1]:
        paid = row.principal + row.interest
        assert paid % loan["installment_unit"] == 0
        assert abs(paid - exact) <= loan["installment_unit"]
        if loan["installment_rounding"] in (Rounding.HALF_UP, Rounding.HALF_EVEN):
            assert 2 * abs(paid - exact) <= loan["installment_unit"]


@given(terms())
def test_what_is_constant_is_constant(loan):
    loan |= PLAIN
    rows = rows_or_none(loan)
    if rows is None or loan["method"] is Method.BULLET:
        return
    paying = rows[loan["principal_grace"] : -1]
    if loan["method"] is Method.DECLINING:
        constant = {row.principal for row in paying}
    elif loan["method"] is Method.ANNUITY:
        constant = {row.principal + row.interest for row in paying}
    else:
        constant = {row.principal for row in paying}
    assert len(constant) <= 1
    if loan["method"] is Method.DECLINING:
        assert all(part % loan["installment_unit"] == 0 for part in constant)


# ------------------------------------------------------------------ effective rate


@pytest.mark.parametrize(
    ("rate", "periods", "method", "first", "monthly", "yearly_nominal"),
    [
        ("1/100", 10, Method.FLAT, 110_000, "1.7715", "21.26"),
        ("1/10", 10, Method.FLAT, 200_000, "15.0984", "181.18"),
        ("1/120", 10, Method.FLAT, 108_333, "1.4824", "17.79"),
        ("1/120", 12, Method.FLAT, 91_667, "1.4977", "17.97"),
        ("2/100", 10, Method.FLAT, 120_000, "3.4602", "41.52"),
        ("2/100", 10, Method.DECLINING, 120_000, "2.0000", "24.00"),
        ("2/100", 10, Method.ANNUITY, 111_327, "2.0000", "24.00"),
    ],
)
def test_table_of_effective_rates(rate, periods, method, first, monthly, yearly_nominal):
    """docs/domain.md 4.5."""
    paid = installments(plan(1_000_000, rate, periods, method))
    assert paid[0] == first
    effective = 100 * effective_rate(1_000_000, paid)
    assert round(effective, 4) == Decimal(monthly)
    assert round(12 * effective, 2) == Decimal(yearly_nominal)


@pytest.mark.parametrize(("flat", "periods"), [("1.1327", 10), ("1.1226", 12)])
def test_flat_rate_that_equals_24_percent(flat, periods):
    """docs/domain.md 4.5; in 1/1000 rupiah so that no rounding blurs it."""
    paid = installments(plan(10**9, Fraction(flat) / 100, periods, Method.FLAT))
    assert abs(100 * effective_rate(10**9, paid) - 2) < Decimal("0.0001")


def test_fees_kept_back_raise_the_effective_rate():
    # 990 received, 1.089 back: 10% exactly
    assert effective_rate(990, [1_089]) == Decimal("0.1")


def test_effective_rate_of_a_gift_and_of_an_interest_free_loan():
    assert effective_rate(1_000, [500, 500]) == 0
    assert effective_rate(1_000, [500]) == Decimal("-0.5")


@pytest.mark.parametrize("arguments", [(0, [1]), (-1, [1]), (1, []), (1, [0]), (1, [2, -1])])
def test_effective_rate_errors(arguments):
    with pytest.raises(ValueError):
        effective_rate(*arguments)


@pytest.mark.parametrize("arguments", [(1.0, [1]), (1, [1.5]), (1, [Fraction(1, 2)])])
def test_effective_rate_wants_whole_amounts(arguments):
    with pytest.raises(TypeError):
        effective_rate(*arguments)


@given(
    st.integers(1, 10**9),
    st.lists(st.integers(0, 10**9), min_size=1, max_size=36).filter(any),
)
def test_payments_are_worth_what_was_received(received, payments):
    """The present value, in fractions, of the payments at the rate found."""
    rate = Fraction(effective_rate(received, payments))
    assert rate > -1
    worth = sum(
        payment / (1 + rate) ** number for number, payment in enumerate(payments, 1)
    )
    # 28 digits of rate, 36 periods: twenty digits of the amount are safe but where the
    # rate is near -1, whose distance from -1 is what counts
    tolerance = Fraction(1, 10**20) / (1 + rate) if rate < 0 else Fraction(1, 10**20)
    assert abs(worth - received) <= received * tolerance


@given(st.integers(1, 48), st.fractions(0, Fraction(1, 5), max_denominator=1200))
def test_an_annuity_has_its_own_rate(periods, rate):
    paid = installments(plan(10**18, rate, periods, Method.ANNUITY))
    assert abs(Fraction(effective_rate(10**18, paid)) - rate) < Fraction(1, 10**12)


def test_installment_is_a_frozen_value():
    row = Installment(1, DAY, 1, 0, 0)
    with pytest.raises(AttributeError):
        row.principal = 2
