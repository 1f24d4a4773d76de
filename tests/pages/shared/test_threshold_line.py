"""Lines open at the run's own threshold and say whence it comes; they fit the distances in view and stay where put."""

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.pages.made_run import make_run
from tests.pages.test_pages import words

PAGES = {"verification": "threshold", "recognition": "who_threshold", "clustering": "clustering_threshold"}


def with_threshold(run, value, **also):
    """Give every epoch of a run another threshold of its unseen people."""
    for epoch in run.epochs():
        record = run.epoch(epoch)
        own = record.figures["unseen"] | {"threshold": value, "people": 4, "images": 24, "threshold_far": 0.034} | also
        run.write_epoch(replace(record, figures=record.figures | {"unseen": own}))
    return run


def young(runs, **changes):
    """A run that has hardly learned: all distances lie within 0.01."""
    run = make_run(runs, **changes)
    for epoch in run.epochs():
        record = run.epoch(epoch)
        near = np.ones(record.embeddings.shape[1]) + 0.12 * record.embeddings
        points = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
        run.write_epoch(replace(record, embeddings=points))
    return with_threshold(run, 0.00054321)


def opened(visit, page, run, **query):
    app = visit(page, run=run.id, **query)
    for skip in [button for button in app.button if button.key == "predict_skip"]:
        skip.click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("page", PAGES)
def test_the_line_opens_at_the_runs_own_threshold_and_says_whence_it_comes(visit, runs, page):
    app = opened(visit, page, with_threshold(make_run(runs), 0.6177))
    slider = app.slider(key=PAGES[page])
    assert (slider.value, slider.step, slider.max) == (0.62, 0.01, 4.0)
    assert re.search(r"own threshold is 0\.62: best on the 276 pairs of 4 people it never trained on", words(app))
    assert "3.4 % of the different ones" in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_link_comes_before_it(visit, runs, page):
    run = with_threshold(make_run(runs), 0.6177)
    app = opened(visit, page, run, **{PAGES[page]: "1.3"})
    assert app.slider(key=PAGES[page]).value == 1.3
    assert opened(visit, page, run, **{PAGES[page]: "none"}).slider(key=PAGES[page]).value == 0.62


def test_who_it_judges_is_said(visit, runs):
    run = with_threshold(make_run(runs), 0.6177, accuracy=0.78)
    app = opened(visit, "verification", run)
    assert "judges those same people, which flatters a little" in words(app)
    assert "chosen on half of them, such a threshold is right about 78.0 % of the others' pairs" in words(app)
    app.segmented_control(key="verify_group").set_value(0).run()
    assert "judges seen people: other people than it was chosen on" in words(app)


def test_a_moved_line_stays_for_its_run_and_another_run_opens_at_its_own(visit, runs):
    one = with_threshold(make_run(runs, seed=1), 0.6177)
    other = with_threshold(make_run(runs, seed=2), 0.9)
    app = opened(visit, "verification", one)
    app.slider(key="threshold").set_value(0.75).run()
    assert app.slider(key="threshold").value == 0.75
    app.selectbox(key=f"run_choice_{one.id}").set_value(other.id).run()
    assert app.slider(key="threshold").value == 0.9
    app.selectbox(key=f"run_choice_{other.id}").set_value(one.id).run()
    assert app.slider(key="threshold").value == 0.75
    app.selectbox(key=f"verify_epoch_{one.id}").set_value(2).run()
    assert app.slider(key="threshold").value == 0.75


def test_a_button_moves_the_line_and_another_brings_it_back(visit, runs):
    app = opened(visit, "verification", with_threshold(make_run(runs), 0.6177))
    app.button(key="try_lenient").click().run()
    assert app.slider(key="threshold").value == 1.8
    app.button(key="try_own").click().run()
    assert app.slider(key="threshold").value == 0.62


@pytest.mark.parametrize("page", PAGES)
def test_steps_and_digits_fit_a_run_that_has_hardly_learned(visit, runs, page):
    app = opened(visit, page, young(runs))
    slider = app.slider(key=PAGES[page])
    assert slider.step <= 2e-5
    assert slider.max <= 0.05
    assert slider.value == pytest.approx(0.00054321, abs=slider.step / 2 + 1e-9)
    decimals = -round(np.log10(slider.step))
    assert slider.proto.format == f"%.{decimals}f"
    assert "0.000543" in words(app)
    app = opened(visit, page, young(runs, seed=3), **{PAGES[page]: "0.0003"})
    assert app.slider(key=PAGES[page]).value == 0.0003


def test_a_link_beyond_all_distances_stands_at_their_end(visit, runs):
    app = opened(visit, "verification", young(runs), threshold="1.1")
    slider = app.slider(key="threshold")
    assert slider.value == slider.max


def test_an_epoch_close_together_between_others(visit, runs):
    """The line that was put at 0.75 is far beyond the untrained network's distances, and comes back after them."""
    run = with_threshold(make_run(runs), 0.6177)
    record = run.epoch(0)
    near = np.ones(32) + 0.05 * record.embeddings
    points = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    own = record.figures["unseen"] | {"threshold": 0.0001}
    run.write_epoch(replace(record, embeddings=points, figures=record.figures | {"unseen": own}))
    app = opened(visit, "verification", run, threshold="0.75")
    app.selectbox(key=f"verify_epoch_{run.id}").set_value(0).run()
    assert app.slider(key="threshold").value == pytest.approx(0.0001)
    assert not app.exception
    app.selectbox(key=f"verify_epoch_{run.id}").set_value(5).run()
    assert app.slider(key="threshold").value == 0.75


def test_without_anybody_set_aside_the_line_says_that_it_flatters(visit, runs):
    run = make_run(runs, unseen=False)
    for epoch in run.epochs():
        record = run.epoch(epoch)
        run.write_epoch(replace(record, figures=record.figures | {"held_out": None, "unseen": None}))
    app = opened(visit, "verification", run)
    assert "has set nobody aside to choose a threshold on" in words(app)
    assert "of the people it trained on, which flatters" in words(app)
