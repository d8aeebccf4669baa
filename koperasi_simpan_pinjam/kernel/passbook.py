"""Where lines go in a member's printed passbook.

Rules: docs/domain.md section 5.5 (line position memory, page turn, reprint of a page).
"""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Strip:
    """What one pass of the printer puts on one page.

    The last row of a full page says that it goes on overleaf; the first row of a page that follows carries the balance
    over.
    """

    page: int
    first_row: int  # counted from 1
    lines: int  # ledger lines
    carried: bool  # its first row carries the balance over
    turned: bool  # the page is full: its last row says so

    @property
    def last_row(self) -> int:
        return self.first_row + self.carried + self.lines + self.turned - 1


def strips(count: int, page: int, row: int, rows: int, pages: int, carry: bool = False) -> Iterator[Strip]:
    """Yield where ``count`` new lines go, after the last printed row.

    :param count: lines to print
    :param page: page that the last print ended on
    :param row: last row printed on it; 0 on a fresh page
    :param rows: rows of a page
    :param pages: pages of the book; what does not fit is left for the next book
    :param carry: on a fresh page: whether a balance is carried over to it
    :raise ValueError: for a page of fewer than 4 rows, or a position outside the book

    >>> [(strip.page, strip.first_row, strip.lines, strip.carried, strip.turned) for strip in strips(7, 1, 3, 6, 9)]
    [(1, 4, 2, False, True), (2, 1, 4, True, True), (3, 1, 1, True, False)]
    """
    if rows < 4 or page < 1 or not 0 <= row < rows:
        raise ValueError("a page has at least 4 rows, and a position lies in the book")
    while count and page <= pages:
        carried = carry and row == 0
        first = row + 1
        lines = min(count, rows - 1 - row - carried)
        count -= lines
        turned = row + carried + lines == rows - 1
        yield Strip(page, first, lines, carried, turned)
        if not turned:
            return
        page, row, carry = page + 1, 0, True


def position(placed: list[Strip], page: int, row: int) -> tuple[int, int]:
    """Return (page, last printed row) after these strips; a full page is turned.

    >>> position(list(strips(2, 1, 3, 6, 9)), 1, 3)
    (2, 0)
    """
    if not placed:
        return page, row
    last = placed[-1]
    return (last.page + 1, 0) if last.turned else (last.page, last.last_row)
