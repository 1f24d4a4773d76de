"""``train --loss`` and ``baselines`` from a terminal."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facenet_core.cli.main import main
from facenet_core.runs import list_runs, open_run


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FACENET_THREADS", "1")
        yield


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    root = tmp_path_factory.mktemp("data")
    return ["--runs", str(root / "runs"), "--faces-root", str(root / "faces")]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Ten people of six noisy patches, six of them with four images trained on."""
    folder = tmp_path_factory.mktemp("people")
    chance = np.random.default_rng(0)
    for person in range(10):
        (folder / f"Person_{person}").mkdir()
        colour = chance.integers(40, 215, 3)
        for number in range(6):
            pixels = np.clip(colour + chance.normal(0, 30, (28, 28, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).resize((110, 110)).save(folder / f"Person_{person}" / f"{number}.png")
    options = ["--source", "folder", "--path", str(folder), "--people", "6", "--images", "4", "--embedding-size", "16"]
    return [*options, "--people-per-batch", "4", "--images-per-person", "2", "--precision", "float32", "--epochs", "1"]


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_run_is_set_beside_what_it_has_to_beat(tiny, places, capsys):
    code, out, _ = told(["train", *tiny, *places, "--loss", "arcface", "--angular-margin", "0.2", "--json"], capsys)
    run = json.loads(out)["run"]
    config = open_run(Path(places[1]), run).record().config
    assert (code, config.loss, config.angular_margin, config.logit_scale) == (0, "arcface", 0.2, 16.0)

    code, out, _ = told(["baselines", run, "--no-train", "--json", *places], capsys)
    result = json.loads(out.splitlines()[-1])
    assert code == 0
    assert result["missing"] == ["contrastive", "softmax", "triplet"]
    assert list(result["methods"]) == ["raw pixels", "eigenfaces", "own"]

    code, out, err = told(["baselines", run, *places], capsys)
    assert code == 0
    assert "right 0.500" in out
    assert "ArcFace, the run" in out
    assert "Triplet loss" in out
    assert "beside the run" in out
    assert "FaceNet, face detector      0.9963 ± 0.0009" in out
    assert "5 of 6: Measuring triplet." in err
    losses = sorted(other.record().config.loss for other in list_runs(Path(places[1])))
    assert losses == ["arcface", "contrastive", "softmax", "triplet"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--angular-margin", "nan"], "angular_margin must lie between 0 and 1.5 radians, got nan"),
        (["--logit-scale", "0"], "logit_scale must lie between 1 and 128, got 0.0"),
        (["--pair-margin", "3"], "pair_margin must be above 0 and at most 2"),
        (["--loss", "hinge"], "--loss"),
    ],
)
def test_settings_that_cannot_be_are_one_line(tiny, places, capsys, options, said):
    code, _, err = told(["train", *tiny, *places, "--loss", "arcface", *options], capsys)
    assert code == 2
    assert len(err.strip().splitlines()) == 1
    assert said in err


def test_a_run_that_is_not_there_is_one_line(places, capsys):
    code, _, err = told(["baselines", "nobody", *places], capsys)
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def test_two_people_with_one_image_each_are_a_sentence(places, capsys, tmp_path):
    for person in ("A", "B"):
        (tmp_path / person).mkdir()
        Image.new("RGB", (110, 110), "grey").save(tmp_path / person / "1.png")
    for loss in ("softmax", "arcface", "contrastive"):
        code, _, err = told(["train", "--path", str(tmp_path), "--loss", loss, *places], capsys)
        assert code == 2
        assert "two" in err.splitlines()[-1].lower()
        assert "Traceback" not in err
