"""Prepared sets on disk: ``root/<fingerprint>/`` and, to find them again, ``root/lookup/<key>.json``."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import IMAGE_SIZE, FaceSet, SkippedPicture
from facenet_core.files import read_json, write_json

FORMAT = 1  # of the prepared sets; part of every key, so a newer program prepares anew

IMAGES, PEOPLE, ABOUT, FACTORS = "images.npy", "people.npy", "about.json", "factors.npz"


def lookup_key(source: str, options: Mapping[str, Any], listing: bytes = b"") -> str:
    """Return the key of a wish: cheap to make, equal when the same set would come out.

    Args:
        source: A name in ``choices.SOURCES``.
        options: What decides the set, as JSON values, the version of the code included.
        listing: Names, sizes and times of the files that it would be read from.
    """
    wish = json.dumps([FORMAT, source, options], sort_keys=True, ensure_ascii=True).encode()
    return hashlib.sha256(wish + b"\0" + listing).hexdigest()[:32]


def find(root: Path, key: str) -> FaceSet | None:
    """Open the set that was prepared for this key; None when there is none or it is damaged."""
    try:
        return open_faces(str(read_json(_lookup_file(root, key))["fingerprint"]), root=root)
    except (OSError, ValueError, KeyError):  # FacesError, for a damaged set, is a ValueError
        return None


def remember(root: Path, key: str, fingerprint: str) -> None:
    """Note which set a key leads to."""
    file = _lookup_file(root, key)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_json(file, {"fingerprint": fingerprint})


def open_faces(fingerprint: str, root: Path = Path("data/faces")) -> FaceSet:
    """Open a prepared set.

    Raises:
        FacesError: It is not there (any more), or damaged.
    """
    if not re.fullmatch(r"[0-9a-f]{16}", fingerprint):
        raise FacesError(f"A set of faces is named by 16 hexadecimal characters, got {fingerprint!r}")
    folder = Path(root) / fingerprint
    if not folder.is_dir():
        raise FacesError(f"The prepared faces {fingerprint} are not in {root} any more: prepare them from their source")
    try:
        return _read(folder)
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise FacesError(
            f"The prepared faces {fingerprint} in {root} are damaged: prepare them from their source"
        ) from error


def _read(folder: Path) -> FaceSet:
    about = read_json(folder / ABOUT)
    images = np.load(folder / IMAGES, mmap_mode="r", allow_pickle=False)
    people = np.load(folder / PEOPLE, allow_pickle=False)
    names = tuple(str(name) for name in about["names"])
    if about["format"] != FORMAT or about["fingerprint"] != folder.name:
        raise ValueError("not what its folder says")
    if images.shape[1:] != (IMAGE_SIZE, IMAGE_SIZE, 3) or people.dtype != np.int32:
        raise ValueError("not a prepared set")
    factors = tuple(str(name) for name in about.get("factors", ()))
    if factors and not (folder / FACTORS).is_file():
        raise ValueError("without its factors")
    if len(people) and not 0 <= people.min() <= people.max() < len(names):
        raise ValueError("people without a name")
    return FaceSet(
        images=images,
        people=people,
        names=names,
        files=tuple(str(file) for file in about["files"]),
        source=str(about["source"]),
        fingerprint=folder.name,
        skipped=_said(about["skipped"]),
        kinds={str(ending): int(count) for ending, count in about.get("kinds", {}).items()},
        unlike=_said(about.get("unlike", ())),
        notes=tuple(str(note) for note in about.get("notes", ())),
        folder=folder,
        factor_names=factors,
    )


def _said(pairs: Iterable[tuple[str, str]]) -> tuple[SkippedPicture, ...]:
    return tuple(SkippedPicture(file=str(file), reason=str(reason)) for file, reason in pairs)


def _lookup_file(root: Path, key: str) -> Path:
    return root / "lookup" / f"{key}.json"
