"""Source ``lfw``: Labeled Faces in the Wild as scikit-learn downloads it (the funneled version, 250 x 250)."""

import shutil
from pathlib import Path

from facenet_core.faces.downloads import data_home, plain_network_errors
from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import FaceSet, Progress
from facenet_core.faces.folder import load_folder

FACE = (58, 58, 192, 192)  # left, top, right, bottom of the face in a picture of 250 x 250
MOST_PICTURED = 500  # only one person has more pictures than that
_PICTURES = Path("lfw_home") / "lfw_funneled"
_ARCHIVE = Path("lfw_home") / "lfw-funneled.tgz"


def load(
    *, path: str | Path | None, people: int | None, images: int | None, root: Path, progress: Progress | None
) -> FaceSet:
    """Download the faces once and prepare everybody; see ``load_faces``.

    Args:
        path: An offline ``data_home`` of scikit-learn, which holds ``lfw_home/lfw_funneled/NAME/*.jpg``.
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
    if path is None and (home / _ARCHIVE).exists():  # unpacking was interrupted: the loader deletes it at the end
        shutil.rmtree(pictures, ignore_errors=True)
    if not pictures.is_dir():
        if path is not None:
            raise FacesError(f"{home} has no {_PICTURES.as_posix()}: name the folder that scikit-learn downloaded to")
        _download(home, progress)
    return load_folder(pictures, source="lfw", root=root, progress=progress, box=FACE)


def _download(home: Path, progress: Progress | None) -> None:
    from sklearn.datasets import fetch_lfw_people  # heavy, and only needed here

    if progress is not None:
        progress(0, 1, "downloading about 200 MB")
    with plain_network_errors("Labeled Faces in the Wild"):
        # Its download is wanted, not its arrays: one grey pixel of the one most pictured person.
        pixel = (slice(0, 1), slice(0, 1))
        fetch_lfw_people(data_home=str(home), min_faces_per_person=MOST_PICTURED, resize=None, slice_=pixel)
    if progress is not None:
        progress(1, 1, "downloaded and unpacked")
