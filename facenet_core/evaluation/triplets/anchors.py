"""Every face as an anchor, with its positives and negatives in order of distance."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import (
    BLOCK_ELEMENTS,
    Floats,
    Integers,
    check_embeddings,
    check_people,
    points,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Anchor:
    """One anchor with all its positives and negatives, each ascending by distance from it.

    Attributes:
        index: The anchor's row.
        positives: (M,) rows of its other images, at least one.
        positive_distances: (M,) their squared distances, ascending.
        negatives: (Q,) rows of everybody else, at least one.
        negative_distances: (Q,) their squared distances, ascending.
    """

    index: int
    positives: Integers
    positive_distances: Floats
    negatives: Integers
    negative_distances: Floats


def anchors(embeddings: ArrayLike, people: ArrayLike) -> Iterator[Anchor]:
    """Yield every face that is the anchor of a triplet; memory is O(N), time O(N^2 (D + log N)).

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    ready, height = points(table), max(1, BLOCK_ELEMENTS // max(1, len(table)))
    for top in range(0, len(table), height):
        block = ready.squared_distances(slice(top, top + height), slice(None))
        for row, distances in enumerate(block, top):
            same = codes == codes[row]
            negatives = np.flatnonzero(~same)
            same[row] = False
            positives = np.flatnonzero(same)
            if len(positives) and len(negatives):
                yield _ordered(row, distances, positives, negatives)


def _ordered(row: int, distances: Floats, positives: Integers, negatives: Integers) -> Anchor:
    positives = positives[np.argsort(distances[positives], kind="stable")]
    negatives = negatives[np.argsort(distances[negatives], kind="stable")]
    return Anchor(
        index=row,
        positives=positives,
        positive_distances=distances[positives],
        negatives=negatives,
        negative_distances=distances[negatives],
    )
