"""The faces that a run's final figures were measured on: all held-out images and unseen people, not only the tracked.

They are written when training finishes, beside the figures, so that whoever has the run's folder can compute every
printed figure anew: embeddings, people, and in which half of the people each face was when thresholds were chosen.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from facenet_core.faces import FaceSet
from facenet_core.files import read_npz, write_npz
from facenet_core.runs.records import GROUPS, RunDamaged, TrackedFaces
from facenet_core.runs.storage import RunFolder

FILE = "measured.npz"
SAME_WITHIN = 1e-6  # figures of the same faces, embedded again
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredFaces:
    """Faces of the groups that the final figures stand for.

    Attributes:
        epoch: The epoch whose network looked at them.
        mirror: Whether the mirror image was averaged in.
        faces: The M faces, as the tracked ones are described.
        halves: (M, H) int8, for each of the H halvings of a group's people the half that the face's person was in, 0
            or 1: the threshold of either half was applied to the other. -1: left out, to stay below the most pairs.
        embeddings: (M, D) float32.
    """

    epoch: int
    mirror: bool
    faces: TrackedFaces
    halves: np.ndarray
    embeddings: np.ndarray

    def __len__(self) -> int:
        return len(self.faces)

    def rows_of(self, group: int) -> np.ndarray:
        """Return the rows of one group, a place in ``GROUPS``, whose pairs were measured."""
        rows: np.ndarray = np.flatnonzero((self.faces.group == group) & (self.halves >= 0).all(axis=1))
        return rows


def gather(
    faces: FaceSet, groups: Mapping[int, tuple[np.ndarray, np.ndarray]], *, epoch: int, mirror: bool, seed: int
) -> MeasuredFaces:
    """Put together what the groups were measured on.

    Args:
        faces: The whole set.
        groups: For each place in ``GROUPS`` the (n,) faces in the set and their (n, D) embeddings.
        epoch: The epoch of the embeddings.
        mirror: Whether mirror images are averaged in.
        seed: What decided the halves.
    """
    from facenet_core.evaluation import halves_of

    index = np.concatenate([np.zeros(0, np.int64), *(chosen for chosen, _ in groups.values())]).astype(np.int64)
    people, person = np.unique(faces.people[index], return_inverse=True)
    codes = [np.full(len(chosen), group, np.uint8) for group, (chosen, _) in groups.items()]
    halves = [halves_of(faces.people[chosen], seed=seed) for chosen, _ in groups.values()]
    kept = TrackedFaces(
        index=index,
        person=person.astype(np.int32),
        group=np.concatenate([np.zeros(0, np.uint8), *codes]),
        names=np.array([faces.names[p] for p in people], dtype=np.str_),
        files=np.array([faces.files[i] for i in index], dtype=np.str_),
    )
    return MeasuredFaces(
        epoch=epoch,
        mirror=mirror,
        faces=kept,
        halves=np.concatenate(halves),
        embeddings=np.concatenate([points for _, points in groups.values()]),
    )


def write_measured(run: RunFolder, measured: MeasuredFaces) -> None:
    """Keep them in the run's folder."""
    write_npz(run.path / FILE, **as_arrays(measured))


def read_measured(run: RunFolder) -> MeasuredFaces | None:
    """Return the faces of a run's final figures; None where an earlier version wrote none, or others were measured.

    Raises:
        RunDamaged: They cannot be read.
    """
    final = run.verification()
    try:
        arrays = read_npz(run.path / FILE)
    except FileNotFoundError:
        return None
    except _UNREADABLE as error:
        raise _damaged(run, error) from error
    try:
        measured = from_arrays(arrays)
    except _UNREADABLE as error:
        raise _damaged(run, error) from error
    return measured if final is not None and final.get("epoch") == measured.epoch else None


def as_arrays(measured: MeasuredFaces) -> dict[str, np.ndarray]:
    """Return them as plain arrays."""
    faces = measured.faces
    return {
        "about": np.array(json.dumps({"epoch": measured.epoch, "mirror": measured.mirror})),
        "index": faces.index,
        "person": faces.person,
        "group": faces.group,
        "names": faces.names,
        "files": faces.files,
        "halves": measured.halves,
        "embeddings": measured.embeddings,
    }


def from_arrays(arrays: Mapping[str, np.ndarray]) -> MeasuredFaces:
    """Read what ``as_arrays`` returned.

    Raises:
        ValueError: An array has another length than the others.
        KeyError: One is missing.
    """
    about: dict[str, Any] = json.loads(str(arrays["about"]))
    faces = TrackedFaces(**{name: arrays[name] for name in TrackedFaces.__dataclass_fields__})
    lengths = {len(arrays[name]) for name in ("index", "person", "group", "files", "halves", "embeddings")}
    if len(lengths) != 1 or arrays["embeddings"].ndim != 2 or arrays["halves"].ndim != 2:
        raise ValueError(f"its arrays are of {sorted(lengths)} faces")
    return MeasuredFaces(
        epoch=int(about["epoch"]),
        mirror=bool(about["mirror"]),
        faces=faces,
        halves=arrays["halves"],
        embeddings=arrays["embeddings"],
    )


def same_figures(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Return whether two measurements of a group are the same one, but for rounding."""
    if not one or not other:
        return not one and not other
    plain = [(one.get(name), other.get(name)) for name in ("pairs", "accuracy", "threshold", "auc", "eer")]
    levels = [(value, other["val_at_far"].get(name)) for name, value in one["val_at_far"].items()]
    return all(
        a == b or (a is not None and b is not None and abs(float(a) - float(b)) <= SAME_WITHIN)
        for a, b in plain + levels
    )


def missing_words(run: RunFolder) -> str | None:
    """Return what an export of a run lacks of the faces that its figures were measured on; None where nothing.

    Runs that an earlier version finished keep the tracked faces alone.
    """
    final, tracked = run.verification(), run.tracked()
    if final is None or tracked is None or read_measured(run) is not None:
        return None
    parts = []
    for code, group in enumerate(GROUPS):
        found, kept = final.get(group.replace("-", "_")), int((tracked.group == code).sum())
        if found and found["images"] > kept:
            what = {"held-out": "held-out images", "unseen": "pictures of unseen people"}[group]
            parts.append(f"{found['images'] - kept:,} of {found['images']:,} {what}")
    if not parts:
        return None
    return (
        f"Missing: {' and '.join(parts)}, which the final figures were measured on; an earlier version of this program "
        f"did not keep them. python -m facenet_core evaluate {run.id} measures them again and keeps them, where the "
        "faces are at hand."
    )


def _damaged(run: RunFolder, error: Exception) -> RunDamaged:
    return RunDamaged(
        f"Run {run.id} cannot be read, its {FILE} is damaged ({error}): delete that file, and python -m facenet_core "
        f"evaluate {run.id} measures its faces again."
    )
