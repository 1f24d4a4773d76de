"""The curve of VAL against FAR over all pairs of many faces, in blocks and without a matrix of all of them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.distances import (
    BLOCK_ELEMENTS,
    Floats,
    Integers,
    Points,
    check_embeddings,
    check_people,
    points,
)
from facenet_core.evaluation.ranking import Ranks
from facenet_core.evaluation.thresholds import ValAtFar, val_at_far

CURVE_POINTS = 5_000
EXACT_SAME_PAIRS = 5_000_000
GRID = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairRoc:
    """VAL against FAR over all pairs.

    Attributes:
        far: (C,) false accept rates from 0 to 1, never falling.
        val: (C,) VAL at each.
        thresholds: (C,) squared distance up to which pairs are accepted there; -inf first (no pair), inf last (all).
            Every point is exact; of more than ``CURVE_POINTS`` corners the curve keeps some.
        auc: Area under the whole curve, ties counting half; None where one kind of pairs is missing.
        eer: Equal error rate; None where one kind of pairs is missing.
        pairs: All pairs.
        same: Same pairs.
        different: Different pairs.
        auc_error: How far ``auc`` can be off at most: 0 but for groups with too many same pairs to hold.
        ranks: The counts behind it.
    """

    far: Floats
    val: Floats
    thresholds: Floats
    auc: float | None
    eer: float | None
    pairs: int
    same: int
    different: int
    auc_error: float
    ranks: Ranks

    def val_at_far(self, far: float) -> ValAtFar:
        """Return VAL at one false accept rate, with the pairs behind it."""
        return val_at_far(self.ranks, far)


def all_pairs_roc(
    embeddings: ArrayLike, people: ArrayLike, *, exact_same_pairs: int = EXACT_SAME_PAIRS, grid: int = GRID
) -> PairRoc:
    """Compare every pair of faces and return VAL against FAR.

    Distances of same pairs are held; different pairs pass by in blocks and are counted between them, so memory is
    O(same pairs) and one block, never N x N, and every figure is exact. With more than ``exact_same_pairs`` same
    pairs both kinds are only counted on a grid of ``grid`` equal steps: pairs within one step count as ties,
    thresholds are steps of the grid, and ``auc`` is off by at most ``auc_error``.

    Args:
        embeddings: (N, D) numbers; meant for N up to about 20,000 (200 million pairs).
        people: (N,) person of each.
        exact_same_pairs: Largest number of same pairs whose distances are held.
        grid: Number of steps otherwise.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    order = np.argsort(codes, kind="stable")
    counts = np.bincount(codes)
    ready, ends = points(table[order]), np.repeat(np.cumsum(counts), counts)
    same = int((counts * (counts - 1) // 2).sum())
    different = len(table) * (len(table) - 1) // 2 - same
    exact = same <= exact_same_pairs
    ranks = _exact_ranks(ready, ends, same, grid) if exact else _grid_ranks(ready, ends, grid)
    far, val, thresholds = _thinned_curve(ranks) if ranks.both_kinds else (np.zeros(0),) * 3
    return PairRoc(
        far=far,
        val=val,
        thresholds=thresholds,
        auc=ranks.auc(),
        eer=ranks.equal_error_rate(),
        pairs=same + different,
        same=same,
        different=different,
        auc_error=0.0 if exact or not ranks.both_kinds else _tie_bound(ranks),
        ranks=ranks,
    )


def _exact_ranks(ready: Points, ends: Integers, same: int, grid: int) -> Ranks:
    """Count different pairs by steps of a grid; those in a step where same pairs lie are sorted among them."""
    distances, filled = np.empty(same), 0
    for block in _same_blocks(ready, ends):
        distances[filled : filled + len(block)] = block
        filled += len(block)
    distinct, repeats = np.unique(distances, return_counts=True)
    width = _step_width(ready, grid)
    steps = _grid_steps(distinct, width, grid)
    shared = np.zeros(grid + 2, dtype=np.bool_)
    shared[steps] = True
    counts, below, upto = np.zeros(grid + 2, dtype=np.int64), np.zeros(len(distinct)), np.zeros(len(distinct))
    for block in _different_blocks(ready, ends):
        block_steps = _grid_steps(block, width, grid)
        counts += np.bincount(block_steps, minlength=grid + 2)
        close = np.sort(block[shared[block_steps]])
        below += np.searchsorted(close, distinct, side="left")
        upto += np.searchsorted(close, distinct, side="right")
    elsewhere = np.cumsum(np.where(shared, 0, counts))[steps]
    return Ranks(
        distances=distinct,
        accepted=np.cumsum(repeats).astype(np.float64),
        below=below + elsewhere,
        upto=upto + elsewhere,
        same=float(same),
        different=float(counts.sum()),
    )


def _grid_ranks(ready: Points, ends: Integers, grid: int) -> Ranks:
    width = _step_width(ready, grid)
    same = _count_on_grid(_same_blocks(ready, ends), width, grid)
    different = _count_on_grid(_different_blocks(ready, ends), width, grid)
    used = np.flatnonzero(same)
    upto = np.cumsum(different)
    return Ranks(
        distances=(used * width).astype(np.float64),
        accepted=np.cumsum(same)[used].astype(np.float64),
        below=(upto - different)[used].astype(np.float64),
        upto=upto[used].astype(np.float64),
        same=float(same.sum()),
        different=float(upto[-1]),
    )


def _step_width(ready: Points, grid: int) -> float:
    return 4 * float(ready.norms.max(initial=0.0)) / grid  # no distance exceeds four times the largest squared norm


def _grid_steps(distances: Floats, width: float, grid: int) -> Integers:
    """Return the first step of the grid that is not below each distance."""
    if width == 0:
        return np.zeros(len(distances), dtype=np.int64)
    return np.minimum(np.ceil(distances / width), grid + 1).astype(np.int64)


def _count_on_grid(blocks: Iterator[Floats], width: float, grid: int) -> Integers:
    """Count distances up to each step of the grid and above the one before it."""
    counts = np.zeros(grid + 2, dtype=np.int64)
    for block in blocks:
        counts += np.bincount(_grid_steps(block, width, grid), minlength=grid + 2)
    return counts


def _same_blocks(ready: Points, ends: Integers) -> Iterator[Floats]:
    """Yield the squared distances of same pairs; rows stand person by person, ``ends`` says where theirs end."""
    start = 0
    while start < len(ready):
        end = int(ends[start])
        height = max(1, BLOCK_ELEMENTS // (end - start))
        for top in range(start, end, height):
            rows = np.arange(top, min(top + height, end))
            squared = ready.squared_distances(rows, slice(top, end))
            yield squared[rows[:, None] < np.arange(top, end)]
        start = end


def _different_blocks(ready: Points, ends: Integers) -> Iterator[Floats]:
    """Yield the squared distances of different pairs, each pair once."""
    faces, top = len(ready), 0
    while top < faces and ends[top] < faces:
        left = int(ends[top])
        bottom = min(faces, top + max(1, BLOCK_ELEMENTS // (faces - left)))
        squared = ready.squared_distances(slice(top, bottom), slice(left, None))
        reach = int(ends[bottom - 1])  # beyond it, everybody differs from every row of the block
        near = np.arange(left, reach) >= ends[top:bottom, None]
        yield squared[:, : reach - left][near]
        yield squared[:, reach - left :].ravel()
        top = bottom


def _thinned_curve(ranks: Ranks) -> tuple[Floats, Floats, Floats]:
    far, val = ranks.curve()
    thresholds = np.empty(len(far))
    thresholds[0] = -np.inf
    thresholds[1:-1:2], thresholds[2:-1:2] = np.nextafter(ranks.distances, -np.inf), ranks.distances
    thresholds[-1] = np.inf
    if len(far) <= CURVE_POINTS:
        return far, val, thresholds
    third = CURVE_POINTS // 3
    rates = np.geomspace(1 / ranks.different, 1, third)  # small false accept rates are read on a logarithmic axis
    keep = np.unique(
        np.concatenate(
            [
                [0, len(far) - 1],
                np.searchsorted(far, rates, side="right") - 1,
                np.searchsorted(far, np.linspace(0, 1, third), side="right") - 1,
                np.searchsorted(val, np.linspace(0, 1, third), side="right") - 1,
            ]
        )
    )
    return far[keep], val[keep], thresholds[keep]


def _tie_bound(ranks: Ranks) -> float:
    """Return half the share of same and different pairs that fell into one step of the grid."""
    tied = np.diff(ranks.accepted, prepend=0) @ (ranks.upto - ranks.below)
    return float(tied / (2 * ranks.same * ranks.different))
