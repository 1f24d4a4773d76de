"""Figures follow a hand without the server: nothing that the page sends arrives there, and they move all the same."""

import json
import re

import pytest
from playwright.sync_api import expect

from facenet_core.runs.example import RUN_ID

POINT = """() => document.querySelector(".st-key-roc_figure .lab-plot").layout.shapes.at(-1)"""
ENDS = """(key) => document.querySelector(`.st-key-${key} .lab-plot`).data.map(({ x }) => [x[0], x[x.length - 1]])"""
BARS = """(key) => Array.from(document.querySelector(`.st-key-${key} .lab-plot`).data[0].y)"""


@pytest.fixture
def wire(visit):
    """What goes from the page to the server; nothing does while ``held``."""

    class Wire:
        held = False

    def connect(page_side):
        server_side = page_side.connect_to_server()
        page_side.on_message(lambda message: None if Wire.held else server_side.send(message))

    visit.page.route_web_socket(re.compile("_stcore/stream"), connect)
    return Wire


def test_the_threshold_moves_its_figures_by_itself(visit, wire):
    visit.open(f"verification?run={RUN_ID}&threshold=0.6")
    for key in ("threshold_figure", "roc_figure", "det_figure"):
        visit.chart(key)
    told = visit.page.evaluate(POINT)
    handle = visit.widget("threshold_figure").locator(".lab-line")
    handle.press("PageUp")  # answered by the server
    expect(visit.page).to_have_url(re.compile(r"threshold=0\.7\b"))
    visit.settle()
    answered, parted = visit.page.evaluate(POINT), visit.page.evaluate(ENDS, "threshold_figure")
    assert answered["xanchor"] > told["xanchor"]

    wire.held = True
    handle.press("PageDown")
    visit.page.wait_for_function(f"(before) => ({POINT})().xanchor < before", arg=answered["xanchor"])
    visit.page.wait_for_function(f"() => ({ENDS})('threshold_figure')[0][1] < 0.65")
    handle.press("PageUp")
    visit.page.wait_for_function(f"(before) => ({POINT})().xanchor > before", arg=told["xanchor"])
    followed = visit.page.evaluate(POINT)
    assert followed["xanchor"] == pytest.approx(answered["xanchor"], abs=0.03)  # of the curve's points, the nearest
    assert followed["yanchor"] == pytest.approx(answered["yanchor"], abs=0.01)
    visit.page.wait_for_function(f"() => ({ENDS})('threshold_figure')[0][1] > 0.65")
    ends = visit.page.evaluate(ENDS, "threshold_figure")
    assert [pytest.approx(pair, abs=0.001) for pair in parted] == ends
    assert "threshold=0.7" in visit.page.url


def test_the_epoch_moves_its_figures_by_itself(visit, wire):
    visit.resize(1400, 2600)
    visit.open(f"epochs?run={RUN_ID}&epoch=5")
    slider = visit.page.get_by_role("slider", name="Epoch")
    keys = ("epoch_histogram", "epoch_histogram_held_out", "person_spread", "silhouette_course")
    keys += ("census_course", "loss_course", "biography_face")
    seen = {}
    for epoch, press in ((5, None), (6, "ArrowRight"), (7, "ArrowRight"), (6, "ArrowLeft")):  # answered by the server
        if press:
            slider.press(press)
        for key in keys:
            expect(visit.chart(key)).to_have_attribute("data-epoch", str(epoch))
        visit.settle()
        seen[epoch] = {key: visit.page.evaluate(BARS, key) for key in keys}
    visit.page.wait_for_load_state("networkidle")

    wire.held = True
    slider.press("ArrowRight")
    for key in keys:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "7")
        assert visit.page.evaluate(BARS, key) == pytest.approx(seen[7][key], rel=1e-3), key
    assert json.dumps(seen[6]["epoch_histogram"]) != json.dumps(seen[7]["epoch_histogram"])
    assert "epoch=6" in visit.page.url
