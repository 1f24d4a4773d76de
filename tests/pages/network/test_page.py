"""The lesson about what a network sees: every part of it, on runs with weights and without, and own photos."""

import io
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from facenet_core.runs.jobs import network_inspection as jobs
from pages.network import embedding as network_embedding
from pages.network import figures as figures_network
from pages.network import filters as network_filters
from pages.network import occlusion as network_places
from pages.network import subject as looking
from tests.pages.made_run import make_run
from tests.pages.test_pages import words

VIEWS = {
    "What counts in a face": "Squares where",
    "Layer by layer": "One cell of these maps",
    "The embedding": "have a cosine of",
    "The first filters": "of what the last filters hold is colour",
    "In bytes": "get another answer at the same threshold",
}
FACE, LAYERS, EMBEDDING, FILTERS, BYTES = VIEWS


@pytest.fixture
def run(runs):
    return make_run(runs, people=4, epochs_done=2, epochs=2, weights=(0, 1, 2))


@pytest.mark.parametrize("view", VIEWS)
def test_every_part_says_what_to_notice(visit, run, view):
    app = visit("network", run=run.id, look=view)
    assert not app.exception
    assert not app.error
    assert VIEWS[view] in words(app)


def test_the_places_are_said_with_their_numbers(visit, run, engine):
    said = words(visit("network", run=run.id))
    assert "Hiding one place moves the squared distance from" in said
    assert "of all changes on" in said
    assert ("ask", "look_at_face") in engine.asked


def test_a_worker_is_asked_once_for_the_same_face(visit, run, engine):
    app = visit("network", run=run.id)
    app.run()
    visit("network", run=run.id, look=EMBEDDING)
    assert engine.asked.count(("ask", "look_at_face")) == 1


def test_the_epoch_of_the_link_is_looked_into(visit, run):
    app = visit("network", run=run.id, epoch="1")
    assert app.selectbox(key=f"network_epoch_{run.id}_False").value == 1


def test_epochs_without_weights_are_left_out_and_said(visit, runs):
    run = make_run(runs, people=4, epochs_done=5, weights=(0, 5))
    app = visit("network", run=run.id, epoch="2")
    assert app.selectbox(key=f"network_epoch_{run.id}_False").options == ["0", "5"]
    assert "keeps the weights of these epochs: 0, 5. Epoch 2 is not among them." in words(app)
    assert len(visit("network", run=run.id, look=BYTES).selectbox(key=f"network_epoch_{run.id}_True").options) == 6


def test_a_run_without_weights_says_so_and_offers_what_there_is(visit, runs):
    run = make_run(runs)
    app = visit("network", run=run.id)
    assert "weights of this run are not stored" in app.info[0].value
    app.button(key="network_to_bytes").click().run()
    assert "get another answer at the same threshold" in words(app)


def test_weights_that_were_cut_off_are_a_sentence(visit, run):
    (run.path / "weights" / "0002.safetensors").write_bytes(b"half a fi")
    for view in (FACE, LAYERS, EMBEDDING, FILTERS):
        app = visit("network", run=run.id, look=view)
        assert not app.exception
        assert "damaged" in app.error[0].value


def test_workers_that_are_not_there_yet_are_waited_for_without_asking(visit, run, engine):
    engine.ready = False
    app = visit("network", run=run.id)
    assert "as soon as there is one: loading torch" in app.info[0].value
    assert ("ask", "look_at_face") not in engine.asked
    engine.ready = True
    assert "Hiding one place" in words(app.run())


def test_a_worker_that_never_answers_is_a_sentence(visit, run, engine, monkeypatch):
    def late(*args):
        raise TimeoutError

    monkeypatch.setattr(engine, "ask", late)
    app = visit("network", run=run.id)
    assert "No worker was free" in app.error[0].value


def test_a_network_that_is_gone_from_the_choices_is_a_sentence(visit, run):
    record = run.record()
    run.write_record(replace(record, config=replace(record.config, network="mine")))
    app = visit("network", run=run.id)
    assert not app.exception
    assert "network must be one of" in app.error[0].value


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("change", [{"people": 1}, {"people": 2, "each": 2}, {"people": 1, "each": 1}])
def test_runs_with_little_in_them_are_looked_into(visit, runs, view, change):
    run = make_run(runs, epochs_done=1, epochs=1, weights=(1,), **change)
    app = visit("network", run=run.id, look=view)
    assert not app.exception
    assert not app.error


def test_a_click_on_a_channel_chooses_it(visit, run):
    app = visit("network", run=run.id, look=LAYERS)
    channel = app.number_input(key=f"network_channel_{run.id}_0")
    channel.set_value(7).run()
    assert not app.exception
    assert "set channel 7 off most" in words(app)


def test_filters_can_be_shown_as_what_training_changed(visit, run):
    app = visit("network", run=run.id, look=FILTERS)
    assert "What training added to the filters since epoch 0" in words(app)
    app.segmented_control(key="network_filter_view").set_value(network_filters.AS_THEY_ARE).run()
    assert not app.exception
    assert "a filter answers to patches" in words(app)


def test_thumbnails_stand_in_for_faces_that_are_not_prepared(visit, run, engine):
    app = visit("network", run=run.id)
    assert "enlarged thumbnails stand in" in words(app)
    app.button(key="network_prepare").click().run()
    assert engine.asked[-1][0] == "prepare" or ("prepare", run.record().config.faces) in engine.asked


