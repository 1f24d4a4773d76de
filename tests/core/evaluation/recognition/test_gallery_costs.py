import numpy as np
import pytest

from facenet_core.evaluation import gallery_costs


def test_fewer_bytes_name_almost_the_same_faces():
    generator = np.random.default_rng(0)
    people = np.repeat(np.arange(100), 4)
    rows = generator.normal(size=(100, 32))[people] + 0.8 * generator.normal(size=(400, 32))
    costs = gallery_costs(rows / np.linalg.norm(rows, axis=1, keepdims=True), people)
    assert [cost.storage for cost in costs] == ["float32", "float16", "bytes"]
    assert [cost.bytes_per_face for cost in costs] == [128, 64, 32]
    assert costs[0].changed == costs[0].largest_change == 0
    assert 0 < costs[1].largest_change < 1e-3 < costs[2].largest_change < 0.05
    assert all(cost.probes == 400 and cost.changed <= 40 for cost in costs)
    assert costs[2].rank_1 == pytest.approx(costs[0].rank_1, abs=0.05)


def test_a_set_where_nobody_stands_twice_has_nobody_to_look_for():
    assert [cost.rank_1 for cost in gallery_costs(np.eye(5), np.arange(5))] == [None] * 3
    assert [cost.probes for cost in gallery_costs(np.empty((0, 4)), [])] == [0] * 3
