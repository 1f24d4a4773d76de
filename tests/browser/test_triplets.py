"""The lesson on triplets in a learner's hands: the margin, a chosen triplet, three points to drag."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from facenet_core.evaluation import count_embedding_triplets
from tests.browser.conftest import wait_until
from tests.pages.made_run import make_run


@pytest.fixture(scope="module")
def run(server):
    return make_run(server.data / "runs", people=24, each=8)


@pytest.fixture
def plane(visit, run):
    visit.open(f"triplets?run={run.id}&epoch=1")
    node = visit.page.locator(".lab-plane")
    expect(node).to_have_attribute("data-state", "ready", timeout=60_000)
    expect(node).to_have_attribute("data-margin", "0.20")
    return node


@pytest.fixture
def sandbox(visit):
    visit.open("triplets")
    node = visit.page.locator(".lab-sandbox")
    expect(node).to_have_attribute("data-loss", re.compile(r"\d"), timeout=60_000)
    return node


def counts(plane) -> list[int]:
    return [int(tile.get_attribute("data-count")) for tile in plane.locator(".tallies > div").all()]


def loss(sandbox) -> float:
    return float(sandbox.get_attribute("data-loss"))


def test_the_margin_recolours_at_once_and_is_in_the_link(visit, plane, run):
    faces = run.tracked()
    rows = np.flatnonzero(faces.group == 0)
    embeddings, people = run.epoch(1).embeddings[rows], faces.person[rows]
    picture = plane.locator(".stage canvas").screenshot()
    slider = plane.get_by_role("slider", name="Margin")
    expect(plane.locator("output")).to_contain_text("the run's own")
    for press in range(1, 5):
        slider.press("ArrowRight")
        margin = 0.2 + 0.05 * press
        expect(plane).to_have_attribute("data-margin", f"{margin:.2f}")
        census = count_embedding_triplets(embeddings, people, round(margin, 2))
        wanted = [census.easy, census.semi_hard, census.hard]
        assert wait_until(lambda wanted=wanted: counts(plane) == wanted, 10), (counts(plane), wanted)
    assert plane.locator(".stage canvas").screenshot() != picture
    expect(visit.page).to_have_url(re.compile(r"plane_margin=0\.4"))
    expect(plane.locator("output")).to_contain_text("moved; run 0.20")
    visit.settle()
    expect(visit.page.get_by_text("At 0.40 these are")).to_be_visible()
    expect(plane).to_have_attribute("data-margin", "0.40")
    visit.page.reload()
    expect(plane).to_have_attribute("data-margin", "0.40", timeout=60_000)
    visit.shoot("triplets-plane")


def test_a_place_on_the_plane_shows_its_faces(visit, plane):
    canvas = plane.locator(".stage canvas")
    canvas.focus()
    canvas.press("ArrowUp")
    canvas.press("Enter")
    expect(visit.page).to_have_url(re.compile(r"triplet=\d+-\d+-\d+"))
    visit.settle()
    first = visit.page.url
    visit.press("another_triplet")
    expect(visit.page).not_to_have_url(first)
    expect(visit.widget("triplet_faces").locator(".row")).to_have_count(3)


def test_the_amber_line_can_be_dragged(visit, plane):
    box = plane.locator(".stage canvas").bounding_box()
    left, right, top, bottom = box["x"] + 64, box["x"] + box["width"] - 14, box["y"] + 12, box["y"] + box["height"] - 54
    shown = 2.0 if visit.page.get_by_role("button", name="0 to 2").get_attribute("aria-pressed") == "true" else 4.0

    def place(near, far):
        return left + (right - left) * near / shown, bottom - (bottom - top) * far / shown

    visit.page.mouse.move(*place(shown * 0.6, shown * 0.6 + 0.2))
    visit.page.mouse.down()
    visit.page.mouse.move(*place(shown * 0.6, shown * 0.6 + 0.5), steps=5)
    visit.page.mouse.up()
    expect(plane).to_have_attribute("data-margin", "0.50")
    expect(visit.page).to_have_url(re.compile(r"plane_margin=0\.5"))


def test_an_epoch_of_the_slider_is_drawn(visit, plane):
    visit.page.get_by_test_id("stSlider").get_by_role("slider").press("ArrowRight")
    expect(plane).to_have_attribute("data-epoch", "2")
    expect(visit.page).to_have_url(re.compile("epoch=2"))


@pytest.mark.parametrize("where", ["On a circle", "On a sphere"])
def test_a_dragged_point_changes_the_loss(visit, sandbox, where):
    sandbox.get_by_role("button", name=where).click()
    point = sandbox.locator("[data-point=negative] .shape")
    point.scroll_into_view_if_needed()
    before = loss(sandbox)
    box = point.bounding_box()
    visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + 40, box["y"] + 120, steps=8)
    visit.page.mouse.up()
    expect(sandbox).not_to_have_attribute("data-loss", f"{before:.4f}")
    visit.shoot(f"triplets-{where.split()[-1]}")


def test_a_sphere_that_is_turned_keeps_its_loss(visit, sandbox):
    sandbox.get_by_role("button", name="On a sphere").click()
    ground = sandbox.locator(".ground")
    ground.scroll_into_view_if_needed()
    before, frames = loss(sandbox), sandbox.get_attribute("data-frames")
    box = ground.bounding_box()
    visit.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] * 0.8)
    visit.page.mouse.down()
    visit.page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.9, steps=5)
    visit.page.mouse.up()
    expect(sandbox).not_to_have_attribute("data-frames", frames)
    assert loss(sandbox) == before


@pytest.mark.parametrize("where", ["On a circle", "On a sphere"])
def test_arrow_keys_move_the_point_that_has_the_focus(sandbox, where):
    sandbox.get_by_role("button", name=where).click()
    before = loss(sandbox)
    point = sandbox.get_by_role("slider", name="positive")
    angle = point.get_attribute("aria-valuetext")
    point.press("ArrowRight")
    expect(sandbox).not_to_have_attribute("data-loss", f"{before:.4f}")
    expect(point).not_to_have_attribute("aria-valuetext", angle)


def test_gradient_steps_end_where_the_triplet_is_easy(sandbox):
    before = loss(sandbox)
    sandbox.get_by_role("button", name="One gradient step").click()
    expect(sandbox).not_to_have_attribute("data-loss", f"{before:.4f}")
    assert 0 < loss(sandbox) < before
    sandbox.get_by_role("button", name="Let it run").click()
    expect(sandbox).to_have_attribute("data-kind", "easy", timeout=20_000)
    assert loss(sandbox) == 0


def test_on_one_point_the_loss_is_the_margin_and_stays(sandbox):
    sandbox.get_by_role("button", name="All on one point").click()
    expect(sandbox).to_have_attribute("data-loss", "0.2000")
    frames = sandbox.get_attribute("data-frames")
    sandbox.get_by_role("button", name="One gradient step").click()
    expect(sandbox).not_to_have_attribute("data-frames", frames)
    expect(sandbox).to_have_attribute("data-loss", "0.2000")
    expect(sandbox).to_contain_text("collapse")
    sandbox.get_by_role("slider", name="Margin of the sandbox").press("ArrowRight")
    expect(sandbox).to_have_attribute("data-loss", "0.2500")


GRADIENT = """async () => {
  const style = document.querySelector("link[href*='sandbox.css']").href;
  const geometry = await import(style.replace("sandbox.css", "geometry.js"));
  const { descent, dot, minus, plus, scaled, triplet, unit } = geometry;
  const points = [[1, 2, 2], [2, -1, 3], [1, 1, 1]].map(unit);
  const tangents = points.map((p, i) => minus([0.3, -0.5, 0.7 * i], scaled(p, dot([0.3, -0.5, 0.7 * i], p))));
  const moved = (i, h) => points.map((p, j) => (i === j ? unit(plus(p, scaled(tangents[i], h))) : p));
  const slope = (i) => (triplet(moved(i, 1e-5), 1.5).loss - triplet(moved(i, -1e-5), 1.5).loss) / 2e-5;
  const arrows = descent(points, 1.5);
  return points.map((p, i) => [slope(i), -dot(arrows[i], tangents[i]), dot(arrows[i], p)]);
}"""


def test_the_arrows_are_the_gradient_along_the_sphere(visit, sandbox):
    for measured, computed, outwards in visit.page.evaluate(GRADIENT):
        assert measured == pytest.approx(computed, abs=1e-6)
        assert outwards == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("bench", ["One step in slow motion", "Batch calculator", "Three points to drag"])
def test_the_whole_page_fits_a_phone(visit, run, bench):
    visit.open(f"triplets?run={run.id}&bench={bench.replace(' ', '+')}")
    visit.resize(420)
    visit.expect_no_sideways_scrolling()
