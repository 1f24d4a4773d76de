"""An engine that only notes what it was asked for: pages are tested against stored state, nothing trains."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from facenet_core.runs.engine.state import WorkerState
from facenet_core.runs.records import RunRequest
from facenet_core.runs.storage import create_run, open_run


@dataclass
class StillEngine:
    """Keeps the calls it was given in ``asked``."""

    data: Path
    ready: bool = True
    boot_id: str = "boot-1"
    asked: list[tuple[str, Any]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    training: list[str] = field(default_factory=list)
    jobs: dict[str, Any] = field(default_factory=dict)
    busy_with: str = ""

    def train(self, config: Any, name: str | None = None, owner: str | None = None) -> str:
        run = create_run(self.data / "runs", config, name=name, owner=owner)
        self.asked.append(("train", config))
        self.waiting.append(run.id)
        return run.id

    def queue(self) -> list[str]:
        return self.waiting

    def moving(self) -> list[str]:
        return self.training

    def request(self, run_id: str, **wishes: Any) -> None:
        self.asked.append(("request", {"run": run_id, **wishes}))
        open_run(self.data / "runs", run_id).write_request(RunRequest(**wishes))

    def want_maps(self, run_id: str, method: str = "umap-2d") -> None:
        self.asked.append(("maps", (run_id, method)))

    def prepare_faces(self, faces: Any) -> str:
        self.asked.append(("prepare", faces))
        self.jobs.setdefault("job-1", job("running", done=3, total=10))
        return "job-1"

    def job(self, job_id: str) -> Any:
        return self.jobs[job_id]

    def cancel_job(self, job_id: str) -> None:
        self.asked.append(("cancel", job_id))

    def embed_photos(self, run_id: str, images: list[np.ndarray]) -> "Future[np.ndarray]":
        answer: Future[np.ndarray] = Future()
        points = np.stack([image.reshape(-1)[:32].astype(np.float32) + 1 for image in images])
        answer.set_result(points / np.linalg.norm(points, axis=1, keepdims=True))
        return answer

    def ask(self, function: Any, *args: Any) -> "Future[Any]":
        self.asked.append(("ask", function.__name__))
        answer: Future[Any] = Future()
        try:
            answer.set_result(function(*args))
        except Exception as error:
            answer.set_exception(error)
        return answer

    def start_job(self, kind: str, function: Any, *args: Any, resource: str = "side") -> str:
        self.asked.append(("job", (kind, function.__name__)))
        self.jobs.setdefault(f"{kind}-1", job("running", done=3, total=10))
        return f"{kind}-1"

    def state(self) -> Any:
        words = "2 workers ready" if self.ready else "loading torch"
        warming = "" if self.ready else words
        workers = [WorkerState(name="train-0", pid=1, busy_with=self.busy_with, warm=True)] if self.busy_with else []
        return SimpleNamespace(
            kind="local",
            ready=self.ready,
            message=words,
            workers=workers,
            read_only=False,
            warming=warming,
            problems=(),
        )

    def close(self) -> None:
        pass


def job(state: str, *, done: int = 0, total: int = 0, message: str = "", result: dict[str, Any] | None = None) -> Any:
    """Return a job's status."""
    return SimpleNamespace(state=state, done=done, total=total, what="pictures read", message=message, result=result)
