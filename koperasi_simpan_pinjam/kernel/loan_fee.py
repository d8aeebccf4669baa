"""Fees at disbursement: administration, provision, risk fund, compulsory savings.

Rules: docs/domain.md section 4.6.
"""

from collections.abc import Sequence
from fractions import Fraction

from .money import round_to


def fee(principal: int, rate: Fraction = Fraction(0), amount: int = 0) -> int:
    """Return what a fee costs: a share of the loan, half a unit rounded up, and a fixed amount.

    :param principal: of the loan, in the smallest money unit, as ``amount``
    :param rate: share of 1
    :raise TypeError: for a rate that is not exact
    :raise ValueError: for a negative argument

    Source: docs/domain.md section 4.6.

    >>> fee(1_000_000, Fraction(1, 100)), fee(1_000_000, amount=5_000)
    (10000, 5000)
    """
    if isinstance(rate, float):
        raise TypeError("a rate must be exact: Fraction(1, 100), not 0.01")
    if min(principal, rate, amount) < 0:
        raise ValueError("a fee must not be negative")
    return round_to(principal * rate) + amount


def spread(units: int, amounts: Sequence[int]) -> list[int]:
    """Return what each of several amounts receives of a payment, the first one first.

    :param units: of the payment, in the smallest money unit
    :param amounts: open of each fee
    :raise ValueError: for a negative argument, or when it is more than they come to

    >>> spread(9_000, [2_000, 10_000])
    [2000, 7000]
    """
    if min(units, *amounts, 0) < 0 or units > sum(amounts):
        raise ValueError("more than the fees come to")
    parts = []
    for amount in amounts:
        parts.append(min(units, amount))
        units -= parts[-1]
    return parts


def borne(principal: int, payments: Sequence[int], kept: int, first: int) -> tuple[int, list[int]]:
    """Return what the borrower really receives and pays, for the effective rate.

    :param principal: of the loan, in the smallest money unit, as all amounts here
    :param payments: her installments
    :param kept: fees deducted, or paid apart on the day; what becomes her own savings is none
    :param first: fees paid with the first installment

    Source: docs/domain.md section 4.6.

    >>> borne(1_000_000, [550_000, 550_000], 20_000, 5_000)
    (980000, [555000, 550000])
    """
    return principal - kept, [payments[0] + first, *payments[1:]]
