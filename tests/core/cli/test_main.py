"""The terminal: every command's JSON, every mistake's line and exit code, and an interrupt that loses nothing."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facenet_core import files
from facenet_core.cli.main import main
from facenet_core.runs import list_runs, open_run

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACENET_THREADS", "1")
        yield


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten people of six pictures, one of them damaged, one person with a single picture."""
    folder = tmp_path_factory.mktemp("people")
    chance = np.random.default_rng(0)
    for person in range(10):
        (folder / f"Person_{person}").mkdir()
        colour = chance.integers(40, 215, 3)
        for number in range(1, 7):
            pixels = np.clip(colour + chance.normal(0, 30, (28, 28, 3)), 0, 255).astype(np.uint8)
            file = folder / f"Person_{person}" / f"Person_{person}_{number:04}.png"
            Image.fromarray(pixels).resize((110, 110)).save(file)
    (folder / "Person_0" / "broken.jpg").write_bytes(b"no picture")
    return folder


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    root = tmp_path_factory.mktemp("data")
    return ["--runs", str(root / "runs"), "--faces-root", str(root / "faces")]


@pytest.fixture(scope="module")
def tiny(people: Path) -> list[str]:
    options = ["--source", "folder", "--path", str(people), "--people", "6", "--images", "4", "--embedding-size", "16"]
    return [*options, "--people-per-batch", "4", "--images-per-person", "2", "--precision", "float32"]


