"""The engine that does everything at once, and what all engines refuse."""

import numpy as np
import pytest

from facenet_core.config import FacesConfig
from facenet_core.runs import InlineEngine, JobMissing, RunDamaged, RunMissing, create_run, open_run


@pytest.fixture
def engine(tmp_path):
    return InlineEngine(tmp_path)


def test_a_run_its_maps_and_photos(engine, tiny):
    run_id = engine.train(tiny)
    run = open_run(engine.runs, run_id)
    engine.want_maps(run_id, "pca-2d")
    photos = engine.embed_photos(run_id, [np.full((110, 110, 3), grey, np.uint8) for grey in (10, 200)])

    assert run.status().state == "finished"
    assert engine.queue() == []
    assert run.map_epochs("pca-2d") == run.epochs()
    assert run.map_version("pca-2d") == 3
    assert run.map("pca-2d", 3).positions.shape == (len(run.tracked()), 2)
    np.testing.assert_allclose(np.linalg.norm(photos.result(), axis=1), 1, atol=1e-5)
    engine.request(run_id, epochs=4)
    assert run.map_epochs("pca-2d") == [0, 1, 2, 3, 4]


def test_faces_are_prepared_as_a_job(engine, noise_folder):
    job = engine.job(engine.prepare_faces(FacesConfig(source="folder", path=str(noise_folder))))

    assert job.state == "finished"
    assert job.result["people"] == 10


def test_a_job_that_fails_says_why(engine):
    job = engine.job(engine.prepare_faces(FacesConfig(source="folder", path="/there/is/no/such/folder")))

    assert job.state == "failed"
    assert "/there/is/no/such/folder" in job.message


@pytest.mark.parametrize("odd", ["nobody", "../secret", "", "a/b"])
def test_a_job_that_is_not_there(engine, odd):
    with pytest.raises(JobMissing, match="start it again"):
        engine.job(odd)


@pytest.mark.parametrize(
    "wish", [{"margin": 0.0}, {"margin": 4.0}, {"epochs": 0}, {"learning_rate": -1.0}, {"miner": "none such"}]
)
def test_what_cannot_be_wished_changes_nothing(engine, tiny, wish):
    run = create_run(engine.runs, tiny)
    before = run.request()

    with pytest.raises(ValueError, match=next(iter(wish))):
        engine.request(run.id, **wish)
    assert run.request() == before


def test_changes_stay_when_something_else_is_asked(engine, tiny):
    run = create_run(engine.runs, tiny)
    engine.request(run.id, pause=True, margin=0.4)
    engine.request(run.id, until_step=1)

    assert run.request().margin == 0.4
    assert run.steps()["margin"].tolist() == [0.4]


def test_a_run_that_is_not_there(engine):
    for ask in (engine.request, engine.want_maps, lambda run: engine.embed_photos(run, [])):
        with pytest.raises(RunMissing):
            ask("../runs")


def test_photos_need_weights_and_the_right_shape(engine, tiny):
    run = create_run(engine.runs, tiny)

    with pytest.raises(RunDamaged, match="no weights yet"):
        engine.embed_photos(run.id, [np.zeros((110, 110, 3), np.uint8)]).result()
    with pytest.raises(ValueError, match="must be"):
        engine.embed_photos(run.id, [np.zeros((90, 110, 3), np.uint8)])


def test_a_name_that_nobody_knows_begins_no_run(engine, tiny):
    with pytest.raises(ValueError, match="network must be one of"):
        engine.train(type(tiny)(network="none such"))
    assert not engine.runs.exists()
