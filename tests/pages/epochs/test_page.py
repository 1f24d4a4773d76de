"""The lesson on epochs: its linked figures, the biography and the prediction, with the run's own numbers."""

import json
import re
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from facenet_core.evaluation import (
    confused_longest,
    count_embedding_triplets,
    face_course,
    silhouette,
    spread_by_person,
    triplet_course,
)
from facenet_core.runs.jobs.batch_history import FacesNotHere
from facenet_core.runs.records import EpochRecord
from facenet_core.runs.storage import delete_run
from pages.epochs import biography_choice, biography_data, figures_biography
from pages.epochs import figures as figures_epochs
from pages.epochs import measured as epochs_data
from pages.shared.parts import map_player as map_view
from tests.pages.made_run import make_run
from tests.pages.test_pages import words

FIGURES = ("epoch_histogram", "epoch_histogram_held_out", "person_spread", "silhouette_course", "census_course")
FIGURES += ("loss_course", "biography_face")


def sent(app, key):
    """Return what a chart or a gallery of this key was sent."""
    found = [node for node in app.get("bidi_component") if f"{key}-" in node.proto.id or key in node.proto.id]
    return json.loads(json.loads(found[0].proto.json)["json"])


def titles(app):
    """Return the words above all charts."""
    every = [json.loads(json.loads(node.proto.json)["json"]) for node in app.get("bidi_component")]
    return "\n".join(one["title"]["words"] for one in every if one.get("title"))


def drawn(app, *parts):
    """Return for each part of a key whether there is a node of such a key."""
    return tuple(any(part in node.proto.id for node in app.get("bidi_component")) for part in parts)


def replace_epoch(run, epoch, change):
    record = run.epoch(epoch)
    embeddings = record.embeddings.copy()
    changed = change(embeddings)
    kept = embeddings if changed is None else changed
    run.write_epoch(EpochRecord(epoch=epoch, embeddings=kept, figures=record.figures))


def test_every_figure_is_the_runs_own_at_the_epoch_of_the_link(visit, runs):
    run = make_run(runs)
    app = visit("epochs", run=run.id, epoch="2")
    assert not app.exception
    assert {sent(app, key)["epoch"] for key in FIGURES} == {2}
    assert len(json.loads(sent(app, "person_spread")["figure"])["data"][0]["text"]) == 4  # unseen people
    faces = run.tracked()
    rows = np.flatnonzero(faces.group == 2)
    table, people = run.epoch(2).embeddings[rows], faces.person[rows]
    spread = spread_by_person(table, people).to_mean
    widest = str(faces.names[np.unique(people)[spread.argmax()]])
    census = count_embedding_triplets(table, people, 0.2)
    for key, said in (
        ("person_spread", f"widest {widest} {spread.max():.2f}, mean {spread.mean():.2f}"),
        ("silhouette_course", f"unseen people {silhouette(table, people).score:.2f}"),
        ("census_course", f"of {census.valid:,}: {census.easy / census.valid:.1%} easy"),
        ("loss_course", f"{run.epoch(2).figures['loss']:.3f}"),
    ):
        assert said in sent(app, key)["title"]["words"]
    app.segmented_control(key="group").set_value(0).run()
    assert "seen people" in sent(app, "silhouette_course")["alt"]
    assert not app.exception


def test_faces_chosen_beside_the_map_go_into_the_link_and_to_the_player(monkeypatch):
    chosen = []
    monkeypatch.setattr(map_view.st, "session_state", {})
    monkeypatch.setattr(map_view.st, "query_params", {})
    monkeypatch.setattr(map_view.st, "rerun", chosen.append)
    map_view.select([5, 3, 4])
    assert map_view.st.query_params["faces"] == "3-5"
    assert map_view._command([3, 4, 5]).faces == (5, 3, 4)
    assert map_view._command([1]).faces is None  # another choice was made on the map since
    assert chosen == [(map_view.FILM, *map_view.OF_FACES)]


