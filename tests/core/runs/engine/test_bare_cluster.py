"""A cluster started by hand: the scheduler knows nothing of this project, the workers only where it lies."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from facenet_core import files
from facenet_core.runs import RemoteEngine, open_run
from facenet_core.runs.engine.workers.warm_up import WARM_UP_VARIABLE

PROJECT = Path(__file__).parents[4]
STARTS_WITHIN = 60.0


@pytest.fixture
def start(tmp_path):
    """Return what starts a process of Dask in an empty folder; it ends with the test."""
    started = []

    def begin(*arguments, project=False):
        folder = tmp_path / f"nothing-{len(started)}"
        folder.mkdir()
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        environment |= {WARM_UP_VARIABLE: "no"} | ({"PYTHONPATH": str(PROJECT)} if project else {})
        with open(folder / "log", "wb") as log:
            command = [sys.executable, "-P", "-m", "distributed.cli." + arguments[0], *arguments[1:]]
            started.append(subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log))

    yield begin
    for process in reversed(started):
        process.terminate()
    for process in started:
        process.wait(20)


@pytest.fixture
def scheduler(start):
    """Return the address of a scheduler that cannot import this project."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return f"tcp://127.0.0.1:{port}"
        time.sleep(0.1)
    raise AssertionError("the scheduler does not listen")


@pytest.fixture
def engine(scheduler, tmp_path):
    engine = RemoteEngine(scheduler, tmp_path / "data")
    yield engine
    engine.close()


def worker(scheduler, *more):
    return ("dask_worker", scheduler, "--nthreads", "1", "--memory-limit", "0", "--no-dashboard", *more)


@pytest.mark.slow
def test_a_bare_scheduler_serves(engine, scheduler, start, tiny, wait_until):
    wait_until(lambda: "has no worker" in engine.state().message, "a sentence that says what to start")
    assert f"dask worker {scheduler}" in engine.state().message
    start(*worker(scheduler, "--nworkers", "2"), project=True)
    wait_until(lambda: engine.state().ready and len(engine.state().workers) == 2, "two workers to be ready")

    run = open_run(engine.runs, engine.train(tiny))
    engine.want_maps(run.id, "pca-2d")
    wait_until(lambda: run.status().state in ("finished", "failed"), "the run to end")
    assert run.status().state == "finished", run.status().message
    wait_until(lambda: run.map_epochs("pca-2d") == [0, 1, 2, 3], "the maps")
    photos = engine.embed_photos(run.id, [np.zeros((110, 110, 3), np.uint8)] * 2).result(60)
    assert photos.shape == (2, tiny.embedding_size)
    job = engine.prepare_faces(tiny.faces)
    wait_until(lambda: engine.job(job).state == "finished", "the faces")
    wait_until(lambda: all(state.pid and state.warm for state in engine.state().workers), "them to tell, as ours do")


@pytest.mark.slow
def test_workers_that_cannot_be_used_say_why_and_get_no_work(engine, scheduler, start, tiny, wait_until):
    start(*worker(scheduler, "--resources", "train=1 side=1"))
    wait_until(lambda: "is not installed there" in engine.state().message, "a sentence")
    assert "pip install ." in engine.state().message
    assert not engine.state().ready
    run = open_run(engine.runs, engine.train(tiny))

    start(*worker(scheduler), project=True)
    wait_until(lambda: run.status().resting, "the run to train on the worker that can")
    assert run.status().state == "finished", run.status().message
    assert len(engine.state().problems) == 1


@pytest.mark.slow
def test_a_worker_that_sees_another_data_folder_says_so(engine, scheduler, start, wait_until):
    wait_until(lambda: (engine.data / "engine.json").exists(), "the app to own its folder")
    values = files.read_json(engine.data / "engine.json")
    files.write_json(engine.data / "engine.json", values | {"token": "another"})  # as a folder of that name elsewhere
    start(*worker(scheduler), project=True)
    wait_until(lambda: "another folder than the app's" in engine.state().message, "a sentence")
    (engine.data / "engine.json").unlink()
    wait_until(lambda: "finds no data folder" in engine.state().message, "another sentence")
    files.write_json(engine.data / "engine.json", values)
    wait_until(lambda: engine.state().ready, "the worker to be looked at again")
