import numpy as np
import pytest

from facenet_core.projection import face_trust, jitter, moves, neighbours, stability, trustworthiness


def order(table, i):
    squared = ((table - table[i]) ** 2).sum(axis=1)
    return [j for j in np.argsort(squared, kind="stable") if j != i]


def plain(embeddings, positions, count):
    faces = len(embeddings)
    worth = 2 / (count * (2 * faces - 3 * count - 1))
    trusted, continuous, kept = [], [], []
    for i in range(faces):
        there, here = order(embeddings, i), order(positions, i)
        trusted.append(1 - worth * sum(max(0, there.index(j) + 1 - count) for j in here[:count]))
        continuous.append(1 - worth * sum(max(0, here.index(j) + 1 - count) for j in there[:count]))
        kept.append(len(set(here[:count]) & set(there[:count])) / count)
    return trusted, continuous, kept


@pytest.mark.parametrize("block", [200, 10**6])
@pytest.mark.parametrize("count", [1, 4, 10])
def test_every_face_equals_a_plain_loop(monkeypatch, block, count):
    monkeypatch.setattr(neighbours, "BLOCK_ELEMENTS", block)
    generator = np.random.default_rng(0)
    embeddings, positions = generator.normal(size=(40, 6)), generator.normal(size=(40, 2))
    found = face_trust(embeddings, positions, count)
    trusted, continuous, kept = plain(embeddings, positions, count)
    assert found.trustworthiness == pytest.approx(trusted)
    assert found.continuity == pytest.approx(continuous)
    assert found.kept == pytest.approx(kept)
    assert found.trustworthiness.mean() == pytest.approx(trustworthiness(embeddings, positions, count))


def test_a_torn_map_is_trusted_but_not_continuous():
    line = np.linspace(0, 1, 40)[:, None]
    torn = np.where(line < 0.5, line, line + 100)
    found = face_trust(line, torn, 5)
    middle = slice(17, 23)
    assert found.continuity[middle].mean() < found.continuity[:10].mean()
    folded = np.abs(line - 0.5)
    assert face_trust(line, folded, 5).trustworthiness.mean() < found.trustworthiness.mean()


def test_few_faces_and_collapsed_ones_are_not_blamed():
    for faces in (0, 1, 2):
        assert face_trust(np.zeros((faces, 3)), np.zeros((faces, 2))).kept.tolist() == [1] * faces
    collapsed = face_trust(np.ones((20, 3)), np.random.default_rng(0).normal(size=(20, 2)))
    assert collapsed.trustworthiness.tolist() == collapsed.kept.tolist() == [1] * 20
    with pytest.raises(ValueError, match="one position"):
        face_trust(np.zeros((3, 2)), np.zeros((4, 2)))


@pytest.mark.parametrize("metric", ["euclidean", "cosine", "manhattan"])
def test_neighbours_in_every_metric_equal_scikit_learn(metric):
    from sklearn.metrics import pairwise_distances

    table = np.random.default_rng(1).normal(size=(30, 5))
    indices, distances = neighbours.near_in(table, 6, metric)
    expected = pairwise_distances(table, metric=metric)
    assert distances == pytest.approx(np.sort(expected, axis=1)[:, :6], abs=1e-6)
    assert (indices[:, 0] == np.arange(30)).all()
    assert distances == pytest.approx(np.take_along_axis(expected, indices, axis=1), abs=1e-6)
    with pytest.raises(ValueError, match="metric must be"):
        neighbours.near_in(table, 6, "hamming")


def test_stability_is_the_median_move_beside_the_spread():
    square = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], float)
    aside = square + np.array([0.5, 0])
    assert moves([square, aside]) == pytest.approx([0.5])
    assert stability([square, aside, aside]) == pytest.approx(0.25)
    assert stability([2 * square, 2 * aside]) == pytest.approx(0.5)
    assert np.isnan(stability([square]))
    assert np.isnan(stability([square, np.zeros((4, 2))]))


def test_jitter_is_the_median_distance_to_other_places_beside_the_spread():
    square = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]], float)
    moved = square.copy()
    moved[2] += [0, 3]
    assert jitter(square, [moved, moved, square]).tolist() == [0, 0, 3, 0]
    assert jitter(square, []).tolist() == jitter(np.zeros((4, 2)), [square]).tolist() == [0] * 4
