"""Source ``olivetti``: the Olivetti faces as scikit-learn downloads them (64 x 64 grey)."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from facenet_core.faces.cache import find, lookup_key
from facenet_core.faces.downloads import data_home, plain_network_errors
from facenet_core.faces.face_set import IMAGE_SIZE, FaceSet, Progress
from facenet_core.faces.fetching import fetch
from facenet_core.faces.storing import Picture, store

VERSION = 1  # of the way pictures are prepared; part of the key


def load(
    *, path: str | Path | None, people: int | None, images: int | None, root: Path, progress: Progress | None
) -> FaceSet:
    """Download the faces once and prepare all 400; see ``load_faces``.

    Args:
        path: An offline ``data_home`` of scikit-learn.
        people: Not used: everybody is prepared.
        images: Not used.
        root: Where prepared sets are kept; the download lies in ``root/downloads``.
        progress: Called with (done, total, what).

    Raises:
        NoNetwork: The faces are not there yet and the network does not answer.
    """
    key = lookup_key("olivetti", {"path": None if path is None else str(Path(path).absolute()), "version": VERSION})
    faces = find(root, key)
    if faces is not None:
        return faces
    home = data_home(path, root)
    from sklearn.datasets import _olivetti_faces, fetch_olivetti_faces  # heavy, and only needed here

    with plain_network_errors("The Olivetti faces"):
        if path is None and next(home.glob("olivetti*.pkz"), None) is None:
            remote = _olivetti_faces.FACES
            file = home / remote.filename  # scikit-learn takes it from there
            fetch(remote.url, file, sha256=remote.checksum, what="The Olivetti set", progress=progress)
        downloaded = fetch_olivetti_faces(data_home=str(home))
    pictures = _pictures(downloaded.images, downloaded.target, progress)
    return store(pictures, source="olivetti", place="The Olivetti set", root=root, key=key)


def _pictures(images: np.ndarray, target: np.ndarray, progress: Progress | None) -> Iterator[Picture]:
    """Enlarge (N, 64, 64) floats in 0..1 to pictures, each person's numbered from 1."""
    seen: dict[int, int] = {}
    for number, person in sorted(enumerate(target.tolist()), key=lambda pair: (pair[1], pair[0])):
        seen[person] = seen.get(person, 0) + 1
        grey = np.rint(images[number] * 255).clip(0, 255).astype(np.uint8)
        enlarged = Image.fromarray(grey).resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.LANCZOS)
        name = f"person {person + 1:02d}"
        yield Picture(np.array(enlarged.convert("RGB")), name, f"olivetti/{name}/{seen[person]:02d}")
    if progress is not None:
        progress(len(images), len(images), "pictures read")
