import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facenet_core.evaluation import best_threshold, pair_distances, rates_at, worst_pairs


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=25))
def test_no_threshold_is_better_than_the_best(pairs):
    distances, same = np.array([d / 2 for d, _ in pairs]), np.array([s for _, s in pairs])
    threshold, accuracy = best_threshold(distances, same)
    if same.all() or not same.any() or len(set(distances.tolist())) == 1:  # ties are half right, which says nothing
        assert (threshold, accuracy) == (None, None)
        return
    tried = [rates_at(distances, same, t).accuracy for t in np.arange(-0.25, 5, 0.25)]
    assert accuracy == pytest.approx(max(tried))
    assert rates_at(distances, same, threshold).accuracy == pytest.approx(accuracy)


def test_a_clear_gap_is_cut_in_the_middle():
    assert best_threshold([0.2, 0.4, 1.4, 1.9], [True, True, False, False]) == (pytest.approx(0.9), 1)


def test_kinds_weigh_equally_however_many_there_are():
    distances = [0.1, 0.3] + [0.2] * 100 + [1.0] * 300
    same = [True, True] + [False] * 400
    threshold, accuracy = best_threshold(distances, same)
    assert 0.3 < threshold < 1.0
    assert accuracy == pytest.approx((1 + 0.75) / 2)


def test_rates_count_each_pair_once_and_accept_at_the_threshold():
    rates = rates_at([0.5, 1.0, 1.0, 2.0], [True, True, False, False], 1.0)
    assert (rates.true_accepts, rates.false_rejects, rates.false_accepts, rates.true_rejects) == (2, 0, 1, 1)
    assert (rates.val, rates.far, rates.accuracy) == (1, 0.5, 0.75)
    nothing = rates_at([], [], 1.0)
    assert (nothing.val, nothing.far, nothing.accuracy) == (None, None, None)


def test_worst_pairs_come_first_and_are_limited():
    faces = np.array([[0.0], [3.0], [0.1], [0.5], [5.0]])
    pairs = pair_distances(faces, [0, 0, 1, 1, 0])
    worst = worst_pairs(pairs, threshold=1.0, limit=2)
    accepts, rejects = worst.false_accepts, worst.false_rejects
    assert list(zip(accepts.first, accepts.second, strict=True)) == [(0, 2), (0, 3)]
    assert list(zip(rejects.first, rejects.second, strict=True)) == [(0, 4), (0, 1)]
    assert (worst.false_accept_count, worst.false_reject_count) == (2, 3)
    assert len(worst_pairs(pairs, threshold=99, limit=2).false_rejects) == 0


def test_bad_pairs_are_refused():
    with pytest.raises(ValueError, match="one entry a pair"):
        best_threshold([0.1, 0.2], [True])
    with pytest.raises(ValueError, match="row 1"):
        best_threshold([0.1, np.nan], [True, False])
    with pytest.raises(ValueError, match="limit"):
        worst_pairs(pair_distances(np.zeros((2, 1)), [0, 1]), 1.0, limit=-1)
