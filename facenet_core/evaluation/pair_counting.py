"""Different pairs counted between same pairs, exactly or on a grid, as blocks of distances pass by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from facenet_core.evaluation.distances import Floats, Integers
from facenet_core.evaluation.pair_blocks import HEIGHT, LARGEST_STEPS, PairBlocks, blocks, on_threads
from facenet_core.evaluation.ranking import FAR_LEVELS, Ranks

HELD_CODES = 2_000_000  # counted at once: 16 MB a thread
MOST_STEPPED = 8  # distinct distances in a cell that are compared one after another
MOST_REFINED = 4_000_000  # pairs sorted to make single steps of the grid exact
Take = Callable[[Floats], None]


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

    def different(self, taker: "Callable[[], Taker]") -> list[NDArray[Any]]:
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


class Taker(Protocol):
    """Takes distances, in steps, and makes one array of them."""

    def take(self, squared: Floats) -> None:
        """Take some distances."""

    def result(self) -> NDArray[Any]:
        """Return what they came to."""


class _Counter:
    """Counts whole numbers below ``largest``, many at a time."""

    def __init__(self, code: Callable[[Floats], NDArray[np.int32]], largest: int) -> None:
        self._code = code
        self._held, self._filled = np.empty(HELD_CODES, np.int64), 0
        self._counts = np.zeros(largest, np.int64)

    def take(self, squared: Floats) -> None:
        """Count the codes of some distances, in steps."""
        if self._filled + len(squared) > len(self._held):
            self._count()
        self._held[self._filled : self._filled + len(squared)] = self._code(squared)
        self._filled += len(squared)

    def result(self) -> Integers:
        """Return how often each code was met."""
        self._count()
        return self._counts

    def _count(self) -> None:
        self._counts += np.bincount(self._held[: self._filled], minlength=len(self._counts))
        self._filled = 0


class _Keeper:
    """Keeps some of the distances."""

    def __init__(self, which: Callable[[Floats], NDArray[np.bool_]]) -> None:
        self._which = which
        self._kept = [np.empty(0)]

    def take(self, squared: Floats) -> None:
        """Keep those that are wanted."""
        self._kept.append(squared[self._which(squared)])

    def result(self) -> Floats:
        """Return them, in no order."""
        return np.concatenate(self._kept)


def _sum(counts: list[Integers]) -> Integers:
    total, *others = counts
    for other in others:
        total += other
    return total


def _cells(squared: Floats, bits: int) -> NDArray[np.int32]:
    """Return which of 2**bits equal cells each distance lies in, (m,) in steps."""
    return (squared * 2.0 ** (bits - LARGEST_STEPS)).astype(np.int32)


class _Places:
    """Finds where a distance stands among sorted distinct ones: 2k below the k-th, 2k + 1 at it.

    A table of fine cells over their range answers at once where no distinct distance shares the cell; in the others
    it says which one to compare with first.
    """

    def __init__(self, distinct: Floats) -> None:
        self._distinct = np.append(distinct, np.inf)
        self._last = 1 << int(np.clip(np.ceil(np.log2(8 * max(len(distinct), 1))), 10, 21))
        self._lowest = float(distinct[0]) if len(distinct) else 0.0
        width = float(distinct[-1]) - self._lowest if len(distinct) else 0.0
        self._scale = self._last / width if width else 1.0
        cells = self._cells(distinct)
        inside = np.bincount(cells, minlength=self._last + 1)
        before = np.cumsum(inside) - inside
        self._table = np.where(inside > 0, ~(2 * before), 2 * before).astype(np.int32)
        self._several = np.append(inside[cells] > 1, False)
        self._crowded = np.append(inside[cells] > MOST_STEPPED, False)

    def __call__(self, squared: Floats) -> NDArray[np.int32]:
        """Return the place (m,) of each distance, in steps."""
        places = np.take(self._table, self._cells(squared), mode="clip")
        near = np.flatnonzero(places < 0)
        if len(near):
            places[near] = self._among(squared[near], ~places[near] >> 1)
        return places

    def _cells(self, squared: Floats) -> NDArray[np.int32]:
        """Return the cell of each distance, which never falls as distances grow."""
        cells = squared - self._lowest
        cells *= self._scale
        np.clip(cells, 0, self._last, out=cells)
        return cells.astype(np.int32)

    def _among(self, squared: Floats, first: NDArray[np.int32]) -> NDArray[np.int32]:
        """Place distances whose cell holds distinct ones, from the ``first`` on."""
        above = squared > self._distinct[first]
        place = first + above
        crowded = np.flatnonzero(self._crowded[first])
        place[crowded] = np.searchsorted(self._distinct, squared[crowded])
        on = np.flatnonzero(above & self._several[first] & ~self._crowded[first])
        while len(on):
            on = on[squared[on] > self._distinct[place[on]]]
            place[on] += 1
        at: NDArray[np.int32] = 2 * place + (self._distinct[place] == squared)
        return at


def exact_ranks(pairs: SortedPairs, same: int, different: int) -> Ranks:
    """Hold the same pairs' distances and count the different pairs between them."""
    distinct, repeats = np.unique(_all_same(pairs, same), return_counts=True)
    places, largest = _Places(distinct), 2 * len(distinct) + 1
    upto = np.cumsum(_sum(pairs.different(lambda: _Counter(places, largest)))).astype(np.float64)
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

    def counter() -> _Counter:
        return _Counter(lambda squared: _cells(squared, bits), (1 << bits) + 1)

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

    def keeper() -> _Keeper:
        return _Keeper(lambda squared: exact[_cells(squared, bits)])

    of_same = keeper()
    pairs.same(of_same.take)
    distinct, repeats = np.unique(of_same.result(), return_counts=True)
    found = np.sort(np.concatenate(pairs.different(keeper)))
    cells = _cells(distinct, bits)
    outside = before[cells] - np.searchsorted(_cells(found, bits), cells)  # different pairs below that are not found
    return [
        distinct,
        distinct - 1,  # distances are whole numbers of steps
        repeats.astype(np.float64),
        (outside + np.searchsorted(found, distinct, side="left")).astype(np.float64),
        (outside + np.searchsorted(found, distinct, side="right")).astype(np.float64),
    ]
