"""The engine that a learner has: workers on this machine, started by the app itself."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from facenet_core.runs.cluster_engine import ClusterEngine
from facenet_core.runs.connection import Connection, Unreachable

_START_SECONDS = 60
_END_SECONDS = 8


class LocalEngine(ClusterEngine):
    """Starts ``python -m facenet_core workers`` in the background and restarts it should it end.

    Args:
        data: The folder with ``runs/``, ``faces/`` and ``jobs/``.
        warm_up: Whether the workers load everything before anybody asks for it.
    """

    kind = "local"

    def __init__(self, data: Path, *, warm_up: bool = True) -> None:
        self._warm_up = "--warm-up" if warm_up else "--no-warm-up"
        self._child: subprocess.Popen[str] | None = None
        super().__init__(data)

    @property
    def child_pid(self) -> int | None:
        """The process of the workers' cluster; None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def _connect(self) -> Connection:
        self._message = "The workers are starting."
        self._child = self._start()
        return Connection(self._read_address(self._child), self._wake.set)

    def _start(self) -> "subprocess.Popen[str]":
        project = str(Path(__file__).parents[2])
        path = os.pathsep.join([project, *filter(None, [os.environ.get("PYTHONPATH")])])
        command = [sys.executable, "-m", "facenet_core", "workers", "--faces-root", str(self.faces), self._warm_up]
        with open(self.data / "workers.log", "w", encoding="utf-8") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,  # its end tells the workers that this process is gone
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "PYTHONPATH": path},
                start_new_session=True,  # an interrupt at the terminal is for the server, which then ends the workers
            )

    def _read_address(self, child: "subprocess.Popen[str]") -> str:
        timer = threading.Timer(_START_SECONDS, child.kill)
        timer.start()
        try:
            line = child.stdout.readline() if child.stdout else ""
            address = json.loads(line)["address"]
        except (ValueError, KeyError, TypeError):
            raise Unreachable(f"they did not start, see {self.data / 'workers.log'}") from None
        finally:
            timer.cancel()
        return str(address)

    def _disconnected(self) -> None:
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
