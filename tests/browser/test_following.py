"""Figures follow a hand without the server: nothing that the page sends arrives there, and they move all the same."""

import json
import re

import pytest
from playwright.sync_api import expect

from facenet_core.runs.example_run import RUN_ID
from tests.pages.made_atlas import make_atlas
from tests.pages.shared.test_threshold_line import young

POINT = """() => document.querySelector(".st-key-roc_figure .lab-plot").layout.shapes.at(-1)"""
ENDS = """(key) => document.querySelector(`.st-key-${key} .lab-plot`).data.map(({ x }) => [x[0], x[x.length - 1]])"""
BARS = """(key) => Array.from(document.querySelector(`.st-key-${key} .lab-plot`).data[0].y)"""


@pytest.fixture
def wire(visit):
    """What goes from the page to the server; nothing does while ``held``."""

    class Wire:
        held = False

    def connect(page_side):
        server_side = page_side.connect_to_server()
        page_side.on_message(lambda message: None if Wire.held else server_side.send(message))

    visit.page.route_web_socket(re.compile("_stcore/stream"), connect)
    return Wire


def test_the_threshold_moves_its_figures_by_itself(visit, wire):
    visit.open(f"verification?run={RUN_ID}&threshold=0.6")
    for key in ("threshold_figure", "roc_figure", "det_figure"):
        visit.chart(key)
    told = visit.page.evaluate(POINT)
    handle = visit.widget("threshold_figure").locator(".lab-line")
    handle.press("PageUp")  # answered by the server
    expect(visit.page).to_have_url(re.compile(r"threshold=0\.7\b"))
    visit.settle()
    answered, parted = visit.page.evaluate(POINT), visit.page.evaluate(ENDS, "threshold_figure")
    assert answered["xanchor"] > told["xanchor"]

    wire.held = True
    handle.press("PageDown")
    visit.page.wait_for_function(f"(before) => ({POINT})().xanchor < before", arg=answered["xanchor"])
    visit.page.wait_for_function(f"() => ({ENDS})('threshold_figure')[0][1] < 0.65")
    handle.press("PageUp")
    visit.page.wait_for_function(f"(before) => ({POINT})().xanchor > before", arg=told["xanchor"])
    followed = visit.page.evaluate(POINT)
    assert followed["xanchor"] == pytest.approx(answered["xanchor"], abs=0.03)  # of the curve's points, the nearest
    assert followed["yanchor"] == pytest.approx(answered["yanchor"], abs=0.01)
    visit.page.wait_for_function(f"() => ({ENDS})('threshold_figure')[0][1] > 0.65")
    ends = visit.page.evaluate(ENDS, "threshold_figure")
    assert [pytest.approx(pair, abs=0.001) for pair in parted] == ends
    assert "threshold=0.7" in visit.page.url


def as_the_server_draws(visit, address, keys, expression):
    """Open a page where nothing was moved yet, and return what an expression makes of each figure."""
    visit.open(address)
    if visit.page.locator(".st-key-predict_skip").count():
        visit.press("predict_skip")
    for key in keys:
        visit.chart(key)
    visit.settle()
    return {key: visit.page.evaluate(expression, key) for key in keys}


def hold(visit, wire, keys):
    """Let nothing more arrive at the server, once these figures know how they look elsewhere."""
    for key in keys:
        expect(visit.chart(key)).to_have_attribute("data-follows", "1")
    visit.settle()
    wire.held = True


def test_the_epoch_moves_its_figures_by_itself(visit, wire):
    visit.resize(1400, 3400)  # all of them in sight: others wait until they are looked at
    keys = ("epoch_histogram", "epoch_histogram_held_out", "person_spread", "silhouette_course")
    keys += ("census_course", "loss_course", "biography_face")
    drawn = as_the_server_draws(visit, f"epochs?run={RUN_ID}&epoch=7", keys, BARS)
    titles = {key: visit.chart(key).locator(".lab-title").inner_text() for key in keys[:-1]}
    before = as_the_server_draws(visit, f"epochs?run={RUN_ID}&epoch=5", keys, BARS)
    slider = visit.page.get_by_role("slider", name="Epoch")
    slider.press("ArrowRight")  # answered by the server, which then sends what other epochs look like
    for key in keys:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "6")
    hold(visit, wire, keys)
    slider.press("ArrowRight")
    for key in keys:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "7")
        assert visit.page.evaluate(BARS, key) == pytest.approx(drawn[key], rel=1e-3), key
    for key in keys[:-1]:
        assert visit.chart(key).locator(".lab-title").inner_text() == titles[key]
    assert json.dumps(before["epoch_histogram"]) != json.dumps(drawn["epoch_histogram"])
    assert "epoch=6" in visit.page.url


