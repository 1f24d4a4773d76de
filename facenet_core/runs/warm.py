"""What a worker loads before anybody asks for it, so that the first click is answered at once.

Dask loads this module into every worker that the app starts (``preload``), also into one that replaces
another. The warming runs in a thread of its own, a stage at a time. A job that arrives meanwhile has the
thread finish its stage and leave out the rest: the two must not compute side by side, because the number
of threads belongs to the process and decides the last digits of a run. The worker beside the training warms on
when it rests again; a training worker does not, since whoever steps through a run would wait for it.
"""

import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from distributed import Worker

FACES_VARIABLE = "FACENET_WARM_FACES"
"""Environment variable with the folder of prepared faces; without it no face is prepared ahead."""

WARM_UP_VARIABLE = "FACENET_WARM_UP"
"""Environment variable; ``no`` leaves everything to be loaded when it is needed."""

Stage = tuple[str, Callable[[], None]]


class _Hurried(Exception):
    pass


class _Warmth:
    def __init__(self, rest: float = 5.0) -> None:
        self.message = ""
        self._rest = rest  # seconds without a job before it goes on: photos come one after another
        self._last_job = 0.0
        self.done = threading.Event()
        self.done.set()
        self._hurry = threading.Event()
        self._guard = threading.Lock()
        self._jobs = 0
        self._left: list[Stage] = []
        self._goes_on = False

    def begin(self, stages: list[Stage], *, goes_on: bool = False) -> None:
        """Warm in a thread; ``goes_on`` when what a job broke off is to be made up for once none is left."""
        self._left, self._goes_on = list(stages), goes_on
        self._start()

    def _start(self) -> None:
        self.done.clear()
        threading.Thread(target=self._run, name="warm-up", daemon=True).start()

    def _run(self) -> None:
        try:
            while self._left and not self._hurry.is_set():
                self.message, stage = self._left[0]
                stage()
                del self._left[0]
        except _Hurried:
            pass
        except Exception as error:  # the job that needs it will say what is missing, and how to mend it
            self._left.clear()
            print(f"warming up: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            self.message = ""
            self.done.set()

    def leave_if_hurried(self) -> None:
        """Break off a stage that only waits, when a job has come."""
        if self._hurry.is_set():
            raise _Hurried

    @contextmanager
    def kept_off(self) -> Iterator[None]:
        """Wait until the warming rests, and keep it from going on meanwhile."""
        with self._guard:
            self._jobs += 1
            self._hurry.set()
        self.done.wait()
        try:
            yield
        finally:
            with self._guard:
                self._jobs -= 1
                self._last_job = time.monotonic()
                wanted = not self._jobs and self._goes_on and bool(self._left)
            if wanted:
                later = threading.Timer(self._rest, self._go_on)
                later.daemon = True
                later.start()

    def _go_on(self) -> None:
        with self._guard:
            rested = time.monotonic() - self._last_job >= self._rest
            if not self._jobs and rested and self._left and self.done.is_set():
                self._hurry.clear()
                self._start()


_warmth = _Warmth()


def dask_setup(worker: "Worker") -> None:
    """Begin to warm a worker; Dask calls this when the worker has started."""
    worker.metrics["facenet"] = _report
    if os.environ.get(WARM_UP_VARIABLE) != "no":
        beside = "side" in worker.state.total_resources
        _warmth.begin(_side_stages() if beside else _training_stages(), goes_on=beside)


def when_warm(function: Callable[..., Any], *args: Any) -> Any:
    """Call ``function`` once the warming does not run beside it any more; every job comes this way."""
    with _warmth.kept_off():
        return function(*args)


def _report(worker: "Worker") -> dict[str, Any]:
    """Return what a worker tells with each heartbeat."""
    return {
        "pid": os.getpid(),
        "warm": _warmth.done.is_set(),
        "message": _warmth.message,
        "busy": sorted(str(task.key) for task in worker.state.executing),
    }


def _training_stages() -> list[Stage]:
    return [
        ("loading torch", _load_torch),
        ("drawing the synthetic class", _draw_faces),
        ("rehearsing a first step", _rehearse),
    ]


def _side_stages() -> list[Stage]:
    return [("loading umap", _load_umap), ("loading torch", _load_torch)]


def _load_torch() -> None:
    import facenet_core.training  # noqa: F401


def _draw_faces() -> None:
    root = os.environ.get(FACES_VARIABLE)
    if root:
        from facenet_core.config import FacesConfig
        from facenet_core.runs.preparing import prepare_once

        prepare_once(FacesConfig(), root=Path(root), progress=lambda *_: None, waiting=_warmth.leave_if_hurried)


def _rehearse() -> None:
    """Take the first step of a run that nobody sees: whatever the first step has to build is there afterwards.

    The fastest arithmetic is found on the way, and remembered by the process.
    """
    from facenet_core.config import TrainingConfig
    from facenet_core.runs.advance import advance
    from facenet_core.runs.records import RunRequest
    from facenet_core.runs.storage import create_run

    root = os.environ.get(FACES_VARIABLE)
    if root:
        with tempfile.TemporaryDirectory(prefix="facenet-rehearsal-") as folder:
            run = create_run(Path(folder), TrainingConfig())
            run.write_request(RunRequest(until_step=1))
            advance(str(run.path), root)


def _load_umap() -> None:
    from facenet_core.projection import warm_up

    warm_up()
