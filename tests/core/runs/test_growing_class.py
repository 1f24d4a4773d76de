"""A run that begins before its class is drawn."""

import pytest

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.faces import open_faces
from facenet_core.runs import create_run
from facenet_core.runs.advance import advance
from facenet_core.runs.engine.workers.warm_up import FACES_VARIABLE, WARM_UP_VARIABLE
from facenet_core.runs.records import RunRequest

CONFIG = TrainingConfig(
    faces=FacesConfig(people=3, images=8),
    embedding_size=16,
    people_per_batch=3,
    images_per_person=2,
    epochs=2,
    device="cpu",
    precision="float32",
)


@pytest.fixture
def drawn_ahead(tmp_path, monkeypatch):
    """A folder of faces that resting workers draw into, or would."""
    root = tmp_path / "growing"
    monkeypatch.setenv(FACES_VARIABLE, str(root))
    monkeypatch.delenv(WARM_UP_VARIABLE, raising=False)
    return root


def trained(folder, root, *, until_step=None):
    run = create_run(folder, CONFIG)
    if until_step is not None:
        run.write_request(RunRequest(until_step=until_step))
    advance(str(run.path), str(root))
    return run


def test_it_ends_as_one_that_had_all_of_it_and_knows_its_faces_then(tmp_path, drawn_ahead, weights_of):
    begun = trained(tmp_path / "begun", drawn_ahead, until_step=1)
    assert begun.status().state == "paused", begun.status().details
    assert begun.record().fingerprint is None
    assert list(drawn_ahead.glob(".growing-*"))

    begun.write_request(RunRequest())
    advance(str(begun.path), str(drawn_ahead))
    had_all = trained(tmp_path / "had all", tmp_path / "whole")

    assert begun.status().state == had_all.status().state == "finished"
    assert begun.record().fingerprint == had_all.record().fingerprint is not None
    assert len(open_faces(begun.record().fingerprint, root=drawn_ahead)) == 23 * 12
    assert weights_of(begun) == weights_of(had_all)
    assert begun.verification() == had_all.verification()


def test_workers_that_draw_nothing_ahead_prepare_the_class_first(tmp_path, drawn_ahead, monkeypatch):
    monkeypatch.setenv(WARM_UP_VARIABLE, "no")
    run = trained(tmp_path / "runs", drawn_ahead, until_step=1)
    assert run.record().fingerprint is not None
