"""Own photos kept for the class, trained on, mixed, and deleted with all that learned from them."""

import contextlib
from dataclasses import replace

import numpy as np
import pytest

from facenet_core import files
from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.faces import FacesError, load_faces
from facenet_core.faces.photos import list_kept
from facenet_core.runs import InlineEngine, create_run
from facenet_core.runs.jobs.kept_photos import delete_all_kept, delete_kept, keep_photos


@pytest.fixture
def engine(tmp_path):
    return InlineEngine(tmp_path)


def keep(engine, name="our class", people=("Ann", "Ann", "李", "李"), seed=0, mixed=None):
    images = np.random.default_rng(seed).integers(0, 256, (len(people), 110, 110, 3), dtype=np.uint8)
    names = [f"{n}.jpg" for n in range(len(people))]
    job = engine.start_job("keep", keep_photos, name, images, list(people), names, mixed, str(engine.faces))
    return engine.job(job), images


def test_a_kept_set_can_be_loaded_by_its_name(engine):
    job, images = keep(engine)
    assert job.state == "finished"
    faces = load_faces("photos", path="our class", root=engine.faces)
    assert faces.names == ("Ann", "李")
    assert faces.source == "photos"
    assert (faces.read(range(4)) == images).all()
    (kept,) = list_kept(engine.faces)
    assert (kept.name, kept.own, kept.images, kept.people) == ("our class", 4, 4, ("Ann", "李"))


@pytest.mark.parametrize(
    ("wish", "words"),
    [({"name": " \n"}, "Give the set a name"), ({"people": ("Ann", "Ann")}, "one person only")],
)
def test_what_cannot_be_kept_leaves_nothing(engine, wish, words):
    job, _ = keep(engine, **wish)
    assert job.state == "failed"
    assert words in job.message
    assert list_kept(engine.faces) == []


def test_a_name_is_given_once(engine):
    keep(engine)
    assert "kept already" in keep(engine, seed=1)[0].message


def test_one_own_person_among_built_in_ones(engine, noise_folder):
    mixed = {"source": "folder", "path": str(noise_folder)}
    assert keep(engine, people=("Ann", "Ann"), mixed=mixed)[0].state == "finished"
    faces = load_faces("photos", path="our class", root=engine.faces)
    assert "Ann" in faces.names
    assert len(faces.names) == 11
    assert list_kept(engine.faces)[0].mixed_with == "folder"


@pytest.mark.parametrize("path", [None, "nobody", "../runs"])
def test_a_set_that_is_not_there_is_said(engine, path):
    keep(engine)
    with pytest.raises(FacesError, match="our class"):
        load_faces("photos", path=path, root=engine.faces)


def photos_run(engine):
    config = TrainingConfig(faces=FacesConfig(source="photos", path="our class"))
    return create_run(engine.runs, config)


def test_deleting_takes_the_pictures_and_the_runs_along(engine, tiny):
    keep(engine)
    keep(engine, name="another", seed=1)
    kept = {entry.name: entry for entry in list_kept(engine.faces)}
    run, other = photos_run(engine), create_run(engine.runs, tiny)
    by_content = create_run(engine.runs, tiny)
    by_content.write_record(replace(by_content.record(), fingerprint=kept["our class"].fingerprint))
    deleted = delete_kept(engine.data, "our class")
    assert (deleted.sets, deleted.photos) == (("our class",), 4)
    assert set(deleted.runs) == {run.id, by_content.id}
    assert [path.name for path in engine.runs.iterdir()] == [other.id]
    assert not (engine.faces / kept["our class"].fingerprint).exists()
    assert (engine.faces / kept["another"].fingerprint).is_dir()
    traces = [path for path in engine.data.rglob("*.json") if kept["our class"].fingerprint in path.read_text()]
    assert traces == []
    assert delete_all_kept(engine.data).sets == ("another",)
    assert delete_kept(engine.data, "our class").sets == ()


def test_a_run_under_way_keeps_its_set_until_it_stops(engine):
    keep(engine)
    run = photos_run(engine)
    with files.locked(run.path / "lock"):
        assert delete_kept(engine.data, "our class").busy == (run.id,)
    assert len(list_kept(engine.faces)) == 1
    assert delete_kept(engine.data, "our class").runs == (run.id,)


def test_a_damaged_entry_is_passed_over(engine):
    keep(engine)
    (engine.faces / "kept" / "0000.json").write_text("half a")
    with contextlib.suppress(FacesError):
        load_faces("photos", path="x", root=engine.faces)
    assert len(list_kept(engine.faces)) == 1
