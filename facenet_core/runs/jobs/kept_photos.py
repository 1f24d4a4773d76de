"""Own photos kept for the class and deleted again, with every run that learned from them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.faces.photos.kept import SOURCE, KeptSet, find_kept, forget, keep, list_kept
from facenet_core.runs.job_status import JobStatus, Reporter, telling
from facenet_core.runs.prepare_faces import prepare_once
from facenet_core.runs.records import RunBusy, RunDamaged, RunMissing, RunTooNew
from facenet_core.runs.storage import RunFolder, delete_run, list_runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """What was deleted.

    Attributes:
        sets: Names of the sets that are gone.
        photos: How many own photos that were.
        runs: Ids of the runs that are gone, with their thumbnails, embeddings, maps and weights.
        busy: Ids of runs that still move: they and their set are still there.
    """

    sets: tuple[str, ...] = ()
    photos: int = 0
    runs: tuple[str, ...] = ()
    busy: tuple[str, ...] = ()


def keep_photos(
    path: str,
    name: str,
    images: np.ndarray,
    people: list[str],
    files: list[str],
    mixed: dict[str, Any] | None,
    faces_root: str,
) -> str:
    """Store own photos as a set to train on; a job, see ``Engine.start_job``.

    Args:
        path: The job's file.
        name: What the set is called.
        images: (n, 110, 110, 3) uint8.
        people: n names of people.
        files: n names of files.
        mixed: A ``FacesConfig`` as a dictionary whose faces are added; None for none.
        faces_root: Where prepared sets are kept.
    """
    root = Path(faces_root)

    def work(report: Reporter) -> dict[str, Any]:
        def progress(done: int, total: int, what: str) -> None:
            report.tell(JobStatus(state="running", done=done, total=total, what=what, message=f"{done:,} {what}."))

        def waiting() -> None:
            report.tell(JobStatus(state="running", message="Another worker is preparing these faces."))

        config = None if mixed is None else TrainingConfig.from_json({"faces": mixed}).faces
        built_in = None if config is None else prepare_once(config, root=root, progress=progress, waiting=waiting)
        kept = keep(name, images=images, people=people, files=files, mixed=built_in, root=root, progress=progress)
        return {"name": kept.name, "images": kept.images}

    return telling(path, "The set is kept.", work)


def runs_of(runs: Path, kept: KeptSet) -> list[RunFolder]:
    """Return the runs that train, or trained, on a kept set."""
    return [run for run in list_runs(runs) if _learned_from(run, kept)]


def delete_kept(data: Path, name: str) -> Deleted:
    """Delete a kept set and every run that learned from it.

    A run that still moves keeps its set: stop it and ask again.
    """
    kept = find_kept(data / "faces", name)
    if kept is None:
        return Deleted()
    gone, busy = [], []
    for run in runs_of(data / "runs", kept):
        try:
            delete_run(data / "runs", run.id)
            gone.append(run.id)
        except RunBusy:
            busy.append(run.id)
        except RunMissing:  # somebody else was quicker
            continue
    if busy:
        return Deleted(runs=tuple(gone), busy=tuple(busy))
    forget(data / "faces", kept)
    return Deleted(sets=(kept.name,), photos=kept.own, runs=tuple(gone))


def delete_all_kept(data: Path) -> Deleted:
    """Delete every kept set, as ``delete_kept`` does."""
    parts = [delete_kept(data, kept.name) for kept in list_kept(data / "faces")]
    return Deleted(
        sets=tuple(name for part in parts for name in part.sets),
        photos=sum(part.photos for part in parts),
        runs=tuple(run for part in parts for run in part.runs),
        busy=tuple(run for part in parts for run in part.busy),
    )


def mixed_with(source: str) -> dict[str, Any]:
    """Return the built-in faces that own photos are mixed with, as a job takes them."""
    config = FacesConfig(source=source)
    return {"source": config.source}


def _learned_from(run: RunFolder, kept: KeptSet) -> bool:
    try:
        record = run.record()
    except (RunMissing, RunTooNew, RunDamaged):
        return False
    faces = record.config.faces
    return record.fingerprint == kept.fingerprint or (faces.source == SOURCE and faces.path == kept.name)
