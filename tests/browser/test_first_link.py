"""A link to a lesson is the first thing that a new server is asked for."""

from playwright.sync_api import expect


def test_the_first_link_of_a_new_server_leads_to_its_lesson(visit):
    visit.open("factors")
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("What makes two faces far apart?")
    expect(visit.page.get_by_role("dialog")).to_have_count(0)
    expect(visit.page.get_by_role("link", name="Recognition")).to_be_visible()  # the lessons' own navigation
