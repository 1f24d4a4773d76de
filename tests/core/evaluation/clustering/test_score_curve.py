"""The best threshold for groups is the best of all there are, not of some that were tried."""

import numpy as np
import pytest

from facenet_core.evaluation.clustering.grouping import group_faces
from facenet_core.evaluation.clustering.score_curve import score_curve
from facenet_core.evaluation.clustering.scores import score_groups


def crowd(people, each, spread, seed=0):
    chance = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), each)
    return chance.normal(size=(people, 6))[person] + spread * chance.normal(size=(len(person), 6)), person


@pytest.mark.parametrize("method", ["single", "complete", "average"])
@pytest.mark.parametrize("spread", [0.2, 0.5])
def test_the_best_threshold_is_the_best_of_all_merges(method, spread):
    points, person = crowd(60, 6, spread)  # 359 merges, more than were once looked at
    found = group_faces(points, method)
    best = score_curve(found, person, 4.0).best
    every = max(score_groups(found.at(height), person).pair_f or 0 for height in found.tree.heights)
    assert score_groups(found.at(best), person).pair_f == pytest.approx(every)


def test_dbscan_also_looks_where_faces_become_dense():
    points, person = crowd(10, 5, 0.4, seed=3)
    found = group_faces(points, "dbscan", smallest=3)
    places = np.unique(np.concatenate([found.tree.heights, found.reach, found.edge]))
    every = max(score_groups(found.at(place), person).pair_f or 0 for place in places)
    best = score_curve(found, person, 4.0).best
    assert score_groups(found.at(best), person).pair_f == pytest.approx(every)


def test_faces_that_are_all_alike_have_one_gap_at_most():
    found = group_faces(np.zeros((6, 3)), "single")
    assert score_curve(found, np.arange(6) // 2, 4.0).best == pytest.approx(0.0)
