"""A run as a folder: every file of it read and written here, each of them whole or not there."""

import json
import math
import re
import secrets
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np

from facenet_core import files
from facenet_core.config import TrainingConfig
from facenet_core.runs.records import (
    FORMAT,
    EpochRecord,
    MapRecord,
    RunBusy,
    RunDamaged,
    RunMissing,
    RunRecord,
    RunRequest,
    RunStatus,
    RunTooNew,
    TrackedFaces,
)

STEP_COLUMNS = {
    "step": np.int64,
    "epoch": np.int64,
    "loss": np.float64,
    "valid": np.int64,
    "active": np.int64,
    "easy": np.int64,
    "semi_hard": np.int64,
    "hard": np.int64,
    "positive_distance": np.float64,
    "negative_distance": np.float64,
    "margin": np.float64,
    "learning_rate": np.float64,
    "seconds": np.float64,
    "spread": np.float64,
    "norm": np.float64,
    "rank": np.float64,
}
_LATER_COLUMNS = ("spread", "norm", "rank")  # steps stored by earlier versions lack them
_RUN_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")  # no dot in front: such folders are being made or deleted
_UNREADABLE = (ValueError, KeyError, TypeError, EOFError, BadZipFile, UnicodeDecodeError)

Read = TypeVar("Read")


