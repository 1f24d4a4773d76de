"""How soon all linked figures of the lesson on epochs stand at the epoch that the player was moved to.

pytest tests/benchmarks/test_epochs_speed.py --benchmark-only
"""

from playwright.sync_api import expect

from tests.benchmarks.linked_figures import time_moves
from tests.browser.conftest import Visit, browser, chromium, server  # noqa: F401  # fixtures
from tests.pages.made_run import make_run

LINKED = ("epoch_histogram", "epoch_histogram_held_out", "person_spread", "silhouette_course", "census_course")
LINKED += ("loss_course", "biography_face")


def test_all_linked_figures_follow_the_player(browser, server, benchmark):  # noqa: F811
    runs = server.data / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    run = make_run(runs, people=50, each=10, epochs=15, epochs_done=15)
    page = browser.new_page(viewport={"width": 1400, "height": 2600})  # all figures in view: others wait
    visit = Visit(page=page, url=server.url)
    visit.open(f"epochs?run={run.id}&epoch=5")
    for key in LINKED:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "5")
    visit.settle()
    slider = page.get_by_role("slider", name="Epoch")
    assert time_moves(page, slider, LINKED, 5, benchmark) <= 200
