"""Saved thresholds on pages: chosen where a line is, with whose faces they are; faces unlike those are warned of."""

import numpy as np
import pytest

from facenet_core.runs.thresholds.saved import SavedThreshold, save_threshold
from pages.shared.controls import threshold_from
from tests.pages.made_run import make_run
from tests.pages.photos.test_page import brought, class_zip  # noqa: F401
from tests.pages.test_pages import words

LINES = [
    ("verification", {}, "threshold", "threshold_from"),
    ("recognition", {}, "who_threshold", "who_threshold_from"),
    ("clustering", {"clustering_faces": "all it follows"}, "clustering_threshold", "clustering_threshold_from"),
]


def saved(run, **other):
    values = {
        "name": "class-7b",
        "value": 0.31,
        "faces": "folder class",
        "people": 12,
        "images": 60,
        "pairs": 1770,
        "different": 1650,
        "rule": "balanced",
        "far": 0.08,
        "frr": 0.2,
        "step": run.status().step,
    }
    save_threshold(run, SavedThreshold(**(values | other)))


def open_line(visit, page, query):
    app = visit(page, **query)
    for key in [widget.key for widget in app.button if widget.key and widget.key.startswith("guess")]:
        app.button(key=key).click().run()
    return app


@pytest.mark.parametrize(("page", "query", "line", "choice"), LINES)
def test_without_a_saved_threshold_nothing_is_to_choose(visit, runs, monkeypatch, page, query, line, choice):
    monkeypatch.setattr("pages.clustering.choice.asks_first", lambda *asked: False)
    make_run(runs, people=36)
    app = open_line(visit, page, query)
    assert not app.exception
    assert choice not in [box.key for box in app.selectbox]
    assert "own threshold" in words(app)


@pytest.mark.parametrize(("page", "query", "line", "choice"), LINES)
def test_a_saved_threshold_moves_the_line_and_says_whose_it_is(visit, runs, monkeypatch, page, query, line, choice):
    monkeypatch.setattr("pages.clustering.choice.asks_first", lambda *asked: False)
    run = make_run(runs, people=36)
    saved(run)
    app = open_line(visit, page, query)
    opened_at = app.slider(key=line).value

    app.selectbox(key=choice).set_value("class-7b").run()
    assert not app.exception
    assert app.slider(key=line).value == pytest.approx(0.31, abs=0.011)
    said = words(app).replace("\\", "")
    assert "saved as class-7b, best balanced accuracy on the 1,770 pairs of 12 people (folder class)" in said
    assert "(FAR 0.080)" in said

    app.selectbox(key=choice).set_value(threshold_from.OWN).run()
    assert app.slider(key=line).value == pytest.approx(opened_at)
    assert "saved as" not in words(app)


def test_a_damaged_saved_threshold_is_a_sentence(visit, runs):
    run = make_run(runs, people=36)
    saved(run)
    (run.path / "thresholds" / "class-7b.json").write_text("{")
    app = visit("verification")
    app.selectbox(key="threshold_from").set_value("class-7b").run()
    assert not app.exception
    assert "measure and save it again" in words(app)


def test_faces_that_are_not_alike_are_warned_of_and_others_are_not(runs, monkeypatch):
    run, told = make_run(runs, people=60), []
    monkeypatch.setattr(threshold_from.st, "warning", lambda text, icon: told.append(text))
    chance = np.random.default_rng(0)
    faces, points = run.tracked(), run.epoch(5).embeddings
    seen = faces.group == 2
    threshold_from.warn_if_unlike(run, None, points[seen], faces.person[seen])
    assert told == []
    near = points[0] + 0.01 * chance.normal(size=(40, points.shape[1])).astype(np.float32)
    threshold_from.warn_if_unlike(run, None, near, np.repeat(np.arange(10), 4))
    assert len(told) == 1
    assert "not like the faces the threshold comes from" in told[0]


def test_own_photos_say_whose_threshold_decides(brought, runs):  # noqa: F811
    brought.button(key="photos_probe").click().run()
    assert not brought.exception
    assert "That threshold is the run's own" in words(brought).replace("\\", "")
