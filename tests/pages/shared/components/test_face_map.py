"""What the map of faces is sent, and what a link says of the chosen ones."""

import json

import numpy as np
import pytest

from facenet_core.runs.records import TrackedFaces
from pages.shared.components.browser.static_files import CODE, static_files
from pages.shared.components.face_map import faces_from_text, faces_to_text
from pages.shared.components.face_map.sending import FINEST, MISSING, cast_json, send_film, whole_numbers
from tests.pages.made_run import make_run


def tracked(names: list[str]) -> TrackedFaces:
    count = len(names)
    return TrackedFaces(
        index=np.arange(count),
        person=np.arange(count, dtype=np.int32),
        group=np.zeros(count, np.uint8),
        names=np.array(names),
        files=np.array(names),
    )


def test_the_players_code_is_put_where_the_server_finds_it(tmp_path):
    files = static_files(tmp_path)
    for address in (files.at("face_map/face_map.js"), files.at("face_map/face_map.css")):
        assert (tmp_path / address.split("/static/")[1]).is_file()
    assert {"face_map.js", "chart.js"} <= {path.name for path in CODE}


def test_what_modules_import_is_published_beside_them(tmp_path):
    module = tmp_path / static_files(tmp_path).at("face_map/face_map.js").split("/static/")[1]
    sources = [line.split('"')[1] for line in module.read_text().splitlines() if line.startswith("import ")]
    assert len(sources) > 10
    assert all((module.parent / source).resolve().is_file() for source in sources)


def test_positions_travel_in_pieces_of_which_only_the_last_one_changes(monkeypatch):
    sent = []
    monkeypatch.setattr(
        "pages.shared.components.face_map.sending.send_file", lambda data, kind, key: sent.append(data) or key
    )
    positions = np.random.default_rng(0).normal(size=(40, 7, 2)).astype(np.float32)
    film = send_film(positions[:39], tuple(range(39)), key="map")
    first, sent[:] = list(sent), []
    send_film(positions, tuple(range(40)), key="map")
    assert [len(data) for data in first] == [16 * 7 * 2 * 4, 16 * 7 * 2 * 4, 7 * 7 * 2 * 4]
    assert first[:2] == sent[:2]
    assert (film.points, film.dimensions, len(set(film.urls))) == (7, 2, 3)


def test_embeddings_as_whole_numbers_keep_distances():
    points = np.random.default_rng(0).normal(size=(50, 128))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    rows, scale = whole_numbers(points)
    near = ((rows[0] * scale - rows[1:] * scale) ** 2).sum(axis=1)
    np.testing.assert_allclose(near, ((points[0] - points[1:]) ** 2).sum(axis=1), atol=1e-3)


def test_embeddings_that_are_not_numbers_are_marked():
    points = np.ones((3, 4))
    points[1, 2] = np.nan
    rows, scale = whole_numbers(points)
    assert rows[1, 0] == MISSING
    assert (rows[[0, 2]] == FINEST).all()
    assert scale == pytest.approx(1 / FINEST)


@pytest.mark.parametrize("points", [np.zeros((3, 4)), np.zeros((0, 4)), np.full((2, 2), np.inf)])
def test_embeddings_without_a_size_are_sent_all_the_same(points):
    rows, scale = whole_numbers(points)
    assert rows.shape == points.shape
    assert np.isfinite(scale)


def test_five_thousand_people_with_long_names_get_a_colour_each():
    values = json.loads(cast_json(tracked([f"{i} " + "é" * 900 for i in range(5000)])))
    assert len(values["colours"]) == len(values["names"]) == 5000
    assert max(len(name) for name in values["names"]) == 300


@pytest.mark.parametrize(
    ("faces", "text"),
    [([], ""), ([7], "7"), ([9, 3], "9,3"), ([1, 2, 3, 5], "1-3,5"), ([5, 3, 4, 4], "3-5"), (range(500), "0-499")],
)
def test_chosen_faces_stand_in_a_link(faces, text):
    assert faces_to_text(faces) == text
    assert faces_from_text(text, 1000) == (list(faces) if len(list(faces)) <= 2 else sorted(set(faces)))


@pytest.mark.parametrize("text", ["x", "-", "3-", "9-2", "99999999999", "1000", "<script>", ",,", "1;2", "-1"])
def test_what_a_link_cannot_mean_is_passed_over(text):
    assert faces_from_text(text, 10) == []


def test_a_link_to_more_faces_than_there_are_means_those_there_are():
    assert faces_from_text("2-9999999,1", 5) == [2, 3, 4, 1]


@pytest.mark.parametrize("faces", ["0", "0,5", "0-30", "x", "900"])
def test_the_page_opens_with_chosen_faces(visit, runs, faces):
    run = make_run(runs)
    assert not visit("epochs", run=run.id, faces=faces).exception


def test_maps_without_numbers_and_collapsed_ones_are_shown(visit, runs):
    run = make_run(runs)
    record = run.map("umap-2d", 5)
    for epoch, value in ((4, 0.0), (5, np.nan)):
        positions = np.full_like(record.positions, value)
        run.write_map(
            "umap-2d", type(record)(epoch=epoch, positions=positions, trustworthiness=np.nan, note=record.note)
        )
    assert not visit("epochs", run=run.id).exception
    assert not visit("training", run=run.id).exception


def test_what_is_beside_the_map_speaks_of_the_chosen_faces(visit, runs):
    run = make_run(runs)
    points = run.epoch(5).embeddings.astype(np.float64)
    expected = ((points[0] - points[9]) ** 2).sum()
    said = "\n".join(str(part.value) for part in visit("epochs", run=run.id, faces="0,9").markdown)
    assert f"The two chosen faces are {expected:.2f} apart" in said
    assert "chosen faces" not in "\n".join(str(part.value) for part in visit("epochs", run=run.id).markdown)
