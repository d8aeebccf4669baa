"""What consigned goods and jointly sold waste bring to those who brought them."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from odoo.addons.koperasi_simpan_pinjam.kernel.money import apportion, round_to


def value(quantity: Fraction, price: int) -> int:
    """Return what ``quantity`` is worth at ``price`` per unit, to the nearest money unit.

    >>> value(Fraction("6.5"), 1800)
    11700
    """
    return round_to(quantity * price)


def split(
    proceeds: int, weights: Sequence[int], member_percent: Fraction
) -> tuple[list[int], int]:
    """Divide the proceeds of a sale between those who brought the goods and the manager.

    The members' part is rounded to the nearest money unit and shared by weight, to the
    last unit; the manager takes what is left. Weights are of one measure (grams).

    :param proceeds: money units, not negative
    :param weights: one per deposit, at least one above 0
    :param member_percent: the members' share of 1
    :return: what each deposit gets, and what the manager gets
    :raise ValueError: for a share outside 0..1, negative proceeds, or weights that are
        all 0 or negative

    Source: docs/domain.md section 7.1, vector B.

    >>> split(31_700, [1], Fraction(85, 100))
    ([26945], 4755)
    """
    if not 0 <= member_percent <= 1:
        raise ValueError("the members' share must lie between 0 and 1")
    if proceeds < 0:
        raise ValueError("proceeds can't be negative")
    members = round_to(proceeds * member_percent)
    return apportion(members, weights), proceeds - members


@dataclass(frozen=True)
class Settlement:
    """One product of one owner over one period; money in the smallest unit."""

    closing: Fraction  # quantity still hers
    sales: int  # at her base price
    commission: int
    compensation: int  # for what the cooperative lost
    due: int  # to her


def settle(
    opening: Fraction,
    received: Fraction,
    sold: Fraction,
    returned: Fraction,
    lost: Fraction,
    base_price: int,
    commission: Fraction,
    lost_borne_by: Literal["member", "cooperative"],
) -> Settlement:
    """Settle consigned goods: what was sold, less commission; what was lost is borne by one side.

    A cooperative that bears the loss pays what a sale would have brought her, after
    commission.

    :param base_price: per unit, in money units
    :param commission: share of 1 of the sales at the base price
    :raise ValueError: for a negative quantity or price, a commission outside 0..1, or
        more gone than there was

    Source: docs/domain.md section 7.5.

    >>> settle(*map(Fraction, (0, 20, 17, 2, 1)), 8_000, Fraction(10, 100), "member")
    Settlement(closing=Fraction(0, 1), sales=136000, commission=13600, compensation=0, due=122400)
    """
    if min(opening, received, sold, returned, lost, base_price) < 0:
        raise ValueError("quantities and price can't be negative")
    if not 0 <= commission <= 1:
        raise ValueError("the commission must lie between 0 and 1")
    closing = opening + received - sold - returned - lost
    if closing < 0:
        raise ValueError("more was sold, returned or lost than there was")
    sales = value(sold, base_price)
    fee = round_to(sales * commission)
    loss = value(lost, base_price) if lost_borne_by == "cooperative" else 0
    compensation = loss - round_to(loss * commission)
    return Settlement(closing, sales, fee, compensation, sales - fee + compensation)
