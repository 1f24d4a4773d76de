"""One answer to: at which distance does this run say "the same person", and whence that number?"""

import numpy as np
import pytest

from facenet_core.evaluation import verify_group
from facenet_core.runs import EpochRecord, TrackedFaces, create_run
from facenet_core.runs.thresholds.own import run_threshold


@pytest.fixture
def run(tmp_path, tiny):
    """A run of one epoch that follows two pictures each of six unseen and six seen people."""
    folder = create_run(tmp_path, tiny)
    person = np.repeat(np.arange(12), 2).astype(np.int32)
    names = np.array([f"p{number}" for number in range(12)])
    folder.write_tracked(
        TrackedFaces(
            index=np.arange(24),
            person=person,
            group=np.where(person < 6, 2, 1).astype(np.uint8),
            names=names,
            files=names[person],
        ),
        np.zeros((24, 48, 48, 3), np.uint8),
    )
    points = np.random.default_rng(0).normal(size=(12, 4))[person] + np.random.default_rng(1).normal(size=(24, 4))
    _store(folder, points, unseen=verify_group(points[:12], person[:12]).to_json())
    return folder


def _store(run, points, **groups):
    run.write_epoch(EpochRecord(epoch=3, embeddings=points.astype(np.float32), figures={"epoch": 3, **groups}))


def test_it_is_the_one_of_unseen_people_with_what_stands_behind_it(run):
    found = run_threshold(run)
    stored = run.figures()[-1]["unseen"]
    assert (found.value, found.far, found.pairs) == (stored["threshold"], stored["threshold_far"], 66)
    assert (found.group, found.code, found.epoch, found.whole, found.people) == ("unseen", 2, 3, False, 6)
    assert found.origin == (
        "best on the 66 pairs of 6 people it never trained on, at epoch 3, "
        f"of which it accepts {100 * found.far:.1f} % of the different ones"
    )


def test_figures_over_whole_groups_come_first(run):
    whole = {"threshold": 0.5, "threshold_far": 0.25, "pairs": 100, "people": 9, "images": 30, "accuracy": 0.7}
    run.write_verification({"epoch": 3, "unseen": whole})
    found = run_threshold(run)
    assert (found.value, found.far, found.whole, found.accuracy) == (0.5, 0.25, True, 0.7)


def test_held_out_images_stand_in_where_nobody_is_unseen(run):
    run.write_verification({"epoch": 3, "unseen": None, "held_out": {"threshold": 0.5, "pairs": 9}})
    assert run_threshold(run).group == "unseen"  # the last epoch's, before that of people trained on
    _store(run, run.epoch(3).embeddings, unseen=None)
    found = run_threshold(run)
    assert (found.group, found.value, found.people) == ("held_out", 0.5, None)
    assert "held-out images of the people it trained on" in found.origin


def test_a_rate_that_was_not_stored_is_counted_on_the_tracked_faces(run):
    figures = run.figures()[-1]["unseen"]
    far = figures.pop("threshold_far")
    _store(run, run.epoch(3).embeddings, unseen=figures)
    assert run_threshold(run).far == far


def test_there_is_none_where_none_was_measured(run, tmp_path, tiny):
    assert run_threshold(create_run(tmp_path, tiny)) is None
    _store(run, run.epoch(3).embeddings, unseen={"threshold": None, "pairs": 4}, held_out={"threshold": float("nan")})
    assert run_threshold(run) is None
