"""Source ``synthetic``: drawn people, so that a class can start without a network and without anybody's photograph."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from facenet_core.faces.cache import find, lookup_key
from facenet_core.faces.drawing import draw, person_of, scene_of
from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import FaceSet, Progress
from facenet_core.faces.storing import Picture, store

DRAWING = 1  # version of the drawings; part of the key, so a change draws anew
PEOPLE, IMAGES = 50, 20  # trained on, where nothing else is asked for
MORE_PEOPLE, MORE_IMAGES = 12, 4  # drawn beyond those, to measure on
_TELL_EVERY = 16


def load(
    *, path: str | Path | None, people: int | None, images: int | None, root: Path, progress: Progress | None
) -> FaceSet:
    """Draw enough people and pictures to train on ``people`` x ``images`` and measure on others; see ``load_faces``."""
    if path is not None:
        raise FacesError("The synthetic class is drawn, not read: leave the path out, or choose the source folder")
    return draw_set(
        people=(people or PEOPLE) + MORE_PEOPLE, images=(images or IMAGES) + MORE_IMAGES, root=root, progress=progress
    )


def draw_set(*, people: int, images: int, seed: int = 0, root: Path, progress: Progress | None = None) -> FaceSet:
    """Draw a set of exactly ``people`` people with ``images`` pictures each, or open it where it is drawn already."""
    key = lookup_key("synthetic", {"people": people, "images": images, "seed": seed, "drawing": DRAWING})
    faces = find(root, key)
    if faces is not None:
        return faces
    pictures = _draw_all(people, images, seed, progress)
    return store(pictures, source="synthetic", place="The synthetic class", root=root, key=key)


def draw_face(person: int, picture: int, seed: int = 0) -> np.ndarray:
    """Draw one picture of one person.

    Args:
        person: Number of the person, from 0.
        picture: Number of the picture, from 0.
        seed: Seed of the set.

    Returns:
        (110, 110, 3) uint8, always the same for the same numbers.
    """
    return draw(person_of(seed, person), scene_of(seed, person, picture))


def _draw_all(people: int, images: int, seed: int, progress: Progress | None) -> Iterator[Picture]:
    digits = max(2, len(str(people)))
    total = people * images
    for number in range(total):
        person, picture = divmod(number, images)
        name = f"person {person + 1:0{digits}d}"
        yield Picture(draw_face(person, picture, seed), name, f"synthetic/{name}/{picture + 1:02d}")
        if progress is not None and ((number + 1) % _TELL_EVERY == 0 or number + 1 == total):
            progress(number + 1, total, "pictures drawn")
