"""Thresholds in the terminal: where they come from, measured on other people, saved, and doubted."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facenet_core.cli.main import main
from facenet_core.faces.synthetic import draw_face
from facenet_core.runs.example_run import install
from facenet_core.runs.storage import list_runs
from facenet_core.runs.thresholds.saved import saved_names, saved_threshold

PEOPLE, PICTURES = 12, 4
Ask = Callable[..., tuple[int, dict[str, Any], str, str]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example run that ships: trained on the synthetic class."""
    runs = tmp_path_factory.mktemp("data") / "runs"
    install(runs)
    return runs


@pytest.fixture(scope="module")
def run(runs: Path) -> str:
    return list_runs(runs)[0].id


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:
    """Synthetic people whom no class contains, (people, pictures, 110, 110, 3)."""
    return np.stack([[draw_face(person, number, seed=77) for number in range(PICTURES)] for person in range(PEOPLE)])


def _write(folder: Path, pictures: np.ndarray) -> Path:
    for person, own in enumerate(pictures):
        (folder / f"P{person:02}").mkdir(parents=True)
        for number, picture in enumerate(own, start=1):
            Image.fromarray(picture).save(folder / f"P{person:02}" / f"P{person:02}_{number:04}.png")
    return folder


@pytest.fixture(scope="module")
def usual(drawn: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(tmp_path_factory.mktemp("usual"), drawn)


@pytest.fixture(scope="module")
def dark(drawn: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(tmp_path_factory.mktemp("dark"), (drawn * 0.15).astype(np.uint8))


@pytest.fixture
def ask(runs: Path, capsys: pytest.CaptureFixture[str]) -> Ask:
    """Run a command; return its exit code, its JSON, what it told people, and its last line of standard error."""

    def ask_(*arguments: object) -> tuple[int, dict[str, Any], str, str]:
        line = [*(str(argument) for argument in arguments), "--runs", str(runs)]
        code = main(line)
        told = capsys.readouterr()
        values: dict[str, Any] = {}
        if code == 0:
            main([*line, "--json"])
            values = json.loads(capsys.readouterr().out.splitlines()[-1])
        return code, values, told.out, told.err.strip().splitlines()[-1] if told.err.strip() else ""

    return ask_


def test_every_verdict_says_whose_faces_the_threshold_comes_from_and_at_which_far(ask, run, usual):
    one, other = usual / "P00" / "P00_0001.png", usual / "P01" / "P01_0001.png"
    for line in (["verify", run, one, other], ["identify", run, usual, one], ["cluster", run, usual]):
        code, told, said, _ = ask(*line)
        assert code == 0
        assert "the run's own (Synthetic class), best on" in said
        assert "people it never trained on" in said
        assert f"(FAR {told['threshold_from']['far']:.3f})" in said
        assert told["threshold_from"]["kind"] == "run"
        assert "not like the faces" not in said


def test_a_folder_of_people_is_measured_and_its_threshold_kept(ask, runs, run, usual):
    code, told, said, _ = ask("evaluate", run, "--path", usual, "--save-threshold", "usual")

    assert code == 0
    assert told["pairs"] == (PEOPLE * PICTURES) * (PEOPLE * PICTURES - 1) // 2
    assert {"accuracy", "threshold", "auc", "eer", "val_at_far", "missing_pairs", "intervals"} <= set(told)
    assert told["chosen"]["threshold"] == told["threshold"]
    assert told["chosen"]["far"] == pytest.approx(told["threshold_far"])
    assert told["run_threshold"]["far"] is not None
    assert "threshold that the run brings" in said
    (folder,) = (path for path in runs.iterdir() if path.is_dir())
    kept = saved_threshold(list_runs(runs)[0], "usual")
    assert kept.value == told["threshold"]
    assert (kept.people, kept.pairs, kept.rule, kept.far) == (PEOPLE, told["pairs"], "balanced", told["chosen"]["far"])
    assert [path.name for path in (folder / "thresholds").iterdir()] == ["usual.json"]
    assert (folder / "thresholds" / "usual.json").stat().st_size < 20_000

    one, other = usual / "P00" / "P00_0001.png", usual / "P01" / "P01_0001.png"
    _, told, said, _ = ask("verify", run, one, other, "--threshold", "usual")
    assert told["threshold"] == kept.value
    assert f"saved as usual, best balanced accuracy on the {kept.pairs:,} pairs of {PEOPLE} people" in said
    _, told, said, _ = ask("cluster", run, usual, "--threshold", "usual")
    assert told["threshold_from"]["name"] == "usual"
    assert f"of {PEOPLE * PICTURES} pictures by single" in said


def test_a_rule_decides_the_threshold_that_is_kept(ask, run, runs, usual):
    _, told, _, _ = ask("evaluate", run, "--path", usual, "--rule", "far:0.01", "--save-threshold", "strict")
    assert told["chosen"]["far"] <= 0.01
    assert saved_threshold(list_runs(runs)[0], "strict").rule == "far:0.01"
    code, _, _, line = ask("evaluate", run, "--path", usual, "--rule", "far:0.0001", "--save-threshold", "stricter")
    assert (code, "no threshold to save" in line) == (2, True)
    assert "stricter" not in saved_names(list_runs(runs)[0])


def test_pictures_unlike_the_faces_behind_a_threshold_are_said(ask, run, dark, tmp_path):
    probe = dark / "P00" / "P00_0001.png"
    for line in (["identify", run, dark, probe], ["cluster", run, dark], ["evaluate", run, "--path", dark]):
        _, told, said, _ = ask(*line)
        assert "These pictures are not like the faces the threshold comes from" in said
        assert told["notes"]
    _, told, _, _ = ask("evaluate", run, "--path", dark)
    assert told["run_threshold"]["far"] > 0.9  # what the warning is about: strangers count as one person

    for number, picture in enumerate(sorted(dark.rglob("*.png"))):  # nobody is named: a flat folder
        (tmp_path / f"{number}.png").write_bytes(picture.read_bytes())
    _, told, said, _ = ask("cluster", run, tmp_path)
    assert told["alike"]["named"] is False
    assert "All pictures are one group" in said
    assert "--save-threshold" in said


def test_two_photos_are_set_beside_the_range_of_the_faces(ask, run, dark):
    one, other = dark / "P00" / "P00_0001.png", dark / "P01" / "P01_0001.png"
    _, told, said, _ = ask("verify", run, one, other)
    assert told["same"]
    assert told["share_as_near"]["different"] < 0.01
    assert "of the pairs of different people and" in said
    assert "cannot show whether they are like these faces" in said
    assert "not like the faces" not in said


def test_a_number_is_a_threshold_measured_on_no_faces(ask, run, usual):
    _, told, said, _ = ask("cluster", run, usual, "--threshold", "0.00001")
    assert "measured on no faces" in said
    assert told["threshold_from"]["far"] is None
    assert "Every picture is a group of its own" in said


def test_an_unknown_name_lists_those_that_are_saved(ask, run, usual):
    ask("evaluate", run, "--path", usual, "--save-threshold", "usual")
    code, _, _, line = ask("cluster", run, usual, "--threshold", "nowhere")
    assert code == 2
    assert "no saved threshold 'nowhere'" in line
    assert "usual" in line.split("saved:")[1]


def test_a_folder_of_one_person_is_no_folder_of_people(ask, run, usual, tmp_path):
    shutil.copytree(usual / "P00", tmp_path / "alone")
    code, _, _, line = ask("evaluate", run, "--path", tmp_path)
    assert code == 2
    assert "pictures of one person only" in line
    for person in ("P00", "P01"):  # two people with one picture each have no same pair
        (tmp_path / "two" / person).mkdir(parents=True)
        shutil.copy(usual / person / f"{person}_0001.png", tmp_path / "two" / person)
    code, _, _, line = ask("evaluate", run, "--path", tmp_path / "two")
    assert code == 2
    assert "two of one of them" in line


def test_pairs_none_of_which_can_be_formed_are_refused_with_both_names(ask, run, usual, tmp_path):
    pairs = tmp_path / "pairs.txt"
    pairs.write_text("1\nNobody\t1\t2\nNobody\t1\tSomebody\t1\n")
    code, _, said, line = ask("evaluate", run, "--path", usual, "--pairs", pairs)
    assert code == 2
    assert "None of the 2 pairs can be formed" in line
    assert "Nobody_0001" in line
    assert "P00/P00_0001.png" in line
    assert said == ""
