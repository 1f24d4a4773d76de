"""Workers where the system does not fork: each imports everything itself, and all else is the same."""

import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from facenet_core.runs import InlineEngine, LocalEngine, open_run
from facenet_core.runs.engine.workers.main import START_METHOD_VARIABLE, start_method

ROOT = Path(__file__).parents[5]


def test_a_run_whose_worker_is_killed_ends_as_one_that_nobody_disturbed(
    tmp_path, tiny, wait_until, weights_of, monkeypatch
):
    monkeypatch.setenv(START_METHOD_VARIABLE, "spawn")
    config = replace(tiny, epochs=20)
    here = InlineEngine(tmp_path / "here")
    undisturbed = weights_of(open_run(here.runs, here.train(config)))
    engine = LocalEngine(tmp_path / "data", warm_up=False)
    try:
        run = open_run(engine.runs, engine.train(config))

        def moves_it():
            return next((worker.pid for worker in engine.state().workers if run.id in worker.busy_with), None)

        wait_until(lambda: run.status().step >= 4 and moves_it(), "a worker that moves it", seconds=90)
        os.kill(moves_it(), signal.SIGKILL)
        wait_until(lambda: run.status().resting, "the run to finish", seconds=120)
        assert run.status().state == "finished", run.status().details
        assert weights_of(run) == undisturbed
    finally:
        engine.close()


@pytest.mark.parametrize(("platform", "usual"), [("linux", "fork"), ("darwin", "spawn"), ("win32", "spawn")])
def test_only_linux_forks_unless_it_is_asked_for(monkeypatch, platform, usual):
    monkeypatch.delenv(START_METHOD_VARIABLE, raising=False)
    monkeypatch.setattr("sys.platform", platform)
    assert start_method() == usual


@pytest.mark.parametrize("method", ["fork", "spawn"] if sys.platform == "linux" else ["spawn"])
def test_started_by_hand_they_print_one_line_and_end_with_their_input(method):
    command = [sys.executable, "-m", "facenet_core", "workers", "--no-warm-up"]
    environment = {**os.environ, START_METHOD_VARIABLE: method}
    workers = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    address = json.loads(workers.stdout.readline())["address"]
    rest, _ = workers.communicate()
    assert address.startswith("tcp://127.0.0.1:")
    assert (workers.returncode, rest) == (0, b"")


def test_another_way_to_start_is_a_sentence(monkeypatch):
    monkeypatch.setenv(START_METHOD_VARIABLE, "thread")
    with pytest.raises(ValueError, match="must be fork or spawn, got 'thread'"):
        start_method()
