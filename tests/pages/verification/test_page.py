"""Lesson Verification: every view of the threshold on a run, on little, and on what cannot be measured."""

import re
from dataclasses import replace

import numpy as np
import pytest

from facenet_core.runs.jobs.other_sets import EmbeddedSet
from pages.verification import comparable_sets as verification_sets
from pages.verification import vote_state
from tests.pages.made_run import make_run
from tests.pages.test_pages import words

VIEWS = ("line", "faces", "cost", "leak", "factors", "transfer", "pairs", "you")
LABELS = {
    "line": "The line",
    "faces": "Two faces",
    "cost": "What it costs",
    "leak": "The leak",
    "factors": "By factor",
    "transfer": "Another set",
    "pairs": "How many pairs",
    "you": "You against it",
}


@pytest.fixture(autouse=True)
def strangers(monkeypatch):
    """Synthetic strangers without drawing them; the test may say what a worker answers."""
    answer = {}

    def embed(run_path, conditions):
        if "error" in answer:
            raise answer["error"]
        generator = np.random.default_rng(len(conditions))
        people = np.arange(12).repeat(5)
        points = generator.normal(size=(60, 32)) + 2 * generator.normal(size=(12, 32))[people]
        points /= np.linalg.norm(points, axis=1, keepdims=True)
        return EmbeddedSet(embeddings=points, people=people, names=tuple(f"s{n}" for n in range(12)), images=60)

    embed.__name__ = "embed_strangers"
    monkeypatch.setattr(verification_sets, "embed_strangers", embed)
    return answer


@pytest.fixture
def look(visit, runs):
    """Return what opens a view of a run, answered questions included."""

    def open_view(view, run=None, **query):
        run = run or make_run(runs, people=30)
        app = visit("verification", run=run.id, verify_view=LABELS[view], **query)
        if any(button.key == "predict_skip" for button in app.button):
            app.button(key="predict_skip").click().run()
        assert not app.exception
        return app

    return open_view


def walk(app):
    """Go through all views, answered questions included."""
    for view in VIEWS:
        app.segmented_control(key="verify_view").set_value(view).run()
        if any(button.key == "predict_skip" for button in app.button):
            app.button(key="predict_skip").click().run()
        assert not app.exception, view
        yield view


def test_every_view_opens_and_follows_the_threshold(look):
    app = look("transfer")
    for view in walk(app):
        assert not app.error
        for slider in [slider for slider in app.slider if slider.key == "threshold"]:
            before = words(app)
            slider.set_value(0.4 if slider.value > 0.5 else 0.9).run()
            assert not app.exception
            assert words(app) != before, view


@pytest.mark.parametrize(
    "change", [{"people": 1}, {"people": 3, "each": 1}, {"people": 2, "each": 2}, {"unseen": False}], ids=str
)
def test_little_to_compare_is_said(look, runs, change):
    app = look("you", make_run(runs, **change))
    assert [view for view in walk(app) if app.error] == []


def test_one_person_is_named(look, runs):
    assert "All these pictures show one person" in words(look("cost", make_run(runs, people=1)))


def test_people_with_one_picture_each_have_no_false_rejects(look, runs):
    said = words(look("line", make_run(runs, people=9, each=1, unseen=False)))
    assert "None of these 9 people has two pictures here" in said
    assert "no such pairs" in said


def test_collapsed_embeddings_are_said_and_not_measured(look, runs):
    """It drew curves of ties and said how many answers were right."""
    run = make_run(runs, people=30)
    record = run.epoch(5)
    run.write_epoch(type(record)(epoch=5, embeddings=np.ones_like(record.embeddings), figures=record.figures))
    app = look("line", run)
    assert "All faces lie on one point" in words(app)
    assert "Right answers" not in "".join(metric.label for metric in app.metric)


def test_embeddings_that_are_not_numbers_are_said(visit, runs):
    run = make_run(runs)
    record = run.epoch(5)
    run.write_epoch(type(record)(epoch=5, embeddings=record.embeddings * np.nan, figures=record.figures))
    app = visit("verification", run=run.id, verify_view="The leak")
    assert not app.exception
    assert "are not numbers" in app.error[0].value
    app.selectbox(key=f"verify_epoch_{run.id}").set_value(4).run()
    assert not app.error


def test_one_threshold_is_said_by_all_figures(look):
    app = look("line", threshold="4.0")
    assert {metric.label: metric.value for metric in app.metric}["False accepts"] == "100.0 %"
    app.button(key="try_strict").click().run()
    assert app.slider(key="threshold").value == 0.5
    assert "At 0.50" in words(app)


def test_a_rate_that_the_pairs_cannot_tell_is_said_not_answered(look):
    said = words(look("line")).replace("\u00a0", " ")
    row = next(line for line in said.splitlines() if "FAR 0.001 %" in line)
    assert "cannot be said" in row
    assert "100,000 different pairs" in row


def test_two_photos_or_two_faces_of_the_run(look):
    app = look("faces")
    for option in ("Two photos", "Faces of this run"):
        app.segmented_control(key="compare").set_value(option).run()
        assert not app.exception
    assert "squared distance" in words(app).lower()


def test_a_dearer_false_accept_moves_the_cheapest_line_to_the_left(look):
    app = look("cost", cost_ratio="1", cost_impostors="1 in 2")
    cheap = float(re.search(r"cheapest: ([\d.]+)", app.button(key="cost_cheapest").label)[1])
    app.button(key="try_cost_1").click().run()  # a border
    assert app.select_slider(key="cost_ratio").value == 1_000
    app.select_slider(key="cost_impostors").set_value("1 in 2").run()
    dear = float(re.search(r"cheapest: ([\d.]+)", app.button(key="cost_cheapest").label)[1])
    assert dear < cheap
    app.button(key="cost_cheapest").click().run()
    assert app.slider(key="threshold").value == pytest.approx(dear, abs=0.006)


