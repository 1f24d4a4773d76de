"""Source ``synthetic``: people made up by the program, so that a class starts without anybody's photograph."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from facenet_core.faces.cache import find, lookup_key
from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import IMAGE_SIZE, FaceSet, Progress
from facenet_core.faces.growing import GrowingPictures, opened
from facenet_core.faces.heads import (
    CONDITION_FACTORS,
    IDENTITY_FACTORS,
    Conditions,
    Identity,
    conditions_of,
    identity_of,
    render,
)
from facenet_core.faces.storing import Picture, store, why_not_written

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
    plan = _Plan(people=people, images=images, seed=seed)
    faces = find(root, plan.key)
    if faces is not None:
        return faces
    try:
        with opened(root, plan.key, plan.count, plan.draw) as pictures:
            faces = store(
                plan.pictures(pictures, progress),
                source="synthetic",
                place="The synthetic class",
                root=root,
                key=plan.key,
            )
            pictures.remove()
    except OSError as error:
        raise FacesError(why_not_written(root, error)) from error
    return faces


def draw_ahead(root: Path, before_each: Callable[[], None], *, only: Sequence[int] | None = None) -> None:
    """Draw what is missing of the class that is trained on where nothing else is asked for.

    Several processes may do so at once, and share the work. The set is not stored: see ``draw_set``.

    Args:
        root: Where prepared sets are kept.
        before_each: Called before each picture; may raise to end it.
        only: Numbers of the pictures that are needed; None for all.
    """
    plan = _plan_of(None, None)
    if find(root, plan.key) is None:
        with opened(root, plan.key, plan.count, plan.draw) as pictures:
            pictures.draw_missing(range(plan.count) if only is None else only, before_each)


def growing_set(*, people: int | None, images: int | None, root: Path) -> FaceSet:
    """Return the set that ``load`` makes for the same wish, at once: a picture is drawn when it is first read.

    As long as it is not stored it has neither factors nor a fingerprint.
    """
    plan = _plan_of(people, images)
    stored = find(root, plan.key)
    if stored is not None:
        return stored
    try:
        return _undrawn(plan, GrowingPictures(root, plan.key, plan.count, plan.draw))
    except OSError as error:
        raise FacesError(why_not_written(root, error)) from error


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """A class to be drawn: so many people, pictures of each, and the seed of their looks."""

    people: int
    images: int
    seed: int = 0

    @property
    def key(self) -> str:
        options = {"people": self.people, "images": self.images, "seed": self.seed, "drawing": DRAWING}
        return lookup_key("synthetic", options)

    @property
    def count(self) -> int:
        return self.people * self.images

    def draw(self, number: int) -> np.ndarray:
        return draw_face(*divmod(number, self.images), self.seed)

    def pictures(self, stored: GrowingPictures, progress: Progress | None) -> Iterator[Picture]:
        """Yield all pictures in order, a few of them under way at a time."""

        def made(number: int) -> Picture:
            person, picture = divmod(number, self.images)
            identity, conditions = identity_of(self.seed, person), conditions_of(self.seed, person, picture)
            name = _name(person, self.people)
            return Picture(stored[number], name, _file(name, picture), factor_row(identity, conditions))

        with ThreadPoolExecutor(_THREADS, thread_name_prefix="faces") as pool:
            numbers = iter(range(self.count))
            waiting = [pool.submit(made, number) for number in islice(numbers, _AHEAD)]
            for done in range(1, self.count + 1):
                yield waiting.pop(0).result()
                waiting += [pool.submit(made, number) for number in islice(numbers, 1)]
                if progress is not None and (done % _TELL_EVERY == 0 or done == self.count):
                    progress(done, self.count, "pictures drawn")


def _plan_of(people: int | None, images: int | None) -> _Plan:
    """Return what is drawn so that ``people`` x ``images`` can be trained on."""
    return _Plan(people=(people or PEOPLE) + MORE_PEOPLE, images=(images or IMAGES) + MORE_IMAGES)


def undrawn_set(*, people: int | None, images: int | None) -> FaceSet:
    """Return the set that ``load`` makes for the same wish, with black pictures: who is on which, without drawing it.

    It is not stored, has no factors and no fingerprint.
    """
    return _undrawn(_plan_of(people, images))


def _undrawn(plan: _Plan, growing: GrowingPictures | None = None) -> FaceSet:
    names = tuple(_name(person, plan.people) for person in range(plan.people))
    return FaceSet(
        images=np.broadcast_to(np.uint8(0), (plan.count, IMAGE_SIZE, IMAGE_SIZE, 3)),
        people=np.repeat(np.arange(plan.people, dtype=np.int32), plan.images),
        names=names,
        files=tuple(_file(name, picture) for name in names for picture in range(plan.images)),
        source="synthetic",
        fingerprint="",
        folder=Path(),
        growing=growing,
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
