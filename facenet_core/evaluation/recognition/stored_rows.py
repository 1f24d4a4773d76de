"""Embeddings kept as float32, float16 or bytes, rows added as they come."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from facenet_core.evaluation.pairs.distances import Floats, Integers
from facenet_core.evaluation.recognition.quantisation import BYTE_STEPS, step_of

STORED_AS = ("float32", "float16", "bytes")


class StoredRows(Protocol):
    """Embeddings (N, D) kept in some form."""

    bytes_per_face: int

    def __len__(self) -> int:
        """Return N."""

    def add(self, rows: Floats) -> int:
        """Keep more rows; return the first row that is new or another one now."""

    def read(self, which: slice | Integers) -> NDArray[np.float32]:
        """Return what was kept of some rows."""


def stored_rows(name: str, size: int) -> StoredRows:
    """Return an empty store of embeddings of ``size`` numbers.

    Raises:
        ValueError: ``name`` is not in ``STORED_AS``.
    """
    if name not in STORED_AS:
        raise ValueError(f"storage must be one of {', '.join(STORED_AS)}, got {name!r}")
    return _Bytes(size) if name == "bytes" else _Numbers(size, np.dtype(name))


class _Numbers:
    """Numbers as they are, or in half precision."""

    def __init__(self, size: int, kind: np.dtype[Any]) -> None:
        self._rows: NDArray[Any] = np.empty((0, size), kind)
        self.bytes_per_face = size * kind.itemsize

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rows: Floats) -> int:
        first = len(self._rows)
        self._rows = np.concatenate([self._rows, rows.astype(self._rows.dtype)])
        return first

    def read(self, which: slice | Integers) -> NDArray[np.float32]:
        return self._rows[which].astype(np.float32, copy=False)


class _Bytes:
    """Whole numbers from -127 to 127 times one step, the same for all faces.

    A row with larger numbers than all before widens the step, and what was kept is rounded to it once more.
    """

    def __init__(self, size: int) -> None:
        self._rows, self._step = np.empty((0, size), np.int8), 0.0
        self.bytes_per_face = size

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, rows: Floats) -> int:
        first, step = len(self._rows), step_of(rows, 8)
        if step > self._step:
            self._rows = np.rint(self._rows * (self._step / step)).astype(np.int8)
            first, self._step = 0, step
        steps = np.rint(rows / self._step) if self._step else np.zeros(rows.shape)
        codes = np.clip(steps, -BYTE_STEPS, BYTE_STEPS).astype(np.int8)
        self._rows = np.concatenate([self._rows, codes])
        return first

    def read(self, which: slice | Integers) -> NDArray[np.float32]:
        kept: NDArray[np.float32] = self._rows[which] * np.float32(self._step)
        return kept
