"""What a worker finds in the pictures of a prepared set: odd pairs, the mean face, what varies, how hard it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.evaluation import PairDistances, extreme_pairs, pixel_variance, raw_pixels, verify_group
from facenet_core.faces import FacesError, FaceSet, open_faces, split_faces

MOST_FACES = 4_000  # pairs are looked for among at most so many, whole people drawn at random
MOST_EACH = 40  # of one person
PAIRS = 8  # of each kind
RESAMPLES = 100
_BLOCK = 256
KINDS = ("same_farthest", "same_closest", "different_closest", "different_farthest")


def look_at_set(fingerprint: str, faces_root: str, people: int | None, images: int | None, seed: int) -> dict[str, Any]:
    """Look at a prepared set; for ``Engine.ask``.

    Args:
        fingerprint: The set.
        faces_root: Where prepared sets are kept.
        people: As in ``split_faces``: they decide who is unseen.
        images: As in ``split_faces``.
        seed: Decides the split, and who is looked at in a set larger than ``MOST_FACES``.

    Returns:
        ``looked_at``, ``faces``, ``people``; ``pairs`` with (M, 2) places in the set and ``squared_distances`` for
        each of ``KINDS``, by raw pixels; ``twins``; ``mean`` (110, 110, 3) uint8; ``between`` and ``within``
        (110, 110) standard deviations, None where unknown; ``share_between``; ``raw`` the verification of raw pixels
        on the unseen people, None without any.

    Raises:
        FacesError: The set is not there any more, or damaged.
    """
    faces = open_faces(fingerprint, root=Path(faces_root))
    chosen = some_people(faces, seed)
    points = _raw_pixels(faces, chosen)
    found = extreme_pairs(points, faces.people[chosen], count=PAIRS)
    varied = pixel_variance(_by_person(faces, chosen))
    kinds: dict[str, PairDistances] = {kind: getattr(found, kind) for kind in KINDS}
    return {
        "looked_at": len(chosen),
        "faces": len(faces),
        "people": len(np.unique(faces.people[chosen])),
        "pairs": {kind: np.stack([chosen[p.first], chosen[p.second]], axis=1) for kind, p in kinds.items()},
        "squared_distances": {kind: pairs.squared_distance for kind, pairs in kinds.items()},
        "twins": found.twins,
        "mean": None if varied.mean is None else np.rint(255 * varied.mean).astype(np.uint8),
        "between": None if varied.between is None else np.sqrt(varied.between),
        "within": None if varied.within is None else np.sqrt(varied.within),
        "share_between": varied.share_between,
        "raw": _raw_on_unseen(faces, people, images, seed),
    }


def some_people(faces: FaceSet, seed: int, *, most: int | None = None, each: int | None = None) -> np.ndarray:
    """Return the places of all faces, or of people drawn at random where those are more than ``most``; sorted.

    Of each person ``each`` pictures at most are taken; left out, the two are ``MOST_FACES`` and ``MOST_EACH``.
    """
    order = np.argsort(np.random.PCG64(seed).random_raw(len(faces.names)), kind="stable")
    by_person = np.argsort(faces.people, kind="stable")
    starts = np.concatenate([[0], np.cumsum(faces.counts)])
    taken: list[np.ndarray] = []
    room = MOST_FACES if most is None else most
    each = MOST_EACH if each is None else each
    for person in order.tolist():
        own = by_person[starts[person] : starts[person + 1]][:each]
        if len(own) > room:
            break
        taken.append(own)
        room -= len(own)
    return np.sort(np.concatenate(taken)) if taken else np.zeros(0, dtype=np.int64)


def _raw_pixels(faces: FaceSet, chosen: np.ndarray) -> np.ndarray:
    blocks = [raw_pixels(faces.read(chosen[start : start + _BLOCK])) for start in range(0, len(chosen), _BLOCK)]
    return np.concatenate(blocks) if blocks else np.zeros((0, 1), dtype=np.float32)


def _by_person(faces: FaceSet, chosen: np.ndarray) -> Iterator[np.ndarray]:
    people = faces.people[chosen]
    order = np.argsort(people, kind="stable")
    ends = np.flatnonzero(np.diff(people[order])) + 1
    for own in np.split(chosen[order], ends):
        yield faces.read(own)


def _raw_on_unseen(faces: FaceSet, people: int | None, images: int | None, seed: int) -> dict[str, Any] | None:
    try:
        unseen = split_faces(faces, people=people, images=images, seed=seed).unseen
    except FacesError:  # the page says so beside the split
        return None
    if len(unseen) < 2:
        return None
    found = verify_group(_raw_pixels(faces, unseen), faces.people[unseen], seed=seed, resamples=RESAMPLES)
    return found.to_json()
