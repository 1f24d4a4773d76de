"""Where an interval is missing, why, and how many people give one: the numbers that are said are the true ones."""

import numpy as np
import pytest

from facenet_core.cli.evaluate import _error_words
from facenet_core.cli.train import _tell
from facenet_core.evaluation import verify_group
from facenet_core.evaluation.verification.intervals import FEWEST_PEOPLE, FEWEST_PEOPLE_OF_RANKS, no_interval_words
from facenet_core.exports.report import _without_interval
from facenet_core.runs.records import RunStatus


def crowd(people, each=10, seed=0):
    chance = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), each)
    return 1.5 * chance.normal(size=(people, 6))[person] + chance.normal(size=(len(person), 6)), person


@pytest.mark.parametrize("seed", range(5))
def test_as_many_people_as_are_named_give_one(seed):
    for each in (2, 10):
        assert "accuracy" in verify_group(*crowd(FEWEST_PEOPLE, each, seed), seed=seed, resamples=200).intervals
        assert "auc" in verify_group(*crowd(FEWEST_PEOPLE_OF_RANKS, each, seed), seed=seed, resamples=200).intervals


def test_four_people_are_told_why_they_have_none():
    found = verify_group(*crowd(4), resamples=200)
    assert found.accuracy is not None
    assert "accuracy" not in found.intervals
    words = no_interval_words(found.people)
    assert "of 4 people most draws lack same or different pairs in each half" in words
    assert "7 people with two pictures each give one" in words
    assert "3 people with two pictures each give one" in no_interval_words(2, "auc")


def result_of(people):
    return {"unseen": verify_group(*crowd(people), resamples=200).to_json(), "held_out": None, "seen": None}


def test_the_terminal_and_the_report_say_so():
    result = {"notes": [], "verification": {"unseen": result_of(4)["unseen"]}, "run": "r", "images_shown": 1}
    told = []
    _tell(result | {"seconds": 1.0, "images_per_second": 1.0}, RunStatus(message="Finished."), told.append)
    assert any(no_interval_words(4) in line for line in told)
    assert no_interval_words(4) in _without_interval(result_of(4))
    assert _without_interval(result_of(12)) == ""


def test_listed_pairs_say_how_far_their_accuracy_is_known():
    assert _error_words({"standard_error": 0.0047, "folds": [0] * 10}).endswith("0.0047, over 10 folds")
    assert "a file of ten folds gives one" in _error_words({"standard_error": None, "folds": [0, 1]})
