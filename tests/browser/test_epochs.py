"""The lesson on epochs in a browser: every figure follows the player, and choices go both ways."""

import re

from playwright.sync_api import expect

from facenet_core.runs.example_run import RUN_ID
from tests.pages.made_run import make_run

BATCHES_WITHIN = 120_000  # milliseconds: a worker loads what it needs first
LINKED = ("epoch_histogram", "epoch_histogram_held_out", "person_spread", "silhouette_course", "census_course")
LINKED += ("loss_course", "biography_face")
FIRST_BAR = """(node) => {
    const plot = node.querySelector(".js-plotly-plot"), { xaxis, yaxis } = plot._fullLayout;
    const box = plot.getBoundingClientRect(), height = plot.data[0].y[0] / 2;
    return [box.left + xaxis._offset + xaxis.c2p(0), box.top + yaxis._offset + yaxis.c2p(height)];
}"""
CHOSEN = "() => document.querySelector('.lab-face-map').map.chosen.faces"

BELOW_STANDS_WHERE_THE_PLAYER_DOES = """() => {
  const node = (key) => document.querySelector(`.st-key-${key} .lab-chart`);
  const said = node("person_spread").querySelector(".lab-plot").getAttribute("aria-label");
  return said.includes(` at epoch ${node("player_umap-2d").dataset.epoch},`);
}"""


def test_figures_follow_the_player_and_choices_go_both_ways(visit, server):
    runs = server.data / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    run = make_run(runs)
    visit.open(f"epochs?run={run.id}")
    for key in LINKED:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "5")
    visit.page.get_by_role("slider", name="Epoch").press("Home")
    visit.page.get_by_role("slider", name="Epoch").press("ArrowRight")
    for key in LINKED:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "1")

    visit.settle()  # figures are there before the server's answer is, and it may put the bars in another order
    bars = visit.chart("person_spread")
    bars.scroll_into_view_if_needed()
    visit.page.mouse.move(*bars.evaluate(FIRST_BAR))
    expect(bars.locator(".lab-card")).to_be_visible()
    visit.page.mouse.click(*bars.evaluate(FIRST_BAR))
    expect(visit.page).to_have_url(re.compile(r"faces=\d+-\d+"))
    visit.settle()
    chosen = visit.page.evaluate(CHOSEN)
    assert len(chosen) == 6
    assert len(set(run.tracked().person[chosen].tolist())) == 1

    visit.widget("biography_faces").locator(".row").nth(2).click()  # the nearest of anybody else
    expect(visit.page).to_have_url(re.compile(r"faces=\d+(&|$)"))
    visit.settle()
    assert len(visit.page.evaluate(CHOSEN)) == 1
    visit.page.get_by_role("radio", name="one triplet").click()
    expect(visit.chart("biography_triplet")).to_have_attribute("data-epoch", "1")

    for place in (0, 3):
        visit.widget("confused_people").locator(".row").nth(place).click()
        visit.settle()
    visit.press("predict_reveal")
    expect(visit.chart("confusion_course")).to_have_attribute("data-epoch", "1")
    expect(visit.widget("confused_pairs")).to_contain_text("confused at")
    visit.shoot("epochs-desktop")
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
    visit.shoot("epochs-phone")


def test_while_it_plays_only_what_stands_beside_is_drawn_anew_and_at_rest_everything(visit):
    """What lies below would take pictures from the film: its figures move by themselves, its words follow at rest."""
    visit.resize(1400, 2000)
    visit.open(f"epochs?run={RUN_ID}&epoch=0")
    below = visit.chart("person_spread").locator(".lab-plot")
    expect(below).to_have_attribute("aria-label", re.compile(" at epoch 0,"))
    # Once the batches are known the page is drawn anew, whatever plays.
    expect(visit.page.get_by_text("is being found out")).to_have_count(0, timeout=BATCHES_WITHIN)
    visit.settle()
    visit.page.get_by_role("button", name="Loop").click()
    visit.page.get_by_role("button", name="Play all epochs").click()
    beside = visit.chart("epoch_histogram").locator(".lab-plot")
    expect(beside).to_have_attribute("aria-label", re.compile("epoch [2-9]"), timeout=30_000)
    expect(below).to_have_attribute("aria-label", re.compile(" at epoch 0,"))
    visit.page.get_by_role("button", name="Pause the player").click()
    visit.page.wait_for_function(BELOW_STANDS_WHERE_THE_PLAYER_DOES)
    shown = visit.chart("player_umap-2d").get_attribute("data-epoch")
    assert shown != "0"
    expect(visit.page).to_have_url(re.compile(rf"epoch={shown}\b"))
