"""All faces of the set that a run learned from: embedded once by a worker and kept in the run's folder."""

import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.evaluation import Growth, gallery_growth
from facenet_core.faces import FacesError, FaceSet, open_faces, split_faces
from facenet_core.files import read_json, read_npz, write_json, write_npz
from facenet_core.runs.job_status import JobStatus, Reporter, embed_photos, telling
from facenet_core.runs.jobs.factor_effects import weights_of
from facenet_core.runs.prepare_faces import prepare_once
from facenet_core.runs.records import RunDamaged, RunRecord
from facenet_core.runs.storage import RunFolder

FARS = (0.1, 0.01, 0.001, 0.0001)
FOLDER = "recognition"
_AT_ONCE = 256
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)
_ARRAYS = ("sizes", "measured", "low", "high")
OTHER_FACES = "These are not the faces that the run learned from any more: its whole set cannot be measured."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SetGrowth:
    """What growing galleries of a run's whole set bring.

    Attributes:
        growth: By false accept rate.
        faces: Faces measured, all of people the run was never trained on.
        set_faces: Faces of the whole set.
        weights: Stands for the weights that were measured.
    """

    growth: Mapping[float, Growth]
    faces: int
    set_faces: int
    weights: str


def measure_whole_set(path: str, run_path: str, faces_root: str) -> str:
    """Embed all faces of a run's set and measure growing galleries of its unseen people; for ``Engine.start_job``.

    The set is opened, or prepared again where it is not on this machine. Embeddings that are stored already, of just
    these weights, are taken.

    Args:
        path: The job's file.
        run_path: The run's folder.
        faces_root: Where prepared sets are kept.
    """

    def work(report: Reporter) -> dict[str, Any]:
        run = RunFolder(Path(run_path))
        weights = weights_of(run_path)
        if not weights:
            raise RunDamaged(f"Run {run.id} has no weights yet: train it first.")
        record = run.record()
        faces = _faces_of(record, Path(faces_root), report)
        chosen = never_trained_on(faces, record)
        embeddings = _stored_embeddings(run, weights, len(faces))
        if embeddings is None:
            embeddings = _embed(run_path, faces, report)
            _write_embeddings(run, embeddings, faces, chosen, weights)
        report.tell(JobStatus(state="running", message="Comparing everybody with everybody."), urgent=True)
        growth = gallery_growth(embeddings[chosen], faces.people[chosen], FARS, seed=record.config.seed)
        _write_growth(run, growth, len(chosen), len(faces), weights)
        return {"faces": len(chosen)}

    return telling(path, "The whole set is measured.", work)


def never_trained_on(faces: FaceSet, record: RunRecord) -> np.ndarray:
    """Return the places of all faces of people whom a run did not train on."""
    wanted = record.config.faces
    split = split_faces(
        faces, people=wanted.people, images=wanted.images, people_list=wanted.people_list, seed=record.config.seed
    )
    places: np.ndarray = np.flatnonzero(~np.isin(faces.people, split.people_seen))
    return places


def _faces_of(record: RunRecord, root: Path, report: Reporter) -> FaceSet:
    try:
        return open_faces(str(record.fingerprint), root=root)
    except FacesError:  # tidied away, or the run came from another machine
        pass

    def progress(done: int, total: int, what: str) -> None:
        report.tell(JobStatus(state="running", done=done, total=total, what=what, message=f"{done:,} {what}."))

    def waiting() -> None:
        report.tell(JobStatus(state="running", message="Another worker is preparing these faces."))

    faces = prepare_once(record.config.faces, root=root, progress=progress, waiting=waiting)
    if faces.fingerprint != record.fingerprint:
        raise FacesError(OTHER_FACES)
    return faces


