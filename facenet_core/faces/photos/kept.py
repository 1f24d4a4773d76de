"""Sets of own photos that were kept for the class: prepared sets with a name, listed in ``faces/kept/``."""

import contextlib
import hashlib
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import numpy as np

from facenet_core.faces.cache import lookup_key, open_faces
from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import FaceSet, Progress
from facenet_core.faces.photos.names import clean_name
from facenet_core.faces.storing import Picture, store
from facenet_core.files import read_json, write_json

SOURCE = "photos"
_READ_AT_ONCE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSet:
    """A set that was kept.

    Attributes:
        name: What it is called on pages and in ``--path``.
        fingerprint: Of the prepared set.
        created: Unix seconds.
        own: Own photos in it.
        people: Names of the people on them.
        images: Pictures in all.
        mixed_with: The built-in source that was added; empty when none.
    """

    name: str
    fingerprint: str
    created: float
    own: int
    people: tuple[str, ...]
    images: int
    mixed_with: str = ""


def load(
    *, path: str | Path | None, people: int | None, images: int | None, root: Path, progress: Progress | None
) -> FaceSet:
    """Open a kept set by its name, given as ``path``; see ``load_faces``."""
    kept = list_kept(root)
    there = ", ".join(entry.name for entry in kept) or "there is none yet: keep one on the page Own photos"
    if path is None:
        raise FacesError(f"Own photos need the name of a kept set as their path: {there}")
    entry = find_kept(root, str(path))
    if entry is None:
        raise FacesError(f"No set of own photos called {str(path)[:80]!r} is kept here: {there}")
    return open_faces(entry.fingerprint, root=root)


def list_kept(root: Path) -> list[KeptSet]:
    """Return the kept sets, oldest first; what cannot be read is not among them."""
    found = [entry for file in sorted((root / "kept").glob("*.json")) if (entry := _read(file)) is not None]
    return sorted(found, key=lambda entry: (entry.created, entry.name))


def find_kept(root: Path, name: str) -> KeptSet | None:
    """Return the kept set of this name, None when there is none."""
    return _read(_file(root, name))


def keep(
    name: str,
    *,
    images: np.ndarray,
    people: Sequence[str],
    files: Sequence[str],
    mixed: FaceSet | None = None,
    root: Path,
    progress: Progress | None = None,
) -> KeptSet:
    """Store own photos as a set to train on; an older set of the same name has to be deleted first.

    Args:
        name: What the set is called.
        images: (n, 110, 110, 3) uint8 faces.
        people: Whose they are, n names.
        files: What they are called, n names.
        mixed: A set that is added to them; its people keep their names.
        root: Where prepared sets are kept.
        progress: Called with (done, total, what).

    Raises:
        FacesError: The name is empty or taken, fewer than two people are left, or the disk is full.
    """
    name = clean_name(name)
    if not name:
        raise FacesError("Give the set a name, so that it can be found and deleted again")
    if find_kept(root, name) is not None:
        raise FacesError(f"A set called {name} is kept already: choose another name, or delete that one first")
    key = lookup_key(SOURCE, {"set": name, "created": time.time_ns()})
    pictures = _pictures(images, people, files, mixed, progress)
    faces = store(pictures, source=SOURCE, place="The set", root=root, key=key)
    entry = KeptSet(
        name=name,
        fingerprint=faces.fingerprint,
        created=time.time(),
        own=len(images),
        people=tuple(sorted(set(people))),
        images=len(faces),
        mixed_with=mixed.source if mixed else "",
    )
    file = _file(root, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_json(file, asdict(entry))
    return entry


def forget(root: Path, entry: KeptSet) -> None:
    """Delete a kept set: its pictures, unless another name leads to the very same, and all that leads to them."""
    others = [other for other in list_kept(root) if other.name != entry.name]
    if entry.fingerprint not in {other.fingerprint for other in others}:
        for link in (root / "lookup").glob("*.json"):
            with contextlib.suppress(OSError, ValueError):
                if read_json(link).get("fingerprint") == entry.fingerprint:
                    link.unlink(missing_ok=True)
        folder = root / entry.fingerprint
        if folder.is_dir():
            gone = folder.rename(root / f".deleted-{entry.fingerprint}-{time.time_ns():x}")
            shutil.rmtree(gone)
    _file(root, entry.name).unlink(missing_ok=True)


def _pictures(
    images: np.ndarray,
    people: Sequence[str],
    files: Sequence[str],
    mixed: FaceSet | None,
    progress: Progress | None,
) -> Iterator[Picture]:
    total = len(images) + (len(mixed) if mixed else 0)
    for number, (image, person, file) in enumerate(zip(images, people, files, strict=True)):
        yield Picture(image, person, f"own/{person}/{number + 1:03d} {file}")
    if mixed is None:
        return
    own = set(people)
    for start in range(0, len(mixed), _READ_AT_ONCE):
        rows = np.arange(start, min(len(mixed), start + _READ_AT_ONCE))
        for row, image in zip(rows.tolist(), mixed.read(rows), strict=True):
            person = mixed.names[mixed.people[row]]
            # Two people of one name stay two people.
            yield Picture(image, f"{person} ({mixed.source})" if person in own else person, mixed.files[row])
        if progress is not None:
            progress(len(images) + int(rows[-1]) + 1, total, "pictures stored")


def _file(root: Path, name: str) -> Path:
    return root / "kept" / f"{hashlib.sha256(clean_name(name).encode()).hexdigest()[:16]}.json"


def _read(file: Path) -> KeptSet | None:
    try:
        values = read_json(file)
        entry = KeptSet(**{field.name: values[field.name] for field in fields(KeptSet) if field.name in values})
    except (OSError, ValueError, TypeError):
        return None
    people = tuple(str(person) for person in entry.people)
    return KeptSet(**{**asdict(entry), "people": people})
