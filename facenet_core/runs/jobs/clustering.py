"""Faces grouped in a worker: some at once, or the whole set of a run as a job whose result stays in the run."""

import contextlib
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core import files
from facenet_core.evaluation.clustering.grouping import Grouping, group_faces
from facenet_core.evaluation.clustering.linkage_tree import LinkageTree
from facenet_core.evaluation.clustering.spanning_tree import Links
from facenet_core.faces import FaceSet, open_faces
from facenet_core.runs.job_status import JobStatus, Reporter, telling
from facenet_core.runs.prepare_faces import prepare_once
from facenet_core.runs.records import RunDamaged
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.weights import load_network, weights_stamp

FOLDER = "clusters"
EMBEDDED_AT_ONCE = 256
CANCELLED = "Cancelled: the groups were not kept. What was embedded is there next time."
_UNREADABLE = (OSError, ValueError, KeyError, zipfile.BadZipFile)


def group_in_worker(embeddings: np.ndarray, method: str, smallest: int, people: int | None, seed: int) -> Grouping:
    """Group faces; for ``Engine.ask``. See ``group_faces``."""
    return group_faces(embeddings, method, smallest=smallest, people=people, seed=seed)


def embed_set(run_path: str, faces_root: str, fingerprint: str, epoch: int) -> np.ndarray:
    """Embed a prepared set with the network of an epoch; for ``Engine.ask``.

    Returns:
        (N, D) float32.

    Raises:
        RunMissing: There are no weights of that epoch.
        RunDamaged: They cannot be read.
        FacesError: The set is not there any more.
    """
    faces = open_faces(fingerprint, root=Path(faces_root))
    return _embed(RunFolder(Path(run_path)), faces, epoch, lambda done, total: None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WholeSet:
    """A whole set as a run's network sees it at one epoch.

    Attributes:
        fingerprint: The prepared set.
        embeddings: (N, D) float32.
        people: (N,) person of each face.
    """

    fingerprint: str
    embeddings: np.ndarray
    people: np.ndarray


def group_whole_set(
    path: str, run_path: str, faces_root: str, epoch: int, method: str, smallest: int, people: int | None, seed: int
) -> str:
    """Group all faces of a run's set; a job, see ``Engine.start_job``.

    The set is prepared and embedded where it is not yet. Embeddings and groups stay in the run's folder, and go with
    the run.

    Args:
        path: The job's file.
        run_path: The run's folder.
        faces_root: Where prepared sets are kept.
        epoch: The epoch whose network looks at the faces.
        method: A name in ``CLUSTERINGS``.
        smallest: As in ``group_faces``.
        people: As in ``group_faces``; 0 for the people there are.
        seed: As in ``group_faces``.
    """
    run = RunFolder(Path(run_path))

    def work(report: Reporter) -> dict[str, Any]:
        whole = _whole_set(run, Path(faces_root), epoch, report)

        def progress(done: int, total: int) -> None:
            _tell(report, done, total, "steps of the grouping")

        asked = len(np.unique(whole.people)) if people == 0 else people
        found = group_faces(whole.embeddings, method, smallest=smallest, people=asked, seed=seed, progress=progress)
        files.write_npz(_file(run, epoch, method, smallest, people, seed), **_as_arrays(found))
        return {"faces": found.faces, "people": len(np.unique(whole.people))}

    return telling(path, "The groups are ready.", work, CANCELLED)


def stored_set(run: RunFolder, epoch: int) -> WholeSet | None:
    """Return the whole set as it was embedded at an epoch; None where it was not, or with other weights.

    Raises:
        RunDamaged: It cannot be read.
    """
    arrays = _read(run.path / FOLDER / f"{epoch:04}.npz")
    if arrays is None or int(arrays["weights"]) != weights_stamp(run, epoch):
        return None
    return WholeSet(fingerprint=str(arrays["fingerprint"]), embeddings=arrays["embeddings"], people=arrays["people"])


def stored_grouping(
    run: RunFolder, epoch: int, method: str, smallest: int, people: int | None, seed: int
) -> Grouping | None:
    """Return the groups that ``group_whole_set`` stored; None where it did not yet.

    Raises:
        RunDamaged: They cannot be read.
    """
    arrays = _read(_file(run, epoch, method, smallest, people, seed))
    if arrays is None:
        return None
    try:
        return _from_arrays(method, arrays)
    except KeyError as error:
        raise _damaged(_file(run, epoch, method, smallest, people, seed)) from error


def stamp_of(run: RunFolder, epoch: int, method: str, smallest: int, people: int | None, seed: int) -> tuple[int, int]:
    """Return when embeddings and groups were written, for caches; 0 for what is not there."""
    wanted = (run.path / FOLDER / f"{epoch:04}.npz", _file(run, epoch, method, smallest, people, seed))
    first, second = (path.stat().st_mtime_ns if path.exists() else 0 for path in wanted)
    return first, second


def _file(run: RunFolder, epoch: int, method: str, smallest: int, people: int | None, seed: int) -> Path:
    return run.path / FOLDER / f"{epoch:04}-{method}-{smallest}-{people or 0}-{seed}.npz"


def _whole_set(run: RunFolder, faces_root: Path, epoch: int, report: Reporter) -> WholeSet:
    with contextlib.suppress(RunDamaged):  # it is embedded anew
        stored = stored_set(run, epoch)
        if stored is not None:
            return stored
    faces = _prepared(run, faces_root, report)
    embeddings = _embed(run, faces, epoch, lambda done, total: _tell(report, done, total, "faces embedded"))
    whole = WholeSet(fingerprint=faces.fingerprint, embeddings=embeddings, people=np.asarray(faces.people))
    (run.path / FOLDER).mkdir(exist_ok=True)
    files.write_npz(
        run.path / FOLDER / f"{epoch:04}.npz",
        embeddings=embeddings,
        people=whole.people,
        fingerprint=np.array(faces.fingerprint),
        weights=np.array(weights_stamp(run, epoch)),
    )
    return whole


def _prepared(run: RunFolder, faces_root: Path, report: Reporter) -> FaceSet:
    def progress(done: int, total: int, what: str) -> None:
        _tell(report, done, total, what)

    def waiting() -> None:
        report.tell(JobStatus(state="running", message="Another worker is preparing these faces."))

    config = run.record().config.faces
    return prepare_once(config, root=faces_root, progress=progress, waiting=waiting)


def _embed(run: RunFolder, faces: FaceSet, epoch: int, progress: Callable[[int, int], None]) -> np.ndarray:
    from facenet_core.training import embed_images

    network, mirror = load_network(run, epoch), run.record().config.mirror
    parts = []
    for start in range(0, len(faces), EMBEDDED_AT_ONCE):
        rows = np.arange(start, min(len(faces), start + EMBEDDED_AT_ONCE))
        parts.append(embed_images(network, faces.read(rows), mirror=mirror))
        progress(int(rows[-1]) + 1, len(faces))
    return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)


