"""The engine's books, with a cluster that only notes what it is given."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from facenet_core.runs import RunRequest
from facenet_core.runs.engine import dispatch
from facenet_core.runs.engine.connection import Workers
from facenet_core.runs.engine.dispatch import Dispatch, wants_to_move

TRAIN_0, TRAIN_1 = (("train-0", 1),), (("train-1", 1),)


class Cluster:
    """Two places to train; its tasks end when a test says so."""

    def __init__(self):
        self.workers = Workers(places=(TRAIN_0, TRAIN_1), resources=frozenset({"train-0", "train-1", "side"}))
        self.sent = []

    def place(self, resource):
        return ((resource, 1),)

    def submit(self, name, place, function, *args, first=False):
        task = SimpleNamespace(status="pending", value=None)
        task.done = lambda: task.status != "pending"
        task.result = task.exception = lambda: task.value
        self.sent.append((name, place, task))
        return task

    def end(self, number, status, value):
        task = self.sent[number][2]
        task.status, task.value = status, value


@pytest.fixture
def cluster():
    return Cluster()


@pytest.fixture
def books(tmp_path):
    return Dispatch(tmp_path / "runs", tmp_path / "faces")


def test_runs_wait_in_the_order_they_were_asked_for(books, cluster, make_run):
    runs = [make_run() for _ in range(4)]
    for run in runs:
        books.want(run)
    books.tick(cluster)

    assert [(name, place) for name, place, _ in cluster.sent] == [
        (f"train {runs[0].id}", TRAIN_0),
        (f"train {runs[1].id}", TRAIN_1),
    ]
    assert books.queue() == [runs[2].id, runs[3].id]

    runs[1].write_request(RunRequest(pause=True))
    runs[1].write_status(type(runs[1].status())(state="paused"))
    cluster.end(1, "finished", "paused")
    books.tick(cluster)

    assert cluster.sent[-1][:2] == (f"train {runs[2].id}", TRAIN_1)
    assert books.queue() == [runs[3].id]


def test_a_run_that_waits_keeps_its_place_when_its_wish_changes(books, cluster, make_run):
    runs = [make_run() for _ in range(4)]
    for run in runs:
        books.want(run)
    books.tick(cluster)
    since = runs[2].status().queued_at
    runs[2].write_request(RunRequest(until_step=1))
    books.want(runs[2])
    assert books.queue() == [runs[2].id, runs[3].id]
    assert books.moving() == [runs[0].id, runs[1].id]
    assert runs[2].status().queued_at == since  # after a restart, too

    books.rest(runs[2].id)
    assert books.queue() == [runs[3].id]
    books.want(runs[2])
    assert books.queue() == [runs[3].id, runs[2].id]


def test_a_run_whose_worker_does_not_come_back_goes_to_another(books, cluster, make_run, monkeypatch):
    run = make_run()
    books.want(run)
    books.tick(cluster)
    books.tick(cluster)
    assert len(cluster.sent) == 1  # its place is there: it is at work

    cluster.workers = Workers(places=(TRAIN_1,), resources=cluster.workers.resources)
    monkeypatch.setattr(dispatch, "_PLACE_IS_LOST", 0.0)
    books.tick(cluster)
    books.tick(cluster)

    assert cluster.sent[-1][:2] == (f"train {run.id}", TRAIN_1)


def test_a_job_that_the_cluster_lost_is_sent_again(books, cluster, make_run):
    books.want(make_run())
    books.tick(cluster)
    cluster.end(0, "lost", None)
    books.tick(cluster)

    assert len(cluster.sent) == 2


def test_a_worker_that_cannot_run_the_job_fails_the_run(books, cluster, make_run):
    run = make_run()
    books.want(run)
    books.tick(cluster)
    cluster.end(0, "error", ModuleNotFoundError("No module named 'facenet_core'"))
    books.tick(cluster)
    books.tick(cluster)

    assert run.status().state == "failed"
    assert "facenet_core" in run.status().message
    assert len(cluster.sent) == 1


@pytest.mark.parametrize(
    ("state", "step", "request_", "moves"),
    [
        ("queued", 0, RunRequest(), True),
        ("running", 9, RunRequest(), True),  # killed before it could say that it is finished
        ("paused", 4, RunRequest(), True),
        ("paused", 4, RunRequest(until_step=4), False),
        ("paused", 4, RunRequest(until_epoch=2), True),
        ("paused", 4, RunRequest(pause=True), False),
        ("running", 4, RunRequest(pause=True), True),  # killed before it could rest
        ("finished", 9, RunRequest(), False),
        ("finished", 9, RunRequest(epochs=4), True),
        ("failed", 4, RunRequest(), False),
    ],
)
def test_a_run_moves_while_its_request_asks_for_more(make_run, state, step, request_, moves):
    run = make_run()
    run.write_record(replace(run.record(), steps_per_epoch=3))
    run.write_status(replace(run.status(), state=state, step=step))
    run.write_request(request_)

    assert wants_to_move(run) is moves
