import numpy as np
import pytest

from facenet_core.projection import align_rigid, pca_basis, project


def test_the_basis_looks_along_the_largest_variance():
    generator = np.random.default_rng(0)
    embeddings = generator.normal(size=(200, 5)) * [1, 9, 1, 4, 1] + 7
    basis = pca_basis(embeddings, 3)
    assert basis.components @ basis.components.T == pytest.approx(np.eye(3), abs=1e-12)
    assert np.abs(basis.components).argmax(axis=1)[:2].tolist() == [1, 3]
    assert (basis.components[[0, 1], [1, 3]] > 0).all()
    variance = project(basis, embeddings).var(axis=0)
    values = np.linalg.svd(embeddings - embeddings.mean(axis=0), compute_uv=False) ** 2 / 200
    assert variance == pytest.approx(values[:3], rel=1e-4)


def test_a_fixed_basis_keeps_a_face_in_its_place():
    first, later = np.random.default_rng(1).normal(size=(2, 20, 6))
    later[3] = first[3]
    basis = pca_basis(first, 2)
    assert np.array_equal(project(basis, first)[3], project(basis, later)[3])


def test_collapsed_embeddings_land_in_the_origin():
    embeddings = np.full((10, 4), 0.25)
    assert np.array_equal(project(pca_basis(embeddings, 2), embeddings), np.zeros((10, 2), np.float32))


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="dimensions must lie between 1 and the embedding size 2, got 3"):
        pca_basis(np.zeros((4, 2)), 3)
    with pytest.raises(ValueError, match="at least one embedding"):
        pca_basis(np.zeros((0, 4)), 2)
    with pytest.raises(ValueError, match="size 4 like the basis, got 5"):
        project(pca_basis(np.zeros((3, 4)), 2), np.zeros((3, 5)))
    with pytest.raises(ValueError, match="1 rows, the first is 2"):
        pca_basis([[0, 0], [1, 1], [np.nan, 0]], 2)


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_turned_moved_and_mirrored_map_is_put_back(mirrored, dimensions):
    generator = np.random.default_rng(2)
    reference = generator.normal(size=(30, dimensions))
    turn = np.linalg.qr(generator.normal(size=(dimensions, dimensions)))[0]
    turn[:, 0] *= np.sign(np.linalg.det(turn)) * (-1 if mirrored else 1)
    assert align_rigid(reference @ turn + 5, reference) == pytest.approx(reference, abs=1e-5)


def test_alignment_never_scales():
    generator = np.random.default_rng(3)
    positions, reference = 10 * generator.normal(size=(20, 2)), generator.normal(size=(20, 2))
    aligned = align_rigid(positions, reference)
    assert np.linalg.norm(aligned[3] - aligned[8]) == pytest.approx(np.linalg.norm(positions[3] - positions[8]), 1e-5)
    assert aligned.mean(axis=0) == pytest.approx(reference.mean(axis=0), abs=1e-5)


def test_alignment_of_points_on_one_spot_and_of_nothing():
    assert align_rigid(np.ones((4, 2)), np.zeros((4, 2))) == pytest.approx(np.zeros((4, 2)))
    assert align_rigid(np.zeros((0, 2)), np.zeros((0, 2))).shape == (0, 2)
    with pytest.raises(ValueError, match="one shape"):
        align_rigid(np.zeros((4, 2)), np.zeros((5, 2)))
