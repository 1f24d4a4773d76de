"""One learner's way through the lessons, from the first page to the threshold."""

import re

import pytest
from playwright.sync_api import expect

WARM_UP = True  # as a learner finds it
SMALL_RUN = "training?people=16&images=10&epochs=24&batch_people=16"
STARTS_WITHIN = 180_000  # milliseconds; the workers may still be warming up
FINISHES_WITHIN = 300_000
LAST_MAP_WITHIN = 240_000
WALL_IS_THERE = """() => performance.getEntriesByType("resource")
  .some(({ name, responseEnd }) => /\\/media\\/.*webp/.test(name) && responseEnd > 0)"""
HEAVY_LIBRARIES = ("/torch/", "/sklearn/", "/skimage/", "/numba/", "/umap/")


@pytest.mark.slow
def test_a_learner_trains_looks_and_decides(visit, server):
    look_at_the_start(visit)
    train_until_the_first_step(visit)
    pause_and_step_one_batch(visit)
    retrain_with_a_larger_margin(visit)
    scrub_through_the_epochs(visit)
    drag_the_threshold(visit)
    visit.go("Faces")  # the fifth page
    expect_a_small_server(server)
    see_every_lesson_filled(visit)
    expect_a_light_server(server)


def look_at_the_start(visit):
    visit.open("/")
    expect(visit.page.locator("h1")).to_be_visible()
    visit.page.wait_for_function(WALL_IS_THERE)  # a picture still on its way would be missing for the next page
    visit.shoot("01-start")
    visit.press("begin")
    visit.expect_lesson("Training")
    visit.shoot("02-before-the-first-run")


def train_until_the_first_step(visit):
    visit.open(SMALL_RUN)
    visit.press("train")
    expect(progress(visit)).to_contain_text(re.compile(r"Running.*step [1-9]"), timeout=STARTS_WITHIN)
    expect(visit.page).to_have_url(re.compile("run="))
    visit.chart("losses")
    visit.shoot("03-first-steps")


def pause_and_step_one_batch(visit):
    visit.press("run_pause")
    expect(progress(visit)).to_contain_text("Paused after step", timeout=30_000)
    step = paused_step(visit)
    assert step >= 1
    visit.shoot("04-paused")
    visit.press("run_step")
    expect(progress(visit)).to_contain_text(f"Paused after step {step + 1}", timeout=30_000)
    visit.shoot("05-one-step-later")


def retrain_with_a_larger_margin(visit):
    paused_run = run_in_view(visit)
    expect(visit.widget("margin_retrain").get_by_role("button")).to_be_disabled()
    visit.widget("margin").get_by_role("slider").press("ArrowRight")
    expect(visit.page).to_have_url(re.compile(r"margin=0\.25"))
    expect(visit.widget("margin_apply").get_by_role("button")).to_be_enabled()
    visit.shoot("06-margin-moved")
    visit.press("margin_retrain")
    expect(visit.page).not_to_have_url(re.compile(re.escape(paused_run)))
    expect(progress(visit)).to_contain_text(re.compile("Running"), timeout=STARTS_WITHIN)
    visit.shoot("07-retraining")
    expect(progress(visit)).to_contain_text("Finished", timeout=FINISHES_WITHIN)
    live_map = visit.widget("live_map").locator(".lab-chart")  # drawn by a worker that may still be warming up
    expect(live_map).to_have_attribute("data-epoch", "24", timeout=LAST_MAP_WITHIN)
    visit.shoot("08-finished")


def scrub_through_the_epochs(visit):
    visit.go("Epochs")
    player = visit.widget("player_umap-2d").locator(".lab-chart")
    expect(player).to_have_attribute("data-epoch", "24", timeout=LAST_MAP_WITHIN)
    expect(visit.chart("epoch_histogram")).to_have_attribute("data-epoch", "24")
    visit.shoot("09-last-epoch")
    slider = visit.page.get_by_role("slider", name="Epoch")
    slider.press("Home")
    expect(player).to_have_attribute("data-epoch", "0")
    expect(visit.chart("epoch_histogram")).to_have_attribute("data-epoch", "0")
    expect(visit.page).to_have_url(re.compile("epoch=0"))
    visit.shoot("10-untrained")
    slider.press("ArrowRight")
    expect(player).to_have_attribute("data-epoch", "1")
    expect(visit.chart("epoch_histogram")).to_have_attribute("data-epoch", "1")
    slider.press("End")
    expect(visit.page).to_have_url(re.compile("epoch=24"))


def drag_the_threshold(visit):
    visit.go("Verification")
    line = visit.page.locator(".lab-line").first
    expect(line).to_be_visible(timeout=60_000)
    rejects = visit.page.get_by_test_id("stMetric").filter(has_text="False rejects")
    before, rejected_before = float(line.get_attribute("data-x")), rejects.inner_text()
    visit.shoot("11-threshold")
    box = line.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x - 90, y, steps=6)
    visit.page.mouse.up()
    expect(rejects).not_to_have_text(rejected_before)
    after = float(line.get_attribute("data-x"))
    assert after < before
    expect(visit.page).to_have_url(re.compile(f"threshold={after:g}"))
    visit.settle()
    visit.shoot("12-threshold-moved")


def see_every_lesson_filled(visit):
    for lesson in ("Start", "Faces", "Triplets", "Training", "Epochs", "Verification"):
        visit.go(lesson)
        expect(visit.page.locator("h1")).to_be_visible()
        for width in (1400, 420):
            visit.resize(width)
            visit.expect_no_sideways_scrolling()
            visit.shoot(f"filled-{lesson.lower()}-{width}")
        visit.resize(1400)


def expect_a_light_server(server):
    libraries = server.loaded_libraries()
    assert [name for name in HEAVY_LIBRARIES if name in libraries] == []


def expect_a_small_server(server):
    assert server.megabytes() < 200


def progress(visit):
    return visit.page.get_by_test_id("stProgress")


def paused_step(visit) -> int:
    return int(re.search(r"after step ([\d,]+)", progress(visit).inner_text())[1].replace(",", ""))


def run_in_view(visit) -> str:
    return re.search(r"run=([^&]+)", visit.page.url)[1]
