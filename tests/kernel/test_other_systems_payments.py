"""What other lending systems make of a payment beyond what is due, and of a payoff: whole tables, to the last coin.

Figures are the expectations that those projects publish in their own tests. They count interest from the day of the
payment; here the running period keeps its interest (docs/domain.md 4.9). On a due date, before the installment of that
day is booked, both say the same, and that is how these tables are asked for.

Other on purpose:

* OpenCBS Cloud pays the nearest installments ahead and lets them be skipped; here what is paid ahead falls off the end
  or lowers all.
* OpenCBS Cloud counts every month as 30 days, here a period has the days that it has: paid off on 2 January 2019, of
  the period from 12 December 2018, it takes 20 thirtieths of the month's interest (8.117,30), here 21 of 31 days.
* Apache Fineract's "re-amortization" of a payment takes the same amount off each installment to come and leaves their
  sum; here a lower installment is the annuity of what is left.
"""

from datetime import date
from fractions import Fraction

import pytest

from odoo.addons.koperasi_simpan_pinjam.kernel.accrual import earned
from odoo.addons.koperasi_simpan_pinjam.kernel.amortization import Method, schedule
from odoo.addons.koperasi_simpan_pinjam.kernel.money import Rounding
from odoo.addons.koperasi_simpan_pinjam.kernel.prepayment import Effect, prepay
from odoo.addons.koperasi_simpan_pinjam.kernel.repayment import Due, Payoff, payoff


def table(rows):
    return [(row.principal, row.interest, row.balance) for row in rows]


def columns(rows):
    return [(row.principal, row.interest) for row in rows]


def dues(rows):
    return [Due(row.number, row.due_date, row.principal, row.interest, 0) for row in rows]


def test_fineract_advance_to_the_last_installment():
    """Apache Fineract, end-to-end feature on full term tranches (C4485): 100 in 6 months at 9,4822% a year, 30/360;
    on the first due date 20,00 is paid instead of 17,13, the 2,87 go to the last installment.

    Its last row keeps the 2,87 as paid: 16,91 - 2,87 = 14,04 are still to come.
    """
    rate = Fraction("9.4822") / 1200
    rows = schedule(
        100_00, rate, 6, Method.ANNUITY, date(2024, 2, 1), rounding=Rounding.HALF_EVEN,
        installment_rounding=Rounding.HALF_EVEN,
    )
    assert table(rows) == [
        (16_34, 79, 83_66), (16_47, 66, 67_19), (16_60, 53, 50_59), (16_73, 40, 33_86), (16_86, 27, 17_00),
        (17_00, 13, 0),
    ]
    assert columns(prepay(rows, 20_00 - 17_13, rate, Method.ANNUITY, Effect.SHORTEN)) == [
        (16_34, 79), (16_49, 64), (16_62, 51), (16_75, 38), (16_89, 24), (16_91 - 2_87, 11),
    ]


# tnakagome/LoanCalculationLibrary, tests of both payment tables: 30.000.000 yen in 420 months at 0,775% a year, whole
# yen as whole rupiah. One row at the end pins the 400 before it: each is what those left over. The library counts rows
# from 0 and pays ahead after the row it names.
YEN = 30_000_000, Fraction("0.00775") / 12, 420
FIRST = date(2020, 1, 1)


def after(method, effect, *payments):
    """Return all rows of the loan after the payments, each as (number of the row it is paid with, amount)."""
    principal, rate, periods = YEN
    rows = schedule(principal, rate, periods, method, FIRST)
    for number, amount in payments:
        # Fewer: paid on the due date of that row. Lower: after it, since only rows to come are made anew.
        place = number - (1 if effect is Effect.SHORTEN and method is Method.ANNUITY else 0)
        rows = (*rows[:place], *prepay(rows[place:], amount, rate, method, effect))
    return rows


def test_japanese_library_schedules():
    principal, rate, periods = YEN
    rows = schedule(principal, rate, periods, Method.DECLINING, FIRST)
    assert columns((rows[0], rows[-1])) == [(71_429, 19_375), (71_249, 46)]
    rows = schedule(principal, rate, periods, Method.ANNUITY, FIRST)
    assert columns((rows[0], rows[-1])) == [(62_201, 19_375), (81_720, 53)]


