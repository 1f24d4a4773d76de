"""How soon after the start the example run is on the first page, and its map on another one.

pytest tests/benchmarks/test_start_speed.py --benchmark-only
"""

import time

import pytest
from playwright.sync_api import Browser, expect

from facenet_core.runs.example_run import NAME, RUN_ID
from tests.browser.conftest import DESKTOP, browser, chromium, start_server  # noqa: F401  # fixtures

STARTS = 5
APPEARS_WITHIN = 60_000  # milliseconds


@pytest.mark.parametrize(
    ("address", "selector", "goal"),
    [
        ("/", f"[href*='{RUN_ID}']", 3),
        (f"/epochs?run={RUN_ID}", ".st-key-player_umap-2d .lab-chart[data-state=ready]", 10),
    ],
    ids=["start", "epochs"],
)
def test_start_until_the_example_is_seen(browser: Browser, tmp_path, benchmark, address, selector, goal):  # noqa: F811
    servers = []

    def begin():
        folder = tmp_path / str(len(servers))
        folder.mkdir()
        return (folder, browser.new_page(viewport=DESKTOP)), {}

    def start(folder, page):
        started = time.perf_counter()
        server = start_server(folder)
        servers.append(server)
        answered = time.perf_counter()
        page.goto(f"{server.url}{address}")
        expect(page.locator(selector).first).to_be_visible(timeout=APPEARS_WITHIN)
        parts.append((answered - started, time.perf_counter() - answered))

    def end(folder, page):
        page.close()
        servers[-1].end()

    parts = []
    try:
        benchmark.pedantic(start, setup=begin, teardown=end, rounds=STARTS)
    finally:
        for server in servers:
            server.end()
    benchmark.extra_info.update(
        name=NAME,
        until_it_answers=[round(answers, 2) for answers, _ in parts],
        until_it_is_seen=[round(seen, 2) for _, seen in parts],
    )
    assert benchmark.stats.stats.median <= goal
