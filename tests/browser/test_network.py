"""Looking into a network in a real browser: the maps come from a worker, a click chooses a channel."""

import re

import pytest
from playwright.sync_api import expect

from tests.pages.made_run import make_run

WORKER_ANSWERS_WITHIN = 180_000  # milliseconds; the first look waits for a worker to start


@pytest.fixture
def run(server):
    return make_run(server.data / "runs", people=4, epochs_done=2, epochs=2, weights=(0, 1, 2))


def test_a_face_is_looked_at_layer_by_layer(visit, run):
    visit.open("/")
    expect(visit.page.get_by_text("The workers are ready")).to_be_visible(timeout=WORKER_ANSWERS_WITHIN)
    visit.open(f"network?run={run.id}")
    visit.page.get_by_text("What to notice").wait_for(timeout=WORKER_ANSWERS_WITHIN)
    map_ = visit.chart("occlusion_map")
    expect(map_.locator(".lab-plot")).to_have_attribute("aria-label", re.compile("squared distances from"))
    expect(map_.locator(".imagelayer image").first).to_be_attached()
    visit.chart("gradient_map")
    visit.expect_no_sideways_scrolling()
    visit.shoot("network-places")

    visit.press("try_layers")
    channels = visit.widget("network_channels").locator("button.row")
    expect(channels).to_have_count(18, timeout=WORKER_ANSWERS_WITHIN)
    wanted = re.search(r"\d+", channels.nth(3).inner_text())[0]
    channels.nth(3).click()
    expect(visit.page.get_by_text(f"that set channel {wanted} off most")).to_be_visible(timeout=WORKER_ANSWERS_WITHIN)
    visit.shoot("network-layers")
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
