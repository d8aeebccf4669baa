"""Sisa hasil usaha: where the surplus comes from and where it goes.

Rules and worked figures: docs/domain.md sections 2.5 and 3. What a member gets from a
pool is ``apportion(pool, weights)`` of the money kernel.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from odoo.addons.koperasi_simpan_pinjam.kernel.money import apportion
from odoo.addons.koperasi_simpan_pinjam.kernel.savings_interest import balance_spans


@dataclass(frozen=True)
class Item:
    """One line of an allocation table; ``percent`` is of 100."""

    code: str
    percent: Fraction


def pools(surplus: int, items: Sequence[Item]) -> dict[str, int]:
    """Divide a surplus over the lines of a table, to the last rupiah.

    A nested table divides the rupiah of its outer pool: call again with that amount.

    :param surplus: to divide, in the smallest money unit; a loss is not divided
    :param items: lines of the table; what does not divide goes by largest remainder, a
        tie to the earlier line
    :return: amount by code, in the order of ``items``; sums to ``surplus``
    :raise TypeError: for a percent that is not exact
    :raise ValueError: unless the percents total exactly 100, none is negative, no code
        stands twice and the surplus is not negative

    Source: UU 25/1992 art. 45; docs/domain.md sections 3.1 to 3.5.

    >>> table = [Item("cadangan", Fraction(40)), Item("anggota", Fraction(60))]
    >>> pools(1_000_001, table)
    {'cadangan': 400000, 'anggota': 600001}
    >>> pools(600_001, [Item("usaha", Fraction(70)), Item("modal", Fraction(30))])
    {'usaha': 420001, 'modal': 180000}
    """
    if surplus < 0:
        raise ValueError("a loss is not divided")
    if sum(item.percent for item in items) != 100:
        raise ValueError("the percents must total exactly 100")
    if len({item.code for item in items}) < len(items):
        raise ValueError("a code stands twice")
    shares = apportion(surplus, [item.percent for item in items])
    return dict(zip((item.code for item in items), shares))


def split_surplus(
    member_gross: int, other_gross: int, shared_costs: int
) -> tuple[int, int]:
    """Return the net surplus from members and from others; they sum to the whole.

    Shared costs are carried in proportion to the two gross results, a tie of the last
    rupiah by the members. A source without a positive result carries none, unless both
    are losses. If one source ends negative it is set off against the other: one of the
    two is then 0.

    :param member_gross: partisipasi neto anggota (A of the statement), smallest money unit
    :param other_gross: gross profit from non-members (B)
    :param shared_costs: all costs that belong to neither, less other income; may be
        negative
    :raise TypeError: for a float

    Source: docs/domain.md sections 2.5 and 3.8.

    >>> split_surplus(1_000_000, 500_000, 300_000)
    (800000, 400000)
    >>> split_surplus(1_000_000, -200_000, 300_000)
    (500000, 0)
    """
    weights = max(member_gross, 0), max(other_gross, 0)
    if weights == (0, 0):
        weights = -member_gross, -other_gross
    if weights == (0, 0):
        weights = 1, 0  # no business at all: the members bear the costs
    member_costs, other_costs = apportion(shared_costs, weights)
    member, other = member_gross - member_costs, other_gross - other_costs
    if (member < 0) != (other < 0):
        total = member + other
        return (total, 0) if (total < 0) == (member < 0) else (0, total)
    return member, other


def average_balance(
    opening: int,
    movements: Sequence[tuple[date, int]],
    start: date,
    end: date,
    method: Literal["end", "monthly", "daily"],
) -> Fraction:
    """Return a member's balance over the period, exactly: her weight in jasa modal.

    :param opening: balance before ``start``, in the smallest money unit
    :param movements: (day, amount) from ``start`` to ``end``; counts from its own day
    :param start: first day, inclusive
    :param end: last day, inclusive
    :param method: "end": balance on the last day; "monthly": mean of the balances at
        the month ends of the period; "daily": mean of the balances of all days
    :raise ValueError: for a movement outside the period, an unknown method, or "monthly"
        over a period without a month end

    Source: docs/domain.md section 3.6.

    >>> dues = [(date(2025, month, 28), 20_000) for month in range(1, 13)]
    >>> year = 340_000, dues, date(2025, 1, 1), date(2025, 12, 31)
    >>> [int(average_balance(*year, method)) for method in ("end", "monthly")]
    [580000, 470000]
    """
    spans = list(balance_spans(opening, movements, start, end))
    if method == "end":
        return Fraction(spans[-1][0])
    if method == "daily":
        weight = _days
    elif method == "monthly":
        weight = _month_ends
    else:
        raise ValueError("the method must be end, monthly or daily")

    total = 0
    day = start
    for balance, length in spans:
        after = day + timedelta(days=length)
        total += balance * weight(day, after)
        day = after
    if not weight(start, day):
        raise ValueError("there is no month end in the period")
    return Fraction(total, weight(start, day))


def _days(day, after):
    return (after - day).days


def _month_ends(day, after):
    """Return how many months end from ``day`` on and before ``after``."""
    return (after.year - day.year) * 12 + after.month - day.month
