"""LFW's View 2 as its files lay it down: who is in which fold, who may be trained on, whence a threshold comes."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from facenet_core.evaluation.lfw.files import PairList, read_pairs, read_people_folds

THRESHOLDS_FROM = ("held-back", "nine")
PICTURES = ("deep-funneled", "funneled", "original", "own-aligned")
NO_OUTSIDE_DATA = "Unrestricted, No Outside Data"
_READMES = 3  # folders upwards in which a text is looked for
_LONGEST_README = 20_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View2Protocol:
    """The ten folds of LFW, or however many the files have.

    Attributes:
        people: For each fold its people, with the number of pictures that the file gives them.
        pairs: For each fold its pairs.
        digest: Stands for the content of both files.
    """

    people: Sequence[Sequence[tuple[str, int]]]
    pairs: Sequence[PairList]
    digest: str

    def __len__(self) -> int:
        return len(self.pairs)

    def chosen_on(self, fold: int, threshold_from: str) -> tuple[int, ...]:
        """Return the folds, from 1, on whose pairs the threshold for a fold is chosen.

        ``held-back`` is the next fold, whose people are then not trained on: distances of people trained on are
        smaller than those of others and make thresholds that are too small. ``nine`` is all other folds.
        """
        if threshold_from == "held-back":
            return (fold % len(self) + 1,)
        return tuple(number for number in range(1, len(self) + 1) if number != fold)

    def trained_on(self, fold: int, threshold_from: str) -> tuple[str, ...]:
        """Return the names of the people who are trained on when a fold is measured."""
        left_out = {fold}
        if threshold_from == "held-back":
            left_out.update(self.chosen_on(fold, threshold_from))
        return tuple(
            name for number, people in enumerate(self.people, start=1) if number not in left_out for name, _ in people
        )


def read_view2(folder: Path) -> View2Protocol:
    """Read ``people.txt`` and ``pairs.txt`` of a folder and check that nobody is trained on and measured with.

    Raises:
        ValueError: A file is missing or not what it should be, or the two do not belong together.
        OSError: A file cannot be read.
    """
    for name in ("people.txt", "pairs.txt"):
        if not (folder / name).is_file():
            raise ValueError(f"{folder} has no {name}: give the folder with LFW's protocol files")
    people, pairs = read_people_folds(folder / "people.txt"), read_pairs(folder / "pairs.txt")
    if len(people) != len(pairs):
        raise ValueError(
            f"people.txt has {len(people)} folds and pairs.txt {len(pairs)}: take both files from the same version"
        )
    if len(pairs) < 3:
        raise ValueError(f"View 2 needs at least 3 folds, pairs.txt has {len(pairs)}: give LFW's pairs.txt of ten")
    _check_apart(people, pairs)
    content = b"".join((folder / name).read_bytes() for name in ("people.txt", "pairs.txt"))
    return View2Protocol(people=people, pairs=pairs, digest=hashlib.sha256(content).hexdigest()[:16])


def _check_apart(people: Sequence[Sequence[tuple[str, int]]], pairs: Sequence[PairList]) -> None:
    home = {name: number for number, fold in enumerate(people, start=1) for name, _ in fold}
    for number, fold in enumerate(pairs, start=1):
        for name, _ in (*fold.first, *fold.second):
            if home.get(name, number) != number:
                raise ValueError(
                    f"pairs.txt has {name} in fold {number}, people.txt in fold {home[name]}: they would be trained on "
                    "and measured with, take both files from the same version"
                )


def wrong_counts(people: Sequence[Sequence[tuple[str, int]]], found: Mapping[str, int]) -> str | None:
    """Return a sentence on people who have another number of pictures than the file says; None for nobody."""
    wrong = [
        (name, count, found.get(name, 0)) for fold in people for name, count in fold if found.get(name, 0) != count
    ]
    if not wrong:
        return None
    shown = ", ".join(f"{name} {there} of {count}" for name, count, there in wrong[:3])
    more = ", ..." if len(wrong) > 3 else ""
    who = "1 person has" if len(wrong) == 1 else f"{len(wrong):,} people have"
    return f"{who} another number of pictures than people.txt says: {shown}{more}."


def kind_of_pictures(folder: Path) -> tuple[str | None, str]:
    """Guess from names and texts what was done to LFW's pictures.

    Returns:
        One of ``PICTURES`` or None, and a phrase that says how it is known.
    """
    folder = folder.absolute()
    for part in reversed(folder.parts):
        kind = _kind(part)
        if kind is not None:
            return kind, f"from the name of the folder {part}"
    for parent in (folder, *list(folder.parents)[: _READMES - 1]):
        for text in sorted(parent.glob("README*")):
            if text.is_file():
                kind = _kind(text.read_text(encoding="utf-8", errors="replace")[:_LONGEST_README])
                if kind is not None:
                    return kind, f"from {text.name} in {parent.name}"
    return None, "not said: name it with --pictures"


def _kind(text: str) -> str | None:
    if re.search(r"deep[\s_-]*funnel", text, re.IGNORECASE):
        return "deep-funneled"
    return "funneled" if re.search(r"funnel", text, re.IGNORECASE) else None


def category(pictures: str | None) -> str:
    """Return LFW's category of a network trained on the folds' people alone."""
    if pictures == "own-aligned":
        return f"{NO_OUTSIDE_DATA}, only if the alignment learned nothing from other pictures"
    return NO_OUTSIDE_DATA
