"""What a threshold gets wrong among all pairs of many faces: how much, and the worst of it."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.blocks import PairBlocks, blocks, on_threads
from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers, PairDistances, check_people
from facenet_core.evaluation.verification.thresholds import WorstPairs

_HEIGHT = 32  # of a block that reaches across all faces


def worst_of_all_pairs(
    embeddings: ArrayLike, people: ArrayLike, threshold: float, limit: int = 12, *, threads: int | None = None
) -> WorstPairs:
    """Compare every pair and return the worst mistakes of a threshold; equals in order of index, as ``worst_pairs``.

    A block of rows at a time: memory is O(N) and the pairs that are returned.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        threshold: Largest squared distance that is accepted.
        limit: False accepts, and false rejects, to return at most.
        threads: How many compare at once; None means the cores, at most four.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, ``limit`` is negative or ``threshold`` no number.
    """
    if limit < 0:
        raise ValueError(f"limit must be at least 0, got {limit}")
    if np.isnan(threshold):
        raise ValueError("threshold must be a squared distance, got NaN")
    pairs = PairBlocks(embeddings)
    codes = check_people(people, len(pairs))

    def work(tops: Iterable[slice]) -> tuple[_Worst, _Worst]:
        accepts, rejects = _Worst(limit, nearest=True), _Worst(limit, nearest=False)
        for rows in tops:
            squared = pairs.distances(pairs.left(rows), slice(rows.start, None)) * pairs.step
            later = np.arange(rows.start, len(pairs)) > np.arange(rows.start, rows.stop)[:, None]
            same, accepted = codes[rows, None] == codes[None, rows.start :], squared <= threshold
            accepts.take(squared, later & accepted & ~same, rows.start)
            rejects.take(squared, later & same & ~accepted, rows.start)
        return accepts, rejects

    found = on_threads(work, blocks(0, len(pairs), _HEIGHT), len(pairs), threads)
    accepts, rejects = (_together(kind) for kind in zip(*found, strict=True))
    return WorstPairs(
        false_accepts=accepts.pairs(same=False),
        false_rejects=rejects.pairs(same=True),
        false_accept_count=accepts.count,
        false_reject_count=rejects.count,
    )


class _Worst:
    """The worst pairs met so far, and how many were met."""

    def __init__(self, limit: int, *, nearest: bool) -> None:
        self._limit, self._sign = limit, 1 if nearest else -1
        self.count = 0
        self.rank, self.first, self.second = np.empty(0), np.empty(0, np.int64), np.empty(0, np.int64)

    def take(self, squared: Floats, wrong: Booleans, top: int) -> None:
        """Take a block whose first row and column is face ``top``."""
        self.count += int(np.count_nonzero(wrong))
        bar = self.rank[-1] if len(self.rank) == self._limit and self._limit else np.inf
        row, column = np.nonzero(wrong & (self._sign * squared <= bar))
        self._keep(self._sign * squared[row, column], row + top, column + top)

    def add(self, other: "_Worst") -> None:
        """Take what another one has met."""
        self.count += other.count
        self._keep(other.rank, other.first, other.second)

    def _keep(self, rank: Floats, first: Integers, second: Integers) -> None:
        if len(rank) > 4 * self._limit:  # sort few: those beyond the limit's rank cannot stay
            bar = np.partition(rank, self._limit - 1)[self._limit - 1] if self._limit else -np.inf
            few = rank <= bar
            rank, first, second = rank[few], first[few], second[few]
        rank = np.concatenate([self.rank, rank])
        first, second = np.concatenate([self.first, first]), np.concatenate([self.second, second])
        order = np.lexsort((second, first, rank))[: self._limit]
        self.rank, self.first, self.second = rank[order], first[order], second[order]

    def pairs(self, *, same: bool) -> PairDistances:
        """Return them, the worst first."""
        return PairDistances(
            first=self.first,
            second=self.second,
            squared_distance=self._sign * self.rank,
            same=np.full(len(self.rank), same),
        )


def _together(parts: tuple[_Worst, ...]) -> _Worst:
    whole, *others = parts
    for other in others:
        whole.add(other)
    return whole
