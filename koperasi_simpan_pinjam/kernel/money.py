"""Whole money: rounding and sharing out to the last rupiah.

An amount is an ``int`` of the smallest money unit (rupiah, sen: the caller decides), a
rate or a weight an ``int`` or a ``Fraction``. A float is refused everywhere, because it
cannot hold 0.1. Rules: docs/domain.md sections 3.5 and 4.4.
"""

from collections.abc import Sequence
from enum import Enum
from fractions import Fraction
from math import lcm
from numbers import Rational


class Rounding(str, Enum):
    """Where a value between two multiples goes.

    The modes mirror at zero, so that a reversal rounds to exactly the opposite of what
    it reverses: UP is away from zero, DOWN towards it, HALF_UP sends the half away from
    zero, HALF_EVEN to the even multiple.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"


# For a value of `whole` multiples and `rest` parts of `size`: does it take the next one?
_TAKES_NEXT = {
    Rounding.HALF_UP: lambda whole, rest, size: 2 * rest >= size,
    Rounding.HALF_EVEN: lambda whole, rest, size: 2 * rest + whole % 2 > size,
    Rounding.UP: lambda whole, rest, size: rest > 0,
    Rounding.DOWN: lambda whole, rest, size: False,
}


def round_to(
    value: Fraction, unit: int = 1, mode: Rounding = Rounding.HALF_UP
) -> int:
    """Return ``value`` rounded to a multiple of ``unit``.

    :param value: exact amount, in the smallest money unit
    :param unit: 1, or a coin that exists (100, 500, 1.000)
    :param mode: direction, see :class:`Rounding`
    :raise TypeError: for a float or a Decimal
    :raise ValueError: for a unit below 1 or an unknown mode

    Source: docs/domain.md section 4.4.

    >>> round_to(Fraction(1_113_265, 10))
    111327
    >>> round_to(Fraction(1_113_265, 10), 500, Rounding.UP)
    111500
    >>> [round_to(Fraction(half, 2), mode=Rounding.HALF_EVEN) for half in (1, 3, -1)]
    [0, 2, 0]
    """
    if not isinstance(value, Rational):
        raise TypeError(f"an exact number is needed, not {type(value).__name__}")
    if unit < 1:
        raise ValueError("the rounding unit must be at least 1")
    size = value.denominator * unit
    whole, rest = divmod(abs(value.numerator), size)
    if _TAKES_NEXT[Rounding(mode)](whole, rest, size):
        whole += 1
    return unit * (whole if value >= 0 else -whole)


def apportion(
    total: int, weights: Sequence[int | Fraction], unit: int = 1
) -> list[int]:
    """Share ``total`` out in proportion to ``weights``, to the last ``unit``.

    Largest remainder: everybody gets her exact share rounded down, and what is left goes
    out one ``unit`` at a time to the largest fractions cut off; a tie goes to the
    earlier position, so the caller orders members by number. The shares sum to
    ``total``; a weight of 0 gets 0. A negative total (a loss, a reversal) is shared as
    its opposite is.

    :param total: amount to share, in the smallest money unit
    :param weights: one per sharer, of any one measure, not negative
    :param unit: step of a share
    :raise TypeError: for a weight that is not exact
    :raise ValueError: when all weights are 0, one is negative, or ``unit`` does not
        divide ``total``

    Source: docs/domain.md section 3.5.

    >>> apportion(1_000_000, [3, 3, 1])
    [428572, 428571, 142857]
    >>> apportion(1_000_000, [1, 1, 1], unit=500)
    [333500, 333500, 333000]
    """
    shares, rest = _floor(total, weights, unit)
    if rest % unit:
        raise ValueError("the unit of a share must divide the total")
    step = unit if total >= 0 else -unit
    # A stable sort: equal fractions keep their order, which is the tie-break.
    for position in sorted(
        range(len(shares)), key=lambda i: shares[i][1], reverse=True
    )[: abs(rest) // unit]:
        shares[position] = (shares[position][0] + step, 0)
    return [share for share, _cut in shares]


def floor_shares(
    total: int, weights: Sequence[int | Fraction], unit: int
) -> tuple[list[int], int]:
    """Share ``total`` out rounded down to ``unit``; return the shares and the rest.

    The rest (to the reserve or the social fund, as the settings say) is what the cut-off
    parts add up to. Arguments as in :func:`apportion`; ``unit`` need not divide
    ``total``.

    :raise TypeError: for a weight that is not exact
    :raise ValueError: when all weights are 0, one is negative, or the unit is below 1

    Source: docs/domain.md section 3.5, rule 2.

    >>> floor_shares(1_000_000, [3, 3, 1], 500)
    ([428500, 428500, 142500], 500)
    """
    shares, rest = _floor(total, weights, unit)
    return [share for share, _cut in shares], rest


def _floor(total, weights, unit):
    """Return (share, fraction cut off) per weight, and the rest of ``total``.

    The fractions are whole numbers of one common size, so that they compare exactly.
    """
    if not all(isinstance(weight, Rational) for weight in (total, *weights)):
        raise TypeError("an exact total and exact weights are needed")
    if unit < 1:
        raise ValueError("the unit of a share must be at least 1")
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight must not be negative")
    scale = lcm(*(weight.denominator for weight in weights))
    scaled = [weight.numerator * (scale // weight.denominator) for weight in weights]
    size = sum(scaled) * unit
    if not size:
        raise ValueError("at least one weight must be above 0")
    sign = 1 if total >= 0 else -1
    shares = []
    for weight in scaled:
        units, cut = divmod(abs(total) * weight, size)
        shares.append((sign * units * unit, cut))
    return shares, total - sum(share for share, _cut in shares)
