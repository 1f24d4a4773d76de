"""The factors of a face in a real browser: a slider draws the face anew, buttons change who it is."""

import re

from playwright.sync_api import expect


def test_sliders_and_buttons_draw_the_face_anew(visit):
    visit.open("/factors")
    face = visit.widget("face_drawn_b").locator("img")
    expect(face).to_be_visible(timeout=60_000)
    expect(visit.page.get_by_text("B is A. Move a slider")).to_be_visible()
    before = face.get_attribute("src")
    visit.widget("factor_yaw").get_by_role("slider").press("ArrowRight")
    expect(visit.page.get_by_text(re.compile("Pose, turned"))).to_be_visible()
    assert face.get_attribute("src") != before
    expect(visit.page).to_have_url(re.compile("moved=yaw"))
    visit.press("factor_person")
    expect(visit.page.get_by_text(re.compile("other factors of who it is"))).to_be_visible()
    visit.press("factor_reset")
    expect(visit.page.get_by_text("B is A. Move a slider")).to_be_visible()
    visit.shoot("factors")
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
