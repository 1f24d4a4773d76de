"""Whose run a page opens on, and how those of others are marked."""

from dataclasses import replace

import pytest
import streamlit as st

from facenet_core.runs.owners import note_owner, owner_of
from pages.shared.components.browser.browser_id import COOKIE, new_browser_id
from pages.shared.runs.ownership import OTHERS
from tests.pages.made_run import make_run
from tests.pages.test_pages import words

PAGES = ("training", "epochs", "verification", "recognition", "clustering", "triplets", "network", "maps")


@pytest.fixture
def browser(runs, monkeypatch):
    """Return the name of the browser that looks."""
    browser_id = new_browser_id()
    monkeypatch.setattr(type(st.context), "cookies", {COOKIE: browser_id})
    return owner_of(runs.parent, browser_id)


@pytest.fixture
def another(runs):
    """Return the name of a browser that was here before."""
    found = owner_of(runs.parent, new_browser_id())
    note_owner(runs.parent, found)
    return found


def run_of(runs, owner, *, created, shipped=False, **made):
    run = make_run(runs, **made)
    run.write_record(replace(run.record(), owner=owner, created=created, shipped=shipped))
    return run


@pytest.mark.parametrize("page", PAGES)
def test_a_fresh_browser_opens_on_the_example_and_not_on_others_runs(visit, runs, browser, another, page):
    example = run_of(runs, None, created=1, shipped=True)
    run_of(runs, another, created=2)
    run_of(runs, None, created=3)  # of the terminal, or of an earlier version
    app = visit(page)
    assert not app.exception
    assert app.query_params["run"] == example.id
    assert OTHERS not in words(app)


def test_ones_own_newest_run_comes_before_the_example(visit, runs, browser, another):
    run_of(runs, None, created=9, shipped=True)
    run_of(runs, browser, created=2)
    newer = run_of(runs, browser, created=3)
    others = run_of(runs, another, created=4)
    app = visit("epochs")
    assert app.query_params["run"] == newer.id
    options = app.selectbox(key=f"run_choice_{newer.id}").options
    assert [OTHERS in option for option in options] == [False, False, False, True]
    assert OTHERS in words(visit("epochs", run=others.id))  # by its link it opens, and says so


def test_where_only_one_browser_ever_was_all_runs_are_its_own(visit, runs, browser):
    run_of(runs, None, created=1, shipped=True)
    earlier = run_of(runs, None, created=3)
    app = visit("epochs")
    assert app.query_params["run"] == earlier.id
    assert OTHERS not in words(app)


def test_a_browser_without_cookies_owns_nothing_on_a_shared_server(visit, runs, another):
    note_owner(runs.parent, "a second browser")
    example = run_of(runs, None, created=1, shipped=True)
    run_of(runs, None, created=2)
    assert visit("epochs").query_params["run"] == example.id


def test_in_a_class_a_run_without_an_owner_is_others(visit, runs, browser, monkeypatch):
    monkeypatch.setenv("FACENET_CLASS", "1")
    example = run_of(runs, None, created=1, shipped=True)
    run_of(runs, None, created=2)
    assert visit("epochs").query_params["run"] == example.id


def test_without_own_runs_and_example_others_are_shown_and_marked(visit, runs, browser, another):
    others = run_of(runs, another, created=2)
    app = visit("epochs")
    assert app.query_params["run"] == others.id
    assert OTHERS in words(app)


@pytest.mark.parametrize("page", ["start", "comparison"])
def test_lists_of_runs_mark_those_of_others(visit, runs, browser, another, page):
    run_of(runs, browser, created=1)
    run_of(runs, another, created=2)
    app = visit(page)
    assert not app.exception
    lists = [option for select in (*app.selectbox, *app.multiselect) for option in select.options]
    assert OTHERS in words(app) + " ".join(lists)


def test_train_stores_whose_the_run_is(visit, engine, runs, browser):
    app = visit("training")
    app.button(key="train").click().run()
    [started] = list(runs.iterdir())
    assert f'"owner": "{browser}"' in (started / "config.json").read_text()
