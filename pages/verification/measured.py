"""What the threshold's figures are drawn from, computed once for each run, epoch and group."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from facenet_core.evaluation import (
    BestThreshold,
    Interval,
    Prices,
    RocBand,
    ValAtFar,
    Verification,
    all_pairs_roc,
    cheapest_threshold,
    roc_band,
    verify_group,
)
from facenet_core.runs.jobs.face_kinds import FaceKinds, kinds_of
from facenet_core.runs.storage import RunFolder
from pages.shared.runs import readers
from pages.shared.runs.session import faces_folder

DRAWN = 400  # points of a curve: more than a screen shows
RESAMPLES = 200
LEVELS = (0.1, 0.01, 0.001, 0.0001, 0.00001)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """VAL against FAR of one group, and what is read off it.

    Attributes:
        far: (C,) false accept rates, ascending.
        val: (C,) VAL at each.
        thresholds: (C,) squared distances, -inf first and inf last.
        same: Same pairs.
        different: Different pairs.
        people: People.
        band: How far VAL varies over draws of people; None where that cannot be said.
        measured: The group's figures with intervals over people.
        levels: VAL at each false accept rate of ``LEVELS``, or why these pairs cannot tell it.
    """

    far: np.ndarray
    val: np.ndarray
    thresholds: np.ndarray
    same: int
    different: int
    people: int
    band: RocBand | None
    measured: Verification
    levels: Mapping[float, ValAtFar]

    @property
    def intervals(self) -> Mapping[str, Interval]:
        """The figures' intervals; empty where there are none."""
        return self.measured.intervals or {}


def group_points(run: RunFolder, epoch: int, group: int) -> tuple[np.ndarray, np.ndarray]:
    """Return (N, D) embeddings and (N,) people of one group."""
    faces = readers.tracked(run)
    if faces is None:
        return np.zeros((0, 1)), np.zeros(0, np.int64)
    chosen = np.flatnonzero(faces.group == group)
    return readers.epoch(run, epoch).embeddings[chosen], faces.person[chosen]


def are_numbers(run: RunFolder, epoch: int) -> bool:
    """Return whether every embedding of an epoch can be compared."""
    return bool(np.isfinite(readers.epoch(run, epoch).embeddings).all())


def curve(run: RunFolder, epoch: int, group: int) -> Curve | None:
    """Return a group's curve; None where one kind of pairs is missing."""
    return _curve(str(run.path), epoch, group, readers.epoch_stamp(run, epoch))


@st.cache_resource(max_entries=32, show_spinner=False)
def _curve(path: str, epoch: int, group: int, stamp: int) -> Curve | None:
    return curve_of(*group_points(RunFolder(Path(path)), epoch, group))


def curve_of(embeddings: np.ndarray, people: np.ndarray) -> Curve | None:
    """Return the curve of embeddings (N, D) of people (N,)."""
    found = all_pairs_roc(embeddings, people)
    if not found.same or not found.different:
        return None
    keep = np.arange(len(found.far))
    if len(keep) > DRAWN:
        places = np.searchsorted(found.far, np.geomspace(1 / found.different, 1, DRAWN // 2), side="right") - 1
        heights = np.searchsorted(found.val, np.linspace(0, 1, DRAWN // 2), side="right") - 1
        keep = np.unique(np.concatenate([[0, len(keep) - 1], places, heights]))
    far, val, thresholds = found.far[keep], found.val[keep], found.thresholds[keep]
    grid = np.geomspace(1 / found.different, 1, 40)
    return Curve(
        far=far,
        val=val,
        thresholds=thresholds,
        same=found.same,
        different=found.different,
        people=len(np.unique(people)),
        band=roc_band(embeddings, people, grid, resamples=RESAMPLES),
        measured=verify_group(embeddings, people, resamples=RESAMPLES),
        levels={far: found.val_at_far(far) for far in LEVELS},
    )


def cheapest(run: RunFolder, epoch: int, group: int, prices: Prices) -> BestThreshold | None:
    """Return the cheapest threshold of a group; None where one kind of pairs is missing."""
    stamp = readers.epoch_stamp(run, epoch)
    return _cheapest(str(run.path), epoch, group, prices.false_accept, prices.impostors, stamp)


@st.cache_resource(max_entries=128, show_spinner=False)
def _cheapest(
    path: str, epoch: int, group: int, false_accept: float, impostors: float, stamp: int
) -> BestThreshold | None:
    prices = Prices(false_accept=false_accept, impostors=impostors)
    return cheapest_threshold(*group_points(RunFolder(Path(path)), epoch, group), prices)


def face_kinds(run: RunFolder) -> list[FaceKinds]:
    """Return the ways to sort the run's faces."""
    faces = readers.tracked(run)
    return [] if faces is None else _kinds(str(run.path), str(faces_folder()), run.record().fingerprint, len(faces))


@st.cache_resource(max_entries=16, show_spinner=False)
def _kinds(path: str, folder: str, fingerprint: str | None, count: int) -> list[FaceKinds]:
    faces = readers.tracked(RunFolder(Path(path)))
    return [] if faces is None else kinds_of(faces, fingerprint, Path(folder))
