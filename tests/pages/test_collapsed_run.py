"""A collapsed run on every page: it says so, and gives no accuracy and no threshold."""

from dataclasses import replace

import numpy as np
import pytest

from tests.pages.made_run import make_run
from tests.pages.test_pages import words


@pytest.fixture
def collapsed(runs):
    """A run whose faces are one point from its second epoch on; what is left of its distances is right in 66 of 100."""
    run = make_run(runs)
    for epoch in run.epochs():
        record = run.epoch(epoch)
        unseen = record.figures["unseen"] | {"accuracy": 0.66 if epoch > 1 else 0.6, "threshold": 6e-5}
        near = np.ones(32) + (0.005 if epoch > 1 else 1) * record.embeddings
        points = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
        run.write_epoch(replace(record, embeddings=points, figures=record.figures | {"unseen": unseen}))
        steps = run.steps_of(epoch) if epoch else None
        if steps is not None and epoch > 1:
            still = {"spread": 1e-4, "loss": 0.2, "norm": 1.0, "rank": 4.0, "active": 1900, "valid": 1900}
            run.write_steps(epoch, steps | {name: np.full(len(steps["step"]), value) for name, value in still.items()})
    run.write_status(replace(run.status(), message="Finished after epoch 5: right about 66% of the pairs."))
    return run


@pytest.mark.parametrize("page", ["verification", "recognition", "clustering", "training", "photos"])
def test_it_is_said(visit, collapsed, page):
    app = visit(page, run=collapsed.id)
    assert not app.exception
    said = words(app)
    if page != "photos":  # there it stands where faces would be compared
        assert "Collapsed" in said
    assert "66" not in said.replace("collapse", "")


@pytest.mark.parametrize("page", ["epochs", "start", "comparison", "sphere", "faces", "network"])
def test_no_page_gives_its_accuracy(visit, collapsed, page):
    app = visit(page, run=collapsed.id)
    assert not app.exception
    shown = words(app) + " ".join(str(metric.value) for metric in app.metric)
    assert "66 %" not in shown
    assert "0.66" not in shown
    assert "66%" not in shown


def test_the_first_page_says_so_of_a_run_that_finished_collapsed(visit, runs):
    run = make_run(runs)
    run.write_status(replace(run.status(), message="Finished after epoch 5. Collapsed: since step 11 all faces ..."))
    make_run(runs, seed=1)
    assert words(visit("start")).count("collapsed") == 1


def test_an_epoch_before_the_collapse_is_measured(visit, collapsed):
    app = visit("verification", run=collapsed.id, epoch="1")
    assert not app.exception
    assert "Right answers" in [metric.label for metric in app.metric]
