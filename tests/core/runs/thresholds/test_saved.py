"""Thresholds kept with a run: whole files, plain sentences, and the network that they were measured with."""

from dataclasses import replace

import pytest

from facenet_core.runs.records import RunDamaged
from facenet_core.runs.thresholds.in_use import threshold_in_use, warnings_of
from facenet_core.runs.thresholds.saved import SavedThreshold, save_threshold, saved_names, saved_threshold

KEPT = SavedThreshold(
    name="class-7b",
    value=0.31,
    faces="folder class",
    people=12,
    images=60,
    pairs=1770,
    different=1650,
    rule="far:0.01",
    far=0.009,
    frr=0.2,
    step=0,
)


def test_what_is_saved_is_read_again(make_run):
    run = make_run()
    assert saved_names(run) == []
    path = save_threshold(run, KEPT)
    assert (path.parent.name, path.name) == ("thresholds", "class-7b.json")
    assert saved_names(run) == ["class-7b"]
    assert replace(saved_threshold(run, "class-7b"), created=0) == KEPT
    use = threshold_in_use(run, "class-7b")
    assert (use.value, use.kind, use.far) == (0.31, "saved", 0.009)
    assert "at most 1 % false accepts on the 1,770 pairs of 12 people (folder class)" in use.origin


def test_an_unknown_name_lists_those_that_are_there(make_run):
    run = make_run()
    with pytest.raises(ValueError, match="saved: none yet, evaluate RUN --path DIR --save-threshold NAME keeps one"):
        saved_threshold(run, "x")
    save_threshold(run, KEPT)
    with pytest.raises(ValueError, match=r"no saved threshold '\.\./config'; saved: class-7b"):
        saved_threshold(run, "../config")


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a/b", "0.5", "nan", "x" * 61])
def test_a_name_is_a_files_and_no_number(make_run, name):
    with pytest.raises(ValueError, match="name must be"):
        save_threshold(make_run(), replace(KEPT, name=name))


@pytest.mark.parametrize("content", ["", "[]", '{"format": 1}', '{"format": 9}', "\x00"])
def test_a_damaged_file_is_a_sentence(make_run, content):
    run = make_run()
    save_threshold(run, KEPT).write_text(content)
    with pytest.raises(RunDamaged, match=r"cannot be read .* measure and save it again"):
        saved_threshold(run, "class-7b")


def test_a_threshold_of_an_earlier_network_is_doubted(make_run):
    run = make_run()
    save_threshold(run, replace(KEPT, step=10))
    use = threshold_in_use(run, "class-7b")
    assert use.stale
    assert warnings_of(use) == ["The run has learned on since the threshold class-7b was saved: measure it again."]


def test_a_run_without_figures_has_no_threshold(make_run):
    assert threshold_in_use(make_run()) is None
    assert threshold_in_use(make_run(), 0.4).kind == "given"
