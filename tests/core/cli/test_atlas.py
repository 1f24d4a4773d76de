"""The atlas from a terminal: a grid of runs, one after another, and every mistake's line."""

from pathlib import Path

import pytest

from facenet_core.cli.main import main
from facenet_core.runs import list_runs, open_run
from facenet_core.runs.studies.atlas import atlases_folder, list_atlases, open_atlas
from facenet_core.training import Trainer, TrainingFailed
from tests.core.cli.test_main import _one_thread, ask, people, places, tiny  # noqa: F401  # fixtures


@pytest.fixture
def runs_root(places):  # noqa: F811
    return Path(places[1])


def test_an_atlas_over_margins(ask, tiny, runs_root, capsys):  # noqa: F811
    code, told, _ = ask("atlas", "--over", "margin", "--values", "0.1,0.8", *tiny, "--epochs", 1, "--name", "mine")

    assert code == 0
    assert (told["over"], told["values"], len(told["atlases"])) == ("margin", [0.1, 0.8], 1)
    assert [(run["settings"]["margin"], run["state"]) for run in told["runs"]] == [(0.1, "finished"), (0.8, "finished")]
    assert all({"loss", "seconds", "verification", "atlas"} <= set(run) for run in told["runs"])
    atlas = open_atlas(atlases_folder(runs_root.parent), told["atlases"][0])
    assert (atlas.varied, atlas.values, atlas.name) == ("margin", (0.1, 0.8), "mine")
    assert list(atlas.runs) == [run["run"] for run in told["runs"]]
    records = [open_run(runs_root, run_id).record() for run_id in atlas.runs]
    assert [record.config.margin for record in records] == [0.1, 0.8]
    assert [record.name for record in records] == ["mine: margin 0.1", "mine: margin 0.8"]
    first, second = (open_run(runs_root, run_id).epoch(0).embeddings for run_id in atlas.runs)
    assert (first == second).all()


def test_a_grid_over_two_settings_is_an_atlas_for_each_value_of_the_second(tiny, runs_root, places, capsys):  # noqa: F811
    without_batch = [*tiny[: tiny.index("--people-per-batch")], "--precision", "float32"]
    grid = ["--over", "batch", "--values", "2x2, 3x2", "--over2", "margin", "--values2", "0.1,0.4"]
    assert main(["atlas", *grid, *without_batch, "--epochs", "1", *places]) == 0
    said = capsys.readouterr()

    lines = said.out.strip().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("margin 0.1, batch (people x images) 2 x 2: ")
    assert "run 4 of 4, batch (people x images) 3 x 2, margin 0.4" in said.err
    newest = [
        open_atlas(atlases_folder(runs_root.parent), one) for one in list_atlases(atlases_folder(runs_root.parent))
    ]
    pair = [atlas for atlas in newest if atlas.varied == "batch"]
    assert [atlas.values for atlas in pair] == [("2 x 2", "3 x 2")] * 2
    assert {atlas.name for atlas in pair} == {"Atlas: margin 0.1", "Atlas: margin 0.4"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--values", "0.1,0.2"], "--over"),
        (["--over", "margin"], "--values"),
        (["--over", "colour", "--values", "1,2"], "--over"),
        (["--over", "margin", "--values", "0.1"], "needs 2 to 8 values of the margin, got 1"),
        (["--over", "margin", "--values", ""], "got 0"),
        (["--over", "margin", "--values", "0.1,0.1"], "once only"),
        (["--over", "margin", "--values", "0.1,much"], "'much' is not a number"),
        (["--over", "margin", "--values", "0.1,4"], "margin must lie between 0 and 4"),
        (["--over", "margin", "--values", "0.1,nan"], "margin must lie between 0 and 4"),
        (["--over", "embedding-size", "--values", "8.5,9"], "not a whole number"),
        (["--over", "batch", "--values", "25,3x3"], "people x images"),
        (["--over", "miner", "--values", "semi-hard,nobody"], "miner must be one of"),
        (["--over", "margin", "--values", "0.1,0.2", "--margin", "0.3"], "--margin is what the atlas varies"),
        (["--over", "batch", "--values", "2x2,3x2", "--people-per-batch", "3"], "--people-per-batch is what"),
        (["--over", "margin", "--values", "0.1,0.2", "--over2", "miner"], "belong together"),
        (["--over", "margin", "--values", "0.1,0.2", "--values2", "1,2"], "belong together"),
        (["--over", "margin", "--values", "0.1,0.2", "--over2", "margin", "--values2", "1,2"], "another setting"),
        (
            ["--over", "margin", "--values", "0.1,0.2", "--over2", "learning-rate", "--values2", "9,99"],
            "learning_rate must be above 0",
        ),
        (["--over", "margin", "--values", "0.1,0.2", "--epochs", "0"], "epochs must be at least 1"),
        (["--over", "margin", "--values", "0.1,0.2", "--source", "folder"], "--path"),
        (["--over", "margin", "--values", "0.1,0.2", "--path", "/there/is/nothing"], "/there/is/nothing"),
    ],
)
def test_a_mistake_is_one_line_exit_code_2_and_nothing_begins(arguments, said, tmp_path, capsys):
    code = main(["atlas", *arguments, "--runs", str(tmp_path / "runs"), "--faces-root", str(tmp_path / "faces")])
    told = capsys.readouterr()

    assert code == 2
    assert len(told.err.strip().splitlines()) == 1
    assert said.lower() in told.err.lower()
    assert list_runs(tmp_path / "runs") == []
    assert list_atlases(atlases_folder(tmp_path)) == []


def test_a_run_that_cannot_be_trained_is_told_and_the_others_go_on(ask, tiny):  # noqa: F811
    without_batch = tiny[: tiny.index("--people-per-batch")]
    code, told, _ = ask("atlas", "--over", "batch", "--values", "2x2,9x2,3x2", *without_batch, "--epochs", 1)

    assert code == 1
    assert [run["state"] for run in told["runs"]] == ["finished", "failed", "finished"]
    assert "only 6 people" in told["runs"][1]["message"]


def test_a_training_that_fails_is_exit_code_1(ask, tiny, monkeypatch):  # noqa: F811
    def fail(trainer: Trainer) -> None:
        raise TrainingFailed("step 1: the loss is no longer a number; choose a smaller learning rate")

    monkeypatch.setattr(Trainer, "step", fail)
    code, told, _ = ask("atlas", "--over", "margin", "--values", "0.1,0.2", *tiny)

    assert code == 1
    assert ["no longer a number" in run["message"] for run in told["runs"]] == [True, True]


def test_an_interrupt_ends_the_atlas_after_the_step_under_way(ask, tiny, monkeypatch, runs_root):  # noqa: F811
    import os
    import signal

    step, done = Trainer.step, []

    def interrupt(trainer):
        done.append(trainer.config.margin)
        if len(done) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return step(trainer)

    monkeypatch.setattr(Trainer, "step", interrupt)
    code, told, line = ask("atlas", "--over", "margin", "--values", "0.1,0.2", *tiny, "--epochs", 2)

    assert code == 130
    assert [run["state"] for run in told["runs"]] == ["stopped"]
    assert set(done) == {0.1}
    assert "stopped after 0 of 2 runs" in line
    assert open_atlas(atlases_folder(runs_root.parent), told["atlases"][0]).values == (0.1,)
