"""The silhouette, beside scikit-learn's and by hand."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples, silhouette_score

from facenet_core.evaluation import silhouette


def faces(people, size, seed=0, pull=1.0):
    chance = np.random.default_rng(seed)
    centres = chance.normal(size=(max(people) + 1, size))
    points = centres[people] * pull + chance.normal(size=(len(people), size))
    return points / np.linalg.norm(points, axis=1, keepdims=True)


@pytest.mark.parametrize("pull", [0.0, 0.5, 2.0])
@pytest.mark.parametrize("people", [[0, 0, 1, 1, 1], [2, 0, 1, 1, 0, 2, 2, 0, 3, 3], [0, 1, 1, 2, 2, 2]])
def test_it_is_that_of_scikit_learn(people, pull):
    people = np.array(people)
    points = faces(people, 8, pull=pull)

    found = silhouette(points, people)

    assert found.score == pytest.approx(silhouette_score(points, people), abs=1e-9)
    np.testing.assert_allclose(found.faces, silhouette_samples(points, people), atol=1e-9)


def test_a_face_by_hand():
    found = silhouette([[0.0], [1.0], [3.0], [4.0]], ["a", "a", "b", "b"])
    assert found.faces[0] == pytest.approx((3.5 - 1) / 3.5)
    assert found.faces[1] == pytest.approx((2.5 - 1) / 2.5)


def test_blocks_make_no_difference(monkeypatch):
    people = np.arange(40) % 7
    points = faces(people, 5)
    whole = silhouette(points, people)
    monkeypatch.setattr("facenet_core.evaluation.clustering.silhouettes.BLOCK_ELEMENTS", 90)
    np.testing.assert_allclose(silhouette(points, people).faces, whole.faces, atol=1e-12)


@pytest.mark.parametrize("people", [[], [5], [5, 5, 5]])
def test_one_person_or_nobody_has_no_score(people):
    found = silhouette(np.ones((len(people), 3)), people)
    assert found.score is None
    assert np.isnan(found.faces).all()


def test_all_on_one_spot_is_zero():
    assert silhouette(np.ones((6, 4)), [0, 0, 1, 1, 2, 2]).score == 0


def test_everybody_once_is_zero():
    assert silhouette(np.eye(4), [0, 1, 2, 3]).score == 0


def test_what_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="finite"):
        silhouette([[np.nan], [1.0]], [0, 1])
