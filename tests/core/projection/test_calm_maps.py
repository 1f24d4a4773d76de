"""Polished UMAP and t-SNE: calm from epoch to epoch, and what they do with little or odd input."""

import numpy as np
import pytest

from facenet_core.map_config import MapSettings
from facenet_core.projection import draw_map, polished_maps, stability, trustworthiness, tsne_map


def crowd(closeness, people=6, images=8, size=16, seed=0):
    generator = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), images)
    centres, noise = generator.normal(size=(people, size)), generator.normal(size=(len(who), size))
    rows = (1 - closeness) * noise + closeness * centres[who]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


EPOCHS = [crowd(closeness) for closeness in (0.4, 0.5, 0.6, 0.7)]


@pytest.fixture(scope="module")
def polished():
    told = []
    maps = polished_maps(EPOCHS, progress=lambda *news: told.append(news))
    return maps, told


def chain(draw):
    maps, previous = [], None
    for embeddings in EPOCHS:
        previous = draw(embeddings, previous=previous)
        maps.append(previous)
    return maps


def test_a_polished_film_is_calmer_than_the_live_one_and_as_true(polished):
    maps, _ = polished
    live = chain(lambda embeddings, previous: draw_map("umap-2d", embeddings, previous=previous).positions)
    assert [positions.shape for positions in maps] == [(48, 2)] * 4
    assert stability(maps) < 0.5 * stability(live)
    assert trustworthiness(EPOCHS[-1], maps[-1]) > trustworthiness(EPOCHS[-1], live[-1]) - 0.05


def test_polishing_tells_how_far_it_is_and_ends_when_told(polished):
    _, told = polished
    assert {what for _, _, what in told} == {"epochs drawn one after another", "steps of all epochs together"}
    assert all(0 <= done < total for done, total, _ in told)

    def cancel(done, total, what):
        raise RuntimeError("cancelled")

    with pytest.raises(RuntimeError, match="cancelled"):
        polished_maps(EPOCHS, progress=cancel)


def test_equal_arguments_give_equal_polished_maps(polished):
    assert np.array_equal(polished_maps(EPOCHS), polished[0])
    assert not np.array_equal(polished_maps(EPOCHS, seed=1), polished[0])


def test_a_collapsed_epoch_is_one_point_and_the_others_are_drawn():
    flat = np.full((48, 16), 0.25)
    maps = polished_maps([EPOCHS[0], flat, EPOCHS[1]], 3)
    assert [positions.shape for positions in maps] == [(48, 3)] * 3
    assert np.ptp(maps[1], axis=0) == pytest.approx([0, 0, 0], abs=1e-5)
    assert np.ptp(maps[2], axis=0).min() > 1


@pytest.mark.parametrize("faces", [1, 2, 6])
def test_few_faces_and_one_epoch_are_drawn(faces):
    embeddings = np.random.default_rng(0).normal(size=(faces, 8))
    assert np.isfinite(polished_maps([embeddings])).all()
    assert np.isfinite(polished_maps([embeddings, embeddings])).all()
    assert np.isfinite(tsne_map(embeddings)).all()
    assert polished_maps([]) == []


def test_tsne_goes_on_from_the_last_map_or_jumps_when_drawn_anew():
    calm = chain(lambda embeddings, previous: draw_map("tsne-2d", embeddings, previous=previous).positions)
    seeds = iter(range(len(EPOCHS)))
    anew = chain(
        lambda embeddings, previous: (
            draw_map("tsne-refit-2d", embeddings, previous=previous, seed=next(seeds), random_start=True).positions
        )
    )
    assert stability(calm) < 0.5 * stability(anew)
    assert trustworthiness(EPOCHS[-1], calm[-1]) > 0.9
    assert np.array_equal(calm[1], tsne_map(EPOCHS[1], previous=calm[0]))


def test_tsne_of_few_or_equal_faces_is_said():
    few = draw_map("tsne-2d", np.random.default_rng(0).normal(size=(4, 8)))
    assert "t-SNE needs at least 5 faces, here are 4" in few.note
    assert "collapsed" in draw_map("tsne-3d", np.ones((20, 8))).note


def test_settings_change_the_map():
    usual = draw_map("umap-2d", EPOCHS[3]).positions
    for settings in (MapSettings(neighbours=5), MapSettings(min_dist=0.8), MapSettings(metric="manhattan")):
        other = draw_map("umap-2d", EPOCHS[3], settings=settings)
        assert not np.array_equal(other.positions, usual)
        assert other.trustworthiness > 0.8
    assert np.array_equal(
        draw_map("umap-2d", EPOCHS[3], settings=MapSettings(seed=7)).positions,
        draw_map("umap-2d", EPOCHS[3], seed=7).positions,
    )


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="every epoch must have the same faces"):
        polished_maps([EPOCHS[0], EPOCHS[1][:-1]])
    with pytest.raises(ValueError, match="NaN or infinity"):
        polished_maps([EPOCHS[0], np.full((48, 16), np.nan)])
    with pytest.raises(ValueError, match="dimensions must be 2 or 3, got 1"):
        polished_maps(EPOCHS, 1)
    with pytest.raises(ValueError, match="dimensions must be 2 or 3, got 4"):
        tsne_map(EPOCHS[0], 4)
    with pytest.raises(ValueError, match=r"previous must have shape \(48, 2\)"):
        tsne_map(EPOCHS[0], previous=np.zeros((47, 2)))
