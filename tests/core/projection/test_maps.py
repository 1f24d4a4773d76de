import subprocess
import sys
import warnings

import numpy as np
import pytest

from facenet_core.projection import (
    MAP_METHODS,
    align_rigid,
    draw_map,
    fixed_basis,
    map_dimensions,
    project,
    umap_map,
    warm_up,
)


def crowd(closeness, people=8, images=12, size=16, seed=0):
    """Unit-length embeddings of people who gather as training goes on."""
    generator = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), images)
    centres, noise = generator.normal(size=(people, size)), generator.normal(size=(len(who), size))
    rows = (1 - closeness) * noise + closeness * centres[who]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def median_step(now, before):
    return np.median(np.linalg.norm(now - before, axis=1)) / np.sqrt(((now - now.mean(axis=0)) ** 2).sum(1).mean())


def test_importing_maps_is_cheap():
    code = (
        "import sys, facenet_core.projection; print(sorted({'umap', 'sklearn', 'numba', 'scipy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_map_keeps_neighbours_and_moves_little_from_epoch_to_epoch():
    before = umap_map(crowd(0.70))
    warm = umap_map(crowd(0.72), previous=before)
    refitted = umap_map(crowd(0.72), seed=1)
    assert warm.shape == (96, 2)
    assert warm.dtype == np.float32
    assert median_step(warm, before) < 0.5 * median_step(align_rigid(refitted, before), before)
    drawn = draw_map("umap-2d", crowd(0.72), previous=before)
    assert np.array_equal(drawn.positions, warm)
    assert drawn.trustworthiness > 0.9
    assert drawn.note is None


def test_equal_arguments_give_equal_maps():
    first = umap_map(crowd(0.5), 3, seed=4)
    assert np.array_equal(first, umap_map(crowd(0.5), 3, seed=4))
    assert not np.array_equal(first, umap_map(crowd(0.5), 3, seed=5))
    assert np.array_equal(
        umap_map(crowd(0.6), 3, previous=first, seed=4), umap_map(crowd(0.6), 3, previous=first, seed=4)
    )


@pytest.mark.parametrize("faces", [5, 6, 10, 16])
def test_fewer_faces_than_neighbours_are_drawn(faces):
    embeddings = np.random.default_rng(faces).normal(size=(faces, 8))
    for dimensions in (2, 3):
        first = umap_map(embeddings, dimensions)
        again = umap_map(embeddings, dimensions, previous=first)
        assert first.shape == again.shape == (faces, dimensions)
        assert np.isfinite([first, again]).all()


@pytest.mark.parametrize("faces", [0, 1, 2, 4])
def test_too_few_faces_for_umap_are_drawn_by_principal_components_and_said(faces):
    drawn = draw_map("umap-2d", np.random.default_rng(0).normal(size=(faces, 8)))
    assert drawn.positions.shape == (faces, 2)
    assert f"at least 5 faces, here are {faces}" in drawn.note


def test_collapsed_embeddings_are_one_point_and_said_and_the_next_map_starts_afresh():
    collapsed = np.full((96, 16), 0.25) + np.random.default_rng(0).normal(size=(96, 16)) * 1e-9
    before = draw_map("umap-2d", crowd(0.8))
    flat = draw_map("umap-2d", collapsed, previous=before.positions)
    assert "collapsed" in flat.note
    assert np.ptp(flat.positions, axis=0) == pytest.approx([0, 0], abs=1e-5)
    after = draw_map("umap-2d", crowd(0.8), previous=flat.positions)
    assert after.note is None
    assert after.trustworthiness > 0.9


@pytest.mark.parametrize(
    "embeddings",
    [
        pytest.param(np.repeat(np.random.default_rng(0).normal(size=(3, 8)), 20, axis=0), id="copies"),
        pytest.param(np.outer(np.linspace(0, 1, 40), np.arange(1, 9)), id="a line"),
        pytest.param(np.random.default_rng(1).normal(size=(40, 2)), id="flat"),
        pytest.param(128 * np.random.default_rng(2).normal(size=(40, 8)), id="not of unit length"),
        pytest.param(np.random.default_rng(3).integers(0, 2, (40, 4)), id="whole numbers"),
    ],
)
def test_odd_embeddings_are_drawn_without_nan_and_without_noise(embeddings, capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        first = draw_map("umap-3d", embeddings)
        again = draw_map("umap-3d", embeddings, previous=first.positions)
    assert np.isfinite([first.positions, again.positions]).all()
    assert 0 <= again.trustworthiness <= 1
    assert capfd.readouterr() == ("", "")


def test_principal_components_follow_a_fixed_basis():
    basis = fixed_basis(crowd(0.9), "pca-3d")
    drawn = draw_map("pca-3d", crowd(0.2), basis=basis)
    assert np.array_equal(drawn.positions, project(basis, crowd(0.2)))
    assert draw_map("pca-2d", crowd(0.2)).positions.shape == (96, 2)
    assert draw_map("pca-3d", np.random.default_rng(0).normal(size=(6, 2))).positions[:, 2].tolist() == [0] * 6


def test_every_method_says_how_wide_it_is_and_what_it_does():
    kinds = ("umap", "umap-polished", "tsne", "tsne-refit", "pca")
    expected = {f"{kind}-{dimensions}d": dimensions for kind in kinds for dimensions in (2, 3)}
    assert {name: map_dimensions(name) for name in MAP_METHODS} == expected
    assert all(MAP_METHODS.values())


def test_warming_up_leaves_nothing_behind():
    before = umap_map(crowd(0.5))
    assert warm_up() > 0
    assert np.array_equal(umap_map(crowd(0.5)), before)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="method must be one of umap-2d"):
        draw_map("t-sne", crowd(0.5))
    with pytest.raises(ValueError, match=r"previous must have shape \(96, 2\), got \(95, 2\)"):
        umap_map(crowd(0.5), previous=np.zeros((95, 2)))
    with pytest.raises(ValueError, match="dimensions must be 2 or 3, got 4"):
        umap_map(crowd(0.5), 4)
    with pytest.raises(ValueError, match="NaN or infinity"):
        umap_map(np.full((10, 3), np.nan))
