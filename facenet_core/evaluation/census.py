"""The census of triplets: how many there are of each kind, counted without building one.

A valid triplet is an anchor, a positive (another image of its person) and a negative (an image of somebody else),
with squared distances d_ap and d_an. For a margin above 0 every valid triplet is exactly one of

- easy: d_an >= d_ap + margin (its loss is zero; equality counts here),
- semi-hard: d_ap < d_an < d_ap + margin,
- hard: d_an <= d_ap (equality counts here),

and it is active, its loss above zero, when it is semi-hard or hard.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.config import check_margin
from facenet_core.evaluation.distances import (
    BLOCK_ELEMENTS,
    Floats,
    Integers,
    check_embeddings,
    check_people,
    points,
)


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
    return _census(iter([(0, squared)]), check_people(people, len(squared)), margin)


def count_embedding_triplets(embeddings: ArrayLike, people: ArrayLike, margin: float) -> TripletCensus:
    """Count the triplets of an embedding matrix; memory is O(N), time O(N^2 (D + log N)).

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        margin: Required gap between squared distances, in (0, 4).

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or the margin is no margin.
    """
    table = check_embeddings(embeddings)
    return _census(_blocks(table), check_people(people, len(table)), margin)


def _blocks(table: Floats) -> Iterator[tuple[int, Floats]]:
    """Yield the first row and (n, N) squared distances of a block of anchors."""
    ready, height = points(table), max(1, BLOCK_ELEMENTS // max(1, len(table)))
    for top in range(0, len(table), height):
        yield top, ready.squared_distances(slice(top, top + height), slice(None))


def _census(blocks: Iterator[tuple[int, Floats]], people: Integers, margin: float) -> TripletCensus:
    check_margin(margin)
    order = np.argsort(people, kind="stable")
    ends = np.cumsum(np.bincount(people)) if len(people) else np.zeros(0, dtype=np.int64)
    valid = hard = near = 0
    for top, squared in blocks:
        for row, distances in enumerate(squared):
            person = people[top + row]
            start, end = (ends[person - 1] if person else 0), ends[person]
            mates = order[start:end]
            positives = distances[mates[mates != top + row]]
            if len(positives) and end - start < len(people):
                negatives = np.sort(np.concatenate([distances[order[:start]], distances[order[end:]]]))
                valid += len(positives) * len(negatives)
                hard += int(np.searchsorted(negatives, positives, side="right").sum())
                near += int(np.searchsorted(negatives, positives + margin, side="left").sum())
    return TripletCensus(valid=valid, easy=valid - near, semi_hard=near - hard, hard=hard, active=near)
