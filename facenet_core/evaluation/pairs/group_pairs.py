"""The pairs of a group by kind, sorted by distance and with the people behind them; and halves of the people."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers, points
from facenet_core.evaluation.pairs.ranking import RankedPairs, rank

People = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupPairs:
    """All pairs of a group, each kind ascending by squared distance.

    Attributes:
        same: (S,) squared distances of same pairs.
        person: (S,) the person of each.
        different: (M,) squared distances of different pairs.
        person_a: (M,) one of the two people of each.
        person_b: (M,) the other.
        counts: (P,) faces of each person of the whole group.
    """

    same: Floats
    person: People
    different: Floats
    person_a: People
    person_b: People
    counts: Integers

    def ranked(self) -> RankedPairs:
        """Rank same pairs among different ones."""
        return rank(self.same, self.different)

    def split(self, half: Booleans) -> tuple["GroupPairs", "GroupPairs"]:
        """Return the pairs within one half (P,) of the people and those within the other."""
        sides = half.view(np.int8)
        same, different = sides[self.person], sides[self.person_a] + sides[self.person_b]
        return (
            self._select(np.flatnonzero(same == 1), np.flatnonzero(different == 2)),
            self._select(np.flatnonzero(same == 0), np.flatnonzero(different == 0)),
        )

    def _select(self, same: Integers, different: Integers) -> "GroupPairs":
        return GroupPairs(
            same=self.same[same],
            person=self.person[same],
            different=self.different[different],
            person_a=self.person_a[different],
            person_b=self.person_b[different],
            counts=self.counts,
        )

    def weights(self, multiplicity: Floats) -> tuple[Floats, Floats]:
        """Return how often each same and each different pair counts when people are drawn again and again.

        A person drawn w times brings their same pairs w times (copies of one picture are not paired with each
        other); two people drawn v and w times bring their different pairs v * w times.
        """
        return multiplicity[self.person], multiplicity[self.person_a] * multiplicity[self.person_b]


def group_pairs(embeddings: Floats, people: Integers) -> GroupPairs:
    """List all pairs of checked embeddings (N, D) with people as codes 0..P-1 (N,)."""
    first, second = np.triu_indices(len(embeddings), 1)
    squared = points(embeddings).squared_distances(slice(None), slice(None))[first, second]
    codes = people.astype(np.int32)
    a, b = codes[first], codes[second]
    kind = a == b
    same, different = np.flatnonzero(kind), np.flatnonzero(~kind)
    same, different = same[np.argsort(squared[same])], different[np.argsort(squared[different])]
    return GroupPairs(
        same=squared[same],
        person=a[same],
        different=squared[different],
        person_a=a[different],
        person_b=b[different],
        counts=np.bincount(people),
    )


def halve_people(counts: Integers, generator: np.random.Generator) -> Booleans:
    """Return (P,) True for one half of the people, drawn at random.

    People with several images and people with one are halved apart, so that both halves can form same pairs.
    """
    half = np.zeros(len(counts), dtype=np.bool_)
    half[generator.permutation(np.flatnonzero(counts >= 2))[::2]] = True
    half[generator.permutation(np.flatnonzero(counts == 1))[1::2]] = True
    return half


def choose_people(counts: Integers, faces: int, generator: np.random.Generator) -> Booleans:
    """Return (P,) True for people drawn at random whose images together are at most ``faces``."""
    chosen, left = np.zeros(len(counts), dtype=np.bool_), faces
    for person in generator.permutation(len(counts)):
        if counts[person] <= left:
            chosen[person] = True
            left -= int(counts[person])
    return chosen
