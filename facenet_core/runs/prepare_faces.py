"""Prepare a set of faces once, however many workers want it at the same moment."""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from facenet_core import files
from facenet_core.config import FacesConfig
from facenet_core.faces import FaceSet, prepare

_LOOK_AGAIN = 0.05


def prepare_once(
    faces: FacesConfig, *, root: Path, progress: Callable[[int, int, str], None], waiting: Callable[[], None]
) -> FaceSet:
    """Open a set of faces, preparing it on its first use; wait while another process prepares the same.

    Args:
        faces: Which faces.
        root: Where prepared sets are kept.
        progress: Called with (done, total, what) while they are prepared here; may raise to end it.
        waiting: Called again and again while another process prepares them; may raise to end it.
    """
    wanted = {name: value for name, value in asdict(faces).items() if name != "people_list"}
    key = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()[:16]
    lock = root / "locks" / key
    lock.parent.mkdir(parents=True, exist_ok=True)
    while True:
        try:
            with files.locked(lock):
                return prepare(faces, root=root, progress=progress)
        except files.AlreadyLocked:
            waiting()
            time.sleep(_LOOK_AGAIN)
