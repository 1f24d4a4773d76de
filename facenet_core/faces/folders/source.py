"""Source ``folder``: one sub-folder per person, pictures of any kind inside."""

import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from facenet_core.faces.cache import find, lookup_key
from facenet_core.faces.errors import FacesError, PictureError
from facenet_core.faces.face_set import FaceSet, Progress, SkippedPicture
from facenet_core.faces.folders.listing import ListedPicture, Listing, shown
from facenet_core.faces.folders.people_folder import list_people_folder
from facenet_core.faces.folders.reading_notes import listing_notes
from facenet_core.faces.pictures import read_with_size
from facenet_core.faces.storing import Picture, store

READING = 2  # version of the way pictures are read; part of the key, so a change prepares anew

Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels

_PICTURES_A_JOB = 32
_THREADS = 4  # decoding leaves the interpreter free; more only wait for it


def load(
    *,
    path: str | Path | None,
    people: int | None,
    images: int | None,
    root: Path,
    progress: Progress | None,
    people_from_names: bool = False,
) -> FaceSet:
    """Prepare everybody in a folder, or open what was prepared before; see ``load_faces``."""
    if path is None:
        raise FacesError("Source folder needs a path: name a folder that has one sub-folder per person")
    return load_folder(Path(path), source="folder", root=root, progress=progress, people_from_names=people_from_names)


def load_folder(
    folder: Path,
    *,
    source: str,
    root: Path,
    progress: Progress | None,
    box: Box | None = None,
    people_from_names: bool = False,
) -> FaceSet:
    """Prepare one sub-folder per person under the name of any source that ends as a folder.

    Args:
        folder: Holds the sub-folders.
        source: A name in ``choices.SOURCES``.
        root: Where prepared sets are kept.
        progress: Called with (done, total, what).
        box: The part of each picture to use; None for all of it.
        people_from_names: Take whose face it is from the name of each file; see ``list_people_folder``.

    Raises:
        FacesError: Nothing in the folder can be a set of faces, or the set cannot be written.
    """
    folder = folder.expanduser().absolute()
    listing = list_people_folder(folder, people_from_names=people_from_names)
    wish = {"path": shown(str(folder)), "reading": READING, "box": box}
    if people_from_names:
        wish["people_from_names"] = True
    key = lookup_key(source, wish, listing.stamp())
    faces = find(root, key)
    if faces is not None:
        return faces
    pictures = _read_all(listing, box, progress)
    return store(
        pictures,
        source=source,
        place=f"The folder {folder}",
        root=root,
        key=key,
        kinds=listing.kinds,
        notes=listing_notes(listing),
    )


def _read_all(listing: Listing, box: Box | None, progress: Progress | None) -> Iterator[Picture | SkippedPicture]:
    """Read pictures in several threads, a little ahead of whoever takes them, and yield them in order."""
    files = listing.files
    yield from listing.skipped
    jobs = (files[start : start + _PICTURES_A_JOB] for start in range(0, len(files), _PICTURES_A_JOB))
    ahead: deque[Future[list[Picture | SkippedPicture]]] = deque()
    threads = min(_THREADS, os.cpu_count() or 1)
    done = 0
    with ThreadPoolExecutor(threads, thread_name_prefix="read-pictures") as pool:
        for job in jobs:
            ahead.append(pool.submit(_read_some, job, box))
            if len(ahead) > 2 * threads:
                pictures = ahead.popleft().result()
                yield from pictures
                done = _tell(progress, done + len(pictures), len(files))
        while ahead:
            pictures = ahead.popleft().result()
            yield from pictures
            done = _tell(progress, done + len(pictures), len(files))


def _read_some(files: Sequence[ListedPicture], box: Box | None) -> list[Picture | SkippedPicture]:
    pictures: list[Picture | SkippedPicture] = []
    for file in files:
        try:
            image, size = read_with_size(file.path, box=box)
            pictures.append(Picture(image, file.person, file.file, size=size))
        except PictureError as error:
            pictures.append(SkippedPicture(file=file.file, reason=error.reason))
    return pictures


def _tell(progress: Progress | None, done: int, total: int) -> int:
    if progress is not None:
        progress(done, total, "pictures read")
    return done
