"""The engine for notebooks and tests: every job is done, in this process, when the call returns."""

import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from facenet_core.runs.advance import advance
from facenet_core.runs.engine.engine import Engine
from facenet_core.runs.engine.state import EngineState, WorkerState
from facenet_core.runs.maps import draw_maps
from facenet_core.runs.storage import RunFolder


class InlineEngine(Engine):
    """Does every job in the calling thread: ``train`` returns when the run is finished."""

    kind = "inline"

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self._followed: set[tuple[str, str]] = set()

    def queue(self) -> list[str]:
        """Return the runs that wait: none ever does."""
        return []

    def moving(self) -> list[str]:
        """Return the runs that train now: none does between two calls."""
        return []

    def state(self) -> EngineState:
        """Return how the engine is."""
        here = WorkerState(name="here", pid=os.getpid(), warm=True)
        return EngineState(kind=self.kind, ready=True, message="Jobs run in this process.", workers=(here,))

    def close(self) -> None:
        """Do nothing: nothing was started."""

    def _move(self, run: RunFolder) -> None:
        status = run.status()
        if status.state == "failed":
            run.write_status(replace(status, state="queued", details=""))
        advance(str(run.path), str(self.faces))
        for run_id, method in self._followed:
            if run_id == run.id:
                draw_maps(str(run.path), method)

    def _draw(self, run: RunFolder, method: str) -> None:
        self._followed.add((run.id, method))
        draw_maps(str(run.path), method)

    def _ask(self, name: str, resource: str, function: Callable[..., Any], args: tuple[Any, ...]) -> "Future[Any]":
        future: Future[Any] = Future()
        try:
            future.set_result(function(*args))
        except Exception as error:  # belongs to whoever asks for the result
            future.set_exception(error)
        return future
