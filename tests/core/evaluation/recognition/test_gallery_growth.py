from itertools import combinations

import numpy as np
import pytest

from facenet_core.evaluation import expected_false_identifications, gallery_growth, growing_sizes


def crowd(people: int, each: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    owners = np.repeat(np.arange(people), each)
    points = chance.normal(size=(people, 8))[owners] + 0.5 * chance.normal(size=(people * each, 8))
    return points / np.linalg.norm(points, axis=1, keepdims=True), owners


def test_the_mean_over_all_galleries_is_that_of_galleries_drawn_one_by_one():
    points, owners = crowd(7, 3)
    found = gallery_growth(points, owners, [0.1], seed=4)[0.1]
    standing = np.argsort(np.random.PCG64(4).random_raw(len(owners)), kind="stable")
    photo = {person: next(i for i in standing if owners[i] == person) for person in range(7)}
    squared = ((points[:, None] - points[None]) ** 2).sum(2)
    for place, size in enumerate(found.sizes):
        taken = []
        for probe, own in enumerate(owners):
            others = [person for person in range(7) if person != own]
            for gallery in combinations(others, int(size)):
                taken.append(any(squared[probe, photo[person]] <= found.threshold for person in gallery))
        assert found.measured[place] == pytest.approx(np.mean(taken))


def test_one_comparison_is_the_false_accept_rate_itself():
    points, owners = crowd(40, 4)
    for far, found in gallery_growth(points, owners, [0.1, 0.01]).items():
        assert found.far <= far
        assert found.far > 0.8 * far
        assert found.measured[0] == pytest.approx(found.far)
        assert found.pairs == 160 * 39


def test_mistakes_that_gather_on_some_faces_stay_below_the_theory():
    points, owners = crowd(60, 3)
    found = gallery_growth(points, owners, [0.05])[0.05]
    theory = expected_false_identifications(found.far, found.sizes)
    assert np.all(found.measured <= theory + 1e-12)
    assert np.all(np.diff(found.measured) >= 0)
    assert 0 < found.busiest < 0.5
    assert np.all(found.low <= found.measured)
    assert np.all(found.measured <= found.high)


def test_independent_comparisons_follow_the_theory():
    chance = np.random.default_rng(1)
    points = chance.normal(size=(800, 64))  # so many directions that nobody is near to many
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    found = gallery_growth(points, np.arange(800), [0.01])[0.01]
    theory = expected_false_identifications(found.far, found.sizes)
    assert np.abs(found.measured - theory).max() < 0.06


def test_a_rate_that_the_pairs_cannot_support_is_said():
    points, owners = crowd(5, 2)
    found = gallery_growth(points, owners, [0.1, 1e-6])
    assert found[1e-6].threshold is None
    assert "needs at least 1,000,000 pairs" in found[1e-6].note
    assert "here are 40" in found[1e-6].note
    assert found[0.1].threshold is not None


@pytest.mark.parametrize("people", [0, 1])
def test_without_others_there_is_no_gallery(people):
    found = gallery_growth(np.ones((2 * people, 3)), np.zeros(2 * people, int), [0.1])[0.1]
    assert len(found.sizes) == 0
    assert found.threshold is None
    assert found.pairs == 0


def test_faces_that_are_all_one_point_have_no_threshold_between_them():
    found = gallery_growth(np.ones((30, 3)), np.repeat(np.arange(10), 3), [0.1])[0.1]
    assert found.threshold is None
    assert "equally near" in found.note


def test_numbers_that_are_none_are_refused():
    with pytest.raises(ValueError, match="must be finite"):
        gallery_growth([[np.nan, 1.0]], [0], [0.1])


def test_theory_and_sizes():
    np.testing.assert_allclose(expected_false_identifications(0.001, [1, 1000]), [0.001, 0.6323], atol=1e-4)
    assert expected_false_identifications(1.0, [3])[0] == pytest.approx(1)
    assert growing_sizes(1).tolist() == []
    assert growing_sizes(2).tolist() == [1]
    assert growing_sizes(5750)[0] == 1
    assert growing_sizes(5750)[-1] == 5749
