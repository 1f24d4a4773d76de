"""Each laboratory does its main thing once, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LABORATORIES

TRAINED_WITHIN = 240_000  # milliseconds; the workers may still be warming up


@pytest.mark.parametrize("laboratory", LABORATORIES)
def test_a_laboratory_opens_from_its_menu(visit, laboratory):
    visit.open("/")
    visit.go(laboratory)
    expect(visit.page.locator("h1")).to_be_visible()
    visit.resize(420)
    visit.expect_no_sideways_scrolling()


@pytest.mark.slow
def test_a_recipe_is_guessed_run_and_explained(visit):
    visit.open("/collapse")
    expect(visit.widget("collapse_run").get_by_role("button")).to_be_disabled()
    visit.page.get_by_text("at the margin", exact=True).first.click()
    visit.press("collapse_run")
    expect(visit.page.locator(".lab-sphere[data-state=ready]")).to_have_count(2, timeout=TRAINED_WITHIN)
    expect(visit.page.get_by_text("Collapsed: all faces have become one point")).to_be_visible()
    expect(visit.page.get_by_text(re.compile("The loss settled at the margin"))).to_be_visible()
    visit.shoot("lab-collapse")


@pytest.mark.slow
def test_a_sphere_is_trained_played_and_counted(visit):
    visit.open("/sphere")
    visit.press("sphere_train_3")
    expect(visit.page.get_by_text(re.compile(r"Finished.*step 45 of 45"))).to_be_visible(timeout=TRAINED_WITHIN)
    sphere = visit.page.locator(".lab-sphere")
    expect(sphere).to_have_attribute("data-frame", "15", timeout=30_000)
    before = int(sphere.get_attribute("data-easy"))
    visit.page.get_by_role("slider", name="Margin").press("End")
    expect(sphere).to_have_attribute("data-margin", "3.95")
    assert int(sphere.get_attribute("data-easy")) < before
    counts = [int(sphere.get_attribute(f"data-{kind}")) for kind in ("easy", "semi-hard", "hard")]
    assert sum(counts) == int(sphere.get_attribute("data-valid"))
    visit.page.get_by_role("slider", name="Frame").press("Home")
    expect(sphere).to_have_attribute("data-frame", "0")
    visit.shoot("lab-sphere")
