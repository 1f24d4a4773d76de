"""Who is trained on, and on whom it is measured: the same split for the same seed, everywhere."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import FaceSet
from facenet_core.faces.folders.person_names import in_one_form

HELD_OUT_IMAGES = 10  # of each seen person, at most
UNSEEN_PEOPLE = 40
UNSEEN_IMAGES = 10  # of each unseen person, at most
FEWEST_SET_ASIDE_PEOPLE = 4
FEWEST_SET_ASIDE_IMAGES = 2
ENOUGH_TO_SET_ASIDE_IMAGES = 5  # images a person needs before some of them are set aside


@dataclass(frozen=True, kw_only=True, eq=False)
class FaceSplit:
    """Three groups of a set's images; nobody's image is in two of them.

    Attributes:
        seen: (n,) int64, sorted: images that are trained on.
        held_out: (n,) int64, sorted: other images of the seen people.
        unseen: (n,) int64, sorted: images of people who are never trained on.
        people_seen: (p,) int64, sorted: the people trained on.
        notes: Sentences on what was left out or set aside.
    """

    seen: np.ndarray
    held_out: np.ndarray
    unseen: np.ndarray
    people_seen: np.ndarray
    notes: tuple[str, ...] = ()


def split_faces(
    faces: FaceSet,
    *,
    people: int | None = None,
    images: int | None = None,
    people_list: Sequence[str] | None = None,
    seed: int = 0,
) -> FaceSplit:
    """Divide a set into seen people, held-out images of them, and unseen people.

    People with at least ``images`` images come first, then those with fewer; the seed decides among equals. Held-out
    images and unseen people are what the set has beyond ``people`` and ``images``; only where nothing is left they
    are set aside from it. Groups that the set is too small for stay empty; ``notes`` says so.

    Args:
        faces: The set.
        people: How many people to train on; None for all but those set aside.
        images: How many images of each to train on; None for all but those set aside.
        people_list: Train only on people with these names.
        seed: Decides among equals.

    Raises:
        FacesError: Fewer than two people have two images.
        ValueError: ``people`` or ``images`` is below 2.
    """
    for name, value in (("people", people), ("images", images)):
        if value is not None and value < 2:
            raise ValueError(f"{name} must be at least 2 or None, got {value}")
    notes: list[str] = []
    counts = faces.counts
    order = _Order(faces, seed)
    candidates = _candidates(faces, people_list, notes)
    ranked = order.rank(candidates, counts[candidates] if images is None else counts[candidates].clip(max=images))
    if people is not None and people > len(ranked):
        notes.append(f"{people} people were asked for, {len(ranked)} can be trained on")
    seen_people, unseen_people = _divide_people(counts, ranked, people, notes)
    by_count = order.rank(unseen_people, counts[unseen_people])
    unseen = [order.images_of(person)[:UNSEEN_IMAGES] for person in by_count[:UNSEEN_PEOPLE]]
    own = [order.images_of(person) for person in np.sort(seen_people)]
    seen, held_out = _divide_images(own, images, notes)
    return FaceSplit(
        seen=_together(seen),
        held_out=_together(held_out),
        unseen=_together(unseen),
        people_seen=np.sort(seen_people),
        notes=tuple(notes),
    )


class _Order:
    """A shuffled order of people and of images that depends on the seed alone, whatever is asked for."""

    def __init__(self, faces: FaceSet, seed: int) -> None:
        # The raw stream of a bit generator is the same in every numpy version; permutation() may not be.
        generator = np.random.PCG64(seed)
        self._people_keys = generator.random_raw(len(faces.names))
        image_keys = generator.random_raw(len(faces))
        self._images = np.lexsort((image_keys, faces.people))  # by person, shuffled within
        self._starts = np.concatenate([[0], np.cumsum(faces.counts)])

    def rank(self, people: np.ndarray, counts: np.ndarray) -> np.ndarray:
        """Sort people by count, highest first, shuffled among equals."""
        return people[np.lexsort((self._people_keys[people], -counts))]

    def images_of(self, person: int) -> np.ndarray:
        return self._images[self._starts[person] : self._starts[person + 1]]


def _candidates(faces: FaceSet, people_list: Sequence[str] | None, notes: list[str]) -> np.ndarray:
    listed = np.arange(len(faces.names))
    where = "the set"
    if people_list is not None:
        where = "the list"
        wanted = {in_one_form(name) for name in people_list}
        listed = np.array([i for i, name in enumerate(faces.names) if name in wanted], dtype=np.int64)
        absent = sorted(wanted.difference(faces.names))
        if absent:
            shown = ", ".join(absent[:3]) + (", ..." if len(absent) > 3 else "")
            notes.append(f"{len(absent)} of the {len(wanted)} people in the list have no picture in the set: {shown}")
    candidates = listed[faces.counts[listed] >= 2]
    if len(candidates) < 2:
        raise FacesError(
            f"Training needs at least two people with two pictures each, and {where} has {len(candidates)}: "
            "add people or pictures"
        )
    if len(candidates) < len(listed):
        single = len(listed) - len(candidates)
        notes.append(f"{single} of {len(listed)} people have one picture only, which forms no pair: left out")
    return candidates


def _divide_people(
    counts: np.ndarray, ranked: np.ndarray, people: int | None, notes: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the seen people and everybody else who has two images."""
    seen = ranked[:people]
    others = np.setdiff1d(np.flatnonzero(counts >= 2), seen)
    if len(others) >= 2:
        return seen, others
    target = min(UNSEEN_PEOPLE, max(FEWEST_SET_ASIDE_PEOPLE, round(len(seen) / 6)))
    aside = min(target - len(others), len(seen) // 2)
    if aside + len(others) < 2:
        notes.append("The set has too few people to keep some unseen: nothing is measured on unseen people")
        return seen, others[:0]
    # Every sixth or so of the order, so that those set aside have many and few images like the rest.
    chosen = ((np.arange(aside) + 0.5) * len(seen) / aside).astype(np.int64)
    notes.append(
        f"{aside} of {len(seen)} people are set aside as unseen people, since nobody else is left: "
        f"{len(seen) - aside} are trained on"
    )
    return np.delete(seen, chosen), np.concatenate([others, seen[chosen]])


def _divide_images(
    own: list[np.ndarray], images: int | None, notes: list[str]
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the images of each seen person that are trained on, and those held out."""
    fewer = sum(len(mine) < images for mine in own) if images is not None else 0
    if fewer:
        notes.append(f"{fewer} of {len(own)} people trained on have fewer than {images} images: all they have count")
    seen = [mine[:images] for mine in own]
    held_out = [mine[len(train) :][:HELD_OUT_IMAGES] for mine, train in zip(own, seen, strict=True)]
    if sum(len(rest) >= 2 for rest in held_out) >= 2:
        return seen, held_out
    aside = [_set_aside(len(train)) if len(rest) < 2 else 0 for train, rest in zip(seen, held_out, strict=True)]
    if sum(number > 0 for number in aside) + sum(len(rest) >= 2 for rest in held_out) < 2:
        notes.append("The people have too few images to hold some out: nothing is measured on held-out images")
        return seen, [mine[:0] for mine in own]
    seen = [train[: len(train) - number] for train, number in zip(seen, aside, strict=True)]
    held_out = [mine[len(train) :][:HELD_OUT_IMAGES] for mine, train in zip(own, seen, strict=True)]
    givers = [number for number in aside if number]
    span = str(min(givers)) if min(givers) == max(givers) else f"{min(givers)} to {max(givers)}"
    notes.append(f"{span} images of {len(givers)} people are set aside as held-out images, since no others are left")
    return seen, held_out


def _set_aside(count: int) -> int:
    if count < ENOUGH_TO_SET_ASIDE_IMAGES:
        return 0
    return min(HELD_OUT_IMAGES, max(FEWEST_SET_ASIDE_IMAGES, round(count / 5)))


def _together(parts: list[np.ndarray]) -> np.ndarray:
    return np.sort(np.concatenate(parts)).astype(np.int64) if parts else np.zeros(0, dtype=np.int64)
