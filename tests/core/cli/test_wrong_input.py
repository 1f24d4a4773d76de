"""Wrong input is refused in one line before anything heavy is loaded, whatever the command and the option."""

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from facenet_core.cli.main import build_parser
from facenet_core.runs.example_run import install

ROOT = Path(__file__).parents[3]
HEAVY = ("torch", "umap", "sklearn", "skimage", "scipy", "numba", "distributed")

ASK_ALL = """
import contextlib, io, json, sys
from facenet_core.cli.main import main
HEAVY = sys.argv[1:]
before = set()
for line in sys.stdin:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(json.loads(line))
    heavy = {name for name in HEAVY if name in sys.modules}
    print(json.dumps({"code": code, "out": out.getvalue(), "err": err.getvalue(), "heavy": sorted(heavy - before)}))
    before |= heavy
"""

Answers = dict[tuple[str, ...], dict[str, Any]]


def commands() -> dict[str, argparse.ArgumentParser]:
    (chosen,) = (a for a in build_parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(chosen.choices)


def options_with_values() -> Iterator[tuple[str, argparse.Action]]:
    for name, parser in commands().items():
        for action in parser._actions:
            if action.option_strings and action.nargs is None and (action.choices or action.type not in (None, Path)):
                yield name, action


def filled(name: str, but: str = "") -> list[str]:
    """Return a command with all that it must be told, so that just the wrong option can be refused."""
    line = [name]
    for action in commands()[name]._actions:
        if not action.required or but in action.option_strings:
            continue
        value = str(next(iter(action.choices))) if action.choices else "x"
        line += [action.option_strings[0], value] if action.option_strings else [value]
    return line


OPTIONS = [
    (*filled(name, action.option_strings[0]), action.option_strings[0], "?!") for name, action in options_with_values()
]
RUN, GONE, FACES = "{run}", "{gone}", "{faces}"
LINES = [
    (("train", "--people-per-batch", "99"), "people_per_batch is 99, but only 58 people"),
    (("train", "--people", "10", "--people-per-batch", "11"), "people_per_batch is 11, but only 10"),
    (("train", "--path", FACES, "--people-per-batch", "9"), "people_per_batch is 9"),
    (("train", "--source", "olivetti", "--people-per-batch", "41"), "only 40 people"),
    (("train", "--source", "lfw", "--people-per-batch", "2000"), "only 1680 people"),
    (("train", "--epochs", "0"), "epochs must be at least 1"),
    (("train", "--margin", "5"), "margin must lie between 0 and 4"),
    (("train", "--learning-rate", "0"), "learning_rate must be above 0"),
    (("train", "--embedding-size", "1"), "embedding_size must lie between"),
    (("train", "--images", "1"), "images must be at least 2"),
    (("train", "--seed", "-1"), "seed must be a whole number"),
    (("train", "--shift", "99"), "shift must lie between"),
    (("train", "--cut-out", "99"), "cut_out must lie between"),
    (("train", "--brightness", "1"), "brightness must lie in"),
    (("train", "--logit-scale", "0"), "logit_scale must lie between"),
    (("train", "--angular-margin", "2"), "angular_margin must lie between"),
    (("train", "--pair-margin", "3"), "pair_margin must be above 0"),
    (("train", "--weight-decay", "-1"), "weight_decay must be at least 0"),
    (("train", "--network-option", "colour=1"), "has no option colour"),
    (("train", "--network-option", "unit_length=7"), "unit_length must be true or false, got 7"),
    (("train", "--network", "seed", "--network-option", "scale=0"), "scale must be a number above 0, got 0"),
    (("train", "--network-option", "unit_length"), "must be NAME=VALUE"),
    (("train", "--source", "folder"), "needs --path"),
    (("train", "--path", GONE), "no folder"),
    (("train", "--people-list", GONE), "cannot open"),
    (("train", "--continue", "nobody"), "no run 'nobody'"),
    (("train", "--continue", RUN, "--seed", "3"), "got --seed"),
    (("train", "--continue", RUN, "--epochs", "20"), "only looked at"),
    (("atlas", "--over", "margin", "--values", "0.2"), "an atlas needs"),
    (("atlas", "--over", "margin", "--values", "0.2,x"), "x"),
    (("atlas", "--over", "margin", "--values", "0.2,0.3", "--margin", "0.2"), "--margin is what the atlas varies"),
    (("atlas", "--over", "margin", "--values", "0.2,0.3", "--over2", "loss"), "belong together"),
    (("atlas", "--over", "margin", "--values", "0.2,0.3", "--people-per-batch", "99"), "people_per_batch is 99"),
    (("evaluate", "nobody"), "no run 'nobody'"),
    (("evaluate", RUN, "--pairs", GONE), "--pairs needs --path"),
    (("evaluate", RUN, "--path", GONE), "no folder"),
    (("evaluate", RUN, "--save-threshold", "x"), "--save-threshold needs --path"),
    (("evaluate", RUN, "--rule", "equal"), "--rule needs --path"),
    (("evaluate", RUN, "--path", FACES, "--pairs", GONE, "--save-threshold", "x"), "leave --pairs out"),
    (("evaluate", RUN, "--path", FACES, "--save-threshold", "0.5"), "must be a name"),
    (("verify", RUN, FACES + "/a/0.png", FACES + "/b/0.png", "--threshold", "nowhere"), "no saved threshold 'nowhere'"),
    (("evaluate", RUN, "--path", FACES, "--pairs", GONE), "cannot open"),
    (("lfw-view2", "--path", GONE, "--protocol", FACES), "--path must be a folder"),
    (("lfw-view2", "--path", FACES, "--protocol", FACES), "has no people.txt"),
    (("baselines", "nobody"), "no run 'nobody'"),
    (("embed", RUN, FACES, "--out", "x.txt"), "--out must end in"),
    (("embed", RUN, FACES, "--out", GONE + "/x.npz"), "--out must lie in a folder that is there"),
    (("embed", RUN, GONE, "--out", "x.npz"), "no folder"),
    (("embed", "nobody", FACES, "--out", "x.npz"), "no run 'nobody'"),
    (("verify", "nobody", "a.jpg", "b.jpg"), "no run 'nobody'"),
    (("verify", RUN, GONE, GONE), "nothing-here"),
    (("verify", RUN, GONE, GONE, "--threshold", "nan"), "must be a squared distance"),
    (("verify", RUN, GONE, GONE, "--threshold", "-1"), "must be a squared distance"),
    (("identify", RUN, FACES, GONE), "nothing-here"),
    (("identify", RUN, GONE, FACES + "/a/1.png"), "no folder"),
    (("identify", "nobody", FACES, GONE), "no run 'nobody'"),
    (("cluster", "nobody", FACES), "no run 'nobody'"),
    (("cluster", RUN, GONE), "no folder"),
    (("cluster", RUN, FACES, "--method", "k-means"), "has to be told how many people"),
    (("cluster", RUN, FACES, "--method", "k-means", "--people", "99"), "people must lie between 1 and the 9 pictures"),
    (("cluster", RUN, FACES, "--people", "0"), "at least 1"),
    (("cluster", RUN, FACES, "--smallest", "1"), "at least 2"),
    (("cluster", RUN, FACES, "--seed", "-1"), "at least 0"),
    (("export", "nobody", "--format", "csv", "--out", "x.csv"), "no run 'nobody'"),
    (("export", RUN, "--format", "csv", "--out", "x.gif"), "--out must end in .csv"),
    (("export", RUN, "--format", "csv", "--out", GONE + "/x.csv"), "no folder"),
    (("export", RUN, "--format", "csv", "--out", "x.csv", "--epoch", "99"), "epoch must be one of 0 to 15"),
    (("export", RUN, "--format", "gif", "--out", "x.gif", "--epoch", "3"), "--epoch is for csv"),
    (("export", RUN, "--format", "csv", "--out", "x.csv", "--map", "pca-2d"), "--map is for gif"),
    (("export", RUN, "--format", "csv", "--out", "x.csv", "--size", "300"), "are for gif"),
    (("export", RUN, "--format", "gif", "--out", "x.gif", "--size", "3", "--map", "umap-2d"), "size must lie between"),
    (("export", RUN, "--format", "gif", "--out", "x.gif", "--table", "pairs"), "--table"),
    (("example", "--out", GONE + "/x.zip"), "no folder"),
    (("workers", "--port", "65536"), "at most 65535"),
    (("nonsense",), "nonsense"),
    ((), "COMMAND"),
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What each line is answered, all in one fresh process, so that hundreds take seconds."""
    data = tmp_path_factory.mktemp("data")
    install(data / "runs")
    (run,) = (path.name for path in (data / "runs").iterdir() if path.is_dir())
    for person in "abc":
        (data / "people" / person).mkdir(parents=True)
        for number in range(3):
            pixels = np.full((32, 32, 3), 60 * ord(person) % 200 + number, np.uint8)
            Image.fromarray(pixels).save(data / "people" / person / f"{number}.png")
    places = {RUN: run, GONE: str(data / "nothing-here"), FACES: str(data / "people")}
    asked = [line for line, _ in LINES] + OPTIONS
    where = ["--runs", str(data / "runs"), "--faces-root", str(data / "faces")]
    written = [
        [_put(part, places) for part in line] + (where if line and line[0] in commands() else []) for line in asked
    ]
    answered = subprocess.run(
        [sys.executable, "-c", ASK_ALL, *HEAVY],
        input="".join(json.dumps(line) + "\n" for line in written),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answered.returncode == 0, answered.stderr
    return dict(zip(asked, map(json.loads, answered.stdout.splitlines()), strict=True))


def _put(part: str, places: dict[str, str]) -> str:
    for sign, value in places.items():
        part = part.replace(sign, value)
    return part


def _check_refused(answer: dict[str, Any], said: str) -> None:
    assert answer["code"] == 2, answer
    assert len(answer["err"].strip().splitlines()) == 1, answer["err"]
    assert said.lower() in answer["err"].lower()
    assert answer["out"] == ""
    assert answer["heavy"] == []


@pytest.mark.parametrize(("line", "said"), LINES, ids=lambda value: " ".join(value) if isinstance(value, tuple) else "")
def test_wrong_input_is_refused_at_once(answers, line, said):
    _check_refused(answers[line], said)


@pytest.mark.parametrize("line", OPTIONS, ids=" ".join)
def test_a_wrong_value_of_an_option_is_named_without_the_names_of_functions(answers, line):
    answer = answers[line]

    _check_refused(answer, line[-2])
    assert "invalid _" not in answer["err"]
    assert "invalid int" not in answer["err"]
    assert "invalid float" not in answer["err"]
    assert "'?!'" in answer["err"]


@pytest.mark.parametrize("command", ["runs", "sources", "networks"])
@pytest.mark.parametrize("how", [[], ["--json"]])
def test_lists_are_answered_without_torch(tmp_path, command, how):
    told = subprocess.run(
        [sys.executable, "-c", ASK_ALL, *HEAVY],
        input=json.dumps([command, *how, "--runs", str(tmp_path)]) + "\n",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(told.stdout)
    assert (answer["code"], answer["heavy"]) == (0, [])
    assert answer["out"]


def test_the_sizes_that_are_written_down_are_those_of_the_networks():
    from facenet_core.choices import NETWORKS
    from facenet_core.networks import describe_network

    for name, choice in NETWORKS.items():
        table = describe_network(name)
        assert choice.size == (table.parameters, table.multiply_adds)


def test_the_defaults_that_are_written_down_are_those_of_the_networks():
    import inspect

    from facenet_core.choices import NETWORKS

    for choice in NETWORKS.values():
        known = inspect.signature(choice.load()).parameters
        assert dict(choice.defaults) == {option: known[option].default for option in choice.options}
