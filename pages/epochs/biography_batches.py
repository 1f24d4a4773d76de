"""In which steps the faces of a biography were in a batch, and why that is not known where it is not."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from facenet_core.runs.records import HELD_OUT, SEEN, UNSEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.epochs import biography_data, biography_words
from pages.epochs.biography_data import Asked, Life
from pages.epochs.measured import Course
from pages.shared.runs.session import engine, readable, tell
from pages.shared.words import plain

Wanted = Mapping[str, tuple[int, ...]]
WHY_NEVER = {
    HELD_OUT: "held-out images are kept out of every batch",
    UNSEEN: "unseen people are never shown to the network",
}


def steps_in_batches(
    run: RunFolder, faces: TrackedFaces, course: Course, wanted: Wanted
) -> tuple[Asked | None, dict[str, np.ndarray] | None]:
    """Return what is known of the batches, and for each wish the steps with all its faces, counted in epochs.

    Only faces of seen people are asked for: no other is ever in a batch.
    """
    if not any(faces.group[face] == SEEN for chosen in wanted.values() for face in chosen):
        return None, None
    asked = biography_data.batches_of(run)
    if asked.batches is None:
        return asked, None
    return asked, {name: asked.batches.steps_of(*chosen) / course.per_epoch for name, chosen in wanted.items()}


def say(
    run: RunFolder,
    points: list[str],
    asked: Asked | None,
    faces: TrackedFaces,
    course: Course,
    life: Life,
    wanted: Wanted,
) -> None:
    """Say what the biography shows, and in which steps the faces were in a batch."""
    never = {face for chosen in wanted.values() for face in chosen if faces.group[face] != SEEN}
    if never:
        points = [*points, _never(faces, sorted(never))]
    if asked is not None and asked.batches is not None:
        seen = {name: chosen for name, chosen in wanted.items() if not never & set(chosen)}
        points = [*points, *biography_words.batch_points(asked.batches, course, life, seen)]
    st.markdown("\n".join(f"- {point}" for point in points))
    if asked is not None and asked.batches is None:
        _unknown(run, asked)


def _never(faces: TrackedFaces, never: list[int]) -> str:
    """Say which of the faces are never in a batch, and why."""
    why = " and ".join(WHY_NEVER[group] for group in sorted({int(faces.group[face]) for face in never}))
    if len(never) == 1:
        return f"This face is never in a batch: {why}. What changes about it was learnt on others."
    return f"{len(never)} of these faces are never in a batch: {why}. What changes about them was learnt on others."


def _unknown(run: RunFolder, asked: Asked) -> None:
    """Say why the batches are not known, and what can be done."""
    if asked.waiting:
        st.caption(f"In which steps it was in a batch is being found out. {plain(asked.sentence)}")
        st.fragment(_look_again, run_every=1.0)(run)
        return
    st.caption(f"In which steps it was in a batch is not known. {plain(asked.sentence)}")
    with st.container(horizontal=True):
        if asked.prepare:
            wish = (engine().prepare_faces, run.record().config.faces)
            st.button("Make the faces ready", key="biography_prepare", on_click=tell, args=wish)
        st.button("Ask again", key="biography_again", on_click=_ask_again)


@readable
def _look_again(run: RunFolder) -> None:
    if not biography_data.batches_of(run).waiting:
        st.rerun()


def _ask_again() -> None:
    st.session_state["batches_tried"] = st.session_state.get("batches_tried", 0) + 1
