"""Enrol somebody new: their photos become embeddings, and that is all there is to it."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facenet_core.faces import open_faces
from facenet_core.faces.photos import find_kept
from facenet_core.runs.job_status import embed_photos
from facenet_core.runs.jobs.network_inspection import tracked_pictures
from facenet_core.runs.storage import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NewFaces:
    """Photos of somebody new as a network sees them.

    Attributes:
        embeddings: (n, D) float32.
        seconds: What the network took for them, loading it not included.
        exact: Whether these were the photos; else only their thumbnails were there.
        pictures: (n, 110, 110, 3) uint8 of somebody from a kept set; empty for others, whose pictures are known.
    """

    embeddings: np.ndarray
    seconds: float
    exact: bool
    pictures: np.ndarray


def embed_tracked(run_path: str, faces_root: str, which: list[int]) -> NewFaces:
    """Embed tracked faces of a run anew; for ``Engine.ask``.

    Raises:
        RunDamaged: The run has no faces or weights, or they cannot be read.
    """
    pictures, exact = tracked_pictures(RunFolder(Path(run_path)), Path(faces_root), np.array(which, dtype=np.int64))
    return _timed(run_path, pictures, exact=exact, with_pictures=False)


def embed_own(run_path: str, pictures: np.ndarray) -> NewFaces:
    """Embed own photos, (n, 110, 110, 3) uint8; raises as ``embed_tracked`` does."""
    return _timed(run_path, pictures, exact=True, with_pictures=False)


def embed_kept(run_path: str, faces_root: str, name: str, person: str, most: int) -> NewFaces:
    """Embed the photos of somebody in a kept set of own photos; raises as ``embed_tracked`` does.

    Raises:
        ValueError: The set, or the person in it, is not there any more.
    """
    kept = find_kept(Path(faces_root), name)
    faces = None if kept is None else open_faces(kept.fingerprint, root=Path(faces_root))
    if faces is None or person not in faces.names:
        raise ValueError(f"{person!r} of the kept set {name!r} is not there any more: choose somebody else.")
    places = np.flatnonzero(faces.people == faces.names.index(person))[:most]
    return _timed(run_path, faces.read(places), exact=True, with_pictures=True)


def _timed(run_path: str, pictures: np.ndarray, *, exact: bool, with_pictures: bool) -> NewFaces:
    embed_photos(run_path, pictures[:1])  # loads the network
    started = time.perf_counter()
    embeddings = embed_photos(run_path, pictures)
    seconds = time.perf_counter() - started
    return NewFaces(
        embeddings=embeddings,
        seconds=seconds,
        exact=exact,
        pictures=pictures if with_pictures else np.empty((0, 110, 110, 3), np.uint8),
    )