def test_all_parts_that_follow_the_player_are_on_the_page():
    page = (Path(__file__).parents[3] / "pages" / "epochs" / "page.py").read_text()
    assert set(re.findall(r'key="(epoch_\w+)"', page)) == {map_view.FILM, *map_view.OF_EPOCH}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"epochs_done": 0, "epochs": 1}, "untrained network has none"),
        ({"people": 1}, "needs two people"),
        ({"people": 1, "each": 2, "unseen": False}, "no triplet"),
        ({"people": 2, "each": 1}, "nobody has a spread"),
        ({"unseen": False}, "held-out images"),
        ({"names": [letter * 200 for letter in "<*_$ü名abcdef"]}, "…"),
    ],
)
def test_odd_runs_are_shown(visit, runs, change, said):
    run = make_run(runs, **change)
    app = visit("epochs", run=run.id)
    assert not app.exception
    app.segmented_control(key="biography").set_value("one triplet").run()
    assert not app.exception
    assert said in words(app) + titles(app)


@pytest.mark.parametrize(("value", "epoch"), [(1.0, 0), (1.0, 5), (np.nan, 5)])
def test_faces_on_one_spot_and_numbers_that_are_none(visit, runs, value, epoch):
    run = make_run(runs)
    replace_epoch(run, epoch, lambda table: np.full_like(table, value))
    app = visit("epochs", run=run.id, epoch=str(epoch), faces="0,1")
    assert not app.exception
    if np.isnan(value):
        assert "No face of unseen people has an embedding" in words(app)
    app.segmented_control(key="biography").set_value("one triplet").run()
    assert not app.exception
    app.button(key="predict_skip").click().run()
    assert not app.exception


def test_some_faces_without_a_number_are_left_out_and_said(visit, runs):
    run = make_run(runs)
    gone = np.flatnonzero(run.tracked().group == 2)[:3]

    def lose(table):
        table[gone] = np.inf

    replace_epoch(run, 5, lose)
    app = visit("epochs", run=run.id, faces=f"{gone[0]}")
    assert not app.exception
    assert "3 faces are left out" in words(app)


def test_an_epoch_that_does_not_fit_the_faces_is_said(visit, runs):
    run = make_run(runs)
    replace_epoch(run, 5, lambda table: table[:7])
    app = visit("epochs", run=run.id)
    assert not app.exception
    assert "does not fit its faces" in "\n".join(error.value for error in app.error)


def test_a_run_deleted_while_it_is_shown_is_said(visit, runs):
    run = make_run(runs)
    app = visit("epochs", run=run.id)
    delete_run(runs, run.id)
    app.button(key="predict_skip").click().run()
    assert not app.exception
    assert "There is no run" in words(app)


def test_five_thousand_people_stay_quick(runs, monkeypatch):
    run = make_run(runs, people=5_000, each=3, epochs_done=1, epochs=1, maps=())
    faces = run.tracked()
    measured = epochs_data.numbers(run, 1, 2)
    assert measured.faces == epochs_data.MOST_FACES
    course = epochs_data.course(run)
    found = biography_data.confusion(run, faces, course, 2)
    assert len(found.people) == biography_data.MOST_PEOPLE
    assert not found.everybody
    assert biography_data.suggested(run, faces, course) is not None


# The biography


@pytest.fixture
def known_batches(engine, monkeypatch):
    """Have the worker know that faces 0, 1 and 6 were together in batch 12, and face 0 also in batch 35."""
    answer = {"step": np.array([12, 12, 12, 35]), "face": np.array([0, 1, 6, 0]), "mined": np.array([40]), "steps": 50}
    monkeypatch.setattr(biography_data, "replay_batches", lambda *_: answer)


def test_the_biography_of_the_face_of_the_link(visit, runs, known_batches):
    run = make_run(runs)
    faces = run.tracked()
    epochs = [run.epoch(epoch).embeddings for epoch in run.epochs()]
    course = face_course(epochs, faces.person, 0)
    app = visit("epochs", run=run.id, faces="0,2", epoch="4")
    rows = sent(app, "biography_faces")["rows"]
    assert [row["faces"] for row in rows] == [[0], [int(course.same[4])], [int(course.other[4])]]
    assert f"{course.nearest_other[4]:.2f}" in rows[2]["note"]
    assert "first of the 2 faces chosen" in words(app)
    assert app.selectbox(key=f"biography_face_{run.id}").value == 0
    assert "It was in 2 of 50 batches, from step 12 (epoch 2) to step 35 (epoch 4)" in words(app)
    assert "Steps not counted: 1." in words(app)
    figure = json.loads(sent(app, "biography_face")["figure"])
    assert figure["layout"]["yaxis2"]["ticktext"] == ["in a batch"]


