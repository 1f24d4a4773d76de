"""A run beside the runs that say what its figures mean: found, trained, measured on the same pairs."""

from dataclasses import replace

import numpy as np
import pytest

from facenet_core import files
from facenet_core.config import TrainingConfig
from facenet_core.evaluation import resample_group
from facenet_core.evaluation.pictures.eigenfaces import fit_eigenfaces
from facenet_core.evaluation.pictures.raw_pixels import raw_pixels
from facenet_core.faces import open_faces, split_faces
from facenet_core.runs import InlineEngine
from facenet_core.runs.advance import advance
from facenet_core.runs.job_status import read_job
from facenet_core.runs.records import RunDamaged, RunStatus
from facenet_core.runs.storage import create_run, open_run
from facenet_core.runs.studies.baseline_bench import OWN
from facenet_core.runs.studies.baseline_measuring import is_current, measure, measure_baselines, stored_baselines
from facenet_core.runs.studies.baselines import baselines_of, begin_baselines, deciding, unfinished


@pytest.fixture
def engine(tmp_path, faces_root, monkeypatch):
    engine = InlineEngine(tmp_path)
    monkeypatch.setattr(engine, "faces", faces_root)
    return engine


def trained_with(baselines) -> dict[str, str]:
    return {baseline.loss: str(baseline.run.path) for baseline in baselines if baseline.run}


def test_the_missing_losses_are_trained_and_all_is_measured_on_the_same_pairs(engine, tiny, faces_root):
    run = open_run(engine.runs, engine.train(replace(tiny, epochs=2), name="mine"))
    begun = begin_baselines(engine, run)
    records = [open_run(engine.runs, other).record() for other in begun]
    assert [record.name for record in records] == [f"{n} beside mine" for n in ("Contrastive", "Softmax", "ArcFace")]
    assert {record.config.to_json().pop("loss") for record in records} == {"contrastive", "softmax", "arcface"}
    assert all(replace(record.config, loss="triplet") == run.record().config for record in records)
    baselines = baselines_of(run, engine.runs)
    assert not unfinished(baselines)
    assert begin_baselines(engine, run) == []
    first = [open_run(engine.runs, begun[0]).epoch(0).embeddings, run.epoch(0).embeddings]
    assert np.array_equal(*first)  # the same untrained network
    others = trained_with(baselines)
    told = []
    values = measure(run, faces_root, others, lambda done, total, what: told.append((done, total)))
    assert values == stored_baselines(run)
    assert list(values["methods"]) == ["raw pixels", "eigenfaces", OWN, "contrastive", "softmax", "arcface"]
    assert told[-2:] == [(5, 6), (6, 6)]
    assert {"name", "rivals"} == set(values["groups"]["unseen"]["ahead"])
    assert is_current(values, run, others)
    assert not is_current(values, run, {})
    _check_group(run, values, faces_root)
    softmax = values["methods"]["softmax"]
    assert softmax["classifier"] == 6 * 17
    assert 0 <= softmax["top_1"]["accuracy"] <= 1
    assert values["methods"]["contrastive"]["top_1"] is None


def _check_group(run, values, faces_root):
    """The run's own row is the run's own figure, and the plain ones are what their functions say."""
    held_out, own = values["groups"]["held_out"], run.verification()["held_out"]
    assert held_out["methods"][OWN]["figures"]["accuracy"]["value"] == pytest.approx(own["accuracy"], abs=1e-6)
    assert held_out["methods"][OWN]["figures"]["auc"]["value"] == pytest.approx(own["auc"], abs=1e-6)
    assert held_out["pairs"] == own["pairs"]
    faces = open_faces(run.record().fingerprint, root=faces_root)
    split = split_faces(faces, people=6, images=4)
    names = [f"{p:09d}" for p in faces.people[split.held_out]]
    pixels = resample_group(raw_pixels(faces.read(split.held_out)), names)
    row = held_out["methods"]["raw pixels"]
    assert row["figures"]["auc"]["value"] == pytest.approx(pixels.values["auc"])
    assert row["differences"]["auc"]["value"] == pytest.approx(pixels.values["auc"] - own["auc"], abs=1e-6)
    fitted = fit_eigenfaces(raw_pixels(faces.read(split.seen)), 16)
    places = fitted.project(raw_pixels(faces.read(split.held_out)), whiten=True)
    eigen = held_out["methods"]["eigenfaces"]["figures"]
    assert eigen["auc"]["value"] == pytest.approx(resample_group(places, names).values["auc"])


