"""Who is enrolled, with how many photos, and how they are compared; and what that leaves out."""

import numpy as np
import streamlit as st

from facenet_core.evaluation.recognition.identification import METHODS
from facenet_core.runs.records import TrackedFaces
from pages.recognition.scene import POOLS, Scene, Wish, in_groups
from pages.shared.words import plain

METHOD_NAMES = {label: name for name, label in METHODS.items()}
METHOD_HELP = (
    "**Nearest photo**: a person is as near as their nearest photo. **Nearest mean**: as near as the middle of their "
    "photos. **Votes of five**: the five nearest photos have one vote each."
)
MOST_PHOTOS = 8


def controls(faces: TrackedFaces, epoch: int, pools: list[str]) -> Wish:
    """Show who is enrolled, with how many photos, and how they are compared."""
    first, second, third, fourth, fifth = st.columns([2, 1.4, 1.4, 3, 0.8], vertical_alignment="bottom")
    if st.session_state.get("who_pool") not in pools:
        st.session_state.pop("who_pool", None)
    with first:
        pool = st.segmented_control(
            "People",
            pools,
            default=pools[0],
            required=True,
            key="who_pool",
            bind="query-params",
            help="Seen people were trained on: they flatter. Their gallery holds images that were trained on, the "
            "probes are their held-out images.",
        )
    groups = in_groups(faces, POOLS[pool])
    people = len(np.unique(faces.person[groups]))
    with second:
        enrolled = _whole("Enrolled people", "who_people", 1, people, max(1, round(people * 2 / 3)))
    most = int(np.bincount(faces.person[groups]).max())
    with third:
        photos = _whole("Photos of each", "who_photos", 1, min(MOST_PHOTOS, most), 1)
    with fourth:
        method = st.segmented_control(
            "Compared by",
            list(METHOD_NAMES),
            default="Nearest photo",
            required=True,
            key="who_method",
            bind="query-params",
            help=METHOD_HELP,
        )
    with fifth:
        seed = st.number_input(
            "Seed",
            0,
            999,
            0,
            key="who_seed",
            bind="query-params",
            help="Decides who is enrolled and with which photos.",
        )
    return Wish(
        epoch=epoch,
        pool=pool,
        enrolled=enrolled,
        photos=photos,
        method=METHOD_NAMES[method],
        seed=int(seed),
    )


def _whole(label: str, key: str, low: int, high: int, usual: int) -> int:
    """Show a slider that keeps within what there is, whatever a link or another run asked for."""
    if high <= low:
        st.session_state.pop(key, None)
        st.caption(f"{label}: {low}")
        return low
    if not low <= st.session_state.get(key, low) <= high:
        st.session_state[key] = int(min(high, max(low, st.session_state[key])))
    return int(st.slider(label, low, high, min(usual, high), key=key, bind="query-params"))


def say_notes(found: Scene) -> None:
    """Say what was left out, and what cannot be measured."""
    if found.problem:
        st.error(plain(found.problem), icon=":material/error:")
    for note in found.notes:
        st.caption(note)
    if found.problem is None and not len(found.enrolment.strangers):
        st.caption("Everybody is enrolled: without strangers nobody can be taken in. Enrol fewer people to see them.")
