"""Scores of groups against scikit-learn and against plain loops over pairs and faces."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

from facenet_core.evaluation.clustering.scores import alone_as_groups, score_groups


def plain_pairs(labels, people):
    together = same = right = 0
    for i in range(len(labels)):
        for j in range(i):
            together += labels[i] == labels[j]
            same += people[i] == people[j]
            right += labels[i] == labels[j] and people[i] == people[j]
    return right, together, same


def plain_b_cubed(labels, people):
    precisions, recalls = [], []
    for i in range(len(labels)):
        group = [j for j in range(len(labels)) if labels[j] == labels[i]]
        person = [j for j in range(len(labels)) if people[j] == people[i]]
        both = len(set(group) & set(person))
        precisions.append(both / len(group))
        recalls.append(both / len(person))
    return np.mean(precisions), np.mean(recalls)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(1, 8), st.integers(1, 8))
def test_scores_equal_plain_loops_and_scikit_learn(seed, faces, groups, persons):
    random = np.random.default_rng(seed)
    labels, people = random.integers(0, groups, faces), random.integers(0, persons, faces)
    scores = score_groups(labels, people)
    right, together, same = plain_pairs(labels, people)
    assert scores.pair_precision == (pytest.approx(right / together) if together else None)
    assert scores.pair_recall == (pytest.approx(right / same) if same else None)
    assert scores.pair_f == (pytest.approx(2 * right / (together + same)) if together + same else None)
    precision, recall = plain_b_cubed(labels, people)
    assert scores.b_cubed_precision == pytest.approx(precision)
    assert scores.b_cubed_recall == pytest.approx(recall)
    assert scores.mutual_information == pytest.approx(normalized_mutual_info_score(people, labels), abs=1e-9)
    assert scores.adjusted_rand == pytest.approx(adjusted_rand_score(people, labels), abs=1e-9)
    assert (scores.found, scores.people) == (len(set(labels)), len(set(people)))


def test_faces_in_no_group_are_groups_of_their_own():
    labels, people = np.array([0, -1, 0, -1]), np.array([7, 7, 7, 8])
    assert alone_as_groups(labels).tolist() == [0, 1, 0, 2]
    scores = score_groups(labels, people)
    assert scores.found == 3
    assert scores.pair_recall == pytest.approx(1 / 3)


def test_equal_groups_have_the_best_of_every_score():
    scores = score_groups([3, 3, 9, 9, 9], [1, 1, 0, 0, 0])
    values = (scores.pair_f, scores.b_cubed_f, scores.mutual_information, scores.adjusted_rand)
    assert values == pytest.approx((1, 1, 1, 1))


def test_what_cannot_be_scored_is_said():
    with pytest.raises(ValueError, match="at least one face"):
        score_groups([], [])
    with pytest.raises(ValueError, match="one person for each of the 2"):
        score_groups([0, 1], [0])
    with pytest.raises(ValueError, match="whole numbers"):
        score_groups([0.5, 1.0], [0, 1])