class RunFolder:
    """One run's folder. Reading tolerates a run that has just begun: what is not there yet is None or empty.

    Every reading method raises RunDamaged, with a sentence for its owner, when a file is there but unreadable.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._record: tuple[tuple[int, int], RunRecord] | None = None

    @property
    def id(self) -> str:
        """The run's name in links and commands."""
        return self.path.name

    def __repr__(self) -> str:
        return f"RunFolder({str(self.path)!r})"

    # What the run is, where it stands, what is wanted of it

    def record(self) -> RunRecord:
        """Return what the run is.

        Raises:
            RunMissing: The folder is gone.
            RunTooNew: A newer version of this program wrote it.
            RunDamaged: ``config.json`` cannot be read.
        """
        path = self.path / "config.json"
        try:
            found = path.stat()
        except FileNotFoundError:
            raise self._missing("config.json") from None
        stamp = (found.st_mtime_ns, found.st_size)
        if self._record is None or self._record[0] != stamp:
            values = self._read("config.json", files.read_json)
            if values is None:
                raise self._missing("config.json")
            self._record = stamp, self._parse_record(values)
        return self._record[1]

    def write_record(self, record: RunRecord) -> None:
        """Store what the run is."""
        files.write_json(self.path / "config.json", record.to_json())

    def status(self) -> RunStatus:
        """Return where the run stands; a run that cannot be read is ``failed`` with the sentence that says why."""
        try:
            record = self.record()
            status = self._read("status.json", lambda path: RunStatus.from_json(files.read_json(path)))
        except (RunTooNew, RunDamaged, RunMissing) as error:
            return RunStatus(state="failed", message=str(error))
        return status or RunStatus(epochs=record.config.epochs, queued_at=record.created)

    def write_status(self, status: RunStatus) -> None:
        """Store where the run stands."""
        files.write_json(self.path / "status.json", status.to_json())

    def request(self) -> RunRequest:
        """Return what is wanted of the run."""
        return self._read("request.json", lambda path: RunRequest.from_json(files.read_json(path))) or RunRequest()

    def write_request(self, request: RunRequest) -> None:
        """Store what is wanted of the run."""
        files.write_json(self.path / "request.json", request.to_json())

    def changes(self) -> list[dict[str, Any]]:
        """Return what was changed in mid-run, each with the first ``step`` (1-based) that it was in effect for."""
        values = self._read("changes.json", lambda path: json.loads(path.read_text(encoding="utf-8")))
        return [] if values is None else list(values)

    def write_changes(self, changes: list[dict[str, Any]]) -> None:
        """Store what was changed in mid-run."""
        files.write_json(self.path / "changes.json", changes)

    # The tracked faces

    def tracked(self) -> TrackedFaces | None:
        """Return the faces whose embeddings are stored; None before the run first moved."""
        arrays = self._read("faces.npz", files.read_npz)
        return None if arrays is None else TrackedFaces(**{n: arrays[n] for n in TrackedFaces.__dataclass_fields__})

    def write_tracked(self, tracked: TrackedFaces, thumbnails: np.ndarray) -> None:
        """Store the tracked faces and their (T, 48, 48, 3) uint8 thumbnails."""
        files.write_npz(self.path / "thumbnails.npz", thumbnails=thumbnails)
        files.write_npz(
            self.path / "faces.npz",
            index=tracked.index,
            person=tracked.person,
            group=tracked.group,
            names=tracked.names,
            files=tracked.files,
        )

    def thumbnails(self) -> np.ndarray | None:
        """Return (T, 48, 48, 3) uint8, or None before the run first moved."""
        arrays = self._read("thumbnails.npz", files.read_npz)
        return None if arrays is None else arrays["thumbnails"]

    # Steps, epochs, maps

    def steps(self) -> dict[str, np.ndarray]:
        """Return every step's figures, one row a step, all epochs joined."""
        parts = [part for epoch in self._numbered("steps") if (part := self.steps_of(epoch)) is not None]
        if not parts:
            return {name: np.empty(0, dtype) for name, dtype in STEP_COLUMNS.items()}
        return {name: np.concatenate([part[name] for part in parts]) for name in STEP_COLUMNS}

    def steps_of(self, epoch: int) -> dict[str, np.ndarray] | None:
        """Return the steps of one epoch (1-based), or None where there are none; NaN where a version wrote less."""
        columns = self._read(f"steps/{epoch:04}.npz", files.read_npz)
        if columns is None or "step" not in columns:
            return columns
        unknown = np.full(len(columns["step"]), np.nan)
        return dict.fromkeys(_LATER_COLUMNS, unknown) | columns

    def write_steps(self, epoch: int, columns: Mapping[str, np.ndarray]) -> None:
        """Store the steps of one epoch (1-based)."""
        self._write_npz(f"steps/{epoch:04}.npz", **columns)

    def step_points(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (S,) steps and (S, T, D) embeddings of the tracked faces after each; empty where none were stored."""
        parts = [part for epoch in self._numbered("points") if (part := self.step_points_of(epoch)) is not None]
        if not parts:
            return np.empty(0, np.int64), np.empty((0, 0, 0), np.float32)
        return np.concatenate([steps for steps, _ in parts]), np.concatenate([points for _, points in parts])

    def step_points_of(self, epoch: int) -> tuple[np.ndarray, np.ndarray] | None:
        """Return one epoch's steps and where they left the tracked faces; None where none were stored."""
        arrays = self._read(f"points/{epoch:04}.npz", files.read_npz)
        return None if arrays is None else (arrays["steps"], arrays["embeddings"])

    def write_step_points(self, epoch: int, steps: np.ndarray, embeddings: np.ndarray) -> None:
        """Store where the steps of one epoch (1-based) left the tracked faces: (S,) and (S, T, D)."""
        self._write_npz(f"points/{epoch:04}.npz", steps=steps, embeddings=embeddings.astype(np.float32))

    def epochs(self) -> list[int]:
        """Return the stored epochs in order; 0 is the untrained network."""
        return self._numbered("epochs")

    def epoch(self, epoch: int) -> EpochRecord:
        """Return a stored epoch.

        Raises:
            RunMissing: It is not stored.
        """
        arrays = self._read(f"epochs/{epoch:04}.npz", files.read_npz)
        if arrays is None:
            raise RunMissing(f"Run {self.id} has no epoch {epoch}: choose one of those it has.")
        return EpochRecord(epoch=epoch, embeddings=arrays["embeddings"], figures=_figures(arrays))

    def write_epoch(self, record: EpochRecord) -> None:
        """Store an epoch."""
        figures = np.array(json.dumps(record.figures))
        self._write_npz(f"epochs/{record.epoch:04}.npz", embeddings=record.embeddings, figures=figures)

    def figures(self) -> list[dict[str, Any]]:
        """Return the figures of every stored epoch, in order, without reading the embeddings."""
        return [figures for epoch in self.epochs() if (figures := self._figures_of(epoch)) is not None]

    def map_epochs(self, method: str) -> list[int]:
        """Return the epochs that have a map of this method."""
        return self._numbered(f"maps/{method}")

    def map(self, method: str, epoch: int) -> MapRecord:
        """Return the map of one epoch.

        Raises:
            RunMissing: It is not drawn yet.
        """
        arrays = self._read(f"maps/{method}/{epoch:04}.npz", files.read_npz)
        if arrays is None:
            raise RunMissing(f"Run {self.id} has no {method} map of epoch {epoch} yet: wait for it.")
        trust = float(arrays["trustworthiness"])
        note = str(arrays["note"]) or None
        seconds = float(arrays.get("seconds", math.nan))
        return MapRecord(epoch=epoch, positions=arrays["positions"], trustworthiness=trust, note=note, seconds=seconds)

    def map_version(self, method: str) -> int:
        """Return the epoch whose axes a PCA map looks along, -1 before that is known; another one, other maps."""
        values = self._read(f"maps/{method}/basis.json", files.read_json)
        return -1 if values is None else int(values["epoch"])

    def write_map(self, method: str, record: MapRecord) -> None:
        """Store the map of one epoch."""
        self._write_npz(
            f"maps/{method}/{record.epoch:04}.npz",
            positions=record.positions,
            trustworthiness=np.array(record.trustworthiness, np.float64),
            note=np.array(record.note or "", np.str_),
            seconds=np.array(record.seconds, np.float64),
        )

    def maps(self) -> list[str]:
        """Return the names of the maps that have been drawn, or begun, in this run."""
        try:
            names = [entry.name for entry in (self.path / "maps").iterdir() if entry.is_dir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(name for name in names if not name.startswith("."))

    def map_settings(self, method: str) -> dict[str, Any]:
        """Return what was chosen for a map, as ``MapSettings`` writes it; empty where all is as usual."""
        return self._read(f"maps/{method}/settings.json", files.read_json) or {}

    def write_map_settings(self, method: str, settings: Mapping[str, Any]) -> None:
        """Store what was chosen for a map."""
        path = self.path / "maps" / method / "settings.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_json(path, settings)

    def map_arrays(self, method: str, name: str) -> dict[str, np.ndarray] | None:
        """Return what was measured of a map, ``name`` such as ``trust/10``; None where it was not yet."""
        return self._read(f"maps/{method}/{name}.npz", files.read_npz)

    def write_map_arrays(self, method: str, name: str, **arrays: np.ndarray) -> None:
        """Store what was measured of a map."""
        self._write_npz(f"maps/{method}/{name}.npz", **arrays)

    def map_stamp(self, method: str, epoch: int) -> int:
        """Return when a map was written, in nanoseconds; 0 where there is none."""
        try:
            return (self.path / f"maps/{method}/{epoch:04}.npz").stat().st_mtime_ns
        except OSError:
            return 0

    # The final figures

    def verification(self) -> dict[str, Any] | None:
        """Return the figures over the whole groups, with intervals, taken when training last finished."""
        return self._read("verification.json", files.read_json)

    def write_verification(self, values: Mapping[str, Any]) -> None:
        """Store the figures over the whole groups."""
        files.write_json(self.path / "verification.json", values)

    # How files are found

    def _read(self, name: str, read: Callable[[Path], Read]) -> Read | None:
        try:
            return read(self.path / name)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except _UNREADABLE as error:
            raise RunDamaged(
                f"Run {self.id} cannot be read, its {name} is damaged ({error}): put the file back or delete the run."
            ) from error

    def _write_npz(self, name: str, **arrays: np.ndarray) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_npz(path, **arrays)

    def _numbered(self, folder: str) -> list[int]:
        try:
            names = [entry.stem for entry in (self.path / folder).iterdir() if entry.suffix == ".npz"]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(int(name) for name in names if name.isdecimal())

    def _figures_of(self, epoch: int) -> dict[str, Any] | None:
        def read(path: Path) -> dict[str, Any]:
            with np.load(path, allow_pickle=False) as arrays:
                return _figures(arrays)

        return self._read(f"epochs/{epoch:04}.npz", read)

    def _parse_record(self, values: dict[str, Any]) -> RunRecord:
        version = values.get("format")
        if isinstance(version, int) and version > FORMAT:
            raise RunTooNew(
                f"Run {self.id} was written by a newer version of this program (format {version}, known here: "
                f"{FORMAT}): update the program to open it."
            )
        try:
            return RunRecord.from_json(values)
        except _UNREADABLE as error:
            raise RunDamaged(
                f"Run {self.id} cannot be read, its config.json is damaged ({error}): "
                "put the file back or delete the run."
            ) from error

    def _missing(self, name: str) -> ValueError:
        if self.path.is_dir():
            return RunDamaged(f"Run {self.id} cannot be read, it has no {name}: put the file back or delete the run.")
        return RunMissing(f"There is no run {self.id}: it may have been deleted.")


def create_run(root: Path, config: TrainingConfig, *, name: str | None = None, owner: str | None = None) -> RunFolder:
    """Make the folder of a new run, queued and asked to run to its end."""
    root.mkdir(parents=True, exist_ok=True)
    now = time.time()
    source = re.sub(r"[^A-Za-z0-9]+", "-", config.faces.source).strip("-") or "faces"
    run_id = f"{time.strftime('%Y%m%d-%H%M%S', time.localtime(now))}-{source}-{secrets.token_hex(2)}"
    making = RunFolder(root / f".making-{run_id}")
    making.path.mkdir()
    making.write_record(RunRecord(run=run_id, created=now, name=name, config=config, owner=owner))
    making.write_request(RunRequest(epochs=config.epochs))
    making.write_status(
        RunStatus(epochs=config.epochs, queued_at=now, heartbeat=now, message="Waiting for a free worker.")
    )
    making.path.rename(root / run_id)
    files.sync_folder(root)
    return RunFolder(root / run_id)


def open_run(root: Path, run_id: str) -> RunFolder:
    """Return the run called ``run_id``.

    Raises:
        RunMissing: There is none, or that cannot be the name of one.
    """
    if not _RUN_ID.fullmatch(run_id) or ".." in run_id or not (root / run_id).is_dir():
        raise RunMissing(f"There is no run {run_id[:80]!r}: choose one from the list of runs.")
    return RunFolder(root / run_id)


def list_runs(root: Path) -> list[RunFolder]:
    """Return all runs, newest first. Those that cannot be read are among them: their status says why."""
    try:
        runs = [RunFolder(path) for path in root.iterdir() if path.is_dir() and _RUN_ID.fullmatch(path.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(runs, key=lambda run: (_created(run), run.id), reverse=True)


def delete_run(root: Path, run_id: str) -> None:
    """Delete a run and all it stored.

    Raises:
        RunMissing: There is none of that name.
        RunBusy: It is moving.
    """
    run = open_run(root, run_id)
    try:
        with files.locked(run.path / "lock"):
            pass  # a folder with an open file cannot be moved everywhere, so the lock is let go before the move
    except files.AlreadyLocked:
        raise RunBusy(f"Run {run_id} is training: stop it before deleting it.") from None
    gone = run.path.rename(root / f".deleted-{run_id}-{secrets.token_hex(2)}")
    shutil.rmtree(gone, ignore_errors=True)


def _created(run: RunFolder) -> float:
    try:
        return run.record().created
    except ValueError:
        return run.path.stat().st_mtime if run.path.exists() else 0.0


def _figures(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    figures: dict[str, Any] = json.loads(str(arrays["figures"]))
    return figures
