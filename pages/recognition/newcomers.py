"""Own photos that were enrolled in this session: a few faces more, gone with the session."""

from dataclasses import dataclass, field

import numpy as np
import streamlit as st
from PIL import Image

from facenet_core.faces.photos import find_kept
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.tracked_faces import THUMBNAIL_SIZE
from pages.shared.runs.session import faces_folder


def _no(shape: tuple[int, ...], kind: type) -> np.ndarray:
    return np.zeros(shape, kind)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Newcomers:
    """Faces that were added to a run's own.

    Attributes:
        names: The people.
        person: (n,) into ``names``.
        embeddings: (n, D) float32.
        pictures: (n, 48, 48, 3) uint8.
    """

    names: tuple[str, ...] = ()
    person: np.ndarray = field(default_factory=lambda: _no((0,), np.int64))
    embeddings: np.ndarray = field(default_factory=lambda: _no((0, 0), np.float32))
    pictures: np.ndarray = field(default_factory=lambda: _no((0, THUMBNAIL_SIZE, THUMBNAIL_SIZE, 3), np.uint8))

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Newcomer:
    """Somebody whose own photos were enrolled.

    Attributes:
        run: The run whose network looked at them.
        epoch: Its epoch.
        name: Who it is.
        kept: The kept set they come from; empty for photos of this session.
        embeddings: (n, D) float32.
        pictures: (n, 110, 110, 3) uint8.
    """

    run: str
    epoch: int
    name: str
    kept: str
    embeddings: np.ndarray
    pictures: np.ndarray


def all_newcomers() -> list[Newcomer]:
    """Return everybody that was enrolled in this session and is still there; a deleted set takes its people along."""
    found: list[Newcomer] = st.session_state.setdefault("who_newcomers", [])
    there = [one for one in found if not one.kept or find_kept(faces_folder(), one.kept) is not None]
    if len(there) < len(found):
        st.session_state["who_newcomers"] = there
    return there


def newcomers(run: RunFolder, epoch: int) -> Newcomers:
    """Return the faces that were enrolled at this run and epoch."""
    own = [one for one in all_newcomers() if (one.run, one.epoch) == (run.id, epoch)]
    if not own:
        return Newcomers()
    return Newcomers(
        names=tuple(one.name for one in own),
        person=np.repeat(np.arange(len(own)), [len(one.pictures) for one in own]),
        embeddings=np.concatenate([one.embeddings for one in own]),
        pictures=np.concatenate([small(one.pictures) for one in own]),
    )


def small(pictures: np.ndarray) -> np.ndarray:
    """Return pictures (n, S, S, 3) as thumbnails."""
    size = (THUMBNAIL_SIZE, THUMBNAIL_SIZE)
    found = [np.asarray(Image.fromarray(one).resize(size, Image.Resampling.LANCZOS)) for one in pictures]
    return np.stack(found) if found else np.zeros((0, *size, 3), np.uint8)
