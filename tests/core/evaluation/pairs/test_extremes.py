"""Closest and farthest pairs against plain loops, and what is odd about a set: one person, one image each, copies."""

import numpy as np
import pytest

from facenet_core.evaluation import extreme_pairs
from facenet_core.evaluation.pairs.extremes import _KINDS


def by_hand(points, people, same, farthest):
    """The one most extreme pair, by looking at every pair."""
    best = None
    for i in range(len(points)):
        for j in range(i + 1, len(points)):
            if (people[i] == people[j]) == same:
                squared = float(((points[i] - points[j]) ** 2).sum())
                if best is None or (squared > best[0] if farthest else squared < best[0]):
                    best = squared, i, j
    return best


@pytest.mark.parametrize("block", [7, 10**6])
def test_the_first_pair_of_each_list_is_the_extreme_one(monkeypatch, block):
    monkeypatch.setattr("facenet_core.evaluation.pairs.extremes.BLOCK_ELEMENTS", block)
    points = np.random.default_rng(0).normal(size=(30, 5))
    people = np.arange(30) % 7
    found = extreme_pairs(points, people, count=3)
    for kind, (same, farthest) in _KINDS.items():
        squared, i, j = by_hand(points, people, same, farthest)
        pairs = getattr(found, kind)
        assert (pairs.first[0], pairs.second[0]) == (i, j), kind
        assert pairs.squared_distance[0] == pytest.approx(squared)
        assert 2 <= len(pairs) <= 3
        assert (pairs.same == same).all()
        assert ((people[pairs.first] == people[pairs.second]) == same).all()
        steps = np.diff(pairs.squared_distance)
        assert (steps <= 0).all() if farthest else (steps >= 0).all()


def test_nobody_is_in_two_pairs_of_one_list():
    points = np.random.default_rng(1).normal(size=(60, 4))
    people = np.arange(60) % 10
    found = extreme_pairs(points, people, count=50)
    for kind in _KINDS:
        pairs = getattr(found, kind)
        shown = [set(people[[i, j]].tolist()) for i, j in zip(pairs.first, pairs.second, strict=True)]
        assert sum(map(len, shown)) == len(set().union(*shown)), kind
    assert len(found.same_farthest) == 10
    assert len(found.different_closest) <= 5


def test_one_person_has_no_pair_of_different_people():
    found = extreme_pairs(np.eye(4), [3, 3, 3, 3])
    assert len(found.different_closest) == len(found.different_farthest) == 0
    assert len(found.same_closest) == 1


def test_one_image_each_has_no_pair_of_one_person():
    found = extreme_pairs(np.eye(4), [0, 1, 2, 3])
    assert len(found.same_closest) == len(found.same_farthest) == 0
    assert len(found.different_closest) == 2


def test_copies_are_counted_and_lie_at_zero():
    points = np.random.default_rng(2).normal(size=(6, 3)).astype(np.float32)
    points[4] = points[1]
    found = extreme_pairs(points, [0, 1, 0, 1, 2, 2])
    assert found.twins == 2
    assert (found.different_closest.first[0], found.different_closest.second[0]) == (1, 4)
    assert found.different_closest.squared_distance[0] == 0
    assert extreme_pairs(np.ones((5, 3)), [0, 0, 1, 1, 1]).twins == 5


@pytest.mark.parametrize("faces", [0, 1])
def test_too_few_faces_give_empty_lists(faces):
    found = extreme_pairs(np.ones((faces, 3)), [0] * faces)
    assert all(len(getattr(found, kind)) == 0 for kind in _KINDS)
    assert found.twins == 0


def test_what_is_no_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        extreme_pairs([[0.0, np.nan], [1.0, 0.0]], [0, 1])
    with pytest.raises(ValueError, match="count must not be negative"):
        extreme_pairs(np.eye(2), [0, 1], count=-1)
