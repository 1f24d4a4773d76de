"""Different pairs counted between same pairs, exactly or on a grid, as blocks of distances pass by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facenet_core.evaluation.pairs.blocks import HEIGHT, LARGEST_STEPS, PairBlocks, blocks, on_threads
from facenet_core.evaluation.pairs.counters import Counter, Keeper, Places, Take, Taker, cells_of
from facenet_core.evaluation.pairs.distances import Floats, Integers
from facenet_core.evaluation.pairs.ranking import FAR_LEVELS, Ranks

MOST_REFINED = 4_000_000  # pairs sorted to make single steps of the grid exact


@dataclass(frozen=True, slots=True, kw_only=True)
class SortedPairs:
    """The pairs of faces that stand person by person.

    Attributes:
        blocks: The faces' embeddings.
        ends: (N,) where the faces of each face's person end.
        threads: How many look at different pairs at once; None means the cores.
    """

    blocks: PairBlocks
    ends: Integers
    threads: int | None

    def same(self, take: Take) -> None:
        """Hand over the distances of same pairs, in steps."""
        start = 0
        while start < len(self.ends):
            end = int(self.ends[start])
            for rows in blocks(start, end, HEIGHT):
                left = self.blocks.left(rows)
                for columns in blocks(rows.start, end):
                    squared = self.blocks.distances(left, columns)
                    upper = np.arange(rows.start, rows.stop)[:, None] < np.arange(columns.start, columns.stop)
                    take(squared[upper])
            start = end

    def different(self, taker: Callable[[], Taker]) -> list[NDArray[Any]]:
        """Hand over the distances of different pairs, in steps, each once; return what each thread's taker made."""

        def work(tops: Iterable[slice]) -> NDArray[Any]:
            own = taker()
            for rows in tops:
                self._different(rows, own.take)
            return own.result()

        return on_threads(work, blocks(0, len(self.ends), HEIGHT), len(self.ends), self.threads)

    def _different(self, rows: slice, take: Take) -> None:
        faces, ends = len(self.ends), self.ends[rows]
        left, reach = self.blocks.left(rows), int(ends[-1])  # from there on everybody differs from every row
        for columns in blocks(int(ends[0]), reach):
            later = np.arange(columns.start, columns.stop) >= ends[:, None]
            take(self.blocks.distances(left, columns)[later])
        for columns in blocks(reach, faces):
            take(self.blocks.distances(left, columns).ravel())


def _sum(counts: list[Integers]) -> Integers:
    total, *others = counts
    for other in others:
        total += other
    return total


def exact_ranks(pairs: SortedPairs, same: int, different: int) -> Ranks:
    """Hold the same pairs' distances and count the different pairs between them."""
    distinct, repeats = np.unique(_all_same(pairs, same), return_counts=True)
    places, largest = Places(distinct), 2 * len(distinct) + 1
    upto = np.cumsum(_sum(pairs.different(lambda: Counter(places, largest)))).astype(np.float64)
    return Ranks(
        distances=distinct * pairs.blocks.step,
        accepted=np.cumsum(repeats).astype(np.float64),
        below=upto[: largest - 1 : 2],
        upto=upto[1:largest:2],
        same=float(same),
        different=float(different),
    )


def _all_same(pairs: SortedPairs, same: int) -> Floats:
    held, filled = np.empty(same), 0

    def hold(squared: Floats) -> None:
        nonlocal filled
        held[filled : filled + len(squared)] = squared
        filled += len(squared)

    pairs.same(hold)
    return held


def grid_ranks(pairs: SortedPairs, bits: int) -> tuple[Ranks, float]:
    """Count both kinds on a grid, make the steps that matter exact, and say how far the area can be off."""

    def counter() -> Counter:
        return Counter(lambda squared: cells_of(squared, bits), (1 << bits) + 1)

    of_same = counter()
    pairs.same(of_same.take)
    same, different = of_same.result(), _sum(pairs.different(counter))
    upto = np.cumsum(different)
    exact = _steps_that_matter(same, different, upto)
    rough = np.flatnonzero((same > 0) & ~exact)
    width = 2.0 ** (LARGEST_STEPS - bits)
    columns: list[Floats] = [
        np.asarray((rough + 1) * width - 1, np.float64),  # the last whole number within each step of the grid
        np.asarray(rough * width - 1, np.float64),
        same[rough].astype(np.float64),
        (upto - different)[rough].astype(np.float64),
        upto[rough].astype(np.float64),
    ]
    if exact.any():
        fine = _refined(pairs, exact, bits, upto - different)
        columns = [np.concatenate(both) for both in zip(columns, fine, strict=True)]
    distances, short, counts, below, reached = (column[np.argsort(columns[0])] for column in columns)
    ranks = Ranks(
        distances=distances * pairs.blocks.step,
        accepted=np.cumsum(counts),
        below=below,
        upto=reached,
        same=float(same.sum()),
        different=float(different.sum()),
        short=short * pairs.blocks.step,
    )
    tied = float(same[rough] @ different[rough].astype(np.float64))
    return ranks, tied / (2 * ranks.same * ranks.different) if ranks.both_kinds else 0.0


def _steps_that_matter(same: Integers, different: Integers, upto: Integers) -> NDArray[np.bool_]:
    """Return which steps of the grid hold the equal error rate and the usual false accept rates."""
    chosen = np.zeros(len(same), np.bool_)
    if not same.any() or not different.any():
        return chosen
    excess = upto / upto[-1] + np.cumsum(same) / same.sum() - 1
    chosen[int(np.searchsorted(excess, 0.0))] = True
    for far in FAR_LEVELS.values():
        allowed = far * upto[-1] * (1 + 1e-12)
        chosen[min(int(np.searchsorted(upto, allowed, side="right")), len(chosen) - 1)] = True
    return chosen if same[chosen].sum() + different[chosen].sum() <= MOST_REFINED else np.zeros_like(chosen)


def _refined(pairs: SortedPairs, exact: NDArray[np.bool_], bits: int, before: Integers) -> list[Floats]:
    """Return distance, the one before, same pairs, different pairs below and up to it, of same pairs in some steps."""

    def keeper() -> Keeper:
        return Keeper(lambda squared: exact[cells_of(squared, bits)])

    of_same = keeper()
    pairs.same(of_same.take)
    distinct, repeats = np.unique(of_same.result(), return_counts=True)
    found = np.sort(np.concatenate(pairs.different(keeper)))
    cells = cells_of(distinct, bits)
    outside = before[cells] - np.searchsorted(cells_of(found, bits), cells)  # different pairs below that are not found
    return [
        distinct,
        distinct - 1,  # distances are whole numbers of steps
        repeats.astype(np.float64),
        (outside + np.searchsorted(found, distinct, side="left")).astype(np.float64),
        (outside + np.searchsorted(found, distinct, side="right")).astype(np.float64),
    ]
