"""The census of triplets: how many there are of each kind, counted without building one.

A valid triplet is an anchor, a positive (another image of its person) and a negative (an image of somebody else),
with squared distances d_ap and d_an. For a margin above 0 every valid triplet is exactly one of

- easy: d_an >= d_ap + margin (its loss is zero; equality counts here),
- semi-hard: d_ap < d_an < d_ap + margin,
- hard: d_an <= d_ap (equality counts here),

and it is active, its loss above zero, when it is semi-hard or hard.

For one anchor, sort its N - K negatives once; then the negatives nearer than a positive, or nearer than a positive
plus any margin, are found by bisection. That is O(N^2 log N) time over all anchors, whatever the number of triplets.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.config import check_margin
from facenet_core.evaluation.pairs.distances import Floats, Integers, check_embeddings, check_people, points

BLOCK_ELEMENTS = 250_000
"""Distances held at once: 2 MB, so that the passes over them stay in the processor's cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TripletCensus:
    """Number of triplets of each kind.

    Attributes:
        valid: All of them: easy + semi_hard + hard.
        easy: Negative farther than the positive by the margin or more.
        semi_hard: Negative farther than the positive, but within the margin.
        hard: Negative as near as the positive, or nearer.
        active: Those that still teach: semi_hard + hard.
    """

    valid: int
    easy: int
    semi_hard: int
    hard: int
    active: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarginCensus:
    """Number of triplets of each kind, for every margin of a list (M margins).

    Attributes:
        margins: (M,) float, as asked for.
        valid: All triplets, whatever the margin.
        hard: Hard triplets, whatever the margin.
        easy: (M,) int64.
        semi_hard: (M,) int64.
        active: (M,) int64, semi_hard + hard: it never falls with the margin.
    """

    margins: Floats
    valid: int
    hard: int
    easy: Integers
    semi_hard: Integers
    active: Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AnchorCensus:
    """Number of triplets of each kind that every face is the anchor of (N faces).

    Attributes:
        valid: (N,) int64; 0 for a face without a positive or without a negative.
        easy: (N,) int64.
        semi_hard: (N,) int64.
        hard: (N,) int64.
    """

    valid: Integers
    easy: Integers
    semi_hard: Integers
    hard: Integers

    @property
    def active(self) -> Integers:
        """(N,) int64 triplets that still teach: semi_hard + hard."""
        return self.semi_hard + self.hard

    def by_person(self, people: ArrayLike) -> "AnchorCensus":
        """Return the sums over each person's faces, in ascending order of ``np.unique(people)``.

        Args:
            people: (N,) person of each face, as the census was taken.
        """
        codes = check_people(people, len(self.valid))

        def sums(counts: Integers) -> Integers:
            total = np.zeros(codes.max(initial=-1) + 1, dtype=np.int64)
            np.add.at(total, codes, counts)
            return total

        return AnchorCensus(
            valid=sums(self.valid), easy=sums(self.easy), semi_hard=sums(self.semi_hard), hard=sums(self.hard)
        )


def count_triplets(squared_distances: ArrayLike, people: ArrayLike, margin: float) -> TripletCensus:
    """Count the triplets of a batch.

    Args:
        squared_distances: (B, B) squared distances; compared in float64.
        people: (B,) person of each image.
        margin: Required gap between squared distances, in (0, 4).

    Raises:
        ValueError: The matrix is not square or not finite, people do not match it, or the margin is no margin.
    """
    squared = check_embeddings(squared_distances, name="squared_distances")
    if squared.shape[0] != squared.shape[1]:
        raise ValueError(f"squared_distances must have shape (B, B), got {squared.shape}")
    check_margin(margin)
    by_person = _ByPerson(check_people(people, len(squared)))
    in_order = squared[np.ix_(by_person.order, by_person.order)]
    return _total(_tallies(by_person, lambda rows: in_order[rows].copy(), np.array([margin])))


def count_embedding_triplets(embeddings: ArrayLike, people: ArrayLike, margin: float) -> TripletCensus:
    """Count the triplets of an embedding matrix; memory is O(N), time O(N^2 (D + log N)).

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        margin: Required gap between squared distances, in (0, 4).

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or the margin is no margin.
    """
    return _total(_embedding_tallies(embeddings, people, np.array([check_margin(margin)]))[1])


