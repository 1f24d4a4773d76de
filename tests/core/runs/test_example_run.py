"""The example run: packed small, unpacked into an ordinary run folder, once."""

from types import SimpleNamespace

import numpy as np
import pytest

from facenet_core import files
from facenet_core.runs import example_run as example
from facenet_core.runs.engine.engine import Engine
from facenet_core.runs.engine.inline import InlineEngine
from facenet_core.runs.measured import gather, missing_words, read_measured, same_figures, write_measured
from facenet_core.runs.records import HELD_OUT, UNSEEN
from facenet_core.runs.storage import delete_run, open_run
from facenet_core.runs.tracked_faces import measure_group
from facenet_core.runs.weights import epochs_with_weights
from tests.pages.made_run import make_run


@pytest.fixture
def run(tmp_path):
    run = make_run(tmp_path / "made", maps=example.MAPS)
    _measure(run)
    folder = run.path / "checkpoint"
    folder.mkdir()
    (folder / "weights-00000050.safetensors").write_bytes(b"weights")
    (folder / "optimiser-00000050.safetensors").write_bytes(b"optimiser")
    named = {kind: {"file": f"{kind}-00000050.safetensors", "sha256": "0"} for kind in ("weights", "optimiser")}
    files.write_json(folder / "state.json", {"steps_done": 50, "files": named})
    (run.path / "weights").mkdir()
    for epoch in (0, 3, 5):
        (run.path / "weights" / f"{epoch:04}.safetensors").write_bytes(b"half as exact")
    for method in ("pca-2d", "pca-3d"):
        files.write_json(run.path / "maps" / method / "basis.json", {"epoch": 5})
    return run


def _measure(run):
    """Write what finishing a run writes: figures of whole groups, and their faces."""
    tracked, points = run.tracked(), run.epoch(5).embeddings
    rows = np.flatnonzero(tracked.group == UNSEEN)
    run.write_verification(
        {"epoch": 5, "mirror": True, "unseen": measure_group(points[rows], tracked.person[rows], seed=0)}
    )
    faces = SimpleNamespace(people=tracked.person, names=tracked.names, files=tracked.files)
    write_measured(run, gather(faces, {UNSEEN: (rows, points[rows])}, epoch=5, mirror=True, seed=0))


@pytest.fixture
def installed(run, tmp_path):
    example.pack(run, tmp_path / "example.zip")
    assert example.install(tmp_path / "runs", tmp_path / "example.zip")
    return open_run(tmp_path / "runs", example.RUN_ID)


def test_what_lessons_read_comes_back(run, installed):
    assert installed.epochs() == run.epochs()
    for epoch in run.epochs():
        kept, shipped = run.epoch(epoch), installed.epoch(epoch)
        np.testing.assert_allclose(shipped.embeddings, kept.embeddings, atol=5e-4)
        assert shipped.embeddings.dtype == np.float32
        assert shipped.figures["loss"] == kept.figures["loss"]
    assert installed.epoch(5).figures == run.epoch(5).figures  # its embeddings are as exact as they were
    assert np.array_equal(installed.epoch(5).embeddings, run.epoch(5).embeddings)
    for method in example.MAPS:
        assert installed.map_epochs(method) == run.epochs()
        np.testing.assert_array_equal(installed.map(method, 3).positions, run.map(method, 3).positions)
        assert installed.map_version(method) == run.map_version(method)
    for name, values in run.steps().items():
        np.testing.assert_array_equal(installed.steps()[name], values)
    assert installed.verification() == run.verification()
    assert installed.status() == run.status()


def test_faces_come_back_as_they_looked(run, installed):
    kept, shipped = run.tracked(), installed.tracked()
    np.testing.assert_array_equal(shipped.person, kept.person)
    assert shipped.names.tolist() == kept.names.tolist()
    difference = installed.thumbnails().astype(int) - run.thumbnails()
    assert np.abs(difference).mean() < 4


