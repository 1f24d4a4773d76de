"""Lesson: are these two the same person?"""

import streamlit as st

from facenet_core.evaluation import rates_at
from pages.shared import two_faces, verification_view
from pages.shared.lesson import Move, notice, open_lesson, show_code, try_this
from pages.shared.map_view import epoch_in_view
from pages.shared.no_run import tracked_or_stop
from pages.shared.session import readable, run_chooser, run_in_view
from pages.shared.take_home import take_home
from pages.shared.words import GROUP_NAMES

TERMS = ("squared distance", "threshold", "false accept", "false reject", "VAL", "FAR", "seen people", "unseen people")
OF_RUN, OF_READER = "Faces of this run", "Two photos"

open_lesson(
    "Are these two the same person?",
    "Two faces nearer than the threshold count as one person. "
    "Drag the amber line: every place for it costs false accepts or false rejects.",
    TERMS,
)

run = run_in_view(or_newest=True)
faces, epochs = tracked_or_stop(run)

left, middle, right = st.columns([2, 1.4, 3], vertical_alignment="bottom")
with left:
    groups = [int(group) for group in sorted(set(faces.group.tolist()))]
    group = st.segmented_control(
        "Pairs of",
        groups,
        format_func=lambda code: GROUP_NAMES[code],
        default=groups[-1],
        required=True,
        key="verify_group",
        help="Seen people were trained on; how a network fares shows on people it has never seen.",
    )
with middle:
    epoch = st.selectbox("Epoch", epochs, index=epochs.index(epoch_in_view(epochs)), key=f"verify_epoch_{run.id}")
    st.query_params["epoch"] = str(epoch)
with right:
    run_chooser(run)


@st.fragment(key="verification")
@readable
def decide() -> None:
    """Everything that the threshold changes; only this is drawn again when it moves."""
    left, right = st.columns([3, 2])
    with left:
        figure = st.container()
        threshold = verification_view.threshold_slider()
        with figure:
            verification_view.threshold_figure(run, epoch, group, threshold)
    with right:
        verification_view.cost(verification_view.rates_of(run, epoch, group, threshold))
        choice = st.segmented_control(
            "Compare", [OF_RUN, OF_READER], default=OF_RUN, required=True, key="compare", label_visibility="collapsed"
        )
        if choice == OF_RUN:
            two_faces.two_of_the_run(run, faces, epoch, threshold)
        else:
            two_faces.two_photos(run, threshold)
    verification_view.mistakes(run, epoch, group, threshold)
    verification_view.groups_table(run, epoch, threshold)
    notice(verification_view.points_to_notice(run, epoch, threshold))


decide()

best = verification_view.best(run, epoch, group)
try_this(
    [
        Move(
            "The best threshold for these pairs" + (f": {best:.2f}" if best is not None else ""),
            "try_best",
            verification_view.set_threshold,
            {"value": best},
            disabled=best is None,
        ),
        Move("Strict: 0.50", "try_strict", verification_view.set_threshold, {"value": 0.5}),
        Move("Lenient: 1.80", "try_lenient", verification_view.set_threshold, {"value": 1.8}),
    ]
)
show_code(decide, rates_at, verification_view.points_to_notice)
take_home(run)
