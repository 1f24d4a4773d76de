"""What workers answer about a run's network and faces."""

import numpy as np
import pytest

from facenet_core.runs import InlineEngine, RunRequest, advance
from facenet_core.runs.jobs import network_inspection as looking
from facenet_core.runs.records import RunMissing


@pytest.fixture
def finished(make_run, faces_root):
    run = make_run()
    run.write_request(RunRequest(**run.request().changes()))
    advance(str(run.path), str(faces_root))
    return run


def test_a_look_at_a_face_holds_together(finished, faces_root):
    pictures, exact = looking.tracked_pictures(finished, faces_root)
    assert exact
    found = looking.look_at_face(str(finished.path), 3, pictures[0], pictures[1])
    face, other = found.embeddings.astype(np.float64)
    assert found.untouched == pytest.approx(np.sum((face - other) ** 2), abs=1e-5)
    assert found.hidden.shape == found.forecast.shape == (23, 23)
    assert found.gradient.shape == (22, 22)
    assert found.centres[0] == 11
    assert found.centres[-1] == 99


def test_sums_under_squares_and_in_cells_are_those_of_the_pixels():
    change = np.random.default_rng(0).normal(size=(110, 110)).astype(np.float32)
    sums = looking._sums(change, np.array([0, 4, 88]))
    assert sums[1, 2] == pytest.approx(change[4:26, 88:110].sum(), abs=1e-3)
    assert sums[0, 1] == pytest.approx(change[:22, 4:26].sum(), abs=1e-3)
    assert looking._binned(change)[3, 21] == pytest.approx(change[15:20, 105:110].sum(), abs=1e-4)


def test_what_is_hidden_is_hidden_where_the_map_says(finished, faces_root):
    from facenet_core.training import embed_images

    pictures, _ = looking.tracked_pictures(finished, faces_root, np.array([0, 1]))
    found = looking.look_at_face(str(finished.path), 3, *pictures)
    hidden = pictures[0].copy()
    hidden[8:30, 40:62] = 127  # row 2 and column 10 of the map
    network = looking._network(finished, 3)
    points = embed_images(network, np.stack([hidden, pictures[1]])).astype(np.float64)
    assert found.hidden[2, 10] == pytest.approx(np.sum((points[0] - points[1]) ** 2), abs=2e-3)


def test_layers_maps_and_strongest_faces(finished, faces_root):
    layers = looking.list_layers(str(finished.path), 3)
    assert layers[0].output_shape == (32, 28, 28)
    assert layers[0].has_maps
    assert not layers[-1].has_maps
    picture = looking.tracked_pictures(finished, faces_root, np.array([0]))[0][0]
    maps = looking.look_into_layer(str(finished.path), 3, picture, layers[0].name)
    assert maps.shape == (32, 28, 28)
    found = looking.find_strongest_faces(str(finished.path), str(faces_root), 3, layers[0].name)
    assert found.exact
    assert found.faces.shape == (32, 9)
    assert found.strengths[:, 0] == pytest.approx(found.strengths.max(axis=1))
    best = looking.tracked_pictures(finished, faces_root, found.faces[5, :1])[0][0]
    peak = looking.look_into_layer(str(finished.path), 3, best, layers[0].name)[5].max()
    assert float(peak) == pytest.approx(found.strengths[5, 0], rel=2e-3)


def test_filters_of_all_epochs(finished):
    film = looking.first_filters(str(finished.path), [0, 1, 2, 3])
    assert film.epochs == (0, 1, 2, 3)
    assert film.filters.shape == (4, 32, 3, 6, 6)
    assert np.any(film.filters[0] != film.filters[3])


def test_bytes_are_measured_in_every_group(finished):
    costs = looking.cost_of_fewer_bytes(str(finished.path), 3)
    faces = finished.tracked()
    for code, group in enumerate(("seen", "held-out", "unseen")):
        count = int((faces.group == code).sum())
        assert costs[group][0].pairs == count * (count - 1) // 2


def test_thumbnails_stand_in_where_the_faces_are_gone(finished, tmp_path):
    pictures, exact = looking.tracked_pictures(finished, tmp_path / "nothing here", np.array([2, 0]))
    assert not exact
    assert pictures.shape == (2, 110, 110, 3)
    thumbnail = finished.thumbnails()[2].astype(float).mean()
    assert pictures[0].astype(float).mean() == pytest.approx(thumbnail, abs=2)


def test_an_engine_hands_over_what_the_worker_found_or_met(finished, tmp_path, faces_root):
    engine = InlineEngine(tmp_path)
    picture = looking.tracked_pictures(finished, faces_root, np.array([0]))[0][0]
    assert engine.ask(looking.list_layers, str(finished.path), 3).result()
    with pytest.raises(RunMissing, match="no weights of epoch 9"):
        engine.ask(looking.look_at_face, str(finished.path), 9, picture, picture).result()
    with pytest.raises(ValueError, match="uint8"):
        engine.ask(looking.look_at_face, str(finished.path), 3, picture[:50], picture).result()
