"""Who is it?: every part opens, every control moves, and bad input gets a sentence."""

from concurrent.futures import Future
from dataclasses import asdict, replace
from types import SimpleNamespace

import numpy as np
import pytest

from facenet_core import files
from facenet_core.evaluation import gallery_growth
from facenet_core.runs.jobs import enrolling, whole_set
from facenet_core.runs.studies import softmax_story
from facenet_core.runs.studies.softmax_sides import Side, Story
from pages.recognition import enrol as recognition_enrol
from pages.recognition import softmax as recognition_softmax
from tests.pages.made_run import make_run
from tests.pages.still_engine import job
from tests.pages.test_pages import words

PARTS = ("Recognise", "A larger gallery", "Somebody new", "Beside a classifier")


@pytest.fixture
def run(runs):
    return with_pictures(make_run(runs, people=12, each=6))


def with_pictures(run):
    """Give every face a picture of its own: a made run has one for each person, and a copy is no probe."""
    chance = np.random.default_rng(0)
    run.write_tracked(run.tracked(), chance.integers(0, 255, run.thumbnails().shape).astype(np.uint8))
    return run


@pytest.fixture(autouse=True)
def _counted_without_torch(monkeypatch):
    def count_parameters(config, people):
        return {"network": 250_000, "last_layer": [129 * count for count in people]}

    monkeypatch.setattr(recognition_softmax, "count_parameters", count_parameters)


def new_faces(points: np.ndarray, **other) -> enrolling.NewFaces:
    none = np.empty((0, 110, 110, 3), np.uint8)
    return enrolling.NewFaces(**{"embeddings": points, "seconds": 0.02, "exact": True, "pictures": none} | other)


def predicted(app, *keys: str):
    app.session_state["predictions"] = dict.fromkeys(keys)
    return app.run()


@pytest.mark.parametrize("part", PARTS)
def test_every_part_opens_from_its_link(visit, run, part):
    app = visit("recognition", run=run.id, who_part=part)
    assert not app.exception
    assert app.segmented_control(key="who_part").value == part


def test_the_figures_of_a_gallery_are_said(visit, run):
    app = visit("recognition", run=run.id)
    said = words(app)
    assert {metric.label for metric in app.metric} == {
        "Rank 1",
        "Strangers taken in (FPIR)",
        "Enrolled people missed (FNIR)",
    }
    assert "21 probes: 15 of 3 enrolled people, 6 of 1 strangers; the gallery holds 3 other photos" in said
    assert "guessing among 3 gives 33.3%" in said


def test_the_threshold_decides_who_is_unknown(visit, run):
    app = visit("recognition", run=run.id)
    app.slider(key="who_threshold").set_value(0.0).run()
    assert "Unknown" in words(app)
    assert app.metric[1].value == "0.0 %"
    assert app.metric[2].value == "100.0 %"
    app.button(key="try_who_open").click().run()
    assert app.metric[1].value == "100.0 %"
    app.button(key="try_who_seed").click().run()
    assert app.number_input(key="who_seed").value == 1


@pytest.mark.parametrize("pool", ["Unseen people", "Seen people"])
def test_every_method_on_every_pool(visit, run, pool):
    app = visit("recognition", run=run.id, who_pool=pool, who_people="2", who_photos="2")
    for method in ("Nearest photo", "Nearest mean", "Votes of five"):
        app.segmented_control(key="who_method").set_value(method).run()
        assert not app.exception
        assert "2 enrolled people" in words(app)


def test_everybody_enrolled_leaves_no_strangers(visit, run):
    app = visit("recognition", run=run.id, who_people="4")
    assert not app.exception
    assert "Everybody is enrolled" in words(app)
    assert app.metric[1].value == "-"


def test_a_link_that_asks_for_too_many_gets_what_there_is(visit, run):
    app = visit("recognition", run=run.id, who_people="99", who_photos="99", probe="123456", new="1,x,99999")
    assert not app.exception


def test_a_click_on_the_wall_looks_at_another_probe(visit, run):
    app = visit("recognition", run=run.id)
    app.query_params["probe"] = "70"
    app.run()
    assert not app.exception
    assert "taken for" in words(app)


def test_seen_people_that_held_nothing_back_are_said(visit, runs):
    run = make_run(runs, people=6, unseen=False)
    faces = run.tracked()
    run.write_tracked(replace(faces, group=np.zeros_like(faces.group)), run.thumbnails())
    app = visit("recognition", run=run.id)
    assert not app.exception
    assert "which flatters" in words(app)


