"""Biographies of faces and triplets, beside plain loops."""

from itertools import product

import numpy as np
import pytest

from facenet_core.evaluation import active_longest, face_course, quiet_from, triplet_course
from facenet_core.evaluation.triplets import biography

PEOPLE = np.array([0, 1, 0, 2, 1, 0, 2, 3])


@pytest.fixture
def epochs():
    chance = np.random.default_rng(0)
    centres, noise = chance.normal(size=(4, 6)), chance.normal(size=(8, 6))
    return [(centres[PEOPLE] * pull + noise).astype(np.float32) for pull in (0.0, 0.6, 1.2, 3.0)]


def squared(table, a, b):
    return float(((table[a].astype(np.float64) - table[b]) ** 2).sum())


@pytest.mark.parametrize("face", range(7))
def test_a_face_through_the_epochs(epochs, face):
    found = face_course(epochs, PEOPLE, face)
    own = [f for f in np.flatnonzero(PEOPLE[face] == PEOPLE) if f != face]
    others = np.flatnonzero(PEOPLE[face] != PEOPLE)
    for place, table in enumerate(epochs):
        mean = table[own].astype(np.float64).mean(axis=0)
        assert found.to_mean[place] == pytest.approx(((table[face] - mean) ** 2).sum())
        assert found.nearest_same[place] == pytest.approx(min(squared(table, face, f) for f in own))
        assert found.farthest_same[place] == pytest.approx(max(squared(table, face, f) for f in own))
        assert found.nearest_other[place] == pytest.approx(min(squared(table, face, f) for f in others))
        assert squared(table, face, found.same[place]) == pytest.approx(found.nearest_same[place])
        assert squared(table, face, found.other[place]) == pytest.approx(found.nearest_other[place])
        active = any(squared(table, face, n) < squared(table, face, p) + 0.5 for p in own for n in others)
        assert found.active(np.full(4, 0.5))[place] == active


def test_a_persons_only_face_has_no_others_of_its_own(epochs):
    found = face_course(epochs, PEOPLE, 7)
    assert np.isnan(found.to_mean).all()
    assert np.isnan(found.nearest_same).all()
    assert (found.same == -1).all()
    assert np.isfinite(found.nearest_other).all()
    assert not found.active(np.full(4, 0.2)).any()


def test_faces_without_a_place_are_passed_over(epochs):
    epochs[1][2] = np.nan
    epochs[2][0] = np.inf
    found = face_course(epochs, PEOPLE, 0)
    assert found.same[1] == 5
    assert np.isfinite(found.nearest_same).tolist() == [True, True, False, True]
    assert np.isnan(triplet_course(epochs, 0, 2, 1).positive[1])


def test_a_triplet_through_the_epochs(epochs):
    found = triplet_course(epochs, 0, 2, 3)
    assert found.positive == pytest.approx([squared(table, 0, 2) for table in epochs])
    assert found.negative == pytest.approx([squared(table, 0, 3) for table in epochs])
    margins = np.array([0.1, 0.2, 0.3, 0.4])
    assert found.active(margins).tolist() == (found.negative < found.positive + margins).tolist()


@pytest.mark.parametrize(
    ("active", "expected"),
    [([], None), ([1], None), ([0], 0), ([0, 0], 0), ([1, 0], 1), ([1, 0, 1, 0, 0], 3), ([0, 1], None)],
)
def test_quiet_from_the_last_time_on(active, expected):
    assert quiet_from(active) == expected


def test_the_triplet_that_stays_active_longest(epochs):
    margins = np.array([0.2, 0.2, 0.4, 0.4])
    counts = {}
    for a, p, n in product(range(8), repeat=3):
        if a != p and PEOPLE[a] == PEOPLE[p] != PEOPLE[n]:
            course = triplet_course(epochs, a, p, n)
            lack = course.positive + margins - course.negative
            counts[a, p, n] = (int((lack > 0).sum()), float(lack[lack > 0].sum()))

    found = active_longest(epochs, PEOPLE, margins, count=3)

    best = max(counts, key=counts.get)
    assert (found[0].anchor, found[0].positive, found[0].negative) == best
    assert found[0].epochs == counts[best][0]
    assert len({triplet.anchor for triplet in found}) == len(found) == 3
    assert [triplet.epochs for triplet in found] == sorted((t.epochs for t in found), reverse=True)


def test_where_none_is_active_none_is_returned():
    apart = np.repeat(np.eye(2), 2, axis=0)
    assert active_longest([apart], [0, 0, 1, 1], [0.2]) == []
    assert active_longest([np.ones((3, 2))], [0, 1, 2], [0.2]) == []
    assert active_longest([], [], []) == []


def test_all_on_one_spot_is_active_and_nan_never_is():
    spot = np.ones((4, 3), np.float32)
    assert active_longest([spot, spot], [0, 0, 1, 1], [0.2, 0.2])[0].epochs == 2
    spot[2] = np.nan
    found = active_longest([spot], [0, 0, 1, 1], [0.2], count=9)
    assert 2 not in {face for t in found for face in (t.anchor, t.positive, t.negative)}


def test_more_triplets_than_are_looked_through(monkeypatch):
    monkeypatch.setattr(biography, "MOST_TRIPLETS", 8)
    found = active_longest([np.ones((6, 2))], [0, 0, 1, 1, 2, 2], [0.2], count=9)
    assert {triplet.anchor for triplet in found} <= {0, 1}


def test_a_face_that_is_not_there_is_refused(epochs):
    with pytest.raises(IndexError, match=r"0\.\.7"):
        face_course(epochs, PEOPLE, 8)
