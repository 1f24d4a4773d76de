"""A run that learned without triplets on every page: nothing claims that triplets taught it."""

import pytest

from tests.pages.conftest import PAGES
from tests.pages.made_run import make_run
from tests.pages.test_pages import words


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_on_a_run_without_triplets(visit, runs, page):
    app = visit(page, run=make_run(runs, loss="softmax").id)
    assert not app.exception


@pytest.mark.parametrize("state", ["running", "finished"])
def test_the_training_says_that_triplets_are_only_counted(visit, runs, state):
    app = visit("training", run=make_run(runs, loss="contrastive", state=state).id)
    said = words(app)
    assert "This loss learns without triplets" in said
    assert "triplets still teach" not in said
    assert "triplets keep the margin" in app.get("progress")[0].proto.text


def test_runs_with_and_without_triplets_are_compared(visit, runs):
    made = [make_run(runs), make_run(runs, loss="arcface")]
    app = visit("comparison", runs=",".join(run.id for run in made))
    assert not app.exception
    said = words(app)
    assert "| loss | :orange-background[**Triplet loss**] | :orange-background[**ArcFace**] |" in said
    table = next(part.value for part in app.markdown if "same person apart" in part.value)
    assert " | - | " in table.splitlines()[-1]  # nothing taught by triplets