def test_who_is_never_in_a_batch(visit, runs):
    run = make_run(runs)
    group = run.tracked().group
    app = visit("epochs", run=run.id, faces=str(int(np.flatnonzero(group == 1)[0])))
    assert "kept out of every batch" in words(app)
    app.selectbox(key=f"biography_face_{run.id}").set_value(int(np.flatnonzero(group == 2)[0])).run()
    assert "never shown to the network" in words(app)
    assert "batches," not in words(app)


def test_the_steps_of_a_triplet(visit, runs, known_batches):
    run = make_run(runs)
    app = visit("epochs", run=run.id, biography="one triplet", triplet="0-1-6", epoch="4")
    epochs = [run.epoch(epoch).embeddings for epoch in run.epochs()]
    course = triplet_course(epochs, 0, 1, 6)
    said = words(app)
    assert "the anchor in 2, the positive in 1, the negative in 1" in said
    assert "All three were in one batch once" in said
    assert f"d(a,p) = {course.positive[4]:.2f}, d(a,n) = {course.negative[4]:.2f}" in said
    assert f"active at {int(course.active(np.full(6, 0.2)).sum())} of 6 epochs" in said
    app.selectbox(key=f"biography_anchor_{run.id}").set_value(7).run()
    assert not app.exception
    assert app.query_params["triplet"] in ("7-6-0", ["7-6-0"])  # a positive and a negative that fit the new anchor
    app.selectbox(key=f"biography_negative_{run.id}").set_value(30).run()
    assert app.query_params["triplet"] in ("7-6-30", ["7-6-30"])


def test_batches_that_are_not_known_are_said_and_asked_for_again(visit, runs, engine, monkeypatch):
    asked = []

    def gone(*_):
        asked.append(1)
        raise FacesNotHere("The faces of this run are not prepared on this computer: make them ready first.")

    monkeypatch.setattr(biography_data, "replay_batches", gone)
    app = visit("epochs", run=make_run(runs).id, faces="0")
    assert "not prepared" in words(app)
    app.button(key="biography_prepare").click().run()
    assert [what for what, _ in engine.asked].count("prepare") == 1
    before = len(asked)
    app.button(key="biography_again").click().run()
    assert len(asked) == before + 1
    assert not app.exception


def test_workers_that_warm_up_are_waited_for(visit, runs, engine):
    engine.ready = False
    app = visit("epochs", run=make_run(runs).id, faces="0")
    assert not app.exception
    assert "is being found out" in words(app)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [([0, 1, 6], (0, 1, 6)), ([6, 0, 1], (0, 1, 6)), ([0, 6, 1], (0, 1, 6)), ([0, 1, 2], None), ([0, 6, 12], None)],
)
def test_three_faces_of_the_map_as_a_triplet(runs, chosen, expected):
    faces = make_run(runs, people=6).tracked()
    assert biography_choice.as_triplet(faces, chosen) == expected


# The prediction


def test_the_prediction_is_asked_first_and_then_told(visit, runs):
    run = make_run(runs)
    faces = run.tracked()
    rows = np.flatnonzero(faces.group == 0)
    tables = [run.epoch(epoch).embeddings[rows] for epoch in run.epochs()[1:]]
    expected = confused_longest(tables, faces.person[rows])
    names = faces.names[np.unique(faces.person[rows])]
    answer = f"{names[expected.first[0]]} / {names[expected.second[0]]}"

    app = visit("epochs", run=run.id)
    assert answer not in words(app)
    assert app.button(key="predict_reveal").disabled
    guess = [int(expected.first[-1]), int(expected.second[-1])]
    app.multiselect(key=f"predict_confused_{run.id}_0").set_value(guess).run()
    app.button(key="predict_reveal").click().run()

    assert not app.exception
    alike = int((expected.epochs == expected.epochs[0]).sum())  # ranked by their share, but none is confused longer
    told = "No two are confused longer than all others" if alike > 1 else answer
    assert f"**{told}**: " in words(app)
    assert f"confused at {expected.epochs[0]} of 5 epochs" in words(app)
    assert f"place {len(expected)} of {len(expected)}" in words(app)
    assert [row["caption"].startswith("Your pair") for row in sent(app, "confused_pairs")["rows"]] == [False] * 3 + [
        True
    ]


