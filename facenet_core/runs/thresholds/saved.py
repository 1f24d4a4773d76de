"""Thresholds measured on a folder of people and kept with a run, under a name: ``RUN/thresholds/NAME.json``."""

import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Self

from facenet_core import files
from facenet_core.evaluation.verification.distance_profile import DistanceProfile
from facenet_core.evaluation.verification.threshold_rules import RULES
from facenet_core.runs.records import RunDamaged
from facenet_core.runs.storage import RunFolder

FOLDER = "thresholds"
FORMAT = 1
RULE_WORDS = {"balanced": "best balanced accuracy", "equal": "equal shares of false accepts and false rejects"}
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,59}")
_UNREADABLE = (ValueError, KeyError, TypeError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedThreshold:
    """A threshold, the faces it was chosen on, and what it does there.

    Attributes:
        name: What it is called.
        value: The largest squared distance that counts as one person.
        faces: Whose faces it comes from, such as ``folder orl``.
        people: How many people.
        images: Their pictures.
        pairs: Their pairs.
        different: Different pairs among them.
        rule: One of ``threshold_rules.RULES``.
        far: Share of the different pairs that it accepts, the same pairs that it was chosen on.
        frr: Share of the same pairs that it rejects.
        step: Steps the run had done when it was measured; another step is another network.
        created: Unix seconds.
        profile: How the distances of these faces are distributed; None where that was not measured.
    """

    name: str
    value: float
    faces: str
    people: int
    images: int
    pairs: int
    different: int
    rule: str
    far: float
    frr: float
    step: int
    created: float = 0.0
    profile: DistanceProfile | None = None

    @property
    def origin(self) -> str:
        """Where it comes from, as the end of a sentence."""
        return (
            f"{rule_words(self.rule)} on the {self.pairs:,} pairs of {self.people:,} people ({self.faces}), of which "
            f"it accepts {100 * self.far:.1f} % of the different ones"
        )

    def to_json(self) -> dict[str, Any]:
        """Return it as it stands in its file."""
        return {"format": FORMAT, **asdict(self), "profile": self.profile.to_json() if self.profile else None}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; raise ValueError, TypeError or KeyError for anything else."""
        if int(values["format"]) > FORMAT:
            raise ValueError("it was written by a newer version of this program")
        known = {f.name: values[f.name] for f in fields(cls) if f.name in values}
        profile = values.get("profile")
        found = cls(**{**known, "profile": None if profile is None else DistanceProfile.from_json(profile)})
        if not 0 <= float(found.value) < float("inf") or found.rule not in RULES:
            raise ValueError(f"value must be a squared distance and rule one of {', '.join(RULES)}")
        return found


def rule_words(rule: str) -> str:
    """Return how a threshold was chosen: ``best balanced accuracy``, ``at most 1 % false accepts``."""
    if rule.startswith("far:"):
        return f"at most {100 * float(rule.removeprefix('far:')):g} % false accepts"
    return RULE_WORDS[rule]


def is_name(text: str) -> bool:
    """Return whether a threshold can be called so: the name is a file's, and must not read as a number."""
    try:
        float(text)
    except ValueError:
        return _NAME.fullmatch(text) is not None
    return False


def save_threshold(run: RunFolder, saved: SavedThreshold) -> Path:
    """Keep a threshold with its run, in place of one of the same name; return its file.

    Raises:
        ValueError: It cannot be called so.
    """
    if not is_name(saved.name):
        raise ValueError(
            f"name must be at most 60 letters, digits, dots, dashes and underscores and no number, got {saved.name!r}"
        )
    path = run.path / FOLDER / f"{saved.name}.json"
    path.parent.mkdir(exist_ok=True)
    values = saved.to_json() | {"created": saved.created or time.time()}
    files.write_json(path, values)
    return path


def saved_names(run: RunFolder) -> list[str]:
    """Return the names of the thresholds kept with a run, in order."""
    try:
        return sorted(
            entry.stem
            for entry in (run.path / FOLDER).iterdir()
            if entry.suffix == ".json" and not entry.name.startswith(".")
        )
    except (FileNotFoundError, NotADirectoryError):
        return []


def saved_threshold(run: RunFolder, name: str) -> SavedThreshold:
    """Return a threshold that was kept.

    Raises:
        ValueError: There is none of that name; the message lists those there are.
        RunDamaged: Its file cannot be read.
    """
    names = saved_names(run)
    if name not in names:
        there = ", ".join(names) if names else "none yet, evaluate RUN --path DIR --save-threshold NAME keeps one"
        raise ValueError(f"run {run.id} has no saved threshold {name!r}; saved: {there}")
    try:
        return SavedThreshold.from_json(files.read_json(run.path / FOLDER / f"{name}.json"))
    except _UNREADABLE as error:
        raise RunDamaged(
            f"The threshold {name} of run {run.id} cannot be read ({error}): measure and save it again."
        ) from error
