"""The stored epochs in numbers: each epoch of a run measured once, and the course over all of them."""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from facenet_core.evaluation import TripletCensus, count_embedding_triplets, silhouette, spread_by_person
from facenet_core.runs.records import RunDamaged, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.runs import readers
from pages.shared.runs.margins import margin_at
from pages.shared.runs.session import UNREADABLE

MOST_FACES = 600  # of a group, as many as whole people fill: runs follow at most 200
MUCH = 10_000_000  # pairs of faces in all epochs together: some seconds
MOST_EPOCHS = 60  # on a course; of more, evenly spaced ones are measured
MOST_BYTES = 32_000_000  # of embeddings held for the course of a run


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EpochNumbers:
    """One group of faces at one epoch.

    Attributes:
        people: (P,) the people, as in ``TrackedFaces.person``.
        spread: (P,) mean squared distance of each one's faces to their mean, NaN for a single face.
        silhouette: Mean over the faces; None for one person.
        census: Triplets of the group at the run's margin of that epoch.
        margin: That margin.
        faces: Faces that were measured.
        without: Faces left out because their embedding is not a number.
    """

    people: np.ndarray
    spread: np.ndarray
    silhouette: float | None
    census: TripletCensus
    margin: float
    faces: int
    without: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """The tracked faces through the epochs.

    Attributes:
        epochs: The E epochs that could be read, or evenly spaced ones of them.
        embeddings: (E, T, D) float32.
        margins: (E,) the run's margin at each.
        per_epoch: Steps of an epoch.
        every: Whether no stored epoch was left out.
        stamps: Every stored epoch and when it was written, for caches over the course.
    """

    epochs: tuple[int, ...]
    embeddings: np.ndarray
    margins: np.ndarray
    per_epoch: int
    every: bool
    stamps: str

    def at(self, epoch: int) -> int:
        """Return the place of an epoch, or of the nearest one before it."""
        return max(0, int(np.searchsorted(self.epochs, epoch, side="right")) - 1)


def stamps_of(run: RunFolder) -> str:
    """Return every stored epoch and when it was written, as one text: caches look it up fastest."""
    return " ".join(f"{epoch}:{readers.epoch_stamp(run, epoch)}" for epoch in run.epochs())


def rows_of(faces: TrackedFaces, group: int) -> np.ndarray:
    """Return the tracked faces of a group, as far as whole people fill ``MOST_FACES``."""
    rows = np.flatnonzero(faces.group == group)
    if len(rows) <= MOST_FACES:
        return rows
    people, first, counts = np.unique(faces.person[rows], return_index=True, return_counts=True)
    order = np.argsort(first)
    taken = people[order][np.cumsum(counts[order]) <= MOST_FACES]
    return rows[np.isin(faces.person[rows], taken)]


def numbers(run: RunFolder, epoch: int, group: int) -> EpochNumbers | None:
    """Measure a group at an epoch; None where it has no face with an embedding.

    Raises:
        RunDamaged: The epoch does not fit the run's faces.
    """
    stamp = readers.epoch_stamp(run, epoch)
    return _numbers(str(run.path), epoch, stamp, group, margin_at(run, epoch))


@st.cache_resource(max_entries=2048, show_spinner=False)
def _numbers(path: str, epoch: int, stamp: int, group: int, margin: float) -> EpochNumbers | None:
    run = RunFolder(Path(path))
    faces = readers.tracked(run)
    if faces is None:
        return None
    embeddings = readers.epoch(run, epoch).embeddings
    if len(embeddings) != len(faces):
        raise RunDamaged(
            f"Epoch {epoch} of run {run.id} has {len(embeddings)} faces where the run follows {len(faces)}: "
            "delete the run or start it anew."
        )
    rows = rows_of(faces, group)
    known = rows[np.isfinite(embeddings[rows]).all(axis=1)]
    if not len(known):
        return None
    table, people = embeddings[known], faces.person[known]
    return EpochNumbers(
        people=np.unique(people),
        spread=spread_by_person(table, people).to_mean,
        silhouette=silhouette(table, people).score,
        census=count_embedding_triplets(table, people, margin),
        margin=margin,
        faces=len(known),
        without=len(rows) - len(known),
    )


def over_epochs(run: RunFolder, group: int) -> dict[int, EpochNumbers]:
    """Measure a group at every epoch that can be read, or at ``MOST_EPOCHS`` of them."""
    return _over_epochs(str(run.path), stamps_of(run), group)


@st.cache_resource(max_entries=64, show_spinner="Measuring the epochs")
def _over_epochs(path: str, stamps: str, group: int) -> dict[int, EpochNumbers]:
    run, found = RunFolder(Path(path)), {}
    for epoch in spaced(run.epochs(), MOST_EPOCHS):
        with contextlib.suppress(*UNREADABLE):
            measured = numbers(run, epoch, group)
            if measured is not None:
                found[epoch] = measured
    return found


def much_to_measure(run: RunFolder, faces: TrackedFaces) -> bool:
    """Return whether measuring every epoch takes so long that the map should stand first."""
    return min(len(run.epochs()), MOST_EPOCHS) * min(len(faces), 3 * MOST_FACES) ** 2 > MUCH


def measure_for(run: RunFolder, faces: TrackedFaces, seconds: float, done: int) -> tuple[int, int]:
    """Go on measuring the epochs of all groups until the time is over.

    Returns:
        How many measurements are done, the ``done`` first ones included, and how many there are.
    """
    end = time.monotonic() + seconds
    wanted = [(epoch, int(group)) for group in np.unique(faces.group) for epoch in spaced(run.epochs(), MOST_EPOCHS)]
    while done < len(wanted) and time.monotonic() < end:
        with contextlib.suppress(*UNREADABLE):
            numbers(run, *wanted[done])
        done += 1
    return done, len(wanted)


def spaced(epochs: list[int], most: int) -> list[int]:
    """Return at most ``most`` of the epochs, evenly spaced, the first and the last among them."""
    if len(epochs) <= most:
        return epochs
    places = np.unique(np.linspace(0, len(epochs) - 1, max(2, most)).round().astype(int))
    return [epochs[place] for place in places]


def course(run: RunFolder) -> Course | None:
    """Return the tracked faces through the epochs; None while no epoch can be read."""
    faces = readers.tracked(run)
    if faces is None:
        return None
    return _course(str(run.path), stamps_of(run), len(faces))


@st.cache_resource(max_entries=4, show_spinner=False)
def _course(path: str, stamps: str, count: int) -> Course | None:
    run = RunFolder(Path(path))
    record = run.record()
    stored = run.epochs()
    room = MOST_BYTES // max(1, 4 * count * record.config.embedding_size)
    found: dict[int, np.ndarray] = {}
    for epoch in spaced(stored, min(MOST_EPOCHS, max(8, room))):
        with contextlib.suppress(*UNREADABLE):
            embeddings = run.epoch(epoch).embeddings.astype(np.float32)
            if len(embeddings) == count and all(embeddings.shape == other.shape for other in found.values()):
                found[epoch] = embeddings
    if not found:
        return None
    return Course(
        epochs=tuple(found),
        embeddings=np.stack(list(found.values())),
        margins=np.array([margin_at(run, epoch) for epoch in found]),
        per_epoch=record.steps_per_epoch or 1,
        every=len(found) == len(stored),
        stamps=stamps,
    )
