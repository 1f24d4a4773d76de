"""Differences between two networks: paired where the people are the same, and honest about chance."""

import numpy as np
import pytest

from facenet_core.evaluation import compare_groups, resample_group, verify_group

PEOPLE, EACH = 20, 6


def embeddings(strength: float, *, noise: int = 1, people: int = PEOPLE, size: int = 64) -> np.ndarray:
    """Points around a centre of each person; the stronger, the nearer to it."""
    centres = np.random.default_rng(0).normal(size=(people, size))
    points = np.repeat(centres, EACH, axis=0) * strength
    points += np.random.default_rng(noise).normal(size=points.shape)
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def names(people: int = PEOPLE, prefix: str = "p") -> list[str]:
    return [f"{prefix}{person:02}" for person in range(people) for _ in range(EACH)]


def test_a_network_beside_itself_is_not_distinguishable():
    found = compare_groups(embeddings(0.4), names(), embeddings(0.4), names())
    assert set(found) == {"accuracy", "auc", "eer", "val"}
    for difference in found.values():
        assert difference.difference == 0
        assert difference.interval == (0, 0)
        assert difference.paired
        assert difference.verdict == "not distinguishable"


def test_a_clearly_better_network_is_higher_and_the_other_way_round_lower():
    worse, better = embeddings(0.3), embeddings(0.8, noise=2)
    found = compare_groups(worse, names(), better, names())
    assert found["accuracy"].verdict == "higher"
    assert found["eer"].verdict == "lower"
    assert compare_groups(better, names(), worse, names())["accuracy"].verdict == "lower"


def test_pairing_makes_intervals_narrower():
    """The second network is the first with a little noise: people who are hard for one are hard for the other."""
    first = embeddings(0.4)
    second = first + np.random.default_rng(5).normal(size=first.shape) * 0.02
    paired = compare_groups(first, names(), second, names())["auc"]
    unpaired = compare_groups(first, names(), second, names(prefix="q"))["auc"]
    assert paired.paired
    assert not unpaired.paired
    assert paired.difference == unpaired.difference
    assert np.diff(paired.interval) < np.diff(unpaired.interval) / 2


def test_equal_networks_are_rarely_called_different():
    """Two draws of noise around the same centres: at most a few of forty intervals may leave out 0."""
    wrong = 0
    for seed in range(40):
        first, second = embeddings(0.4, noise=100 + seed), embeddings(0.4, noise=200 + seed)
        found = compare_groups(first, names(), second, names(), seed=seed, resamples=100)
        wrong += found["auc"].distinguishable
    assert wrong <= 8


def test_values_are_those_of_verification():
    points = embeddings(0.4)
    found = resample_group(points, names(), seed=3)
    expected = verify_group(points, names(), seed=3)
    assert found.values["auc"] == pytest.approx(expected.auc)
    assert found.values["eer"] == pytest.approx(expected.eer)
    assert found.values["accuracy"] == pytest.approx(expected.accuracy)
    assert found.values["val"] == pytest.approx(expected.val_at_far["0.1"].val)


def test_draws_are_those_of_a_plain_loop():
    points = embeddings(0.4, people=4)
    codes = np.repeat(np.arange(4), EACH)
    found = resample_group(points, names(4), seed=0, resamples=5)
    generator = np.random.default_rng(0)
    for _ in range(5):
        generator.permutation(np.arange(4))  # five halvings come first: people with several images, then the others
        generator.permutation(np.arange(0))
    for drawn, auc in zip(generator.multinomial(4, [0.25] * 4, size=5), found.draws["auc"], strict=True):
        same, different = [], []
        for i in range(len(points)):
            for j in range(i):
                distance = float(((points[i] - points[j]) ** 2).sum())
                a, b = codes[i], codes[j]
                if a == b:
                    same += [distance] * drawn[a]
                else:
                    different += [distance] * (drawn[a] * drawn[b])
        if same and different:
            nearer = np.mean([[s < d for d in different] for s in same])
            assert auc == pytest.approx(nearer, abs=1e-6)
        else:
            assert np.isnan(auc)


def test_equal_seeds_give_equal_intervals_and_sizes_may_differ():
    second = embeddings(0.5, size=16)
    one = compare_groups(embeddings(0.4), names(), second, names(), seed=7)
    assert one == compare_groups(embeddings(0.4), names(), second, names(), seed=7)


@pytest.mark.parametrize("people", [0, 1])
def test_too_few_people_are_no_exception(people):
    count = people * EACH
    found = compare_groups(np.zeros((count, 3)), ["a"] * count, np.zeros((count, 3)), ["a"] * count)
    assert found == {}


def test_two_people_have_a_difference_without_an_interval_of_accuracy():
    found = compare_groups(embeddings(0.4, people=2), names(2), embeddings(0.5, people=2), names(2))
    assert "accuracy" not in found
    assert found["auc"].paired


def test_faces_on_one_point_are_not_compared():
    """Their AUC was 0.5, a figure of ties: a run that tells nobody apart is said to have collapsed instead."""
    collapsed = np.ones((PEOPLE * EACH, 4)) / 2
    assert compare_groups(collapsed, names(), embeddings(0.8), names()) == {}
    assert resample_group(collapsed, names()).values == {}


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="one person for each of the 3 embeddings, got 2"):
        resample_group(np.zeros((3, 2)), ["a", "b"])
    with pytest.raises(ValueError, match="finite"):
        resample_group(np.full((2, 2), np.nan), ["a", "b"])
    with pytest.raises(ValueError, match="at most 2000 faces"):
        resample_group(np.zeros((2001, 2)), ["a"] * 2001)
