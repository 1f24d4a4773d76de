"""All pairs of many faces, a small block at a time, on several threads: distances that can be counted exactly.

Distances come as whole numbers of ``step``, the grid of ``distances.Points``, held in float64: pairs of equal
embeddings tie exactly wherever they stand, and a block is one matrix product and one rounding. float32 would halve
the product, the smaller part of the work, and give ties away.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facenet_core.evaluation.pairs.distances import Floats, Integers, check_embeddings

HEIGHT, WIDTH = 256, 512  # a block of 1 MB stays in a core's own cache
MOST_THREADS = 4
FACES_ALONE = 1_000  # up to here threads cost more than they bring
LARGEST_STEPS = 42  # no squared distance is above 2**42 steps

Result = TypeVar("Result")


class PairBlocks:
    """Embeddings (N, D) made ready for blocks of squared distances.

    Attributes:
        step: What one whole number stands for: 2**-40 of the largest squared length, rounded up to a power of two.
    """

    def __init__(self, embeddings: ArrayLike, order: Integers | None = None) -> None:
        """Make embeddings ready, in an order of one's own where one is given.

        Raises:
            ValueError: Not a table of numbers, or a row holds NaN or infinity; the rows are named.
        """
        table = finite(embeddings)
        faces, size = len(table) if order is None else len(order), table.shape[1]
        self._right = np.empty((faces, size + 2))  # row, 1 and squared length: one product gives distances
        rows = self._right[:, :size]
        rows[...] = table if order is None else table[order]
        if faces:
            rows -= rows.mean(axis=0)  # distances stay, rounding shrinks
        norms = np.einsum("nd,nd->n", rows, rows)
        self._right[:, size], self._right[:, size + 1] = 1, norms
        largest = float(norms.max(initial=0.0))
        exponent = int(np.ceil(np.log2(largest))) if largest > 0 else 0
        self.step = 2.0 ** max(exponent - 40, -1000)

    def __len__(self) -> int:
        return len(self._right)

    def left(self, rows: slice) -> Floats:
        """Return rows (n, D + 2) whose product with ``right`` is their squared distance in steps."""
        left = self._right[rows].copy()
        left[:, :-2] *= -2
        left[:, [-2, -1]] = left[:, [-1, -2]]
        left *= 1 / self.step
        return left

    def distances(self, left: Floats, columns: slice) -> Floats:
        """Return (n, m) squared distances in steps: whole numbers from 0 to 2**42."""
        product = left @ self._right[columns].T
        np.rint(product, out=product)  # rounding of the product stays below half a step up to 512 numbers a face
        return product


def finite(embeddings: ArrayLike) -> NDArray[np.generic]:
    """Return embeddings (N, D) as they are, once they were found to be numbers and finite; without a copy.

    Raises:
        ValueError: As ``check_embeddings``.
    """
    table = np.asarray(embeddings)
    sound = table.ndim == 2 and table.dtype.kind in "fiub"
    if not sound or not all(np.isfinite(table[top : top + 4096]).all() for top in range(0, len(table), 4096)):
        check_embeddings(table)
    return table


def blocks(top: int, bottom: int, width: int = WIDTH) -> Iterator[slice]:
    """Cut the range from ``top`` to ``bottom`` into slices of at most ``width``."""
    for start in range(top, bottom, width):
        yield slice(start, min(start + width, bottom))


def on_threads(
    work: Callable[[Iterable[slice]], Result], parts: Iterable[slice], faces: int, threads: int | None = None
) -> list[Result]:
    """Let several threads take parts one after another; numpy computes outside Python's lock.

    Args:
        work: Takes parts until there are none left and returns what came out; called once a thread.
        parts: What there is to do.
        faces: How many faces it is about; few are done in this thread.
        threads: How many; None means the cores, at most ``MOST_THREADS``.

    Returns:
        What each thread returned.
    """
    count = min(os.cpu_count() or 1, MOST_THREADS) if threads is None else threads
    if faces <= FACES_ALONE or count <= 1:
        return [work(parts)]
    shared = _Shared(parts)
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(work, [shared] * count))


class _Shared(Iterable[slice]):
    """An iterator that several threads may pull from."""

    def __init__(self, parts: Iterable[slice]) -> None:
        self._parts, self._lock = iter(parts), Lock()

    def __iter__(self) -> Iterator[slice]:
        while (part := self._next()) is not None:
            yield part

    def _next(self) -> slice | None:
        with self._lock:
            return next(self._parts, None)
