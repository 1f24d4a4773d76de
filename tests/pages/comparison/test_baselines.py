"""What does the number mean: the view of a run's baselines, in the states that it can be in."""

from dataclasses import replace

import numpy as np
import pytest

from facenet_core import files
from facenet_core.evaluation import compare_resampled, resample_group
from facenet_core.runs.storage import create_run, open_run
from facenet_core.runs.studies.baseline_bench import OWN, _differences, _figures
from facenet_core.runs.studies.baseline_measuring import FORMAT
from tests.pages.comparison.test_page import in_link
from tests.pages.made_run import make_run
from tests.pages.still_engine import job
from tests.pages.test_pages import words

METHODS = {"raw pixels": 3.0, "eigenfaces": 2.8, OWN: 0.8, "contrastive": 1.0, "softmax": 0.9, "arcface": 0.7}


def measured(run, *, unseen: bool = True, others: tuple[str, ...] = ("contrastive", "softmax", "arcface")) -> None:
    """Store figures of made-up points, more noise for worse methods."""
    people = [f"{p:09d}" for p in np.repeat(np.arange(12), 6)]
    centres = np.random.default_rng(0).normal(size=(12, 8)).repeat(6, axis=0)
    found = {}
    for name, noise in METHODS.items():
        if name in METHODS and (name in others or name in ("raw pixels", "eigenfaces", OWN)):
            points = centres + noise * np.random.default_rng(len(name)).normal(size=centres.shape)
            found[name] = resample_group(points, people, resamples=40)
    group = {
        "faces": 72,
        "of": 72,
        "people": 12,
        "pairs": found[OWN].pairs,
        "methods": {
            name: {
                "figures": _figures(one),
                "differences": {} if name == OWN else _differences(compare_resampled(found[OWN], one)),
            }
            for name, one in found.items()
        },
    }
    trained = {"weights": "", "parameters": 208_000, "images_shown": 15_000, "seconds": 9.0, "run": run.id}
    top = {"accuracy": 0.88, "interval": [0.8, 0.9], "images": 480}
    about = {
        "raw pixels": {},
        "eigenfaces": {"components": 128, "pictures": 1000},
        **{
            name: {**trained, "loss": name, "classifier": 6450 if name == "softmax" else None}
            | {"top_1": top if name == "softmax" else None}
            for name in found
            if name not in ("raw pixels", "eigenfaces")
        },
    }
    values = {"format": FORMAT, "seed": 0, "methods": about, "groups": {"unseen": group if unseen else None}}
    values["groups"]["held_out"] = group
    files.write_json(run.path / "baselines.json", values)


def open_view(visit, run, **query):
    return visit("comparison", kind="baselines", run=run.id, **query)


def beside(runs, run, loss: str, state: str = "finished"):
    """Make the run of a baseline, in a state."""
    other = create_run(runs, replace(run.record().config, loss=loss))
    other.write_status(replace(run.status(), state=state, message="The disk is full."))
    return other


def test_without_a_run_the_way_to_one_is_offered(visit, engine):
    app = visit("comparison", kind="baselines")
    assert not app.exception
    assert "No run is stored yet" in words(app)


def test_the_missing_are_trained_as_one_list_and_then_measured(visit, runs, engine):
    run = make_run(runs)
    app = open_view(visit, run)
    assert not app.exception
    assert "What does the number mean?" in [title.value for title in app.title]
    assert "Contrastive, Softmax, ArcFace: the same network" in words(app)
    app.button(key="baselines_train").click().run()
    assert not app.exception
    configs = [config for kind, config in engine.asked if kind == "train"]
    assert [config.loss for config in configs] == ["contrastive", "softmax", "arcface"]
    assert all(replace(config, loss="triplet") == run.record().config for config in configs)
    assert "0 of 3 baselines trained" in words(app)
    for waiting in engine.waiting:
        other = open_run(runs, waiting)
        other.write_status(replace(run.status(), state="finished"))
    app.run()
    assert not app.exception
    assert ("job", ("baselines", "measure_baselines")) in engine.asked
    assert "Measuring: 3 of 10" in app.get("progress")[0].proto.text.replace("\\", "")
    app.button(key="baselines_cancel").click().run()
    assert ("cancel", "baselines-1") in engine.asked
    assert in_link(app, "kind") == "baselines"