Ask = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture
def ask(places: list[str], capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command in this process; return its exit code, its JSON and its last line of standard error."""

    def ask_(*arguments: object) -> tuple[int, dict[str, Any], str]:
        code = main([*(str(argument) for argument in arguments), *places, "--json"])
        told = capsys.readouterr()
        lines = told.err.strip().splitlines() or [""]
        assert "Traceback" not in told.err
        return code, json.loads(told.out.splitlines()[-1]) if told.out else {}, lines[-1]

    return ask_


@pytest.fixture(scope="module")
def trained(places: list[str], tiny: list[str]) -> str:
    """The id of a run that was trained from the terminal."""
    assert main(["train", *tiny, "--epochs", "2", "--name", "trained", *places]) == 0
    return next(run.id for run in list_runs(Path(places[1])) if run.record().name == "trained")


def test_train_tells_what_came_out(ask, tiny):
    code, told, _ = ask("train", *tiny, "--epochs", 2, "--margin", 0.3, "--network-option", "x=1")
    assert code == 2  # the classroom network has no such option

    code, told, _ = ask("train", *tiny, "--epochs", 2, "--margin", 0.3, "--no-flip", "--shift", 2, "--no-mirror")

    assert code == 0
    assert (told["epochs"], told["people"], told["images"], told["images_shown"]) == (2, 6, 24, 48)
    assert {"run", "loss", "seconds", "images_per_second"} <= set(told)
    for group in ("unseen", "held_out"):
        assert {"pairs", "accuracy", "threshold", "auc", "intervals"} <= set(told["verification"][group])


def test_train_goes_on_with_a_run(ask, tiny, places):
    _, first, _ = ask("train", *tiny, "--epochs", 1)
    code, told, _ = ask("train", "--continue", first["run"], "--epochs", 2, "--margin", 0.5)

    assert code == 0
    assert told["epochs"] == 2
    assert open_run(Path(places[1]), first["run"]).steps()["margin"].tolist() == [0.2] * 3 + [0.5] * 3
    code, _, line = ask("train", "--continue", first["run"], "--seed", 3)
    assert code == 2
    assert "--seed" in line


def test_a_list_of_people_says_who_is_not_there(ask, tiny, tmp_path):
    names = tmp_path / "people.txt"
    names.write_text("".join(f"Person_{number}\n" for number in range(7)) + "Nobody\n")

    code, told, _ = ask("train", *tiny, "--epochs", 1, "--people-list", names)

    assert code == 0
    assert any("Nobody" in note for note in told["notes"])


def test_evaluate_its_own_groups_and_listed_pairs(ask, trained, people, tmp_path):
    pairs = tmp_path / "pairs.txt"
    same = [f"Person_{p}\t1\t2\n" for p in range(4)]
    different = [f"Person_{p}\t1\tPerson_{p + 1}\t3\n" for p in range(3)] + ["Person_1\t1\tBetsy_Nobody\t1\n"]
    pairs.write_text("4\n" + "".join(same + different))
    keys = {"pairs", "missing_pairs", "accuracy", "threshold", "auc", "eer", "val_at_far"}

    code, own, _ = ask("evaluate", trained)
    assert code == 0
    assert keys <= set(own)
    assert {"unseen", "held_out"} == set(own["verification"])

    code, listed, _ = ask("evaluate", trained, "--path", people, "--pairs", pairs)
    assert code == 0
    assert keys <= set(listed)
    assert (listed["pairs"], listed["missing_pairs"]) == (7, 1)
    assert listed["missing_pictures"] == ["Betsy_Nobody_0001.jpg"]


@pytest.mark.parametrize("ending", [".npz", ".csv", ".parquet"])
def test_embed_writes_what_the_ending_says(ask, trained, people, tmp_path, ending):
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    out = tmp_path / f"embeddings{ending}"

    code, told, _ = ask("embed", trained, people, "--out", out)

    assert code == 0
    assert (told["images"], told["embedding_size"]) == (60, 16)
    assert [entry["file"] for entry in told["skipped"]] == ["Person_0/broken.jpg"]
    assert out.stat().st_size > 0
    if ending == ".npz":
        arrays = files.read_npz(out)
        assert arrays["embeddings"].shape == (60, 16)
        assert arrays["people"][0] == "Person_0"
    if ending == ".csv":
        assert out.read_text().splitlines()[0].startswith("file,person,e0,e1")


def test_verify_identify_and_cluster(ask, trained, people):
    one = people / "Person_1" / "Person_1_0001.png"

    code, told, _ = ask("verify", trained, one, one)
    assert code == 0
    assert told["same"]
    assert told["squared_distance"] == pytest.approx(0, abs=1e-6)
    assert told["threshold"] > 0

    code, told, _ = ask("identify", trained, people, one)
    assert (code, told["person"]) == (0, "Person_1")
    code, told, _ = ask("identify", trained, people, one, "--threshold", 0)
    assert code == 0

    code, told, _ = ask("cluster", trained, people, "--threshold", 5)
    assert (code, told["people"], told["images"]) == (0, 1, 60)
    assert len(told["groups"][0]) == 60


def test_the_same_picture_twice_and_no_face_are_said(ask, trained, people):
    one, other = (people / "Person_1" / f"Person_1_000{number}.png" for number in (1, 2))

    _, told, _ = ask("verify", trained, one, one)
    assert any("the very same picture" in note for note in told["notes"])
    assert any(f"No face is seen in {one}" in note for note in told["notes"])  # it shows colours
    _, told, _ = ask("verify", trained, one, other)
    assert not any("same picture" in note for note in told["notes"])
    _, told, _ = ask("identify", trained, people, one)
    assert told["duplicates"] == ["Person_1/Person_1_0001.png"]
    assert any("is in the gallery itself" in note for note in told["notes"])


def test_a_gallery_without_the_probe_answers_or_says_unknown(ask, trained, people, tmp_path):
    for person in ("Person_2", "Person_3"):
        shutil.copytree(people / person, tmp_path / "gallery" / person)
    probe = people / "Person_1" / "Person_1_0001.png"

    _, told, _ = ask("identify", trained, tmp_path / "gallery", probe, "--threshold", 0)
    assert (told["person"], told["people"], told["duplicates"]) == ("unknown", 2, [])
    _, told, _ = ask("identify", trained, tmp_path / "gallery", probe, "--threshold", 5)
    assert told["person"] == told["candidates"][0]["person"]


def test_stored_embeddings_are_a_gallery_for_their_own_run_alone(ask, tiny, trained, people, tmp_path):
    stored, probe = tmp_path / "faces.npz", people / "Person_1" / "Person_1_0001.png"
    ask("embed", trained, people, "--out", stored)

    _, from_folder, _ = ask("identify", trained, people, probe)
    code, told, _ = ask("identify", trained, stored, probe)
    assert code == 0
    assert [c["person"] for c in told["candidates"]] == [c["person"] for c in from_folder["candidates"]]
    assert told["duplicates"] == ["Person_1/Person_1_0001.png"]
    assert ask("cluster", trained, stored, "--threshold", 5)[1]["people"] == 1

    _, other, _ = ask("train", *tiny, "--epochs", 1)
    code, _, line = ask("identify", other["run"], stored, probe)
    assert (code, f"holds embeddings of run {trained}, not of {other['run']}" in line) == (2, True)
    arrays = files.read_npz(stored)
    for change, said in (
        ({"step": np.array(1)}, "was embedded after step 1 of run"),
        ({"embeddings": arrays["embeddings"][:, :8]}, "must hold embeddings of 16 numbers, got shape (60, 8)"),
        ({"people": np.full(60, "")}, "names nobody"),
    ):
        files.write_npz(stored, **(arrays | change))
        code, _, line = ask("identify", trained, stored, probe)
        assert (code, said in line) == (2, True)
    np.savez(stored, embeddings=arrays["embeddings"])
    assert "lacks files, people, run, step" in ask("identify", trained, stored, probe)[2]
    stored.write_bytes(b"nothing")
    assert "cannot be read as embeddings" in ask("cluster", trained, stored)[2]


def test_evaluate_at_a_false_accept_rate(ask, trained, people, tmp_path):
    code, told, _ = ask("evaluate", trained, "--far", 0.2, "--far", 1e-6)
    assert code == 0
    assert told["val_at_far"]["0.2"] is not None
    assert told["val_at_far"]["1e-06"] is None  # said, not answered
    assert "needs at least 1,000,000 different pairs" in told["val_at_far_behind"]["1e-06"]["note"]
    assert ask("evaluate", trained, "--far", 0)[0] == 2

    pairs = tmp_path / "pairs.txt"
    shutil.copytree(people, tmp_path / "people")
    copy = tmp_path / "people" / "Person_2" / "Person_2_0002.png"
    shutil.copy(tmp_path / "people" / "Person_1" / "Person_1_0001.png", copy)
    pairs.write_text("1\nPerson_1\t1\t2\nPerson_1\t1\tPerson_2\t2\n")
    _, told, _ = ask("evaluate", trained, "--path", tmp_path / "people", "--pairs", pairs, "--far", 0.5)
    assert told["val_at_far"]["0.5"] is None
    assert told["notes"] == [
        "1 pair compares a picture with itself or a copy, such as Person_1 1 and Person_2 2: "
        "that flatters the figures or spoils them."
    ]


def test_long_work_tells_how_far_it_is(ask, trained, people, tmp_path, monkeypatch, capsys):
    from facenet_core.cli import network as cli_network

    monkeypatch.setattr(cli_network, "_AT_ONCE", 20)
    _, _, line = ask("embed", trained, people, "--out", tmp_path / "x.npz")
    assert line == "embedding pictures: 61 of 61"


@pytest.mark.parametrize(
    ("options", "people_found"),
    [
        (["--method", "complete", "--threshold", 5], 1),
        (["--method", "average", "--threshold", 0], 60),
        (["--method", "dbscan", "--threshold", 5, "--smallest", 4], 1),
        (["--method", "dbscan", "--threshold", 5, "--smallest", 61], 60),
        (["--method", "k-means", "--people", 5], 5),
        (["--method", "hdbscan"], None),
    ],
)
def test_cluster_by_every_method(ask, trained, people, options, people_found):
    code, told, _ = ask("cluster", trained, people, *options)
    assert code == 0
    assert {"run", "threshold", "people", "groups", "images", "skipped"} <= set(told)
    assert people_found in (None, told["people"])
    assert sum(map(len, told["groups"])) == told["images"] == 60
    assert told["method"] == options[1]
    assert (told["threshold"] is None) == (options[1] in ("k-means", "hdbscan"))


def test_the_lists(ask, trained, places, capsys):
    assert {run["run"]: run["name"] for run in ask("runs")[1]["runs"]}[trained] == "trained"
    assert main(["runs", *places]) == 0
    assert "“trained”" in next(line for line in capsys.readouterr().out.splitlines() if line.startswith(trained))
    assert "synthetic" in [source["name"] for source in ask("sources")[1]["sources"]]
    assert all(network["parameters"] > 0 for network in ask("networks")[1]["networks"])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "--epochs", "many"], "--epochs"),
        (["train", "--epochs", "0"], "epochs must be at least 1"),
        (["train", "--margin", "0"], "margin must lie between 0 and 4"),
        (["train", "--margin", "4"], "margin must lie between 0 and 4"),
        (["train", "--embedding-size", "1"], "embedding_size must lie between 2 and 512"),
        (["train", "--images-per-person", "1"], "images_per_person must be at least 2"),
        (["train", "--people", "1"], "people must be at least 2"),
        (["train", "--network", "none"], "--network"),
        (["train", "--source", "folder"], "--path"),
        (["train", "--source", "folder", "--path", "/there/is/nothing"], "/there/is/nothing"),
        (["train", "--people-list", "/there/is/nothing"], "/there/is/nothing"),
        (["train", "--network-option", "x"], "NAME=VALUE"),
        (["train", "--no-such-option"], "--no-such-option"),
        (["train", "--continue", "../x"], "no run"),
        (["evaluate", "nobody"], "no run"),
        (["evaluate", "../.."], "no run"),
        (["embed", "nobody", ".", "--out", "x.txt"], ".npz"),
        (["verify", "nobody", "a.jpg", "b.jpg"], "no run"),
        (["cluster", "nobody", ".", "--threshold", "-1"], "--threshold"),
        (["cluster", "nobody", ".", "--method", "guessing"], "--method"),
        (["workers", "--port", "99999"], "port"),
        (["nonsense"], "nonsense"),
        ([], "COMMAND"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments, said, places, capsys):
    # A run's command needs the places behind it; a wrong command has none.
    code = main([*arguments, *(places if arguments and arguments[0] != "nonsense" else [])])
    told = capsys.readouterr()

    assert code == 2
    assert len(told.err.strip().splitlines()) == 1
    assert said.lower() in told.err.lower()


def test_more_people_in_a_batch_than_there_are(ask, tiny, places):
    before = set(Path(places[1]).iterdir()) if Path(places[1]).exists() else set()

    code, _, line = ask("train", *tiny, "--people-per-batch", 9)

    assert code == 2
    assert "people_per_batch is 9" in line
    assert set(Path(places[1]).iterdir()) == before  # no empty run is left behind


def test_a_device_that_is_not_there(ask, tiny):
    import torch

    if torch.backends.mps.is_available():
        pytest.skip("this machine has the device")
    code, _, line = ask("train", *tiny, "--device", "mps")

    assert code == 2
    assert "'mps' is not on this machine" in line


def test_a_damaged_checkpoint(ask, tiny, places, people):
    _, told, _ = ask("train", *tiny, "--epochs", 1)
    (weights,) = (Path(places[1]) / told["run"] / "checkpoint").glob("weights-*")
    weights.write_bytes(b"nothing")

    code, _, line = ask("embed", told["run"], people, "--out", people.parent / "x.npz")
    assert code == 2
    assert "damaged" in line
    code, _, line = ask("train", "--continue", told["run"], "--epochs", 2)
    assert code == 2
    assert "delete the run or start it anew" in line
    assert weights.read_bytes() == b"nothing"


def test_a_run_of_a_newer_version(ask, tiny, places):
    _, told, _ = ask("train", *tiny, "--epochs", 1)
    config = Path(places[1]) / told["run"] / "config.json"
    files.write_json(config, files.read_json(config) | {"format": 9})

    code, _, line = ask("evaluate", told["run"])

    assert code == 2
    assert "newer version" in line


def test_a_job_that_fails_is_exit_code_1(ask, tiny, monkeypatch):
    from facenet_core.training import Trainer, TrainingFailed

    def fail(trainer: Trainer) -> None:
        raise TrainingFailed("step 1: the loss is no longer a number; choose a smaller learning rate")

    monkeypatch.setattr(Trainer, "step", fail)
    code, _, line = ask("train", *tiny)

    assert code == 1
    assert "no longer a number" in line


def test_a_port_that_is_taken_is_a_sentence(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code = main(["workers", "--port", str(taken.getsockname()[1])])

    assert code == 2
    assert "is taken" in capsys.readouterr().err


def test_debug_prints_the_traceback(places, capsys):
    assert main(["evaluate", "nobody", "--debug", *places]) == 2
    assert "Traceback" in capsys.readouterr().err


def _start(arguments: list[str], **options: Any) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "facenet_core", *arguments]
    return subprocess.Popen(command, cwd=ROOT, text=True, stderr=subprocess.PIPE, **options)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a POSIX interrupt")
def test_an_interrupt_keeps_every_step(ask, tiny, places):
    train = _start(["train", *tiny, "--epochs", "10000", "--json", *places], stdout=subprocess.PIPE)
    assert train.stderr is not None
    while not train.stderr.readline().startswith("epoch"):
        assert train.poll() is None
    train.send_signal(signal.SIGINT)
    out, err = train.communicate(timeout=60)

    assert train.returncode == 130
    told = json.loads(out.splitlines()[-1])
    assert told["state"] == "stopped"
    assert f"--continue {told['run']}" in err
    run = open_run(Path(places[1]), told["run"])
    assert run.steps()["step"].tolist() == list(range(1, told["steps"] + 1))
    code, again, _ = ask("train", "--continue", told["run"], "--epochs", told["epochs"] + 1)
    assert code == 0
    assert again["epochs"] == told["epochs"] + 1


@pytest.mark.skipif(sys.platform == "win32", reason="closes a POSIX pipe")
def test_a_reader_that_has_seen_enough_is_no_traceback(places):
    read, write = os.pipe()
    os.close(read)
    sources = _start(["sources", *places], stdout=write)
    os.close(write)
    _, err = sources.communicate(timeout=60)

    assert "Traceback" not in err
    assert "BrokenPipe" not in err