def _embed(run_path: str, faces: FaceSet, report: Reporter) -> np.ndarray:
    parts = []
    for start in range(0, len(faces), _AT_ONCE):
        places = np.arange(start, min(start + _AT_ONCE, len(faces)))
        parts.append(embed_photos(run_path, faces.read(places)))
        done = int(places[-1]) + 1
        words = f"{done:,} of {len(faces):,} faces embedded."
        report.tell(JobStatus(state="running", done=done, total=len(faces), what="faces embedded", message=words))
    embeddings = np.concatenate(parts) if parts else np.zeros((0, 0), np.float32)
    if not np.isfinite(embeddings).all():
        raise RunDamaged("The embeddings of this run are not numbers: train it again with a lower learning rate.")
    return embeddings


def _write_embeddings(run: RunFolder, embeddings: np.ndarray, faces: FaceSet, chosen: np.ndarray, weights: str) -> None:
    folder = run.path / FOLDER
    folder.mkdir(exist_ok=True)
    strangers = np.isin(np.arange(len(faces)), chosen)
    write_npz(
        folder / "embeddings.npz",
        embeddings=embeddings,
        people=faces.people,
        never_trained_on=strangers,
        weights=np.array(weights),
    )


def grown_from(run: RunFolder) -> dict[str, np.ndarray]:
    """Return what growing galleries were measured on: embeddings, people and never_trained_on; empty where nothing was.

    An earlier version did not write down who was never trained on; that array is then left out.
    """
    found = stored_growth(str(run.path))
    embeddings = None if found is None else _stored_embeddings(run, found.weights, found.set_faces)
    if embeddings is None:
        return {}
    stored = read_npz(run.path / FOLDER / "embeddings.npz")
    return {name: stored[name] for name in ("embeddings", "people", "never_trained_on") if name in stored}


def _stored_embeddings(run: RunFolder, weights: str, faces: int) -> np.ndarray | None:
    try:
        stored = read_npz(run.path / FOLDER / "embeddings.npz")
        embeddings = stored["embeddings"]
        fits = str(stored["weights"]) == weights and embeddings.ndim == 2 and len(embeddings) == faces
    except _UNREADABLE:
        return None
    return embeddings if fits else None


def _write_growth(run: RunFolder, growth: Mapping[float, Growth], faces: int, set_faces: int, weights: str) -> None:
    parts = [growth_json(found) for found in growth.values()]
    write_json(
        run.path / FOLDER / "growth.json", {"growth": parts, "faces": faces, "set_faces": set_faces, "weights": weights}
    )


def stored_growth(run_path: str) -> SetGrowth | None:
    """Return what was measured of a run's whole set; None where nothing was, or it cannot be read."""
    try:
        stored = read_json(Path(run_path) / FOLDER / "growth.json")
        growth = {one.wanted_far: one for one in map(growth_from_json, stored["growth"])}
        if set(growth) != set(FARS):  # another version measured other rates
            return None
        return SetGrowth(
            growth=growth,
            faces=int(stored["faces"]),
            set_faces=int(stored["set_faces"]),
            weights=str(stored["weights"]),
        )
    except _UNREADABLE:
        return None


def growth_json(found: Growth) -> dict[str, Any]:
    """Return growth as plain numbers and lists; what is not known is null."""
    values = asdict(found)
    for name in _ARRAYS:
        numbers = np.asarray(values[name], dtype=np.float64)
        values[name] = [None if np.isnan(number) else number for number in numbers.tolist()]
    return values


def growth_from_json(values: Mapping[str, Any]) -> Growth:
    """Read what ``growth_json`` wrote."""
    arrays: dict[str, Any] = {name: np.array(values[name], dtype=np.float64) for name in _ARRAYS}  # None becomes NaN
    sizes = arrays.pop("sizes").astype(np.int64)
    if any(array.shape != sizes.shape for array in arrays.values()):
        raise ValueError("sizes and shares must be equally many")
    plain = {name: value for name, value in values.items() if name not in _ARRAYS}
    return Growth(**plain, sizes=sizes, **arrays)
