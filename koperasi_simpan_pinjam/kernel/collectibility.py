"""Quality of loans (kolektibilitas) and the allowance for losses (PPAP).

Rules: docs/domain.md section 4.15.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from .money import round_to


@dataclass(frozen=True)
class Band:
    """One class of quality.

    ``days_from`` is the first late day that falls into it; ``rate`` the share of 1 to be set aside, of what the
    collateral leaves when ``net_of_collateral``. A loan whose collateral is less than ``minimum_collateral`` (share of
    the debt) falls into the next class instead.
    """

    code: str
    days_from: int
    rate: Fraction
    net_of_collateral: bool = False
    non_performing: bool = False
    minimum_collateral: Fraction = Fraction(0)


# By days, five classes; and the four of Permenkop 20/2008, a month taken as 30 days: diragukan lasts 21 months.
PRESETS = {
    "five": (
        Band("current", 0, Fraction(5, 1000)),
        Band("watch", 31, Fraction(3, 100)),
        Band("substandard", 91, Fraction(10, 100), True, True),
        Band("doubtful", 121, Fraction(50, 100), True, True),
        Band("loss", 181, Fraction(1), True, True),
    ),
    "four": (
        Band("current", 0, Fraction(5, 1000)),
        Band("substandard", 91, Fraction(10, 100), True, True),
        Band("doubtful", 181, Fraction(50, 100), True, True, Fraction(75, 100)),
        Band("loss", 811, Fraction(1), True, True),
    ),
}


def band_of(bands: Sequence[Band], days_late: int, debt: int = 0, collateral: int = 0) -> Band:
    """Return the class of a loan.

    :param bands: one of them from day 0
    :param days_late: since the due date of the oldest unpaid installment; 0 when none is late
    :param debt: what is owed, overdue service fee included, in the smallest money unit
    :param collateral: value of what secures it
    :raise ValueError: when no class begins at day 0, or for negative days

    Source: docs/domain.md section 4.15.

    >>> [band_of(PRESETS["five"], days).code for days in (0, 30, 31, 90, 120, 121, 181)]
    ['current', 'current', 'watch', 'watch', 'substandard', 'doubtful', 'loss']
    >>> [band_of(PRESETS["four"], 200, 1_000_000, value).code for value in (750_000, 749_999)]
    ['doubtful', 'loss']
    """
    ordered = sorted(bands, key=lambda band: band.days_from)
    if not ordered or ordered[0].days_from or days_late < 0:
        raise ValueError("a class must begin at day 0, and days late are not negative")
    place = max(number for number, band in enumerate(ordered) if band.days_from <= days_late)
    while place + 1 < len(ordered) and collateral < debt * ordered[place].minimum_collateral:
        place += 1
    return ordered[place]


def class_days(days_late: int, before: int, on_time: int, needed: int) -> int:
    """Return the days late that the class of a restructured loan goes by.

    It is no better than on the day of the restructuring until enough installments were paid on time.

    :param days_late: of the installments in force
    :param before: days late on the day of the restructuring
    :param on_time: installments since then that were paid in full by their due date
    :param needed: how many of them it takes

    Source: docs/domain.md section 4.10.

    >>> class_days(0, 100, 2, 3), class_days(0, 100, 3, 3), class_days(120, 100, 0, 3)
    (100, 0, 120)
    """
    return max(days_late, before) if on_time < needed else days_late


def required(band: Band, outstanding: int, collateral: int = 0) -> int:
    """Return what must be set aside for a loan of this class, half a unit rounded up.

    :param outstanding: principal still owed, in the smallest money unit
    :raise ValueError: for a negative amount

    Source: docs/domain.md section 4.15, TV-PPAP.

    >>> required(PRESETS["five"][2], 2_000_000, 500_000)
    150000
    """
    if outstanding < 0 or collateral < 0:
        raise ValueError("amounts must not be negative")
    base = max(outstanding - collateral, 0) if band.net_of_collateral else outstanding
    return round_to(base * band.rate)
