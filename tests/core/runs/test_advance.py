"""The one job: to the end, in pieces, after kills, and when something goes wrong."""

import errno
import os
import shutil

import numpy as np
import pytest

from facenet_core import files
from facenet_core.faces import open_faces
from facenet_core.runs import RunRequest, advance
from facenet_core.runs.attempts import MOST_ATTEMPTS
from facenet_core.runs.job_status import embed_photos
from facenet_core.runs.measured import read_measured, same_figures
from facenet_core.runs.records import HELD_OUT, UNSEEN
from facenet_core.runs.tracked_faces import measure_group
from facenet_core.training import Trainer, TrainingFailed


@pytest.fixture
def play(faces_root):
    """Ask something of a run and move it until that is met."""

    def play_(run, **wishes):
        run.write_request(RunRequest(**(run.request().changes() | wishes)))
        return advance(str(run.path), str(faces_root))

    return play_


def test_a_run_goes_to_its_end_and_stores_every_epoch(make_run, play):
    run = make_run()

    assert play(run) == "finished"

    status, record = run.status(), run.record()
    assert (status.epoch, status.step, status.epochs, status.steps) == (3, 9, 3, 9)
    assert status.images_shown == 9 * 8
    assert status.seconds > 0
    assert "never seen" in status.message
    assert (record.people, record.images, record.steps_per_epoch) == (6, 24, 3)
    assert (record.device, record.precision, record.threads) == ("cpu", "float32", 1)
    assert run.epochs() == [0, 1, 2, 3]
    assert run.steps()["step"].tolist() == list(range(1, 10))
    assert [figures["mirror"] for figures in run.figures()] == [False, False, False, True]
    assert run.figures()[0]["loss"] is None
    assert run.figures()[1]["loss"] == pytest.approx(run.steps()["loss"][:3].mean())
    assert run.epoch(3).embeddings.shape == (len(run.tracked()), 16)
    assert run.verification()["unseen"]["pairs"] > 0


def test_steps_epochs_and_more_epochs(make_run, play):
    run = make_run()

    assert play(run, until_step=1) == "paused"
    assert run.status().step == 1
    assert play(run, until_epoch=1) == "paused"
    assert (run.status().epoch, run.status().step) == (1, 3)
    assert play(run) == "finished"
    assert play(run, epochs=4) == "finished"
    assert run.epochs() == [0, 1, 2, 3, 4]
    assert run.changes() == [{"step": 10, "epochs": 4}]


def test_in_pieces_equals_in_one_go_byte_for_byte(make_run, play, weights_of):
    whole, pieces = make_run(), make_run()
    play(whole, until_step=4)
    play(whole, margin=0.5, miner="batch-hard")

    for step in range(1, 5):
        play(pieces, until_step=step)
    play(pieces, until_step=5, margin=0.5, miner="batch-hard")
    play(pieces)

    assert weights_of(whole) == weights_of(pieces)
    assert whole.changes() == pieces.changes() == [{"step": 5, "margin": 0.5, "miner": "batch-hard"}]
    for epoch in whole.epochs():
        np.testing.assert_array_equal(whole.epoch(epoch).embeddings, pieces.epoch(epoch).embeddings)
    for name in set(whole.steps()) - {"seconds"}:
        np.testing.assert_array_equal(whole.steps()[name], pieces.steps()[name])
    assert whole.steps()["margin"].tolist() == [0.2] * 4 + [0.5] * 5


def test_a_kill_after_a_change_meets_it_again_at_the_same_step(make_run, play, weights_of, tmp_path):
    run = make_run()
    play(run, until_epoch=1)
    shutil.copytree(run.path / "checkpoint", tmp_path / "before")
    play(run, until_step=5)
    play(run, margin=0.5)
    undisturbed = weights_of(run)

    shutil.rmtree(run.path / "checkpoint")  # as a kill just before the checkpoint of epoch 2 leaves it
    shutil.copytree(tmp_path / "before", run.path / "checkpoint")
    assert play(run) == "finished"

    assert weights_of(run) == undisturbed
    assert run.changes() == [{"step": 6, "margin": 0.5}]
    assert run.steps()["margin"].tolist() == [0.2] * 5 + [0.5] * 4


def test_pause_and_stop_come_before_anything_is_loaded(make_run, play):
    run = make_run()

    assert play(run, pause=True) == "paused"
    assert play(run, stop=True) == "stopped"
    assert run.epochs() == []
    assert play(run, until_step=1) == "paused"


def test_a_run_that_another_process_moves_is_left_alone(make_run, play):
    run = make_run()

    with files.locked(run.path / "lock"):
        assert play(run) == "moving"
    assert run.status().state == "queued"


def test_a_run_that_is_gone_is_missing(tmp_path):
    assert advance(str(tmp_path / "nobody"), str(tmp_path)) == "missing"


def test_faces_that_are_not_there_are_a_sentence(make_run, play, tiny):
    run = make_run(faces=type(tiny.faces)(source="folder", path="/there/is/no/such/folder"))

    assert play(run) == "failed"
    assert "/there/is/no/such/folder" in run.status().message
    assert "Traceback" in run.status().details


def test_numbers_that_are_none_fail_with_their_sentence(make_run, play, monkeypatch):
    def fail(trainer):
        raise TrainingFailed("step 1: the loss is no longer a number; try a tenth of the learning rate")

    run = make_run()
    monkeypatch.setattr(Trainer, "step", fail)

    assert play(run) == "failed"
    assert run.status().message.startswith("Step 1: the loss is no longer a number")


def test_a_damaged_checkpoint_is_said_and_left_as_it_is(make_run, play):
    run = make_run()
    play(run, until_epoch=1)
    (weights,) = (run.path / "checkpoint").glob("weights-*")
    weights.write_bytes(weights.read_bytes()[:1000])

    assert play(run) == "failed"

    assert "delete the run or start it anew" in run.status().message
    assert len(weights.read_bytes()) == 1000


def test_a_full_disk_is_said_and_the_run_goes_on_later(make_run, play, monkeypatch, weights_of, faces_root):
    undisturbed, run = make_run(), make_run()
    play(undisturbed)
    play(run, until_epoch=1)
    flush, left = os.fsync, [6]

    def full(descriptor):
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        flush(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert play(run) == "failed"
    assert play(run) == "finished"

    assert weights_of(run) == weights_of(undisturbed)


def test_a_run_that_kills_its_worker_again_and_again_is_given_up(make_run, play):
    run = make_run()
    play(run, until_epoch=1)
    place = (run.path / "checkpoint" / "state.json").stat().st_mtime_ns
    files.write_json(run.path / "attempts.json", {"place": place, "number": MOST_ATTEMPTS})

    assert play(run) == "failed"
    assert f"ended {MOST_ATTEMPTS} times" in run.status().message
    assert play(run) == "finished"


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_final_figures_are_those_of_every_later_look_at_the_network(make_run, faces_root, precision):
    run = make_run(epochs=1, precision=precision)
    advance(str(run.path), str(faces_root))
    measured = read_measured(run)
    pictures = open_faces(run.record().fingerprint, root=faces_root).read(measured.faces.index)
    np.testing.assert_allclose(embed_photos(str(run.path), pictures), measured.embeddings, atol=1e-6)
    for code, name in ((HELD_OUT, "held_out"), (UNSEEN, "unseen")):
        rows = measured.rows_of(code)
        found = measure_group(measured.embeddings[rows], measured.faces.person[rows], seed=run.record().config.seed)
        assert same_figures(found, run.verification()[name])
