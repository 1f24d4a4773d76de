"""The lesson on clustering over stored state: guess first, every method, what is wrong and why, what goes home."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from PIL import Image

from facenet_core import files
from facenet_core.evaluation.clustering.dendrogram import lay_out
from facenet_core.evaluation.clustering.grouping import group_faces
from facenet_core.evaluation.clustering.methods import CLUSTERINGS
from facenet_core.evaluation.clustering.score_curve import score_curve
from facenet_core.exports.sorted_faces import sorted_zip
from facenet_core.faces.photos.kept import keep
from facenet_core.faces.synthetic import draw_face, draw_set
from facenet_core.runs.jobs import clustering
from facenet_core.runs.weights import weights_stamp
from pages.clustering import choice as clustering_choice
from pages.clustering import figures as figures_clustering
from pages.clustering import take_home as clustering_home
from tests.pages.made_run import make_run
from tests.pages.photos.test_page import class_zip  # noqa: F401  # a fixture
from tests.pages.test_pages import words


@pytest.fixture
def opened(visit, runs, engine):
    """Return the lesson on a made run, its answer shown."""

    def open_lesson(query=None, **change):
        run = make_run(runs, **change)
        app = visit("clustering", run=run.id, **(query or {}))
        if any(button.key == "predict_skip" for button in app.button):
            app.button(key="predict_skip").click().run()
        assert not app.exception
        return app

    return open_lesson


def method(app, label):
    name = next(name for name, one in CLUSTERINGS.items() if one.label == label)
    return app.segmented_control(key="clustering_method").set_value(name).run()


def test_the_answer_waits_for_a_guess(visit, runs):
    run = make_run(runs)
    app = visit("clustering", run=run.id)
    assert "How many people are here?" in words(app)
    assert not app.metric
    radio = app.radio(key=f"predict_{clustering_choice.question_key(run, 'unseen people')}")
    assert "4" in radio.options
    radio.set_value("4").run()
    app.button(key="predict_reveal").click().run()
    assert not app.exception
    assert "You said 4" in words(app)
    assert [metric.label for metric in app.metric] == ["People found", "Pairwise F", "B-cubed F"]


@pytest.mark.parametrize("people", [1, 2, 3, 40, 5749])
def test_the_true_number_is_among_the_guesses(people):
    for key in "abcdef":
        options = clustering_choice.guesses(people, key)
        assert f"{people:,}" in options
        assert 3 <= len(options) <= 4


@pytest.mark.parametrize("label", [one.label for one in CLUSTERINGS.values()])
def test_every_method_sorts_and_explains(opened, label):
    app = method(opened(), label)
    assert not app.exception
    assert not app.error
    assert label in words(app)
    assert len(app.metric) == 3


def test_methods_that_need_a_worker_are_asked_of_one_once(opened, engine):
    app = method(opened(), "Average linkage")
    app.slider(key="clustering_threshold").set_value(0.7).run()
    assert [asked for kind, asked in engine.asked if kind == "ask"] == ["group_in_worker"]


def test_light_methods_need_no_worker(opened, engine):
    engine.ready = False
    app = opened()
    assert len(app.metric) == 3
    assert "loading torch" in words(method(app, "Average linkage"))
    assert not app.exception


def test_a_high_threshold_joins_different_people_and_says_why(opened):
    app = opened()
    app.slider(key="clustering_threshold").set_value(4.0).run()
    assert not app.exception
    assert app.metric[0].value == "1"
    assert "A chain of" in words(app)
    assert "The first wrong link joined" in words(app)
    for label in ("Complete linkage", "Average linkage"):
        assert "Two groups were joined when" in words(method(app, label))
    app.slider(key="clustering_threshold").set_value(0.0).run()
    assert "Nobody is in a wrong group" in words(app)


@pytest.mark.parametrize("label", ["Single linkage", "Complete linkage", "Average linkage", "DBSCAN"])
def test_what_was_joined_is_parted_by_a_button(opened, label):
    app = method(opened({"clustering_threshold": "4"}), label)
    before = app.metric[0].value
    app.button(key="clustering_break").click().run()
    assert not app.exception
    assert app.slider(key="clustering_threshold").value < 4
    assert int(app.metric[0].value) > int(before)


def test_k_means_is_told_a_number_and_says_where_it_put_the_middles(opened):
    app = method(opened(), "k-means")
    told = app.number_input(key="clustering_people")
    assert (told.value, told.max) == (4, 24)
    told.set_value(2).run()
    assert app.metric[0].value == "2"
    assert "from the middle of this group" in words(app)


def test_settings_in_the_link_are_taken_and_unknown_ones_let_go(opened):
    app = opened({"clustering_threshold": "0.55", "clustering_faces": "all it follows"})
    assert app.slider(key="clustering_threshold").value == 0.55
    assert "72" in words(app)
    app = opened({"clustering_method": "<b>", "clustering_faces": "nobody", "clustering_order": "x"})
    assert not app.exception


@pytest.mark.parametrize(
    "change", [{"people": 1}, {"people": 2, "each": 2}, {"unseen": False}, {"maps": ()}, {"each": 1}]
)
def test_little_is_sorted_as_well(opened, change):
    app = opened(**change)
    app.toggle(key="clustering_map_shown").set_value(True).run()
    for label in ("HDBSCAN", "Complete linkage", "DBSCAN"):
        assert not method(app, label).exception


def test_embeddings_that_collapsed_or_are_no_numbers_are_said(visit, runs):
    for value, said in ((1.0, "All faces lie on one point"), (np.nan, "cannot be sorted")):
        run = make_run(runs)
        record = run.epoch(5)
        run.write_epoch(replace(record, embeddings=np.full_like(record.embeddings, value)))
        app = visit("clustering", run=run.id)
        for skip in [button for button in app.button if button.key == "predict_skip"]:  # nothing to predict of a point
            skip.click().run()
        assert not app.exception
        assert said in (words(app) + "".join(str(metric.value) for metric in app.metric))


def test_a_damaged_epoch_is_said(visit, runs):
    run = make_run(runs)
    (run.path / "epochs/0005.npz").write_bytes(b"half a fi")
    app = visit("clustering", run=run.id)
    assert not app.exception
    assert "damaged" in words(app)


def test_groups_are_shown_on_a_map(opened):
    app = opened({"clustering_map_shown": "true"})
    assert "The sorting never looked at this map" in words(app)


def test_the_whole_set_is_sorted_by_a_job(opened, engine):
    app = opened({"clustering_faces": "the whole set"}, weights=(5,))
    assert "All faces of this run" in words(app)
    app.button(key="clustering_whole").click().run()
    assert ("job", ("cluster", "group_whole_set")) in engine.asked
    assert not app.exception
    app.button(key="clustering_cancel").click().run()
    assert ("cancel", "cluster-1") in engine.asked


def test_a_run_without_weights_cannot_look_at_more_faces(opened):
    assert "no network that could look" in words(opened({"clustering_faces": "the whole set"}))


def test_a_sorted_whole_set_is_shown(visit, runs):
    run = make_run(runs, weights=(5,))
    faces = draw_set(people=3, images=3, root=runs.parent / "faces")
    folder = run.path / clustering.FOLDER
    folder.mkdir()
    embeddings = np.eye(3)[faces.people] + 0.01 * np.random.default_rng(0).normal(size=(9, 3))
    kept = {"embeddings": embeddings, "people": faces.people, "weights": np.array(weights_stamp(run, 5))}
    files.write_npz(folder / "0005.npz", **kept, fingerprint=np.array(faces.fingerprint))
    app = visit("clustering", run=run.id, clustering_faces="the whole set")
    assert "Sort the whole set" in app.button(key="clustering_whole").label
    for name, told in (("single", None), ("k-means", 0)):
        found = group_faces(embeddings, name, people=3)
        files.write_npz(folder / f"0005-{name}-3-{told or 0}-0.npz", **clustering._as_arrays(found))
    app.run()
    assert not app.exception
    assert app.metric[0].value == "3"
    assert method(app, "k-means").metric[0].value == "3"
    (folder / "0005-single-3-0-0.npz").write_bytes(b"half a fi")
    assert "group the whole set again" in words(method(app, "Single linkage"))
    assert app.button(key="clustering_whole").label


def test_a_kept_set_is_sorted(visit, runs):
    run = make_run(runs, weights=(5,))
    images = np.stack([draw_face(person, number) for person in range(2) for number in range(2)])
    keep("**ours**", images=images, people=["a", "a", "b", "b"], files=list("abcd"), root=runs.parent / "faces")
    app = visit("clustering", run=run.id, clustering_faces="a kept set", epoch="3")
    assert not app.exception
    assert app.selectbox(key="clustering_set").value == "**ours**"
    assert "here epoch 5 looks at them" in words(app)
    assert len(app.metric) == 3


def test_groups_go_home_as_a_table(visit, runs):
    run = make_run(runs)
    app = visit("start")
    app.session_state["clustering_home"] = True
    app.session_state["predictions"] = {clustering_choice.question_key(run, "unseen people"): None}
    app.query_params["run"] = run.id
    app.switch_page("pages/clustering/page.py").run()
    assert not app.exception
    assert [element.proto.label for element in app.get("download_button")] == ["Save groups.csv"]
    assert "can be taken home sorted into folders, too" in words(app)


def test_own_photos_are_sorted_and_go_home_in_folders(visit, runs, class_zip, monkeypatch):  # noqa: F811
    make_run(runs)
    made = []
    monkeypatch.setattr(clustering_home, "sorted_zip", lambda *args: made.append(sorted_zip(*args)) or made[-1])
    app = visit("photos")
    app.file_uploader[0].upload("class.zip", class_zip, "application/zip").run()
    app.run()
    app.session_state["clustering_home"] = True
    app.session_state["clustering_faces"] = "my photos"
    app.switch_page("pages/clustering/page.py").run()
    assert not app.exception
    assert app.segmented_control(key="clustering_faces").value == "my photos"
    assert "<script>" not in words(app)
    app.slider(key="clustering_threshold").set_value(4.0).run()
    app.button(key="clustering_make").click().run()
    assert not app.exception
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert archive.namelist() == [f"person 1/{name}.jpg" for name in ("0", "1", "0 2", "1 2")]
        with Image.open(archive.open("person 1/0.jpg")) as image:
            assert not image.getexif()


def test_figures_are_figures_whatever_is_sorted():
    random = np.random.default_rng(0)
    people = np.arange(30) % 6
    for faces in (1, 2, 30):
        found = group_faces(random.normal(size=(faces, 4)), "average")
        drawn = lay_out(found.tree, people[:faces])
        for known in (True, False):
            figure = figures_clustering.tree_figure(drawn, 1.0, 4.0, known=known, numbers=list(range(faces)))
            go.Figure(figure.to_dict())
        curve = score_curve(found, people[:faces], 4.0)
        for scores in figures_clustering.SCORES:
            go.Figure(figures_clustering.score_figure(curve, scores, 4.0).to_dict())
        go.Figure(figures_clustering.count_figure(curve, 4.0).to_dict())
        labels, wrong = np.zeros(faces, np.int64), np.zeros(faces, np.bool_)
        kind = np.zeros(faces, np.int64)
        go.Figure(figures_clustering.group_map(np.zeros((faces, 2)), labels, kind, wrong, np.arange(faces)).to_dict())


def test_only_what_is_joined_stands_out():
    found = group_faces(np.array([[0.0], [0.1], [2.0]]), "single")
    drawn = lay_out(found.tree, np.array([0, 0, 1]))
    above, joined, mixed, _ = figures_clustering.tree_figure(drawn, 1.0, 4.0, known=True, numbers=[0, 1, 2]).data
    assert (len(above.x), len(joined.x), len(mixed.x)) == (5, 5, 0)
