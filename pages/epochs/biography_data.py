"""What the biography of a face or triplet is made of, and the worker's answer about the batches it was in."""

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation import (
    ActiveTriplet,
    ConfusedPairs,
    FaceCourse,
    TripletCourse,
    active_longest,
    confused_longest,
    face_course,
    quiet_from,
    triplet_course,
)
from facenet_core.runs.jobs.batch_history import Batches, FacesNotHere, replay_batches
from facenet_core.runs.records import SEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.epochs.measured import Course, rows_of
from pages.shared.runs.session import engine, faces_folder

SUGGESTED = 5
MOST_PEOPLE = 150  # of whom every two are compared
Triplet = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Life:
    """A face or triplet through the epochs.

    Attributes:
        course: Its distances.
        active: (E,) whether it is active.
        quiet: The epoch from which on it is quiet; None where it is not.
    """

    course: Any
    active: np.ndarray
    quiet: int | None


def life_of_face(run: RunFolder, faces: TrackedFaces, course: Course, face: int) -> Life:
    """Follow one tracked face."""
    return _life_of_face(str(run.path), course.stamps, face, course, faces.person)


@st.cache_resource(max_entries=128, show_spinner=False)
def _life_of_face(path: str, stamps: str, face: int, _course: Course, _person: np.ndarray) -> Life:
    return _life(face_course(list(_course.embeddings), _person, face), _course)


def life_of_triplet(course: Course, triplet: Triplet) -> Life:
    """Follow one triplet of tracked faces."""
    return _life(triplet_course(list(course.embeddings), *triplet), course)


def _life(found: FaceCourse | TripletCourse, course: Course) -> Life:
    active = found.active(course.margins)
    place = quiet_from(active)
    return Life(course=found, active=active, quiet=None if place is None else course.epochs[place])


def suggested(run: RunFolder, faces: TrackedFaces, course: Course) -> list[ActiveTriplet]:
    """Return the triplets of seen people that stay active longest, as tracked faces; of others where none is seen."""
    group = SEEN if (faces.group == SEEN).any() else int(faces.group.max())
    return _suggested(str(run.path), course.stamps, course, rows_of(faces, group), faces.person)


@st.cache_resource(max_entries=32, show_spinner=False)
def _suggested(path: str, stamps: str, _course: Course, _rows: np.ndarray, _person: np.ndarray) -> list[ActiveTriplet]:
    tables = [table[_rows] for table in _course.embeddings]
    found = active_longest(tables, _person[_rows], _course.margins, count=SUGGESTED)
    return [
        ActiveTriplet(int(_rows[one.anchor]), int(_rows[one.positive]), int(_rows[one.negative]), one.epochs)
        for one in found
    ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Confusion:
    """Who of a group is confused with whom (P people).

    Attributes:
        people: (P,) the people, as in ``TrackedFaces.person``.
        rows: The tracked faces that were looked at.
        epochs: The epochs, without the untrained network where there are others, and without any that has no numbers.
        pairs: Every two of them, as places in ``people``.
        everybody: Whether nobody of the group was left out.
    """

    people: np.ndarray
    rows: np.ndarray
    epochs: tuple[int, ...]
    pairs: ConfusedPairs
    everybody: bool


def confusion(run: RunFolder, faces: TrackedFaces, course: Course, group: int) -> Confusion | None:
    """Return who is confused with whom in a group; None where no two people form a triplet."""
    return _confusion(str(run.path), course.stamps, group, course, faces)


@st.cache_resource(max_entries=16, show_spinner=False)
def _confusion(path: str, stamps: str, group: int, _course: Course, _faces: TrackedFaces) -> Confusion | None:
    rows = rows_of(_faces, group)
    shown = np.unique(_faces.person[rows])[:MOST_PEOPLE]
    kept = rows[np.isin(_faces.person[rows], shown)]
    places = [place for place, epoch in enumerate(_course.epochs) if epoch or len(_course.epochs) == 1]
    known = np.isfinite(_course.embeddings[:, kept]).all(axis=2)  # (E, n)
    places = [place for place in places if known[place].any()]  # no face has a number where the network failed
    kept = kept[known[places].all(axis=0)]
    if not places:
        return None
    pairs = confused_longest([_course.embeddings[place, kept] for place in places], _faces.person[kept])
    if not len(pairs):
        return None
    return Confusion(
        people=np.unique(_faces.person[kept]),
        rows=kept,
        epochs=tuple(_course.epochs[place] for place in places),
        pairs=pairs,
        everybody=len(kept) == int(np.sum(_faces.group == group)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """What is known of a run's batches.

    Attributes:
        batches: In which steps its faces were in a batch; None where that is not known, or not yet.
        waiting: Whether a worker is at it.
        sentence: Why it is not known.
        prepare: Whether the run's faces have to be made ready first.
    """

    batches: Batches | None = None
    waiting: bool = False
    sentence: str = ""
    prepare: bool = False


def batches_of(run: RunFolder) -> Asked:
    """Have a worker draw the run's batches again, once; return at once what is known."""
    state = engine().state()
    if not state.ready:
        return Asked(waiting=True, sentence=state.message)
    fingerprint = run.record().fingerprint or ""
    prepared = (faces_folder() / fingerprint).is_dir()
    steps = len(list((run.path / "steps").glob("*.npz")))
    answer = _answer(str(run.path), steps, prepared, st.session_state.get("batches_tried", 0))
    if not answer.done():
        return Asked(waiting=True, sentence=state.warming or "A worker draws the batches again.")
    try:
        return Asked(batches=Batches.from_answer(answer.result()))
    except FacesNotHere as error:
        return Asked(sentence=str(error), prepare=True)
    except Exception as error:  # whatever the worker met is told in a sentence, the page stays
        return Asked(sentence=str(error) or type(error).__name__)


@st.cache_resource(max_entries=32, show_spinner=False)
def _answer(path: str, steps: int, prepared: bool, tried: int) -> "Future[Any]":
    return engine().ask(replay_batches, path, str(faces_folder()))
