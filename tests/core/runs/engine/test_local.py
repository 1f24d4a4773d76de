"""Workers of the app's own: killed, restarted, shared, and gone when the app is gone."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facenet_core import files
from facenet_core.runs import EngineReadOnly, InlineEngine, LocalEngine, create_run, open_run
from facenet_core.runs.engine.connection import read_workers
from facenet_core.runs.engine.state import EngineState

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def left_behind(data, noise_folder):
    """A run that was queued when its engine ended."""
    from facenet_core.config import FacesConfig, TrainingConfig

    faces = FacesConfig(source="folder", path=str(noise_folder), people=6, images=4)
    return create_run(data / "runs", TrainingConfig(faces=faces, embedding_size=16, epochs=1, precision="float32"))


@pytest.fixture(scope="module")
def engine(data, left_behind):
    engine = LocalEngine(data, warm_up=False)
    yield engine
    engine.close()


@pytest.fixture
def undisturbed(tmp_path, weights_of):
    """Return the weights of a run that nobody disturbed, trained in this process."""

    def train(config):
        here = InlineEngine(tmp_path / "undisturbed")
        return weights_of(open_run(here.runs, here.train(config)))

    return train


def worker_of(engine, run_id):
    return next((worker.pid for worker in engine.state().workers if run_id in worker.busy_with), None)


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def listening_addresses(pid):
    """Return the addresses, as the kernel writes them, on which a process listens."""
    own = {os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir() if entry.is_symlink()}
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own}


def test_a_restarted_engine_takes_up_what_was_left(engine, left_behind, wait_until):
    wait_until(lambda: left_behind.status().state == "finished", "the run that was left behind")


def test_a_run_equals_one_that_was_trained_inline(engine, tiny, undisturbed, wait_until, weights_of):
    run = open_run(engine.runs, engine.train(tiny))
    engine.want_maps(run.id, "pca-2d")

    wait_until(lambda: run.status().resting, "the run to finish")
    wait_until(lambda: run.map_epochs("pca-2d") == [0, 1, 2, 3], "the maps")
    photo = engine.embed_photos(run.id, [np.zeros((110, 110, 3), np.uint8)])

    assert run.status().state == "finished"
    assert weights_of(run) == undisturbed(tiny)
    assert photo.result(60).shape == (1, 16)


def test_a_worker_killed_again_and_again_changes_nothing(engine, tiny, undisturbed, wait_until, weights_of):
    config = replace(tiny, epochs=20)
    run = open_run(engine.runs, engine.train(config))
    killed = set()

    for step in (1, 14, 15, 31, 47):
        wait_until(lambda step=step: run.status().step >= step or run.status().resting, f"step {step}")
        wait_until(
            lambda: worker_of(engine, run.id) not in (None, *killed) or run.status().resting, "a worker that moves it"
        )
        if run.status().resting:
            break
        pid = worker_of(engine, run.id)
        killed.add(pid)
        os.kill(pid, signal.SIGKILL)

    wait_until(lambda: run.status().resting, "the run to finish", seconds=120)
    assert run.status().state == "finished", run.status().details
    assert len(killed) >= 2
    assert weights_of(run) == undisturbed(config)
    assert run.steps()["step"].tolist() == list(range(1, 61))
    assert run.epochs() == list(range(21))


def test_pause_change_and_play(engine, tiny, wait_until):
    run = open_run(engine.runs, engine.train(replace(tiny, epochs=500)))
    wait_until(lambda: run.status().step >= 2, "the second step")

    engine.request(run.id, pause=True)
    wait_until(lambda: run.status().state == "paused", "the pause")
    step = run.status().step
    engine.request(run.id, until_step=step + 1, margin=0.6)
    wait_until(lambda: run.status().resting and run.status().step == step + 1, "one step")
    assert run.steps()["margin"][-1] == 0.6
    engine.request(run.id, stop=True)
    assert run.status().state == "stopped"


def test_more_runs_than_places_wait_in_a_queue(engine, tiny, wait_until):
    long = replace(tiny, epochs=10_000)
    runs = [open_run(engine.runs, engine.train(long)) for _ in range(4)]
    wait_until(lambda: all(run.status().step for run in runs[:2]), "two runs to move", seconds=90)

    assert engine.queue() == [runs[2].id, runs[3].id]
    assert runs[2].status().state == "queued"
    engine.request(runs[2].id, stop=True)
    engine.request(runs[0].id, stop=True)
    wait_until(lambda: runs[3].status().step, "the next in the queue to move", seconds=90)
    assert runs[2].status().state == "stopped"
    assert runs[2].status().step == 0
    for run in runs:
        engine.request(run.id, stop=True)
    wait_until(lambda: all(run.status().state == "stopped" for run in runs), "all to stop")


def test_a_second_engine_on_the_same_folder_only_looks(engine, data, tiny):
    second = LocalEngine(data)
    try:
        state = second.state()
        assert state.read_only
        assert str(os.getpid()) in state.message
        assert "FACENET_DATA" in state.message
        with pytest.raises(EngineReadOnly):
            second.train(tiny)
        assert second.child_pid is None
    finally:
        second.close()


def test_the_cluster_is_restarted_when_it_is_killed(engine, tiny, undisturbed, wait_until, weights_of):
    config = replace(tiny, epochs=10)
    run = open_run(engine.runs, engine.train(config))
    wait_until(lambda: run.status().step >= 4, "some steps")
    child = engine.child_pid
    os.kill(child, signal.SIGKILL)

    wait_until(lambda: run.status().resting, "the run to finish", seconds=120)
    assert run.status().state == "finished", run.status().details
    assert weights_of(run) == undisturbed(config)
    assert engine.child_pid != child


def test_a_run_that_another_program_moves_is_left_to_it(engine, tiny, wait_until):
    run = create_run(engine.runs, tiny)
    with files.locked(run.path / "lock"):
        engine.request(run.id, until_step=1)
        wait_until(lambda: engine.queue() == [], "the engine to find it taken")
        assert run.status().step == 0
    wait_until(lambda: run.status().step == 1, "the engine to look again")


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_workers_listen_on_this_machine_only(engine, wait_until):
    wait_until(lambda: len([w for w in engine.state().workers if w.pid]) == 3, "three workers")
    pids = [engine.child_pid, *(worker.pid for worker in engine.state().workers)]

    addresses = set().union(*(listening_addresses(pid) for pid in pids))

    assert addresses == {"0100007F"}  # 127.0.0.1: whoever reaches Dask's port can run what they like


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_everything_ends_when_the_app_is_killed(tmp_path, wait_until):
    code = (
        "import sys, time; from pathlib import Path; from facenet_core.runs import LocalEngine\n"
        "engine = LocalEngine(Path(sys.argv[1]), warm_up=False)\n"
        "while len([w for w in engine.state().workers if w.pid]) < 3: time.sleep(0.05)\n"
        "print(engine.child_pid, *[w.pid for w in engine.state().workers], flush=True); time.sleep(600)"
    )
    app = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    pids = [int(pid) for pid in app.stdout.readline().split()]
    assert len(pids) == 4
    assert all(is_alive(pid) for pid in pids)

    app.kill()
    app.communicate()

    wait_until(lambda: not any(is_alive(pid) for pid in pids), "all processes to end", seconds=20)


def test_a_worker_that_was_not_heard_of_yet_is_not_called_warm():
    own = {"name": "train-0", "resources": {"train": 1, "train-0": 1}, "metrics": {}}
    of_a_cluster = {"name": "tcp://10.0.0.1:4000", "nthreads": 2, "metrics": {}}
    states = {state.name: state for state in read_workers([own, of_a_cluster]).states}
    assert not states["train-0"].warm
    assert states["tcp://10.0.0.1:4000"].warm
    waiting = EngineState(kind="local", ready=True, message="", workers=tuple(states.values()))
    assert waiting.warming == "The workers are warming up: starting."
