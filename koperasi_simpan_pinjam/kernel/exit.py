"""Exit settlement: what a member who leaves gets back, after what she owes.

Rules: docs/domain.md section 5.6. Amounts are in the smallest money unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .money import Rounding, round_to


@dataclass(frozen=True)
class Settlement:
    """What becomes of what she has."""

    kept: int  # of share capital and mandatory savings, not returned
    fee: int
    covered: tuple[int, ...]  # of each debt, in their order
    payout: int
    shortfall: int  # of the debts, still owed


def settle(
    pokok: int,
    wajib: int,
    savings: int,
    debts: Sequence[int],
    *,
    wajib_returned: Fraction = Fraction(1),
    fee_percent: Fraction = Fraction(0),
) -> Settlement:
    """Return what is deducted, which debts are paid, and what is left for her or of them.

    The first debt is paid first. What the cooperative keeps is rounded down, to the
    member's advantage. Nothing is lost: ``pokok + wajib + savings = kept + fee +
    sum(covered) + payout``.

    :param pokok: share capital paid in
    :param wajib: mandatory savings paid in
    :param savings: all else she has: voluntary, special and term savings, interest, SHU
    :param debts: what settles each of her loans on that day
    :param wajib_returned: share of ``wajib`` that is returned
    :param fee_percent: administration, a share of ``pokok + wajib``
    :raise ValueError: for a negative amount, or a share outside 0 to 1

    Source: docs/domain.md section 5.6, TV-EXIT.

    >>> settle(100_000, 480_000, 150_000 + 42_000, [300_000 + 10_000]).payout
    462000
    >>> settle(100_000, 480_000, 0, [600_000]).shortfall
    20000
    """
    if min(pokok, wajib, savings, *debts, 0) < 0:
        raise ValueError("an amount must not be negative")
    if not (0 <= wajib_returned <= 1 and 0 <= fee_percent <= 1):
        raise ValueError("a percent must lie between 0 and 100")
    kept = round_to(wajib * (1 - wajib_returned), mode=Rounding.DOWN)
    fee = min(
        round_to((pokok + wajib) * fee_percent, mode=Rounding.DOWN),
        pokok + wajib - kept,
    )
    left = pokok + wajib + savings - kept - fee
    covered = []
    for debt in debts:
        covered.append(min(debt, left))
        left -= covered[-1]
    return Settlement(kept, fee, tuple(covered), left, sum(debts) - sum(covered))
