"""What the app starts ends with it, and two of them do not get into each other's way."""

from playwright.sync_api import expect


def test_killing_the_server_leaves_nothing_behind(fresh_server, visit_fresh):
    visit_fresh.open("/")
    assert fresh_server.has_helpers(), "the app started no workers"
    assert fresh_server.end() == []


def test_a_second_server_on_the_same_data_looks_but_does_not_train(visit_fresh, visit_second):
    visit_fresh.open("/")
    visit_second.open("/")
    expect(visit_second.page.get_by_text("Another server works on this data folder")).to_be_visible(timeout=30_000)
    expect(visit_fresh.page.get_by_text("Another server works on this data folder")).to_have_count(0)
