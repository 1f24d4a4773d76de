"""A whole set grouped as a job: embedded once, its groups stored in the run, cancelled and damaged files said."""

import numpy as np
import pytest

from facenet_core.evaluation.clustering.grouping import group_faces
from facenet_core.evaluation.clustering.methods import CLUSTERINGS
from facenet_core.runs.advance import advance
from facenet_core.runs.job_status import cancel_job, read_job
from facenet_core.runs.jobs import clustering
from facenet_core.runs.records import RunDamaged, RunMissing

WANTED = {"method": "single", "smallest": 3, "people": 0, "seed": 0}


@pytest.fixture
def run(make_run, faces_root):
    run = make_run(epochs=1)
    advance(str(run.path), str(faces_root))
    return run


def group(run, faces_root, epoch=1, **change):
    path = run.path.parent.parent / "jobs" / "cluster-1.json"
    path.parent.mkdir(exist_ok=True)
    wanted = WANTED | change
    state = clustering.group_whole_set(str(path), str(run.path), str(faces_root), epoch, *wanted.values())
    return state, read_job(path.parent, "cluster-1")


def test_a_whole_set_is_grouped_and_stays_in_the_run(run, faces_root):
    assert clustering.stored_set(run, 1) is None
    for method in CLUSTERINGS:
        state, job = group(run, faces_root, method=method)
        assert (state, job.result) == ("finished", {"faces": 60, "people": 10})
        whole = clustering.stored_set(run, 1)
        found = clustering.stored_grouping(run, 1, **WANTED | {"method": method})
        again = group_faces(whole.embeddings, method, people=10)
        for threshold in (0.0, 0.5, 4.0):
            assert np.array_equal(found.at(threshold), again.at(threshold))
    assert clustering.stamp_of(run, 1, **WANTED) != (0, 0)
    assert clustering.stored_grouping(run, 1, **WANTED | {"seed": 9}) is None


def test_the_set_is_embedded_once(run, faces_root, monkeypatch):
    group(run, faces_root)
    monkeypatch.setattr(clustering, "_embed", None)  # calling it would fail
    assert group(run, faces_root, method="average")[0] == "finished"


def test_an_epoch_without_weights_and_a_wrong_option_are_said(run, faces_root):
    state, job = group(run, faces_root, epoch=7)
    assert state == "failed"
    assert "no weights of epoch 7" in job.message
    assert "between 1 and the 60 faces" in group(run, faces_root, method="k-means", people=61)[1].message
    with pytest.raises(RunMissing):
        clustering.embed_set(str(run.path), str(faces_root), run.record().fingerprint, 7)


def test_damaged_groups_are_said_and_damaged_embeddings_made_anew(run, faces_root):
    group(run, faces_root)
    for file in (run.path / "clusters").iterdir():
        file.write_bytes(b"half a fi")
    with pytest.raises(RunDamaged, match="group the whole set again"):
        clustering.stored_grouping(run, 1, **WANTED)
    assert group(run, faces_root)[0] == "finished"
    assert clustering.stored_grouping(run, 1, **WANTED).faces == 60


def test_a_cancelled_job_keeps_no_groups(run, faces_root, monkeypatch):
    monkeypatch.setattr("facenet_core.runs.job_status._TELL_EVERY", 0)

    def cancelled(*args):
        cancel_job(run.path.parent.parent / "jobs", "cluster-1")
        return np.zeros((1, 1)), args[3](1, 1)

    monkeypatch.setattr(clustering, "_embed", cancelled)
    state, job = group(run, faces_root)
    assert (state, job.message) == ("failed", clustering.CANCELLED)
    assert clustering.stored_grouping(run, 1, **WANTED) is None
