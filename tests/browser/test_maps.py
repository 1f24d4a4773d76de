"""The maps' page in a browser: a map drawn by a worker, the ruler between two clicked faces, a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.pages.made_run import make_run

DRAWN_WITHIN = 240_000  # milliseconds; the workers may still be warming up
PLACE = """(node, face) => {
    const plot = node.querySelector(".js-plotly-plot"), layout = plot._fullLayout, box = plot.getBoundingClientRect();
    const { x, y } = plot.data[0];
    const { l, t } = layout._size;
    return [box.left + l + layout.xaxis.c2p(x[face]), box.top + t + layout.yaxis.c2p(y[face])];
}"""


@pytest.mark.slow
def test_a_map_is_drawn_and_two_faces_are_measured(visit, server):
    runs = server.data / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    run = make_run(runs, epochs_done=2, epochs=2, maps=("umap-2d",))
    visit.open(f"maps?run={run.id}&map_b=PCA+%C2%B7+2-D")
    left = visit.chart("map_chart_a")
    visit.press("draw_now_b")
    right = visit.page.locator(".st-key-map_chart_b .lab-chart")
    expect(right).to_have_attribute("data-state", "ready", timeout=DRAWN_WITHIN)
    assert run.map_epochs("pca-2d") == [0, 1, 2]
    expect(visit.page.locator(".st-key-methods_table")).to_contain_text("PCA · 2-D", timeout=DRAWN_WITHIN)
    visit.settle()

    page = visit.page.get_by_test_id("stMain")
    measured = page.get_by_text(re.compile(r"squared distance \d\.\d\d"))
    for _ in range(3):  # a figure that is drawn anew under the pointer, as a job ends, does not hear the click
        for face in (0, 40):
            x, y = left.evaluate(PLACE, face)
            visit.page.mouse.move(x, y)
            expect(left.locator(".lab-card")).to_be_visible()
            visit.page.mouse.click(x, y)
            visit.settle()
        if measured.count():
            break
    expect(page).to_contain_text(re.compile(r"squared distance \d\.\d\d"))
    expect(page).to_contain_text(re.compile(r"\d\.\d\d spreads of the map"))
    visit.shoot("maps-desktop")
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
    visit.shoot("maps-phone")


def test_the_page_opens_before_the_first_run(visit):
    visit.open("maps?run=20200101-000000-nobody-0000")
    expect(visit.page.locator("h1")).to_be_visible()
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
