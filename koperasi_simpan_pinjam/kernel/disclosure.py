"""Sums that tell nothing of a person: small groups are put together before anybody sees them.

Source: docs/domain.md section 8.1: the kelurahan sees aggregates only. Hiding a small cell is not enough, for it is the
total less the cells that are shown; so small groups become one group, which takes the smallest other one in as long as
it is too small itself. Every group shown has at least ``minimum`` persons then, and the total stays the total.
"""

from collections.abc import Collection, Hashable, Mapping, Set


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