def census_over_margins(embeddings: ArrayLike, people: ArrayLike, margins: ArrayLike) -> MarginCensus:
    """Count the triplets of an embedding matrix for many margins at once: the distances are sorted only once.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        margins: (M,) required gaps between squared distances, each in (0, 4), in any order.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or a margin is no margin.
    """
    asked = np.asarray(margins, dtype=np.float64)
    if asked.ndim != 1:
        raise ValueError(f"margins must have shape (M,), got {asked.shape}")
    for margin in asked:
        check_margin(float(margin))
    valid = hard = 0
    active = np.zeros(len(asked), dtype=np.int64)
    for tally in _embedding_tallies(embeddings, people, asked)[1]:
        valid, hard, active = valid + tally.valid, hard + tally.hard, active + tally.active
    return MarginCensus(
        margins=asked, valid=valid, hard=hard, easy=valid - active, semi_hard=active - hard, active=active
    )


def census_by_anchor(embeddings: ArrayLike, people: ArrayLike, margin: float) -> AnchorCensus:
    """Count the triplets that every face is the anchor of.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        margin: Required gap between squared distances, in (0, 4).

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or the margin is no margin.
    """
    faces, tallies = _embedding_tallies(embeddings, people, np.array([check_margin(margin)]))
    valid, easy, semi_hard, hard = np.zeros((4, faces), dtype=np.int64)
    for tally in tallies:
        valid[tally.anchor], hard[tally.anchor] = tally.valid, tally.hard
        easy[tally.anchor] = tally.valid - tally.active[0]
        semi_hard[tally.anchor] = tally.active[0] - tally.hard
    return AnchorCensus(valid=valid, easy=easy, semi_hard=semi_hard, hard=hard)


class _ByPerson:
    """The faces in the order of their people, so that a face's positives stand side by side."""

    def __init__(self, people: Integers) -> None:
        self.order = np.argsort(people, kind="stable")
        counts = np.bincount(people) if len(people) else np.zeros(0, dtype=np.int64)
        ends = np.cumsum(counts)
        in_order = people[self.order]
        self.starts, self.ends = (ends - counts)[in_order].tolist(), ends[in_order].tolist()

    def __len__(self) -> int:
        return len(self.order)


class _Tally(NamedTuple):
    """One anchor's counts; ``active`` has one entry a margin."""

    anchor: int
    valid: int
    hard: int
    active: Integers


def _embedding_tallies(embeddings: ArrayLike, people: ArrayLike, margins: Floats) -> tuple[int, Iterator[_Tally]]:
    """Check the arguments; return the number of faces and every anchor's counts."""
    table = check_embeddings(embeddings)
    by_person = _ByPerson(check_people(people, len(table)))
    ready = points(table[by_person.order])
    return len(table), _tallies(by_person, lambda rows: ready.squared_distances(rows, slice(None)), margins)


def _tallies(by_person: _ByPerson, distances: Callable[[slice], Floats], margins: Floats) -> Iterator[_Tally]:
    """Count for one anchor after the other; anchors without a triplet are left out.

    Args:
        by_person: The order of the faces.
        distances: Returns (n, N) squared distances of a slice of anchors, rows and columns in that order, to write on.
        margins: (M,) margins.
    """
    faces = len(by_person)
    height = max(1, BLOCK_ELEMENTS // max(1, faces))
    for top in range(0, faces, height):
        block = distances(slice(top, top + height))  # (n, N)
        positives = []
        for row, anchor in enumerate(range(top, min(top + height, faces))):
            start, end = by_person.starts[anchor], by_person.ends[anchor]
            own = np.delete(block[row, start:end], anchor - start)
            own.sort()  # bisection for one after the other finds its way in the cache
            positives.append(own)
            block[row, start:end] = np.inf  # behind all negatives
        block.sort(axis=1)
        for row, own in enumerate(positives):
            if len(own) and len(own) + 1 < faces:
                yield _tally(int(by_person.order[top + row]), own, block[row, : faces - len(own) - 1], margins)


def _tally(anchor: int, positives: Floats, negatives: Floats, margins: Floats) -> _Tally:
    hard = int(np.searchsorted(negatives, positives, side="right").sum())
    near = np.searchsorted(negatives, (margins[:, None] + positives).ravel(), side="left")
    active = near.reshape(len(margins), -1).sum(axis=1)
    # A margin lost in the rounding of d_ap + margin leaves ties to both kinds: they count as hard.
    return _Tally(anchor, len(positives) * len(negatives), hard, np.maximum(active, hard))


def _total(tallies: Iterator[_Tally]) -> TripletCensus:
    valid = hard = active = 0
    for tally in tallies:
        valid, hard, active = valid + tally.valid, hard + tally.hard, active + int(tally.active[0])
    return TripletCensus(valid=valid, easy=valid - active, semi_hard=active - hard, hard=hard, active=active)