def test_an_answer_that_only_confirms_draws_nothing(visit):
    visit.open(f"epochs?run={RUN_ID}&epoch=5")
    slider, node = visit.page.get_by_role("slider", name="Epoch"), visit.chart("epoch_histogram")
    drawn = []
    for epoch in (6, 7, 8):  # before the first of them nobody has read what other epochs look like
        slider.press("ArrowRight")
        expect(visit.page).to_have_url(re.compile(rf"epoch={epoch}\b"))
        visit.settle()
        expect(visit.page.get_by_text(f"Distances of unseen people, epoch {epoch}")).to_be_visible()
        expect(node).to_have_attribute("data-epoch", str(epoch))
        drawn.append(int(node.get_attribute("data-revision")))
    assert drawn[2] == drawn[1] + 1


SHOWN = """(key) => {
  const { data, layout } = document.querySelector(`.st-key-${key} .lab-plot`);
  const numbers = (list) => Array.from(list ?? [], (number) => Number(number.toPrecision(6)));
  const lines = (layout.shapes ?? []).map(({ x0, x1, y0, y1 }) => [x0, x1, y0, y1]);
  return { lines, traces: data.map((trace) => [numbers(trace.x), trace.type === "heatmap" ? [] : numbers(trace.y)]) };
}"""
# Whether a figure shows this, but for the digits that tables leave out.
SHOWS = f"""([key, wanted]) => {{
  const alike = (a, b) => {{
    if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((inner, i) => alike(inner, b[i]));
    if (typeof a !== "number" || typeof b !== "number") return (a ?? null) === (b ?? null);
    return Number.isNaN(a) ? Number.isNaN(b) : Math.abs(a - b) <= 1e-4 + 1e-3 * Math.abs(b);
  }};
  const shown = ({SHOWN})(key);
  return alike(shown.lines, wanted.lines) && alike(shown.traces, wanted.traces);
}}"""
OF_ATLAS = ("atlas_map", "atlas_histogram", "accuracy_map", "compare_loss", "compare_active", "compare_unseen")


def test_both_sliders_of_an_atlas_move_its_figures_by_themselves(visit, wire, server):
    atlas = make_atlas(server.data, people=6, each=6, epochs=4, epochs_done=4)
    visit.resize(1400, 2000)
    page = f"comparison?atlas={atlas.id}&compare_map=UMAP"  # made maps by PCA have no basis: workers draw them anew
    drawn = as_the_server_draws(visit, f"{page}&epoch=3&setting=0.4", OF_ATLAS, SHOWN)
    before = as_the_server_draws(visit, f"{page}&epoch=1&setting=0.2", OF_ATLAS, SHOWN)
    margin = visit.widget(f"atlas_setting_{atlas.id}_3").get_by_role("slider")
    epoch = visit.widget("atlas_epoch_4").get_by_role("slider")
    epoch.press("ArrowRight")  # answered by the server, which then sends what other places look like
    for key in OF_ATLAS:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "2")
    hold(visit, wire, OF_ATLAS)
    margin.press("ArrowRight")
    epoch.press("ArrowRight")
    for key in OF_ATLAS:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "3")
        visit.page.wait_for_function(SHOWS, arg=[key, drawn[key]])
        assert drawn[key] != before[key], key
    assert "epoch=2" in visit.page.url


LINES = {  # the address less the threshold, the figure with the line, those that follow
    "leak": (
        f"verification?run={RUN_ID}&verify_view=The+leak&threshold=",
        "leak_0",
        ("leak_0", "leak_2", "leak_false_accepts", "leak_false_rejects"),
    ),
    "tree": (f"clustering?run={RUN_ID}&clustering_threshold=", "clustering_tree", ("clustering_tree",)),
    "trade": (f"recognition?run={RUN_ID}&who_threshold=", "who_rates", ("who_det",)),
}


@pytest.mark.parametrize("name", LINES)
def test_what_a_line_moves_by_itself_is_what_the_server_draws(visit, wire, name):
    address, line, keys = LINES[name]
    visit.resize(1400, 2600)
    drawn = as_the_server_draws(visit, f"{address}0.63", keys, SHOWN)
    before = as_the_server_draws(visit, f"{address}0.43", keys, SHOWN)
    assert all(drawn[key] != before[key] for key in keys)
    handle = visit.chart(line).locator(".lab-line")
    handle.press("PageUp")  # answered by the server
    expect(visit.page).to_have_url(re.compile(r"threshold=0\.53\b"))
    hold(visit, wire, keys)
    handle.press("PageUp")
    for key in keys:
        visit.page.wait_for_function(SHOWS, arg=[key, drawn[key]])
    expect(handle).to_have_attribute("data-x", "0.6300")


def test_streamlits_own_slider_moves_the_figures_too(visit, wire):
    visit.open(f"verification?run={RUN_ID}&threshold=0.6")
    for key in ("threshold_figure", "roc_figure"):
        visit.chart(key)
    visit.settle()
    expect(visit.chart("roc_figure")).to_have_attribute("data-follows", "1")
    before = visit.page.evaluate(POINT)
    wire.held = True
    visit.widget("threshold").get_by_role("slider").press("ArrowRight")
    visit.page.wait_for_function(f"(before) => ({POINT})().xanchor > before", arg=before["xanchor"])
    expect(visit.widget("threshold_figure").locator(".lab-line")).to_have_attribute("data-x", "0.6100")