def photo(colour: int) -> tuple[str, bytes, str]:
    file = io.BytesIO()
    Image.fromarray(np.full((80, 60, 3), colour, np.uint8)).save(file, "PNG")
    return "me.png", file.getvalue(), "image/png"


def test_an_own_photo_is_looked_at_and_stays_in_the_session(visit, run, engine):
    app = visit("network", run=run.id)
    app.segmented_control(key="network_whose").set_value("Your own photo").run()
    assert "Choose a photo" in words(app)
    app.file_uploader(key="network_photo").set_value(photo(90)).run()
    assert not app.exception
    assert "Hiding one place" in words(app)
    asked = engine.asked.count(("ask", "look_at_face"))
    app.run()
    assert engine.asked.count(("ask", "look_at_face")) == asked  # kept in this session
    assert len(app.session_state["looked_at"]) == 1
    app.file_uploader(key="network_second_photo").set_value(photo(200)).run()
    assert not app.exception
    assert len(app.session_state["looked_at"]) == 2


def test_a_photo_that_cannot_be_read_is_a_sentence(visit, run):
    app = visit("network", run=run.id)
    app.segmented_control(key="network_whose").set_value("Your own photo").run()
    app.file_uploader(key="network_photo").set_value(("me.png", b"half a fi", "image/png")).run()
    assert not app.exception
    assert "damaged or not a picture" in app.error[0].value


def look(hidden: np.ndarray, untouched: float = 0.5) -> jobs.FaceLook:
    count = len(hidden)
    return jobs.FaceLook(
        embeddings=np.eye(2, 4, dtype=np.float32),
        untouched=untouched,
        hidden=hidden,
        forecast=hidden,
        centres=np.linspace(11, 99, count),
        square=22,
        gradient=np.zeros((22, 22), np.float32),
    )


def test_shares_of_the_regions_come_from_the_map():
    hidden = np.full((23, 23), 0.5)
    hidden[10:12, 8:12] = 0.9  # rows 51 and 55 of 110 pixels: where the eyes are
    shares = network_places.region_shares(look(hidden), 110)
    assert shares["the eyes"][0] == pytest.approx(1)
    assert sum(share for share, _ in shares.values()) == pytest.approx(1)
    assert sum(area for _, area in shares.values()) == pytest.approx(1)
    assert "the eyes" in network_places._farthest_words(look(hidden))


def test_a_flat_map_is_said(visit, run, monkeypatch):
    flat = look(np.full((23, 23), 0.5))
    assert network_places.is_flat(flat)
    assert "one spot" in network_places.points_about_places(run, 2, None, flat)[0]


def test_equal_strips_are_said():
    same = replace(look(np.full((3, 3), 0.0), 0.0), embeddings=np.ones((2, 4), np.float32) / 2)
    subject = looking.Subject(
        face=np.zeros((1, 1, 3)), other=np.zeros((1, 1, 3)), name="a", other_name="b", same=True, key=(), own=False
    )
    points = network_embedding.points_about_strips(subject, same)
    assert "cosine of 1.00" in points[1]
    assert "one embedding" in points[2]


def test_epochs_shown_begin_dense_and_hold_first_and_last():
    shown = network_filters.spread_over(list(range(16)), 6)
    assert shown[0] == 0
    assert shown[-1] == 15
    assert len(shown) == 6
    assert shown[1] - shown[0] <= shown[-1] - shown[-2]
    assert network_filters.spread_over([3], 6) == [3]


def test_how_far_filters_moved_is_a_share_of_their_length():
    filters = np.stack([np.ones((2, 3, 2, 2)), np.full((2, 3, 2, 2), 1.5)])
    film = jobs.FilterFilm(epochs=(0, 4), filters=filters, layer="0")
    assert network_filters.filters_moved(film) == pytest.approx([0, 0.5])


@pytest.mark.parametrize("flat", [True, False])
def test_figures_are_figures(flat):
    values = np.zeros((23, 23)) if flat else np.random.default_rng(0).random((23, 23))
    drawn = figures_network.over_face(
        np.zeros((110, 110, 3), np.uint8),
        values,
        np.linspace(11, 99, 23),
        title="t",
        hover="%{z}",
        lowest=0,
        highest=values.max(),
    )
    go.Figure(drawn.to_dict())
    strips = figures_network.strips(np.ones(8) / 3, -np.ones(8) / 3, ("a", "b"), None)
    go.Figure(strips.to_dict())
    assert sum(strips.data[2].y) == pytest.approx(8 * (2 / 3) ** 2)


def test_maps_become_pictures_with_the_strongest_cell_brightest():
    maps = np.zeros((1, 2, 2))
    maps[0, 1, 0] = 3
    picture = figures_network.channel_pictures(maps, 10, 0, 3)[0]
    assert picture.shape == (10, 10, 3)
    assert picture[9, 0].sum() > picture[0, 0].sum()
    np.testing.assert_array_equal(picture[5, 4], picture[9, 0])


def test_a_filter_of_zeros_is_grey_and_red_is_red():
    filters = np.zeros((2, 3, 1, 1))
    filters[1, 0] = 1
    pictures = figures_network.filter_pictures(filters, 4, 1)
    assert set(pictures[0].ravel()) == {128}
    assert pictures[1, 0, 0].tolist() == [255, 128, 128]


def test_the_frame_stays_in_the_picture():
    pictures = np.zeros((2, 40, 40, 3), np.uint8)
    framed = figures_network.marked(pictures, np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert framed.any()
    assert not pictures.any()
