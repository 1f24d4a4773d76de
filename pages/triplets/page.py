"""Lesson: which triplets are worth learning from?"""

import streamlit as st

from facenet_core.choices import LOSSES, learns_from_triplets
from facenet_core.evaluation import pulls_over_margins, triplet_plane
from pages.shared.lesson.frame import notice, open_lesson, show_code, try_this
from pages.shared.lesson.no_run import tracked_or_say
from pages.shared.parts import triplet as triplets_view
from pages.shared.parts import triplet_plane_data as plane_data
from pages.shared.parts.triplet_words import points_to_notice
from pages.shared.runs.session import readable, run_chooser, run_in_view
from pages.triplets.look_closer import workbench

TERMS = ("triplet", "squared distance", "margin", "easy", "semi-hard", "hard", "active triplet", "gradient")

open_lesson(
    "Which triplets are worth learning from?",
    "Every triplet of anchor, positive and negative has its place on this plane. "
    "Move the margin: triplets between the two lines are semi-hard, they still teach.",
    TERMS,
)

run = run_in_view(or_newest=True)
found = tracked_or_say(run)


@st.fragment(key="triplet_lesson")
@readable
def lesson() -> None:
    """Show the plane and all that a choice on it changes; only this is drawn again."""
    faces, epochs = found
    left, middle, right = st.columns([2.7, 2.2, 2.1], vertical_alignment="bottom")
    with left:
        rows = triplets_view.choose_faces(faces)
    with middle:
        epoch = triplets_view.choose_epoch(run, epochs)
    with right:
        run_chooser(run)
    loss = run.record().config.loss
    if not learns_from_triplets(loss):
        st.caption(
            f"This run learned with {LOSSES[loss].label}, without triplets: here is what they would have taught."
        )
    data = plane_data.plane_data(run, faces, epoch, rows)
    margin = triplets_view.margin_in_view(run, epoch)
    chosen = triplets_view.triplet_in_view(faces, data, margin)
    whose = triplets_view.whose(run, faces, rows)
    left, right = st.columns([3, 2], gap="large")
    with left:
        triplets_view.the_plane(run, data, epoch, margin, chosen, whose)
    with right:
        triplets_view.the_triplet(run, faces, data, epoch, margin, chosen)
    notice(points_to_notice(data, margin, whose))
    try_this(triplets_view.moves(run, data, epochs, margin))
    workbench(run, data, epoch, margin, whose)


if found is not None:
    lesson()
else:
    st.fragment(workbench, key="triplet_bench")(None, None, 0, triplets_view.FIRST_MARGIN, "")
show_code(triplet_plane, pulls_over_margins, points_to_notice)
