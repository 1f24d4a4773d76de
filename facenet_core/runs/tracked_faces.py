"""The tracked faces of a run: which ones, how they look small, and what is measured of them at every epoch."""

from typing import Any

import numpy as np
from PIL import Image

from facenet_core.faces import FaceSet, FaceSplit
from facenet_core.runs.records import GROUPS, HELD_OUT, SEEN, UNSEEN, TrackedFaces

# Tracking embeds these at every epoch. 500 faces cost about a quarter of an epoch of 1,000 training images
# (forward only), and a map of 500 follows its epoch within a second.
SEEN_MOST, SEEN_EACH = 200, 4
HELD_OUT_MOST, HELD_OUT_EACH = 120, 4
UNSEEN_MOST, UNSEEN_EACH = 200, 10
THUMBNAIL_SIZE = 48
FINAL_RESAMPLES = 200


def choose_tracked(faces: FaceSet, split: FaceSplit) -> TrackedFaces:
    """Choose the faces whose embeddings are stored: some of every group, the same for the same split."""
    chosen = [
        _some_of_each(split.seen, faces.people, SEEN_MOST, SEEN_EACH),
        _some_of_each(split.held_out, faces.people, HELD_OUT_MOST, HELD_OUT_EACH),
        _some_of_each(split.unseen, faces.people, UNSEEN_MOST, UNSEEN_EACH, fewer_people=True),
    ]
    index = np.concatenate(chosen).astype(np.int64)
    people, person = np.unique(faces.people[index], return_inverse=True)
    return TrackedFaces(
        index=index,
        person=person.astype(np.int32),
        group=np.repeat(np.array([SEEN, HELD_OUT, UNSEEN], np.uint8), [len(part) for part in chosen]),
        names=np.array([faces.names[p] for p in people], dtype=np.str_),
        files=np.array([faces.files[i] for i in index], dtype=np.str_),
    )


def _some_of_each(
    indices: np.ndarray, people: np.ndarray, most: int, each: int, *, fewer_people: bool = False
) -> np.ndarray:
    """Return at most ``most`` of ``indices``, up to ``each`` of a person.

    Where that is too many, everybody keeps fewer, but two at least, so that pairs of the same person remain;
    with ``fewer_people``, those with most images keep all theirs instead. People who do not fit are left out.
    """
    if len(indices) == 0:
        return indices
    persons, counts = np.unique(people[indices], return_counts=True)
    if not fewer_people:
        each = int(np.clip(most // len(persons), 2, each))
    by_size = persons[np.argsort(-counts, kind="stable")]
    taken: list[np.ndarray] = []
    room = most
    for person in by_size:
        own = indices[people[indices] == person][: min(each, room)]
        taken.append(own)
        room -= len(own)
        if room < 2:
            break
    return np.sort(np.concatenate(taken))


def make_thumbnails(faces: FaceSet, index: np.ndarray) -> np.ndarray:
    """Return (T, 48, 48, 3) uint8."""
    size = (THUMBNAIL_SIZE, THUMBNAIL_SIZE)
    small = np.empty((len(index), *size, 3), np.uint8)
    for row, image in enumerate(faces.read(index)):
        small[row] = np.asarray(Image.fromarray(image).resize(size, Image.Resampling.LANCZOS))
    return small


def measure_epoch(
    embeddings: np.ndarray, tracked: TrackedFaces, *, epoch: int, loss: float | None, mirror: bool, seed: int
) -> dict[str, Any]:
    """Return an epoch's figures: verification of every group that has faces, and how far apart all faces lie."""
    figures: dict[str, Any] = {"epoch": epoch, "loss": loss, "mirror": mirror, "spread": _spread(embeddings)}
    for code, group in enumerate(GROUPS):
        chosen = tracked.group == code
        figures[group.replace("-", "_")] = measure_group(embeddings[chosen], tracked.person[chosen], seed=seed)
    return figures


def measure_group(
    embeddings: np.ndarray, people: np.ndarray, *, seed: int, resamples: int = 0
) -> dict[str, Any] | None:
    """Return the verification figures of a group; None where it has not two faces to compare."""
    if len(embeddings) < 2:
        return None
    from facenet_core.evaluation import verify_group  # the server's first page waits for what is imported here

    figures: dict[str, Any] = verify_group(embeddings, people, seed=seed, resamples=resamples).to_json()
    return figures


def _spread(embeddings: np.ndarray) -> float:
    """Return the mean squared distance of two different faces, without looking at any pair."""
    count = len(embeddings)
    if count < 2:
        return 0.0
    points = embeddings.astype(np.float64)
    return float(2 * count / (count - 1) * np.mean(np.sum((points - points.mean(axis=0)) ** 2, axis=1)))
