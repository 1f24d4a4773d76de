import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facenet_core.evaluation import BatchSize, batch_expectation, count_embedding_triplets, pulls_over_margins
from tests.core.evaluation.triplets.test_plane import plain_triplets, unit_faces


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 12), st.integers(1, 4))
def test_pulls_equal_plain_loops(seed, faces, people):
    embeddings, who = unit_faces(seed, faces, people)
    margins = [0.0, 0.2, 1.0, 3.0]
    found = pulls_over_margins(embeddings, who, margins)
    triplets = plain_triplets(embeddings, who).values()
    for place, margin in enumerate(margins):
        pull = {True: 0.0, False: 0.0}
        for near, far in triplets:
            if far < near + margin:
                pull[far <= near] += 2 * math.sqrt(near) + 2 * math.sqrt(far)
        assert found.semi_hard[place] == pytest.approx(pull[False], abs=1e-9)
        if margin:
            assert found.hard[place] == pytest.approx(pull[True], abs=1e-9)
        assert found.loss[place] == pytest.approx(sum(max(0, n - f + margin) for n, f in triplets), abs=1e-9)


def test_collapsed_faces_lose_the_margin_each_and_pull_nowhere():
    found = pulls_over_margins(np.full((6, 4), 0.5), [0, 0, 0, 1, 1, 1], [0.2])
    assert found.loss[0] == pytest.approx(0.2 * 36)
    assert found.hard[0] == found.semi_hard[0] == found.hardest_pull == found.hardest_push == 0


def test_the_hardest_of_every_anchor_are_averaged():
    embeddings, who = np.array([[0.0], [1.0], [3.0]]), [0, 0, 1]
    found = pulls_over_margins(embeddings, who, [0.2])
    assert found.hardest_pull == pytest.approx(2.0)
    assert found.hardest_push == pytest.approx((2 * 3 + 2 * 2) / 2)


def test_without_triplets_there_is_nothing_to_pull():
    found = pulls_over_margins(np.zeros((3, 2)), [0, 0, 0], [0.2])
    assert found.loss[0] == 0
    assert math.isnan(found.hardest_pull)
    assert math.isnan(batch_expectation(np.zeros((3, 2)), [0, 1, 2], 0.2).semi_hard)
    assert math.isnan(batch_expectation(np.zeros((0, 2)), [], 0.2).semi_hard)


def test_equal_people_bring_the_shares_of_the_census():
    embeddings, _ = unit_faces(1, 24, 1)
    who = np.arange(24) // 4
    census, expected = count_embedding_triplets(embeddings, who, 0.5), batch_expectation(embeddings, who, 0.5)
    assert expected.semi_hard == pytest.approx(census.semi_hard / census.valid)
    assert expected.hard == pytest.approx(census.hard / census.valid)
    assert expected.easy == pytest.approx(census.easy / census.valid)
    assert expected.weight.sum() == pytest.approx(1)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_uneven_people_are_weighed_as_they_are_drawn(seed):
    embeddings, _ = unit_faces(seed, 11, 1)
    who = np.array([0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 3])  # person 3 has one image and is never drawn
    images, shares = {0: 5, 1: 2, 2: 3}, {"hard": 0.0, "semi_hard": 0.0}
    for (a, _, n), (near, far) in plain_triplets(embeddings, who).items():
        if who[n] != 3:
            own = images[who[a]]
            chance = 1 / 3 / own / (own - 1) / 2 / images[who[n]]
            shares["hard"] += chance * (far <= near)
            shares["semi_hard"] += chance * (near < far < near + 0.5)
    found = batch_expectation(embeddings, who, 0.5)
    assert (found.hard, found.semi_hard) == pytest.approx((shares["hard"], shares["semi_hard"]))


def test_more_negatives_serve_more_pairs():
    embeddings, _ = unit_faces(2, 40, 1)
    expected = batch_expectation(embeddings, np.arange(40) // 4, 0.2)
    served = [expected.pairs_served(people, 4) for people in (2, 5, 10, 200)]
    assert served == sorted(served)
    assert 0 < served[0] < served[-1] <= 1


@pytest.mark.parametrize(("people", "images"), [(1, 1), (1, 5), (5, 1), (4, 3)])
def test_a_batch_counts_its_triplets(people, images):
    who = np.repeat(np.arange(people), images)
    size = BatchSize(people=people, images_each=images)
    assert size.triplets == count_embedding_triplets(np.zeros((len(who), 2)), who, 0.2).valid
    assert (size.images, size.pairs) == (len(who), len(who) * (images - 1))


def test_the_papers_batch():
    size = BatchSize(people=45, images_each=40)
    assert (size.images, size.pairs, size.triplets) == (1800, 70_200, 123_552_000)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="margins"):
        pulls_over_margins(np.zeros((2, 2)), [0, 1], [-0.1])
    with pytest.raises(ValueError, match="margins"):
        pulls_over_margins(np.zeros((2, 2)), [0, 1], [np.nan])
    with pytest.raises(ValueError, match="margin must be above 0"):
        batch_expectation(np.zeros((2, 2)), [0, 1], 0)
    with pytest.raises(ValueError, match="0 x 4"):
        BatchSize(people=0, images_each=4)
