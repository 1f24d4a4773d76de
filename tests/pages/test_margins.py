"""A margin that a run was not trained with is never drawn as if it had been."""

import json

from facenet_core.runs.records import RunRequest
from pages.shared.parts.run_progress import margin_words
from tests.pages.made_run import make_run


def distances_of(app):
    """Return the figure of distances as it was sent, and what it says to those who cannot see it."""
    (found,) = [node for node in app.get("bidi_component") if "Anchor to positive" in str(node.proto.json)]
    return json.loads(json.loads(found.proto.json)["json"])


def test_the_slider_moves_no_band_of_a_finished_run(visit, runs):
    run = make_run(runs, margin=0.2)
    before, after = (distances_of(visit("training", run=run.id, margin=margin)) for margin in ("0.2", "1.2"))
    assert "The run's margin: 0.2." in before["alt"]
    assert "Dashed" not in before["alt"]
    assert "The run's margin: 0.2. Dashed: a margin of 1.20, which this run was not trained with." in after["alt"]


def test_a_margin_that_is_asked_for_is_the_runs(visit, runs):
    run = make_run(runs, margin=0.2, state="paused")
    run.write_request(RunRequest(pause=True, margin=0.6))
    assert "Dashed" not in distances_of(visit("training", run=run.id, margin="0.6"))["alt"]
    assert "Dashed: a margin of 0.20" in distances_of(visit("training", run=run.id, margin="0.2"))["alt"]


def test_changes_in_mid_run_are_named(runs):
    run = make_run(runs, margin=0.2)
    steps = run.steps()
    assert margin_words(steps) == "0.2"
    steps["margin"][30:] = 0.6
    assert margin_words(steps) == "0.2, from step 31 on 0.6"
