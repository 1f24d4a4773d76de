"""The spread of every person."""

import numpy as np
import pytest

from facenet_core.evaluation import spread_by_person


def test_it_is_the_mean_squared_distance_to_the_mean_and_between():
    chance = np.random.default_rng(0)
    people = np.array(["b", "a", "b", "b", "a", "c"])
    points = chance.normal(size=(6, 4))

    found = spread_by_person(points, people)

    assert found.faces.tolist() == [2, 3, 1]
    for place, name in enumerate("ab"):
        own = points[people == name]
        between = [((x - y) ** 2).sum() for i, x in enumerate(own) for y in own[:i]]
        assert found.to_mean[place] == pytest.approx(((own - own.mean(axis=0)) ** 2).sum(axis=1).mean())
        assert found.between[place] == pytest.approx(np.mean(between))
    assert np.isnan(found.to_mean[2])
    assert np.isnan(found.between[2])


def test_nobody_and_one_spot():
    assert len(spread_by_person(np.empty((0, 3)), []).to_mean) == 0
    assert spread_by_person(np.ones((4, 3)), [0, 0, 1, 1]).to_mean.tolist() == [0, 0]


def test_what_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="finite"):
        spread_by_person([[np.inf], [1.0]], [0, 0])
