"""Pictures, one after the other -> a prepared set on disk, whole or not at all."""

import contextlib
import errno
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from facenet_core.faces.cache import ABOUT, FACTORS, FORMAT, IMAGES, PEOPLE, open_faces, remember
from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import IMAGE_SIZE, FaceSet, SkippedPicture
from facenet_core.faces.folders.unlike import Size, unlike_sizes
from facenet_core.files import AlreadyLocked, locked, sync_folder, write_bytes, write_npz

_FULL = (errno.ENOSPC, errno.EDQUOT)
_JUST_MADE = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Picture:
    """One face on its way into a set: (110, 110, 3) uint8, whose it is and where it came from.

    ``factors`` are what it was made from, by name; empty for a photograph, and alike named in all of a set. ``size`` is
    the width and height of the file's picture; None where it is of no interest.
    """

    image: np.ndarray
    person: str
    file: str
    factors: Mapping[str, float] = field(default_factory=dict)
    size: Size | None = None


@dataclass
class _Written:
    """What went into a set so far; the images themselves are on disk already."""

    hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    people: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    skipped: list[SkippedPicture] = field(default_factory=list)
    factors: dict[str, list[float]] = field(default_factory=dict)
    sizes: list[Size] = field(default_factory=list)


def store(
    pictures: Iterable[Picture | SkippedPicture],
    *,
    source: str,
    place: str,
    root: Path,
    key: str,
    kinds: Mapping[str, int] | None = None,
    notes: Sequence[str] = (),
) -> FaceSet:
    """Write a set as its pictures arrive, and open it.

    Args:
        pictures: Faces and what was left out, in the order of the set.
        source: A name in ``choices.SOURCES``.
        place: What to call the source in a message, such as its folder.
        root: Where prepared sets are kept.
        key: The key that leads to the set from now on.
        kinds: How many files of which ending lie beside the pictures.
        notes: Sentences about how the source was read.

    Raises:
        FacesError: Fewer than two people are left, or the disk is full; nothing stays behind.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _temporary_folder(root) as folder:
            written = _write_images(folder / IMAGES, pictures)
            _check_people(written, place)
            fingerprint = _write_rest(folder, written, source, {"kinds": dict(kinds or {}), "notes": list(notes)})
            _move_into_place(folder, root, fingerprint)
        remember(root, key, fingerprint)
    except OSError as error:
        raise FacesError(why_not_written(root, error)) from error
    return open_faces(fingerprint, root=root)


def _write_images(path: Path, pictures: Iterable[Picture | SkippedPicture]) -> _Written:
    # Written, not mapped: on a full disk a write fails with an error, a memory map kills the process.
    written = _Written()
    with open(path, "wb") as file:
        _write_header(file, 0)
        for picture in pictures:
            if isinstance(picture, SkippedPicture):
                written.skipped.append(picture)
                continue
            data = np.ascontiguousarray(picture.image, dtype=np.uint8)
            file.write(data.data)
            written.hash.update(data.data)
            written.people.append(picture.person)
            written.files.append(picture.file)
            for name, value in picture.factors.items():
                written.factors.setdefault(name, []).append(value)
            if picture.size is not None:
                written.sizes.append(picture.size)
        file.seek(0)
        _write_header(file, len(written.files))  # as long as before: numpy leaves room for the count to grow
        file.flush()
        os.fsync(file.fileno())
    return written


def _write_header(file: BinaryIO, count: int) -> None:
    shape = (count, IMAGE_SIZE, IMAGE_SIZE, 3)
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})


def _check_people(written: _Written, place: str) -> None:
    people = sorted(set(written.people))
    if len(people) > 1:
        return
    unusable = f" ({len(written.skipped)} pictures could not be used)" if written.skipped else ""
    if people:
        raise FacesError(
            f"{place} has pictures of one person only, {people[0]}{unusable}: add pictures of at least one other person"
        )
    first = f", the first because {written.skipped[0].reason}" if written.skipped else ""
    raise FacesError(f"{place} has no picture that can be used{unusable}{first}: add pictures of at least two people")


def _write_rest(folder: Path, written: _Written, source: str, read: Mapping[str, Any]) -> str:
    names = sorted(set(written.people))
    number = {name: index for index, name in enumerate(names)}
    people = np.array([number[name] for name in written.people], dtype=np.int32)
    written.hash.update(people.astype("<i4").tobytes())
    written.hash.update(json.dumps([names, written.files], ensure_ascii=True).encode())
    columns = {name: np.array(values, dtype=np.float32) for name, values in written.factors.items()}
    for name, column in columns.items():
        written.hash.update(name.encode() + column.astype("<f4").tobytes())
    fingerprint = written.hash.hexdigest()[:16]
    if columns:
        write_npz(folder / FACTORS, **columns)
    with open(folder / PEOPLE, "wb") as file:
        np.save(file, people, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    about = {
        "format": FORMAT,
        "fingerprint": fingerprint,
        "source": source,
        "names": names,
        "files": written.files,
        "factors": list(columns),
        "skipped": sorted([skipped.file, skipped.reason] for skipped in written.skipped),
        "unlike": _unlike(written),
        **read,
    }
    write_bytes(folder / ABOUT, json.dumps(about, ensure_ascii=False).encode())
    return fingerprint


def _unlike(written: _Written) -> list[list[str]]:
    """Return the pictures that are unlike the rest in size or shape, where all sizes are known."""
    if len(written.sizes) != len(written.files):
        return []
    unlike, (width, height) = unlike_sizes(written.sizes)
    about = f"pixels; most have about {width} x {height}"
    sizes = [written.sizes[place] for place in unlike]
    return [[written.files[place], f"{w} x {h} {about}"] for place, (w, h) in zip(unlike, sizes, strict=True)]


def _move_into_place(folder: Path, root: Path, fingerprint: str) -> None:
    """Rename the finished folder; a whole set that is already there stays, a damaged one makes room."""
    target = root / fingerprint
    for _ in range(10):  # another process may put its own copy there at the same moment
        if target.exists():
            if _is_whole(fingerprint, root):  # the same faces; what was left out beside them may be news
                write_bytes(target / ABOUT, (folder / ABOUT).read_bytes())
                return
            damaged = folder.with_name(f"{folder.name}-damaged")
            with contextlib.suppress(FileNotFoundError):
                os.rename(target, damaged)
            shutil.rmtree(damaged, ignore_errors=True)
        try:
            os.rename(folder, target)
        except OSError:
            if not target.exists():
                raise
        else:
            sync_folder(root)
            return
    raise OSError(errno.EEXIST, "another process keeps changing it", str(target))


def _is_whole(fingerprint: str, root: Path) -> bool:
    try:
        open_faces(fingerprint, root=root)
    except FacesError:
        return False
    return True


@contextlib.contextmanager
def _temporary_folder(root: Path) -> Iterator[Path]:
    """Make a folder that is gone afterwards, unless it was renamed; and clear away what killed processes left."""
    _clear_left_behind(root)
    folder = root / f".preparing-{os.getpid()}-{secrets.token_hex(4)}"
    lock = folder.with_suffix(".lock")
    try:
        with locked(lock):
            folder.mkdir()
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.unlink(missing_ok=True)


def _clear_left_behind(root: Path) -> None:
    for lock in root.glob(".preparing-*.lock"):
        try:
            if time.time() - lock.stat().st_mtime < _JUST_MADE:  # its owner may be about to lock it
                continue
            with locked(lock):
                for folder in root.glob(f"{lock.stem}*"):
                    if folder.is_dir():
                        shutil.rmtree(folder, ignore_errors=True)
            lock.unlink(missing_ok=True)
        except (AlreadyLocked, FileNotFoundError):  # somebody is at work there, or was
            continue


def why_not_written(root: Path, error: OSError) -> str:
    """Return a sentence about what kept a set from being stored."""
    if error.errno in _FULL:
        return f"The disk is full, so the faces could not be prepared in {root}: free some space and try again"
    return f"The faces could not be prepared in {root} ({error.strerror or error}): check that it can be written to"
