"""Maps of a stored run: chosen settings, polished sets that grow old, kills, measures, other seeds."""

import shutil

import numpy as np
import pytest

from facenet_core import files
from facenet_core.map_config import MapSettings
from facenet_core.runs import InlineEngine, maps
from facenet_core.runs.jobs.maps import begin_map, draw_chosen_map, draw_other_seeds, measure_map
from facenet_core.runs.maps import draw_maps, map_outdated, maps_missing
from facenet_core.runs.records import EpochRecord, RunMissing
from tests.pages.made_run import make_run


@pytest.fixture
def run(tmp_path):
    return make_run(tmp_path / "runs", epochs_done=2, epochs=2, people=6, each=4, maps=())


@pytest.fixture
def engine(tmp_path):
    return InlineEngine(tmp_path)


def begin(engine, run, method, dimensions=2, neighbours=10, **settings):
    job = engine.start_job("map", draw_chosen_map, str(run.path), method, dimensions, settings, neighbours)
    return engine.job(job)


def test_a_map_with_chosen_settings_is_kept_beside_the_plain_one(engine, run):
    plain, other = begin(engine, run, "pca"), begin(engine, run, "pca", basis_epoch=0)
    assert plain.result == {"map": "pca-2d"}
    assert (plain.state, plain.message) == ("finished", "The map is drawn.")
    name = other.result["map"]
    assert run.maps() == sorted(["pca-2d", name])
    assert run.map_settings(name) == {"basis_epoch": 0}
    assert (run.map_version("pca-2d"), run.map_version(name)) == (2, 0)
    assert not map_outdated(run, name)
    assert not np.allclose(run.map(name, 1).positions, run.map("pca-2d", 1).positions)
    assert run.map(name, 1).seconds > 0


def test_the_runs_own_seed_is_no_other_setting(run):
    assert begin_map(run, "umap", 2, MapSettings(seed=0)) == "umap-2d"
    assert begin_map(run, "umap", 2, MapSettings(seed=1)) != "umap-2d"


def test_a_polished_map_is_one_set_and_grows_old(engine, run, monkeypatch):
    assert begin(engine, run, "umap-polished").result == {"map": "umap-polished-2d"}
    assert run.map_epochs("umap-polished-2d") == [0, 1, 2]
    assert not map_outdated(run, "umap-polished-2d")
    last = run.epoch(2)
    run.write_epoch(EpochRecord(epoch=3, embeddings=last.embeddings, figures=last.figures))
    assert map_outdated(run, "umap-polished-2d")
    assert not maps_missing(run, "umap-polished-2d")  # it is drawn again only when somebody asks
    before = run.map("umap-polished-2d", 2).positions

    def killed(*args):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(maps, "_put_in_place", killed)
        with pytest.raises(SystemExit):
            draw_maps(str(run.path), "umap-polished-2d")
    assert run.map_epochs("umap-polished-2d") == [0, 1, 2]
    assert np.array_equal(run.map("umap-polished-2d", 2).positions, before)
    assert run.maps() == ["umap-polished-2d"]

    assert draw_maps(str(run.path), "umap-polished-2d") == 4
    assert run.map_epochs("umap-polished-2d") == [0, 1, 2, 3]
    assert draw_maps(str(run.path), "umap-polished-2d") == 0
    assert sorted(path.name for path in (run.path / "maps").iterdir()) == ["umap-polished-2d"]


def test_a_killed_job_goes_on_where_it_was(run):
    def kill_at_two(done, total, what):
        if done == 2:
            raise SystemExit

    with pytest.raises(SystemExit):
        draw_maps(str(run.path), "tsne-2d", kill_at_two)
    assert run.map_epochs("tsne-2d") == [0, 1]
    assert draw_maps(str(run.path), "tsne-2d") == 1
    whole = make_run(run.path.parent, epochs_done=2, epochs=2, people=6, each=4, maps=())
    draw_maps(str(whole.path), "tsne-2d")
    assert np.array_equal(run.map("tsne-2d", 2).positions, whole.map("tsne-2d", 2).positions)


