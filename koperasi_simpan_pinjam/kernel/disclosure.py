"""Sums that tell nothing of a person: small groups are put together before anybody sees them.

Source: docs/domain.md section 8.1: the kelurahan sees aggregates only. Hiding a small cell is not enough, for it is the
total less the cells that are shown; so small groups become one group, which takes the smallest other one in as long as
it is too small itself. Every group shown has at least ``minimum`` persons then, and the total stays the total.

The same figure of two days tells what happened between them. So a new one is shown only where nobody or at least
``minimum`` persons are different; until then the old one stays.
"""

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence, Set
from dataclasses import dataclass


def merge_small(persons: Mapping[Hashable, Set], minimum: int = 3) -> list[tuple[Hashable, ...]] | None:
    """Return the groups as they may be shown: tuples of keys of ``persons``, most of them of one key.

    Whoever is in several groups of one tuple counts once. Groups without anybody are left out. None where all together
    are fewer than ``minimum``.

    >>> merge_small({"05": {1, 2, 3, 4}, "06": {5}, "07": {6, 7, 8}})
    [('05',), ('06', '07')]
    >>> merge_small({"05": {1, 2}}) is None
    True
    """
    filled = {key: people for key, people in persons.items() if people}
    small = [key for key, people in filled.items() if len(people) < minimum]
    large = sorted((key for key in filled if key not in small), key=lambda key: len(filled[key]))
    while small and _count(filled, small) < minimum:
        if not large:
            return None
        small.append(large.pop(0))
    groups = [(key,) for key in filled if key in large]
    return groups + ([tuple(key for key in filled if key in small)] if small else [])


def _count(persons: Mapping[Hashable, Set], keys: Collection[Hashable]) -> int:
    return len(set().union(*(persons[key] for key in keys)))


@dataclass(frozen=True)
class Figure:
    """A sum as it is shown: the groups in it, and what each person is in it (which nobody is shown)."""

    keys: frozenset
    parts: Mapping[Hashable, tuple[int, ...]]


def publish(
    now: Mapping[Hashable, Mapping[Hashable, tuple[int, ...]]],
    groups: Sequence[Collection[Hashable]],
    earlier: Sequence[Sequence[Figure]],
    together: Callable[[Hashable], Hashable] = lambda key: key,
    minimum: int = 3,
) -> list[tuple[Figure, bool]]:
    """Return the figures that may be shown beside all that were shown before, each with whether it is new.

    Compared with each earlier day, over the same groups, nobody or at least ``minimum`` persons are different. And what
    was shown of groups together and what is shown of them apart are nested, for of two that overlap one is the other
    less the small group between them.

    :param now: {group: {person: her amounts}}
    :param groups: which of them are to be shown together, as ``merge_small`` says
    :param earlier: what was shown on days before, the last one last
    :param together: groups of the same value become new at once or stay old at once

    >>> first = publish({"05": {n: (10,) for n in range(4)}}, [("05",)], [])
    >>> [(figure.parts[0], new) for figure, new in first]
    [((10,), True)]
    >>> shown = [[figure for figure, _new in first]]
    >>> second = publish({"05": {0: (90,), 1: (10,), 2: (10,), 3: (10,)}}, [("05",)], shown)
    >>> [(figure.parts[0], new) for figure, new in second]
    [((10,), False)]
    """
    last = earlier[-1] if earlier else ()
    fresh = _nested(groups, [keys for day in earlier for keys in _keys(day)])
    places = _joined([*fresh, *_keys(last)])  # each decided for itself
    new = [
        [Figure(group, _sum(now.get(key, {}) for key in group)) for group in fresh if group <= place]
        for place in places
    ]
    old = [[figure for figure in last if figure.keys <= place] for place in places]
    kept = set()
    while True:
        shown = [figure for place in range(len(places)) for figure in (old if place in kept else new)[place]]
        more = {
            place
            for day in earlier
            for keys in _joined([*_keys(shown), *_keys(day)])
            if 0 < _different(shown, day, keys) < minimum
            for place in range(len(places))
            if places[place] & keys
        }
        bound = {together(key) for place in kept | more for key in places[place]}
        more |= {
            place for place in range(len(places)) if any(together(key) in bound for key in places[place])
        }
        if more <= kept:
            break
        kept |= more
    return [
        (figure, place not in kept)
        for place in range(len(places))
        for figure in (old if place in kept else new)[place]
    ]


def _keys(figures):
    return [figure.keys for figure in figures]


def _joined(sets):
    """Return the unions of those that overlap."""
    result = []
    for keys in sets:
        apart, union = [], frozenset(keys)
        for other in result:
            if other & union:
                union |= other
            else:
                apart.append(other)
        result = [*apart, union]
    return result


def _nested(groups, shown):
    """Join groups until each one holds, is held by, or has nothing of every one in ``shown``."""
    groups = [frozenset(group) for group in groups]
    again = True
    while again:
        again = False
        for keys in shown:
            touched = [group for group in groups if group & keys]
            if any(not (group <= keys or keys <= group) for group in touched):
                groups = [group for group in groups if group not in touched] + [keys.union(*touched)]
                again = True
    return groups


def _sum(parts):
    total = {}
    for part in parts:
        for person, amounts in part.items():
            total[person] = tuple(map(sum, zip(total.get(person, (0,) * len(amounts)), amounts)))
    return total


def _different(shown, day, keys):
    """Return of how many persons the sums over ``keys`` are not the same."""
    one, other = (_sum(figure.parts for figure in figures if figure.keys & keys) for figures in (shown, day))
    return sum(one.get(person) != other.get(person) for person in {*one, *other})
