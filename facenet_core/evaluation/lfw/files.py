"""The protocol files of Labeled Faces in the Wild: lists of people and lists of pairs."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from facenet_core.evaluation.pairs.distances import Booleans

Picture = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairList:
    """Pairs of one fold; a picture is its person's name and its number, from 1.

    Attributes:
        first: One picture of each pair.
        second: The other.
        same: (M,) whether both show the same person.
    """

    first: tuple[Picture, ...]
    second: tuple[Picture, ...]
    same: Booleans

    def __len__(self) -> int:
        return len(self.first)


def picture_name(picture: Picture) -> str:
    """Return the file of a picture as LFW calls it: ``("Abel_Pacheco", 4)`` is ``Abel_Pacheco_0004.jpg``."""
    return f"{picture[0]}_{picture[1]:04d}.jpg"


def pictures_by_name(files: Sequence[str]) -> dict[Picture, int]:
    """Return where each picture stands in a list of files such as ``Abel_Pacheco/Abel_Pacheco_0004.jpg``.

    The person is the folder, the number the digits at the end of the file's name. Files without either are left out.
    """
    found: dict[Picture, int] = {}
    for index, file in enumerate(files):
        path = PurePosixPath(file.replace("\\", "/"))
        number = re.search(r"(\d+)$", path.stem)
        if number and path.parent.name:
            found.setdefault((path.parent.name, int(number.group(1))), index)
    return found


def pictures_needed(folds: Sequence[PairList]) -> list[Picture]:
    """Return every picture that the pairs name, once, in ascending order."""
    return sorted({picture for fold in folds for picture in (*fold.first, *fold.second)})


def pictures_missing(folds: Sequence[PairList], lookup: Mapping[Picture, int]) -> list[Picture]:
    """Return the pictures that the pairs name and ``lookup`` does not have."""
    return [picture for picture in pictures_needed(folds) if picture not in lookup]


class _Lines:
    """The lines of a text file, taken one by one, so that an error can name the line."""

    def __init__(self, path: Path) -> None:
        self.path, self.number = path, 0
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValueError(f"{path.name} must be a text file in UTF-8") from error
        self.lines = unicodedata.normalize("NFC", text).splitlines()  # as the names of folders are
        while self.lines and not self.lines[-1].strip():
            self.lines.pop()
        if not self.lines:
            raise ValueError(f"{path.name} is empty")

    def take(self, expected: str) -> list[str]:
        """Return the fields of the next line."""
        self.number += 1
        if self.number > len(self.lines):
            raise self.error(expected, "the end of the file")
        line = self.lines[self.number - 1].strip()
        return line.split("\t") if "\t" in line else line.split()

    def error(self, expected: str, found: object) -> ValueError:
        return ValueError(f"{self.path.name}, line {self.number}: expected {expected}, found {found!r}")

    def whole(self, text: str, expected: str, least: int = 1) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text.strip()) or int(text) < least:
            raise self.error(expected, text)
        return int(text)

    def finish(self) -> None:
        if self.number < len(self.lines):
            self.number += 1
            raise self.error("the end of the file", self.lines[self.number - 1])


def read_people(path: str | Path) -> list[tuple[str, int | None]]:
    """Read a list of people: LFW's ``people*.txt`` and ``lfw-names.txt``, or just one name a line.

    Returns:
        Name and number of images of each; the number is None where the file gives none.

    Raises:
        ValueError: A line is not what it should be; the message names file and line.
        OSError: The file cannot be read.
    """
    lines = _Lines(Path(path))
    counted = [bool(re.search(r"\t\s*\d+\s*$", line)) for line in lines.lines]
    if not any(counted):
        return [(line.strip(), None) for line in lines.lines if line.strip()]
    if counted[0]:  # lfw-names.txt has no number of people in front
        return [_person(lines) for _ in lines.lines]
    several = len(counted) > 1 and not counted[1]
    return [person for fold in _people_of_folds(lines, several) for person in fold]


def read_people_folds(path: str | Path) -> list[list[tuple[str, int]]]:
    """Read the people of each fold from LFW's ``people.txt``; spaces may stand for tabs.

    The first line holds the number of folds; each fold begins with its number of people, and one line a person
    follows: name and number of images.

    Raises:
        ValueError: A line is not what it should be, or somebody stands in two folds; the message says where.
        OSError: The file cannot be read.
    """
    lines = _Lines(Path(path))
    folds = _people_of_folds(lines, several=True)
    where: dict[str, int] = {}
    for number, fold in enumerate(folds, start=1):
        for name, _ in fold:
            if where.setdefault(name, number) != number:
                raise ValueError(
                    f"{lines.path.name}: {name} stands in fold {where[name]} and in fold {number}: "
                    "the folds of LFW share nobody, take the file from its site"
                )
    return folds


def _people_of_folds(lines: _Lines, several: bool) -> list[list[tuple[str, int]]]:
    folds = lines.whole(*_one(lines, "the number of sets")) if several else 1
    people = [
        [_person(lines) for _ in range(lines.whole(*_one(lines, "the number of people in the set"), least=0))]
        for _ in range(folds)
    ]
    lines.finish()
    return people


def _one(lines: _Lines, expected: str) -> tuple[str, str]:
    fields = lines.take(expected)
    if len(fields) != 1:
        raise lines.error(expected, " ".join(fields))
    return fields[0], expected


def _person(lines: _Lines) -> tuple[str, int]:
    expected = "a name, a tab and a number of images"
    fields = lines.take(expected)
    if len(fields) != 2 or not fields[0].strip():
        raise lines.error(expected, " ".join(fields))
    return fields[0].strip(), lines.whole(fields[1], expected, least=0)


def read_pairs(path: str | Path) -> list[PairList]:
    """Read pairs in LFW's format: ``pairsDevTest.txt`` (one set) or ``pairs.txt`` (ten folds).

    The first line holds the number of same pairs, which is also that of different ones, or the number of folds
    and the number of same pairs in each. Then follow, fold by fold, the same pairs (name, number, number) and the
    different ones (name, number, name, number).

    Returns:
        One list of pairs for each fold.

    Raises:
        ValueError: A line is not what it should be; the message names file and line.
        OSError: The file cannot be read.
    """
    lines = _Lines(Path(path))
    expected = "the number of pairs, or of folds and of pairs in each"
    header = lines.take(expected)
    if len(header) not in (1, 2):
        raise lines.error(expected, " ".join(header))
    *given, pairs = (lines.whole(field, expected) for field in header)
    folds = given[0] if given else 1
    read = [_fold(lines, pairs, f" of fold {fold} of {folds}" if given else "") for fold in range(1, folds + 1)]
    lines.finish()
    return read


def _fold(lines: _Lines, pairs: int, where: str) -> PairList:
    same = [_pair(lines, f"{number} of {pairs}{where}", same=True) for number in range(1, pairs + 1)]
    different = [_pair(lines, f"{number} of {pairs}{where}", same=False) for number in range(1, pairs + 1)]
    return PairList(
        first=_column(same + different, 0),
        second=_column(same + different, 1),
        same=np.arange(2 * pairs) < pairs,
    )


def _column(pairs: Iterable[tuple[Picture, Picture]], side: int) -> tuple[Picture, ...]:
    return tuple(pair[side] for pair in pairs)


def _pair(lines: _Lines, which: str, *, same: bool) -> tuple[Picture, Picture]:
    shape = "a same pair (name, number, number)" if same else "a different pair (name, number, name, number)"
    expected = f"{shape}, {which} as line 1 says"
    fields = [field.strip() for field in lines.take(expected)]
    if len(fields) != (3 if same else 4) or not all(fields):
        raise lines.error(expected, " ".join(fields))
    name, other = fields[0], fields[0] if same else fields[2]
    first, second = (name, lines.whole(fields[1], expected)), (other, lines.whole(fields[-1], expected))
    if first == second or (name == other) != same:
        raise lines.error(f"two pictures of {'one person' if same else 'two people'}", " ".join(fields))
    return first, second
