"""The one door from pages and commands to the runs: whoever wants something of a run asks an engine."""

import secrets
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core import files
from facenet_core.choices import LOSSES, MINERS, SOURCES, check_network_options, choose
from facenet_core.config import FacesConfig, TrainingConfig, check_learning_rate, check_margin
from facenet_core.runs import job_status as jobs
from facenet_core.runs.engine.state import EngineState
from facenet_core.runs.maps import check_method
from facenet_core.runs.records import RunRequest
from facenet_core.runs.storage import RunFolder, create_run, open_run


class EngineReadOnly(ValueError):
    """Another program works on the same data folder; this one only looks."""


class Engine(ABC):
    """Moves runs forward, draws their maps, prepares faces and embeds photos, in other processes or here.

    Args:
        data: The folder with ``runs/``, ``faces/`` and ``jobs/``.
    """

    kind = ""

    def __init__(self, data: Path) -> None:
        self.data = data.absolute()
        self.runs = self.data / "runs"
        self.faces = self.data / "faces"
        self.jobs = self.data / "jobs"
        self.boot_id = secrets.token_hex(8)

    def train(self, config: TrainingConfig, name: str | None = None, owner: str | None = None) -> str:
        """Begin a run and return its id.

        Args:
            config: Everything that decides it.
            name: What its owner calls it.
            owner: The browser that begins it; None where it is none.

        Raises:
            ValueError: A name in the configuration is none that can be chosen.
            EngineReadOnly: Another program works on the data folder.
        """
        self._check_may_write()
        check_choices(config)
        run = create_run(self.runs, config, name=name, owner=owner)
        self._move(run)
        return run.id

    def request(
        self,
        run_id: str,
        *,
        until_epoch: int | None = None,
        until_step: int | None = None,
        pause: bool = False,
        stop: bool = False,
        epochs: int | None = None,
        margin: float | None = None,
        learning_rate: float | None = None,
        miner: str | None = None,
    ) -> None:
        """Say what is wanted of a run; it takes effect at its next step.

        Without arguments the run plays to its end. What was changed before (``epochs``, ``margin``,
        ``learning_rate``, ``miner``) stays changed.

        Raises:
            RunMissing: There is no such run.
            ValueError: The run cannot be read, or a value is out of range.
            EngineReadOnly: Another program works on the data folder.
        """
        self._check_may_write()
        run = open_run(self.runs, run_id)
        if run.record().shipped:
            raise ValueError("The example run came with the program and is only looked at: train one of your own.")
        config = run.record().config
        check_changes(config, epochs=epochs, margin=margin, learning_rate=learning_rate, miner=miner)
        changed = RunRequest(epochs=epochs, margin=margin, learning_rate=learning_rate, miner=miner).changes()
        now = RunRequest(until_epoch=until_epoch, until_step=until_step, pause=pause, stop=stop)
        run.write_request(replace(now, **(run.request().changes() | changed)))
        if pause or stop:
            self._rest(run, "stopped" if stop else "paused")
        else:
            self._move(run)

    def prepare_faces(self, faces: FacesConfig) -> str:
        """Begin to prepare a set of faces and return the job's id."""
        self._check_may_write()
        choose("source", SOURCES, faces.source)
        return self.start_job("prepare", jobs.prepare_faces, asdict(faces), str(self.faces), resource="fetch")

    def start_job(self, kind: str, function: Callable[..., Any], *args: Any, resource: str = "side") -> str:
        """Begin a job that takes a while and return its id, for ``job`` and ``cancel_job``.

        Args:
            kind: The first part of the id.
            function: Importable; called in a worker as ``function(path, *args)`` with the path of the file that
                tells its progress, and expected to end inside ``jobs.telling``.
            *args: Plain arguments: numbers, texts, paths as text, arrays.
            resource: ``side`` for what computes, ``fetch`` for what mostly waits for a disk or a network.
        """
        self._check_may_write()
        job_id = f"{kind}-{secrets.token_hex(6)}"
        path = jobs.job_path(self.jobs, job_id)
        jobs.write_job(path, jobs.JobStatus(message="Waiting for a free worker."))
        self._ask(f"{kind} {job_id}", resource, function, (str(path), *args))
        return job_id

    def ask(self, function: Callable[..., Any], *args: Any) -> "Future[Any]":
        """Have a worker call a function that answers within a moment; the future holds what it returns or raises.

        Args:
            function: Importable.
            *args: Plain arguments: numbers, texts, paths as text, arrays.
        """
        return self._ask(function.__name__.replace("_", " "), "side", function, args)

    def job(self, job_id: str) -> jobs.JobStatus:
        """Return how far a job is; raise JobMissing when there is none of that id."""
        return jobs.read_job(self.jobs, job_id)

    def cancel_job(self, job_id: str) -> None:
        """Ask a job to end."""
        jobs.cancel_job(self.jobs, job_id)

    def want_maps(self, run_id: str, method: str = "umap-2d") -> None:
        """Have the maps drawn that a run lacks, and those of the epochs to come.

        Raises:
            RunMissing: There is no such run.
            ValueError: There is no such method.
        """
        self._draw(open_run(self.runs, run_id), check_method(method))

    def embed_photos(self, run_id: str, images: Sequence[np.ndarray]) -> "Future[np.ndarray]":
        """Embed pictures with a run's last stored weights, mirrored as the run is configured.

        Args:
            run_id: The run.
            images: n pictures, each (110, 110, 3) uint8.

        Returns:
            A future of (n, D) float32.

        Raises:
            RunMissing: There is no such run.
            ValueError: A picture has another shape.
        """
        run = open_run(self.runs, run_id)
        for image in images:
            if image.shape != (110, 110, 3) or image.dtype != np.uint8:
                raise ValueError(f"every image must be (110, 110, 3) uint8, got {image.shape} {image.dtype}")
        pictures = np.stack(images) if len(images) else np.empty((0, 110, 110, 3), np.uint8)
        return self._ask(f"photos {run.id}", "side", jobs.embed_photos, (str(run.path), pictures))

    @abstractmethod
    def queue(self) -> list[str]:
        """Return the runs that wait for a worker, in order."""

    @abstractmethod
    def moving(self) -> list[str]:
        """Return the runs that train now, or are about to."""

    @abstractmethod
    def state(self) -> EngineState:
        """Return how the engine is, at once."""

    @abstractmethod
    def close(self) -> None:
        """End what the engine started; runs rest where their last checkpoint is."""

    @abstractmethod
    def _move(self, run: RunFolder) -> None: ...

    @abstractmethod
    def _draw(self, run: RunFolder, method: str) -> None: ...

    @abstractmethod
    def _ask(self, name: str, resource: str, function: Callable[..., Any], args: tuple[Any, ...]) -> "Future[Any]": ...

    def _check_may_write(self) -> None:
        state = self.state()
        if state.read_only:
            raise EngineReadOnly(state.message)

    def _rest(self, run: RunFolder, state: str) -> None:
        """Bring a run to rest that nobody moves; one that moves reads its request."""
        try:
            with files.locked(run.path / "lock"):
                status = run.status()
                if status.state != "finished" and status.state != state:
                    run.write_status(replace(status, state=state, message=f"{state.capitalize()} while it waited."))
        except files.AlreadyLocked:
            pass


def check_choices(config: TrainingConfig) -> None:
    """Raise ValueError where the configuration names what cannot be chosen, or a network's options wrongly."""
    choose("source", SOURCES, config.faces.source)
    check_network_options(config.network, config.network_options)
    choose("miner", MINERS, config.miner)
    choose("loss", LOSSES, config.loss)


def check_changes(
    config: TrainingConfig,
    *,
    epochs: int | None = None,
    margin: float | None = None,
    learning_rate: float | None = None,
    miner: str | None = None,
) -> None:
    """Raise ValueError where a run cannot be changed so in its middle."""
    if epochs is not None:
        replace(config, epochs=epochs)
    if margin is not None:
        check_margin(margin)
    if learning_rate is not None:
        check_learning_rate(learning_rate)
    if miner is not None:
        choose("miner", MINERS, miner)
