"""Which run moves where, and what follows it: the engine's books, which own neither threads nor a cluster."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facenet_core import files
from facenet_core.runs.advance import advance, goal_in_steps
from facenet_core.runs.maps import draw_maps, maps_missing
from facenet_core.runs.storage import RunFolder, list_runs

if TYPE_CHECKING:
    from facenet_core.runs.engine.connection import Connection, Place, Task

_LOOK_AGAIN = 1.0
"""Seconds until a run that another process moves is looked at again."""


_PLACE_IS_LOST = 20.0
"""Seconds after which the run of a worker that does not come back is given to another."""


@dataclass(kw_only=True)
class Move:
    """A run on its way in the cluster."""

    task: "Task"
    place: "Place"
    last_there: float


@dataclass(kw_only=True)
class Call:
    """A job beside the runs whose result somebody waits for."""

    name: str
    resource: str
    function: Callable[..., Any]
    args: tuple[Any, ...]
    result: "Future[Any]" = field(default_factory=Future)
    task: "Task | None" = None


class Dispatch:
    """Runs that are to move, maps that are to be drawn, calls that are to be made.

    Every method is called with the engine's lock held.

    Args:
        runs: The folder of all runs.
        faces: Where prepared sets are kept.
    """

    def __init__(self, runs: Path, faces: Path) -> None:
        self._runs, self._faces = runs, faces
        self.wanted: dict[str, float] = {}  # in the order asked for; when to look at each again
        self._moving: dict[str, Move] = {}
        self._followed: dict[tuple[str, str], None] = {}
        self._drawing: dict[tuple[str, str], Task] = {}
        self._calls: list[Call] = []

    # What is asked for

    def want(self, run: RunFolder) -> None:
        """Have a run moved until its request is met."""
        if run.id not in self._moving:
            enqueue(run)
        self.wanted[run.id] = 0.0  # one that waits already keeps its place, whatever is asked of it now

    def rest(self, run_id: str) -> None:
        """No longer have a run moved that waits; one that moves reads its request."""
        if run_id not in self._moving:
            self.wanted.pop(run_id, None)

    def follow(self, run_id: str, method: str) -> None:
        """Have the maps of a run drawn, also those of epochs to come."""
        self._followed.setdefault((run_id, method))

    def call(self, call: Call) -> None:
        """Have a job done beside the runs."""
        self._calls.append(call)

    def take_up(self) -> None:
        """Want every run that was queued or running when its engine ended, those waiting longest first."""
        found = [(run.status(), run) for run in list_runs(self._runs)]
        left = [(status.queued_at, run) for status, run in found if status.state in ("queued", "running")]
        for _, run in sorted(left, key=lambda pair: (pair[0], pair[1].id)):
            if run.id not in self._moving:
                self.wanted.setdefault(run.id, 0.0)

    def queue(self) -> list[str]:
        """Return the runs that wait for a place, in order."""
        now = time.monotonic()  # one that another process moves is looked at later, and does not wait
        return [run_id for run_id, look_at in self.wanted.items() if run_id not in self._moving and look_at <= now]

    def moving(self) -> list[str]:
        """Return the runs that are at a worker."""
        return list(self._moving)

    # What is done about it

    def lose_cluster(self) -> None:
        """Forget what a cluster that is gone was doing; it is all asked for again."""
        self._moving.clear()
        self._drawing.clear()
        for call in self._calls:
            call.task = None

    def tick(self, cluster: "Connection") -> None:
        """Take in what is done and give out what there are places for."""
        self._reap_runs(cluster)
        self._send_runs(cluster)
        self._reap_calls()
        self._send_calls(cluster)
        self._follow_runs(cluster)

    def _reap_runs(self, cluster: "Connection") -> None:
        now = time.monotonic()
        for run_id, move in list(self._moving.items()):
            task = move.task
            if move.place in cluster.workers.places:
                move.last_there = now
            if not task.done():
                if now - move.last_there > _PLACE_IS_LOST:
                    del self._moving[run_id]  # should it move after all, its lock keeps the other away
                continue
            del self._moving[run_id]
            if task.status == "error":
                _report_broken(RunFolder(self._runs / run_id), task.exception())
            elif task.status == "finished" and task.result() == "moving" and run_id in self.wanted:
                self.wanted[run_id] = time.monotonic() + _LOOK_AGAIN

    def _send_runs(self, cluster: "Connection") -> None:
        free = Counter(cluster.workers.places) - Counter(move.place for move in self._moving.values())
        now = time.monotonic()
        for run_id, look_at in list(self.wanted.items()):
            if run_id in self._moving or look_at > now:
                continue
            run = RunFolder(self._runs / run_id)
            if not wants_to_move(run):
                del self.wanted[run_id]
                continue
            if not free.total():
                return
            place = min(place for place, count in free.items() if count)
            free[place] -= 1
            task = cluster.submit(f"train {run_id}", place, advance, str(run.path), str(self._faces))
            self._moving[run_id] = Move(task=task, place=place, last_there=now)

    def _reap_calls(self) -> None:
        for call in list(self._calls):
            if call.task is None or not call.task.done():
                continue
            if call.task.status in ("cancelled", "lost"):
                call.task = None
                continue
            self._calls.remove(call)
            if call.task.status == "error":
                call.result.set_exception(call.task.exception())
            else:
                call.result.set_result(call.task.result())

    def _send_calls(self, cluster: "Connection") -> None:
        for call in self._calls:
            if call.task is None and cluster.workers.places:
                place = cluster.place(call.resource)
                call.task = cluster.submit(call.name, place, call.function, *call.args, first=True)

    def _follow_runs(self, cluster: "Connection") -> None:
        for followed in list(self._followed):
            task = self._drawing.get(followed)
            if task is not None and not task.done():
                continue
            if task is not None and task.status == "error":
                del self._followed[followed], self._drawing[followed]  # asked for again, it is tried again
                continue
            self._drawing.pop(followed, None)
            self._draw_next(cluster, followed)

    def _draw_next(self, cluster: "Connection", followed: tuple[str, str]) -> None:
        run_id, method = followed
        run = RunFolder(self._runs / run_id)
        at_rest = run_id not in self.wanted and run.status().resting
        if maps_missing(run, method):
            place = cluster.place("side")
            self._drawing[followed] = cluster.submit(f"maps {run_id}", place, draw_maps, str(run.path), method)
        elif at_rest:
            del self._followed[followed]


def wants_to_move(run: RunFolder) -> bool:
    """Return whether a run's request asks for more than the run has done."""
    try:
        request, record = run.request(), run.record()
    except ValueError:
        return False
    status = run.status()
    if status.state == "failed" or request.pause or request.stop:
        return status.state in ("running", "queued") and (request.pause or request.stop)  # killed before it could rest
    if not status.resting or record.steps_per_epoch is None:
        return True
    epochs = request.epochs or record.config.epochs
    return status.step < goal_in_steps(request, epochs, record.steps_per_epoch)


def enqueue(run: RunFolder) -> None:
    """Mark a run as waiting for a worker; one that is moved by somebody reads its request instead."""
    try:
        with files.locked(run.path / "lock"):
            status = run.status()
            since = status.queued_at if status.state == "queued" and status.queued_at else time.time()
            words = "Waiting for a free worker."
            run.write_status(replace(status, state="queued", details="", message=words, queued_at=since))
    except files.AlreadyLocked:
        pass


def _report_broken(run: RunFolder, error: BaseException | None) -> None:
    """Say what kept a worker from even beginning the job."""
    status = run.status()
    if run.path.is_dir() and not status.resting:
        message = f"The workers cannot train ({type(error).__name__}: {error}): check that they have this program."
        run.write_status(replace(status, state="failed", message=message))
