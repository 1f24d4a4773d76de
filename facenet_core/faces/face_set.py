"""A set of faces: pictures on disk, read by index, with the person of each."""

import mmap
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core.faces.errors import FacesError

if TYPE_CHECKING:
    from facenet_core.faces.growing import GrowingPictures

IMAGE_SIZE = 110  # pixels a side of every prepared picture
Progress = Callable[[int, int, str], None]  # done, total, what: (64, 13232, "pictures read")


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedPicture:
    """A picture that was left out of a set, or about which something else must be said.

    Attributes:
        file: Its name, relative to the source's folder.
        reason: Why it was left out, or what is to be said.
    """

    file: str
    reason: str


@dataclass(frozen=True, kw_only=True, eq=False)
class FaceSet:
    """Faces of several people.

    Attributes:
        images: (N, 110, 110, 3) uint8, a memory map of the prepared set.
        people: (N,) int32, the person of each image as an index into ``names``.
        names: The P people, sorted; everybody has at least one image.
        files: The N files of origin, relative to the source's folder.
        source: A name in ``choices.SOURCES``.
        fingerprint: 16 hexadecimal characters that stand for the content: the same set elsewhere has the same.
        skipped: Pictures that could not be used.
        kinds: How many files of which ending are no pictures; ``""`` stands for none.
        unlike: Pictures of the set that are unlike the rest in size or shape.
        notes: Sentences about how the source was read.
        folder: Where the prepared set lies.
        factor_names: What each image was made from, for ``factors``; empty for photographs.
        growing: Draws the pictures while the set is not stored yet; ``images`` are black then.
    """

    images: np.ndarray = field(repr=False)
    people: np.ndarray = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    files: tuple[str, ...] = field(repr=False)
    source: str
    fingerprint: str
    skipped: tuple[SkippedPicture, ...] = field(default=(), repr=False)
    kinds: Mapping[str, int] = field(default_factory=dict, repr=False)
    unlike: tuple[SkippedPicture, ...] = field(default=(), repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)
    folder: Path
    factor_names: tuple[str, ...] = field(default=(), repr=False)
    growing: "GrowingPictures | None" = field(default=None, repr=False)

    def __post_init__(self) -> None:
        expected = (len(self.files), IMAGE_SIZE, IMAGE_SIZE, 3)
        if self.images.shape != expected or self.images.dtype != np.uint8:
            raise ValueError(f"images must be {expected} uint8, got {self.images.shape} {self.images.dtype}")
        if self.people.shape != expected[:1]:
            raise ValueError(f"people must be {expected[:1]}, got {self.people.shape}")

    def __len__(self) -> int:
        return len(self.files)

    @property
    def counts(self) -> np.ndarray:
        """(P,) int64: images of each person."""
        return np.bincount(self.people, minlength=len(self.names))

    def factors(self, names: Sequence[str] | None = None) -> dict[str, np.ndarray]:
        """Return what the images were made from, where that is known: for synthetic people.

        Args:
            names: Some of ``factor_names``; None for all of them.

        Returns:
            For each name (N,) float32. A choice stands as its place among the factor's choices; see
            ``facenet_core.faces.heads``.

        Raises:
            KeyError: The set does not know a factor of that name.
            FacesError: The prepared set was damaged or removed meanwhile.
        """
        wanted = self.factor_names if names is None else tuple(names)
        unknown = [name for name in wanted if name not in self.factor_names]
        if unknown:
            raise KeyError(f"this set knows no factor {unknown[0]}; it knows {', '.join(self.factor_names) or 'none'}")
        if not wanted:
            return {}
        try:
            with np.load(self.folder / "factors.npz", allow_pickle=False) as stored:
                columns = {name: np.asarray(stored[name], dtype=np.float32) for name in wanted}
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise FacesError(
                f"The factors in {self.folder} are damaged: prepare these faces from their source"
            ) from error
        if any(column.shape != (len(self),) for column in columns.values()):
            raise FacesError(f"The factors in {self.folder} are damaged: prepare these faces from their source")
        return columns

    def read(self, indices: np.ndarray | Sequence[int]) -> np.ndarray:
        """Copy images into memory.

        Memory does not grow with the set, however much of it is read.

        Args:
            indices: (n,) whole numbers, in any order, repeats allowed.

        Returns:
            (n, 110, 110, 3) uint8 in the order asked for.

        Raises:
            IndexError: An index is negative or too large.
            FacesError: The prepared set was damaged or removed meanwhile.
        """
        wanted = np.asarray(indices, dtype=np.int64)
        if len(wanted) and not 0 <= wanted.min() <= wanted.max() < len(self):
            raise IndexError(f"indices must lie in 0..{len(self) - 1}, got {wanted.min()}..{wanted.max()}")
        if self.growing is not None:
            return self.growing.read(wanted)
        whole: object = self.images.base  # a slice of a map has an array there, and no offset of its own
        if isinstance(self.images, np.memmap) and isinstance(whole, mmap.mmap):
            return _read_rows(self.images, wanted)
        return self.images[wanted]


def _read_rows(images: np.memmap, rows: np.ndarray) -> np.ndarray:
    """Read rows of a mapped file from the file itself.

    Rows touched through the map would count as this process's memory, and giving their pages back each time
    (madvise) takes several times as long as reading them: measured, 7 ms against 1 ms for 100 faces.
    """
    faces = np.empty((len(rows), *images.shape[1:]), dtype=np.uint8)
    if not len(rows):
        return faces
    size = faces[0].nbytes
    target = faces.data.cast("B")
    try:
        with open(str(images.filename), "rb", buffering=0) as file:
            for place, row in enumerate(rows.tolist()):
                file.seek(images.offset + row * size)
                if file.readinto(target[place * size : (place + 1) * size]) != size:
                    raise FacesError(f"{images.filename} is cut off: prepare these faces from their source again")
    except FileNotFoundError as error:
        raise FacesError(f"{images.filename} was deleted: prepare these faces from their source again") from error
    return faces
