"""Groups that may be shown: docs/domain.md 8.1."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.disclosure import merge_small

GROUPS = st.dictionaries(st.integers(1, 30), st.sets(st.integers(1, 200), max_size=8), max_size=10)


def test_one_small_group_takes_the_smallest_other_one_in():
    """The total less 05 and 07 would be the one person of 06: so 06 is shown with 07 only."""
    persons = {"05": {1, 2, 3, 4}, "06": {5}, "07": {6, 7, 8}}
    assert merge_small(persons) == [("05",), ("06", "07")]


def test_small_groups_become_one():
    assert merge_small({"05": {1, 2, 3}, "06": {4}, "07": {5, 6}}) == [("05",), ("06", "07")]


def test_the_same_two_persons_in_two_groups_are_two():
    assert merge_small({"pokok": {1, 2}, "wajib": {1, 2}}) is None


@given(GROUPS, st.integers(2, 5))
def test_every_group_is_large_enough_and_nothing_is_lost(persons, minimum):
    groups = merge_small(persons, minimum)
    everybody = set().union(*persons.values())
    if groups is None:
        assert len(everybody) < minimum
        return
    assert sorted(key for group in groups for key in group) == sorted(key for key in persons if persons[key])
    assert all(len(set().union(*(persons[key] for key in group))) >= minimum for group in groups)
