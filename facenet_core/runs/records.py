"""What the files of a run say, as dataclasses, and the sentences for runs that cannot be read."""

import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

import numpy as np

from facenet_core.config import TrainingConfig

FORMAT = 1
GROUPS = ("seen", "held-out", "unseen")
SEEN, HELD_OUT, UNSEEN = range(3)
STATES = ("queued", "running", "paused", "finished", "stopped", "failed")
RESTING = ("paused", "finished", "stopped", "failed")


class RunMissing(ValueError):
    """There is no run of that name."""


class RunTooNew(ValueError):
    """The run was written by a newer version of this program."""


class RunDamaged(ValueError):
    """A file of the run cannot be read."""


class RunBusy(ValueError):
    """The run is moving and cannot be deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What a run is: enough to repeat it (``config.json``).

    Attributes:
        run: The run's id, which is also its folder's name.
        created: Unix seconds.
        name: What its owner calls it.
        config: Everything that decides it.
        fingerprint: Of the faces it trains on; None until it first moved, like all that follows.
        versions: Of the program and of the packages that decide the numbers.
        notes: Sentences about the split: groups left out, people set aside.
        people: Seen people.
        images: Training images of the seen people.
        steps_per_epoch: Batches in an epoch.
        device: Where it trains; a run that goes on uses the same, and the same precision and threads.
        precision: ``float32`` or ``bfloat16``.
        threads: Processor threads of the training.
        owner: The browser that began it, as ``runs/owners.py`` names it; None for a command, and for earlier runs.
        shipped: Whether it came with the program: it is looked at and repeated, but not trained any further.
    """

    run: str
    created: float
    config: TrainingConfig
    name: str | None = None
    fingerprint: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    people: int | None = None
    images: int | None = None
    steps_per_epoch: int | None = None
    device: str | None = None
    precision: str | None = None
    threads: int | None = None
    owner: str | None = None
    shipped: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the record as it stands in ``config.json``."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return {
            "format": FORMAT,
            **values,
            "config": self.config.to_json(),
            "versions": dict(self.versions),
            "notes": list(self.notes),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; raise ValueError, TypeError or KeyError for anything else."""
        known = {f.name: values[f.name] for f in fields(cls) if f.name in values}
        return cls(
            **{**known, "config": TrainingConfig.from_json(values["config"]), "notes": tuple(values.get("notes", ()))}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """What the user wants of a run (``request.json``); it takes effect at the next step.

    Attributes:
        until_epoch: Rest once this many whole epochs are done; None runs on.
        until_step: Rest once this many steps are done; None runs on.
        pause: Rest at once.
        stop: Rest at once and give the place away; it can be played again.
        epochs: Length of the run; None leaves it as it is.
        margin: The margin from now on; None leaves it as it is.
        learning_rate: The highest learning rate from now on; None leaves it as it is.
        miner: The miner from now on; None leaves it as it is.
    """

    until_epoch: int | None = None
    until_step: int | None = None
    pause: bool = False
    stop: bool = False
    epochs: int | None = None
    margin: float | None = None
    learning_rate: float | None = None
    miner: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the request as it stands in ``request.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; settings of later versions are passed over."""
        return cls(**{f.name: values[f.name] for f in fields(cls) if f.name in values})

    def changes(self) -> dict[str, Any]:
        """Return the settings that the user changed in mid-run, with their values."""
        wanted = {name: getattr(self, name) for name in ("epochs", "margin", "learning_rate", "miner")}
        return {name: value for name, value in wanted.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStatus:
    """Where a run stands (``status.json``).

    Attributes:
        state: One of ``STATES``.
        epoch: Whole epochs done.
        step: Steps done.
        epochs: Epochs asked for.
        steps: Steps that they take; 0 while that is unknown.
        message: A plain line of what just happened.
        details: What a developer wants to read about a failure.
        heartbeat: Unix seconds of this report.
        images_shown: Training images shown so far.
        images_per_second: Over the last moments.
        seconds: Training time so far, tracking and writing included.
        queued_at: Unix seconds since when it waits for a worker.
    """

    state: str = "queued"
    epoch: int = 0
    step: int = 0
    epochs: int = 0
    steps: int = 0
    message: str = ""
    details: str = ""
    heartbeat: float = 0.0
    images_shown: int = 0
    images_per_second: float = 0.0
    seconds: float = 0.0
    queued_at: float = 0.0

    @property
    def resting(self) -> bool:
        """Whether nothing moves the run, and nothing will without a request."""
        return self.state in RESTING

    @property
    def heartbeat_age(self) -> float:
        """Seconds since the last report."""
        return max(0.0, time.time() - self.heartbeat)

    def to_json(self) -> dict[str, Any]:
        """Return the status as it stands in ``status.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; fields of later versions are passed over."""
        status = cls(**{f.name: values[f.name] for f in fields(cls) if f.name in values})
        if status.state not in STATES:
            raise ValueError(f"state must be one of {', '.join(STATES)}, got {status.state!r}")
        return status


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedFaces:
    """The faces whose embeddings are stored at every epoch.

    Attributes:
        index: (T,) int64, the image's place in the face set.
        person: (T,) int32, into ``names``.
        group: (T,) uint8, into ``GROUPS``.
        names: (P,) the people's names.
        files: (T,) files of origin.
    """

    index: np.ndarray
    person: np.ndarray
    group: np.ndarray
    names: np.ndarray
    files: np.ndarray

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochRecord:
    """An epoch as it was stored; epoch 0 is the untrained network.

    Attributes:
        epoch: Whole epochs done.
        embeddings: (T, D) float32 of the tracked faces.
        figures: Loss and verification figures of each group.
    """

    epoch: int
    embeddings: np.ndarray
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRecord:
    """A map of one epoch.

    Attributes:
        epoch: Whole epochs done.
        positions: (T, 2) or (T, 3) float32.
        trustworthiness: In 0..1; NaN where it has no meaning.
        note: What is different about this map, as a sentence; None where nothing is.
        seconds: What drawing it took; NaN where that was not written down.
    """

    epoch: int
    positions: np.ndarray
    trustworthiness: float
    note: str | None = None
    seconds: float = math.nan
