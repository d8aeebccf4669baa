"""Day on which enough has gathered: docs/domain.md 4.13."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.forecast import day_reached

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
FLOWS = st.lists(st.tuples(DAYS, st.integers(-(10**9), 10**9)), max_size=12)


def test_what_goes_out_on_the_same_day_counts():
    """100 come and 40 go on the 5th: 60 is not 80; on the 6th 20 more make it 80."""
    flows = [(date(2026, 12, 6), 20), (date(2026, 12, 5), 100), (date(2026, 12, 5), -40)]
    assert day_reached(60, flows) == date(2026, 12, 5)
    assert day_reached(80, flows) == date(2026, 12, 6)
    assert day_reached(81, flows) is None


@given(st.integers(1, 10**9), FLOWS)
def test_first_day_by_trying_each(missing, flows):
    sums = {day: sum(amount for other, amount in flows if other <= day) for day, _amount in flows}
    expected = min((day for day, total in sums.items() if total >= missing), default=None)
    assert day_reached(missing, flows) == expected
