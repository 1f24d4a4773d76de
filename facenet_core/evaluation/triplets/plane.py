"""The triplet plane: every triplet of a set of faces at (d_ap, d_an), counted in cells without building one.

The plane is cut into square cells, and every cell along its rising diagonal into two triangles. Where the margin is
a whole number of cells, the lines d_an = d_ap and d_an = d_ap + margin run along such diagonals, so that a triangle
holds triplets of one kind only, and what is drawn is what is counted. Ties go as in the census: d_an = d_ap is hard,
d_an = d_ap + margin is easy.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, Integers, check_embeddings
from facenet_core.evaluation.triplets.anchors import Anchor, anchors

CELLS = 80
SPHERE = 4.0  # largest squared distance of two points of a sphere of radius 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TripletPlane:
    """How many triplets lie where.

    Attributes:
        upper: Right and upper end of the plane; what lies beyond counts in the last cells.
        below: (cells of d_ap, cells of d_an) triplets below the rising diagonal of each cell.
        above: The same, for those above it.
    """

    upper: float
    below: Integers
    above: Integers

    @property
    def cells(self) -> int:
        """Cells a side."""
        return len(self.below)

    @property
    def width(self) -> float:
        """Side of a cell, in squared distance."""
        return self.upper / self.cells


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SingleTriplets:
    """Triplets one by one.

    Attributes:
        anchor: (T,) row of each anchor.
        positive: (T,) row of another face of the same person.
        negative: (T,) row of a face of somebody else.
        positive_distance: (T,) squared distance from anchor to positive.
        negative_distance: (T,) squared distance from anchor to negative.
    """

    anchor: Integers
    positive: Integers
    negative: Integers
    positive_distance: Floats
    negative_distance: Floats

    def __len__(self) -> int:
        return len(self.anchor)


def triplet_plane(embeddings: ArrayLike, people: ArrayLike, *, cells: int = CELLS) -> TripletPlane:
    """Count the triplets in every half cell of the plane, each of them, no sampling.

    The cells' counts are a product of two histograms an anchor, those of its positives and of its negatives.
    Memory is O(N cells); time grows with the anchor-positive pairs, not with the triplets.

    Args:
        embeddings: (N, D) numbers; the plane ends at 4 for unit length, else where the largest distance may lie.
        people: (N,) person of each.
        cells: Cells a side, at least 1.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or there is no cell.
    """
    if cells < 1:
        raise ValueError(f"cells must be at least 1, got {cells}")
    upper = plane_end(embeddings)
    below = np.zeros((cells, cells), np.int64)
    positives, negatives = [], []
    for anchor in anchors(embeddings, people):
        columns, rows = (_cell(d, upper, cells) for d in (anchor.positive_distances, anchor.negative_distances))
        positives.append(np.bincount(columns, minlength=cells))
        negatives.append(np.bincount(rows, minlength=cells))
        np.add.at(below, columns, _below(anchor, columns, np.cumsum(negatives[-1]), upper / cells))
    if not positives:
        return TripletPlane(upper=upper, below=below, above=below.copy())
    whole = np.stack(positives).T.astype(np.float64) @ np.stack(negatives)  # (cells, cells), exact below 2**53
    return TripletPlane(upper=upper, below=below, above=np.rint(whole).astype(np.int64) - below)


def plane_end(embeddings: ArrayLike) -> float:
    """Return where the plane ends: 4 for embeddings of unit length, else a round number no distance exceeds."""
    table = check_embeddings(embeddings)
    longest = float(np.einsum("nd,nd->n", table, table).max(initial=0.0))
    if longest <= 1.001:
        return SPHERE
    power = 10.0 ** np.floor(np.log10(4 * longest))
    return float(next(step * power for step in (1, 2, 4, 8, 10, 20) if step * power >= 4 * longest))


def _cell(distances: Floats, upper: float, cells: int) -> Integers:
    found: Integers = np.searchsorted(_edges(upper / cells, cells), distances, side="right")
    clipped: Integers = np.minimum(found, cells - 1)
    return clipped


def _edges(width: float, cells: int) -> Floats:
    """Return the ends of the cells; rounded, so that 3 cells of 0.05 end at the margin 0.15."""
    return np.round(width * np.arange(1, cells + 1), 12)


def _below(anchor: Anchor, columns: Integers, ends: Integers, width: float) -> Integers:
    """Return (M, cells) how many negatives each positive has below the diagonal of each cell of its column."""
    cells = len(ends)
    shifts = np.arange(cells)[None, :] - columns[:, None]  # (M, cells), the line d_an = d_ap + shift * width
    line = anchor.positive_distances[:, None] + np.round(width * shifts, 12)
    nearer = np.searchsorted(anchor.negative_distances, line, side="left")
    tied = np.searchsorted(anchor.negative_distances, anchor.positive_distances, side="right")
    nearer = np.where(shifts == 0, tied[:, None], nearer)  # d_an = d_ap is hard: it counts below
    starts = np.concatenate([[0], ends[:-1]])
    inside: Integers = np.clip(nearer, starts, ends) - starts
    return inside


def single_triplets(embeddings: ArrayLike, people: ArrayLike) -> SingleTriplets:
    """List every triplet; for small batches, since there are about N^2 times the images a person.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
    """
    parts = [_product(anchor) for anchor in anchors(embeddings, people)]
    return _join(parts)


def triplets_near(
    embeddings: ArrayLike,
    people: ArrayLike,
    positive_range: tuple[float, float],
    negative_range: tuple[float, float],
    gap_range: tuple[float, float] = (-np.inf, np.inf),
) -> SingleTriplets:
    """List the triplets in one part of the plane, such as those of a half cell.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        positive_range: Smallest d_ap (included) and largest (excluded).
        negative_range: The same for d_an.
        gap_range: The same for d_an - d_ap.
    """
    parts = [
        _product_within(anchor, positive_range, negative_range, gap_range) for anchor in anchors(embeddings, people)
    ]
    return _join(parts)


_Part = tuple[Integers | Floats, ...]


def _product(anchor: Anchor) -> _Part:
    """Return the columns of all triplets of an anchor."""
    starts = np.zeros(len(anchor.positives), np.int64)
    return _rows(anchor, starts, starts + len(anchor.negatives))


def _product_within(
    anchor: Anchor, near: tuple[float, float], far: tuple[float, float], gap: tuple[float, float]
) -> _Part:
    """Return the columns of those triplets of an anchor that lie within three ranges."""
    wanted = (anchor.positive_distances >= near[0]) & (anchor.positive_distances < near[1])
    low = np.maximum(far[0], anchor.positive_distances + gap[0])
    high = np.minimum(far[1], anchor.positive_distances + gap[1])
    starts, stops = (np.searchsorted(anchor.negative_distances, end, side="left") for end in (low, high))
    return _rows(anchor, starts, np.where(wanted, np.maximum(stops, starts), starts))


def _rows(anchor: Anchor, starts: Integers, stops: Integers) -> _Part:
    """Return the columns of the triplets of each positive with its negatives from ``starts`` to ``stops``."""
    counts = stops - starts  # (positives,)
    positive = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(len(positive)) - np.repeat(np.cumsum(counts) - counts, counts)
    negative = np.repeat(starts, counts) + within
    return (
        np.full(len(positive), anchor.index),
        anchor.positives[positive],
        anchor.negatives[negative],
        anchor.positive_distances[positive],
        anchor.negative_distances[negative],
    )


def _join(parts: list[_Part]) -> SingleTriplets:
    if not parts:
        none, nothing = np.zeros(0, np.int64), np.zeros(0)
        parts = [(none, none, none, nothing, nothing)]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return SingleTriplets(
        anchor=columns[0],
        positive=columns[1],
        negative=columns[2],
        positive_distance=columns[3],
        negative_distance=columns[4],
    )
