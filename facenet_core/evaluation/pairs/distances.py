"""Squared distances between embeddings, in blocks, so that equal faces have equal distances."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

BLOCK_ELEMENTS = 2_000_000  # distances held at once: 16 MB
LARGEST_GROUP = 6_000  # faces whose pairs may be listed one by one: 18 million pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """Embeddings made ready for distances.

    Rows are centred (distances stay the same, rounding shrinks) and distances are rounded to a grid of
    2**-40 of the largest squared norm: 10,000 times finer than float32 embeddings, and coarse enough that
    two pairs of identical embeddings get the same distance wherever they stand in the matrix.

    Attributes:
        rows: (N, D) centred embeddings.
        norms: (N,) squared lengths of the rows.
        step: Distance between two neighbouring values of the grid, a power of two.
    """

    rows: Floats
    norms: Floats
    step: float

    def __len__(self) -> int:
        return len(self.rows)

    def squared_distances(self, first: slice | Integers, second: slice | Integers) -> Floats:
        """Return (n, m) squared Euclidean distances between two selections of rows."""
        squared = self.rows[first] @ self.rows[second].T
        squared *= -2
        squared += self.norms[first][:, None]
        squared += self.norms[second][None, :]
        squared *= 1 / self.step
        np.rint(squared, out=squared)
        np.maximum(squared, 0, out=squared)
        squared *= self.step
        return squared


def points(embeddings: Floats) -> Points:
    """Make checked embeddings (N, D) ready for distances."""
    rows = embeddings - embeddings.mean(axis=0) if len(embeddings) else embeddings
    norms = np.einsum("nd,nd->n", rows, rows)
    largest = float(norms.max(initial=0.0))
    exponent = int(np.ceil(np.log2(largest))) if largest > 0 else 0
    return Points(rows=rows, norms=norms, step=2.0 ** max(exponent - 40, -1000))


def check_embeddings(embeddings: ArrayLike, *, name: str = "embeddings") -> Floats:
    """Return embeddings as (N, D) float64.

    Raises:
        ValueError: Not a table of numbers, or a row holds NaN or infinity; the rows are named.
    """
    table: NDArray[Any] = np.asarray(embeddings)
    if table.ndim != 2:
        raise ValueError(f"{name} must have shape (faces, embedding size), got {table.shape}")
    if table.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be numbers, got {table.dtype}")
    table = table.astype(np.float64)
    bad = np.flatnonzero(~np.isfinite(table).all(axis=1))
    if len(bad):
        raise ValueError(f"{name} must be finite, got NaN or infinity in {_rows(bad)}")
    return table


def check_people(people: ArrayLike, faces: int) -> Integers:
    """Return the person of each face as codes 0..P-1 in ascending order of the names or numbers given.

    Raises:
        ValueError: Not one person for every face.
    """
    given = np.asarray(people)
    if given.shape != (faces,):
        raise ValueError(f"people must name one person for each of the {faces} embeddings, got shape {given.shape}")
    return np.unique(given, return_inverse=True)[1].astype(np.int64)


def _rows(indices: Integers) -> str:
    shown = ", ".join(str(i) for i in indices[:5])
    more = f" and {len(indices) - 5} more" if len(indices) > 5 else ""
    return f"row{'s' if len(indices) > 1 else ''} {shown}{more}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairDistances:
    """All pairs of a small group, or some of them.

    Attributes:
        first: (M,) index of one face.
        second: (M,) index of the other, always the larger one.
        squared_distance: (M,) squared distance of the pair, 0..4 for unit length.
        same: (M,) whether both show the same person.
    """

    first: Integers
    second: Integers
    squared_distance: Floats
    same: Booleans

    def __len__(self) -> int:
        return len(self.first)

    def select(self, which: Integers | Booleans) -> "PairDistances":
        """Return some of the pairs, in the order asked for."""
        return PairDistances(
            first=self.first[which],
            second=self.second[which],
            squared_distance=self.squared_distance[which],
            same=self.same[which],
        )


def pair_distances(embeddings: ArrayLike, people: ArrayLike) -> PairDistances:
    """List every pair of a group with its squared distance.

    Args:
        embeddings: (N, D) numbers, N at most ``LARGEST_GROUP``.
        people: (N,) person of each.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or the group is too large to be listed.
    """
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    if len(table) > LARGEST_GROUP:
        raise ValueError(
            f"pairs can be listed for at most {LARGEST_GROUP} faces, got {len(table)}: choose fewer people"
        )
    first, second = np.triu_indices(len(table), 1)
    squared = points(table).squared_distances(slice(None), slice(None))[first, second]
    return PairDistances(first=first, second=second, squared_distance=squared, same=codes[first] == codes[second])


def spread(embeddings: ArrayLike) -> float | None:
    """Return the mean squared distance between two different faces; None for fewer than two.

    It is 0 when the network has collapsed to one point, and 2 for unit-length embeddings all over the sphere.
    """
    table = check_embeddings(embeddings)
    if len(table) < 2:
        return None
    variance = table.var(axis=0).sum()  # mean squared distance of ordered pairs, self-pairs included, is twice this
    return float(2 * variance * len(table) / (len(table) - 1))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DistanceHistograms:
    """How the distances of same and of different pairs are distributed, each kind with an area of 1.

    Attributes:
        edges: (bins + 1,) borders of the bins.
        same: (bins,) density of the same pairs; zeros where there are none.
        different: (bins,) density of the different pairs; zeros where there are none.
    """

    edges: Floats
    same: Floats
    different: Floats


def distance_histograms(
    squared_distances: ArrayLike, same: ArrayLike, *, bins: int = 60, upper: float | None = 4.0
) -> DistanceHistograms:
    """Bin squared distances; what lies beyond ``upper`` counts in the last bin.

    Args:
        squared_distances: (M,) squared distances.
        same: (M,) whether the pair shows one person.
        bins: Number of bins of equal width, at least 1.
        upper: Right end of the last bin; None takes the largest distance (for embeddings not of unit length).
    """
    distances, kind = check_pairs(squared_distances, same)
    if bins < 1:
        raise ValueError(f"bins must be at least 1, got {bins}")
    end = float(distances.max(initial=0.0)) if upper is None else upper
    edges = np.linspace(0, end if end > 0 else 1.0, bins + 1)
    clipped = np.clip(distances, 0, edges[-1])
    return DistanceHistograms(
        edges=edges, same=_density(clipped[kind], edges), different=_density(clipped[~kind], edges)
    )


def _density(distances: Floats, edges: Floats) -> Floats:
    density: Floats = np.histogram(distances, edges)[0] / (max(len(distances), 1) * (edges[1] - edges[0]))
    return density


def check_pairs(squared_distances: ArrayLike, same: ArrayLike) -> tuple[Floats, Booleans]:
    """Return distances (M,) float64 and kinds (M,) bool.

    Raises:
        ValueError: Lengths differ, or a distance is not a finite number.
    """
    distances, kind = np.asarray(squared_distances, dtype=np.float64), np.asarray(same, dtype=np.bool_)
    if distances.ndim != 1 or distances.shape != kind.shape:
        raise ValueError(f"distances and same must have one entry a pair, got shapes {distances.shape}, {kind.shape}")
    bad = np.flatnonzero(~np.isfinite(distances))
    if len(bad):
        raise ValueError(f"distances must be finite, got NaN or infinity in {_rows(bad)}")
    return distances, kind
