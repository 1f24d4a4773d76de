import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facenet_core.evaluation import all_pairs_roc, pair_distances
from facenet_core.evaluation.pairs import counting as pair_counting
from facenet_core.evaluation.verification import roc


def group(seed, faces, people, values=4):
    """Whole-number embeddings, so that many distances tie."""
    generator = np.random.default_rng(seed)
    return generator.integers(0, values, (faces, 2)), generator.integers(0, people, faces)


def plain_auc(same, different):
    return np.mean([(s < d) + (s == d) / 2 for s in same for d in different])


def distances_by_kind(embeddings, people):
    pairs = pair_distances(embeddings, people)
    return pairs.squared_distance[pairs.same], pairs.squared_distance[~pairs.same]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 14), st.integers(1, 5))
def test_every_figure_equals_plain_loops(seed, faces, people):
    embeddings, who = group(seed, faces, people)
    same, different = distances_by_kind(embeddings, who)
    result = all_pairs_roc(embeddings, who)
    assert (result.same, result.different, result.pairs) == (len(same), len(different), len(same) + len(different))
    if not len(same) or not len(different):
        assert result.auc is None
        assert result.eer is None
        assert len(result.far) == 0
        return
    assert result.auc == pytest.approx(plain_auc(same, different))
    assert result.auc == pytest.approx(np.trapezoid(result.val, result.far))
    for far, val, threshold in zip(result.far, result.val, result.thresholds, strict=True):
        assert far == pytest.approx(np.mean(different <= threshold))
        assert val == pytest.approx(np.mean(same <= threshold))
    for allowed in (0.1, 0.5):
        level = result.val_at_far(allowed)
        if len(different) * allowed >= 1:
            within = [t for t in [-1, *same, *different] if np.mean(different <= t) <= allowed]
            assert level.val == pytest.approx(max(np.mean(same <= t) for t in within))
        else:
            assert level.val is None
            assert "at least" in level.note


def test_blocks_do_not_change_anything(monkeypatch):
    generator = np.random.default_rng(3)
    people = np.repeat(np.arange(30), generator.integers(1, 12, 30))
    embeddings = generator.normal(size=(len(people), 6)) + 0.5 * people[:, None] % 3
    whole = all_pairs_roc(embeddings, people)
    monkeypatch.setattr(pair_counting, "HEIGHT", 7)
    pieces = all_pairs_roc(embeddings, people)
    assert whole.auc == pieces.auc
    assert np.array_equal(whole.ranks.below, pieces.ranks.below)
    assert np.array_equal(whole.ranks.upto, pieces.ranks.upto)


def test_the_order_of_the_faces_does_not_matter():
    embeddings, people = group(5, 60, 7)
    order = np.random.default_rng(0).permutation(60)
    assert all_pairs_roc(embeddings, people).auc == all_pairs_roc(embeddings[order], people[order]).auc


@pytest.mark.parametrize("grid", [4, 64, 1 << 16])
def test_too_many_same_pairs_are_counted_within_the_stated_error(grid):
    generator = np.random.default_rng(7)
    people = np.repeat(np.arange(4), 25)
    embeddings = generator.normal(size=(100, 8)) + people[:, None] * 0.4
    exact = all_pairs_roc(embeddings, people)
    coarse = all_pairs_roc(embeddings, people, exact_same_pairs=10, grid=grid)
    assert exact.auc_error == 0
    assert (coarse.same, coarse.different) == (exact.same, exact.different)
    assert abs(coarse.auc - exact.auc) <= coarse.auc_error + 1e-12
    same, different = distances_by_kind(embeddings, people)
    steps = coarse.ranks
    for threshold, far, val in zip(
        steps.distances, steps.upto / steps.different, steps.accepted / steps.same, strict=True
    ):
        assert far == pytest.approx(np.mean(different <= threshold))
        assert val == pytest.approx(np.mean(same <= threshold))


def test_a_long_curve_is_thinned_but_its_area_is_not(monkeypatch):
    monkeypatch.setattr(roc, "CURVE_POINTS", 60)
    generator = np.random.default_rng(8)
    people = np.repeat(np.arange(6), 7)
    embeddings = generator.normal(size=(42, 8)) + generator.normal(size=(6, 8))[people] * 0.5
    result = all_pairs_roc(embeddings, people)
    same, different = distances_by_kind(embeddings, people)
    assert len(result.far) <= 62
    assert result.auc == pytest.approx(plain_auc(same, different))
    assert result.far[0] == result.val[0] == 0
    assert result.far[-1] == result.val[-1] == 1
    assert (np.diff(result.far) >= 0).all()


def test_collapsed_embeddings_are_a_coin_toss():
    collapsed = np.full((40, 16), 0.1, dtype=np.float32)
    result = all_pairs_roc(collapsed, np.arange(40) // 4)
    assert (result.auc, result.eer) == (0.5, 0.5)
    assert all_pairs_roc(collapsed, np.arange(40) // 4, exact_same_pairs=0).auc == 0.5


def test_nan_names_its_rows():
    with pytest.raises(ValueError, match="row 2"):
        all_pairs_roc([[0.0], [1.0], [np.nan]], [0, 0, 1])
