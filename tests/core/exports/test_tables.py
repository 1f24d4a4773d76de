"""Tables and the projector's files: read back with other libraries, and compared with the run."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from facenet_core.exports import CannotWrite, ExportWish, export_bytes, export_job, export_run, wish_json
from facenet_core.exports.making import forget_old
from facenet_core.runs.job_status import cancel_job, read_job
from facenet_core.runs.records import GROUPS
from tests.core.exports.conftest import silent


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_embeddings_are_those_of_the_last_epoch(made, kind):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    run = made(names=["Zoë, née 顔", 'with "quotes"'])
    data = io.BytesIO(export_bytes(run, ExportWish(format=kind), silent))
    table = pd.read_csv(data) if kind == "csv" else pd.read_parquet(data)

    faces = run.tracked()
    assert list(table.columns[:4]) == ["epoch", "file", "person", "group"]
    assert table["epoch"].tolist() == [3] * 24
    assert table["person"].tolist() == [faces.names[p] for p in faces.person]
    assert table["file"].tolist() == faces.files.tolist()
    assert table["group"].tolist() == [GROUPS[g] for g in faces.group]
    assert np.array_equal(table.filter(regex=r"^e\d+$").to_numpy(np.float32), run.epoch(3).embeddings)
    assert list(table.columns[-5:]) == [f"half_{number}" for number in range(1, 6)]


def test_all_epochs_or_one(made):
    run = made()
    table = pd.read_csv(io.BytesIO(export_bytes(run, ExportWish(format="csv", epoch=-1), silent)))
    assert table.groupby("epoch").size().to_dict() == {0: 24, 1: 24, 2: 24, 3: 24}
    one = table[table["epoch"] == 1].filter(regex=r"^e\d+$").to_numpy(np.float32)
    assert np.array_equal(one, run.epoch(1).embeddings)
    with pytest.raises(ValueError, match="epoch must be one of 0 to 3, got 9"):
        export_bytes(run, ExportWish(format="csv", epoch=9), silent)


def test_figures_and_steps(made):
    run = made()
    figures = pd.read_csv(io.BytesIO(export_bytes(run, ExportWish(format="csv", table="figures"), silent)))
    assert figures["epoch"].tolist() == [0, 1, 2, 3]
    assert np.isnan(figures["loss"][0])
    for row, stored in zip(figures.to_dict("records"), run.figures(), strict=True):
        assert row["unseen_accuracy"] == pytest.approx(stored["unseen"]["accuracy"])
    steps = pd.read_csv(io.BytesIO(export_bytes(run, ExportWish(format="csv", table="steps"), silent)))
    assert steps["step"].tolist() == list(range(1, 31))
    assert np.allclose(steps["loss"], run.steps()["loss"])


@pytest.mark.parametrize("source", ["synthetic", "folder"])
def test_npz_holds_everything_and_no_pickle(made, source):
    run = made(source=source)
    with np.load(io.BytesIO(export_bytes(run, ExportWish(format="npz"), silent)), allow_pickle=False) as arrays:
        assert arrays["epochs"].tolist() == [0, 1, 2, 3]
        assert np.array_equal(arrays["embeddings"][2], run.epoch(2).embeddings)
        assert arrays["names"].tolist() == run.tracked().names.tolist()
        assert np.array_equal(arrays["step_loss"], run.steps()["loss"])
        assert arrays["figure_unseen_auc"].tolist() == [0.7] * 4
        assert ("thumbnails" in arrays.files) == (source == "synthetic")


def test_the_projectors_files_match_line_by_line(made):
    run = made(names=["tab\there", "line\nbreak", "顔"])
    with zipfile.ZipFile(io.BytesIO(export_bytes(run, ExportWish(format="projector"), silent))) as packed:
        assert packed.namelist() == [
            "tensors_0003.tsv",
            "metadata.tsv",
            "sprite.png",
            "projector_config.pbtxt",
            "README.txt",
        ]
        tensors = np.loadtxt(io.BytesIO(packed.read("tensors_0003.tsv")), delimiter="\t", dtype=np.float32)
        metadata = packed.read("metadata.tsv").decode().splitlines()
        config = packed.read("projector_config.pbtxt").decode()
        sprite = Image.open(io.BytesIO(packed.read("sprite.png")))

    assert np.array_equal(tensors, run.epoch(3).embeddings)
    assert metadata[0] == "person\tgroup\tfile"
    assert len(metadata) == 1 + len(tensors)
    assert {line.count("\t") for line in metadata} == {2}
    assert metadata[1].startswith("tab here\t")
    assert sprite.size == (5 * 48, 5 * 48)  # 24 faces in a square
    faces, pixels = run.thumbnails(), np.asarray(sprite.convert("RGB"))
    assert np.array_equal(pixels[48:96, 96:144], faces[7])  # second row, third column
    assert 'image_path: "sprite.png"' in config
    assert 'tensor_path: "tensors_0003.tsv"' in config


def test_the_projector_gets_no_sprite_of_own_photographs(made):
    run = made(source="folder")
    for asked in (False, True):
        made_zip = export_bytes(run, ExportWish(format="projector", epoch=-1, with_photos=asked), silent)
        with zipfile.ZipFile(io.BytesIO(made_zip)) as packed:
            names = packed.namelist()
            assert ("sprite.png" in names) == asked
            assert [name for name in names if name.startswith("tensors")] == [f"tensors_000{e}.tsv" for e in range(4)]
            assert ("sprite" in packed.read("projector_config.pbtxt").decode()) == asked


@pytest.mark.parametrize(
    "wish", [{"format": "bmp"}, {"format": "csv", "table": "x"}, {"format": "gif", "map": "umap-3d"}]
)
def test_a_wish_that_cannot_be_is_said(wish):
    with pytest.raises(ValueError, match="must be one of"):
        ExportWish(**wish)


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_a_run_with_nothing_stored_is_said(made, state):
    run = made(state="queued")
    if state == "failed":
        run.write_status(run.status().__class__(state="failed", message="The loss is not a number"))
    with pytest.raises(ValueError, match="has stored no epoch yet"):
        export_bytes(run, ExportWish(format="csv"), silent)


def test_a_place_that_cannot_be_written_is_said(made, tmp_path):
    run, wish = made(), ExportWish(format="csv")
    with pytest.raises(CannotWrite, match="there is no folder"):
        export_run(run, wish, tmp_path / "nowhere" / "x.csv", silent)
    with pytest.raises(CannotWrite, match="it is a folder"):
        export_run(run, wish, tmp_path, silent)


def test_a_disk_without_room_leaves_the_old_file(made, tmp_path, monkeypatch):
    run, folder = made(), tmp_path / "home"
    folder.mkdir()
    out = folder / "x.csv"
    out.write_text("before")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("facenet_core.files.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        export_run(run, ExportWish(format="csv"), out, silent)
    assert out.read_text() == "before"
    assert list(folder.iterdir()) == [out]


def test_a_job_puts_the_file_beside_its_own(made, tmp_path):
    jobs = tmp_path / "jobs"
    jobs.mkdir()
    run = made()
    state = export_job(str(jobs / "export-1.json"), str(run.path), wish_json(ExportWish(format="gif", size=160)))

    told = read_job(jobs, "export-1")
    assert (state, told.state) == ("finished", "finished")
    file = jobs / told.result["file"]
    assert (file.name, file.stat().st_size) == ("export-1.gif", told.result["bytes"])
    forget_old(jobs)
    assert file.exists()
    forget_old(jobs, kept_seconds=-1)
    assert not file.exists()
    assert (jobs / "export-1.json").exists()


def test_a_cancelled_job_keeps_nothing(made, tmp_path, monkeypatch):
    jobs = tmp_path / "jobs"
    jobs.mkdir()
    (jobs / "export-1.json").write_text("{}")
    cancel_job(jobs, "export-1")
    monkeypatch.setattr("facenet_core.runs.job_status._TELL_EVERY", 0)
    wish = wish_json(ExportWish(format="gif", size=160))
    assert export_job(str(jobs / "export-1.json"), str(made().path), wish) == "failed"
    assert "Cancelled" in read_job(jobs, "export-1").message
    assert not list(jobs.glob("*.gif"))