def test_cancelling_keeps_what_was_there(engine, run, monkeypatch):
    from facenet_core.runs import job_status as jobs

    begin(engine, run, "pca")
    monkeypatch.setattr(jobs, "_TELL_EVERY", 0.0)
    real = jobs.write_job

    def write_and_cancel(path, status):
        real(path, status)
        path.with_suffix(".cancel").touch()

    monkeypatch.setattr(jobs, "write_job", write_and_cancel)
    cancelled = begin(engine, run, "umap-polished")
    assert (cancelled.state, cancelled.message) == ("failed", "Cancelled: what was drawn before is still there.")
    assert run.maps() == ["pca-2d"]


def test_measures_are_stored_once_and_again_for_new_maps(run):
    draw_maps(str(run.path), "pca-2d")
    told = []
    assert measure_map(str(run.path), "pca-2d", 5, lambda *how_far: told.append(how_far)) == 3
    assert told[-1] == (3, 3, "epochs measured")
    assert measure_map(str(run.path), "pca-2d", 5) == 0
    found = run.map_arrays("pca-2d", "trust/5")
    faces = len(run.tracked())
    assert found["kept"].shape == found["continuity"].shape == (3, faces)
    assert np.isnan(found["moves"][0])
    assert (found["moves"][1:] > 0).all()
    assert run.map_epochs("pca-2d") == [0, 1, 2]  # measures are no maps

    run.write_map("pca-2d", run.map("pca-2d", 1))
    assert measure_map(str(run.path), "pca-2d", 5) == 1
    (run.path / "maps/pca-2d/trust/5.npz").write_bytes(b"half a fi")
    assert measure_map(str(run.path), "pca-2d", 5) == 3


def test_other_seeds_are_laid_over_the_map(engine, run):
    draw_maps(str(run.path), "umap-2d")
    job = engine.job(engine.start_job("seeds", draw_other_seeds, str(run.path), "umap-2d", 2, 2))
    assert job.state == "finished"
    found = run.map_arrays("umap-2d", "seeds/0002")
    shown = run.map("umap-2d", 2).positions
    assert found["positions"].shape == (2, *shown.shape)
    assert found["positions"].mean(axis=(0, 1)) == pytest.approx(shown.mean(axis=0), abs=1e-4)
    assert (found["jitter"] > 0).any()
    assert found["stamp"] == run.map_stamp("umap-2d", 2)

    draw_maps(str(run.path), "pca-2d")
    refused = engine.job(engine.start_job("seeds", draw_other_seeds, str(run.path), "pca-2d", 2))
    assert (refused.state, refused.message.split(":")[0]) == ("failed", "Principal components have no seed")


@pytest.mark.parametrize("method", ["umap-polished", "tsne", "tsne-refit", "pca", "umap"])
def test_not_a_number_is_a_sentence_and_nothing_is_lost(engine, run, method):
    begin(engine, run, "pca", dimensions=3)
    record = run.epoch(1)
    run.write_epoch(EpochRecord(epoch=1, embeddings=np.full_like(record.embeddings, np.nan), figures=record.figures))
    failed = begin(engine, run, method)
    assert failed.state == "failed"
    assert "embeddings must be finite" in failed.message
    assert run.map_epochs("pca-3d") == [0, 1, 2]


@pytest.mark.parametrize("made", [{"epochs_done": 0}, {"people": 1, "each": 2}, {"people": 1}])
def test_runs_with_little_in_them_are_drawn(engine, tmp_path, made):
    run = make_run(tmp_path / "runs", **{"epochs_done": 1, "people": 6, "each": 3, "maps": ()} | made)
    for method in ("umap-polished", "tsne"):
        assert begin(engine, run, method).state == "finished"
        assert run.map_epochs(f"{method}-2d") == run.epochs()


def test_what_cannot_be_drawn_is_a_sentence(engine, run):
    assert "no epoch 9" in begin(engine, run, "pca", basis_epoch=9).message
    assert "method must be one of" in begin(engine, run, "map").message
    with pytest.raises(RunMissing, match="no settings of the map umap-2d-00000000"):
        draw_maps(str(run.path), "umap-2d-00000000")
    with pytest.raises(RunMissing, match="draw it first"):
        measure_map(str(run.path), "umap-2d")
    name = begin(engine, run, "pca", basis_epoch=0).result["map"]
    files.write_json(run.path / "maps" / name / "settings.json", {"basis_epoch": 1})
    assert "Other settings have the same short name" in begin(engine, run, "pca", basis_epoch=0).message
    shutil.rmtree(run.path)
    assert draw_maps(str(run.path), "pca-2d") == 0
    assert "may have been deleted" in begin(engine, run, "pca").message
