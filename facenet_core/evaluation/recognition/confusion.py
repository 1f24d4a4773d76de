"""Which people a network takes for one another, and for how many epochs."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import (
    BLOCK_ELEMENTS,
    Booleans,
    Floats,
    Integers,
    check_embeddings,
    check_people,
    points,
)

CONFUSED = 0.1
"""Two people count as confused at an epoch when at least this share of their triplets is hard."""


def person_confusion(embeddings: ArrayLike, people: ArrayLike) -> Floats:
    """Return how much every two people are confused at one epoch.

    It is the share of hard triplets among those of the two people alone: anchor and positive of one, negative of the
    other, either way. 0 when each keeps all faces nearer to its own than the other's are; about a half when a face of
    the other is as likely to be the nearer one.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.

    Returns:
        (P, P), symmetric, in ascending order of ``np.unique(people)``; NaN on the diagonal, and for two people
        with a single face each, who form no triplet.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    counts = np.bincount(codes).astype(np.int64)
    hard = _hard_triplets(table[np.argsort(codes, kind="stable")], counts)
    valid = (counts * (counts - 1))[:, None] * counts[None, :]
    hard, valid = hard + hard.T, valid + valid.T
    np.fill_diagonal(valid, 0)
    share: Floats = np.divide(hard, valid, out=np.full(valid.shape, np.nan), where=valid > 0)
    return share


def _hard_triplets(table: Floats, counts: Integers) -> Integers:
    """Return (P, P) hard triplets with anchor and positive of one person and the negative of another.

    Args:
        table: (N, D) embeddings in the order of their people.
        counts: (P,) faces of each.
    """
    ready, faces = points(table), len(table)
    ends = np.cumsum(counts)
    starts = ends - counts
    person = np.repeat(np.arange(len(counts)), counts)
    found = np.zeros((len(counts), len(counts)), dtype=np.int64)
    height = max(1, BLOCK_ELEMENTS // max(1, faces))
    for top in range(0, faces, height):
        block = ready.squared_distances(slice(top, top + height), slice(None))
        for anchor, row in enumerate(block, start=top):
            first, last = starts[person[anchor]], ends[person[anchor]]
            own = np.sort(np.delete(row[first:last], anchor - first))
            behind = len(own) - np.searchsorted(own, row, side="left")  # positives at least as far as each face
            found[person[anchor]] += np.add.reduceat(behind, starts)
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ConfusedPairs:
    """Every two people, those confused longest first (M pairs, E epochs).

    Attributes:
        first: (M,) index into ``np.unique(people)``.
        second: (M,) index of the other.
        epochs: (M,) epochs at which the two are confused: at least ``CONFUSED`` of their triplets are hard.
        share: (M,) mean share of hard triplets over the epochs.
        course: (E, P, P) what ``person_confusion`` returned for each epoch.
    """

    first: Integers
    second: Integers
    epochs: Integers
    share: Floats
    course: Floats

    def __len__(self) -> int:
        return len(self.first)

    def place(self, one: int, other: int) -> int | None:
        """Return how many pairs are confused longer than these two; None where they are no pair."""
        low, high = sorted((one, other))
        found = np.flatnonzero((self.first == low) & (self.second == high))
        return int(found[0]) if len(found) else None

    @property
    def stands_out(self) -> Booleans:
        """(M,) whether a pair differs from the first one: all alike means that nobody is confused longest."""
        others: Booleans = (self.epochs != self.epochs[:1]) | (np.abs(self.share - self.share[:1]) > 1e-9)
        return others


def confused_longest(epochs: Iterable[ArrayLike], people: ArrayLike) -> ConfusedPairs:
    """Rank every two people by how long they stay confused through the epochs.

    Those confused at most epochs come first; among equals, those with the larger mean share of hard triplets.

    Args:
        epochs: (N, D) embeddings of the same faces at each epoch.
        people: (N,) person of each.

    Raises:
        ValueError: There is no epoch, lengths differ, or an embedding is not finite.
    """
    matrices = [person_confusion(embeddings, people) for embeddings in epochs]
    if not matrices:
        raise ValueError("epochs must hold the embeddings of at least one epoch, got none")
    course = np.stack(matrices)
    first, second = np.triu_indices(course.shape[1], 1)
    shares = course[:, first, second]  # (E, M)
    known = np.isfinite(shares).all(axis=0)
    first, second, shares = first[known], second[known], shares[:, known]
    count, share = (shares >= CONFUSED).sum(axis=0), shares.mean(axis=0)
    order = np.lexsort((-share, -count))
    return ConfusedPairs(
        first=first[order], second=second[order], epochs=count[order], share=share[order], course=course
    )