@pytest.mark.parametrize("change", [{"people": 4, "each": 2}, {"unseen": False}, {"each": 1}])
def test_runs_with_little_in_them_are_shown(visit, runs, change):
    app = visit("recognition", run=make_run(runs, **change).id)
    assert not app.exception
    for part in PARTS[1:3]:
        app.segmented_control(key="who_part").set_value(part).run()
        assert not app.exception


@pytest.mark.parametrize("people", [1, 2])
def test_too_few_people_are_said(visit, runs, people):
    assert "A gallery takes two people" in words(visit("recognition", run=make_run(runs, people=people).id))


@pytest.mark.parametrize("points", [np.ones, lambda shape: np.full(shape, np.nan)])
def test_collapsed_embeddings_and_numbers_that_are_none(visit, run, points):
    record = run.epoch(5)
    run.write_epoch(replace(record, embeddings=points(record.embeddings.shape).astype(np.float32)))
    app = predicted(visit("recognition", run=run.id), "who_growth")
    assert not app.exception
    for part in PARTS[1:3]:
        app.segmented_control(key="who_part").set_value(part).run()
        assert not app.exception


def test_numbers_that_are_none_are_said(visit, run):
    record = run.epoch(5)
    run.write_epoch(replace(record, embeddings=np.full_like(record.embeddings, np.nan)))
    app = visit("recognition", run=run.id)
    assert "Choose another epoch" in app.error[0].value


@pytest.mark.parametrize("damaged", ["faces.npz", "epochs/0005.npz", "recognition/growth.json"])
def test_damaged_files_are_said(visit, run, damaged):
    (run.path / damaged).parent.mkdir(exist_ok=True)
    (run.path / damaged).write_bytes(b"half a fi")
    app = predicted(visit("recognition", run=run.id), "who_growth", "who_softmax")
    assert not app.exception
    if damaged != "faces.npz":
        for part in PARTS[1:]:
            app.segmented_control(key="who_part").set_value(part).run()
            assert not app.exception


def test_a_picture_that_is_in_the_gallery_twice_is_said(visit, runs, run):
    assert "flatter the figures" not in words(visit("recognition", run=run.id))
    copies = make_run(runs, people=12, each=6, seed=1)  # one picture a person, again and again
    app = visit("recognition", run=copies.id)
    assert not app.exception
    assert "probes are left out: the same pictures stand in the gallery" in words(app)


def test_the_gallery_is_predicted_before_it_is_shown(visit, run):
    app = visit("recognition", run=run.id, who_part="A larger gallery", who_far="1 in 10")
    assert "Predict first" in words(app)
    app.radio(key="predict_who_growth").set_value("63 of 100").run()
    app.button(key="predict_reveal").click().run()
    assert "You said 63 of 100" in words(app)
    assert app.metric[0].label == "In theory, N = 100"
    assert (app.metric[1].value, app.metric[1].delta) == ("-", "3 others at most here")


def test_a_rate_that_the_pairs_cannot_support_is_said_not_answered(visit, run):
    app = predicted(visit("recognition", run=run.id, who_part="A larger gallery", who_far="1 in 10,000"), "who_growth")
    assert not app.exception
    assert "nothing can be said about it" in app.warning[0].value
    assert not app.metric


def test_the_whole_set_is_measured_by_a_worker_and_shown(visit, run, engine):
    (run.path / "checkpoint").mkdir(exist_ok=True)
    files.write_json(run.path / "checkpoint" / "state.json", {"files": {"weights": "w"}})
    app = predicted(visit("recognition", run=run.id, who_part="A larger gallery"), "who_growth")
    app.button(key="who_set_measure").click().run()
    assert ("job", ("whole-set", "measure_whole_set")) in engine.asked
    assert app.button(key="who_set_cancel")
    engine.jobs["whole-set-1"] = job("failed", message="The disk is full: make room and try again.")
    assert "disk is full" in app.run().error[0].value
    points = np.random.default_rng(0).normal(size=(300, 8))
    growth = gallery_growth(points, np.repeat(np.arange(100), 3), whole_set.FARS)
    (run.path / "recognition").mkdir(exist_ok=True)
    whole_set._write_growth(run, growth, 300, 500, whole_set.weights_of(str(run.path)))
    app = app.run()
    assert not app.exception
    assert "of the whole set (500 faces)" in words(app)
    app.button(key="who_take_threshold").click().run()
    assert app.segmented_control(key="who_part").value == "Recognise"
    assert app.slider(key="who_threshold").value == pytest.approx(growth[0.01].threshold, abs=0.006)


