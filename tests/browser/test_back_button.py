"""One press of Back is one page back, and the page that stands is that of the address."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import LABORATORIES
from tests.browser.test_pages import LESSONS


def test_fifteen_presses_lead_back_over_fifteen_pages(visit):
    visit.open("/")
    seen = [_view(visit)]
    entries = _entries(visit)
    for lesson in [*LESSONS[1:], *LABORATORIES, "Start"]:
        visit.go(lesson)
        seen.append(_view(visit))
    assert _entries(visit) == entries + 15
    assert len({question for _, question in seen}) == 15

    for address, question in reversed(seen[:-1]):
        visit.page.go_back()
        expect(visit.page.locator("h1")).to_have_text(question, timeout=30_000)
        visit.settle()
        expect(visit.page).to_have_url(address)
    visit.page.go_forward()
    expect(visit.page.locator("h1")).to_have_text(seen[1][1], timeout=30_000)


def test_what_is_moved_within_a_page_stays_that_page(visit):
    visit.open("/factors")
    entries = _entries(visit)
    person = visit.widget("who").get_by_role("spinbutton")
    for number in ("2", "3", "4"):
        person.fill(number)
        person.press("Enter")
        expect(visit.page).to_have_url(re.compile(rf"/factors\?.*who={number}\b"))
        visit.settle()
    assert _entries(visit) == entries

    visit.go("Verification")
    visit.page.go_back()
    expect(visit.page).to_have_url(re.compile(r"/factors\?.*who=4\b"))
    expect(person).to_have_value("4", timeout=30_000)


def test_a_view_that_a_page_writes_into_its_link_is_the_one_gone_back_to(visit):
    visit.open("/collapse?recipe=margin")
    entries = _entries(visit)
    visit.go("The sphere")
    assert _entries(visit) == entries + 1
    expect(visit.page).to_have_url(re.compile(r"/sphere\?run="))
    visit.page.go_back()
    expect(visit.page).to_have_url(re.compile(r"/collapse\?recipe=margin$"))
    visit.settle()


def test_what_a_widget_writes_keeps_what_a_page_wrote_a_moment_before(visit):
    visit.open("/factors?who=2")
    entries = _entries(visit)
    found = visit.page.evaluate(
        """() => {
            history.pushState({}, "", "?who=2&moved=x");
            history.replaceState({}, "", "?who=5");
            return location.search;
        }"""
    )
    assert found == "?who=5&moved=x"
    assert _entries(visit) == entries


@pytest.mark.parametrize("url", ["/maps?epoch=3", "/verification?epoch=3"])
def test_a_link_with_its_view_opens_that_view_at_once(visit, url):
    visit.open(url)
    assert _entries(visit) == 2  # the empty tab, and the page
    expect(visit.page).to_have_url(re.compile(r"\?(run=.*epoch=3|epoch=3.*run=)"))


def _view(visit):
    visit.page.evaluate("() => new Promise((done) => setTimeout(done, 60))")  # after what the page's address waits for
    return visit.page.url, visit.page.locator("h1").inner_text()


def _entries(visit):
    return visit.page.evaluate("history.length")
