"""A walk through a folder of pictures: whose each is, what cannot be used, where links lead."""

import os
import stat
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from facenet_core.faces.face_set import SkippedPicture
from facenet_core.faces.folders.clutter import is_clutter
from facenet_core.faces.folders.person_names import in_one_form
from facenet_core.picture_kinds import ENDINGS, HEAD, UNREAD, is_unread, kind_of

DEEPEST = 8  # folders below that of a person

_NOWHERE = "it is a link that leads nowhere"
_AGAIN = "it is a link to pictures that are counted already"
_CIRCLE = "it is a link that leads in a circle"


class ListedPicture(NamedTuple):
    """A file that is a picture by its name or its first bytes.

    Attributes:
        person: Whose it is; empty where nothing says.
        file: Relative to the folder, as it is shown.
        path: Where it is.
        stamp: Size and time of the last change.
    """

    person: str
    file: str
    path: str
    stamp: str


@dataclass(slots=True)
class Listing:
    """What a folder holds.

    Attributes:
        folder: The folder.
        files: Its pictures, sorted by person and name.
        skipped: What looks like pictures or people but cannot be used, with its reason.
        kinds: How many files of which ending are no pictures; ``""`` stands for no ending.
        links_out: Links that lead out of the folder; they are followed.
        folders: Folders directly inside.
    """

    folder: Path
    files: list[ListedPicture] = field(default_factory=list)
    skipped: list[SkippedPicture] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    links_out: list[str] = field(default_factory=list)
    folders: int = 0

    def __len__(self) -> int:
        return len(self.files)

    @property
    def people(self) -> list[str]:
        """The names, sorted."""
        return sorted({file.person for file in self.files if file.person})

    def stamp(self) -> bytes:
        """Return names, sizes and times: equal as long as nothing in the folder changed."""
        lines = [f"{file.path}\0{file.stamp}" for file in self.files]
        lines += [f"{skipped.file}\0{skipped.reason}" for skipped in self.skipped]
        lines += [f"{ending}\0{count}" for ending, count in sorted(self.kinds.items())]
        return "\n".join(lines).encode("utf-8", "backslashreplace")


def shown(name: str) -> str:
    """Return a file name as text that every file and page can hold, accents in one form on every system."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "backslashreplace").decode("utf-8"))


class _Place(NamedTuple):
    """A folder on the way down: whose pictures it holds, how it is shown, and where it really is."""

    person: str
    shown: str
    path: str
    real: str
    depth: int


class Walk:
    """Goes through a folder; real folders first, so that what a link leads to counts where it lies."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._root = os.path.realpath(listing.folder)
        self._been = {self._root}
        self._folder_links: list[_Place] = []
        self._file_links: list[ListedPicture] = []

    def all(self) -> None:
        """List everything."""
        top = _Place("", "", str(self._listing.folder), self._root.rstrip(os.sep), 0)
        with os.scandir(top.path) as entries:  # raises where it is no folder
            self._take(top, entries)
        while self._folder_links:
            links, self._folder_links = sorted(self._folder_links, key=self._order), []
            for place in links:
                self._follow(place)
        self._take_file_links()

    def _order(self, link: _Place) -> tuple[bool, str]:
        """Return where a link comes: those to other links after what they lead to."""
        above = os.path.realpath(os.path.dirname(link.path))
        return _is_inside(os.path.normpath(os.path.join(above, os.readlink(link.path))), self._root), link.shown

    def _enter(self, place: _Place) -> None:
        if place.depth > DEEPEST + 1:
            self._skip(f"{place.shown}/", f"it lies more than {DEEPEST} folders below the person's")
            return
        self._been.add(place.real)
        try:
            with os.scandir(place.path) as entries:
                self._take(place, entries)
        except OSError as error:
            self._skip(f"{place.shown}/", f"the folder cannot be read ({error.strerror})")

    def _take(self, place: _Place, entries: Iterator[os.DirEntry[str]]) -> None:
        before = f"{place.shown}/" if place.shown else ""
        for entry in entries:
            name = entry.name
            if is_clutter(name):
                continue
            text = before + (name if name.isascii() else shown(name))
            try:
                is_folder = entry.is_dir()
            except OSError:  # a link to itself
                is_folder = False
            if is_folder:
                self._take_folder(place, entry, text)
            else:
                self._take_file(place, entry, text)

    def _take_folder(self, place: _Place, entry: os.DirEntry[str], text: str) -> None:
        is_link = entry.is_symlink()
        inside = _Place(
            person=place.person or in_one_form(text) or text,
            shown=text,
            path=entry.path,
            real=os.path.realpath(entry.path) if is_link else place.real + os.sep + entry.name,
            depth=place.depth + 1,
        )
        self._listing.folders += place.depth == 0
        if is_link:
            self._folder_links.append(inside)
        elif inside.real in self._been:  # inside a folder that a link led to, as another link did before
            self._skip(f"{inside.shown}/", _AGAIN)
        else:
            self._enter(inside)

    def _follow(self, place: _Place) -> None:
        if any(_is_inside(inner, place.real) for inner in (self._root, os.path.realpath(os.path.dirname(place.path)))):
            self._skip(f"{place.shown}/", _CIRCLE)
        elif place.real in self._been:
            self._skip(f"{place.shown}/", _AGAIN)
        else:
            self._note_way_out(place.shown, place.real)
            self._enter(place)

    def _take_file(self, place: _Place, entry: os.DirEntry[str], file: str) -> None:
        try:
            about = entry.stat()
            if not stat.S_ISREG(about.st_mode):  # a pipe or a device would never end
                self._skip(file, "it is not an ordinary file")
                return
            if not entry.name.lower().endswith(ENDINGS) and not self._is_picture(entry, file):
                return
        except OSError as error:
            self._skip(file, _NOWHERE if entry.is_symlink() else f"it cannot be opened ({error.strerror})")
            return
        listed = ListedPicture(place.person, file, entry.path, f"{about.st_size} {about.st_mtime_ns}")
        (self._file_links if entry.is_symlink() else self._listing.files).append(listed)

    def _is_picture(self, entry: os.DirEntry[str], file: str) -> bool:
        """Look at the first bytes of a file whose ending does not tell, and note what it is where it is no picture."""
        with open(entry.path, "rb") as opened:
            head = opened.read(HEAD)
        if is_unread(entry.name, head):
            self._skip(file, UNREAD)
            return False
        if kind_of(head) is None:
            self._listing.kinds[os.path.splitext(entry.name)[1].lower()] += 1
            return False
        return True

    def _take_file_links(self) -> None:
        if not self._file_links:
            return
        there = {os.path.realpath(file.path) for file in self._listing.files}
        for file in sorted(self._file_links, key=lambda file: file.file):
            real = os.path.realpath(file.path)
            if real in there:
                self._skip(file.file, _AGAIN)
                continue
            there.add(real)
            self._note_way_out(file.file, real)
            self._listing.files.append(file)

    def _note_way_out(self, name: str, real: str) -> None:
        if not _is_inside(real, self._root):
            self._listing.links_out.append(name)

    def _skip(self, file: str, reason: str) -> None:
        self._listing.skipped.append(SkippedPicture(file=file, reason=reason))


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
