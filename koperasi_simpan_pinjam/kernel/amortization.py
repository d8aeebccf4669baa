"""Loan schedules: what falls due when, and what a loan really costs.

Formulas and worked figures: docs/domain.md sections 4.2 to 4.5.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from enum import Enum
from fractions import Fraction
from operator import index
from typing import Literal

from .money import Rounding, round_to


class Method(str, Enum):
    """How the debt runs off (docs/domain.md section 4.2)."""

    FLAT = "flat"  # tetap: interest on the amount lent, constant installment
    DECLINING = "declining"  # menurun: constant principal, interest on the balance
    ANNUITY = "annuity"  # anuitas: constant installment, interest on the balance
    BULLET = "bullet"  # musiman: interest every period, principal at the end


class RateBasis(str, Enum):
    """What a rate is a rate of; a product must say it (docs/domain.md section 0.1)."""

    MONTH = "month"
    YEAR = "year"
    TERM = "term"  # the whole loan, whatever its length


def periodic_rate(
    rate: Fraction, basis: RateBasis, periods: int, periods_per_year: int = 12
) -> Fraction:
    """Return the rate of one period of the schedule, undiscounted (nominal).

    :param rate: share of 1 per ``basis`` (2% = ``Fraction(2, 100)``)
    :param periods: installments of the loan; matters for TERM only
    :param periods_per_year: 12 for months, 52 for weeks, 365 for days, 4 for quarters
    :raise TypeError: for a rate that is not exact
    :raise ValueError: for a negative rate, no periods, or an unknown basis

    Source: docs/domain.md sections 0.1 and 4.2.

    >>> periodic_rate(Fraction(10, 100), RateBasis.TERM, 10)
    Fraction(1, 100)
    >>> periodic_rate(Fraction(24, 100), RateBasis.YEAR, 10)
    Fraction(1, 50)
    >>> periodic_rate(Fraction(1, 100), RateBasis.MONTH, 26, periods_per_year=52)
    Fraction(3, 1300)
    """
    if isinstance(rate, float):
        raise TypeError("a rate must be exact: Fraction(2, 100), not 0.02")
    if rate < 0:
        raise ValueError("the rate must not be negative")
    if periods < 1 or periods_per_year < 1:
        raise ValueError("there must be at least one period")
    per_year = {
        RateBasis.MONTH: 12,
        RateBasis.YEAR: 1,
        RateBasis.TERM: Fraction(periods_per_year, periods),
    }[RateBasis(basis)]
    return Fraction(rate) * per_year / periods_per_year


@dataclass(frozen=True)
class Installment:
    """One row of a schedule. Amounts in the smallest money unit."""

    number: int  # from 1
    due_date: date
    principal: int
    interest: int
    balance: int  # principal outstanding after it


def schedule(
    principal: int,
    rate: Fraction,
    periods: int,
    method: Method,
    first_due: date,
    *,
    every: int = 1,
    unit: Literal["day", "week", "month"] = "month",
    rounding: Rounding = Rounding.HALF_UP,
    installment_unit: int = 1,
    installment_rounding: Rounding = Rounding.HALF_UP,
    principal_grace: int = 0,
    interest_grace: int = 0,
    interest_free: int = 0,
    first_period: Fraction = Fraction(1),
) -> tuple[Installment, ...]:
    """Return the installments of a loan.

    The principal sums to the loan and the last balance is 0. What is constant is rounded
    to ``installment_unit``: the installment (FLAT, ANNUITY) or its principal part
    (DECLINING); the last row takes the rest. Where rounding up pays the loan off early,
    the schedule is shorter and bears interest only for its rows.

    :param principal: amount lent, in the smallest money unit
    :param rate: interest per period, share of 1; 0 is allowed
    :param periods: number of installments
    :param first_due: due date of the first one; on the 29th to 31st every month that
        has that day keeps it, a shorter one takes its last day
    :param every: distance between due dates, in ``unit``
    :param rounding: of interest, to 1
    :param installment_unit: 1, or a coin that exists (100, 500, 1.000)
    :param installment_rounding: of the constant part
    :param principal_grace: first periods that pay interest only
    :param interest_grace: first periods whose interest is paid with the next one after
        them (at the latest with the last row)
    :param interest_free: first periods that bear no interest, up to all of them
    :param first_period: length of a broken first period, in periods. Like the two above
        it changes interest only: principal parts are those of the plain schedule
    :raise TypeError: for a float
    :raise ValueError: for a principal of 0 or less, no periods, a negative rate or
        length, grace that leaves no period to pay in, an installment that would not pay
        its interest, a principal part of 0

    Source: docs/domain.md sections 4.2 and 4.4.

    >>> year = schedule(
    ...     1_000_000, Fraction(10, 1200), 12, Method.FLAT, date(2026, 1, 31))
    >>> [(row.principal, row.interest, row.balance) for row in (year[0], year[11])]
    [(83334, 8333, 916666), (83326, 8337, 0)]
    >>> [row.due_date.isoformat() for row in year[:3]]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    >>> [row.principal + row.interest for row in schedule(
    ...     1_000_000, Fraction(2, 100), 10, Method.ANNUITY, date(2026, 1, 1),
    ...     installment_unit=500, installment_rounding=Rounding.UP)][-2:]
    [111500, 109599]
    """
    if principal <= 0:
        raise ValueError("the principal must be above 0")
    if periods < 1 or every < 1:
        raise ValueError("periods and their distance must be at least 1")
    if not (0 <= principal_grace < periods and 0 <= interest_grace < periods):
        raise ValueError("grace must leave at least one period to pay in")
    if not 0 <= interest_free <= periods:
        raise ValueError("interest-free periods must lie between 0 and all of them")
    if rate < 0 or first_period < 0:
        raise ValueError("the rate and the first period must not be negative")
    method = Method(method)
    if method is Method.BULLET:
        principal_grace = periods - 1  # the one row that pays principal is the last

    def interest_on(base, lengths=1):
        return round_to(base * rate * lengths, 1, rounding)

    parts = _principal_parts(
        principal, rate, periods, method, principal_grace, interest_on,
        installment_unit, installment_rounding,
    )
    # Interest runs over these lengths, in periods; principal never looks at them.
    lengths = [0 if row < interest_free else 1 for row in range(len(parts))]
    if not interest_free:
        lengths[0] = first_period
    balances = [principal]
    for part in parts:
        balances.append(balances[-1] - part)

    if method is Method.FLAT:
        interests = [interest_on(principal, length) for length in lengths[:-1]]
        total = interest_on(principal, sum(lengths))
        interests.append(total - sum(interests))
        _cover_shortfall(interests)
    else:
        interests = [interest_on(*pair) for pair in zip(balances, lengths)]
    # What grace defers is paid by the first row after it.
    payer = min(interest_grace, len(interests) - 1)
    interests[: payer + 1] = [0] * payer + [sum(interests[: payer + 1])]

    return tuple(
        Installment(
            row + 1, shift(first_due, row * every, unit), part, interest, balance
        )
        for row, (part, interest, balance) in enumerate(
            zip(parts, interests, balances[1:])
        )
    )


def _principal_parts(
    principal, rate, periods, method, grace, interest_on, unit, rounding
):
    """Return the principal part of each row, grace rows first."""
    paying = periods - grace
    if method is Method.FLAT:
        constant = Fraction(principal, paying) + principal * rate
    elif method is Method.ANNUITY and rate:
        constant = principal * rate / (1 - Fraction(1 + rate) ** -paying)
    else:  # an annuity without interest is P / n too
        constant = Fraction(principal, paying)
    constant = round_to(constant, unit, rounding)

    parts = [0] * grace
    balance = principal
    while balance and len(parts) < periods - 1:
        part = constant
        if method is Method.FLAT:
            part -= interest_on(principal)
        elif method is Method.ANNUITY:
            part -= interest_on(balance)
        if part < 0:
            raise ValueError("the rounded installment would not pay its interest")
        if part == 0:
            raise ValueError("the rounded installment would pay no principal")
        parts.append(min(part, balance))
        balance -= parts[-1]
    return parts + [balance] if balance else parts


def _cover_shortfall(interests):
    """Lift a negative last amount to 0 at the cost of the rows before it, latest first.

    Happens where single interests round up and their total does not: 10 x 0.5 is 5, not
    10 x 1.
    """
    for row in range(len(interests) - 1, 0, -1):
        if interests[row] >= 0:
            return
        interests[row - 1] += interests[row]
        interests[row] = 0


def shift(day, steps, unit):
    """Return ``day`` moved by whole days, weeks or months."""
    if unit == "month":
        year, month = divmod(day.year * 12 + day.month - 1 + steps, 12)
        month += 1
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    if unit not in ("day", "week"):
        raise ValueError("the unit must be day, week or month")
    return day + timedelta(days=steps * (7 if unit == "week" else 1))


def moneylender_interest(principal: int, monthly_rate: Fraction, periods: int, periods_per_year: int) -> int:
    """Return what the door-to-door lender takes: his rate on the whole principal for every month.

    :param principal: in the smallest money unit
    :param monthly_rate: share of 1 per month
    :param periods: installments of the loan he is compared with

    Source: docs/domain.md section 2.6, TV-LPEA.

    >>> moneylender_interest(1_000_000, Fraction(1, 10), 10, 12)
    1000000
    >>> moneylender_interest(520_000, Fraction(1, 10), 26, 52)
    312000
    """
    return round_to(principal * monthly_rate * Fraction(periods * 12, periods_per_year))


def effective_rate(received: int, payments: Sequence[int]) -> Decimal:
    """Return the rate per period at which the payments are worth what was received.

    The internal rate of return, to be shown beside the nominal rate. Fees kept back at
    disbursement raise it because less is received; payments below what was received give
    a negative rate.

    :param received: net amount paid out, in the smallest money unit
    :param payments: one per period, none negative, the first one period after paying out
    :return: share of 1 per period, 28 significant digits
    :raise TypeError: for an amount that is not whole
    :raise ValueError: when nothing is received, nothing is paid, or a payment is negative

    Source: docs/domain.md section 4.5.

    >>> round(100 * effective_rate(1_000_000, [110_000] * 10), 4)
    Decimal('1.7715')
    >>> effective_rate(1_000_000, [0, 1_210_000]) == Decimal("0.1")
    True
    """
    received = index(received)
    payments = [index(payment) for payment in payments]
    if received <= 0:
        raise ValueError("the amount received must be above 0")
    if min(payments, default=0) < 0 or not any(payments):
        raise ValueError("payments must not be negative, and not all 0")
    with localcontext() as context:
        context.prec = 60
        # In the discount factor v = 1 / (1 + rate) the present value is a polynomial
        # that rises and bends upwards: Newton's method, started above the root, comes
        # down to it without ever passing it.
        factor = Decimal(1)
        while _present_value(payments, factor)[0] < received:
            factor *= 2
        while True:
            value, slope = _present_value(payments, factor)
            step = (value - received) / slope
            factor -= step
            if step < factor * Decimal("1E-45"):
                break
        rate = 1 / factor - 1
        context.prec = 28
        return +rate


def _present_value(payments, factor):
    """Return the sum of payment x factor^number, and its derivative, by Horner."""
    value = slope = Decimal(0)
    for payment in reversed(payments):
        slope = slope * factor + value + payment
        value = (value + payment) * factor
    return value, slope