@pytest.mark.parametrize("view", ["cost", "leak", "pairs"])
def test_a_prediction_comes_before_the_answer(visit, runs, view):
    app = visit("verification", run=make_run(runs, people=30).id, verify_view=LABELS[view])
    assert "Predict first" in words(app)
    (question,) = app.radio
    question.set_value(question.options[0]).run()
    app.button(key="predict_reveal").click().run()
    assert not app.exception
    assert "Predict first" not in words(app)
    assert "ou said" in words(app) or "as you said" in words(app) or "move the second slider" in words(app)


def test_the_leak_names_both_groups_with_intervals(look):
    said = words(look("leak", threshold="0.9"))
    assert "of seen people" in said
    assert re.search(r"of unseen ones \([\d.]+ to [\d.]+ %\)", said)


def test_without_unseen_people_there_is_no_leak_to_see(look, runs):
    said = words(look("leak", make_run(runs, unseen=False)))
    assert "This run has no unseen people" in said


def test_a_folder_set_is_looked_at_person_by_person(look, runs):
    run = make_run(runs, people=12, names=["<b>Ann</b>", "Bob"], unseen=False)
    app = look("factors", run)
    assert app.segmented_control(key="verify_by").options == ["Person by person"]
    assert "people whom the line is wrong about most often" in words(app)


def test_synthetic_faces_are_sorted_by_what_they_were_made_from(look, runs):
    run = make_run(runs, people=30)
    faces = run.tracked()
    numbers = np.arange(len(faces)) % 6 + 1
    files = [f"synthetic/person {p + 1:02}/{k:02}" for p, k in zip(faces.person, numbers, strict=True)]
    run.write_tracked(replace(faces, files=np.array(files)), run.thumbnails())
    app = look("factors", run)
    app.segmented_control(key="verify_by").set_value("hat").run()
    said = words(app)
    assert "both with a hat" in said
    assert "too few to say" in said.replace("\u00a0", " ")
    app.button(key="try_by_person").click().run()
    assert app.segmented_control(key="verify_by").value == "person"


def test_a_threshold_is_carried_to_strangers(look):
    app = look("transfer")
    said = words(app)
    assert "Applied to: Synthetic strangers, as in the class" in said.replace("\\", "")
    assert re.search(r"The threshold [\d.]+ was chosen on", said)
    app.selectbox(key="transfer_to").set_value("held-out").run()
    app.segmented_control(key="transfer_rule").set_value("far:0.0001").run()
    assert "at least 10,000 different pairs" in app.warning[0].value
    app.selectbox(key="transfer_from").set_value("held-out").run()
    app.segmented_control(key="transfer_rule").set_value("balanced").run()
    assert "on the same pairs" in words(app)
    assert not app.exception


def test_a_threshold_is_carried_to_another_network(look, runs):
    other = make_run(runs, people=20, seed=5)
    app = look("transfer", make_run(runs, people=30), transfer_to="Unseen people")
    app.selectbox(key="transfer_to").set_value(f"run-{other.id}").run()
    assert "distances of another network mean other things" in words(app)


def test_what_a_worker_could_not_do_is_said_and_tried_again(look, strangers):
    strangers["error"] = ValueError("The run has no weights yet: train it first.")
    app = look("transfer")
    assert "no weights yet" in app.error[0].value.replace("\\", "")
    del strangers["error"]
    app.button(key="transfer_again_strangers-usual").click().run()
    assert not app.error
    assert "Applied to" in words(app)


def test_the_answer_in_pairs_people_and_photos(look):
    app = look("pairs", needed_far="1 in 100,000", needed_photos="1")
    said = words(app)
    assert "299,572" in said
    assert "775 people, 775 photos" in said
    app.button(key="try_needed_0").click().run()
    assert "2,995" in words(app)


def test_votes_are_taken_back_and_end_in_a_curve_of_ones_own(look, monkeypatch):
    monkeypatch.setattr(vote_state, "PAIRS", 6)
    app = look("you")
    assert "Pair 1 of 6" in words(app)
    assert app.button(key="vote_undo").disabled
    for pair, value in enumerate((4, 0, 2), 1):
        app.button(key=f"vote_{pair}_{value}").click().run()
    assert "Pair 4 of 6" in words(app)
    app.button(key="vote_undo").click().run()
    assert "Pair 3 of 6" in words(app)
    assert "threshold" not in [slider.key for slider in app.slider]  # nothing tells before the votes are in
    for pair in range(3, 7):
        app.button(key=f"vote_{pair}_4").click().run()
    said = words(app)
    assert "| **you** |" in said
    assert "6 pairs say little" in said
    app.button(key="vote_restart").click().run()
    assert "Pair 1 of 6" in words(app)


def test_a_class_votes_on_the_same_pairs_and_may_ask_for_others(look, monkeypatch):
    app = look("you", vote_draw="7")
    assert app.number_input(key="vote_draw").value == 7
    app.button(key="try_vote_other").click().run()
    assert app.number_input(key="vote_draw").value == 8
    assert "Pair 1 of" in words(app)


def test_votes_may_stop_early(look):
    app = look("you")
    assert app.button(key="vote_stop").disabled
    for pair in range(1, 9):
        app.button(key=f"vote_{pair}_3").click().run()
    app.button(key="vote_stop").click().run()
    assert "| 8 pairs | right |" in words(app)
