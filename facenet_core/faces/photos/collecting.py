"""What was brought (files, ZIPs, a folder on this machine) -> entries that are read one by one."""

import os
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from facenet_core.faces.errors import FacesError
from facenet_core.faces.face_set import SkippedPicture
from facenet_core.faces.folders.listing import kinds_words, list_pictures
from facenet_core.faces.folders.person_names import people_in_folders
from facenet_core.faces.photos.archive import ZIP_STARTS, is_packed, open_archive
from facenet_core.faces.photos.limits import LIMITS
from facenet_core.faces.photos.names import clean_name, person_in


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody brought: what it is called and its bytes."""

    name: str
    file: BinaryIO


@dataclass(frozen=True, slots=True)
class Entry:
    """A photo that can be read.

    Attributes:
        name: Of the file, with its folder, as it is shown.
        person: Whom the folder names; empty when nobody.
        read: Returns the bytes; raises ValueError with one sentence's end, such as "it is damaged".
    """

    name: str
    person: str
    read: Callable[[], bytes]


Collected = Entry | SkippedPicture


def collect(uploads: Iterable[Upload], *, room: int = LIMITS.photos) -> list[Collected]:
    """List every photo of what was brought, in order, without a picture decoded or a file written.

    Args:
        uploads: Files; a ZIP is known by its content.
        room: How many photos may still be added.

    Returns:
        Entries to read, and what is refused with its reason.
    """
    found: list[Collected] = []
    for upload in uploads:
        upload.file.seek(0)
        if upload.file.read(4).startswith(ZIP_STARTS):
            found += _of_archive(upload)
        else:
            found.append(_of_file(upload))
    return _limited(found, room)


def list_folder(folder: Path, *, room: int = LIMITS.photos) -> list[Collected]:
    """List the photos of a folder on this machine and of its sub-folders, which name the person.

    What counts as a photo, and which links are followed, is as in ``list_pictures``.

    Raises:
        FacesError: It is not there or cannot be read.
    """
    folder = folder.expanduser()
    if not folder.is_dir():
        raise FacesError(f"There is no folder {folder} on the machine that runs the app: check how it is written")
    listing = list_pictures(folder)
    people = people_in_folders([file.file for file in listing.files])
    named = zip(listing.files, people, strict=True)
    found: list[Collected] = [_of_disk(Path(file.path), file.file, person) for file, person in named]
    found += listing.skipped
    if listing.kinds:
        found.append(SkippedPicture(file=kinds_words(listing.kinds), reason="no pictures"))
    return _limited(found, room)


def _of_file(upload: Upload) -> Collected:
    name = _shown(upload.name)
    size = upload.file.seek(0, os.SEEK_END)
    if reason := _why_not(name, size):
        return SkippedPicture(file=name, reason=reason)

    def read() -> bytes:
        upload.file.seek(0)
        return upload.file.read()

    return Entry(name, person_in(upload.name), read)


def _of_disk(path: Path, shown: str, person: str) -> Collected:
    name = _shown(shown)
    try:
        about = path.stat()
    except OSError as error:
        return SkippedPicture(file=name, reason=f"it cannot be opened ({error.strerror})")
    if not stat.S_ISREG(about.st_mode):  # a pipe or a device would never end
        return SkippedPicture(file=name, reason="it is not an ordinary file")
    if reason := _why_not(name, about.st_size):
        return SkippedPicture(file=name, reason=reason)

    def read() -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise ValueError(f"it cannot be opened ({error.strerror})") from error

    return Entry(name, clean_name(person), read)


def _of_archive(upload: Upload) -> list[Collected]:
    archive = _shown(upload.name)
    try:
        members = open_archive(upload.file)
    except ValueError as error:
        return [SkippedPicture(file=archive, reason=str(error))]
    people = people_in_folders([member.name for member in members])
    found: list[Collected] = []
    for member, person in zip(members, people, strict=True):
        name = _shown(member.name)
        reason = member.reason or _why_not(name, member.size)
        shown = f"{archive}: {name}"
        found.append(
            SkippedPicture(file=shown, reason=reason) if reason else Entry(name, clean_name(person), member.read)
        )
    return found or [SkippedPicture(file=archive, reason="there is no file in this ZIP")]


def _why_not(name: str, size: int) -> str:
    if is_packed(name):
        return "an archive inside or beside others is not opened; bring its photos, or one ZIP of them"
    if size == 0:
        return "the file is empty"
    if size > LIMITS.file_bytes:
        return f"it has {size / 1e6:,.0f} MB, more than {LIMITS.file_bytes // 1_000_000}; make it smaller"
    return ""


def _limited(found: list[Collected], room: int) -> list[Collected]:
    kept, over = [], 0
    for item in found:
        if isinstance(item, Entry):
            room -= 1
            if room < 0:
                over += 1
                continue
        kept.append(item)
    if over:
        reason = f"at most {LIMITS.photos} photos fit into a session; delete some, or bring fewer"
        kept.append(SkippedPicture(file=f"{over:,} more photos", reason=reason))
    return kept


def _shown(name: str) -> str:
    return "/".join(filter(None, (clean_name(part) for part in name.replace("\\", "/").split("/")))) or "a file"
