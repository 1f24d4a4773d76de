"""What kinds of pictures there are among a run's faces: by the factors of synthetic ones, by the folders of others."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facenet_core.faces import FacesError, open_faces
from facenet_core.faces.heads import CONDITION_FACTORS, conditions_of
from facenet_core.faces.synthetic import draw_face
from facenet_core.runs.records import TrackedFaces

SEED = 0  # of the synthetic class
MOST_KINDS = 6  # of folders: more are no slices but people
_DRAWN = re.compile(r"synthetic/person 0*([1-9][0-9]{0,5})/0*([1-9][0-9]{0,5})")
_PARTED = re.compile(r"[ _\-.]")

Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceKinds:
    """One way to sort pictures.

    Attributes:
        name: Short, for links.
        label: What it is called.
        kinds: The K kinds, as part of a sentence: "without glasses".
        codes: (T,) kind of each face in 0..K-1, -1 where it has none.
        lists_all: Whether a pair of two kinds is named by both; else all such pairs are one slice.
    """

    name: str
    label: str
    kinds: tuple[str, ...]
    codes: np.ndarray
    lists_all: bool = True

    def slices(self, first: np.ndarray, second: np.ndarray) -> tuple[tuple[str, ...], np.ndarray]:
        """Return the names of the slices and the slice (M,) of each pair, -1 for none.

        Args:
            first: (M,) one face of each pair.
            second: (M,) the other.
        """
        a, b = np.sort(np.stack([self.codes[first], self.codes[second]]), axis=0)
        count = len(self.kinds)
        if self.lists_all and count == 2:
            one, other = self.kinds
            return (f"both {one}", f"one {one}, one {other}", f"both {other}"), np.where(a < 0, -1, a + b)
        names = (*(f"both {kind}" for kind in self.kinds), "one of each of two kinds")
        return names, np.where(a < 0, -1, np.where(a == b, a, count))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """How a factor parts pictures in two."""

    label: str
    kinds: tuple[str, str]
    factor: str
    second: Callable[[np.ndarray], np.ndarray]


RULES = {
    "pose": _Rule(
        label="Pose",
        kinds=("facing the camera", "turned by more than 10°"),
        factor="yaw",
        second=lambda yaw: np.abs(yaw) > 10,
    ),
    "light": _Rule(
        label="Light from the side",
        kinds=("lit from the left", "lit from the right"),
        factor="light_side",
        second=lambda side: side > 0,
    ),
    "glasses": _Rule(
        label="Glasses", kinds=("without glasses", "with glasses"), factor="glasses", second=lambda worn: worn > 0
    ),
    "smile": _Rule(label="Expression", kinds=("earnest", "smiling"), factor="smile", second=lambda smile: smile > 0.45),
    "mouth": _Rule(
        label="Mouth", kinds=("mouth closed", "mouth open"), factor="mouth_open", second=lambda wide: wide > 0.25
    ),
    "ground": _Rule(
        label="Background",
        kinds=("dark background", "bright background"),
        factor="ground_light",
        second=lambda light: light > 0.5,
    ),
    "blur": _Rule(label="Focus", kinds=("sharp", "blurred"), factor="blur", second=lambda blur: blur > 0.3),
    "hat": _Rule(label="Hat", kinds=("without a hat", "with a hat"), factor="hat", second=lambda worn: worn > 0),
    "eyes": _Rule(label="Eyes", kinds=("eyes closed", "eyes open"), factor="eyes_open", second=lambda wide: wide > 0.4),
}


def kinds_of(faces: TrackedFaces, fingerprint: str | None, faces_root: Path) -> list[FaceKinds]:
    """Return the ways to sort a run's faces; empty where nothing but their people is known.

    Args:
        faces: The tracked faces.
        fingerprint: Of their set, whose stored factors are read where it is still prepared. Those of synthetic
            faces are known from their files' names as well.
        faces_root: Where prepared sets are kept.
    """
    columns = _stored_factors(faces, fingerprint, faces_root) or _drawn_factors(faces)
    found = [_by_factor(name, rule, columns[rule.factor]) for name, rule in RULES.items() if rule.factor in columns]
    return [*found, *_by_folder(faces)]


def _by_factor(name: str, rule: _Rule, values: np.ndarray) -> FaceKinds:
    codes = np.where(np.isfinite(values), rule.second(values).astype(np.int64), -1)
    return FaceKinds(name=name, label=rule.label, kinds=rule.kinds, codes=codes)


def _stored_factors(faces: TrackedFaces, fingerprint: str | None, faces_root: Path) -> Columns:
    """Return (T,) values of each factor, as they are stored with the set."""
    if fingerprint is None:
        return {}
    try:
        stored = open_faces(fingerprint, root=faces_root)
        wanted = [rule.factor for rule in RULES.values() if rule.factor in stored.factor_names]
        return {name: column[faces.index] for name, column in stored.factors(wanted).items()}
    except (FacesError, IndexError):  # tidied away: their names are left
        return {}


def drawn_number(file: str) -> tuple[int, int] | None:
    """Return person and picture, from 0, of a synthetic face by its file's name; None for any other."""
    found = _DRAWN.fullmatch(file)
    return None if found is None else (int(found[1]) - 1, int(found[2]) - 1)


def draw_again(files: list[str]) -> np.ndarray:
    """Return synthetic faces (n, 110, 110, 3) uint8 by the names of their files; for ``Engine.ask``.

    Raises:
        ValueError: A file is no synthetic face's.
    """
    numbers = [drawn_number(file) for file in files]
    if None in numbers:
        raise ValueError("only synthetic faces can be drawn again, and one of these is a photograph")
    return np.stack([draw_face(*number) for number in numbers if number is not None])


def _drawn_factors(faces: TrackedFaces) -> Columns:
    """Return (T,) values of each factor, of synthetic faces by their numbers; NaN for others, empty without any."""
    numbers = [drawn_number(str(file)) for file in faces.files]
    if not any(numbers):
        return {}
    by_name = {factor.name: factor for factor in CONDITION_FACTORS}
    columns = {rule.factor: np.full(len(faces), np.nan) for rule in RULES.values()}
    for place, found in enumerate(numbers):
        if found is not None:
            conditions = conditions_of(SEED, *found)
            for name, column in columns.items():
                column[place] = by_name[name].number(getattr(conditions, name))
    return columns


def _by_folder(faces: TrackedFaces) -> list[FaceKinds]:
    """Sort by where pictures come from, and by how people's folders begin, where that makes a few kinds."""
    origins = [str(file).split("/")[0] for file in faces.files]
    folders = [_PARTED.split(str(faces.names[person]))[0] for person in faces.person]
    drawn = [origin if origin in ("own", "synthetic") else "other" for origin in origins]
    found = []
    for name, label, words in (("origin", "Where from", drawn), ("folder", "Folder name begins", folders)):
        kinds, codes = np.unique(words, return_inverse=True)
        several = all(len(np.unique(faces.person[codes == code])) > 1 for code in range(len(kinds)))
        if 2 <= len(kinds) <= MOST_KINDS and several:
            said = tuple(f"from {kind}" if name == "origin" else f"“{kind}”" for kind in kinds)
            found.append(
                FaceKinds(name=name, label=label, kinds=said, codes=codes.astype(np.int64), lists_all=len(kinds) == 2)
            )
    return found
