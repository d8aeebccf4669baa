"""When enough money will have come together, as far as contracts say.

Source: docs/domain.md section 4.13: the queue shows a "date reached". Amounts are in the smallest money unit.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date


def day_reached(missing: int, flows: Iterable[tuple[date, int]]) -> date | None:
    """Return the first day at whose end the flows up to it add up to ``missing``; None where they never do.

    What comes in is positive, what goes out negative; all of one day counts together.

    >>> day_reached(150, [(date(2026, 12, 5), 100), (date(2026, 12, 7), -30), (date(2027, 1, 5), 100)])
    datetime.date(2027, 1, 5)
    >>> day_reached(500, [(date(2026, 12, 5), 100)]) is None
    True
    """
    days = defaultdict(int)
    for day, amount in flows:
        days[day] += amount
    gathered = 0
    for day in sorted(days):
        gathered += days[day]
        if gathered >= missing:
            return day
    return None
