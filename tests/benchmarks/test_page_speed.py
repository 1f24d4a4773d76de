"""How soon the first step is on the page, and how soon a figure follows a slider while a training runs.

pytest tests/benchmarks/test_page_speed.py --benchmark-only
"""

import json
import statistics

import pytest
from playwright.sync_api import expect

from facenet_core.runs.example_run import RUN_ID
from tests.browser.conftest import browser, chromium, server, visit, wait_until  # noqa: F401  # fixtures

WARM_UP = True
WARM_WITHIN = 240  # seconds
SLIDER_MOVES = 40

FIRST_STEP = """() => new Promise((resolve) => {
  const button = document.querySelector(".st-key-train button");
  const started = performance.now();
  const look = () => {
    const bar = document.querySelector("[data-testid=stProgress]");
    if (bar && /Running.*step [1-9]/.test(bar.innerText)) resolve(performance.now() - started);
    else requestAnimationFrame(look);
  };
  button.click();
  look();
})"""

WATCH = """() => {
  const chart = document.querySelector(".st-key-threshold_figure .lab-chart");
  const before = chart.dataset.revision;
  window.labMove = new Promise((resolve) => {
    let started;
    document.addEventListener("keydown", () => (started = performance.now()), { capture: true, once: true });
    const seen = new MutationObserver(() => {
      if (chart.dataset.revision === before) return;
      seen.disconnect();
      resolve(performance.now() - started);
    });
    seen.observe(chart, { attributes: true });
  });
}"""


def move(visit, key: str) -> float:  # noqa: F811
    """Press a key on the threshold's slider; return the milliseconds until the figure is drawn anew."""
    visit.page.evaluate(WATCH)
    visit.widget("threshold").get_by_role("slider").press(key)
    return visit.page.evaluate("() => window.labMove")


def states(server) -> list[str]:  # noqa: F811
    return [json.loads(path.read_text())["state"] for path in sorted((server.data / "runs").glob("*/status.json"))]


@pytest.fixture
def warm_visit(visit, server):  # noqa: F811
    """A tab on a server whose workers have finished a small run."""
    visit.open("training?people=16&images=10&epochs=3&batch_people=16")
    visit.press("train")
    expect(visit.page.get_by_test_id("stProgress")).to_contain_text("Finished", timeout=WARM_WITHIN * 1000)
    visit.open("/")
    expect(visit.page.get_by_text("The workers are ready")).to_be_visible(timeout=WARM_WITHIN * 1000)
    return visit


def test_first_step_and_slider(warm_visit, server, benchmark):  # noqa: F811
    finished = max(path.name for path in (server.data / "runs").iterdir() if path.name != RUN_ID)
    warm_visit.open("training?epochs=200")
    first_step = benchmark.pedantic(lambda: warm_visit.page.evaluate(FIRST_STEP), rounds=1)
    warm_visit.open(f"verification?run={finished}")
    warm_visit.chart("threshold_figure")
    expect(warm_visit.widget("threshold").get_by_role("slider")).to_be_visible(timeout=60_000)
    moves = [move(warm_visit, "ArrowRight" if number % 8 < 4 else "ArrowLeft") for number in range(SLIDER_MOVES)]
    still_running = wait_until(lambda: "running" in states(server), 1)
    p95 = statistics.quantiles(moves, n=20)[-1]
    benchmark.extra_info.update(
        first_step_ms=round(first_step), slider_median_ms=round(statistics.median(moves)), slider_p95_ms=round(p95)
    )
    assert still_running, "the training ended before the slider was measured: choose more epochs"
    assert first_step <= 1500
    assert p95 <= 200
