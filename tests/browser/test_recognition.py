"""Looking somebody up in a real browser: the threshold, another probe, and somebody new whom a worker enrols."""

import re

from playwright.sync_api import expect

WORKER_ANSWERS_WITHIN = 180_000  # milliseconds; the first photo waits for a worker to start


def test_a_face_is_looked_up_and_somebody_new_is_enrolled(visit):
    visit.open("/recognition")  # the example run
    page = visit.page
    visit.chart("who_rates")
    page.get_by_role("slider", name=re.compile("Threshold, in squared distance: farther")).press("End")
    expect(page.get_by_test_id("stMetricValue").nth(1)).to_have_text("100.0 %")
    wall = visit.widget("who_wall").locator("button.row")
    expect(wall).to_have_count(24)
    wall.nth(5).click()
    expect(page).to_have_url(re.compile(r"probe=\d+"))
    visit.expect_no_sideways_scrolling()
    visit.shoot("recognition")

    page.get_by_test_id("stMain").get_by_text("Somebody new", exact=True).first.click()
    visit.press("who_enrol")
    expect(page.get_by_text(re.compile(r"was enrolled in .* No training"))).to_be_visible(timeout=WORKER_ANSWERS_WITHIN)
    expect(page).to_have_url(re.compile(r"new=\d+"))
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
    visit.shoot("recognition-new")
