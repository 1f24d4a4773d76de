"""Sorting faces in a real browser: guess, drag the line, everything linked follows."""

import re

from playwright.sync_api import expect


def test_the_line_moves_everything_that_is_linked(visit):
    visit.open("/clustering")
    expect(visit.page.get_by_text("Predict first.")).to_be_visible()
    visit.press("predict_skip")
    tree = visit.chart("clustering_tree")
    for name in ("count", "score"):
        visit.chart(f"clustering_{name}")
    found = visit.page.get_by_test_id("stMetricValue").first
    before, line = found.inner_text(), tree.locator(".lab-line")
    for _ in range(3):
        line.press("PageDown")
    expect(found).not_to_have_text(before)
    expect(visit.page).to_have_url(re.compile("clustering_threshold="))
    at = line.get_attribute("data-x")
    expect(visit.chart("clustering_count").locator(".lab-line")).to_have_attribute("data-x", at)
    visit.press("try_pairs")
    expect(visit.page.locator(".lab-gallery .marked").first).to_be_visible()
    expect(visit.page.get_by_text("The first wrong link joined")).to_be_visible()
    visit.shoot("clustering")
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
    visit.shoot("clustering-phone")
