"""Jobs beside the runs: preparing faces, with progress that any process can read, and embedding photos."""

import contextlib
import errno
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Self

import numpy as np

from facenet_core import files
from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.runs.prepare_faces import prepare_once
from facenet_core.runs.records import RunDamaged
from facenet_core.runs.storage import RunFolder

_JOB_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
_TELL_EVERY = 0.3
PREPARING_CANCELLED = "Cancelled: no set was stored. A download that had begun goes on from there next time."


class JobMissing(ValueError):
    """There is no job of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """How far a job is.

    Attributes:
        state: queued, running, finished or failed.
        done: Of ``total``.
        total: 0 while unknown.
        what: What is counted, such as "pictures read".
        message: One sentence: what happens, or what went wrong and what to do.
        result: What came out, once finished.
    """

    state: str = "queued"
    done: int = 0
    total: int = 0
    what: str = ""
    message: str = ""
    result: dict[str, Any] | None = None

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``asdict`` wrote."""
        return cls(**{f.name: values[f.name] for f in fields(cls) if f.name in values})


class _Cancelled(Exception):
    pass


def job_path(root: Path, job_id: str) -> Path:
    """Return where a job's status is; raise JobMissing for what cannot be a job's id."""
    if not _JOB_ID.fullmatch(job_id):
        raise JobMissing(f"There is no job {job_id[:80]!r}: start it again.")
    return root / f"{job_id}.json"


def read_job(root: Path, job_id: str) -> JobStatus:
    """Return how far a job is; raise JobMissing when there is none of that id."""
    try:
        return JobStatus.from_json(files.read_json(job_path(root, job_id)))
    except (FileNotFoundError, ValueError, TypeError):
        raise JobMissing(f"There is no job {job_id[:80]!r}: start it again.") from None


def write_job(path: Path, status: JobStatus) -> None:
    """Store how far a job is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    files.write_json(path, asdict(status))


def cancel_job(root: Path, job_id: str) -> None:
    """Ask a job to end; it does so at its next report."""
    path = job_path(root, job_id)
    if path.exists():
        path.with_suffix(".cancel").touch()


def end_interrupted(root: Path) -> None:
    """Mark jobs as failed that nobody works on any more: the program that had them done has ended."""
    for path in root.glob("*.json"):
        with contextlib.suppress(JobMissing):
            if read_job(root, path.stem).state in ("queued", "running"):
                write_job(
                    path, JobStatus(state="failed", message="Interrupted when the program ended: start it again.")
                )


def prepare_faces(path: str, faces: dict[str, Any], faces_root: str) -> str:
    """Prepare a set of faces, telling its progress in the job's file; return the job's last state."""
    config = TrainingConfig.from_json({"faces": faces}).faces
    return telling(
        path, "The faces are ready.", lambda report: _prepare(config, Path(faces_root), report), PREPARING_CANCELLED
    )


def telling(
    path: str,
    ready: str,
    work: "Callable[[Reporter], dict[str, Any]]",
    cancelled: str = "Cancelled: nothing was kept.",
) -> str:
    """Do a job's work, telling in its file how far it is and how it ended; return its last state.

    Args:
        path: The job's file.
        ready: The sentence when it is finished.
        work: Does it; reports through ``Reporter.tell``, where a wish to cancel ends it, and returns what came out.
        cancelled: The sentence when it was cancelled.
    """
    report = Reporter(Path(path))
    try:
        report.tell(JobStatus(state="running", message="Begun."), urgent=True)
        result = work(report)
    except _Cancelled:
        status = JobStatus(state="failed", message=cancelled)
    except Exception as error:  # a job reports whatever stops it
        status = replace(report.latest, state="failed", message=_sentence(error))
    else:
        status = replace(report.latest, state="finished", message=ready, result=result)
    report.tell(status, urgent=True)
    Path(path).with_suffix(".cancel").unlink(missing_ok=True)
    return status.state


def _prepare(config: FacesConfig, root: Path, report: "Reporter") -> dict[str, Any]:
    def progress(done: int, total: int, what: str) -> None:
        report.tell(JobStatus(state="running", done=done, total=total, what=what, message=f"{done:,} {what}."))

    def waiting() -> None:
        report.tell(JobStatus(state="running", message="Another worker is preparing these faces."))

    report.tell(JobStatus(state="running", message="Opening the faces."), urgent=True)
    faces = prepare_once(config, root=root, progress=progress, waiting=waiting)
    return {
        "fingerprint": faces.fingerprint,
        "source": faces.source,
        "images": len(faces),
        "people": len(faces.names),
        "skipped": len(faces.skipped),
    }


class Reporter:
    """Writes how far a job is, a few times a second.

    Attributes:
        latest: What was told last, written or not: a job that ends has got as far as this.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._told = 0.0
        self.latest = JobStatus()

    def tell(self, status: JobStatus, *, urgent: bool = False) -> None:
        """Write ``status`` when it is time again or ``urgent``; here a job that is to be cancelled ends."""
        self.latest = status
        if not urgent and time.monotonic() - self._told < _TELL_EVERY:
            return
        if not urgent and self._path.with_suffix(".cancel").exists():
            raise _Cancelled
        self._told = time.monotonic()
        write_job(self._path, status)


def _sentence(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "The disk is full: make room and try again."
    if isinstance(error, ValueError):
        return str(error)
    return f"Something unexpected went wrong ({type(error).__name__}: {error}): try again or report this."


_networks: dict[str, tuple[int, Callable[[np.ndarray], np.ndarray]]] = {}  # the run last asked for, ready to embed


def embed_photos(run_path: str, images: np.ndarray) -> np.ndarray:
    """Embed pictures with a run's last stored weights, mirrored as the run is configured.

    Args:
        run_path: The run's folder.
        images: (n, 110, 110, 3) uint8.

    Returns:
        (n, D) float32.

    Raises:
        RunDamaged: The run has no weights yet, or they cannot be read.
    """
    return _embedder(RunFolder(Path(run_path)))(images)


def _embedder(run: RunFolder) -> Callable[[np.ndarray], np.ndarray]:
    from facenet_core.training import CheckpointDamaged

    for last_try in (False, False, True):  # a training run may be replacing its checkpoint just now
        try:
            return _load_embedder(run)
        except CheckpointDamaged as error:
            if last_try:
                raise RunDamaged(f"{error}: delete the run or start it anew.") from error
            time.sleep(0.1)
    raise AssertionError("unreachable")


def _load_embedder(run: RunFolder) -> Callable[[np.ndarray], np.ndarray]:
    from facenet_core.training import embed_images, restore_network

    config = run.record().config
    checkpoint = run.path / "checkpoint"
    try:
        stamp = (checkpoint / "state.json").stat().st_mtime_ns
    except FileNotFoundError:
        raise RunDamaged(f"Run {run.id} has no weights yet: train it first.") from None
    kept = _networks.get(str(run.path))
    if kept is not None and kept[0] == stamp:
        return kept[1]
    network = restore_network(config, checkpoint)

    def embed(images: np.ndarray) -> np.ndarray:
        return embed_images(network, images, mirror=config.mirror)

    _networks.clear()
    _networks[str(run.path)] = stamp, embed
    return embed
