"""Embeddings in fewer bytes, against rounding by hand and on faces that are easy to tell apart."""

import numpy as np
import pytest

from facenet_core.evaluation.recognition.quantisation import STORAGES, in_steps, storage_costs


@pytest.fixture
def crowd():
    """Return unit embeddings of eight people with four pictures each, and who they are."""
    chance = np.random.default_rng(0)
    people = np.repeat(np.arange(8), 4)
    points = chance.normal(size=(8, 32))[people] + 0.6 * chance.normal(size=(32, 32))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32), people


def test_steps_are_even_and_the_same_for_every_face():
    rows = np.array([[1.27, -0.004, 0.006], [0.5, 0.011, -1.27]])
    np.testing.assert_allclose(in_steps(rows, 8), [[1.27, 0.0, 0.01], [0.5, 0.01, -1.27]])
    np.testing.assert_allclose(in_steps(rows, 2), [[1.27, 0, 0], [0, 0, -1.27]])


def test_a_byte_has_no_more_than_its_values():
    rows = np.random.default_rng(0).normal(size=(200, 64))
    assert len(np.unique(in_steps(rows, 8))) <= 255
    assert len(np.unique(STORAGES["signs"].kept(rows))) == 2


@pytest.mark.parametrize("bits", [1, 0, -3])
def test_too_few_bits_are_refused(bits):
    with pytest.raises(ValueError, match="at least 2"):
        in_steps(np.ones((1, 1)), bits)


def test_costs_grow_as_bytes_go(crowd):
    costs = storage_costs(*crowd)
    assert [cost.name for cost in costs] == list(STORAGES)
    assert [cost.bytes_per_face for cost in costs] == [128, 64, 32, 16, 4]
    assert all(cost.pairs == 32 * 31 // 2 for cost in costs)
    assert costs[0].changed == 0
    assert costs[0].largest_change == 0
    changes = [cost.largest_change for cost in costs]
    assert changes == sorted(changes)
    assert costs[2].accuracy == pytest.approx(costs[0].accuracy, abs=0.02)


def test_the_largest_change_is_bounded_by_the_steps(crowd):
    embeddings = crowd[0].astype(np.float64)
    step = np.abs(embeddings).max() / 127
    error = np.linalg.norm(in_steps(embeddings, 8) - embeddings, axis=1).max()
    assert error <= step / 2 * np.sqrt(32) + 1e-12


def test_changed_answers_are_counted_at_the_exact_threshold():
    embeddings = np.array([[1.0, 0.0], [0.99, 0.03], [0.0, 1.0], [0.1, 0.9]])
    costs = {cost.name: cost for cost in storage_costs(embeddings, [0, 0, 1, 1])}
    assert costs["bytes"].changed == 0
    assert costs["signs"].changed > 0  # 0.0 has no sign of its own


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_faces_are_a_result(count):
    costs = storage_costs(np.zeros((count, 4), np.float32), np.zeros(count))
    assert all(cost.accuracy is None and cost.changed == 0 for cost in costs)


def test_collapsed_embeddings_stay_where_they_are():
    costs = storage_costs(np.full((8, 4), 0.5), np.repeat(np.arange(4), 2))
    assert all(cost.largest_change == pytest.approx(0, abs=1e-9) for cost in costs)