def _tell(report: Reporter, done: int, total: int, what: str) -> None:
    message = f"{done:,} of {total:,} {what}."
    report.tell(JobStatus(state="running", done=done, total=total, what=what, message=message))


_COLUMNS = ("fixed", "reach", "edge", "edge_of")


def _as_arrays(found: Grouping) -> dict[str, np.ndarray]:
    arrays = {"faces": np.array(found.faces)}
    for name, part in (("tree", found.tree), ("links", found.links)):
        if part is not None:
            arrays |= {f"{name}_{field.name}": np.asarray(getattr(part, field.name)) for field in fields(part)}
    return arrays | {name: column for name in _COLUMNS if (column := getattr(found, name)) is not None}


def _from_arrays(method: str, arrays: dict[str, np.ndarray]) -> Grouping:
    faces, tree, links = int(arrays["faces"]), None, None
    if "tree_first" in arrays:
        first, second, heights = (arrays[f"tree_{name}"] for name in ("first", "second", "heights"))
        tree = LinkageTree(faces=faces, first=first, second=second, heights=heights)
    if "links_first" in arrays:
        first, second, squared = (arrays[f"links_{name}"] for name in ("first", "second", "squared_distance"))
        links = Links(first=first, second=second, squared_distance=squared)
    columns = {name: arrays[name] for name in _COLUMNS if name in arrays}
    return Grouping(method=method, faces=faces, tree=tree, links=links, **columns)


def _read(path: Path) -> dict[str, np.ndarray] | None:
    try:
        return files.read_npz(path)
    except FileNotFoundError:
        return None
    except _UNREADABLE as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> RunDamaged:
    return RunDamaged(f"The stored groups in {path.name} are damaged: group the whole set again.")
