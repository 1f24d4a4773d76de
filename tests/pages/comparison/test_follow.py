"""Where the sliders of a comparison can stand, and which figures follow them there."""

import json

import pytest

from pages.comparison import follow as comparison_follow
from pages.comparison.runs import Compared, settings
from tests.pages.made_run import make_run

WIDTH = 6  # epochs 0 to 5
KEYS = ("epoch", "setting")


@pytest.fixture
def sent(monkeypatch):
    """The tables that were sent, by the chart's key."""
    tables = {}

    def send(table, *, key, **_):
        tables[key] = json.loads(table)
        return key

    monkeypatch.setattr(comparison_follow, "send_follow", send)
    return tables


def compared(*runs):
    return [
        Compared(run=run, label=letter, epochs=tuple(run.epochs())) for run, letter in zip(runs, "ABC", strict=False)
    ]


def test_a_place_is_a_row_and_an_epoch(runs):
    entries = compared(make_run(runs), make_run(runs, epochs_done=2))
    where = comparison_follow.places(entries, (1, 2), WIDTH, KEYS)
    assert where.at == WIDTH + 2
    at, cells = where.stored()
    assert at == [0, 1, 2, 3, 4, 5, 6, 7, 8]  # the second run stays at its epoch 2 from place 8 on
    assert [(entry.label, epoch) for entry, epoch in cells[5:]] == [("A", 5), ("B", 0), ("B", 1), ("B", 2)]
    assert where.every()[-1] == (2 * WIDTH - 1, 1, 5)
    alone = where.of(entries[1])
    assert (alone.at, [slider.key for slider in alone.sliders]) == (2, ["epoch"])


def test_a_run_that_still_grows_is_left_to_the_server(runs):
    entries = compared(make_run(runs), make_run(runs, state="running", epochs_done=2))
    assert comparison_follow.places(entries, (0, 0), WIDTH, KEYS) is None


def test_maps_of_other_faces_do_not_follow(runs, sent):
    same = comparison_follow.places(compared(make_run(runs), make_run(runs)), (0, 0), WIDTH, KEYS)
    assert comparison_follow.maps(same, "umap-2d", "same") is not None
    assert sent["same"]["epochs"] == [*range(6), *range(6)]
    other = comparison_follow.places(compared(make_run(runs), make_run(runs, people=4)), (0, 0), WIDTH, KEYS)
    assert comparison_follow.maps(other, "umap-2d", "other") is None


def test_a_run_without_unseen_people_has_no_distances_to_follow(runs, sent):
    entries = compared(make_run(runs), make_run(runs, unseen=False))
    where = comparison_follow.places(entries, (0, 0), WIDTH, KEYS)
    assert comparison_follow.histograms(where, 0.2, 4.0, "distances") is None
    first = comparison_follow.places(entries[:1], (0, 0), WIDTH, ("epoch", None))
    assert comparison_follow.histograms(first, 0.2, 4.0, "distances") is not None
    assert min(sent["distances"]["top"]) >= 0.2


def test_settings_say_how_many_people_there_were(runs):
    run = make_run(runs)
    record, wanted = run.record(), settings(run)
    asked = record.config.people_per_batch
    assert wanted["people_per_batch"] == str(asked or min(25, record.people))
    assert str(record.people) in wanted["faces.people"]
