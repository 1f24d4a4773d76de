"""Every page at every size: whole words, nothing that a tool for accessibility finds serious, text that can be read."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import CDPSession, Page

from facenet_core.runs.example_run import RUN_ID
from tests.browser.conftest import Visit, watched_tab
from tests.pages.made_run import make_run

HERE = Path(__file__).parent
WHOLE_TEXT = (HERE / "whole_text.js").read_text(encoding="utf-8")
FIGURE_CONTRAST = (HERE / "figure_contrast.js").read_text(encoding="utf-8")
PAGES = ["", "faces", "triplets", "training", "epochs", "network", "verification", "recognition", "clustering"]
PAGES += ["comparison", "collapse", "sphere", "factors", "photos", "maps"]
SIZES = {  # name -> width, height, pixels of the screen for one of the page
    "phone": (390, 844, 2),
    "small laptop": (1280, 800, 1),
    "laptop": (1366, 768, 1),
    "large screen": (1920, 1080, 1),
    "projector": (853, 480, 1.5),
}
PATIENCE = 8  # seconds in which figures take their new width
SERIOUS = ("serious", "critical")
ALSO = ("heading-order",)  # of lesser weight to the tool, and a way through the page for those who listen to it
FIGURES_HAVE_THEIR_WIDTH = """() => [...document.querySelectorAll(".js-plotly-plot")]
  .filter((plot) => plot.offsetWidth)
  .every((plot) => Math.abs(plot._fullLayout.width - plot.offsetWidth) < 2)"""
STOPS = """() => [...document.querySelectorAll("[data-testid=stMain] [role=toolbar]")]
  .map((bar) => [bar.getAttribute("aria-label"), [...bar.querySelectorAll("button:enabled")]
    .filter((button) => button.tabIndex === 0 && !button.hidden).length])
  .filter(([label, count]) => !label || count > 1)
  .concat([...document.querySelectorAll("[class^=lab-] button, [class*=' lab-'] button")]
    .filter((button, i, all) => button.tabIndex === 0 && all.filter((one) => one.tabIndex === 0
      && one.parentElement === button.parentElement && one.className === button.className).length > 4)
    .map((button) => [button.parentElement.className, "more than four alike"]))
  .map((problem) => problem.join(": "))"""
UNFOLD = """() => {
  const folded = [...document.querySelectorAll("[data-testid=stMain] details:not([open]) > summary")];
  folded.forEach((summary) => summary.click());
  return folded.length;
}"""


@pytest.fixture(scope="module")
def tab(browser, server) -> Iterator[Visit]:
    """One tab for all pages, with runs to look at and to compare."""
    runs = server.data / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    for seed, margin in ((0, 0.2), (1, 0.4)):
        make_run(runs, seed=seed, margin=margin, weights=(5,))
    with watched_tab(browser, server) as visit:
        yield visit


@pytest.fixture(scope="module")
def screen(tab) -> CDPSession:
    """What changes the size of the window together with its pixels, without loading the page again."""
    return tab.page.context.new_cdp_session(tab.page)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_is_whole_and_can_be_read(tab, screen, address):
    tab.page.emulate_media(color_scheme="light")
    show(tab.page, screen, "laptop")
    tab.open(f"{address}?run={RUN_ID}")
    unfold(tab)
    found = {"light": complaints(tab.page), "faint in light": tab.page.evaluate(FIGURE_CONTRAST)}
    found["stops"] = tab.page.evaluate(STOPS)
    for name in SIZES:
        show(tab.page, screen, name)
        found[name] = cut_text(tab.page)
    show(tab.page, screen, "laptop")
    tab.page.emulate_media(color_scheme="dark")
    tab.page.wait_for_function("() => getComputedStyle(document.querySelector('.stApp')).colorScheme === 'dark'")
    found |= {"dark": complaints(tab.page, ["color-contrast"]), "faint in dark": tab.page.evaluate(FIGURE_CONTRAST)}
    assert "\n".join(f"{name}: {problem}" for name, problems in found.items() for problem in problems) == ""


def show(page: Page, screen: CDPSession, size: str) -> None:
    """Give the window one of the sizes."""
    width, height, scale = SIZES[size]
    metrics = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
    screen.send("Emulation.setDeviceMetricsOverride", metrics)
    page.wait_for_function("width => innerWidth === width", arg=width)


def unfold(visit: Visit) -> None:
    """Open everything that is folded, also what that brings."""
    while visit.page.evaluate(UNFOLD):
        visit.page.wait_for_function("() => !document.querySelector('details:not([open]) > summary')")
        visit.settle()


def cut_text(page: Page) -> list[str]:
    """Return what is cut, hangs out or lies on other text, once the figures have their width."""
    page.wait_for_function(FIGURES_HAVE_THEIR_WIDTH, timeout=PATIENCE * 1000)
    end = time.monotonic() + PATIENCE
    while (problems := page.evaluate(WHOLE_TEXT)) and time.monotonic() < end:
        page.wait_for_timeout(200)  # a figure is drawn once more where its legend needs another line
    return list(problems)


def complaints(page: Page, rules: list[str] | None = None) -> list[str]:
    """Return what the tool finds serious, by rule and place."""
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]} {node['failureSummary'][:200]}"
        for rule in found
        if rule["impact"] in SERIOUS or rule["id"] in ALSO
        for node in rule["nodes"]
    ]
