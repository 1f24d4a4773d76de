"""One threshold through all figures, and votes beside the network, on the example run."""

import re

from playwright.sync_api import expect

from facenet_core.runs.example_run import RUN_ID


def test_the_line_moves_every_figure_and_votes_become_a_curve(visit):
    visit.open(f"verification?run={RUN_ID}&threshold=0.6")
    roc, det = (visit.chart(key).locator(".lab-plot") for key in ("roc_figure", "det_figure"))
    visit.chart("threshold_figure")
    before = roc.get_attribute("aria-label")
    handle = visit.widget("threshold_figure").locator(".lab-line")
    handle.press("PageUp")
    expect(visit.page).to_have_url(re.compile(r"threshold=0\.7\b"))
    expect(roc).not_to_have_attribute("aria-label", before)
    expect(visit.widget("false_accepts").locator(".lab-gallery")).to_have_attribute("data-rows", "8")
    now = re.search(r"([\d.]+ %) false accepts", roc.get_attribute("aria-label"))[1]
    expect(det).to_have_attribute("aria-label", re.compile(rf"threshold {re.escape(now)} false accepts"))

    visit.widget("false_accepts").locator("button.row").first.click()  # looks at a pair closely
    expect(visit.page).to_have_url(re.compile("verify_view=Two"))
    expect(visit.widget("pair").locator(".lab-gallery")).to_have_attribute("data-rows", "2")

    visit.open(f"verification?run={RUN_ID}&verify_view=You+against+it&threshold=0.7")
    pair = visit.widget("vote_pair").locator(".lab-gallery")
    expect(pair).to_have_attribute("data-rows", "1", timeout=60_000)
    for number in range(1, 13):
        expect(visit.page.get_by_text(f"Pair {number} of 20")).to_be_visible()
        visit.press(f"vote_{number}_{4 if number % 2 else 1}")
    visit.press("vote_stop")
    visit.chart("vote_figure")
    expect(visit.page.get_by_text("12 pairs say little")).to_be_visible()
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
    visit.shoot("votes-phone")
