"""The map of faces in a real browser: played, searched, zoomed, measured, and with all that can be missing."""

import contextlib
import re

import numpy as np
import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, expect

from facenet_core.runs.records import EpochRecord, MapRecord
from facenet_core.runs.storage import delete_run
from tests.browser.conftest import DESKTOP, Visit
from tests.pages.made_run import make_run

NODE = "document.querySelector('.lab-face-map')"


@pytest.fixture
def runs(server):
    folder = server.data / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_map(visit, run, **query) -> Locator:
    """Open the epochs of a run and wait until its map is drawn and rests."""
    visit.open("epochs?" + "&".join(f"{name}={value}" for name, value in {"run": run.id, **query}.items()))
    node = visit.chart("player_umap-2d")
    expect(node).to_have_attribute("data-moving", "0")
    return node


def place_of(visit, face: int) -> tuple[float, float]:
    """Return where a face is in the window."""
    x, y = visit.page.evaluate(
        f"""(face) => {{
          const {{ map }} = {NODE};
          const box = map.canvas.getBoundingClientRect();
          return [box.left + map.screen[face * 3], box.top + map.screen[face * 3 + 1]];
        }}""",
        face,
    )
    return x, y


def alone(visit, run) -> list[int]:
    """Return faces that no other face lies close to on the screen, so that a pointer means them."""
    places = np.array(visit.page.evaluate(f"() => Array.from({NODE}.map.screen)")).reshape(-1, 3)[:, :2]
    gaps = np.linalg.norm(places[:, None] - places[None], axis=2) + 1e9 * np.eye(len(places))
    return [int(face) for face in np.argsort(-gaps.min(axis=1))]


def squared(run, epoch: int) -> np.ndarray:
    points = run.epoch(epoch).embeddings.astype(np.float64)
    return ((points[:, None] - points[None]) ** 2).sum(axis=2)


def point_at(visit, face: int) -> Locator:
    visit.page.mouse.move(*place_of(visit, face))
    card = visit.page.locator(".lab-map-card")
    expect(card).to_have_attribute("data-face", str(face))
    return card


def test_the_slider_and_the_buttons_step_through_the_epochs(visit, runs):
    node = open_map(visit, make_run(runs))
    slider = visit.page.get_by_role("slider", name="Epoch")
    for key, epoch in (("Home", 0), ("ArrowRight", 1), ("ArrowRight", 2), ("End", 5), ("ArrowLeft", 4)):
        slider.press(key)
        expect(node).to_have_attribute("data-epoch", str(epoch))
        expect(visit.page).to_have_url(re.compile(f"epoch={epoch}"))
        expect(visit.chart("epoch_histogram")).to_have_attribute("data-epoch", str(epoch))
    visit.page.get_by_role("button", name="Previous epoch").click()
    expect(node).to_have_attribute("data-epoch", "3")
    visit.page.get_by_role("button", name="Next epoch").click()
    expect(node).to_have_attribute("data-epoch", "4")


def test_a_scrubbed_epoch_is_drawn_in_the_next_frame_without_the_server(visit, runs):
    open_map(visit, make_run(runs))
    visit.page.evaluate(
        f"""() => {{
          const slider = document.querySelector(".lab-map-bar input");
          const node = {NODE};
          const before = Number(node.dataset.drawings);
          slider.value = 1.5;
          slider.dispatchEvent(new Event("input"));
          window.scrubbed = new Promise((resolve) => requestAnimationFrame(() => {{
            const {{ timeline, film }} = node.map;
            const between = (film.frame(1)[0] + film.frame(2)[0]) / 2;
            resolve([Number(node.dataset.drawings) - before, Math.abs(timeline.now[0] - between)]);
          }}));
        }}"""
    )
    drawings, gap = visit.page.evaluate("() => window.scrubbed")
    assert drawings >= 1
    assert gap < 1e-6


