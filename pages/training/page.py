"""Lesson: how does a network learn to tell people apart?"""

import streamlit as st

from facenet_core.runs.records import RunStatus
from pages.shared.controls import training as controls
from pages.shared.figures.training import distances, losses
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.parts.collapse_verdict import collapse_line
from pages.shared.parts.run_progress import before_the_first_run, figures, points_to_notice, state_line
from pages.shared.runs.session import MOVING, engine, follow_with_maps, readable, run_chooser, run_in_view
from pages.shared.words import plain
from pages.training.buttons import margin_buttons, run_buttons, train_button

TERMS = (
    "triplet",
    "margin",
    "active triplet",
    "semi-hard",
    "squared distance",
    "step",
    "epoch",
    "unseen people",
    "map",
)
TRIPLETS = {"loss": "triplet"}  # what a margin and a miner mean something to
FIRST_STEP, LATER = 0.3, 0.7  # seconds between two looks at a moving run

open_lesson(
    "How does a network learn to tell people apart?",
    "Press Train: every face is a point, and triplets pull one person's points together and push others' away. "
    "The margin says how much nearer is near enough.",
    TERMS,
)

run = run_in_view(or_newest=True)
status = run.status() if run else RunStatus()

slider, press, more = st.columns([5, 1.2, 1.2], vertical_alignment="bottom")
with slider:
    st.fragment(controls.margin)(*(("margin_choice", "run_view") if run else ("run_view",)))
with more, st.popover("Settings", icon=":material/settings:", key="settings", width="stretch"):
    config = controls.training(controls.margin_now())
    if run:
        run_chooser(run)
with press:
    train_button(config)
if isinstance(config, str):
    st.warning(plain(config), icon=":material/info:")


@st.fragment(key="margin_choice")
def margin_choice() -> None:
    """Offer the moved margin to the run in view, or to a new one."""
    margin_buttons(run, run.status(), controls.margin_now())


@readable
def follow(shown: str, begun: bool) -> None:
    """Draw the run; while it moves this part of the page is drawn again by itself."""
    status = run.status()
    if status.state != shown or (status.step > 0) != begun:
        st.rerun()
    state_line(run, status, engine())
    collapse_line(run)
    figures(run, status, controls.margin_now())
    notice(points_to_notice(run, status))


if run:
    follow_with_maps(run, "pca-2d", "umap-2d")
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        run_buttons(run, status)
    with right:
        margin_choice()
    pause = (LATER if status.step else FIRST_STEP) if status.state in MOVING else None
    st.fragment(follow, run_every=pause, key="run_view")(status.state, status.step > 0)
    for note in run.record().notes:
        st.caption(plain(note))
else:
    before_the_first_run(controls.settings_line(config), engine())
    st.fragment(lambda: figures(None, status, controls.margin_now()), key="run_view")()

try_this(
    [
        Move("A margin of 0.05: satisfied at once", "try_small", controls.set_value, {"margin": 0.05, **TRIPLETS}),
        Move("A margin of 1.0: never satisfied", "try_large", controls.set_value, {"margin": 1.0, **TRIPLETS}),
        Move("Only the hardest negatives", "try_hard", controls.set_value, {"miner": "batch-hard", **TRIPLETS}),
        Move("A classifier instead: softmax", "try_softmax", controls.set_value, {"loss": "softmax"}),
        Move("Only two numbers a face", "try_two", controls.set_value, {"size": 2}),
    ]
)
show_code(follow, losses, distances)