LAGS = """(key) => document.querySelector(`.st-key-${key}`)?.getAttribute("data-lag") ?? null"""


def test_what_cannot_follow_the_player_says_which_epoch_it_shows(visit, wire):
    """The player at one epoch, tiles and words at another and no sign of it looked like one moment."""
    visit.resize(1400, 2600)
    visit.open(f"epochs?run={RUN_ID}&epoch=5")
    slider = visit.page.get_by_role("slider", name="Epoch")
    keys = ("epoch_histogram", "person_spread", "loss_course")
    slider.press("ArrowRight")  # answered by the server, which then sends what other epochs look like
    for key in keys:
        expect(visit.chart(key)).to_have_attribute("data-epoch", "6")
    hold(visit, wire, keys)
    for block in ("epoch_side_block", "epoch_below_block"):
        assert visit.page.evaluate(LAGS, block) is None
    slider.press("ArrowRight")
    for block in ("epoch_side_block", "epoch_below_block"):
        expect(visit.page.locator(f".st-key-{block}")).to_have_attribute("data-lag", "epoch 6, catching up")
    for key in keys:  # these follow by themselves, and are not marked
        expect(visit.chart(key)).to_have_attribute("data-epoch", "7")
        expect(visit.chart(key)).not_to_have_attribute("data-lag", re.compile("."))
    tile = visit.page.locator('.st-key-epoch_side_block [data-testid="stMetric"]').first
    visit.page.wait_for_function("(node) => Number(getComputedStyle(node).opacity) < 0.5", arg=tile.element_handle())
    slider.press("ArrowLeft")  # back to what the server had drawn
    for block in ("epoch_side_block", "epoch_below_block"):
        expect(visit.page.locator(f".st-key-{block}")).not_to_have_attribute("data-lag", re.compile("."))
    wire.held = False
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    expect(visit.page).to_have_url(re.compile(r"epoch=8\b"))
    for block in ("epoch_side_block", "epoch_below_block"):
        expect(visit.page.locator(f".st-key-{block}")).not_to_have_attribute("data-lag", re.compile("."))


def test_a_figure_without_a_table_says_which_epoch_it_shows(visit, wire):
    visit.resize(1400, 2600)
    visit.open(f"epochs?run={RUN_ID}&epoch=5")
    node = visit.chart("epoch_histogram")
    visit.settle()
    expect(node).to_have_attribute("data-epoch", "5")
    wire.held = True  # before the player first moved, nobody has read what other epochs look like
    visit.page.get_by_role("slider", name="Epoch").press("ArrowRight")
    expect(node).to_have_attribute("data-lag", "epoch 5, catching up")
    expect(node).to_have_attribute("data-epoch", "5")


def test_words_beside_a_dragged_line_say_which_threshold_they_are_of(visit, wire):
    visit.open(f"verification?run={RUN_ID}&threshold=0.6")
    visit.chart("threshold_figure")
    hold(visit, wire, ("threshold_figure",))
    handle = visit.widget("threshold_figure").locator(".lab-line")
    handle.press("PageUp")
    block = visit.page.locator(".st-key-verify_block")
    expect(block).to_have_attribute("data-lag", "threshold 0.60, catching up")
    expect(block).to_have_attribute("aria-busy", "true")
    wire.held = False
    handle.press("ArrowRight")
    expect(visit.page).to_have_url(re.compile(r"threshold=0\.71\b"))
    expect(block).not_to_have_attribute("data-lag", re.compile("."))


def test_the_line_moves_in_the_steps_of_close_distances(visit, wire, server):
    """Of a network that has hardly learned: the figures follow exactly, and the link has all its digits."""
    run = young(server.data / "runs")
    visit.resize(1400, 2600)
    address = f"verification?run={run.id}&threshold="
    keys = ("threshold_figure", "roc_figure", "det_figure")
    drawn = as_the_server_draws(visit, f"{address}0.00047", keys, SHOWN)
    as_the_server_draws(visit, f"{address}0.00031", keys, SHOWN)
    handle = visit.widget("threshold_figure").locator(".lab-line")
    expect(handle.locator("span")).to_have_text(re.compile(r"threshold 0\.00031\d*$"))
    step = float(handle.get_attribute("aria-valuemax")) / 1000
    assert step <= 2e-5
    handle.press("PageUp")
    visit.settle()
    hold(visit, wire, keys)
    while float(handle.get_attribute("data-x")) < 0.00047 - 1e-9:
        handle.press("ArrowRight")
    for key in keys:
        visit.page.wait_for_function(SHOWS, arg=[key, drawn[key]])
