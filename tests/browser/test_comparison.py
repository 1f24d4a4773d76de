"""The atlas in a real browser: two sliders and a heat map move every view."""

import re

import pytest
from playwright.sync_api import expect

from facenet_core.runs.studies.atlas import Atlas
from tests.pages.comparison.test_baselines import measured
from tests.pages.made_atlas import make_atlas
from tests.pages.made_run import make_run

AT_ONCE = ("atlas_map", "atlas_histogram", "accuracy_map", "compare_loss", "compare_active", "compare_unseen")
LINE = "node => node.querySelector('.lab-plot')._fullLayout.shapes[0].x0"


@pytest.fixture(scope="module")
def atlas(server) -> Atlas:
    """A stored atlas of three margins."""
    return make_atlas(server.data, people=15)


def test_sliders_and_heat_map_move_every_view(visit, atlas):
    visit.open(f"comparison?atlas={atlas.id}&setting=0.2&epoch=2")
    expect(visit.widget("predict")).to_contain_text("Which margin is best on people never seen?")
    visit.press("predict_skip")
    visit.chart("atlas_intervals")
    visit.settle()
    for key in AT_ONCE:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "2")
    before = {key: visit.chart(key).get_attribute("data-revision") for key in AT_ONCE}
    visit.widget("atlas_epoch_5").get_by_role("slider").press("ArrowRight")
    for key in AT_ONCE:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "3")
        expect(visit.chart(key)).not_to_have_attribute("data-revision", before[key])
    assert visit.chart("compare_loss").evaluate(LINE) == 3  # only the line was drawn again
    expect(visit.page).to_have_url(re.compile(r"(?=.*epoch=3)(?=.*setting=0\.2)"))
    visit.shoot("atlas")
    plot = visit.chart("accuracy_map").locator(".nsewdrag").first
    box = plot.bounding_box()
    plot.click(position={"x": box["width"] * 5.5 / 6, "y": box["height"] * 0.5 / 3})  # last epoch, largest margin
    expect(visit.chart("atlas_map")).to_have_attribute("data-epoch", "5")
    expect(visit.page).to_have_url(re.compile(r"(?=.*epoch=5)(?=.*setting=0\.4)"))


def test_runs_stand_side_by_side_also_on_a_phone(visit, atlas):
    visit.open(f"comparison?runs={','.join(atlas.runs[:2])}&epoch=4")
    for key in ("compare_map_A", "compare_map_B"):
        expect(visit.chart(key)).to_have_attribute("data-epoch", "4")
    visit.press("predict_skip")
    visit.chart("runs_intervals")
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
    visit.shoot("comparison-phone")


def test_a_run_stands_beside_its_baselines(visit, server):
    run = make_run(server.data / "runs")
    measured(run)
    visit.open(f"comparison?kind=baselines&run={run.id}")
    expect(visit.page.get_by_role("heading", name="What does the number mean?")).to_be_visible()
    visit.press("predict_skip")
    expect(visit.chart("baselines")).to_contain_text("guessing 0.50")
    expect(visit.widget("baselines_train")).to_contain_text("Train the 3 missing baselines")
    visit.widget("baseline_group").get_by_role("radio", name="Held-out images").click()
    expect(visit.page).to_have_url(re.compile("baseline_group"))
    visit.shoot("baselines")
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
    visit.shoot("baselines-phone")
