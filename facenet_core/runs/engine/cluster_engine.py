"""An engine whose jobs are done by a Dask cluster: a thread keeps the books and never holds up a page."""

import contextlib
import os
import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from facenet_core import files
from facenet_core.runs import job_status as jobs
from facenet_core.runs.engine.by_name import name_of
from facenet_core.runs.engine.connection import Connection, Unreachable
from facenet_core.runs.engine.dispatch import Call, Dispatch
from facenet_core.runs.engine.engine import Engine
from facenet_core.runs.engine.state import EngineState, WorkerState
from facenet_core.runs.storage import RunFolder

_TICK = 0.25
_TICK_WHILE_STARTING = 0.05
_TRY_AGAIN = 2.0


class ClusterEngine(Engine):
    """Does every job in a Dask cluster.

    The constructor returns at once; a thread connects, takes up the runs that were moving, and gives out work.
    One engine at a time writes in a data folder: a second one only looks until the first is gone.
    """

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self._books = Dispatch(self.runs, self.faces)
        self._guard = threading.RLock()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._owned = contextlib.ExitStack()
        self._owner = self._own_data()
        self._cluster: Connection | None = None
        self._workers: tuple[WorkerState, ...] = ()
        self._message = "The workers are starting."
        self._thread = threading.Thread(target=self._supervise, name="engine", daemon=True)
        self._thread.start()

    @abstractmethod
    def _connect(self) -> Connection:
        """Return a connection; called in the engine's thread.

        Raises:
            Unreachable: There is none yet; tried again later.
        """

    @abstractmethod
    def _disconnected(self, error: Exception | None = None) -> None:
        """End what is left of a cluster that is gone or, without an error, no longer wanted."""

    def _waiting_words(self) -> str:
        """Return a sentence about workers that are not there yet."""
        return self._message

    def _look(self, cluster: Connection) -> None:
        """Ask the cluster about its workers; raise Unreachable when none will come any more."""
        cluster.look()

    def queue(self) -> list[str]:
        """Return the runs that wait for a worker, in order."""
        with self._guard:
            return self._books.queue()

    def moving(self) -> list[str]:
        """Return the runs that train now."""
        with self._guard:
            return self._books.moving()

    def state(self) -> EngineState:
        """Return how the engine is, at once."""
        if not self._owner:
            return EngineState(kind=self.kind, ready=False, message=self._other_owner(), read_only=True)
        workers, cluster = self._workers, self._cluster
        problems = () if cluster is None else cluster.workers.problems
        if cluster is None or not cluster.workers.places:
            message = " ".join(problems) or self._waiting_words()
            return EngineState(kind=self.kind, ready=False, message=message, workers=workers, problems=problems)
        ready = "The workers are ready."
        state = EngineState(kind=self.kind, ready=True, message=ready, workers=workers, problems=problems)
        return replace(state, message=state.warming) if state.warming else state

    def close(self) -> None:
        """End what the engine started; runs rest where their last checkpoint is."""
        self._closing.set()
        self._wake.set()
        self._thread.join(timeout=15)

    # What Engine asks for

    def _move(self, run: RunFolder) -> None:
        with self._guard:
            self._books.want(run)
        self._wake.set()

    def _rest(self, run: RunFolder, state: str) -> None:
        super()._rest(run, state)
        with self._guard:
            self._books.rest(run.id)

    def _draw(self, run: RunFolder, method: str) -> None:
        with self._guard:
            self._books.follow(run.id, method)
        self._wake.set()

    def _ask(self, name: str, resource: str, function: Callable[..., Any], args: tuple[Any, ...]) -> "Future[Any]":
        name_of(function)  # a worker has to find it: said to whoever asks, not to the thread
        call = Call(name=name, resource=resource, function=function, args=args)
        with self._guard:
            self._books.call(call)
        self._wake.set()
        return call.result

    # The thread

    def _supervise(self) -> None:
        try:
            if self._owner:
                self._announce()
            while not self._closing.is_set():
                self._wake.clear()
                pause = self._turn_pages()
                self._wake.wait(pause)
        finally:
            self._let_go()
            self._disconnected()
            self._owned.close()

    def _turn_pages(self) -> float:
        """Do what there is to do; return the seconds until it is worth looking again."""
        if not self._owner and not self._become_owner():
            return 1.0
        try:
            if self._cluster is None:
                self._cluster = self._connect()
                with self._guard:
                    self._books.take_up()
            if not self._cluster.alive:
                raise Unreachable(f"the scheduler at {self._cluster.address} is gone")
            self._look(self._cluster)
            self._workers = self._cluster.workers.states
            with self._guard:
                self._books.tick(self._cluster)
        except Exception as error:  # whatever it is, the engine lives on and tries again
            self._lose(error)
            return _TRY_AGAIN
        return _TICK if self._cluster.workers.places else _TICK_WHILE_STARTING

    def _lose(self, error: Exception) -> None:
        self._message = f"There are no workers ({error}): trying again."
        self._let_go()
        self._disconnected(error)

    def _let_go(self) -> None:
        cluster, self._cluster, self._workers = self._cluster, None, ()
        with self._guard:
            self._books.lose_cluster()
        if cluster is not None:
            with contextlib.suppress(Exception):  # it may be gone already, in any way
                cluster.close()

    # The data folder has one writer

    def _own_data(self) -> bool:
        self.data.mkdir(parents=True, exist_ok=True)
        try:
            self._owned.enter_context(files.locked(self.data / "engine.lock"))
        except files.AlreadyLocked:
            return False
        return True

    def _announce(self) -> None:
        """Say who owns the data folder; done in the thread, since flushing files takes its time."""
        files.write_json(self.data / "engine.json", {"pid": os.getpid(), "since": time.time(), "token": self.boot_id})
        jobs.end_interrupted(self.jobs)

    def _become_owner(self) -> bool:
        self._owner = self._own_data()
        if self._owner:
            self._announce()
        return self._owner

    def _other_owner(self) -> str:
        try:
            pid = files.read_json(self.data / "engine.json")["pid"]
        except (OSError, ValueError, KeyError):
            pid = "unknown"
        return (
            f"Another FaceNet Lab (process {pid}) works on {self.data}: close it, or set FACENET_DATA to another "
            "folder; until then everything can be looked at and nothing started."
        )
