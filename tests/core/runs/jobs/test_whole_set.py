import json
import shutil

import numpy as np
import pytest

from facenet_core import files
from facenet_core.runs import job_status as jobs
from facenet_core.runs.advance import move_run
from facenet_core.runs.jobs import whole_set


@pytest.fixture
def trained(make_run, faces_root):
    run = make_run(epochs=1)
    move_run(run, faces_root)
    return run


def measure(tmp_path, run, faces_root) -> jobs.JobStatus:
    path = jobs.job_path(tmp_path / "jobs", "whole-set-1")
    path.parent.mkdir(exist_ok=True)
    whole_set.measure_whole_set(str(path), str(run.path), str(faces_root))
    return jobs.read_job(tmp_path / "jobs", "whole-set-1")


def test_all_faces_are_embedded_once_and_kept_with_the_run(tmp_path, trained, faces_root):
    assert whole_set.stored_growth(str(trained.path)) is None
    done = measure(tmp_path, trained, faces_root)
    assert (done.state, done.result) == ("finished", {"faces": 24})  # four of ten people are not trained on
    found = whole_set.stored_growth(str(trained.path))
    assert (found.faces, found.set_faces) == (24, 60)
    assert found.weights == whole_set.weights_of(str(trained.path))
    assert found.growth[0.1].people == 4
    assert "needs at least 10,000 pairs" in found.growth[0.0001].note
    stored = files.read_npz(trained.path / "recognition" / "embeddings.npz")
    assert stored["embeddings"].shape == (60, 16)
    tracked = trained.tracked()
    np.testing.assert_allclose(stored["embeddings"][tracked.index], trained.epoch(1).embeddings, atol=1e-5)


def test_what_is_embedded_already_is_taken(tmp_path, trained, faces_root, monkeypatch):
    measure(tmp_path, trained, faces_root)
    monkeypatch.setattr(whole_set, "_embed", lambda *_: pytest.fail("embedded again"))
    assert measure(tmp_path, trained, faces_root).state == "finished"


def test_a_set_that_is_gone_is_prepared_again(tmp_path, trained, faces_root):
    shutil.rmtree(faces_root / trained.record().fingerprint)
    assert measure(tmp_path, trained, faces_root).state == "finished"


def test_other_faces_than_those_learned_from_are_refused(tmp_path, trained, faces_root):
    record = files.read_json(trained.path / "config.json")
    files.write_json(trained.path / "config.json", record | {"fingerprint": "0" * 16})
    assert measure(tmp_path, trained, faces_root).message == whole_set.OTHER_FACES


def test_a_run_without_weights_is_said(tmp_path, make_run, faces_root):
    assert "no weights yet" in measure(tmp_path, make_run(), faces_root).message


def test_a_wish_to_cancel_ends_it(tmp_path, trained, faces_root, monkeypatch):
    path = jobs.job_path(tmp_path / "jobs", "whole-set-1")
    path.parent.mkdir()
    path.with_suffix(".cancel").touch()
    monkeypatch.setattr(jobs, "_TELL_EVERY", 0.0)
    assert measure(tmp_path, trained, faces_root).message == "Cancelled: nothing was kept."
    assert whole_set.stored_growth(str(trained.path)) is None


@pytest.mark.parametrize("content", ["", "[]", '{"growth": [{}], "faces": 1}', '{"growth": 3, "faces": "x"}'])
def test_a_damaged_file_is_as_none(tmp_path, content):
    (tmp_path / "recognition").mkdir()
    (tmp_path / "recognition" / "growth.json").write_text(content)
    assert whole_set.stored_growth(str(tmp_path)) is None


def test_growth_survives_its_file():
    points = np.random.default_rng(0).normal(size=(30, 4))
    for found in whole_set.gallery_growth(points, np.repeat(np.arange(10), 3), whole_set.FARS).values():
        again = whole_set.growth_from_json(json.loads(json.dumps(whole_set.growth_json(found), allow_nan=False)))
        for name in ("sizes", "measured", "low", "high"):
            np.testing.assert_array_equal(getattr(found, name), getattr(again, name))
        assert (found.far, found.threshold, found.note) == (again.far, again.threshold, again.note)