def test_weights_come_without_the_optimiser(installed):
    names = sorted(path.name for path in (installed.path / "checkpoint").iterdir())
    assert names == ["state.json", "weights-00000050.safetensors"]


def test_weights_of_the_first_and_the_last_epoch_come_along(installed):
    assert [path.stem for path in (installed.path / "weights").iterdir()] == ["0000"]
    assert epochs_with_weights(installed) == [0, 5]  # the last epoch's are those of the checkpoint


def test_figures_of_an_epoch_are_those_of_the_embeddings_that_ship(installed):
    tracked = installed.tracked()
    for epoch in (0, 3):
        record = installed.epoch(epoch)
        for code, name in enumerate(("seen", "held_out", "unseen")):
            rows = tracked.group == code
            assert record.figures[name] == measure_group(record.embeddings[rows], tracked.person[rows], seed=0)


def test_faces_of_the_final_figures_come_along(run, installed):
    kept, shipped = read_measured(run), read_measured(installed)
    assert np.array_equal(shipped.embeddings, kept.embeddings)
    assert np.array_equal(shipped.halves, kept.halves)
    assert missing_words(installed) is None


def test_a_run_without_the_faces_of_its_figures_is_not_packed(run, tmp_path):
    (run.path / "measured.npz").unlink()
    with pytest.raises(ValueError, match="lacks the faces"):
        example.pack(run, tmp_path / "example.zip")


def test_it_is_unpacked_once_and_stays_deleted(installed, tmp_path):
    runs, archive = tmp_path / "runs", tmp_path / "example.zip"
    assert not example.install(runs, archive)
    delete_run(runs, example.RUN_ID)
    assert not example.install(runs, archive)
    assert not (runs / example.RUN_ID).exists()


def test_a_new_version_replaces_it(installed, tmp_path):
    runs, archive = tmp_path / "runs", tmp_path / "example.zip"
    files.write_json(runs / ".example.json", {"version": "older"})
    (installed.path / "epochs" / "0003.npz").unlink()
    assert example.install(runs, archive)
    assert installed.epochs() == [0, 1, 2, 3, 4, 5]


def test_without_the_file_nothing_happens(tmp_path):
    assert not example.install(tmp_path / "runs", tmp_path / "none.zip")
    assert not (tmp_path / "runs").exists()


def test_a_run_without_maps_is_not_packed(tmp_path):
    run = make_run(tmp_path / "made", maps=())
    _measure(run)
    (run.path / "checkpoint").mkdir()
    with pytest.raises(ValueError, match="no umap-2d map"):
        example.pack(run, tmp_path / "example.zip")


def test_it_is_not_trained_any_further(installed, tmp_path):
    engine: Engine = InlineEngine(tmp_path)
    with pytest.raises(ValueError, match="only looked at"):
        engine.request(example.RUN_ID, epochs=30)
    assert installed.request() == open_run(tmp_path / "runs", example.RUN_ID).request()


@pytest.mark.skipif(
    not example.ARCHIVE.is_file(), reason="the example has not been made: python -m facenet_core example"
)
def test_the_file_that_ships_is_small_and_whole(tmp_path):
    assert example.ARCHIVE.stat().st_size <= example.MOST_BYTES
    assert example.install(tmp_path)
    run = open_run(tmp_path, example.RUN_ID)
    assert run.status().state == "finished"
    assert run.epochs() == list(range(example.CONFIG.epochs + 1))
    assert run.record().people == 50
    assert run.record().images == 1000
    measured, final = read_measured(run), run.verification()
    for code, name in ((UNSEEN, "unseen"), (HELD_OUT, "held_out")):
        rows = measured.rows_of(code)
        found = measure_group(measured.embeddings[rows], measured.faces.person[rows], seed=run.record().config.seed)
        assert len(rows) == final[name]["images"] == 200
        assert same_figures(found, final[name])
