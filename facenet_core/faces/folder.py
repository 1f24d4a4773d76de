"""Source ``folder``: one sub-folder per person, pictures of any kind inside."""

import os
import unicodedata
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from facenet_core.faces.cache import find, lookup_key
from facenet_core.faces.errors import FacesError, PictureError
from facenet_core.faces.face_set import FaceSet, Progress, SkippedPicture
from facenet_core.faces.pictures import read_picture
from facenet_core.faces.storing import Picture, store

READING = 1  # version of the way pictures are read; part of the key, so a change prepares anew

_JPEG = (".jpg", ".jpeg", ".jpe", ".jfif")
_READ = (*_JPEG, ".png", ".webp", ".bmp", ".dib", ".gif", ".pgm", ".ppm", ".pbm", ".pnm", ".tif", ".tiff")
_NOT_READ = (".heic", ".heif", ".avif", ".jp2", ".jxl", ".svg", ".psd", ".tga", ".dng", ".cr2", ".nef", ".arw", ".raf")
_NO_PERSON = ("__MACOSX",)
Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels

_PICTURES_A_JOB = 32
_THREADS = 4  # decoding leaves the interpreter free; more only wait for it


@dataclass(frozen=True, slots=True)
class _File:
    person: str
    file: str  # relative to the folder, as it is shown
    path: str
    stamp: str  # size and time of the last change


@dataclass(slots=True)
class Listing:
    """What a folder holds, without a picture opened."""

    files: list[_File] = field(default_factory=list)
    skipped: list[SkippedPicture] = field(default_factory=list)
    loose_pictures: int = 0  # beside the sub-folders instead of in one
    folders: int = 0

    def stamp(self) -> bytes:
        """Return names, sizes and times: equal as long as nothing in the folder changed."""
        lines = [f"{file.path}\0{file.stamp}" for file in self.files]
        lines += [f"{skipped.file}\0{skipped.reason}" for skipped in self.skipped]
        return "\n".join(lines).encode("utf-8", "backslashreplace")


def load(
    *, path: str | Path | None, people: int | None, images: int | None, root: Path, progress: Progress | None
) -> FaceSet:
    """Prepare everybody in a folder, or open what was prepared before; see ``load_faces``."""
    if path is None:
        raise FacesError("Source folder needs a path: name a folder that has one sub-folder per person")
    return load_folder(Path(path), source="folder", root=root, progress=progress)


def load_folder(folder: Path, *, source: str, root: Path, progress: Progress | None, box: Box | None = None) -> FaceSet:
    """Prepare one sub-folder per person under the name of any source that ends as a folder.

    Args:
        folder: Holds the sub-folders.
        source: A name in ``choices.SOURCES``.
        root: Where prepared sets are kept.
        progress: Called with (done, total, what).
        box: The part of each picture to use; None for all of it.

    Raises:
        FacesError: Nothing in the folder can be a set of faces, or the set cannot be written.
    """
    folder = folder.expanduser().absolute()
    listing = list_pictures(folder)
    key = lookup_key(source, {"path": _shown(str(folder)), "reading": READING, "box": box}, listing.stamp())
    faces = find(root, key)
    if faces is not None:
        return faces
    pictures = _read_all(listing, box, progress)
    return store(pictures, source=source, place=f"The folder {folder}", root=root, key=key)


def list_pictures(folder: Path) -> Listing:
    """List the pictures of a folder's sub-folders, sorted by person and name.

    Raises:
        FacesError: There is no such folder, or nothing in it can be a set of faces.
    """
    listing = Listing()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                _list_entry(entry, listing)
    except FileNotFoundError as error:
        raise FacesError(f"There is no folder {folder}: check how it is written") from error
    except NotADirectoryError as error:
        raise FacesError(f"{folder} is a file: name a folder that has one sub-folder per person") from error
    except OSError as error:
        raise FacesError(f"The folder {folder} cannot be read ({error.strerror}): check its permissions") from error
    _check_listing(folder, listing)
    listing.files.sort(key=lambda file: (file.person, file.file))
    listing.skipped.sort(key=lambda skipped: skipped.file)
    return listing


def _list_entry(entry: os.DirEntry[str], listing: Listing) -> None:
    if entry.name.startswith(".") or entry.name in _NO_PERSON:
        return
    if not entry.is_dir():
        listing.loose_pictures += entry.name.lower().endswith(_READ)
        return
    listing.folders += 1
    person = _shown(entry.name)
    try:
        with os.scandir(entry.path) as pictures:
            for picture in pictures:
                _list_picture(picture, person, listing)
    except OSError as error:
        reason = f"the folder cannot be read ({error.strerror})"
        listing.skipped.append(SkippedPicture(file=f"{person}/", reason=reason))


def _list_picture(entry: os.DirEntry[str], person: str, listing: Listing) -> None:
    name = entry.name.lower()
    if name.startswith("."):
        return
    file = f"{person}/{_shown(entry.name)}"
    if name.endswith(_READ):
        try:
            about = entry.stat()
        except OSError as error:
            reason = f"it cannot be opened ({error.strerror})"  # such as a link to nowhere
            listing.skipped.append(SkippedPicture(file=file, reason=reason))
        else:
            listing.files.append(_File(person, file, entry.path, f"{about.st_size} {about.st_mtime_ns}"))
    elif name.endswith(_NOT_READ):
        reason = "this kind of picture is not read here; save it as JPEG or PNG"
        listing.skipped.append(SkippedPicture(file=file, reason=reason))


def _check_listing(folder: Path, listing: Listing) -> None:
    if listing.files:
        people = {file.person for file in listing.files}
        if len(people) == 1:
            raise FacesError(
                f"The folder {folder} has pictures of one person only, {people.pop()}: "
                "add a sub-folder for at least one other person"
            )
    elif listing.loose_pictures:
        raise FacesError(
            f"The folder {folder} has pictures but no sub-folders with pictures: "
            "put the pictures of each person into a sub-folder of their own"
        )
    elif listing.folders:
        raise FacesError(
            f"The sub-folders of {folder} have no pictures that can be read here: "
            "name the folder whose sub-folders hold each person's pictures (JPEG, PNG, WebP, BMP, GIF, PGM or TIFF)"
        )
    else:
        raise FacesError(f"The folder {folder} is empty: put one sub-folder per person into it, with pictures inside")


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


def _read_some(files: Sequence[_File], box: Box | None) -> list[Picture | SkippedPicture]:
    pictures: list[Picture | SkippedPicture] = []
    for file in files:
        try:
            pictures.append(Picture(read_picture(file.path, box=box), file.person, file.file))
        except PictureError as error:
            pictures.append(SkippedPicture(file=file.file, reason=error.reason))
    return pictures


def _tell(progress: Progress | None, done: int, total: int) -> int:
    if progress is not None:
        progress(done, total, "pictures read")
    return done


def _shown(name: str) -> str:
    """Return a file name as text that every file and page can hold, accents in one form on every system."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "backslashreplace").decode("utf-8"))
