"""What can be refused before torch is loaded, faces are prepared or pictures are read."""

import importlib.util
import sys
from collections.abc import Sequence
from ctypes import CDLL
from pathlib import Path

import numpy as np

from facenet_core.config import TrainingConfig, check_people_per_batch
from facenet_core.faces import FaceSet, split_faces
from facenet_core.faces.face_set import IMAGE_SIZE
from facenet_core.faces.folders.people_folder import list_people_folder
from facenet_core.faces.synthetic import undrawn_set
from facenet_core.runs.engine.engine import check_choices
from facenet_core.runs.records import RunDamaged
from facenet_core.runs.resume import check_batch
from facenet_core.runs.storage import RunFolder, open_run

_MOST_PEOPLE = {"olivetti": 40, "lfw": 1_680}
"""People with two pictures in the sets that are downloaded: known before they are."""


def run_to_use(root: Path, run_id: str) -> RunFolder:
    """Return a run whose network can be loaded.

    Raises:
        ValueError: There is no such run, it cannot be read, or it has no weights yet.
    """
    run = open_run(root, run_id)
    check_choices(run.record().config)
    if not (run.path / "checkpoint" / "state.json").is_file():
        raise RunDamaged(f"Run {run.id} has no weights yet: train it first.")
    return run


def check_training(config: TrainingConfig) -> None:
    """Raise ValueError for whatever is wrong with a training and can be seen without its faces.

    A set that is not prepared yet is known by the names of its files; what its pictures show is known later.
    """
    check_choices(config)
    check_device(config.device)
    wanted = config.faces
    if config.people_per_batch is None:
        return
    if wanted.people is not None:
        check_people_per_batch(config.people_per_batch, wanted.people)
    if wanted.source in _MOST_PEOPLE:
        check_people_per_batch(config.people_per_batch, _MOST_PEOPLE[wanted.source])
    faces = _faces_by_name(config)
    if faces is not None:
        split = split_faces(
            faces, people=wanted.people, images=wanted.images, people_list=wanted.people_list, seed=config.seed
        )
        check_batch(config, faces, split)


def _faces_by_name(config: TrainingConfig) -> FaceSet | None:
    """Return who is on which picture, without a picture; None where only the pictures tell."""
    wanted = config.faces
    if wanted.source == "synthetic" and wanted.path is None:
        return undrawn_set(people=wanted.people, images=wanted.images)
    if wanted.source == "folder" and wanted.path is not None:
        folder = Path(wanted.path).expanduser().absolute()
        listing = list_people_folder(folder, people_from_names=wanted.people_from_names)
        return _unread_set([(file.person, file.file) for file in listing.files])
    return None


def _unread_set(pictures: Sequence[tuple[str, str]]) -> FaceSet:
    names, people = np.unique([person for person, _ in pictures], return_inverse=True)
    return FaceSet(
        images=np.broadcast_to(np.uint8(0), (len(pictures), IMAGE_SIZE, IMAGE_SIZE, 3)),
        people=people.astype(np.int32),
        names=tuple(str(name) for name in names),
        files=tuple(file for _, file in pictures),
        source="folder",
        fingerprint="",
        folder=Path(),
    )


def check_device(name: str) -> None:
    """Raise ValueError where a device cannot be on this machine, as far as that is seen without loading torch."""
    if name == "mps" and sys.platform != "darwin":
        raise ValueError("device 'mps' is not on this machine, it is Apple's: choose auto or cpu")
    if name == "cuda" and not (_torch_has("hip") or (_torch_has("cuda") and _driver_there())):
        raise ValueError("device 'cuda' is not on this machine, or not known to this torch: choose auto or cpu")


def _torch_has(kind: str) -> bool:
    """Return whether the installed torch was built for a kind of GPU; True where that cannot be seen."""
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return True
    libraries = [file.name for file in (Path(found.origin).parent / "lib").glob("*torch_*")]
    return not libraries or any(f"torch_{kind}." in name for name in libraries)


def _driver_there() -> bool:
    try:
        CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True
