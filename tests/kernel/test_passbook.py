"""The passbook's rows: docs/domain.md 5.5. Nothing is ever printed on a row twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.passbook import position, strips


def test_goes_on_after_the_last_row():
    [strip] = strips(2, 1, 3, 24, 16)
    assert (strip.page, strip.first_row, strip.last_row, strip.turned) == (1, 4, 5, False)
    assert position([strip], 1, 3) == (1, 5)


def test_a_page_filled_to_its_last_row_but_one_is_turned_at_once():
    [strip] = strips(3, 1, 0, 4, 16)
    assert (strip.lines, strip.turned, strip.last_row) == (3, True, 4)
    assert position([strip], 1, 0) == (2, 0)


def test_what_does_not_fit_waits_for_the_next_book():
    placed = list(strips(100, 2, 0, 6, 2, carry=True))
    assert [strip.lines for strip in placed] == [4]
    assert position(placed, 2, 0) == (3, 0)
    assert list(strips(1, 3, 0, 6, 2, carry=True)) == []


@pytest.mark.parametrize("place", [(1, 1, 0, 3, 1), (1, 0, 0, 24, 1), (1, 1, 24, 24, 1), (1, 1, -1, 24, 1)])
def test_errors(place):
    with pytest.raises(ValueError):
        list(strips(*place))


@given(st.lists(st.integers(0, 60), max_size=12), st.integers(4, 30), st.integers(1, 40))
def test_prints_never_touch_and_leave_no_row_out(counts, rows, pages):
    """However the lines are spread over visits, the printed rows are one gapless sequence."""
    page, row, printed, lines = 1, 0, [], 0
    for count in counts:
        placed = list(strips(count, page, row, rows, pages, carry=lines > 0))
        for strip in placed:
            assert 1 <= strip.first_row <= strip.last_row <= rows
            printed += [(strip.page, number) for number in range(strip.first_row, strip.last_row + 1)]
            lines += strip.lines
        page, row = position(placed, page, row)
    assert printed == [(1 + index // rows, 1 + index % rows) for index in range(len(printed))]
    assert lines == min(sum(counts), (rows - 1) + (pages - 1) * (rows - 2))