# The figures


def test_figures_are_ones_that_plotly_knows(runs):
    run = make_run(runs)
    faces, course = run.tracked(), epochs_data.course(run)
    life = biography_data.life_of_face(run, faces, course, 0)
    triplet = biography_data.life_of_triplet(course, (0, 1, 6))
    where = {"epoch": 2, "quiet": 3}
    marks = {"anchor": np.array([0.5, 1.2]), "all three": np.empty(0)}
    steps = run.steps()
    drawn = [
        figures_epochs.spread_bars(
            figures_epochs.spread_trace(
                ["a", "b"], np.array([1.0, 0.5]), ["#000", "#fff"], np.array([0, 3]), np.array([True, False])
            ),
            2.0,
        ),
        figures_epochs.silhouettes({0: ([0, 1], [0.1, None]), 2: ([0], [None])}, 1, 5),
        figures_epochs.silhouettes({}, 0, 0),
        figures_epochs.census_course([0, 1], np.array([[1, 2, 3], [0, 0, 0]]), 1, 5),
        figures_epochs.census_course([], np.empty((0, 3)), 0, 0),
        figures_epochs.loss_course(steps, 10, [(1, 0.2)], 1, 5),
        figures_epochs.loss_course({name: column[:0] for name, column in steps.items()}, 0, [], 0, 0),
        figures_biography.face_figure(life.course, course.epochs, course.margins, batches=None, **where),
        figures_biography.triplet_figure(triplet.course, course.epochs, course.margins, batches=marks, **where),
        figures_biography.confusion_course([("a / b", np.array([0.1, 0.2]))], [1, 2], 0.1, epoch=1),
    ]
    for figure in drawn:
        go.Figure(figure.to_dict())  # checks every property


def test_the_line_at_the_epoch_is_all_that_moves_on_a_course(runs):
    run = make_run(runs)
    course = epochs_data.course(run)
    life = biography_data.life_of_face(run, run.tracked(), course, 0)
    for draw in (
        lambda epoch: figures_epochs.census_course([0, 1], np.ones((2, 3)), epoch, 5),
        lambda epoch: figures_epochs.silhouettes({0: ([0, 1], [0.1, 0.2])}, epoch, 5),
        lambda epoch: figures_epochs.loss_course(run.steps(), 10, [(1, 0.2)], epoch, 5),
        lambda epoch: figures_biography.face_figure(
            life.course, course.epochs, course.margins, epoch=epoch, quiet=None, batches=None
        ),
    ):
        first, second = (json.loads(draw(epoch).to_json()) for epoch in (1, 4))
        assert first["layout"].pop("shapes") != second["layout"].pop("shapes")
        assert first == second


def test_of_very_many_epochs_evenly_spaced_ones_are_measured():
    assert epochs_data.spaced(list(range(5)), 60) == [0, 1, 2, 3, 4]
    few = epochs_data.spaced(list(range(0, 1000, 2)), 60)
    assert (few[0], few[-1], len(few)) == (0, 998, 60)


def test_the_map_of_a_large_run_stands_first_and_its_figures_are_measured_piece_by_piece(visit, runs, monkeypatch):
    monkeypatch.setattr(epochs_data, "MUCH", 0)
    run = make_run(runs)
    app = visit("epochs", run=run.id)
    shown = [drawn(app, "player", "spread")]
    while shown[-1] != (True, True) and len(shown) < 20:
        app.run()
        shown.append(drawn(app, "player", "spread"))
    assert not app.exception
    assert shown[0] == (True, False)
    assert shown[-1] == (True, True)
