"""Who is taken for whom, beside plain loops over triplets."""

import numpy as np
import pytest

from facenet_core.evaluation import confused_longest, count_embedding_triplets, person_confusion
from facenet_core.evaluation.recognition.confusion import CONFUSED


def share_of_hard(points, people, one, other):
    hard = valid = 0
    for a in range(len(people)):
        for p in range(len(people)):
            for n in range(len(people)):
                pair = {people[a], people[n]}
                if a != p and people[a] == people[p] and pair == {one, other}:
                    valid += 1
                    hard += ((points[a] - points[n]) ** 2).sum() <= ((points[a] - points[p]) ** 2).sum()
    return hard / valid if valid else np.nan


def epoch(people, seed, pull):
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(int(max(people)) + 1, 6))
    return centres[people] * pull + chance.normal(size=(len(people), 6))


def test_it_is_the_share_of_hard_triplets_of_two_people():
    people = np.array([1, 0, 2, 1, 0, 2, 1, 0, 3])
    points = epoch(people, 0, 0.4)

    found = person_confusion(points, people)

    assert np.isnan(np.diag(found)).all()
    for one in range(4):
        for other in range(one):
            assert found[one, other] == found[other, one] == pytest.approx(share_of_hard(points, people, one, other))


def test_all_pairs_together_are_the_census(monkeypatch):
    people = np.arange(30) % 5
    points = epoch(people, 1, 0.3)
    whole = person_confusion(points, people)
    monkeypatch.setattr("facenet_core.evaluation.recognition.confusion.BLOCK_ELEMENTS", 70)
    np.testing.assert_array_equal(person_confusion(points, people), whole)
    census = count_embedding_triplets(points, people, 0.1)
    assert whole[np.triu_indices(5, 1)].mean() == pytest.approx(census.hard / census.valid)


def test_those_confused_at_most_epochs_come_first():
    people = np.repeat([7, 8, 9], 4)
    places = np.array([[0.0], [0.05], [5.0]])  # 7 and 8 lie together, 9 elsewhere
    noise = np.random.default_rng(0).normal(0, 0.1, (12, 1))
    late = np.repeat([[0.0], [3.0], [6.0]], 4, axis=0) + noise
    early = np.repeat(places, 4, axis=0) + noise

    found = confused_longest([early, early, late], people)

    assert (found.first[0], found.second[0], found.epochs[0]) == (0, 1, 2)
    assert found.epochs.tolist() == [2, 0, 0]
    assert found.course.shape == (3, 3, 3)
    assert found.course[0, 0, 1] >= CONFUSED > found.course[2, 0, 1]
    assert found.place(1, 0) == 0
    assert found.place(2, 2) is None
    assert found.stands_out.tolist() == [False, True, True]


def test_all_on_one_spot_is_confused_alike():
    found = confused_longest([np.ones((6, 3))] * 2, [0, 0, 1, 1, 2, 2])
    assert found.share.tolist() == [1, 1, 1]
    assert not found.stands_out.any()


@pytest.mark.parametrize("people", [[], [0], [0, 0], [0, 1]])
def test_who_forms_no_triplet_is_no_pair(people):
    assert len(confused_longest([np.zeros((len(people), 2))], people)) == 0


def test_no_epoch_is_refused():
    with pytest.raises(ValueError, match="at least one epoch"):
        confused_longest([], [0, 1])
