"""The app in a real browser: a server with a data folder of its own, and a page that watches for errors."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect, sync_playwright

from facenet_core.runs.engine.workers.warm_up import WARM_UP_VARIABLE

ROOT = Path(__file__).parents[2]
OUTPUT = Path(__file__).parent / "output"
DESKTOP = {"width": 1400, "height": 900}
LABORATORIES = {
    "Why did it collapse?": "collapse",
    "The sphere": "sphere",
    "Own photos": "photos",
    "Maps": "maps",
    "Factors of a face": "factors",
}  # title -> url_path, in a menu
SERVER_STARTS_WITHIN = 60  # seconds
PAGE_SETTLES_WITHIN = 60_000  # milliseconds
SERVER_FLAGS = ("--server.headless", "true", "--server.fileWatcherType", "none", "--browser.serverAddress", "localhost")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything below this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running ``streamlit run app.py``."""

    process: psutil.Popen
    url: str
    data: Path
    log: Path

    def family(self) -> list[psutil.Process]:
        """Return the server and all that it started; nobody once it is gone."""
        try:
            return [psutil.Process(self.process.pid), *self.process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def has_helpers(self) -> bool:
        """Wait until the server has started its child and that child its own; return whether they came."""
        return wait_until(lambda: len(self.family()) >= 3, 60)

    def loaded_libraries(self) -> str:
        """Return the paths of all files that the server process has mapped, one a line."""
        return "\n".join(part.path for part in psutil.Process(self.process.pid).memory_maps())

    def megabytes(self) -> float:
        return psutil.Process(self.process.pid).memory_info().rss / 1e6

    def is_healthy(self) -> bool:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=5) as answer:
            return bool(answer.read() == b"ok")
        return False

    def end(self) -> list[psutil.Process]:
        """Kill the server without a word, and return what outlives it by twenty seconds."""
        family = self.family()
        with contextlib.suppress(psutil.NoSuchProcess):
            self.process.kill()
        _, alive = psutil.wait_procs(family, timeout=20)
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        return alive


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def start_server(folder: Path, *, warm_up: bool = True) -> Server:
    """Start the app on a free port with its data and its log in ``folder``, and wait until it answers.

    Without ``warm_up`` its workers load a library when a job needs it, and leave the cores to the browser until then.
    """
    port = free_port()
    log, data = folder / f"server-{port}.log", folder / "data"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FACENET_", "STREAMLIT_"))}
    with open(log, "wb") as output:
        process = psutil.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port), *SERVER_FLAGS],
            cwd=ROOT,
            env=environment | {"FACENET_DATA": str(data)} | ({} if warm_up else {WARM_UP_VARIABLE: "no"}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    server = Server(process=process, url=f"http://localhost:{port}", data=data, log=log)
    if not wait_until(lambda: server.is_healthy() or process.poll() is not None, SERVER_STARTS_WITHIN):
        server.end()
    if not server.is_healthy():
        pytest.fail(f"the server did not start:\n{log.read_text()}")
    return server


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask for a condition twenty times a second; return whether it came true in time."""
    clock = threading.Event()
    return any(condition() or clock.wait(0.05) for _ in range(int(seconds * 20)))


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app, shared by the tests of one file; its workers warm up where the file says ``WARM_UP = True``."""
    warm_up = getattr(request.module, "WARM_UP", False)
    server = start_server(tmp_path_factory.mktemp("server"), warm_up=warm_up)
    yield server
    server.end()
    errors = [line for line in server.log.read_text().splitlines() if "Traceback" in line or "Uncaught" in line]
    assert not errors, server.log.read_text()


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[Server]:
    """The app for one test, which may do with it what it likes."""
    server = start_server(tmp_path)
    yield server
    server.end()


@pytest.fixture
def second_server(tmp_path: Path, fresh_server: Server) -> Iterator[Server]:
    """The app once more, on the data of the fresh one."""
    server = start_server(tmp_path)
    assert server.data == fresh_server.data
    yield server
    server.end()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where the browser is."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI"):
        pytest.fail("no Chromium or Chrome found, and these tests must not be skipped here")
    pytest.skip("needs Chromium or Chrome, and none was found")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One learner's tab: the page, and what went wrong on it."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Open a page by its path and query, and wait until it stands."""
        self.page.goto(f"{self.url}/{address.lstrip('/')}")
        self.settle()

    def go(self, lesson: str) -> None:
        """Follow the link to a lesson, as a learner does: pictures still on their way would be missing then."""
        self.page.wait_for_load_state("networkidle")
        if lesson in LABORATORIES:
            self.page.get_by_test_id("stTopNavSection").filter(has_text="Laboratories").click()
            self.page.get_by_test_id("stTopNavDropdownLink").filter(has_text=lesson).click()
        else:
            self.links().filter(has_text=lesson).click()
        self.expect_lesson(lesson)

    def expect_lesson(self, lesson: str) -> None:
        """Wait until this lesson is the one that stands."""
        if lesson in LABORATORIES:  # the menu closes behind it
            expect(self.page).to_have_url(re.compile(rf"/{LABORATORIES[lesson]}\b"))
        else:
            expect(self.links().filter(has_text=lesson)).to_have_attribute("aria-current", "page")
        self.settle()

    def links(self) -> Locator:
        """Return the links to the lessons."""
        return self.page.get_by_test_id("stTopNavLink")

    def settle(self) -> None:
        """Wait until the script has run, its elements and charts stand, and none of them is an exception."""
        app = self.page.get_by_test_id("stApp")
        expect(app).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=PAGE_SETTLES_WITHIN)
        expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=PAGE_SETTLES_WITHIN)
        expect(self.page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=PAGE_SETTLES_WITHIN)
        expect(self.page.locator(".lab-chart:not([data-state])")).to_have_count(0, timeout=PAGE_SETTLES_WITHIN)
        expect(self.page.get_by_test_id("stException")).to_have_count(0)

    def widget(self, key: str) -> Locator:
        """Return the element that was given this key."""
        return self.page.locator(f".st-key-{key}")

    def press(self, key: str) -> None:
        """Press the button that was given this key."""
        self.widget(key).get_by_role("button").click()

    def chart(self, key: str) -> Locator:
        """Wait until the chart with this key is drawn, and return its node."""
        node = self.widget(key).locator(".lab-chart")
        expect(node).to_have_attribute("data-state", "ready", timeout=PAGE_SETTLES_WITHIN)
        return node

    def resize(self, width: int, height: int = 900) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def expect_no_sideways_scrolling(self) -> None:
        """Fail when the page, or its main part, is wider than the window."""
        self.page.wait_for_function(
            """() => ["html", "[data-testid=stAppViewContainer]", "[data-testid=stMain]"]
                .map((name) => document.querySelector(name))
                .every((part) => part.scrollWidth <= part.clientWidth + 1)""",
            timeout=10_000,
        )

    def shoot(self, name: str) -> None:
        """Keep a picture of the window to look at."""
        OUTPUT.mkdir(exist_ok=True)
        self.page.screenshot(path=OUTPUT / f"{name}.png")


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Visit]:
    """A fresh tab; the test fails when its console reports an error."""
    with watched_tab(browser, server) as visit:
        yield visit


@pytest.fixture
def visit_fresh(browser: Browser, fresh_server: Server) -> Iterator[Visit]:
    """A tab on the fresh server; what goes wrong on it once the server is gone does not count."""
    page = browser.new_page(viewport=DESKTOP)
    yield Visit(page=page, url=fresh_server.url)
    page.close()


@pytest.fixture
def visit_second(browser: Browser, second_server: Server) -> Iterator[Visit]:
    """A tab on the second server."""
    with watched_tab(browser, second_server) as visit:
        yield visit


def _is_error(line: ConsoleMessage) -> bool:
    # Streamlit looks for its own addresses below a page's path first, and finds them above it.
    return line.type == "error" and "/_stcore/" not in line.location["url"]


def _words(line: ConsoleMessage) -> str:
    return f"{line.text} ({line.location['url']})"


@contextlib.contextmanager
def watched_tab(browser: Browser, server: Server) -> Iterator[Visit]:
    context = browser.new_context(viewport=DESKTOP)
    page = context.new_page()
    visit = Visit(page=page, url=server.url)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("console", lambda line: visit.errors.append(_words(line)) if _is_error(line) else None)
    yield visit
    context.close()
    assert visit.errors == []
