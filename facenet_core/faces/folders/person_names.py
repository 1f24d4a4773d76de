"""Whose face a file shows, by the folders it lies in or by its own name: one rule for folders, ZIPs and pages."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

from facenet_core.picture_kinds import ENDINGS

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")  # controls, direction marks, halves of characters
_JOINERS = "\u200c\u200d"  # invisible, but part of how some scripts (and emoji) are written

# Folders that hold parts of a set, not pictures of a person.
_PART = re.compile(
    r"(train|training|test|testing|val|valid|validation|eval|evaluation|dev|gallery|probes?|query|data|datasets?"
    r"|images?|imgs?|photos?|pictures|faces|people|persons|raw|cropped|aligned|originals?|fold|part|split|set)"
    r"([ _.-]?(set|data|images|faces|\d+))?",
    re.IGNORECASE,
)
# What cameras, phones and programs begin names with, and days.
_NOBODY = re.compile(
    r"(img|imgp|dsc|dscn|dscf|dcim|pict|pxl|vid|scan|screenshot|whatsapp image)\b.*|(img|dsc)[_-].*"
    r"|images?|pics?|photos?|pictures?|faces?|frames?|files?|p|wa|untitled|unnamed|crop|cropped|thumb|avatar"
    r"|(19|20)\d{6}",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"(.+?)(?:[ _.\-]+|\s*\()\d+\)?")
_LETTERS = re.compile(r"(\D*[^\W\d_])\d+")
_SEVERAL = 0.8  # of the pictures must be of somebody with two, or names do not say whose they are
_FEW = 0.2  # of a folder's pictures may lie beside the folders in it, and it still holds people


def in_one_form(name: str) -> str:
    """Return a name as it is shown and compared: accents composed, on one line, without invisible characters."""
    if name.isascii() and name.isprintable() and "  " not in name and name == name.strip():
        return name
    text = unicodedata.normalize("NFC", name)
    shown = "".join(
        character if character in _JOINERS or unicodedata.category(character) not in _INVISIBLE else " "
        for character in text
    )
    return " ".join(shown.split())


def is_part_of_a_set(folder: str) -> bool:
    """Return whether a folder is called like a part of a set (``train``, ``images 2``), not like a person."""
    return _PART.fullmatch(folder) is not None


def people_in_folders(paths: Sequence[str]) -> list[str]:
    """Return the person whose folder each file lies in: the outermost folder that does not hold all of them.

    ``class/Ann/1.jpg`` and ``class/Bob/trip/2.jpg`` are Ann and Bob; ``train/Ann/1.jpg`` and ``test/Ann/2.jpg`` are
    both Ann. A few pictures that lie loose beside the people's folders do not make the folder a person.

    Args:
        paths: Files relative to where they were brought from, with ``/`` or a backslash between folders.

    Returns:
        A name for each, in one form; empty for a file in no folder, or beside those of the people.
    """
    inner = [tuple(part for part in re.split(r"[/\\]", path) if part not in ("", ".")) for path in paths]
    pictures = [parts for path, parts in zip(paths, inner, strict=True) if path.lower().endswith(ENDINGS)] or inner
    telling = [
        parts for parts in pictures if ".." not in parts
    ]  # what leads out of an archive says nothing of the rest
    outer = 0
    while _holds_only_folders(telling, outer):
        outer += 1
    return [in_one_form(parts[outer]) if len(parts) > outer + 1 else "" for parts in inner]


def _holds_only_folders(paths: Sequence[tuple[str, ...]], level: int) -> bool:
    tops = {parts[level] for parts in paths if len(parts) > level + 1}
    loose = sum(len(parts) <= level + 2 for parts in paths)
    if not tops or loose > _FEW * len(paths):
        return False
    return len(tops) == 1 or all(map(is_part_of_a_set, tops))


def people_in_names(files: Sequence[str]) -> list[str]:
    """Return the person that each file's own name begins with: ``1-01.jpg``, ``subject01.happy``, ``Ann_Lee_0001.jpg``.

    Several ways of writing are tried on all names together; the first that gives two people or more, most of them
    with several pictures, holds for all.

    Args:
        files: Names of files; folders in front do not matter.

    Returns:
        A name for each, in one form; empty everywhere when the names do not say whose the pictures are.
    """
    stems = [_stem(file) for file in files]
    for rule in _RULES:
        people = ["" if _NOBODY.fullmatch(person) else in_one_form(person) for person in map(rule, stems)]
        if _are_people(people):
            return people
    return [""] * len(files)


def _stem(file: str) -> str:
    """Return the name without folders and without the ending of a picture; any other ending may tell somebody apart."""
    name = re.split(r"[/\\]", file)[-1]
    ending = next((ending for ending in ENDINGS if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)]


def _are_people(people: Sequence[str]) -> bool:
    counts = Counter(person for person in people if person)
    several = sum(count for count in counts.values() if count > 1)
    return len(counts) > 1 and several >= _SEVERAL * len(people)


def _before_the_number(stem: str) -> str:
    found = _NUMBERED.fullmatch(stem)
    return found[1] if found else ""


def _before_the_dot(stem: str) -> str:
    return stem.partition(".")[0]


def _before_a_sign(stem: str) -> str:
    return re.split(r"[ _.\-]", stem, maxsplit=1)[0]


def _letters_before_digits(stem: str) -> str:
    found = _LETTERS.fullmatch(stem)
    return found[1] if found else ""


_RULES: tuple[Callable[[str], str], ...] = (
    _before_the_number,
    _before_the_dot,
    _before_a_sign,
    _letters_before_digits,
)
