"""A classifier names one of its people for every face; how often it is right, with an interval over people."""

import numpy as np
import pytest

from facenet_core.evaluation.recognition.classifier_answers import (
    Classifier,
    classifier_parameters,
    classify,
    classify_group,
)

BY_ANGLE = Classifier(
    people=np.array([3, 5, 8]), weight=np.array([[9.0, 0], [0, 0.1], [-1, -1]]), bias=np.zeros(0), scale=16.0
)


def test_by_angle_lengths_do_not_matter():
    rows = np.array([[0.1, 0.0], [1, 1.2], [-5, -4], [0, 7]])
    assert classify(rows, BY_ANGLE).tolist() == [3, 5, 8, 5]


def test_a_linear_classifier_takes_its_bias_and_scale():
    linear = Classifier(people=np.array([3, 5]), weight=np.eye(2), bias=np.array([0.0, 3.0]), scale=2.0)
    rows = np.array([[1.0, 0.0], [0, 1]])
    assert classify(rows, linear).tolist() == [5, 5]  # 2 against 3
    louder = Classifier(people=np.array([3, 5]), weight=np.eye(2), bias=np.array([0.0, 3.0]), scale=4.0)
    assert classify(rows, louder).tolist() == [3, 5]


def test_the_share_named_rightly_has_an_interval_over_people():
    chance = np.random.default_rng(0)
    true = np.repeat([3, 5, 8], 20)
    centre = {3: (1, 0), 5: (0, 1), 8: (-1, -1)}
    rows = np.array([centre[p] for p in true]) + chance.normal(0, 0.6, (60, 2))
    found = classify_group(rows, true, BY_ANGLE)
    assert found.right == int((classify(rows, BY_ANGLE) == true).sum())
    assert found.accuracy == pytest.approx(found.right / 60)
    assert found.interval.low <= found.accuracy <= found.interval.high
    assert found == classify_group(rows, true, BY_ANGLE)


def test_the_last_layer_grows_with_the_people():
    assert BY_ANGLE.parameters == classifier_parameters(3, 2, bias=False) == 6
    assert classifier_parameters(1000, 128, bias=True) == 10 * classifier_parameters(100, 128, bias=True)


def test_nobody_and_one_person_are_results():
    empty = classify_group(np.zeros((0, 2)), np.zeros(0, int), BY_ANGLE)
    assert (empty.images, empty.accuracy, empty.interval) == (0, None, None)
    assert classify_group(np.array([[1.0, 0]]), [3], BY_ANGLE).interval is None


def test_bad_input_is_a_sentence():
    with pytest.raises(ValueError, match="the 2 numbers that the classifier takes, got 3"):
        classify(np.ones((1, 3)), BY_ANGLE)
    with pytest.raises(ValueError, match="finite"):
        classify(np.array([[np.nan, 1]]), BY_ANGLE)
    with pytest.raises(ValueError, match=r"known to the classifier, but \[4\] are not"):
        classify_group(np.ones((1, 2)), [4], BY_ANGLE)
    with pytest.raises(ValueError, match="one person for each of 2"):
        classify_group(np.ones((2, 2)), [3], BY_ANGLE)
