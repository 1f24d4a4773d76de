"""Source ``synthetic``: people made up by the program, so that a class starts without anybody's photograph."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

import numpy as np

from facenet_core.faces.cache import find, lookup_key
from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import IMAGE_SIZE, FaceSet, Progress
from facenet_core.faces.heads import (
    CONDITION_FACTORS,
    IDENTITY_FACTORS,
    Conditions,
    Identity,
    conditions_of,
    identity_of,
    render,
)
from facenet_core.faces.storing import Picture, store

DRAWING = 2  # version of the pictures; part of the key, so a change renders anew. 1 were flat drawings
PEOPLE, IMAGES = 50, 20  # trained on, where nothing else is asked for
MORE_PEOPLE, MORE_IMAGES = 20, 4  # rendered beyond those, to measure on
_TELL_EVERY = 16
_THREADS = 2  # numpy lets other threads go on while it computes
_AHEAD = 8  # pictures under way at a time


def load(
    *, path: str | Path | None, people: int | None, images: int | None, root: Path, progress: Progress | None
) -> FaceSet:
    """Render enough people and pictures to train on ``people`` x ``images`` and measure on others.

    See ``load_faces``.
    """
    if path is not None:
        raise FacesError("The synthetic class is drawn, not read: leave the path out, or choose the source folder")
    return draw_set(
        people=(people or PEOPLE) + MORE_PEOPLE, images=(images or IMAGES) + MORE_IMAGES, root=root, progress=progress
    )


def draw_set(*, people: int, images: int, seed: int = 0, root: Path, progress: Progress | None = None) -> FaceSet:
    """Render a set of exactly ``people`` people with ``images`` pictures each, or open it where it is there already.

    Every picture carries its factors: ``FaceSet.factors``.
    """
    key = lookup_key("synthetic", {"people": people, "images": images, "seed": seed, "drawing": DRAWING})
    faces = find(root, key)
    if faces is not None:
        return faces
    pictures = _draw_all(people, images, seed, progress)
    return store(pictures, source="synthetic", place="The synthetic class", root=root, key=key)


def undrawn_set(*, people: int | None, images: int | None) -> FaceSet:
    """Return the set that ``load`` makes for the same wish, with black pictures: who is on which, without drawing it.

    It is not stored, has no factors and no fingerprint.
    """
    count, each = (people or PEOPLE) + MORE_PEOPLE, (images or IMAGES) + MORE_IMAGES
    names = tuple(_name(person, count) for person in range(count))
    return FaceSet(
        images=np.broadcast_to(np.uint8(0), (count * each, IMAGE_SIZE, IMAGE_SIZE, 3)),
        people=np.repeat(np.arange(count, dtype=np.int32), each),
        names=names,
        files=tuple(_file(name, picture) for name in names for picture in range(each)),
        source="synthetic",
        fingerprint="",
        folder=Path(),
    )


def draw_face(person: int, picture: int, seed: int = 0) -> np.ndarray:
    """Render one picture of one person.

    Args:
        person: Number of the person, from 0.
        picture: Number of the picture, from 0.
        seed: Seed of the set.

    Returns:
        (110, 110, 3) uint8, always the same for the same numbers.
    """
    return render(identity_of(seed, person), conditions_of(seed, person, picture))


def factor_row(identity: Identity, conditions: Conditions) -> dict[str, float]:
    """Return all factors of a picture by name, choices as their places."""
    row = {factor.name: factor.number(getattr(identity, factor.name)) for factor in IDENTITY_FACTORS}
    return row | {factor.name: factor.number(getattr(conditions, factor.name)) for factor in CONDITION_FACTORS}


def person_and_picture(row: dict[str, float]) -> tuple[Identity, Conditions]:
    """Return what ``factor_row`` was made from, as exactly as the numbers are; the nearest allowed values."""
    identity = {factor.name: factor.nearest(row[factor.name]) for factor in IDENTITY_FACTORS}
    conditions = {factor.name: factor.nearest(row[factor.name]) for factor in CONDITION_FACTORS}
    return Identity(**identity), Conditions(**conditions)


def _name(person: int, people: int) -> str:
    return f"person {person + 1:0{max(2, len(str(people)))}d}"


def _file(name: str, picture: int) -> str:
    return f"synthetic/{name}/{picture + 1:02d}"


def _draw_all(people: int, images: int, seed: int, progress: Progress | None) -> Iterator[Picture]:
    total = people * images

    def draw(number: int) -> Picture:
        person, picture = divmod(number, images)
        identity, conditions = identity_of(seed, person), conditions_of(seed, person, picture)
        name = _name(person, people)
        return Picture(render(identity, conditions), name, _file(name, picture), factor_row(identity, conditions))

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="faces") as pool:
        numbers = iter(range(total))
        waiting = [pool.submit(draw, number) for number in islice(numbers, _AHEAD)]
        for done in range(1, total + 1):
            yield waiting.pop(0).result()
            waiting += [pool.submit(draw, number) for number in islice(numbers, 1)]
            if progress is not None and (done % _TELL_EVERY == 0 or done == total):
                progress(done, total, "pictures drawn")
