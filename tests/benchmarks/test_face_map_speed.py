"""How smoothly the map of faces plays, how soon it stands, and how much is sent: measured by the page itself.

pytest tests/benchmarks/test_face_map_speed.py --benchmark-only
"""

import statistics

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import browser, chromium, server, visit  # noqa: F401  # fixtures
from tests.pages.made_run import make_run

EPOCHS = 50
PLAYED = 10  # seconds
NODE = "document.querySelector('.lab-face-map')"
FIRST_PICTURE = """() => new Promise((resolve) => {
  const started = performance.now();
  const look = () => {
    const node = document.querySelector(".st-key-player_umap-2d .lab-face-map");
    const { state, pictures } = node?.dataset ?? {};
    if (state === "ready" && Number(pictures) > 0) resolve(performance.now() - started);
    else requestAnimationFrame(look);
  };
  [...document.querySelectorAll("[data-testid=stTopNavLink]")].find((link) => /Epochs/.test(link.innerText)).click();
  look();
})"""
SCRUBS = f"""async () => {{
  const node = {NODE};
  const slider = document.querySelector(".lab-map-bar input");
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const late = [];
  for (let i = 0; i < 60; i++) {{
    await frame();
    const before = Number(node.dataset.drawings);
    slider.value = (i * 7.3) % {EPOCHS};
    slider.dispatchEvent(new Event("input"));
    let frames = 0;
    while (Number(node.dataset.drawings) === before) {{ await frame(); frames++; }}
    late.push(frames);
  }}
  slider.dispatchEvent(new Event("change"));
  return late;
}}"""


@pytest.fixture
def runs(server):  # noqa: F811
    folder = server.data / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def warm(visit):  # noqa: F811
    """Wait until the workers no longer load anything: they would take the processor from the browser."""
    visit.open("/")
    expect(visit.page.get_by_text("The workers are ready")).to_be_visible(timeout=240_000)


def noisy(run) -> None:
    """Give a made run pictures as hard to compress as photographs are: smooth forms with some noise."""
    tracked = run.tracked()
    random = np.random.default_rng(0)
    coarse = random.integers(40, 215, size=(len(tracked), 8, 8, 3)).astype(np.float32)
    smooth = np.repeat(np.repeat(coarse, 6, axis=1), 6, axis=2)
    for axis in (1, 2):
        smooth = sum(np.roll(smooth, shift, axis) for shift in range(-3, 4)) / 7
    pictures = smooth + random.normal(0, 4, size=smooth.shape)
    run.write_tracked(tracked, pictures.clip(0, 255).astype(np.uint8))


def play(visit, run) -> dict[str, float]:  # noqa: F811
    """Play all pictures of a run and return what the page noted."""
    visit.open(f"epochs?run={run.id}&epoch=0")
    node = visit.chart("player_umap-2d")
    visit.page.get_by_label("Pictures").select_option("all")
    expect(node).to_have_attribute("data-pictures", str(len(run.tracked())))
    visit.page.get_by_role("button", name="Loop").click()
    visit.page.get_by_role("button", name="Play all epochs").click()
    expect(node).to_have_attribute("data-epoch", "3")
    visit.page.evaluate(f"() => {NODE}.map.clock.reset()")
    noted = visit.page.evaluate(
        f"""() => new Promise((resolve) => setTimeout(() => {{
          const {{ intervals, work }} = {NODE}.map.clock;
          resolve({{ intervals, work, pictures: Number({NODE}.dataset.pictures) }});
        }}, {PLAYED * 1000}))"""
    )
    assert noted["pictures"] == len(run.tracked())
    return {
        "frames": len(noted["intervals"]),
        "median_ms": round(statistics.median(noted["intervals"]), 1),
        "p95_ms": round(statistics.quantiles(noted["intervals"], n=20)[-1], 1),
        "work_ms": round(statistics.median(noted["work"]), 1),
    }


def test_a_thousand_pictures_play(visit, runs, benchmark):  # noqa: F811
    run = make_run(runs, people=100, each=10, epochs=EPOCHS, epochs_done=EPOCHS)
    found = benchmark.pedantic(play, args=(visit, run), rounds=1)
    benchmark.extra_info.update(found)
    print(found)
    assert found["median_ms"] <= 17
    assert found["p95_ms"] <= 25


def test_three_thousand_pictures_play(visit, runs, benchmark):  # noqa: F811
    run = make_run(runs, people=300, each=10, epochs=12, epochs_done=12)
    found = benchmark.pedantic(play, args=(visit, run), rounds=1)
    benchmark.extra_info.update(found)
    print(found)
    assert found["median_ms"] <= 34


def test_a_scrubbed_epoch_is_drawn_in_one_frame(visit, runs, benchmark):  # noqa: F811
    run = make_run(runs, people=100, each=10, epochs=EPOCHS, epochs_done=EPOCHS)
    visit.open(f"epochs?run={run.id}")
    visit.chart("player_umap-2d")
    asked = []
    visit.page.on("request", lambda request: asked.append(request.url))
    frames = benchmark.pedantic(lambda: visit.page.evaluate(SCRUBS), rounds=1)
    benchmark.extra_info.update(most_frames=max(frames), scrubs=len(frames))
    print({"most_frames": max(frames), "requests": len(asked)})
    assert max(frames) <= 1


def test_the_first_picture_of_a_stored_run(visit, runs, benchmark):  # noqa: F811
    run = make_run(runs, people=100, each=10, epochs=EPOCHS, epochs_done=EPOCHS)
    noisy(run)
    visit.open(f"?run={run.id}")
    visit.page.wait_for_selector("link[rel=modulepreload]", state="attached")  # somebody read on the first page:
    visit.page.wait_for_load_state("networkidle")  # it has come to rest, and fetched what other lessons need
    sent: dict[str, int] = {}
    visit.page.on("response", lambda answer: sent.__setitem__(answer.url, len(answer.body())) if answer.ok else None)
    first = benchmark.pedantic(lambda: visit.page.evaluate(FIRST_PICTURE), rounds=1)
    visit.settle()
    own = {url: size for url, size in sent.items() if "/media/" in url or "/face_map/" in url or "/chart/" in url}
    benchmark.extra_info.update(first_picture_ms=round(first), sent_bytes=sum(own.values()), files=len(own))
    print({"first_picture_ms": round(first), "sent_bytes": sum(own.values()), "files": len(own)})
    assert first <= 1000
    assert sum(own.values()) <= 1.5e6