@pytest.mark.parametrize(
    ("method", "effect", "payments", "number", "principal", "interest"),
    [
        (Method.DECLINING, Effect.LOWER, [(12, 3_000_000)], 420, 63_920, 41),
        (Method.DECLINING, Effect.LOWER, [(24, 3_000_000)], 420, 63_769, 41),
        (Method.DECLINING, Effect.LOWER, [(25, 1_000_000), (37, 1_000_000)], 420, 66_259, None),
        (Method.DECLINING, Effect.SHORTEN, [(12, 3_000_000)], 378, 71_267, None),
        (Method.DECLINING, Effect.SHORTEN, [(25, 1_000_000), (37, 1_000_000)], 392, 71_261, None),
        (Method.ANNUITY, Effect.LOWER, [(12, 3_000_000)], 420, 73_107, 47),
        (Method.ANNUITY, Effect.LOWER, [(25, 1_000_000), (37, 1_000_000)], 420, 75_860, 75_909 - 75_860),
        (Method.ANNUITY, Effect.SHORTEN, [(12, 3_000_000)], 373, 69_580, 45),
        (Method.ANNUITY, Effect.SHORTEN, [(25, 1_000_000), (37, 1_000_000)], 389, 64_564, None),
    ],
)
def test_japanese_library_pays_ahead(method, effect, payments, number, principal, interest):
    """The last row after one payment ahead and after two. 75.909 is published as principal and interest together."""
    last = after(method, effect, *payments)[-1]
    assert (last.number, last.principal, last.balance) == (number, principal, 0)
    if interest is not None:
        assert last.interest == interest


def test_thought_machine_lower_installment():
    """Thought Machine Vault, mortgage simulation test with "reduce_emi": of 3.000 in 12 months, with 200 paid ahead
    before, 2.076,72 are owed after the fourth installment is asked for; 100 more are paid, the rate is 1,5% a year.
    The nine installments left become 221,01.

    Only the installment is compared: its interest is by days of 365, here by months.
    """
    rate = Fraction("0.015") / 12
    owed = 3_000_00 - 246_32 - 247_72 - 200_00 - 229_24
    rows = schedule(owed, rate, 9, Method.ANNUITY, date(2020, 5, 20))
    lower = prepay(rows, 100_00, rate, Method.ANNUITY, Effect.LOWER)
    assert [row.principal + row.interest for row in lower[1:-1]] == [221_01] * 7


# Apache Fineract, unit test of its progressive installments: 100 in 6 months at 7% a year.
SEVEN_PERCENT = schedule(
    100_00, Fraction(7, 1200), 6, Method.ANNUITY, date(2024, 2, 1), rounding=Rounding.HALF_EVEN,
    installment_rounding=Rounding.HALF_EVEN,
)
STARTS = {row.number: date(2024, row.number, 1) for row in SEVEN_PERCENT}


@pytest.mark.parametrize(
    ("on", "arrears", "running", "to_pay"),
    [
        # No. 1 not yet due: 14 of 31 days of its 58.
        (date(2024, 1, 15), 0, 26, 100_00 + 26),
        # No. 1 is due with its 58; of no. 2 14 of 29 days of its 49.
        (date(2024, 2, 15), 58, 24, 100_00 + 58 + 24),
    ],
)
def test_fineract_payoff_by_days(on, arrears, running, to_pay):
    """The payoff on a day within a period takes the interest of its days: what a month's end would book as earned."""
    assert columns(SEVEN_PERCENT)[:2] == [(16_43, 58), (16_52, 49)]
    unpaid = dues(SEVEN_PERCENT)
    assert earned(unpaid, on, STARTS) == arrears + running
    quote = payoff(
        100_00, unpaid, on, Payoff.CURRENT, current_interest=earned(unpaid, on, STARTS) - arrears,
        remaining_interest=0,
    )
    assert (quote.principal, quote.interest, quote.penalty, quote.discount) == (100_00, arrears + running, 0, 0)
    assert quote.principal + quote.interest == to_pay


def test_opencbs_day_interest():
    """OpenCBS Cloud, features of early repayment: 1.000.000 in 10 months at 18% a year, from 12 October 2018.

    Its whole plan; and on 3 December, 21 days after the first installment, 9.518,94 of the 13.598,49 are due. Paid off
    on 2 January 2019 the principal is what two installments left, 811.730,13.
    """
    rows = schedule(1_000_000_00, Fraction(18, 1200), 10, Method.ANNUITY, date(2018, 11, 12))
    assert columns(rows) == [
        (93_434_18, 15_000_00), (94_835_69, 13_598_49), (96_258_23, 12_175_95), (97_702_10, 10_732_08),
        (99_167_63, 9_266_55), (100_655_15, 7_779_03), (102_164_97, 6_269_21), (103_697_45, 4_736_73),
        (105_252_91, 3_181_27), (106_831_69, 1_602_48),
    ]
    assert sum(row.interest for row in rows) == 84_341_79
    assert earned(dues(rows[1:2]), date(2018, 12, 3), {2: date(2018, 11, 12)}) == 9_518_94
    assert rows[1].balance == 811_730_13
