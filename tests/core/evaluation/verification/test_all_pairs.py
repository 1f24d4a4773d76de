"""All pairs of many faces: against scikit-learn on the listed pairs, on threads, on a grid, and what cannot be said."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from facenet_core.evaluation import all_pairs_roc, pair_distances, worst_of_all_pairs, worst_pairs
from facenet_core.evaluation.pairs import blocks as pair_blocks


def faces(count=1_200, people=150, size=16, noise=1.5, seed=0):
    generator = np.random.default_rng(seed)
    person = generator.integers(0, people, count)
    rows = generator.normal(size=(people, size))[person] + noise * generator.normal(size=(count, size))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32), person


def doubled(count=1_100):
    """Every face twice, and numbers so coarse that many distances tie."""
    rows, person = faces(count // 2)
    return np.tile(np.round(rows * 2), (2, 1)), np.tile(person, 2)


def corners(pairs):
    far, val, negative = roc_curve(pairs.same, -pairs.squared_distance, drop_intermediate=False)
    return far, val, -negative


@pytest.mark.parametrize("made", [faces, doubled])
def test_figures_are_those_of_scikit_learn_on_the_listed_pairs(made):
    rows, person = made()
    pairs = pair_distances(rows, person)
    found = all_pairs_roc(rows, person, threads=2)
    far, val, thresholds = corners(pairs)

    assert found.auc_error == 0
    assert found.note is None
    assert found.auc == pytest.approx(roc_auc_score(pairs.same, -pairs.squared_distance), abs=1e-12)
    for level in (0.1, 0.01, 0.001):
        assert found.val_at_far(level).val == val[far <= level * (1 + 1e-12)].max()
    place = np.searchsorted(thresholds, found.thresholds[1:-1], side="right") - 1
    assert np.array_equal(found.far[1:-1], np.where(place < 0, 0, far[place]))
    assert np.array_equal(found.val[1:-1], np.where(place < 0, 0, val[place]))


def test_threads_change_nothing(monkeypatch):
    monkeypatch.setattr(pair_blocks, "FACES_ALONE", 0)
    rows, person = faces(700)
    alone, together = (all_pairs_roc(rows, person, threads=threads) for threads in (1, 3))
    assert alone.auc == together.auc
    assert np.array_equal(alone.ranks.upto, together.ranks.upto)


@pytest.mark.parametrize("made", [faces, doubled])
@pytest.mark.parametrize("grid", [16, 1 << 12])
def test_on_a_grid_the_figures_asked_for_are_exact_and_the_area_within_its_bound(made, grid):
    rows, person = made()
    exact = all_pairs_roc(rows, person)
    found = all_pairs_roc(rows, person, exact_same_pairs=0, grid=grid)
    assert found.eer == pytest.approx(exact.eer, abs=1e-12)
    for level in (0.1, 0.01, 0.001):
        assert found.val_at_far(level).val == exact.val_at_far(level).val
        assert exact.val_at_far(level).false_accepts <= found.val_at_far(level).false_accepts <= level * exact.different
    assert abs(found.auc - exact.auc) <= found.auc_error + 1e-12
    assert found.auc_error < 0.2
    pairs = pair_distances(rows, person)
    for rate, same in ((found.far, False), (found.val, True)):
        distances = np.sort(pairs.squared_distance[pairs.same == same])
        reached = np.searchsorted(distances, found.thresholds, side="right") / len(distances)
        assert rate == pytest.approx(reached, abs=1e-12)


def test_a_step_of_the_grid_that_is_too_full_stays_within_the_bound(monkeypatch):
    from facenet_core.evaluation.pairs import counting as pair_counting

    monkeypatch.setattr(pair_counting, "MOST_REFINED", 10)
    rows, person = faces(300, 30)
    exact, found = all_pairs_roc(rows, person), all_pairs_roc(rows, person, exact_same_pairs=0, grid=64)
    assert 0 <= exact.val_at_far(0.01).val - found.val_at_far(0.01).val < 0.2
    assert abs(found.auc - exact.auc) <= found.auc_error


def test_many_distances_in_one_cell_are_placed_rightly():
    rows = np.concatenate([np.linspace(0, 1e-4, 60), [5.0, 9.0]])[:, None]
    person = np.arange(62) % 5
    pairs = pair_distances(rows, person)
    assert all_pairs_roc(rows, person).auc == pytest.approx(roc_auc_score(pairs.same, -pairs.squared_distance))


def test_more_faces_than_can_be_compared_are_drawn_person_by_person():
    rows, person = faces(600, 60)
    found = all_pairs_roc(rows, person, largest=200, seed=1)
    assert found.faces <= 200
    assert found.note == (f"Measured on {found.faces} of 600 faces: people drawn at random, to stay within 200.")
    assert found.auc == pytest.approx(all_pairs_roc(rows, person).auc, abs=0.05)
    assert all_pairs_roc(rows, person, largest=200, seed=1).auc == found.auc
    assert all_pairs_roc(rows, np.zeros(600, int), largest=50).faces == 50  # one person alone is more


def test_what_cannot_be_said_is_a_sentence():
    rows, person = faces(40, 5)
    one = all_pairs_roc(rows, np.zeros(40))
    assert (one.auc, one.eer, one.different) == (None, None, 0)
    assert one.note == "There are 780 same and 0 different pairs: nothing to tell apart."
    nobody_twice = all_pairs_roc(rows, np.arange(40))
    assert (nobody_twice.auc, nobody_twice.same) == (None, 0)
    assert "0 same" in nobody_twice.note
    assert all_pairs_roc(np.empty((0, 8)), []).auc is None
    collapsed = all_pairs_roc(np.full((40, 8), 0.3, np.float32), person)
    assert (collapsed.auc, collapsed.eer) == (0.5, 0.5)
    assert collapsed.note == "All distances are equal: no threshold tells anybody apart."
    rare = all_pairs_roc(rows, person).val_at_far(1e-6)
    assert rare.val is None
    assert rare.note.startswith("A false accept rate of 1e-06 needs at least 1,000,000 different pairs")


@pytest.mark.parametrize("far", [0, -0.1, 1.5, float("nan")])
def test_a_rate_that_is_none_is_refused(far):
    with pytest.raises(ValueError, match="false accept rate above 0 and at most 1"):
        all_pairs_roc(*faces(40, 5)).val_at_far(far)


def test_input_that_does_not_fit_is_refused():
    rows, person = faces(40, 5)
    with pytest.raises(ValueError, match="one person for each of the 40 embeddings"):
        all_pairs_roc(rows, person[:39])
    with pytest.raises(ValueError, match=r"shape \(faces, embedding size\)"):
        all_pairs_roc(rows[0], person)
    rows[7, 3] = np.nan
    with pytest.raises(ValueError, match="row 7"):
        all_pairs_roc(rows, person)
    with pytest.raises(ValueError, match="row 7"):
        worst_of_all_pairs(rows, person, 1.0)
    with pytest.raises(ValueError, match="power of two"):
        all_pairs_roc(rows[:7], person[:7], grid=100)


@pytest.mark.parametrize("made", [faces, doubled])
@pytest.mark.parametrize("limit", [0, 1, 30])
def test_worst_mistakes_are_those_of_the_listed_pairs(made, limit):
    rows, person = made()
    pairs = pair_distances(rows, person)
    threshold = float(np.quantile(pairs.squared_distance, 0.2))
    expected, found = (
        worst_pairs(pairs, threshold, limit),
        worst_of_all_pairs(rows, person, threshold, limit, threads=2),
    )
    assert (found.false_accept_count, found.false_reject_count) == (
        expected.false_accept_count,
        expected.false_reject_count,
    )
    for kind in ("false_accepts", "false_rejects"):
        for column in ("first", "second", "squared_distance", "same"):
            assert np.array_equal(getattr(getattr(found, kind), column), getattr(getattr(expected, kind), column))


def test_worst_mistakes_refuse_what_is_no_threshold():
    with pytest.raises(ValueError, match="threshold must be a squared distance"):
        worst_of_all_pairs(np.eye(3), [0, 0, 1], float("nan"))
    with pytest.raises(ValueError, match="limit must be at least 0"):
        worst_of_all_pairs(np.eye(3), [0, 0, 1], 1.0, -1)
