"""Source ``lfw``: Labeled Faces in the Wild as scikit-learn downloads it (the funneled version, 250 x 250)."""

import shutil
from pathlib import Path

from facenet_core.faces.downloads import data_home, plain_network_errors
from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import FaceSet, Progress
from facenet_core.faces.fetching import fetch
from facenet_core.faces.folders.source import load_folder

FACE = (58, 58, 192, 192)  # left, top, right, bottom of the face in a picture of 250 x 250
MOST_PICTURED = 500  # only one person has more pictures than that
_HOME = Path("lfw_home")
_PICTURES = _HOME / "lfw_funneled"
_ARCHIVE = _HOME / "lfw-funneled.tgz"
_COPIES = (  # where an offline copy has its people: scikit-learn's layout, the authors' archives, one inside another
    "lfw_home/lfw_funneled",
    "lfw_funneled",
    "lfw_home/lfw-deepfunneled",
    "lfw-deepfunneled/lfw-deepfunneled",
    "lfw-deepfunneled",
    "lfw_deepfunneled",
    ".",
)


def load(
    *, path: str | Path | None, people: int | None, images: int | None, root: Path, progress: Progress | None
) -> FaceSet:
    """Download the faces once and prepare everybody; see ``load_faces``.

    Args:
        path: An offline copy: a ``data_home`` of scikit-learn, which holds ``lfw_home/lfw_funneled/NAME/*.jpg``, or a
            folder with the authors' funneled or deep-funneled pictures.
        people: Not used: everybody is prepared.
        images: Not used.
        root: Where prepared sets are kept; the download lies in ``root/downloads``.
        progress: Called with (done, total, what).

    Raises:
        NoNetwork: The faces are not there yet and the network does not answer.
        FacesError: They cannot be used.
    """
    home = data_home(path, root)
    pictures = home / _PICTURES
    if path is not None:
        pictures = _offline(home)
    else:
        if (home / _ARCHIVE).exists():  # unpacking was interrupted: the loader deletes it at the end
            shutil.rmtree(pictures, ignore_errors=True)
        if not pictures.is_dir():
            _download(home, progress)
    return load_folder(pictures, source="lfw", root=root, progress=progress, box=FACE)


def _offline(home: Path) -> Path:
    for name in _COPIES:
        if (home / name).is_dir() and next((home / name).glob("*/*_0001.jpg"), None) is not None:
            return home / name
    raise FacesError(
        f"{home} has no {_PICTURES.as_posix()} and no lfw-deepfunneled: name the folder that scikit-learn downloaded "
        "to, or the one that the authors' archive was unpacked in"
    )


def _download(home: Path, progress: Progress | None) -> None:
    from sklearn.datasets import _lfw, fetch_lfw_people  # heavy, and only needed here

    with plain_network_errors("Labeled Faces in the Wild"):
        for remote in (*_lfw.TARGETS, _lfw.FUNNELED_ARCHIVE):  # the archive last, 200 MB of the 200
            file = home / _HOME / remote.filename
            fetch(remote.url, file, sha256=remote.checksum, what="Labeled Faces in the Wild", progress=progress)
        if progress is not None:
            progress(0, 1, "archives to unpack, which takes a minute")
        # Its unpacking is wanted, not its arrays: one grey pixel of the one most pictured person.
        pixel = (slice(0, 1), slice(0, 1))
        fetch_lfw_people(data_home=str(home), min_faces_per_person=MOST_PICTURED, resize=None, slice_=pixel)
    if progress is not None:
        progress(1, 1, "archives unpacked")
