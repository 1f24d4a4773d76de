"""How long an atlas takes beside the same trainings one after another, and how soon all figures follow its slider.

pytest tests/benchmarks/test_atlas_speed.py --benchmark-only
"""

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.runs import LocalEngine
from facenet_core.runs.storage import open_run
from facenet_core.runs.studies.atlas import begin_atlas
from tests.benchmarks.linked_figures import time_moves
from tests.browser.conftest import Visit, browser, chromium, server  # noqa: F401  # fixtures
from tests.pages.made_atlas import make_atlas

WARM_UP = True
MARGINS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.2)
EPOCHS = int(os.environ.get("FACENET_BENCHMARK_EPOCHS", "15"))  # fewer where the machine is busy
CONFIG = TrainingConfig(faces=FacesConfig(people=50, images=20), epochs=EPOCHS, device="cpu")
READY_WITHIN, DONE_WITHIN = 240, 400  # seconds


def wait(condition, seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain for {what}"
        time.sleep(0.02)


def finished(engine: LocalEngine, runs: list[str]) -> bool:
    states = [open_run(engine.runs, run).status().state for run in runs]
    assert "failed" not in states
    return all(state == "finished" for state in states)


def time_single(engine: LocalEngine, margins: tuple[float, ...]) -> float:
    """Train one run after another, each asked for when the one before is finished."""
    began = time.monotonic()
    for margin in margins:
        run = engine.train(replace(CONFIG, margin=margin))
        wait(lambda run=run: finished(engine, [run]), DONE_WITHIN, "a single training")
    return time.monotonic() - began


def time_atlas(engine: LocalEngine) -> float:
    began = time.monotonic()
    atlas = begin_atlas(engine, CONFIG, "margin", MARGINS)
    wait(lambda: finished(engine, list(atlas.runs)), DONE_WITHIN, "the atlas")
    return time.monotonic() - began


@pytest.fixture
def engine(tmp_path: Path):
    engine = LocalEngine(tmp_path)
    wait(lambda: engine.state().ready and not engine.state().warming, READY_WITHIN, "the workers")
    yield engine
    engine.close()


def test_an_atlas_beside_single_trainings(engine, benchmark):
    time_single(engine, MARGINS[:1])  # each worker's first training builds what the later ones find
    before = time_single(engine, MARGINS[:3])  # half before and half after, should the machine grow slower
    atlas = benchmark.pedantic(lambda: time_atlas(engine), rounds=1)
    single = before + time_single(engine, MARGINS[3:])
    benchmark.extra_info.update(atlas_s=round(atlas, 2), six_singles_s=round(single, 2), ratio=round(atlas / single, 3))
    assert atlas <= 1.15 * single


LINKED = ("atlas_map", "atlas_histogram", "accuracy_map", "compare_loss", "compare_active", "compare_unseen")


def test_all_figures_follow_the_epoch(browser, server, benchmark):  # noqa: F811
    """All are in view. Reduced motion is asked for: the faces' way of 350 ms to new places is no delay of the page."""
    atlas = make_atlas(server.data, MARGINS, people=30, each=10, epochs=15, epochs_done=15)
    page = browser.new_context(viewport={"width": 1400, "height": 2000}, reduced_motion="reduce").new_page()
    visit = Visit(page=page, url=server.url)
    visit.open(f"comparison?atlas={atlas.id}&epoch=5")
    visit.press("predict_skip")
    for key in LINKED:
        visit.chart(key)
    visit.settle()
    slider = visit.widget("atlas_epoch_15").get_by_role("slider")
    assert time_moves(page, slider, LINKED, 5, benchmark) <= 200
