"""What a worker loads before anybody asks for it, so that the first click is answered at once.

Dask loads this module into every worker that the app starts (``preload``), also into one that replaces
another. The warming runs in a thread of its own, which stands back for pages, a stage at a time. A job that arrives
meanwhile has the thread finish its stage and leave out the rest: the two must not compute side by side, because the
number of threads belongs to the process and decides the last digits of a run. The worker beside the training warms on
when it rests again; a training worker does not, since whoever steps through a run would wait for it. What freed
memory a worker keeps for its next step goes back to the system once it has rested for a while.
"""

import asyncio
import importlib
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from facenet_core.runs.engine.workers.malloc import hand_back_now
from facenet_core.runs.engine.workers.politeness import (
    TRAINING,
    WARMING,
    group_niceness,
    process_niceness,
    thread_niceness,
)

if TYPE_CHECKING:
    from distributed import Worker

FACES_VARIABLE = "FACENET_WARM_FACES"
"""Environment variable with the folder of prepared faces; without it no face is prepared ahead."""

WARM_UP_VARIABLE = "FACENET_WARM_UP"
"""Environment variable; ``no`` leaves everything to be loaded when it is needed."""

_TELL_AFTER = 0.05  # seconds


class Stage(NamedTuple):
    """A part of the warming.

    Attributes:
        message: What it does, for people.
        work: Does it.
        behind: Nobody waits for it: the worker counts as warm, a job breaks it off within a moment, and it goes on
            once the worker rests.
    """

    message: str
    work: Callable[[], None]
    behind: bool = False


_IMPORTED_FOR_TRAINING = (
    "facenet_core.training",
    "facenet_core.runs.advance",
    "facenet_core.evaluation",
    "facenet_core.faces.synthetic",
)


class _Hurried(Exception):
    pass