def test_played_epochs_end_at_the_last_and_are_said_beside(visit, runs):
    node = open_map(visit, make_run(runs))
    visit.page.get_by_label("Speed").select_option("4")
    visit.page.get_by_role("button", name="Play all epochs").click()
    expect(visit.page.get_by_role("button", name="Pause the player")).to_be_visible()
    expect(node).to_have_attribute("data-epoch", "5", timeout=15_000)
    expect(visit.page.get_by_role("button", name="Play all epochs")).to_be_visible()
    expect(visit.chart("epoch_histogram")).to_have_attribute("data-epoch", "5")


def test_playing_from_the_untrained_network_shows_every_epoch_once(visit, runs):
    node = open_map(visit, make_run(runs, epochs_done=3, epochs=3))
    visit.page.evaluate(
        f"""() => {{
          window.seen = [];
          const look = () => {NODE}.dataset.epoch !== window.seen.at(-1) && window.seen.push({NODE}.dataset.epoch);
          new MutationObserver(look).observe({NODE}, {{ attributes: true, attributeFilter: ["data-epoch"] }});
        }}"""
    )
    visit.press("try_play")
    expect(node).to_have_attribute("data-epoch", "0", timeout=15_000)
    expect(node).to_have_attribute("data-epoch", "3", timeout=15_000)
    seen = [epoch for epoch in visit.page.evaluate("() => window.seen") if epoch != "3"]
    assert seen == ["0", "1", "2"]


def test_a_loop_begins_again(visit, runs):
    node = open_map(visit, make_run(runs, epochs_done=2, epochs=2))
    visit.page.get_by_label("Speed").select_option("4")
    visit.page.get_by_role("button", name="Loop").click()
    visit.page.get_by_role("button", name="Play all epochs").click()
    for epoch in (1, 2, 1, 2):
        expect(node).to_have_attribute("data-epoch", str(epoch), timeout=15_000)


def test_everything_is_reached_by_keys(visit, runs):
    run = make_run(runs)
    node = open_map(visit, run)
    canvas = node.locator("canvas")
    canvas.focus()
    canvas.press(",")
    expect(node).to_have_attribute("data-epoch", "4")
    canvas.press("+")
    expect(node).to_have_attribute("data-zoom", "1.250")
    canvas.press("ArrowLeft")
    canvas.press("0")
    expect(node).to_have_attribute("data-zoom", "1.000")
    canvas.press("n")
    expect(visit.page.locator(".lab-map-card")).to_have_attribute("data-face", "0")
    canvas.press("n")
    expect(visit.page.locator(".lab-map-card")).to_have_attribute("data-face", "1")
    canvas.press("Enter")
    expect(visit.page).to_have_url(re.compile("faces=1"))
    canvas.press("Escape")
    expect(visit.page).not_to_have_url(re.compile("faces="))
    canvas.press("Home")
    expect(node).to_have_attribute("data-epoch", "0")
    canvas.press(" ")
    expect(node).to_have_attribute("data-epoch", "5", timeout=15_000)


def test_a_face_pointed_at_shows_its_true_neighbours_at_that_epoch(visit, runs):
    run = make_run(runs, people=30, each=4)
    open_map(visit, run, epoch=2)
    faces = run.tracked()
    face = alone(visit, run)[0]
    card = point_at(visit, face)
    expect(card).to_contain_text(str(faces.names[faces.person[face]]))
    expect(card).to_contain_text("epoch 2")
    nearest = np.argsort(squared(run, 2)[face] + 1e9 * (np.arange(len(faces)) == face))[:5]
    expect(card).to_have_attribute("data-near", ",".join(str(n) for n in nearest))
    visit.shoot("face-map-hover")


def test_two_clicked_faces_are_measured_and_stand_in_the_link(visit, runs):
    run = make_run(runs, people=30, each=4)
    node = open_map(visit, run, epoch=5)
    first, second = alone(visit, run)[:2]
    for face in (first, second):
        visit.page.mouse.click(*place_of(visit, face))
    words = node.locator(".lab-map-words")
    expect(words).to_contain_text(f"true squared distance {squared(run, 5)[first, second]:.2f} of 4")
    expect(words).to_contain_text("on the map")
    expect(visit.page).to_have_url(re.compile(f"faces={first}(%2C|,){second}"))
    visit.page.reload()
    visit.settle()
    expect(words).to_contain_text("true squared distance")
    visit.page.get_by_role("button", name="Trails").click()
    visit.shoot("face-map-two")


