"""One way in for every source."""

from pathlib import Path

from facenet_core.choices import SOURCES, choose
from facenet_core.config import FacesConfig
from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import FaceSet, Progress

DEFAULT_ROOT = Path("data/faces")


def load_faces(
    source: str = "synthetic",
    *,
    path: str | Path | None = None,
    people: int | None = None,
    images: int | None = None,
    people_from_names: bool = False,
    root: Path = DEFAULT_ROOT,
    progress: Progress | None = None,
) -> FaceSet:
    """Open a set of faces, preparing it when this is its first use.

    Args:
        source: A name in ``choices.SOURCES``.
        path: The folder of source ``folder``, or the offline copy of a downloaded set.
        people: How many people will be trained on; a source that draws its faces draws enough, the others
            always prepare everybody.
        images: How many images of each will be trained on; as ``people``.
        people_from_names: Of source ``folder``: whose a picture is stands in its own name, not in its folder's.
        root: Where prepared sets are kept.
        progress: Called with (done, total, what) while the set is prepared.

    Raises:
        FacesError: The set cannot be used; the message says why and what to do.
        ValueError: There is no such source, or it has no folder whose files could name people.
    """
    wanted = FacesConfig(source=source, people_from_names=people_from_names)  # refuses what does not go together
    load = choose("source", SOURCES, source).load()
    more = {"people_from_names": True} if wanted.people_from_names else {}  # a source of one's own need not know it
    faces = load(path=path, people=people, images=images, root=Path(root), progress=progress, **more)
    if not isinstance(faces, FaceSet):
        raise FacesError(f"source {source} must return a FaceSet, got {type(faces).__name__}")
    return faces


def prepare(faces: FacesConfig, *, root: Path = DEFAULT_ROOT, progress: Progress | None = None) -> FaceSet:
    """Open the set that a run's configuration names; see ``load_faces``."""
    return load_faces(
        faces.source,
        path=faces.path,
        people=faces.people,
        images=faces.images,
        people_from_names=faces.people_from_names,
        root=root,
        progress=progress,
    )
