"""Nearest neighbours, found exactly and in blocks, and how far a map keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facenet_core.projection.pca import Floats, checked

BLOCK_ELEMENTS = 2_000_000  # distances held at once: 16 MB


def nearest_neighbours(table: Floats, count: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the nearest rows of each row and their Euclidean distances, itself first.

    Args:
        table: (N, D) checked embeddings.
        count: How many, itself included; at most N.

    Returns:
        Two (N, count) arrays: indices, and distances in ascending order.
    """
    indices = np.empty((len(table), count), dtype=np.int32)
    distances = np.empty((len(table), count), dtype=np.float32)
    for top, squared in _blocks(table):
        rows = np.arange(len(squared))
        squared[rows, rows + top] = -1  # oneself comes first, also among copies
        near = np.argpartition(squared, count - 1, axis=1)[:, :count]
        found = np.take_along_axis(squared, near, axis=1)
        order = np.lexsort((near, found))  # equal distances in order of index
        indices[rows + top] = np.take_along_axis(near, order, axis=1)
        distances[rows + top] = np.sqrt(np.maximum(np.take_along_axis(found, order, axis=1), 0))
    return indices, distances


def trustworthiness(embeddings: ArrayLike, positions: ArrayLike, neighbours: int = 10) -> float:
    """Return how far neighbours on a map are neighbours among the embeddings too, from 0 to 1.

    Every face's nearest faces on the map are looked up among its nearest embeddings; one that is not among the
    first ``neighbours`` there costs as much as its rank exceeds them (Venna and Kaski 2001). Equal distances share
    the best of their ranks, so a map of collapsed embeddings is not blamed for an order that is not there.

    Args:
        embeddings: (N, D) numbers; time is O(N^2 (D + neighbours)), memory O(N): meant for N up to about 5,000.
        positions: (N, d) the map.
        neighbours: How many neighbours to look at; fewer where there are not twice as many faces.

    Raises:
        ValueError: Lengths differ, a number is not finite, or ``neighbours`` is below 1.
    """
    faces = face_trust(embeddings, positions, neighbours).trustworthiness
    return float(faces.mean()) if len(faces) else 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceTrust:
    """How far each face's place on a map can be trusted.

    Attributes:
        trustworthiness: (N,) from 1 down: are its neighbours on the map its neighbours in truth? Their mean is the
            map's trustworthiness; a single face in wholly wrong company can fall below 0.
        continuity: (N,) from 1 down: are its neighbours in truth its neighbours on the map?
        kept: (N,) share of its neighbours on the map that are among its nearest in truth.
        neighbours: How many neighbours were looked at.
    """

    trustworthiness: Floats
    continuity: Floats
    kept: Floats
    neighbours: int


def face_trust(embeddings: ArrayLike, positions: ArrayLike, neighbours: int = 10) -> FaceTrust:
    """Measure trustworthiness, continuity (Venna and Kaski 2001) and kept neighbours of every face.

    Equal distances share the best of their ranks, so collapsed embeddings blame nobody.

    Args:
        embeddings: (N, D) numbers; time is O(N^2 (D + neighbours)), memory O(N): meant for N up to about 5,000.
        positions: (N, d) the map.
        neighbours: How many neighbours to look at; fewer where there are not twice as many faces.

    Raises:
        ValueError: Lengths differ, a number is not finite, or ``neighbours`` is below 1.
    """
    table, drawn = checked(embeddings), checked(positions)
    if len(table) != len(drawn):
        raise ValueError(f"every embedding needs one position, got {len(table)} and {len(drawn)}")
    if neighbours < 1:
        raise ValueError(f"neighbours must be at least 1, got {neighbours}")
    faces, count = len(table), min(neighbours, (len(table) - 1) // 2)
    if count < 1:  # one or two faces are everybody's neighbours
        ones = np.ones(faces)
        return FaceTrust(trustworthiness=ones, continuity=ones, kept=ones, neighbours=0)
    strange, kept = _out_of_place(table, nearest_neighbours(drawn, count + 1)[0][:, 1:])
    missing, _ = _out_of_place(drawn, nearest_neighbours(table, count + 1)[0][:, 1:])
    worth = 2 / (count * (2 * faces - 3 * count - 1))
    return FaceTrust(
        trustworthiness=1 - worth * strange, continuity=1 - worth * missing, kept=kept / count, neighbours=count
    )


def _out_of_place(table: Floats, near: NDArray[np.int32]) -> tuple[Floats, Floats]:
    """Return by how much the ranks of the faces named for each row exceed their number, and how many do not.

    Args:
        table: (N, D) where ranks are counted.
        near: (N, k) faces that should be among the k nearest of each row.

    Returns:
        (N,) summed excess of ranks, and (N,) how many are within the first k.
    """
    count = near.shape[1]
    excess, within = np.empty(len(table)), np.empty(len(table))
    for top, squared in _blocks(table):
        rows = np.arange(len(squared))
        squared[rows, rows + top] = np.inf
        asked = np.take_along_axis(squared, near[rows + top].astype(np.int64), axis=1)
        squared.sort(axis=1)
        for row in rows:
            nearer = np.searchsorted(squared[row], asked[row])
            excess[row + top] = np.maximum(nearer + 1 - count, 0).sum()
            within[row + top] = (nearer < count).sum()
    return excess, within


def near_in(table: Floats, count: int, metric: str = "euclidean") -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the nearest rows and their distances in a metric, itself first, as ``nearest_neighbours`` does.

    Raises:
        ValueError: There is no such metric.
    """
    if metric == "euclidean":
        return nearest_neighbours(table, count)
    if metric == "cosine":
        lengths = np.linalg.norm(table, axis=1, keepdims=True)
        indices, distances = nearest_neighbours(table / np.where(lengths > 0, lengths, 1), count)
        return indices, (distances**2 / 2).astype(np.float32)  # of unit length: half the squared distance is 1 - cosine
    if metric == "manhattan":
        return _nearest_manhattan(table, count)
    raise ValueError(f"metric must be euclidean, cosine or manhattan, got {metric!r}")


def _nearest_manhattan(table: Floats, count: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    from scipy.spatial.distance import cdist

    indices, distances = np.empty((len(table), count), np.int32), np.empty((len(table), count), np.float32)
    height = max(1, BLOCK_ELEMENTS // max(1, len(table)))
    for top in range(0, len(table), height):
        block = cdist(table[top : top + height], table, "cityblock")
        rows = np.arange(len(block))
        block[rows, rows + top] = -1  # oneself comes first, also among copies
        near = np.argsort(block, axis=1, kind="stable")[:, :count]
        indices[rows + top] = near
        distances[rows + top] = np.maximum(np.take_along_axis(block, near, axis=1), 0)
    return indices, distances


def _blocks(table: Floats) -> Iterator[tuple[int, Floats]]:
    """Yield the first row and the squared distances (n, N) of a block of rows to all rows."""
    rows = table - table.mean(axis=0) if len(table) else table
    norms = np.einsum("nd,nd->n", rows, rows)
    step = 2.0 ** -max(-900, 40 - int(np.ceil(np.log2(norms.max())))) if norms.max(initial=0.0) > 0 else 1.0
    height = max(1, BLOCK_ELEMENTS // max(1, len(table)))
    for top in range(0, len(table), height):
        squared = norms[top : top + height, None] + norms - 2 * rows[top : top + height] @ rows.T
        yield (
            top,
            np.maximum(np.rint(squared / step) * step, 0),
        )  # copies are at equal distances, not at rounding errors