def test_a_run_by_hand_counts_and_another_setting_does_not(make_run, tmp_path):
    run = make_run()
    softmax = make_run(loss="softmax", margin=1.0, miner="random", pair_margin=0.4)  # what softmax does not learn from
    make_run(loss="arcface", seed=5)
    make_run(loss="contrastive", pair_margin=0.4)
    found = {baseline.loss: baseline.run for baseline in baselines_of(run, tmp_path / "runs")}
    assert list(found) == ["contrastive", "softmax", "arcface"]
    assert found["softmax"].id == softmax.id
    assert found["arcface"] is None
    assert found["contrastive"] is None
    beside_softmax = {b.loss: b.run for b in baselines_of(softmax, tmp_path / "runs")}
    assert beside_softmax["triplet"] is None  # the run has another margin
    triplet = make_run(loss="triplet", margin=1.0, miner="random")  # which never asks for the pairs' margin
    assert {b.loss: b.run for b in baselines_of(softmax, tmp_path / "runs")}["triplet"].id == triplet.id
    assert deciding(TrainingConfig(loss="softmax", margin=1.0)) == deciding(TrainingConfig(loss="softmax"))
    assert deciding(TrainingConfig(margin=1.0)) != deciding(TrainingConfig())


def test_a_finished_baseline_counts_before_a_newer_one_and_a_changed_one_never(make_run, tmp_path):
    run, first, second = make_run(), make_run(loss="softmax"), make_run(loss="softmax")
    first.write_status(RunStatus(state="finished"))
    changed = make_run(loss="arcface")
    changed.write_changes([{"step": 3, "learning_rate": 0.001}])
    found = {baseline.loss: baseline.run for baseline in baselines_of(run, tmp_path / "runs")}
    assert found["softmax"].id == first.id
    assert found["arcface"] is None
    first.write_status(RunStatus(state="failed"))
    assert {b.loss: b.run for b in baselines_of(run, tmp_path / "runs")}["softmax"].id == second.id


def test_longer_runs_have_longer_baselines(make_run, tmp_path):
    run = make_run()
    run.write_changes([{"step": 9, "epochs": 13}])
    assert {baseline.config.epochs for baseline in baselines_of(run, tmp_path / "runs")} == {13}


def test_a_baseline_at_rest_goes_on(engine, tiny):
    run = create_run(engine.runs, tiny)
    other = create_run(engine.runs, replace(tiny, loss="softmax"))
    other.write_status(RunStatus(state="stopped"))
    assert other.id in begin_baselines(engine, run)
    assert other.status().state == "finished"


def test_without_baselines_the_run_and_the_plain_methods_are_measured(make_run, faces_root, tmp_path):
    run = make_run(epochs=1)
    advance(str(run.path), str(faces_root))
    path = tmp_path / "jobs" / "b-1.json"
    path.parent.mkdir()
    assert measure_baselines(str(path), str(run.path), str(faces_root), {}) == "finished"
    assert read_job(path.parent, "b-1").result == {"methods": ["raw pixels", "eigenfaces", OWN]}
    told = read_job(path.parent, "b-1")
    assert told.done == told.total == 3
    assert stored_baselines(run)["groups"]["unseen"]["people"] == 4


def test_what_cannot_be_measured_is_a_sentence(make_run, faces_root, tmp_path):
    run = make_run(epochs=1)
    with pytest.raises(RunDamaged, match="has not begun"):
        measure(run, faces_root, {})
    advance(str(run.path), str(faces_root))
    with pytest.raises(RunDamaged, match="prepare them again"):
        measure(run, tmp_path / "elsewhere", {})
    other = make_run(loss="softmax", epochs=1)
    advance(str(other.path), str(faces_root))
    other.write_record(replace(other.record(), fingerprint="0" * 16))
    with pytest.raises(RunDamaged, match="learned from other faces"):
        measure(run, faces_root, {"softmax": str(other.path)})


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 9, "groups": {}, "methods": {}}'])
def test_a_damaged_file_is_as_if_nothing_was_measured(make_run, content):
    run = make_run()
    assert stored_baselines(run) is None
    (run.path / "baselines.json").write_text(content)
    assert stored_baselines(run) is None


def test_faces_on_one_point_have_no_figures_and_nan_is_refused(make_run, faces_root, monkeypatch):
    from facenet_core.runs.studies import baseline_bench

    run = make_run(epochs=1)
    advance(str(run.path), str(faces_root))
    monkeypatch.setattr(baseline_bench, "embed_photos", lambda path, images: np.ones((len(images), 16), np.float32))
    values = measure(run, faces_root, {})
    assert values["groups"]["held_out"]["methods"][OWN]["figures"] == {}  # an area of ties, 0.5, said nothing
    assert "auc" in values["groups"]["held_out"]["methods"]["raw pixels"]["figures"]
    files.read_json(run.path / "baselines.json")
    monkeypatch.setattr(baseline_bench, "embed_photos", lambda path, images: np.full((len(images), 16), np.nan))
    with pytest.raises(RunDamaged, match="not numbers"):
        measure(run, faces_root, {})
