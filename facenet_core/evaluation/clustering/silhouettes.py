"""The silhouette: does every face lie nearer to its own person than to the next one?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import BLOCK_ELEMENTS, Floats, check_embeddings, check_people, points


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Silhouette:
    """How well faces lie with their own person.

    Attributes:
        faces: (N,) in -1..1: 1 when a face lies far nearer to its own person than to anybody else, 0 on the border,
            below 0 when somebody else is nearer. 0 for a person's only face; NaN where there is one person only.
        score: Mean over the faces; None where there is one person only, or nobody.
    """

    faces: Floats
    score: float | None


def silhouette(embeddings: ArrayLike, people: ArrayLike) -> Silhouette:
    """Return the silhouette of every face and their mean.

    With a the mean distance of a face to the other faces of its person, and b the smallest mean distance to the faces
    of another person, it is (b - a) / max(a, b). Distances are Euclidean, not squared, as in the source and in other
    programs. Distances are computed in blocks; memory is O(N + P) a row of a block.

    Source: P. J. Rousseeuw, "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis",
    Journal of Computational and Applied Mathematics 20 (1987).

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    counts = np.bincount(codes)
    if len(counts) < 2:
        return Silhouette(faces=np.full(len(table), np.nan), score=None)
    order = np.argsort(codes, kind="stable")
    means = _mean_distances(table[order], counts)  # (N, P)
    rows, own = np.arange(len(table)), codes[order]
    size = counts[own]
    within = means[rows, own] * size / np.maximum(size - 1, 1)  # a face is no distance from itself
    means[rows, own] = np.inf
    between = means.min(axis=1)
    largest = np.maximum(within, between)
    apart = np.divide(between - within, largest, out=np.zeros(len(table)), where=largest > 0)
    faces = np.empty(len(table))
    faces[order] = np.where(size > 1, apart, 0.0)
    return Silhouette(faces=faces, score=float(faces.mean()))


def _mean_distances(table: Floats, counts: np.ndarray) -> Floats:
    """Return (N, P) mean distances of each face to the faces of each person; faces stand in the order of people."""
    ready, faces = points(table), len(table)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    means = np.empty((faces, len(counts)))
    height = max(1, BLOCK_ELEMENTS // faces)
    for top in range(0, faces, height):
        block = np.sqrt(ready.squared_distances(slice(top, top + height), slice(None)))
        means[top : top + height] = np.add.reduceat(block, starts, axis=1) / counts
    return means