def test_somebody_new_is_enrolled_recognised_and_taken_out_again(visit, run, monkeypatch):
    def embed_tracked(run_path, faces_root, which):
        return new_faces(run.epoch(5).embeddings[which])

    monkeypatch.setattr(recognition_enrol, "embed_tracked", embed_tracked)
    app = visit("recognition", run=run.id, who_part="Somebody new", who_threshold="4")
    code = app.selectbox(key=f"who_code_{run.id}").value
    app.button(key="who_enrol").click().run()
    assert not app.exception
    said = words(app)
    assert "was enrolled in" in said
    assert "No training" in said
    assert "Before, 6 of 6 photos were taken for somebody else" in said
    assert app.query_params["new"] == str(code)
    app.button(key=f"who_undo_{code}").click().run()
    assert not app.exception
    assert "new" not in app.query_params
    assert "Choose somebody and press Enrol" in words(app)


def test_a_link_shows_who_was_enrolled(visit, run):
    app = visit("recognition", run=run.id, who_part="Somebody new", new="8")
    assert not app.exception
    assert "person 09" in words(app)


def test_what_a_worker_could_not_do_is_said(visit, run, engine, monkeypatch):
    def gone(run_path, faces_root, which):
        raise ValueError("Run x has no weights yet: train it first.")

    monkeypatch.setattr(recognition_enrol, "embed_tracked", gone)
    app = visit("recognition", run=run.id, who_part="Somebody new")
    app.button(key="who_enrol").click().run()
    assert not app.exception
    assert "could not be enrolled" in app.error[0].value


def test_a_busy_worker_is_waited_for(visit, run, engine, monkeypatch):
    answer: Future = Future()
    monkeypatch.setattr(engine, "ask", lambda function, *args: answer)
    app = visit("recognition", run=run.id, who_part="Somebody new")
    app.button(key="who_enrol").click().run()
    assert app.button(key="who_enrol").disabled
    answer.set_result(new_faces(run.epoch(5).embeddings[:1]))
    app.run()
    assert not app.exception
    assert "was enrolled in" in words(app)


def test_own_photos_of_this_session_are_enrolled(visit, run, monkeypatch):
    people = ("Ada *<b>*", "Ada *<b>*", "")
    photos = [SimpleNamespace(person=name, image=np.full((110, 110, 3), 9, np.uint8)) for name in people]

    def embed_own(run_path, pictures):
        return new_faces(run.epoch(5).embeddings[: len(pictures)] * [[-1.0]])

    monkeypatch.setattr(recognition_enrol, "embed_own", embed_own)
    app = visit("recognition", run=run.id, who_part="Somebody new")
    app.session_state["photos_album"] = SimpleNamespace(used=photos)
    app.segmented_control(key="who_source").set_value("My photos").run()
    app.button(key="who_enrol").click().run()
    assert not app.exception
    assert "2 photos" in words(app)
    assert "<b>" not in words(app).replace("\\<b\\>", "")
    assert "new" not in app.query_params
    app.button(key="who_undo_12").click().run()
    assert not app.exception
    assert not app.session_state["who_newcomers"]


def side(right: float, new_seconds: float, parameters: int) -> Side:
    return Side(
        seconds=3.2,
        right=right,
        low=right - 0.1,
        high=right,
        new_seconds=new_seconds,
        new_right=0.75,
        old_right=right,
        new_parameters=parameters,
    )


def test_the_classifier_is_predicted_counted_trained_and_stored(visit, run, engine, runs):
    app = visit("recognition", run=run.id, who_part="Beside a classifier")
    assert "Predict first" in words(app)
    app.button(key="predict_skip").click().run()
    assert not app.exception
    assert "129 a person in the last" in words(app)
    assert "Not trained here yet: 10, 100, 1,000 people" in words(app)
    app.button(key="who_story_train").click().run()
    assert ("job", ("story", "tell_story")) in engine.asked
    engine.jobs["story-1"] = job("finished")
    config = run.record().config.to_json()
    found = Story(
        people=10,
        images=8,
        images_shown=1200,
        probes=40,
        new_probes=20,
        embedding=side(0.9, 0.031, 0),
        classifier=side(0.95, 4.5, 1935),
        made=0.0,
    )
    folder = runs.parent / "stories"
    folder.mkdir()
    files.write_json(softmax_story.story_file(folder, config, 10), {"format": 1, **asdict(found)})
    app = app.run()
    assert not app.exception
    said = words(app)
    assert "| 10 | embedding | 250,000 | 3.2 s | 90 % (80 to 90) | 31 ms, enrolled | 75 % | 90 % |" in said
    assert "4.5 s, trained again" in said
    assert app.button(key="who_story_train").label == "Train both again"
