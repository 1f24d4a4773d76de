"""Many alike buttons are one stop of the Tab key, with arrows among them; what has the keys is seen to have them."""

import re

import pytest
from playwright.sync_api import Locator, expect

from facenet_core.runs.example_run import RUN_ID
from tests.pages.made_run import make_run


@pytest.fixture
def run(server):
    runs = server.data / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    return make_run(runs, people=30)


def stops(group: Locator) -> Locator:
    """Return what the Tab key stops at."""
    return group.locator("button:not([tabindex='-1'])")


def press(visit, *keys: str) -> None:
    for key in keys:
        visit.page.keyboard.press(key)


@pytest.mark.parametrize(("lesson", "map_"), [("epochs", "player_umap-2d"), ("training", "live_map")])
def test_the_people_of_a_map_are_one_stop(visit, run, lesson, map_):
    visit.open(f"{lesson}?run={run.id}")
    node = visit.chart(map_)
    chips = node.locator(".chips .chip")
    expect(chips).to_have_count(30)
    expect(stops(node.get_by_role("toolbar", name=re.compile("People")))).to_have_count(1)
    visit.page.get_by_role("searchbox").focus()
    press(visit, "Tab")
    expect(chips.first).to_be_focused()
    for key, place in (("ArrowRight", 1), ("End", 29), ("ArrowRight", 29), ("ArrowLeft", 28), ("Home", 0)):
        press(visit, key)
        expect(chips.nth(place)).to_be_focused()
    above = chips.first.bounding_box()
    press(visit, "ArrowDown")
    below = node.locator(".chip:focus").bounding_box()
    assert below["y"] > above["y"]
    assert abs(below["x"] - above["x"]) < above["width"]
    press(visit, "ArrowUp", "ArrowRight", "Enter")
    expect(chips.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(chips.nth(1)).to_be_focused()
    press(visit, "Tab")
    assert not node.locator(".chips").evaluate("node => node.contains(document.activeElement)")


def test_a_filtered_list_keeps_its_one_stop(visit, run):
    visit.open(f"epochs?run={run.id}")
    node = visit.chart("player_umap-2d")
    node.locator(".chip").first.focus()
    press(visit, "End")
    visit.page.get_by_role("searchbox").fill("person 0")
    expect(node.locator(".chips .chip")).to_have_count(9)
    expect(stops(node.get_by_role("toolbar", name=re.compile("People")))).to_have_count(1)


def test_faces_to_click_are_one_stop_and_stay_held_when_they_are_drawn_anew(visit):
    visit.open(f"recognition?run={RUN_ID}")
    wall = visit.widget("who_wall").locator(".lab-gallery")
    rows = wall.locator("button.row")
    expect(rows).to_have_count(24)
    expect(stops(wall)).to_have_count(1)
    rows.first.focus()
    press(visit, "ArrowRight", "ArrowRight")
    expect(rows.nth(2)).to_be_focused()
    before = wall.get_attribute("data-revision")
    press(visit, "Enter")
    expect(visit.page).to_have_url(re.compile("probe="))
    visit.settle()
    expect(rows.nth(2)).to_be_focused()
    assert wall.get_attribute("data-revision") >= before
    expect(stops(wall)).to_have_count(1)


def test_the_tools_of_a_figure_are_one_stop_and_seen_when_they_have_the_keys(visit, run):
    visit.open(f"training?run={run.id}")
    bar = visit.chart("losses").get_by_role("toolbar")
    buttons = bar.locator("button")
    expect(stops(bar)).to_have_count(1)
    buttons.first.focus()
    press(visit, "End")
    expect(buttons.last).to_be_focused()
    expect(bar).to_have_css("opacity", "1")


def test_a_dragged_line_wears_no_frame_and_one_moved_by_keys_does(visit):
    visit.open(f"verification?run={RUN_ID}")
    visit.chart("threshold_figure")
    line = visit.widget("threshold_figure").locator(".lab-line")
    box = line.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visit.page.mouse.move(x, y)
    visit.page.mouse.down()
    visit.page.mouse.move(x + 30, y, steps=3)
    visit.page.mouse.up()
    frame = "node => [getComputedStyle(node).outlineStyle, getComputedStyle(node, '::after').outlineStyle]"
    assert line.evaluate(frame) == ["none", "none"]
    line.press("ArrowLeft")
    assert line.evaluate(frame) == ["none", "solid"]


def test_a_link_to_a_lesson_shows_that_it_has_the_keys(visit):
    visit.open("/")
    link = visit.links().nth(2)
    link.focus()
    press(visit, "Tab", "Shift+Tab")
    expect(link).to_be_focused()
    expect(link).to_have_css("outline-style", "solid")
