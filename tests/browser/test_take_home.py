"""A run taken home in a real browser: the report opens offline, figures are saved, a worker's file is fetched."""

import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image
from playwright.sync_api import expect

from facenet_core.exports import ExportWish, export_run
from tests.pages.made_run import make_run

MADE_WITHIN = 240_000  # milliseconds: the workers of a new server load everything first


@pytest.fixture
def report(browser, tmp_path):
    """A report opened from its file, and the addresses it asked for."""
    run = make_run(tmp_path / "runs", people=6, each=4, epochs_done=3, epochs=3)
    out = tmp_path / "report.html"
    export_run(run, ExportWish(format="html"), out, lambda done, total, what: None)
    page = browser.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda line: errors.append(line.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(out.as_uri())
    yield page
    assert [address for address in asked if not address.startswith("data:")] == [out.as_uri()]
    assert errors == []
    page.close()


def picture(page) -> str:
    return page.evaluate("document.getElementById('map').toDataURL()")


def test_the_report_scrubs_and_plays_without_a_network(report):
    canvas, slider = report.locator("#map"), report.locator("#epoch")
    expect(canvas).to_have_attribute("data-epoch", "3")
    expect(report.locator("#moment")).to_contain_text("epoch 3 of 3, loss")
    last = picture(report)

    slider.fill("0")
    expect(canvas).to_have_attribute("data-epoch", "0")
    expect(report.locator("#moment")).to_have_text("untrained, epoch 0 of 3")
    assert picture(report) != last
    slider.press("ArrowRight")
    expect(canvas).to_have_attribute("data-epoch", "1")

    report.locator("#play").click()
    expect(canvas).to_have_attribute("data-epoch", "3", timeout=20_000)
    expect(report.locator("#play")).to_have_text("Play", timeout=20_000)


def test_the_report_tells_whom_one_points_at(report):
    expect(report.locator("#map")).to_have_attribute("data-epoch", "3")
    found = report.evaluate("[...Array(film.person.length).keys()].map((f) => onCanvas(now(f, 1)))[0]")
    box = report.locator("#map").bounding_box()
    report.mouse.move(box["x"] + found[0], box["y"] + found[1])
    expect(report.locator("#card span")).to_contain_text("person 0")


def test_the_report_fits_a_phone(report):
    report.set_viewport_size({"width": 420, "height": 900})
    report.wait_for_function("document.documentElement.scrollWidth <= 420")


def test_figures_are_saved_as_png_and_svg(visit, server, tmp_path):
    run = make_run(server.data / "runs", people=6, each=4, epochs_done=3, epochs=3)
    visit.open(f"verification?run={run.id}")
    chart = visit.chart("threshold_figure")
    chart.hover()
    for kind in ("svg", "png"):
        button = chart.locator(f'.modebar-btn[data-title="Save as {kind.upper()}"]')
        with visit.page.expect_download() as fetched:
            button.click()
        path = tmp_path / fetched.value.suggested_filename
        fetched.value.save_as(path)
        assert path.name == f"threshold_figure.{kind}"
        if kind == "svg":
            assert ElementTree.parse(path).getroot().tag.endswith("svg")
        else:
            assert Image.open(path).width > 600


def test_a_film_is_made_by_a_worker_and_fetched(visit, server, tmp_path):
    run = make_run(server.data / "runs", people=6, each=4, epochs_done=3, epochs=3)
    visit.open(f"verification?run={run.id}")
    visit.widget("take_home").get_by_text("Take home").click()
    visit.press("take_home_make")
    save = visit.widget("take_home_save").get_by_role("button")
    expect(save).to_be_visible(timeout=MADE_WITHIN)
    visit.shoot("take-home")
    with visit.page.expect_download() as fetched:
        save.click()
    path = tmp_path / "film.gif"
    fetched.value.save_as(path)
    assert fetched.value.suggested_filename == f"{run.id}.gif"
    assert Image.open(path).n_frames == 19
    expect(visit.page.get_by_text("The file was fetched")).to_be_visible()
    assert not list((server.data / "jobs").glob("*.gif"))
