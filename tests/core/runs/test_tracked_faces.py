"""Which faces are tracked, and what is measured of them."""

from pathlib import Path

import numpy as np
import pytest

from facenet_core.faces import FaceSet, FaceSplit
from facenet_core.runs.tracked_faces import (
    HELD_OUT_MOST,
    SEEN_MOST,
    UNSEEN_EACH,
    UNSEEN_MOST,
    choose_tracked,
    make_thumbnails,
    measure_epoch,
)


def faces_of(people: np.ndarray) -> FaceSet:
    count = len(people)
    return FaceSet(
        images=np.broadcast_to(np.arange(count, dtype=np.uint8)[:, None, None, None], (count, 110, 110, 3)),
        people=people.astype(np.int32),
        names=tuple(f"p{number:03}" for number in range(people.max() + 1)),
        files=tuple(f"{number}.jpg" for number in range(count)),
        source="folder",
        fingerprint="0" * 16,
        folder=Path(),
    )


def split_of(people: np.ndarray, seen_people: int) -> FaceSplit:
    own = np.flatnonzero(people < seen_people)
    return FaceSplit(
        seen=own[own % 2 == 0],
        held_out=own[own % 2 == 1],
        unseen=np.flatnonzero(people >= seen_people),
        people_seen=np.arange(seen_people),
    )


@pytest.mark.parametrize("seen_people", [3, 40, 300])
def test_tracking_stays_cheap_and_keeps_pairs(seen_people):
    people = np.repeat(np.arange(seen_people + 50), 20)
    split = split_of(people, seen_people)

    tracked = choose_tracked(faces_of(people), split)

    counts = np.bincount(tracked.group, minlength=3)
    assert (counts <= [SEEN_MOST, HELD_OUT_MOST, UNSEEN_MOST]).all()
    for group, own in enumerate((split.seen, split.held_out, split.unseen)):
        assert set(tracked.index[tracked.group == group]) <= set(own)
        assert (np.unique(tracked.person[tracked.group == group], return_counts=True)[1] >= 2).all()
    assert (np.unique(tracked.person[tracked.group == 2], return_counts=True)[1] <= UNSEEN_EACH).all()
    assert [tracked.names[p] for p in tracked.person[:3]] == [f"p{people[i]:03}" for i in tracked.index[:3]]


def test_unseen_people_with_most_images_come_first():
    people = np.repeat(np.arange(62), np.r_[[4, 4], np.arange(2, 62)])
    split = split_of(people, 2)

    tracked = choose_tracked(faces_of(people), split)

    assert f"p{61:03}" in tracked.names
    assert f"p{2:03}" not in tracked.names


def test_empty_groups_are_no_error():
    people = np.repeat(np.arange(2), 4)
    split = FaceSplit(
        seen=np.arange(8), held_out=np.arange(0), unseen=np.arange(0), people_seen=np.arange(2), notes=("small",)
    )

    tracked = choose_tracked(faces_of(people), split)
    figures = measure_epoch(np.eye(8, dtype=np.float32), tracked, epoch=0, loss=None, mirror=False, seed=0)

    assert len(tracked) == 8
    assert figures["held_out"] is figures["unseen"] is None
    assert figures["seen"]["pairs"] == 28


def test_the_spread_is_the_mean_squared_distance_of_two_faces():
    people = np.repeat(np.arange(3), 2)
    tracked = choose_tracked(faces_of(people), split_of(people, 2))
    points = np.random.default_rng(1).normal(size=(len(tracked), 5)).astype(np.float32)

    figures = measure_epoch(points, tracked, epoch=1, loss=0.1, mirror=True, seed=0)

    pairs = [np.sum((a - b) ** 2) for i, a in enumerate(points) for b in points[:i]]
    assert figures["spread"] == pytest.approx(np.mean(pairs), rel=1e-5)


def test_thumbnails_are_small_pictures_in_order():
    people = np.repeat(np.arange(2), 3)

    small = make_thumbnails(faces_of(people), np.array([4, 1]))

    assert small.shape == (2, 48, 48, 3)
    assert small[0, 0, 0, 0] == 4
    assert small[1, 0, 0, 0] == 1
