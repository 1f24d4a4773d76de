"""Eigenfaces against scikit-learn's PCA, and pictures that do not vary."""

import numpy as np
import pytest

from facenet_core.evaluation.pictures.eigenfaces import fit_eigenfaces


def pictures(count: int, size: int, seed: int = 0) -> np.ndarray:
    chance = np.random.default_rng(seed)
    return chance.normal(size=(count, 6)) @ chance.normal(size=(6, size)) + 0.05 * chance.normal(size=(count, size))


@pytest.mark.parametrize(("count", "size"), [(20, 90), (90, 20)])
@pytest.mark.parametrize("whiten", [False, True])
def test_distances_are_those_of_scikit_learns_pca(count, size, whiten):
    from sklearn.decomposition import PCA

    seen, others = pictures(count, size), pictures(15, size, seed=1)
    places = fit_eigenfaces(seen, 5).project(others, whiten=whiten)
    peer = PCA(5, whiten=whiten, svd_solver="full").fit(seen).transform(others)
    if whiten:
        peer /= np.linalg.norm(peer, axis=1, keepdims=True)
    ours, theirs = (((p[:, None] - p[None]) ** 2).sum(-1) for p in (places, peer))
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_directions_without_variance_are_left_out():
    seen = pictures(20, 30)
    assert fit_eigenfaces(seen[:3], 10).directions.shape == (2, 30)  # three pictures span a plane
    flat = fit_eigenfaces(np.ones((5, 30)), 4)
    assert flat.directions.shape == (0, 30)
    assert flat.project(seen).shape == (20, 0)


def test_bad_input_is_a_sentence():
    with pytest.raises(ValueError, match="at least one"):
        fit_eigenfaces(np.zeros((0, 4)), 2)
    with pytest.raises(ValueError, match="components must be at least 1, got 0"):
        fit_eigenfaces(np.ones((3, 4)), 0)
    with pytest.raises(ValueError, match="pictures must be finite"):
        fit_eigenfaces(np.full((3, 4), np.nan), 2)
    with pytest.raises(ValueError, match="the 4 values it was fitted on, got 5"):
        fit_eigenfaces(np.eye(4), 2).project(np.ones((2, 5)))
