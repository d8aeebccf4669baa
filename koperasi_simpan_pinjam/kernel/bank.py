"""Bank statements: amounts as banks write them, and which line of the bank is which entry of the books.

Rules: docs/domain.md section 8.2 (monthly bank reconciliation).
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import date
from fractions import Fraction
from math import floor

# What banks print behind an amount: credit is money that came in, debit money that went out.
SIDES = {"": 1, "cr": 1, "kr": 1, "k": 1, "c": 1, "db": -1, "dr": -1, "d": -1}
AMOUNT = re.compile(r"(\()?([+-])?(\d[\d.,]*)(?<![.,])(\))?(-)?(cr|kr|k|c|db|dr|d)?")


def parse_amount(text: str) -> Fraction:
    """Return the signed amount that a bank's file means, exactly.

    Dots and commas are told apart by their places: thousands stand in threes, decimals behind the last mark.

    :param text: in Indonesian or English form, with or without Rp, sign, brackets, CR or DB
    :raise ValueError: for what is no amount

    >>> [str(parse_amount(text)) for text in ("1.250.000,50", "1,250,000.50", "Rp 1.250.000,-", "1250000.5")]
    ['2500001/2', '2500001/2', '1250000', '2500001/2']
    >>> [int(parse_amount(text)) for text in ("50.000 CR", "50.000 DB", "(50.000)", "-50.000,00", "50.000-")]
    [50000, -50000, -50000, -50000, -50000]
    """
    bare = re.sub(r",-+$", "", re.sub(r"\s|rp\.?|idr", "", str(text).lower()))
    found = AMOUNT.fullmatch(bare)
    if not found or bool(found[1]) != bool(found[4]):
        raise ValueError(f"no amount: {text}")
    opened, sign, digits, _closed, trailing, side = found.groups()
    whole, decimals = _split(digits)
    negative = sum(map(bool, (opened, sign == "-", trailing, SIDES[side or ""] < 0)))
    if negative > 1:
        raise ValueError(f"no amount: {text}")
    value = Fraction(f"{whole}.{decimals or 0}")
    return -value if negative else value


def _split(digits: str) -> tuple[str, str]:
    """The digits before and behind the decimal mark; ValueError where the marks make no number."""
    marks = [mark for mark in digits if mark in ".,"]
    thousands = decimal = ""
    if len(set(marks)) == 2:
        thousands, decimal = marks[0], marks[-1]
    elif marks and (len(marks) > 1 or re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", digits)):
        thousands = marks[0]
    elif marks:
        decimal = marks[0]
    whole, *rest = digits.split(decimal) if decimal else [digits]
    if len(rest) > 1 or (not thousands and rest and len(rest[0]) == 3):
        raise ValueError(f"no amount: {digits}")  # 1250.000 may be either
    if thousands and not re.fullmatch(rf"\d{{1,3}}({re.escape(thousands)}\d{{3}})*", whole):
        raise ValueError(f"no amount: {digits}")
    return whole.replace(thousands, "") if thousands else whole, rest[0] if rest else ""


def whole(amounts: Sequence[Fraction]) -> list[int]:
    """Return the amounts in whole money units, so that their running sum is never off by one.

    A bank counts hundredths, the books don't: the rounded balance moves by these amounts. A whole amount stays as it
    is.

    >>> whole([Fraction("1000.40"), Fraction(50000), Fraction("0.40"), Fraction("0.40")])
    [1000, 50000, 1, 0]
    """
    result, exact, rounded = [], Fraction(0), 0
    for amount in amounts:
        exact += amount
        now = floor(exact + Fraction(1, 2))
        result.append(now - rounded)
        rounded = now
    return result


Row = tuple[Hashable, date, int]  # key, day, signed amount


def propose(bank: Sequence[Row], books: Sequence[Row], within: int = 31) -> list[tuple[Hashable, Hashable]]:
    """Pair lines of the bank with entries of the books: the same amount, the nearest day, each at most once.

    The nearest pair is made first; of equally near ones that of the earlier line, then of the earlier entry.

    :param within: days that may lie between the two
    :return: (key of the line, key of the entry)

    >>> day = lambda number: date(2026, 10, number)
    >>> propose([("a", day(5), 700), ("b", day(9), 700)], [(1, day(8), 700), (2, day(1), 700), (3, day(5), -700)])
    [('b', 1), ('a', 2)]
    """
    by_amount = defaultdict(list)
    for place, (key, day, amount) in enumerate(books):
        by_amount[amount].append((day, place, key))
    near = sorted(
        (abs((day - other).days), day, line, other, place, key, entry)
        for line, (key, day, amount) in enumerate(bank)
        for other, place, entry in by_amount[amount]
        if abs((day - other).days) <= within
    )
    pairs, lines, entries = [], set(), set()
    for _days, _day, line, _other, place, key, entry in near:
        if line not in lines and place not in entries:
            lines.add(line)
            entries.add(place)
            pairs.append((key, entry))
    return pairs


def find_sum(target: int, rows: Sequence[tuple[Hashable, int]], most: int = 20000) -> list[Hashable]:
    """Return keys whose amounts together are ``target``, the fewest that there are; of equally many the first.

    :param rows: (key, amount), all of the sign of ``target``; the nearest first
    :param most: sums that are looked at before it gives up
    :return: empty where there are none, or too many ways to look through

    >>> find_sum(300, [("a", 200), ("b", 150), ("c", 150), ("d", 90)])
    ['b', 'c']
    >>> find_sum(-300, [("a", -200), ("b", -90)])
    []
    """
    reached = {0: ()}
    for key, amount in rows:
        if not amount or (amount > 0) != (target > 0):
            continue
        for total, keys in list(reached.items()):
            further = total + amount
            if abs(further) <= abs(target) and (further not in reached or len(reached[further]) > len(keys) + 1):
                reached[further] = (*keys, key)
        if len(reached) > most:
            return []
    return list(reached.get(target, ()))
