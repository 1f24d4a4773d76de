"""What becomes of distances that pass by in blocks: counted by place, or some of them kept."""

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from facenet_core.evaluation.pairs.blocks import LARGEST_STEPS
from facenet_core.evaluation.pairs.distances import Floats, Integers

HELD_CODES = 1_000_000  # counted at once: 8 MB a thread
MOST_STEPPED = 8  # distinct distances in a cell that are compared one after another
Take = Callable[[Floats], None]


class Taker(Protocol):
    """Takes distances, in steps, and makes one array of them."""

    def take(self, squared: Floats) -> None:
        """Take some distances."""

    def result(self) -> NDArray[Any]:
        """Return what they came to."""


class Counter:
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


class Keeper:
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


def cells_of(squared: Floats, bits: int) -> NDArray[np.int32]:
    """Return which of 2**bits equal cells each distance lies in, (m,) in steps."""
    return (squared * 2.0 ** (bits - LARGEST_STEPS)).astype(np.int32)


class Places:
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