def test_all_can_be_stopped(visit, runs, engine):
    run = make_run(runs)
    app = open_view(visit, run)
    app.button(key="baselines_train").click().run()
    app.button(key="baselines_stop").click().run()
    assert not app.exception
    assert [what["stop"] for kind, what in engine.asked if kind == "request"] == [True] * 3


def test_what_was_measured_is_a_table_with_intervals(visit, runs):
    run = make_run(runs)
    for loss in ("contrastive", "softmax", "arcface"):
        beside(runs, run, loss)
    measured(run)
    app = open_view(visit, run)
    assert "What is right most often about people never seen?" in words(app)
    assert "On people never seen this run" not in words(app)
    app.radio[0].set_value("Softmax").run()
    app.button(key="predict_reveal").click().run()
    assert not app.exception
    assert "You said Softmax: " in words(app)
    said = words(app).replace("\N{NO-BREAK SPACE}", " ")
    assert "| **Triplet loss, this run** | triplets | 208,000 | 15,000 | 0." in said
    assert "| Softmax | classes: one output a person | 208,000 \\+ 6,450 | 15,000 | 0." in said
    assert "On people never seen this run is right about" in said
    assert "names the right one of its people for 88.0% of 480 held-out images" in said
    assert "| FaceNet, face detector | 0.9963 ± 0.0009 |" in said
    for group in ("held_out", "unseen"):
        app.segmented_control(key="baseline_group").set_value(group).run()
        for figure in ("auc", "eer", "val", "accuracy"):
            app.segmented_control(key="baseline_figure").set_value(figure).run()
            assert not app.exception
    app.button(key="try_held_out").click().run()
    assert app.segmented_control(key="baseline_group").value == "held_out"


@pytest.mark.parametrize(
    "change", [{"people": 1}, {"people": 2, "each": 2}, {"unseen": False}, {"epochs_done": 0}, {"loss": "arcface"}]
)
def test_runs_with_little_in_them(visit, runs, change):
    run = make_run(runs, **change)
    assert not open_view(visit, run).exception
    measured(run, unseen=False, others=())
    app = open_view(visit, run)
    assert not app.exception
    assert "this set has none to measure on" in words(app)


def test_a_job_or_a_baseline_that_failed_says_why(visit, runs, engine):
    run = make_run(runs)
    beside(runs, run, "softmax", "failed")
    engine.jobs["baselines-1"] = job("failed", message="The faces of this run are no longer prepared.")
    app = open_view(visit, run)
    app.button(key="baselines_measure").click().run()
    assert not app.exception
    assert [error.value.replace("\\", "") for error in app.error] == [
        "Softmax failed: The disk is full.",
        "The faces of this run are no longer prepared.",
    ]


def test_damaged_files_get_a_sentence_or_an_offer(visit, runs):
    run = make_run(runs)
    (run.path / "baselines.json").write_text("{")
    app = open_view(visit, run)
    assert not app.exception
    assert app.button(key="baselines_measure")
    (run.path / "faces.npz").write_bytes(b"half a fi")
    assert not open_view(visit, run).exception


def test_a_single_loss_is_no_question(visit, runs):
    run = make_run(runs)
    measured(run, others=())
    app = open_view(visit, run)
    assert not app.radio
    assert "On people never seen this run is right about" in words(app)


def test_the_other_kinds_leave_the_link(visit, runs):
    made = [make_run(runs), make_run(runs, margin=0.4)]
    app = open_view(visit, made[0])
    app.segmented_control(key="compare_kind").set_value("runs").run()
    assert not app.exception
    assert "kind" not in app.query_params
    assert "Does the margin matter?" in [title.value for title in app.title]
