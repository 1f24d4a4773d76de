import json

import numpy as np
import pytest

from facenet_core.evaluation import all_pairs_roc, best_threshold, pair_distances, verify_group
from facenet_core.evaluation.pairs.group_pairs import halve_people
from facenet_core.evaluation.verification import verification


def faces(people=12, images=6, signal=0.8, size=16, seed=0):
    generator = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), images)
    rows = generator.normal(size=(len(who), size)) + signal * generator.normal(size=(people, size))[who]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), who


def balanced(distances, same, threshold):
    return (np.mean(distances[same] <= threshold) + np.mean(distances[~same] > threshold)) / 2


def test_the_accuracy_applies_thresholds_to_people_they_were_not_chosen_on(monkeypatch):
    embeddings, people = faces()
    half = np.arange(12) < 6
    monkeypatch.setattr(verification, "halve_people", lambda counts, generator: half)
    pairs = pair_distances(embeddings, people)
    inside = half[people[pairs.first]] & half[people[pairs.second]]
    outside = ~half[people[pairs.first]] & ~half[people[pairs.second]]
    expected = []
    for chosen, applied in ((inside, outside), (outside, inside)):
        threshold, _ = best_threshold(pairs.squared_distance[chosen], pairs.same[chosen])
        expected.append(balanced(pairs.squared_distance[applied], pairs.same[applied], threshold))
    assert verify_group(embeddings, people).accuracy == pytest.approx(np.mean(expected))


