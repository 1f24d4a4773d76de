import numpy as np
import pytest

from facenet_core.projection import neighbours, trustworthiness


def plain_trustworthiness(embeddings, positions, count):
    faces, cost = len(embeddings), 0
    for i in range(faces):
        there = [j for j in np.argsort(((embeddings - embeddings[i]) ** 2).sum(1)) if j != i]
        here = [j for j in np.argsort(((positions - positions[i]) ** 2).sum(1)) if j != i][:count]
        cost += sum(max(0, there.index(j) + 1 - count) for j in here)
    return 1 - 2 * cost / (faces * count * (2 * faces - 3 * count - 1))


@pytest.mark.parametrize("block", [100, 10**6])
def test_trustworthiness_equals_a_plain_loop(monkeypatch, block):
    monkeypatch.setattr(neighbours, "BLOCK_ELEMENTS", block)
    generator = np.random.default_rng(0)
    embeddings, positions = generator.normal(size=(45, 6)), generator.normal(size=(45, 2))
    for count in (1, 5, 10):
        expected = plain_trustworthiness(embeddings, positions, count)
        assert trustworthiness(embeddings, positions, count) == pytest.approx(expected)


def test_the_embeddings_themselves_are_a_perfect_map():
    embeddings = np.random.default_rng(1).normal(size=(40, 3))
    assert trustworthiness(embeddings, embeddings) == 1
    assert trustworthiness(embeddings, embeddings[::-1]) < 0.7


@pytest.mark.parametrize("faces", [0, 1, 2, 3, 7])
def test_few_faces_are_a_result(faces):
    embeddings, positions = np.random.default_rng(2).normal(size=(2, faces, 4))
    assert 0 <= trustworthiness(embeddings, positions) <= 1


def test_collapsed_embeddings_are_not_blamed_for_an_order_they_do_not_have():
    assert trustworthiness(np.full((30, 8), 0.1), np.random.default_rng(3).normal(size=(30, 2))) == 1


def test_nearest_neighbours_equal_a_plain_sort_and_start_with_oneself(monkeypatch):
    monkeypatch.setattr(neighbours, "BLOCK_ELEMENTS", 64)
    table = np.random.default_rng(4).integers(0, 4, (30, 2)).astype(float)
    indices, distances = neighbours.nearest_neighbours(table, 6)
    for i in range(30):
        expected = np.sqrt(((table - table[i]) ** 2).sum(1))
        assert indices[i, 0] == i
        assert len(set(indices[i])) == 6
        assert distances[i] == pytest.approx(np.sort(expected)[:6])
        assert distances[i] == pytest.approx(expected[indices[i]])


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="one position, got 3 and 4"):
        trustworthiness(np.zeros((3, 2)), np.zeros((4, 2)))
    with pytest.raises(ValueError, match="at least 1"):
        trustworthiness(np.zeros((3, 2)), np.zeros((3, 2)), neighbours=0)
