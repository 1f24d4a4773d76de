"""A run's folder: what is written comes back, and nothing that is there is lost."""

import errno
import json
import os

import numpy as np
import pytest

from facenet_core import files
from facenet_core.runs import (
    MapRecord,
    RunBusy,
    RunDamaged,
    RunFolder,
    RunMissing,
    RunRequest,
    RunStatus,
    RunTooNew,
    create_run,
    delete_run,
    list_runs,
    open_run,
)
from facenet_core.runs.records import EpochRecord, TrackedFaces
from facenet_core.runs.storage import STEP_COLUMNS


def test_a_new_run_is_queued_and_asked_to_run_to_its_end(tmp_path, tiny):
    run = create_run(tmp_path, tiny, name="My first")

    assert open_run(tmp_path, run.id).record().config == tiny
    assert run.record().name == "My first"
    assert run.status().state == "queued"
    assert run.request() == RunRequest(epochs=tiny.epochs)


def test_a_run_that_has_just_begun_has_nothing_yet(make_run):
    run = make_run()

    assert run.tracked() is None
    assert run.thumbnails() is None
    assert run.verification() is None
    assert run.epochs() == run.figures() == run.changes() == run.map_epochs("umap-2d") == []
    assert set(run.steps()) == set(STEP_COLUMNS)
    assert all(len(column) == 0 for column in run.steps().values())
    assert run.map_version("pca-2d") == -1


def test_what_is_written_comes_back(make_run):
    run = make_run()
    tracked = TrackedFaces(
        index=np.array([3, 5]),
        person=np.array([0, 1], np.int32),
        group=np.array([0, 2], np.uint8),
        names=np.array(["José <script>", "王"]),
        files=np.array(["a/1.jpg", "b/1.jpg"]),
    )
    embeddings = np.eye(2, 16, dtype=np.float32)
    run.write_tracked(tracked, np.zeros((2, 48, 48, 3), np.uint8))
    run.write_epoch(EpochRecord(epoch=0, embeddings=embeddings, figures={"loss": None, "unseen": {"auc": 0.5}}))
    run.write_map("umap-2d", MapRecord(epoch=0, positions=embeddings[:, :2], trustworthiness=float("nan"), note="few"))
    for epoch in (1, 2):
        run.write_steps(epoch, {name: np.full(3, epoch, dtype) for name, dtype in STEP_COLUMNS.items()})
    run.write_status(RunStatus(state="paused", step=6))
    run.write_changes([{"step": 4, "margin": 0.3}])

    assert list(run.tracked().names) == ["José <script>", "王"]
    assert run.thumbnails().shape == (2, 48, 48, 3)
    np.testing.assert_array_equal(run.epoch(0).embeddings, embeddings)
    assert run.figures() == [{"loss": None, "unseen": {"auc": 0.5}}]
    assert np.isnan(run.map("umap-2d", 0).trustworthiness)
    assert run.map("umap-2d", 0).note == "few"
    assert run.steps()["epoch"].tolist() == [1, 1, 1, 2, 2, 2]
    assert run.status().resting
    assert run.changes() == [{"step": 4, "margin": 0.3}]


@pytest.mark.parametrize("odd", ["", "..", ".", "../runs", "a/b", "a\\b", ".hidden", "a b", "ä", "x" * 300, "a..b"])
def test_what_cannot_be_a_run_is_missing(tmp_path, odd):
    (tmp_path / "runs").mkdir()

    with pytest.raises(RunMissing, match="choose one"):
        open_run(tmp_path / "runs", odd)


def test_runs_are_listed_newest_first(tmp_path, tiny):
    old, new = create_run(tmp_path, tiny), create_run(tmp_path, tiny)

    assert [run.id for run in list_runs(tmp_path)] == [new.id, old.id]
    assert list_runs(tmp_path / "nothing") == []


def test_a_run_of_a_newer_version_is_listed_and_says_so(make_run):
    run = make_run()
    files.write_json(run.path / "config.json", files.read_json(run.path / "config.json") | {"format": 2})

    with pytest.raises(RunTooNew, match="update the program"):
        run.record()
    (listed,) = list_runs(run.path.parent)
    assert listed.status().state == "failed"
    assert "newer version" in listed.status().message


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("config.json", "{"),
        ("config.json", "[]"),
        ("config.json", '{"format": 1}'),
        ("config.json", None),
        ("status.json", "x"),
        ("status.json", '{"state": "dancing"}'),
    ],
)
def test_a_damaged_run_is_listed_as_failed_with_a_sentence(make_run, file, content):
    run = make_run()
    if content is None:
        (run.path / file).unlink()
    else:
        (run.path / file).write_text(content)

    (listed,) = list_runs(run.path.parent)

    assert listed.status().state == "failed"
    assert file in listed.status().message
    assert "delete the run" in listed.status().message


@pytest.mark.parametrize("file", ["faces.npz", "steps/0001.npz", "epochs/0000.npz"])
def test_damaged_arrays_are_a_sentence(make_run, file):
    run = make_run()
    (run.path / file).parent.mkdir(exist_ok=True)
    (run.path / file).write_bytes(b"PK\x03\x04 cut off")

    with pytest.raises(RunDamaged, match=r"npz is damaged"):
        {"faces.npz": run.tracked, "steps/0001.npz": run.steps, "epochs/0000.npz": lambda: run.epoch(0)}[file]()


def test_a_full_disk_leaves_what_was_there(make_run, monkeypatch):
    run = make_run()
    before = run.status()

    def full(descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        run.write_status(RunStatus(state="running", step=7))

    assert run.status() == before
    assert not [path for path in run.path.iterdir() if path.name.endswith(".part")]


def test_later_versions_may_add_to_requests_and_statuses(make_run):
    run = make_run()
    (run.path / "request.json").write_text(json.dumps({"margin": 0.5, "colour": "blue"}))

    assert run.request() == RunRequest(margin=0.5)


def test_a_deleted_run_is_gone(make_run):
    run = make_run()

    delete_run(run.path.parent, run.id)

    assert list(run.path.parent.iterdir()) == []
    with pytest.raises(RunMissing):
        RunFolder(run.path).record()


def test_a_moving_run_is_not_deleted(make_run):
    run = make_run()

    with files.locked(run.path / "lock"), pytest.raises(RunBusy, match="stop it"):
        delete_run(run.path.parent, run.id)
    assert run.record()