def test_figures_are_those_of_all_pairs():
    embeddings, people = faces()
    result, curve, pairs = verify_group(embeddings, people), all_pairs_roc(embeddings, people), None
    pairs = pair_distances(embeddings, people)
    assert (result.images, result.people) == (72, 12)
    assert (result.pairs, result.same, result.different) == (72 * 71 // 2, 180, 2376)
    assert result.auc == pytest.approx(curve.auc)
    assert result.eer == pytest.approx(curve.eer)
    assert result.val_at_far["0.01"] == curve.val_at_far(0.01)
    assert result.val_at_far["0.001"].different_pairs == 2376
    assert result.threshold == best_threshold(pairs.squared_distance, pairs.same)[0]
    assert result.mean_same == pytest.approx(pairs.squared_distance[pairs.same].mean())
    assert result.mean_different == pytest.approx(pairs.squared_distance[~pairs.same].mean())


def test_unseen_noise_scores_half_and_clear_people_score_one():
    noise, people = faces(signal=0.0, people=30)
    assert verify_group(noise, people).accuracy == pytest.approx(0.5, abs=0.06)
    clear = verify_group(np.eye(12)[people % 12], people % 12)
    assert (clear.accuracy, clear.auc, clear.eer, clear.threshold) == (1, 1, 0, 1)


def test_equal_seeds_give_equal_reports_and_order_does_not_leak():
    embeddings, people = faces()
    first = verify_group(embeddings, people, seed=3, resamples=20)
    assert first == verify_group(embeddings, people, seed=3, resamples=20)
    assert first.to_json() != verify_group(embeddings, people, seed=4, resamples=20).to_json()


def test_a_false_accept_rate_that_cannot_be_seen_is_null_and_said():
    embeddings, people = faces(people=6, images=3)
    values = json.loads(json.dumps(verify_group(embeddings, people).to_json(), allow_nan=False))
    assert values["different"] == 135
    assert values["val_at_far"]["0.01"] is not None
    assert values["val_at_far"]["0.001"] is None
    assert "at least 1,000 different pairs" in values["val_at_far_behind"]["0.001"]["note"]


def test_intervals_draw_people_and_hold_the_figures():
    embeddings, people = faces(people=20)
    result = verify_group(embeddings, people, resamples=100)
    assert set(result.intervals) == {"accuracy", "auc", "eer", "val_at_far/0.1", "val_at_far/0.01", "val_at_far/0.001"}
    assert result.intervals["auc"].low < result.auc < result.intervals["auc"].high
    assert result.intervals["accuracy"].low < result.accuracy < result.intervals["accuracy"].high
    assert json.loads(json.dumps(result.to_json()))["intervals"]["auc"] == list(result.intervals["auc"])


def test_copies_of_pictures_do_not_narrow_the_intervals():
    """Ten copies of every picture make 100 times as many pairs, but no new people."""
    embeddings, people = faces(people=14, images=3)
    copies, copied = np.repeat(embeddings, 4, axis=0), np.repeat(people, 4)
    few, many = verify_group(embeddings, people, resamples=150), verify_group(copies, copied, resamples=150)
    width = few.intervals["auc"].high - few.intervals["auc"].low
    assert many.intervals["auc"].high - many.intervals["auc"].low > width / 3


def test_a_draw_weighs_people_as_a_plain_loop_does():
    embeddings, people = faces(people=5, images=3)
    group = verification.group_pairs(embeddings, people)
    multiplicity = np.array([2.0, 0, 1, 1, 1])
    weights = group.weights(multiplicity)
    ranks = group.ranked().ranks(*weights)
    wins = total = 0.0
    for s, ws in zip(group.same, weights[0], strict=True):
        for d, wd in zip(group.different, weights[1], strict=True):
            wins += ws * wd * ((s < d) + (s == d) / 2)
            total += ws * wd
    assert ranks.auc() == pytest.approx(wins / total)


@pytest.mark.parametrize(
    ("people", "same", "different"),
    [([], 0, 0), ([0], 0, 0), ([0, 0, 0], 3, 0), ([0, 1, 2], 0, 3)],
)
def test_too_little_to_compare_is_a_result(people, same, different):
    result = verify_group(np.random.default_rng(0).normal(size=(len(people), 4)), people, resamples=10)
    assert (result.same, result.different) == (same, different)
    assert result.accuracy is result.threshold is result.auc is result.eer is result.intervals is None
    assert "nothing to tell apart" in result.note
    json.dumps(result.to_json(), allow_nan=False)


def test_too_few_people_for_halves_still_have_a_curve():
    embeddings, people = faces(people=2)
    result = verify_group(embeddings, people, resamples=20)
    assert result.accuracy is None
    assert result.auc is not None
    assert "both halves" in result.note
    assert "accuracy" not in (result.intervals or {})


@pytest.mark.parametrize("noise", [0, 1e-7])
def test_faces_on_one_point_are_not_measured(noise):
    """A share of ties is no accuracy, nor is what rounding makes of them; it was 0.5, as of a coin that was tossed."""
    faces_ = np.full((40, 8), 0.35) + noise * np.random.default_rng(0).normal(size=(40, 8))
    result = verify_group(faces_.astype(np.float32), np.arange(40) // 4, resamples=10)
    assert (result.auc, result.accuracy, result.eer, result.threshold, result.intervals) == (None,) * 5
    assert (result.pairs, result.mean_same) == (780, pytest.approx(0, abs=1e-12))
    assert "All faces lie on one point" in result.note
    assert result.to_json()["val_at_far"] == {}


def test_faces_close_together_are_measured_like_others():
    points, people = faces()
    near = np.ones(points.shape[1]) + 1e-4 * points  # distances of a network that has hardly learned
    assert verify_group(near, people).accuracy == pytest.approx(verify_group(points, people).accuracy, abs=1e-6)


def test_a_large_group_is_measured_on_some_of_its_people_and_says_so():
    embeddings, people = faces(people=20, images=5)
    result = verify_group(embeddings, people, max_pairs=1_000)
    assert result.pairs <= 1_000
    assert result.images == 45
    assert result.note == "Measured on 45 of 100 faces, to stay below 1,000 pairs."
    crowd = verify_group(embeddings, people // 10, max_pairs=100)  # nobody fits whole
    assert crowd.images == 14


def test_names_do_as_well_as_numbers():
    embeddings, people = faces()
    names = np.array([f"person {p:02d}" for p in people])
    assert verify_group(embeddings, names) == verify_group(embeddings, people)


def test_halves_share_people_with_one_image_and_people_with_more():
    counts = np.array([1, 5, 1, 2, 2, 1, 9, 1])
    for seed in range(5):
        half = halve_people(counts, np.random.default_rng(seed))
        assert half.sum() == 4
        assert (half & (counts > 1)).sum() == 2


def test_nan_names_its_rows():
    with pytest.raises(ValueError, match="row 1"):
        verify_group([[0.0], [np.nan]], [0, 1])
