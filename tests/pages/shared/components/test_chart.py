"""What the browser fetches, and what comes back from it."""

import io
import json

import numpy as np
import plotly
import pytest
import streamlit as st
from PIL import Image

from pages.shared.components.browser import media
from pages.shared.components.browser.static_files import CODE, static_files
from pages.shared.components.chart import send_frames
from pages.shared.components.chart.chart import tell
from pages.shared.figures.contact_sheet import atlas_image, quick_atlas
from pages.shared.figures.map import face_map


def test_plotly_is_put_where_the_server_finds_it(tmp_path):
    files = static_files(tmp_path)
    copy = tmp_path / "plotly.min.js"
    assert copy.stat().st_size > 1_000_000
    assert plotly.__version__ in files.plotly
    for name in (
        "chart/chart.js",
        "chart/chart.css",
        "triplet_plane/plane.js",
        "sandbox/sandbox.js",
        "sphere/sphere.js",
    ):
        assert (tmp_path / files.at(name).split("/static/")[1]).is_file()


def test_a_copy_of_another_version_is_replaced(tmp_path):
    (tmp_path / "plotly.min.js").write_text("old")
    static_files(tmp_path)
    assert (tmp_path / "plotly.min.js").stat().st_size > 1_000_000


def test_nothing_comes_from_another_host(tmp_path):
    files = static_files(tmp_path)
    assert all(url.startswith("/app/static/") for url in (files.plotly, files.base))


@pytest.mark.parametrize(("make", "kind"), [(atlas_image, "WEBP"), (quick_atlas, "JPEG")])
def test_an_atlas_has_its_pictures_in_rows(make, kind):
    tones = np.array([0, 80, 160, 240, 40], np.uint8)
    pictures = np.broadcast_to(tones[:, None, None, None], (5, 16, 16, 3))
    with Image.open(io.BytesIO(make(pictures, columns=3))) as picture:
        assert picture.format == kind
        sheet = np.asarray(picture.convert("RGB")).astype(int)
    assert sheet.shape == (32, 48, 3)
    for number, tone in enumerate(tones):
        row, column = divmod(number, 3)
        assert abs(sheet[row * 16 + 8, column * 16 + 8, 0] - int(tone)) < 6


def test_pictures_that_would_run_into_one_another_are_no_jpeg():
    pictures = np.zeros((3, 12, 12, 3), np.uint8)
    assert quick_atlas(pictures) == atlas_image(pictures)


def test_the_same_value_twice_is_news(monkeypatch):
    heard = []
    for count in (1, 2):
        monkeypatch.setattr(st, "session_state", {"figure": {"line": {"value": 1.1, "count": count}}})
        tell("figure", "line", heard.append)
    assert heard == [1.1, 1.1]


def test_what_never_happened_is_not_told(monkeypatch):
    heard = []
    monkeypatch.setattr(st, "session_state", {})
    tell("figure", "line", heard.append)
    assert heard == []


def test_the_code_of_the_chart_writes_no_markup():
    assert len(CODE) > 5
    for source in CODE:
        assert "innerHTML" not in source.read_text(encoding="utf-8"), source.name


def test_figures_travel_as_single_precision():
    figure = face_map(np.zeros((4, 2), np.float32), np.zeros(4, int), np.zeros(4, int), 1)
    sent = json.loads(figure.to_json())["data"][0]["x"]
    assert sent["dtype"] == "f4"


def test_a_replaced_film_can_still_be_fetched_for_a_moment(monkeypatch):
    sent, now = {}, [100.0]
    monkeypatch.setattr(media, "_send", lambda data, kind, place: sent.update({place: data}) or place)
    monkeypatch.setattr(media.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(media.st, "session_state", {})
    films = [np.full((frames, 1, 2), frames, np.float32) for frames in (1, 2)]
    for film in films:
        send_frames(film, list(range(len(film))), key="map")
    assert sent["map-frames-before"] == films[0].tobytes()
    sent.clear()
    send_frames(films[1], [0, 1], key="map")
    assert sent["map-frames-before"] == films[0].tobytes()  # also when nothing new came meanwhile
    sent.clear()
    now[0] += media.STAYS
    send_frames(films[1], [0, 1], key="map")
    assert list(sent) == ["map-frames"]
    assert media.st.session_state[media.KEPT]["map-frames"][1] == b""
