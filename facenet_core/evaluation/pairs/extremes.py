"""The closest and the farthest pairs of a set: the same person differing, different people alike."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import (
    BLOCK_ELEMENTS,
    Booleans,
    Floats,
    Integers,
    PairDistances,
    Points,
    check_embeddings,
    check_people,
    points,
)

PARTNERS = 8  # that each face puts forward


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExtremePairs:
    """Pairs at both ends; nobody is in two pairs of one list, so that one odd picture does not fill it.

    Attributes:
        same_farthest: Pictures of one person, the most different first.
        same_closest: Pictures of one person, the most alike first.
        different_closest: Pictures of different people, the most alike first.
        different_farthest: Pictures of different people, the most different first.
        twins: Faces at distance 0 from another one; points at the origin, such as pictures of one grey, are none.
    """

    same_farthest: PairDistances
    same_closest: PairDistances
    different_closest: PairDistances
    different_farthest: PairDistances
    twins: int


def extreme_pairs(embeddings: ArrayLike, people: ArrayLike, *, count: int = 8) -> ExtremePairs:
    """Find the closest and the farthest pairs, a block of rows at a time: memory does not grow with N x N.

    The first pair of each list is the extreme one of the whole set. Each face puts forward its ``PARTNERS`` most
    extreme partners, and of those pairs the most extreme are taken whose people are not in the list yet.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        count: Pairs in each list, at most.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or ``count`` is negative.
    """
    if count < 0:
        raise ValueError(f"count must not be negative, got {count}")
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    ready = points(table)
    found = _Partners(len(table))
    rows = max(1, BLOCK_ELEMENTS // max(1, len(table)))
    for start in range(0, len(table), rows):
        found.take(ready, codes, slice(start, min(start + rows, len(table))))
    lists = {kind: _choose(found, kind, codes, count) for kind in _KINDS}
    return ExtremePairs(**lists, twins=int(((found.nearest == 0) & table.any(axis=1)).sum()))


_KINDS = {  # name -> whether the same person is looked for, and whether the farthest
    "same_farthest": (True, True),
    "same_closest": (True, False),
    "different_closest": (False, False),
    "different_farthest": (False, True),
}


class _Partners:
    """For each face and each kind its most extreme partners, -1 where it has none, and their squared distances."""

    def __init__(self, faces: int) -> None:
        self.each = min(PARTNERS, faces)
        self.partner = {kind: np.full((faces, self.each), -1, dtype=np.int64) for kind in _KINDS}
        self.squared = {kind: np.zeros((faces, self.each)) for kind in _KINDS}
        self.nearest = np.full(faces, np.inf)

    def take(self, ready: Points, codes: Integers, rows: slice) -> None:
        squared = ready.squared_distances(rows, slice(None))
        same = codes[rows, None] == codes[None, :]
        itself = np.arange(rows.start, rows.stop)
        own = (np.arange(len(itself)), itself)
        for kind, (same_wanted, farthest) in _KINDS.items():
            allowed = same.copy() if same_wanted else ~same
            allowed[own] = False
            self._best(kind, squared, allowed, rows, farthest=farthest)
        squared[own] = np.inf
        self.nearest[rows] = squared.min(axis=1)

    def _best(self, kind: str, squared: Floats, allowed: Booleans, rows: slice, *, farthest: bool) -> None:
        rank = np.where(allowed, -squared if farthest else squared, np.inf)
        place = np.argpartition(rank, self.each - 1, axis=1)[:, : self.each]
        there = np.take_along_axis(allowed, place, axis=1)
        self.partner[kind][rows] = np.where(there, place, -1)
        self.squared[kind][rows] = np.where(there, np.take_along_axis(squared, place, axis=1), 0.0)


def _choose(found: _Partners, kind: str, codes: Integers, count: int) -> PairDistances:
    """Take the most extreme pairs, each person once."""
    same, farthest = _KINDS[kind]
    face, rank = np.nonzero(found.partner[kind] >= 0)
    partner, squared = found.partner[kind][face, rank], found.squared[kind][face, rank]
    first, second = np.minimum(face, partner), np.maximum(face, partner)
    taken: list[int] = []
    used: set[int] = set()
    for place in np.lexsort((second, first, -squared if farthest else squared)).tolist():
        if len(taken) >= count:
            break
        both = {int(codes[first[place]]), int(codes[second[place]])}
        if used.isdisjoint(both):
            taken.append(place)
            used |= both
    chosen = np.array(taken, dtype=np.int64)
    return PairDistances(
        first=first[chosen],
        second=second[chosen],
        squared_distance=squared[chosen],
        same=np.full(len(chosen), same),
    )
