"""One folder, every command: the same people, and what else lies in it is said."""

import json
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facenet_core import files
from facenet_core.cli.main import main
from facenet_core.faces import open_faces
from facenet_core.runs import list_runs, open_run

PEOPLE = ["Ann", "Bob", "Cat", "Dora", "Eve", "José"]
SMALL = ["--epochs", 1, "--embedding-size", 16, "--people-per-batch", 2, "--images-per-person", 2, "--people", 3]
Ask = Callable[..., tuple[int, dict[str, Any], str]]


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACENET_THREADS", "1")
        yield


def draw(path: Path, seed: int, size: tuple[int, int] = (90, 90)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC).save(path, "PNG")


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six people as folders really look: links, accents in two forms, folders of folders, clutter, odd files."""
    root = tmp_path_factory.mktemp("messy")
    folder, away = root / "people", root / "away"
    names = ["Ann", "Bob/2019", "Bob/2020", "Dora", "Eve", "José", unicodedata.normalize("NFD", "José")]
    for place, name in enumerate(names):
        for number in range(4):
            draw(folder / name / f"{place}{number}.{'happy' if name == 'Dora' else 'png'}", 10 * place + number)
    for number in range(4):
        draw(away / f"{number}.png", 90 + number)
    (folder / "Cat").symlink_to(away)
    (folder / "Eve/round").symlink_to(folder)
    (folder / "Eve/gone.png").symlink_to(root / "nothing.png")
    draw(folder / "Eve/room.png", 99, (640, 300))
    for name in ("Ann/.ipynb_checkpoints/00.png", ".hidden/1.png", "__MACOSX/Ann/1.png", "Ann/@eaDir/1.png"):
        draw(folder / name, 3)
    for name in (
        "Ann/Thumbs.db",
        "desktop.ini",
        "Ann/list.info",
        "Ann/a.LOG",
        "Bob/b.log",
        "Ann/broken.jpg",
        "Ann/none.png",
    ):
        (folder / name).write_bytes(b"" if name.endswith("none.png") else b"not a picture")
    return folder


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    root = tmp_path_factory.mktemp("data")
    return ["--runs", str(root / "runs"), "--faces-root", str(root / "faces")]


@pytest.fixture
def ask(places: list[str], capsys: pytest.CaptureFixture[str]) -> Ask:
    def ask_(*arguments: object) -> tuple[int, dict[str, Any], str]:
        code = main([*(str(argument) for argument in arguments), *places, "--json"])
        told = capsys.readouterr()
        return code, json.loads(told.out.splitlines()[-1]) if told.out else {}, told.err

    return ask_


@pytest.fixture(scope="module")
def trained(messy: Path, places: list[str]) -> str:
    assert main(["train", "--path", str(messy), *map(str, SMALL), "--name", "messy", *places]) == 0
    return next(run.id for run in list_runs(Path(places[1])) if run.record().name == "messy")


def test_train_says_what_it_left_out(ask: Ask, messy: Path, trained: str, places: list[str], capsys: Any) -> None:
    code, told, _ = ask("train", "--path", messy, *SMALL)
    assert code == 0
    reasons = {one["file"]: one["reason"] for one in told["skipped"]}
    assert set(reasons) == {"Ann/broken.jpg", "Ann/none.png", "Eve/gone.png", "Eve/round/"}
    assert reasons["Ann/none.png"] == "the file is empty"
    assert told["kinds"] == {".log": 2, ".info": 1}
    assert [one["file"] for one in told["unlike"]] == ["Eve/room.png"]
    assert any(note.startswith("4 left out: Ann/broken.jpg (") for note in told["notes"])
    assert "Other files, no pictures: 2 .log, 1 .info." in told["notes"]
    assert any("Eve/room.png (640 x 300 pixels; most have about 90 x 90)" in note for note in told["notes"])
    assert any("1 link leads out of the folder and was followed: Cat." in note for note in told["notes"])
    main(["train", "--path", str(messy), *map(str, SMALL), *places])
    printed = capsys.readouterr().out
    assert "note: 4 left out: Ann/broken.jpg (it is damaged" in printed
    assert "note: Other files, no pictures: 2 .log, 1 .info." in printed


def test_every_command_has_the_same_people(
    ask: Ask, messy: Path, trained: str, places: list[str], tmp_path: Path
) -> None:
    record = open_run(Path(places[1]), trained).record()
    faces = open_faces(str(record.fingerprint), root=Path(places[3]))
    assert list(faces.names) == PEOPLE
    code, told, _ = ask("embed", trained, messy, "--out", tmp_path / "e.npz")
    assert (code, told["people"], told["images"]) == (0, 6, len(faces))
    assert sorted(set(files.read_npz(tmp_path / "e.npz")["people"].tolist())) == PEOPLE
    assert told["kinds"] == {".log": 2, ".info": 1}
    assert {one["file"] for one in told["skipped"]} == {one.file for one in faces.skipped}
    code, told, _ = ask("identify", trained, messy, messy / "Cat/1.png")
    assert (code, told["person"], told["people"]) == (0, "Cat", 6)
    assert told["duplicates"] == ["Cat/1.png"]
    code, told, _ = ask("cluster", trained, messy, "--threshold", 5)
    assert (code, told["images"]) == (0, len(faces))
    code, told, _ = ask("evaluate", trained, "--path", messy)
    assert (code, told["images"]) == (0, len(faces))


def test_what_embed_leaves_out_is_named(
    trained: str, messy: Path, places: list[str], tmp_path: Path, capsys: Any
) -> None:
    assert main(["embed", trained, str(messy), "--out", str(tmp_path / "e.csv"), *places]) == 0
    printed = capsys.readouterr().out
    assert "33 embeddings of 16 numbers" in printed
    assert "of 6 people" in printed
    assert "note: 4 left out: Ann/broken.jpg (it is damaged" in printed
    assert "(the file is empty), Eve/gone.png (it is a link that leads nowhere) and 1 more" in printed
    assert "note: other files, no pictures: 2 .log, 1 .info" in printed


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    for person in range(1, 7):
        for number, kind in enumerate(("happy", "sad", "wink", "glasses")):
            draw(tmp_path / f"flat/subject{person:02}.{kind}", 10 * person + number)
    return tmp_path / "flat"


def test_people_from_names_stay_with_the_run(ask: Ask, flat: Path, places: list[str]) -> None:
    code, _, said = ask("train", "--path", flat, *SMALL)
    assert code == 2
    assert "--people-from-names" in said
    code, told, _ = ask("train", "--path", flat, "--people-from-names", *SMALL)
    assert (code, told["people"]) == (0, 3)
    run = open_run(Path(places[1]), told["run"])
    assert run.record().config.faces.people_from_names
    shutil.rmtree(Path(places[3]) / str(run.record().fingerprint))  # tidied away: read again as it was
    code, told, _ = ask("train", "--continue", run.id, "--epochs", 2)
    assert (code, told["epochs"]) == (0, 2)


def test_people_from_names_in_a_gallery(ask: Ask, trained: str, flat: Path, tmp_path: Path) -> None:
    probe = flat / "subject02.sad"
    code, _, said = ask("identify", trained, flat, probe)
    assert code == 2
    assert "--people-from-names" in said
    code, told, _ = ask("identify", trained, flat, probe, "--people-from-names")
    assert (code, told["person"], told["people"]) == (0, "subject02", 6)
    code, told, _ = ask("embed", trained, flat, "--out", tmp_path / "e.npz", "--people-from-names")
    assert (code, told["people"]) == (0, 6)
    code, told, _ = ask("identify", trained, tmp_path / "e.npz", probe)
    assert (code, told["person"]) == (0, "subject02")
    assert ask("identify", trained, tmp_path / "e.npz", probe, "--people-from-names")[0] == 2
    code, told, _ = ask("evaluate", trained, "--path", flat, "--people-from-names")
    assert (code, told["images"]) == (0, 24)
    assert ask("cluster", trained, flat, "--people-from-names", "--threshold", 5)[0] == 0


def test_a_folder_of_parts_names_what_would_work(ask: Ask, trained: str, messy: Path, tmp_path: Path) -> None:
    for part in ("train", "test"):
        shutil.copytree(messy / "Ann", tmp_path / f"set/{part}/Ann")
        shutil.copytree(messy / "Dora", tmp_path / f"set/{part}/Dora")
    for arguments in (
        ("train", "--path", tmp_path / "set"),
        ("identify", trained, tmp_path / "set", messy / "Ann/00.png"),
        ("evaluate", trained, "--path", tmp_path / "set"),
    ):
        code, _, said = ask(*arguments)
        assert code == 2
        assert f"in {tmp_path / 'set/test'}, {tmp_path / 'set/train'}: name one of them" in said
    code, told, _ = ask("embed", trained, tmp_path / "set", "--out", tmp_path / "e.npz")
    assert code == 0
    assert any("people are not directly in" in note for note in told["notes"])


def test_a_folder_in_place_of_a_picture_is_said(ask: Ask, trained: str, messy: Path) -> None:
    code, _, said = ask("verify", trained, messy / "Ann/00.png", messy / "Ann")
    assert code == 2
    assert "Ann cannot be used: it is a folder, not a picture; name one of the pictures in it" in said
    shutil.copytree(messy / "Ann", messy.parent / "s1")
    assert ": s1 cannot be used" in ask("identify", trained, messy, messy.parent / "s1")[2]


def test_plain_pictures_are_no_copies(ask: Ask, trained: str, tmp_path: Path) -> None:
    for name, tone in {"Ann/1": 9, "Bob/1": 9, "Ann/2": 120}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (1, 1), (tone,) * 3).save(tmp_path / f"{name}.png")
    _, told, _ = ask("verify", trained, tmp_path / "Ann/1.png", tmp_path / "Bob/1.png")
    assert not any("same picture" in note for note in told["notes"])
    _, told, _ = ask("identify", trained, tmp_path, tmp_path / "Ann/1.png")
    assert told["duplicates"] == []
    _, told, _ = ask("evaluate", trained, "--path", tmp_path)
    assert not any("twice" in note for note in told["notes"])


def test_the_formats_are_named(ask: Ask) -> None:
    (folder,) = [row for row in ask("sources")[1]["sources"] if row["name"] == "folder"]
    assert "JPEG, PNG, WebP, BMP, GIF, PGM, TIFF, HEIC or AVIF" in folder["about"]
