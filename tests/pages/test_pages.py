"""Every page opens in every state a run can be in, and says what it shows."""

import re
import time
from dataclasses import replace

import numpy as np
import pytest

from facenet_core import files
from tests.pages.conftest import PAGES
from tests.pages.made_run import make_run

STATES = ("queued", "running", "paused", "finished", "stopped", "failed")


def words(app) -> str:
    """Return all that a reader can read, in one text."""
    parts = [*app.markdown, *app.caption, *app.info, *app.warning, *app.error, *app.success, *app.title, *app.header]
    bars = [element.proto.text for element in app.get("progress")]
    return "\n".join([str(part.value) for part in parts] + bars)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_without_a_run(visit, page):
    app = visit(page)
    assert not app.exception
    assert app.title[0].value.endswith("?")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("state", STATES)
def test_every_page_opens_in_every_state(visit, runs, page, state):
    run = make_run(runs, state=state, epochs_done=2, epochs=4, people=6, message="The loss is not a number.")
    app = visit(page, run=run.id)
    assert not app.exception
    assert app.title[0].value.endswith("?")


@pytest.mark.parametrize("page", ["triplets", "training", "epochs", "verification"])
@pytest.mark.parametrize("change", [{"people": 1}, {"people": 2, "each": 2}, {"unseen": False}, {"maps": ()}])
def test_runs_with_little_in_them_are_shown(visit, runs, page, change):
    run = make_run(runs, **change)
    app = visit(page, run=run.id)
    assert not app.exception


@pytest.mark.parametrize("page", ["triplets", "training", "epochs", "verification"])
@pytest.mark.parametrize("run_id", ["20000101-000000-gone-0000", "../secret", "<script>", "a" * 300])
def test_an_unknown_run_is_said_with_a_way_back(visit, page, run_id):
    app = visit(page, run=run_id)
    assert not app.exception
    assert "There is no run" in app.warning[0].value
    app.button(key="back_to_runs").click().run()
    assert not app.exception


@pytest.mark.parametrize("page", ["triplets", "training", "epochs", "verification"])
def test_a_run_of_a_newer_version_is_said(visit, runs, page):
    run = make_run(runs)
    record = files.read_json(run.path / "config.json")
    files.write_json(run.path / "config.json", record | {"format": 99})
    app = visit(page, run=run.id)
    assert not app.exception
    assert "newer version" in app.warning[0].value


@pytest.mark.parametrize("page", ["triplets", "training", "epochs", "verification"])
@pytest.mark.parametrize("damaged", ["faces.npz", "epochs/0005.npz", "maps/umap-2d/0005.npz", "steps/0005.npz"])
def test_a_damaged_file_is_said_instead_of_a_traceback(visit, runs, page, damaged):
    run = make_run(runs)
    (run.path / damaged).write_bytes(b"half a fi")
    app = visit(page, run=run.id)
    assert not app.exception


def test_a_failed_run_says_why_and_hides_the_details(visit, runs):
    run = make_run(runs, state="failed", epochs_done=1, message="The loss is not a number: lower the learning rate.")
    app = visit("training", run=run.id)
    assert "lower the learning rate" in app.error[0].value
    assert "Traceback" in app.code[0].value
    assert "Traceback" not in words(app)


def test_a_waiting_run_says_its_place_what_is_before_it_and_how_long(visit, runs, engine):
    before, trains = make_run(runs, state="queued", epochs_done=0), make_run(runs, state="running", epochs_done=2)
    run = make_run(runs, state="queued", epochs_done=0)
    engine.waiting, engine.training = [before.id, run.id], [trains.id]
    said = words(visit("training", run=run.id))
    assert "place 2 of 2 in the queue, after “" in said
    assert re.search(r"about \d+ (s|min) until it begins", said)
    assert "then it trains to its end" in said
    trains.write_status(replace(trains.status(), images_per_second=0.0))
    assert "when it begins is not known" in words(visit("training", run=run.id))


def test_the_buttons_of_a_waiting_run_change_what_it_does_when_its_turn_comes(visit, runs, engine):
    run = make_run(runs, state="queued", epochs_done=0)
    engine.waiting, engine.training = ["another", run.id], ["a third"]
    app = visit("training", run=run.id)
    assert app.button(key="run_play").disabled
    assert "what it waits for already" in app.button(key="run_play").help
    for key, words_ in (("step", "trains one batch and rests"), ("epoch", "to the end of epoch 1 and rests")):
        app.button(key=f"run_{key}").click().run()
        assert words_ in words(app)
        assert app.button(key=f"run_{key}").disabled
        assert not app.button(key="run_play").disabled
    app.button(key="run_play").click().run()
    assert "then it trains to its end" in words(app)
    assert run.request().until_epoch is None


@pytest.mark.parametrize("state", ["running", "finished", "failed"])
def test_a_button_that_cannot_act_says_why(visit, runs, state):
    app = visit("training", run=make_run(runs, state=state, epochs_done=2, epochs=2).id)
    for key in ("step", "epoch"):
        assert app.button(key=f"run_{key}").disabled
        assert app.button(key=f"run_{key}").help.endswith((" first.", "checkpoint."))


def test_workers_that_warm_up_are_said(visit, engine):
    engine.ready = False
    assert "loading torch" in words(visit("start"))
    assert "loading torch" in words(visit("training"))


def test_a_running_run_says_what_just_happened(visit, runs):
    run = make_run(runs, state="running", epochs_done=2, epochs=4)
    said = words(visit("training", run=run.id))
    assert "step 20: " in said
    assert "triplets still teach" in said
    assert "left" in said


@pytest.mark.parametrize(("alive", "why"), [(True, "this computer is busy"), (False, "its worker is being replaced")])
def test_only_a_worker_that_is_gone_is_called_replaced(visit, runs, engine, alive, why):
    run = make_run(runs, state="running", epochs_done=2, epochs=4)
    run.write_status(replace(run.status(), heartbeat=time.time() - 60))
    engine.busy_with = f"train {run.id}" if alive else ""
    assert f"nothing was heard of it for 60 s: {why}." in words(visit("training", run=run.id))


def test_a_new_server_is_said(visit, engine, runs):
    app = visit("training")
    engine.boot_id = "boot-2"
    assert "reload this page" in app.run().warning[0].value


def test_what_a_page_says_has_the_numbers_of_the_run(visit, runs):
    run = make_run(runs)
    last = run.figures()[-1]["unseen"]
    said = words(visit("training", run=run.id))
    assert f"{last['pairs']:,} pairs of unseen people" in said
    assert "guessing gives 0.50" in said


def test_names_with_markup_are_only_text(visit, runs):
    nasty = ["<script>alert(1)</script>", "![x](http://x)", "李 小龙", "José *Ñandú*"]
    run = make_run(runs, names=nasty, unseen=False)
    for page in PAGES:
        app = visit(page, run=run.id)
        assert not app.exception
        assert "<script>" not in words(app)
        assert all(not html.proto.body.count("<script>") for html in app.get("html"))


def test_embeddings_that_collapsed_are_shown(visit, runs):
    run = make_run(runs)
    record = run.epoch(5)
    run.write_epoch(type(record)(epoch=5, embeddings=np.ones_like(record.embeddings), figures=record.figures))
    for page in ("triplets", "epochs", "verification"):
        assert not visit(page, run=run.id).exception
