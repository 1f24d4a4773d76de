"""``export`` from the terminal: every format, progress on standard error, and every mistake's one line."""

import json
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from facenet_core.cli.main import main
from facenet_core.runs.storage import RunFolder
from tests.pages.made_run import make_run


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return make_run(tmp_path / "runs", people=6, each=4, epochs_done=3, epochs=3)


@pytest.fixture
def ask(run: RunFolder, capsys: pytest.CaptureFixture[str]) -> Any:
    """Export in this process; return the exit code, the JSON and the lines of standard error."""

    def ask_(*arguments: object, of: str = "", printed: bool = False) -> tuple[int, Any, list[str]]:
        line = ["export", of or run.id, *map(str, arguments), "--runs", str(run.path.parent)]
        code = main(line if printed else [*line, "--json"])
        told = capsys.readouterr()
        out = told.out.splitlines()
        return code, out if printed else json.loads(out[-1]) if out else {}, told.err.splitlines()

    return ask_


ENDINGS = {"gif": ".gif", "webp": ".webp", "html": ".html", "projector": ".zip", "csv": ".csv", "npz": ".npz"}


@pytest.mark.parametrize("kind", [*ENDINGS, "parquet"])
def test_every_format_is_written_and_told(ask, run, tmp_path, kind):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    out = tmp_path / f"home{ENDINGS.get(kind, '.parquet')}"

    code, told, said = ask("--format", kind, "--out", out)

    assert code == 0
    assert told == {"run": run.id, "format": kind, "out": str(out), "bytes": out.stat().st_size}
    if kind in ("gif", "webp"):
        assert Image.open(out).n_frames == 19
        assert said == ["19 of 19 pictures drawn"]
    elif kind == "html":
        assert said == ["2 of 2 parts of the report"]
    elif kind == "projector":
        assert "tensors_0003.tsv" in zipfile.ZipFile(out).namelist()
    elif kind == "npz":
        assert np.load(out)["embeddings"].shape == (4, 24, 32)
    elif kind in ("csv", "parquet"):
        assert len(pd.read_csv(out) if kind == "csv" else pd.read_parquet(out)) == 24


def test_people_read_a_sentence(ask, run, tmp_path):
    code, out, _ = ask("--format", "csv", "--table", "figures", "--out", tmp_path / "x.csv", printed=True)
    assert code == 0
    assert out == [f"CSV of run {run.id} in {tmp_path / 'x.csv'}, 0.00 MB"]


def test_one_epoch_all_and_another_map(ask, run, tmp_path):
    out = tmp_path / "x.csv"
    assert ask("--format", "csv", "--epoch", 0, "--out", out)[0] == 0
    assert set(pd.read_csv(out)["epoch"]) == {0}
    assert ask("--format", "csv", "--epoch", "all", "--out", out)[0] == 0
    assert set(pd.read_csv(out)["epoch"]) == {0, 1, 2, 3}
    film = tmp_path / "x.gif"
    assert ask("--format", "gif", "--map", "pca-2d", "--size", 200, "--dots", "--out", film)[0] == 0
    assert Image.open(film).size == (200, 200)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "bmp", "--out", "x.bmp"], "--format"),
        (["--format", "gif"], "--out"),
        (["--out", "x.gif"], "--format"),
        (["--format", "gif", "--out", "x.png"], "--out must end in .gif"),
        (["--format", "projector", "--out", "folder"], "--out must end in .zip"),
        (["--format", "gif", "--out", "{tmp}/x.gif", "--size", "5"], "size must lie between 160 and 1600"),
        (["--format", "gif", "--out", "{tmp}/x.gif", "--map", "tsne"], "--map"),
        (["--format", "html", "--out", "{tmp}/x.html", "--size", "300"], "--size"),
        (["--format", "npz", "--out", "{tmp}/x.npz", "--table", "steps"], "--table is for csv and parquet"),
        (["--format", "csv", "--out", "{tmp}/x.csv", "--epoch", "-3"], "--epoch"),
        (["--format", "csv", "--out", "{tmp}/x.csv", "--epoch", "77"], "epoch must be one of 0 to 3"),
        (["--format", "csv", "--out", "{tmp}/no/where/x.csv"], "there is no folder"),
        (["--format", "csv", "--out", "{tmp}/folder.csv"], "it is a folder"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(ask, tmp_path, arguments, said):
    (tmp_path / "folder.csv").mkdir()
    code, told, lines = ask(*(argument.format(tmp=tmp_path) for argument in arguments))

    assert (code, told) == (2, {})
    assert len(lines) == 1
    assert said.lower() in lines[0].lower()


@pytest.mark.parametrize("name", ["nobody", "../.."])
def test_a_run_that_is_not_there(ask, tmp_path, name):
    code, _, lines = ask("--format", "csv", "--out", tmp_path / "x.csv", of=name)
    assert code == 2
    assert "no run" in lines[0]


def test_a_run_that_never_moved(ask, run, tmp_path):
    queued = make_run(run.path.parent, state="queued")
    code, _, lines = ask("--format", "gif", "--out", tmp_path / "x.gif", of=queued.id)
    assert code == 2
    assert "has stored no epoch yet: train it first" in lines[0]


def test_a_full_disk_is_a_sentence(ask, tmp_path, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("facenet_core.files.os.fsync", full)
    code, _, lines = ask("--format", "csv", "--out", tmp_path / "x.csv")
    assert code == 2
    assert len(lines) == 1
    assert "The disk is full" in lines[0]


def test_a_closed_folder_is_a_sentence(ask, tmp_path, monkeypatch):
    closed = tmp_path / "closed"
    closed.mkdir()
    monkeypatch.setattr("facenet_core.exports.making.os.access", lambda path, mode: path != closed)
    code, _, lines = ask("--format", "csv", "--out", closed / "x.csv")
    assert code == 2
    assert "closed to you" in lines[0]
    assert os.listdir(closed) == []


def test_mp4_without_ffmpeg_says_how_to_get_it(ask, tmp_path, monkeypatch):
    monkeypatch.setattr("facenet_core.exports.moving.shutil.which", lambda name: None)
    code, _, lines = ask("--format", "mp4", "--out", tmp_path / "x.mp4")
    assert code == 2
    assert "install it" in lines[0]