def test_a_lasso_chooses_the_faces_inside(visit, runs):
    run = make_run(runs)
    node = open_map(visit, run)
    visit.page.get_by_role("button", name="Lasso").click()
    box = node.locator("canvas").bounding_box()
    left, top, right, bottom = box["x"] + 5, box["y"] + 5, box["x"] + box["width"] - 65, box["y"] + box["height"] - 5
    visit.page.mouse.move(left, top)
    visit.page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top + 20)):
        visit.page.mouse.move(x, y, steps=3)
    visit.page.mouse.up()
    expect(node.locator(".lab-map-words")).to_contain_text("72 faces chosen")
    expect(visit.page).to_have_url(re.compile(r"faces=0-71"))
    visit.shoot("face-map-lasso")


def test_people_are_found_by_name_and_isolated(visit, runs):
    names = ["<img src=x onerror=alert(1)>", "José Ñandú", "李小龍", "x" * 200]
    node = open_map(visit, make_run(runs, names=names))
    field = visit.page.get_by_role("searchbox")
    faint = f"() => {NODE}.map.dimmed.reduce((sum, one) => sum + one, 0)"
    for wanted, found in (("nandu", "José Ñandú"), ("小", "李小龍"), ("onerror", "<img src=x")):
        field.fill(wanted)
        expect(node.locator(".chip")).to_have_count(1)
        expect(node.locator(".chip")).to_contain_text(found)
        assert visit.page.evaluate(faint) == 66
    field.fill("nobody at all")
    expect(node.locator(".count")).to_have_text("Nobody is called so.")
    visit.page.get_by_role("button", name="Show everybody").click()
    assert visit.page.evaluate(faint) == 0
    node.locator(".chip").nth(5).click()
    assert visit.page.evaluate(faint) == 66
    visit.shoot("face-map-isolated")
    visit.expect_no_sideways_scrolling()


def test_the_wheel_zooms_where_the_pointer_is(visit, runs):
    run = make_run(runs, people=30, each=4)
    node = open_map(visit, run)
    face = alone(visit, run)[0]
    before = place_of(visit, face)
    visit.page.mouse.move(*before)
    visit.page.mouse.wheel(0, -300)
    expect(node).not_to_have_attribute("data-zoom", "1.000")
    np.testing.assert_allclose(place_of(visit, face), before, atol=2)


def add_epoch(run, epoch: int) -> None:
    """Store one more epoch as a training would."""
    last = run.epoch(epoch - 1)
    run.write_epoch(EpochRecord(epoch=epoch, embeddings=last.embeddings, figures=last.figures))
    for method in ("umap-2d", "pca-2d", "pca-3d"):
        found = run.map(method, epoch - 1)
        run.write_map(
            method,
            MapRecord(epoch=epoch, positions=found.positions * 1.01, trustworthiness=found.trustworthiness),
        )


def test_a_live_map_follows_the_newest_epoch_on_the_same_node_and_keeps_the_zoom(visit, runs):
    run = make_run(runs, state="paused", epochs_done=3, epochs=9)
    run.write_status(type(run.status())(**{**run.status().to_json(), "state": "running", "heartbeat": 4e9}))
    visit.page.goto(f"{visit.url}/training?run={run.id}")
    node = visit.chart("live_map")
    expect(node).to_have_attribute("data-epoch", "3")
    node.locator("canvas").press("+")
    expect(node).to_have_attribute("data-zoom", "1.250")
    visit.page.evaluate(f"() => ({NODE}.marked = true)")
    add_epoch(run, 4)
    expect(node).to_have_attribute("data-epoch", "4", timeout=15_000)
    assert visit.page.evaluate(f"() => {NODE}.marked")
    assert float(node.get_attribute("data-zoom")) == pytest.approx(1.25, abs=0.1)


