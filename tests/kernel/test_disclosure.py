"""Groups that may be shown: docs/domain.md 8.1."""

from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.koperasi_simpan_pinjam.kernel.disclosure import merge_small, publish

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


def amounts(*people, amount=10):
    return dict.fromkeys(people, (amount,))


def shown(result):
    return [figure for figure, _new in result]


def sums(result):
    return sorted((sorted(figure.keys), len(figure.parts), sum(p[0] for p in figure.parts.values()), new)
                  for figure, new in result)


def test_what_changed_by_two_stays_as_it_was():
    """Two of four pay in: the figure of before stays. With the third it is shown, with what all three did."""
    first = publish({"05": amounts(1, 2, 3, 4)}, [("05",)], [])
    days = [shown(first)]
    second = publish({"05": {**amounts(1, 2, amount=50), **amounts(3, 4)}}, [("05",)], days)
    assert sums(second) == [(["05"], 4, 40, False)]
    days.append(shown(second))
    third = publish({"05": {**amounts(1, 2, 3, amount=50), **amounts(4)}}, [("05",)], days)
    assert sums(third) == [(["05"], 4, 160, True)]


def test_not_even_two_months_later():
    """2, 3 pay in and take it out again, 1 pays in: of three before, of two before that there is one change only."""
    days = [shown(publish({"05": amounts(1, 2, 3, 4)}, [("05",)], []))]
    days.append(shown(publish({"05": {**amounts(1), **amounts(2, 3, 4, amount=20)}}, [("05",)], days)))
    third = publish({"05": {**amounts(1, amount=90), **amounts(2, 3, 4)}}, [("05",)], days)
    assert sums(third) == [(["05"], 4, 70, False)]


def test_groups_do_not_cross():
    """05 and 06+07 were shown. 05+06 and 07 would tell the one person of 06: all three stand together.

    And nobody changed, so what was shown stays.
    """
    people = {"05": amounts(1, 2, 3), "06": amounts(4), "07": amounts(5, 6, 7)}
    days = [shown(publish(people, [("05",), ("06", "07")], []))]
    again = publish(people, [("05", "06"), ("07",)], days)
    assert [keys for keys, *_rest in sums(again)] == [["05", "06", "07"]]


def test_what_stays_old_stays_old_together():
    """Two views of the same loans: where one can't be new, the other isn't."""
    view = [("purpose", "05"), ("quality", "05")]
    groups = [(key,) for key in view]
    days = [shown(publish({key: amounts(1, 2, 3) for key in view}, groups, []))]
    now = {view[0]: amounts(1, 2, 3, amount=5), view[1]: {**amounts(1, 2), **amounts(3, amount=5)}}
    assert [new for _figure, new in publish(now, groups, days)] == [True, False]
    assert not any(new for _figure, new in publish(now, groups, days, together=lambda key: key[1]))


DAYS = st.lists(
    st.dictionaries(st.integers(1, 5), st.dictionaries(st.integers(1, 9), st.integers(1, 2), max_size=6), max_size=5),
    min_size=1,
    max_size=6,
)


@given(DAYS)
def test_no_two_days_tell_of_fewer_than_three(days):
    """Whatever happens: each figure is of three at least, and any union of figures that two days have in common is of
    nobody's or of three persons' change. Figures of all days are nested or have nothing in common."""
    earlier = []
    for day in days:
        now = {key: {person: (amount,) for person, amount in part.items()} for key, part in day.items()}
        groups = merge_small({key: set(part) for key, part in now.items()}) or []
        earlier.append(shown(publish(now, groups, earlier)))
    for place, one in enumerate(earlier):
        assert all(len(figure.parts) >= 3 for figure in one)
        keys = [key for figure in one for key in figure.keys]
        assert len(keys) == len(set(keys))
        for other in earlier[:place]:
            for figure in one:
                for old in other:
                    assert figure.keys <= old.keys or old.keys <= figure.keys or not figure.keys & old.keys
            for block in {figure.keys for figure in [*one, *other]}:
                inside = [[f for f in figures if f.keys <= block] for figures in (one, other)]
                covered = [frozenset().union(*(f.keys for f in figures)) for figures in inside]
                if covered[0] != covered[1]:
                    continue
                totals = []
                for figures in inside:
                    total = {}
                    for figure in figures:
                        for person, (amount,) in figure.parts.items():
                            total[person] = total.get(person, 0) + amount
                    totals.append(total)
                changed = sum(totals[0].get(p) != totals[1].get(p) for p in {*totals[0], *totals[1]})
                assert changed == 0 or changed >= 3