class _Warmth:
    def __init__(self, rest: float = 5.0) -> None:
        self.message = ""
        self.behind = False
        self._rest = rest  # seconds without a job before it goes on: photos come one after another
        self._last_job = 0.0
        self.done = threading.Event()
        self.done.set()
        self._hurry = threading.Event()
        self._guard = threading.Lock()
        self._jobs = 0
        self._left: list[Stage] = []
        self._goes_on = False
        self._stage_began = time.monotonic()
        self.changed: Callable[[], None] = lambda: None
        """Called, in any thread, when there is something new to tell."""

    def begin(self, stages: list[Stage], *, goes_on: bool = False) -> None:
        """Warm in a thread; ``goes_on`` when all that a job broke off is to be made up for once none is left."""
        self._left, self._goes_on = list(stages), goes_on
        self._start()

    def _start(self) -> None:
        self.done.clear()
        threading.Thread(target=self._run, name="warm-up", daemon=True).start()

    def _run(self) -> None:
        thread_niceness(WARMING)
        try:
            while self._left and not self._hurry.is_set():
                self._stage_began = time.monotonic()
                self.message, work, self.behind = self._left[0]
                self.changed()
                work()
                del self._left[0]
        except _Hurried:
            pass
        except Exception as error:  # the job that needs it will say what is missing, and how to mend it
            self._left.clear()
            print(f"warming up: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            self.message, self.behind = "", False
            self.done.set()
            self.changed()
            self._rest_later()

    @property
    def stage_seconds(self) -> float:
        """Seconds that the stage under way has taken so far; 0 while there is none."""
        return time.monotonic() - self._stage_began if self.message else 0.0

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
        self.changed()
        self.done.wait()
        try:
            yield
        finally:
            with self._guard:
                self._jobs -= 1
                self._last_job = time.monotonic()
            self.changed()
            self._rest_later()

    def _rest_later(self) -> None:
        later = threading.Timer(self._rest, self._rested)
        later.daemon = True
        later.start()

    def _rested(self) -> None:
        """Go on with what a job broke off, or hand memory back, if nothing was done for a while."""
        with self._guard:
            rested = time.monotonic() - self._last_job >= self._rest
            if self._jobs or not rested or not self.done.is_set():
                return
            if not self._goes_on:
                self._left = [stage for stage in self._left if stage.behind]
            if self._left:
                self._hurry.clear()
                self._start()
                return
        hand_back_now()


_warmth = _Warmth()


def dask_setup(worker: "Worker") -> None:
    """Begin to warm a worker; Dask calls this when the worker has started."""
    worker.metrics["facenet"] = _report
    _warmth.changed = lambda: worker.loop.add_callback(_tell, worker)
    process_niceness(TRAINING)
    if wanted():
        beside = "side" in worker.state.total_resources
        _warmth.begin(_side_stages() if beside else _training_stages(), goes_on=beside)


async def _tell(worker: "Worker") -> None:
    """Say soon what is new; a job that has just ended is off the worker's list a moment later."""
    await asyncio.sleep(_TELL_AFTER)
    if worker.status.name == "running":
        await worker.heartbeat()


def wanted() -> bool:
    """Return whether anything is to be loaded ahead."""
    return os.environ.get(WARM_UP_VARIABLE) != "no"


def import_for_training() -> None:
    """Import what a run needs, standing back for pages; what cannot be imported is said again by the job."""
    thread_niceness(WARMING)
    for name in _IMPORTED_FOR_TRAINING:
        try:
            importlib.import_module(name)
        except ImportError as error:
            print(f"loading {name}: {error}", file=sys.stderr, flush=True)


def when_warm(function: Callable[..., Any], *args: Any) -> Any:
    """Call ``function`` once the warming does not run beside it any more; every job comes this way."""
    with _warmth.kept_off():
        group_niceness(TRAINING)
        thread_niceness(TRAINING)
        return function(*args)


def _report(worker: "Worker") -> dict[str, Any]:
    """Return what a worker tells with each heartbeat."""
    return {
        "pid": os.getpid(),
        "warm": _warmth.done.is_set() or _warmth.behind,
        "message": _warmth.message,
        "seconds": round(_warmth.stage_seconds, 1),
        "busy": sorted(str(task.key) for task in worker.state.executing),
    }


def _training_stages() -> list[Stage]:
    return [
        Stage("loading torch", import_for_training),
        Stage("rehearsing a first step", _rehearse),
        Stage("drawing the first faces", _draw_first_faces),
        Stage("drawing the synthetic class", _draw_faces, behind=True),
    ]


def _side_stages() -> list[Stage]:
    return [
        Stage("loading umap", _load_umap),
        Stage("loading torch", _load_torch),
        Stage("drawing the synthetic class", _draw_faces, behind=True),
    ]


def _load_torch() -> None:
    import facenet_core.training  # noqa: F401


def draws_ahead(root: Path) -> bool:
    """Return whether this worker draws the synthetic class there when it rests, and so do others beside it."""
    return wanted() and os.environ.get(FACES_VARIABLE) == str(root.absolute())


def _draw_first_faces() -> None:
    """Draw the faces that a run embeds before its first step."""
    from facenet_core.config import TrainingConfig
    from facenet_core.faces import split_faces
    from facenet_core.faces.synthetic import draw_ahead, undrawn_set
    from facenet_core.runs.tracked_faces import choose_tracked

    root, config = os.environ.get(FACES_VARIABLE), TrainingConfig()
    if root:
        faces = undrawn_set(people=config.faces.people, images=config.faces.images)
        split = split_faces(
            faces, people=config.faces.people, images=config.faces.images, people_list=None, seed=config.seed
        )
        tracked = choose_tracked(faces, split).index.tolist()
        draw_ahead(Path(root), _warmth.leave_if_hurried, only=tracked)


def _draw_faces() -> None:
    """Draw the rest of the class, together with the other workers, and store it."""
    from facenet_core.config import FacesConfig
    from facenet_core.faces.synthetic import draw_ahead
    from facenet_core.runs.prepare_faces import prepare_once

    root = os.environ.get(FACES_VARIABLE)
    if root:
        draw_ahead(Path(root), _warmth.leave_if_hurried)
        prepare_once(FacesConfig(), root=Path(root), progress=lambda *_: None, waiting=_warmth.leave_if_hurried)


def _rehearse() -> None:
    """Take the first step of a run that nobody sees: whatever the first step has to build is there afterwards.

    It learns from noise, so that it need not wait for faces. The fastest arithmetic is found on the way, and
    remembered by the process.
    """
    from facenet_core.config import TrainingConfig
    from facenet_core.faces.synthetic import undrawn_set
    from facenet_core.runs.tracked_faces import choose_tracked, measure_epoch
    from facenet_core.training import Trainer

    config, undrawn = TrainingConfig(), undrawn_set(people=None, images=None)
    noise = np.random.default_rng(0).integers(0, 256, undrawn.images.shape, np.uint8)
    faces = replace(undrawn, images=noise)
    trainer = Trainer(faces, config)
    tracked = choose_tracked(faces, trainer.split)
    with tempfile.TemporaryDirectory(prefix="facenet-rehearsal-") as folder:
        trainer.save(Path(folder))
        embeddings = trainer.embed(tracked.index)
        measure_epoch(embeddings, tracked, epoch=0, loss=None, mirror=False, seed=config.seed)
        trainer.step()
        trainer.save(Path(folder))


def _load_umap() -> None:
    from facenet_core.projection import warm_up

    with _hidden("pandas"):  # scikit-learn imports it where it is there: half a second and 70 MB, for nothing here
        warm_up()


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Have a module look as if it were not installed, unless it is imported already."""
    hides = name not in sys.modules
    if hides:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python marks what must not be imported
    try:
        yield
    finally:
        if hides:
            del sys.modules[name]
