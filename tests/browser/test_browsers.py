"""Two browsers on one server: each opens on its own runs, and sees which are not."""

import re
from dataclasses import replace

from playwright.sync_api import expect

from facenet_core.runs.owners import owner_of
from pages.shared.components.browser.browser_id import COOKIE
from pages.shared.runs.ownership import OTHERS
from tests.browser.conftest import watched_tab
from tests.pages.made_run import make_run

EXAMPLE = re.compile(r"run=example-synthetic-class")


def test_a_fresh_browser_opens_on_the_example_and_the_first_on_its_own_run(browser, server):
    with watched_tab(browser, server) as first, watched_tab(browser, server) as second:
        first.open("/")
        cookies = {cookie["name"]: cookie["value"] for cookie in first.page.context.cookies()}
        run = make_run(server.data / "runs")
        run.write_record(replace(run.record(), owner=owner_of(server.data, cookies[COOKIE])))

        second.open("/epochs")
        expect(second.page).to_have_url(EXAMPLE)
        first.open("/epochs")
        expect(first.page).to_have_url(re.compile(rf"run={run.id}"))
        expect(first.page.get_by_text(OTHERS)).to_have_count(0)

        second.open(f"/epochs?run={run.id}")  # by its link it opens, and says that it is not its own
        expect(second.page.get_by_text(f"This run is {OTHERS}")).to_be_visible()
        second.go("Start")
        expect(second.page.get_by_text(OTHERS)).to_be_visible()


def test_a_browser_is_known_again_after_the_tab_was_closed(browser, server):
    with watched_tab(browser, server) as visit:
        visit.open("/")
        before = visit.page.context.cookies()
        visit.page.close()
        page = visit.page.context.new_page()
        page.goto(visit.url)
        assert [c["value"] for c in page.context.cookies() if c["name"] == COOKIE] == [
            c["value"] for c in before if c["name"] == COOKIE
        ]
