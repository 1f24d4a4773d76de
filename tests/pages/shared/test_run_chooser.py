"""Runs that are called alike can be told apart, and chosen."""

import pytest

from facenet_core.runs.storage import list_runs
from pages.shared.runs import session
from pages.shared.runs.session import distinct
from tests.pages.made_run import make_run


def test_only_what_is_called_alike_gets_the_end_of_its_id():
    assert distinct({"r-aaaa": "one", "r-bbbb": "two", "r-cccc": "one"}) == {
        "r-aaaa": "one (aaaa)",
        "r-bbbb": "two",
        "r-cccc": "one (cccc)",
    }


@pytest.mark.parametrize("page", ["epochs", "clustering"])
def test_of_two_runs_called_alike_the_one_in_view_stays(visit, runs, monkeypatch, page):
    monkeypatch.setattr(session, "run_title", lambda run: "the same")
    for _ in range(2):
        make_run(runs)
    for run in list_runs(runs):
        app = visit(page, run=run.id)
        app.run()
        assert app.query_params["run"] == run.id
        assert len(set(app.selectbox(key=f"run_choice_{run.id}").options)) == 2
