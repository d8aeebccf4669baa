"""What may leave a savings account at once.

Rules: docs/domain.md sections 5.1 (opening dates) and 5.5 (holds, minimum balance, limits).
"""

from fractions import Fraction
from math import ceil

from .money import Rounding, round_to


def early_fee(amount: int, percent: Fraction) -> int:
    """Return what a withdrawal before the opening date costs, rounded down.

    :param amount: paid out, in the smallest money unit
    :param percent: share of 1

    >>> early_fee(99_010, Fraction(1, 100))
    990
    """
    return round_to(amount * percent, 1, Rounding.DOWN)


def largest_withdrawal(available: int, percent: Fraction = Fraction(0)) -> int:
    """Return the largest amount that, with its fee, does not exceed what is available.

    The fee is rounded down, so this is not ``available / (1 + percent)`` rounded down: x + floor(x * percent) <=
    available holds for the whole numbers x < (available + 1) / (1 + percent).

    :param available: balance less holds and minimum, in the smallest money unit
    :param percent: of the fee, a share of 1

    >>> largest_withdrawal(100_000, Fraction(1, 100))
    99010
    """
    return max(ceil(Fraction(available + 1) / (1 + percent)) - 1, 0)