def test_reduced_motion_steps_without_what_lies_between(browser, server, runs):
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    visit = Visit(page=context.new_page(), url=server.url)
    open_map(visit, make_run(runs))
    gap = visit.page.evaluate(
        f"""() => new Promise((resolve) => {{
          const node = {NODE};
          document.querySelector("[aria-label='Previous epoch']").click();
          requestAnimationFrame(() => {{
            const {{ timeline, film }} = node.map;
            resolve(Math.max(...film.frame(4).map((value, i) => Math.abs(value - timeline.now[i]))));
          }});
        }})"""
    )
    assert gap == 0
    context.close()


def test_faces_without_a_place_are_left_out_and_said(visit, runs):
    run = make_run(runs)
    found = run.map("umap-2d", 5)
    positions = found.positions.copy()
    positions[:3] = np.nan
    run.write_map("umap-2d", MapRecord(epoch=5, positions=positions, trustworthiness=0.9))
    node = open_map(visit, run)
    expect(node.locator(".lab-map-words")).to_contain_text("3 faces have no place on this map")


@pytest.mark.parametrize("size", [{"people": 1, "each": 1}, {"people": 1, "each": 2}, {"epochs_done": 0}])
def test_runs_with_next_to_nothing_are_drawn(visit, runs, size):
    node = open_map(visit, make_run(runs, unseen=False, **size))
    assert int(node.get_attribute("data-drawings")) >= 1


def test_faces_that_all_lie_on_one_spot_are_drawn(visit, runs):
    run = make_run(runs)
    for epoch in range(6):
        run.write_map("umap-2d", MapRecord(epoch=epoch, positions=np.ones((72, 2), np.float32), trustworthiness=np.nan))
    node = open_map(visit, run)
    expect(node).to_have_attribute("data-pictures", "1")


def test_more_people_than_colours_are_shown_and_searched(visit, runs):
    run = make_run(runs, people=5000, each=1, epochs_done=1, epochs=1, unseen=False, maps=("umap-2d",))
    node = open_map(visit, run)
    expect(node.locator(".more")).to_have_text("and 4,940 more: type a name")
    visit.page.get_by_role("searchbox").fill("person 4999")
    expect(node.locator(".chip")).to_have_count(1)


def quiet_visit(browser, server) -> Visit:
    """Return a tab whose console may complain."""
    return Visit(page=browser.new_context(viewport=DESKTOP).new_page(), url=server.url)


def test_an_atlas_that_does_not_arrive_is_replaced_by_dots(browser, server, runs):
    visit = quiet_visit(browser, server)
    visit.page.route("**/media/*.jpg", lambda route: route.abort())
    node = open_map(visit, make_run(runs))
    expect(node.locator(".lab-map-words")).to_contain_text("dots stand for them")
    expect(node).to_have_attribute("data-pictures", "0")
    visit.page.context.close()


def test_a_browser_without_canvas_gets_the_plain_chart(browser, server, runs):
    visit = quiet_visit(browser, server)
    visit.page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    visit.open(f"epochs?run={make_run(runs).id}")
    expect(visit.page.get_by_text("draws no pictures on a map")).to_be_visible(timeout=30_000)
    expect(visit.chart("chart_umap-2d")).to_have_attribute("data-epoch", "5")
    visit.page.context.close()


def test_a_run_deleted_while_it_plays_is_said(visit, runs):
    run = make_run(runs)
    open_map(visit, run)
    delete_run(runs, run.id)
    with contextlib.suppress(PlaywrightError):  # the page may have noticed by itself, and taken the player away
        visit.page.get_by_role("slider", name="Epoch").press("Home", timeout=5000)
    expect(visit.page.get_by_test_id("stAlert").filter(has_text=run.id).first).to_be_visible(timeout=15_000)
    expect(visit.page.get_by_test_id("stException")).to_have_count(0)
