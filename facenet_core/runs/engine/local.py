"""The engine that a learner has: workers on this machine, started by the app itself."""

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, cast

from facenet_core.runs.engine.cluster_engine import ClusterEngine
from facenet_core.runs.engine.connection import Connection, Unreachable
from facenet_core.runs.engine.starting import STILL_SECONDS, Told
from facenet_core.runs.engine.state import loading_words
from facenet_core.runs.engine.workers.process import PHASES_VARIABLE

_END_SECONDS = 8
_LOOK_EVERY = 0.5
"""Seconds between two looks at a process that has nothing to tell."""


class LocalEngine(ClusterEngine):
    """Starts ``python -m facenet_core workers`` in the background and restarts it should it end.

    It waits for a process that gets on, however slowly: see ``starting``.

    Args:
        data: The folder with ``runs/``, ``faces/`` and ``jobs/``.
        warm_up: Whether the workers load everything before anybody asks for it.
    """

    kind = "local"

    def __init__(self, data: Path, *, warm_up: bool = True) -> None:
        self._warm_up = "--warm-up" if warm_up else "--no-warm-up"
        self._child: subprocess.Popen[str] | None = None
        self._told = Told(io.StringIO(), lambda: None)
        super().__init__(data)

    @property
    def child_pid(self) -> int | None:
        """The process of the workers' cluster; None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def _waiting_words(self) -> str:
        told = self._told
        if self._child is None or not told.phase:
            return super()._waiting_words()
        return loading_words("The workers are starting", told.phase, told.seconds)

    def _connect(self) -> Connection:
        if self._child is None or self._child.poll() is not None:
            self._end_child()
            self._message = "The workers are starting."
            self._child, self._told = self._start()
        while not self._closing.is_set():
            self._check_child()
            if self._told.address is not None:
                with contextlib.suppress(Unreachable):  # a busy scheduler answers late
                    return Connection(self._told.address, self._wake.set)
            self._wake.wait(_LOOK_EVERY)
            self._wake.clear()
        raise Unreachable("the program ends")

    def _check_child(self) -> None:
        """Raise Unreachable when the process is gone or stuck."""
        log, told = self.data / "workers.log", self._told
        if self._child is None or told.ended or self._child.poll() is not None:
            raise Unreachable(f"they did not start, see {log}")
        if told.stuck:
            raise Unreachable(f"nothing was heard for {STILL_SECONDS:.0f} s while {told.phase}, see {log}")

    def _look(self, cluster: Connection) -> None:
        super()._look(cluster)
        if not cluster.workers.places:
            self._check_child()

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "facenet_core", "workers", "--faces-root", str(self.faces), self._warm_up]

    def _start(self) -> "tuple[subprocess.Popen[str], Told]":
        project = str(Path(__file__).parents[3])
        path = os.pathsep.join([project, *filter(None, [os.environ.get("PYTHONPATH")])])
        with open(self.data / "workers.log", "w", encoding="utf-8") as log:
            child = subprocess.Popen(
                self._command(),
                stdin=subprocess.PIPE,  # its end tells the workers that this process is gone
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONPATH": path, PHASES_VARIABLE: "yes"},
                start_new_session=True,  # an interrupt at the terminal is for the server, which then ends the workers
            )
        return child, Told(cast(IO[str], child.stdout), self._wake.set)

    def _disconnected(self, error: Exception | None = None) -> None:
        alive = self._child is not None and self._child.poll() is None and not self._told.ended
        if error is not None and alive and not self._told.stuck:
            return  # only the connection was lost: the workers go on, and are found again
        self._end_child()

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.stdin:
            child.stdin.close()
        try:
            child.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
        if child.stdout:
            child.stdout.close()
