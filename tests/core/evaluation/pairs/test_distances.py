import numpy as np
import pytest

from facenet_core.evaluation import distance_histograms, pair_distances, spread


def test_pair_distances_equal_a_plain_loop():
    generator = np.random.default_rng(0)
    embeddings, people = generator.normal(size=(9, 5)), generator.integers(0, 3, 9)
    pairs = pair_distances(embeddings, people)
    expected = [
        (i, j, ((embeddings[i] - embeddings[j]) ** 2).sum(), people[i] == people[j])
        for i in range(9)
        for j in range(i + 1, 9)
    ]
    for (i, j, squared, same), *found in zip(
        expected, pairs.first, pairs.second, pairs.squared_distance, pairs.same, strict=True
    ):
        assert found == [i, j, pytest.approx(squared, rel=1e-9), same]


def test_copies_of_one_picture_are_at_distance_zero_and_tie():
    face, other = np.random.default_rng(1).normal(size=(2, 128)).astype(np.float32)
    pairs = pair_distances([face, other, face, other, face], [0, 1, 0, 1, 2])
    assert set(pairs.squared_distance[pairs.same]) == {0.0}
    assert len(np.unique(pairs.squared_distance)) == 2


@pytest.mark.parametrize("faces", [0, 1])
def test_nobody_to_pair_with_is_a_result(faces):
    assert len(pair_distances(np.zeros((faces, 4)), np.zeros(faces, int))) == 0
    assert spread(np.zeros((faces, 4))) is None


def test_bad_embeddings_are_named():
    embeddings = np.zeros((5, 3))
    embeddings[1, 0], embeddings[4, 2] = np.nan, np.inf
    with pytest.raises(ValueError, match=r"NaN or infinity in rows 1, 4"):
        pair_distances(embeddings, np.zeros(5, int))
    with pytest.raises(ValueError, match=r"each of the 5 embeddings, got shape \(4,\)"):
        pair_distances(np.zeros((5, 3)), np.zeros(4, int))
    with pytest.raises(ValueError, match=r"got \(5,\)"):
        pair_distances(np.zeros(5), np.zeros(5, int))
    with pytest.raises(ValueError, match="must be numbers"):
        pair_distances([["a"]], [0])


def test_a_group_too_large_to_list_is_refused():
    with pytest.raises(ValueError, match="choose fewer people"):
        pair_distances(np.zeros((6_001, 1)), np.zeros(6_001, int))


def test_spread_is_the_mean_over_pairs():
    embeddings = np.random.default_rng(2).normal(size=(12, 3))
    assert spread(embeddings) == pytest.approx(pair_distances(embeddings, np.zeros(12)).squared_distance.mean())


def test_each_histogram_has_an_area_of_one_and_keeps_what_lies_beyond():
    bars = distance_histograms([0.1, 0.2, 3.0, 9.0], [True, True, False, False], bins=8)
    assert bars.edges[0] == 0
    assert bars.edges[-1] == 4
    assert bars.same.sum() * 0.5 == pytest.approx(1)
    assert bars.different.tolist() == [0, 0, 0, 0, 0, 0, 1, 1]
    assert distance_histograms([1.0], [True]).different.sum() == 0
    assert distance_histograms([1.0, 50.0], [True, False], upper=None).edges[-1] == 50
    assert distance_histograms([0.0], [True], upper=None).edges[-1] == 1
