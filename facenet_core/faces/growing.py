"""A set of drawn pictures while it is being drawn: whoever needs one draws it, for all others too.

Several processes draw at once, each where the others are not, and a training reads what it needs before the rest is
there. Every picture is the same whoever draws it, so that nobody has to wait for anybody. A picture counts once its
checksum is written beside it: a machine that lost power half-way draws the lost ones again.
"""

import contextlib
import os
import random
import shutil
import threading
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from facenet_core.faces.face_set import IMAGE_SIZE

_BYTES = IMAGE_SIZE * IMAGE_SIZE * 3
_MARK_BYTES = 4

Draw = Callable[[int], np.ndarray]


class GrowingPictures:
    """Pictures of a set by number, drawn when they are first wanted.

    Args:
        root: Where prepared sets are kept.
        key: Of the set.
        count: Pictures of the whole set.
        draw: Draws the picture of a number, (110, 110, 3) uint8, always the same.

    Raises:
        OSError: The folder cannot be written to.
    """

    def __init__(self, root: Path, key: str, count: int, draw: Draw) -> None:
        self.folder = growing_folder(root, key)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._count, self._draw = count, draw
        self._pictures = _Places(self.folder / "pictures", _BYTES)
        self._marks = _Places(self.folder / "marks", _MARK_BYTES)

    def close(self) -> None:
        """Close the files."""
        self._pictures.close()
        self._marks.close()

    def drawn(self) -> np.ndarray:
        """Return (count,) bool: which pictures are there."""
        return np.asarray(self._marks.read_all(self._count).any(axis=1))

    def __getitem__(self, number: int) -> np.ndarray:
        """Return (110, 110, 3) uint8, drawing it where it is not there or damaged."""
        mark = self._marks.read(number)
        if any(mark):
            stored = self._pictures.read(number)
            if _checksum(stored) == mark:
                return np.frombuffer(stored, np.uint8).reshape(IMAGE_SIZE, IMAGE_SIZE, 3)
        picture = np.ascontiguousarray(self._draw(number))
        content = picture.tobytes()
        self._pictures.write(number, content)
        self._marks.write(number, _checksum(content))
        return picture

    def draw_missing(self, numbers: Iterable[int], before_each: Callable[[], None] = lambda: None) -> None:
        """Draw those of ``numbers`` that are not there, in an order of one's own: others draw elsewhere meanwhile.

        Args:
            numbers: Which pictures.
            before_each: Called before each picture; may raise to end it.
        """
        own_order = list(numbers)
        random.shuffle(own_order)
        for number in own_order:
            if not any(self._marks.read(number)):
                before_each()
                self[number]

    def remove(self) -> None:
        """Remove what was drawn: the set is stored elsewhere, and whoever has it open still reads it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self, rows: np.ndarray | Sequence[int]) -> np.ndarray:
        """Return (n, 110, 110, 3) uint8 of pictures by number, drawing those that are not there."""
        pictures = np.empty((len(rows), IMAGE_SIZE, IMAGE_SIZE, 3), np.uint8)
        for place, number in enumerate(np.asarray(rows, np.int64).tolist()):
            pictures[place] = self[number]
        return pictures


def growing_folder(root: Path, key: str) -> Path:
    """Return where a set is while it is drawn."""
    return root / f".growing-{key}"


@contextlib.contextmanager
def opened(root: Path, key: str, count: int, draw: Draw) -> Iterator[GrowingPictures]:
    """Have the pictures of a set open for a block."""
    pictures = GrowingPictures(root, key, count, draw)
    try:
        yield pictures
    finally:
        pictures.close()


class _Places:
    """A file of places of equal size, which several threads and processes read and write."""

    def __init__(self, path: Path, size: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0))
        self._size, self._guard = size, threading.Lock()

    def close(self) -> None:
        os.close(self._file)

    def read(self, place: int) -> bytes:
        """Return what stands at a place; nothing behind the end of the file."""
        with self._guard:
            os.lseek(self._file, place * self._size, os.SEEK_SET)
            return os.read(self._file, self._size)

    def read_all(self, count: int) -> np.ndarray:
        """Return (count, size) uint8, zeros behind the end of the file."""
        with self._guard:
            os.lseek(self._file, 0, os.SEEK_SET)
            content = os.read(self._file, count * self._size)
        whole = np.zeros(count * self._size, np.uint8)
        whole[: len(content)] = np.frombuffer(content, np.uint8)
        return whole.reshape(count, self._size)

    def write(self, place: int, content: bytes) -> None:
        with self._guard:
            os.lseek(self._file, place * self._size, os.SEEK_SET)
            left = memoryview(content)
            while left:  # a disk that is nearly full takes a part before it says so
                left = left[os.write(self._file, left) :]


def _checksum(content: bytes) -> bytes:
    return (zlib.crc32(content) or 1).to_bytes(_MARK_BYTES, "little")  # 0 stands for a picture that is not there
