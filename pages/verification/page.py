"""Lesson: where do you draw the line?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from facenet_core.evaluation import (
    cheapest_threshold,
    choose_threshold,
    clopper_pearson,
    needed_pairs,
    rate_difference,
    rated_pairs,
    rates_at,
    slice_rates,
)
from facenet_core.runs.jobs.face_kinds import FaceKinds
from facenet_core.runs.jobs.other_sets import embed_strangers
from pages.shared.lesson.frame import open_lesson, show_code, try_this
from pages.shared.lesson.no_run import tracked_or_stop
from pages.shared.parts.collapse_verdict import stop_if_one_point
from pages.shared.parts.map_player import epoch_in_view
from pages.shared.parts.take_home import take_home
from pages.shared.runs.session import UNREADABLE, readable, run_chooser, run_in_view
from pages.shared.runs.totals import all_followed, followed
from pages.shared.words import GROUP_NAMES, plain
from pages.verification import by_factor as verification_factors
from pages.verification import cost as verification_cost
from pages.verification import line as verification_line
from pages.verification import measured as verification_readers
from pages.verification import needed_pairs as verification_needed
from pages.verification import other_set as verification_transfer
from pages.verification import seen_and_unseen as verification_leak
from pages.verification import threshold_figure as verification_view
from pages.verification import votes as verification_votes

TERMS = (
    "squared distance",
    "threshold",
    "false accept",
    "false reject",
    "VAL",
    "FAR",
    "ROC",
    "DET",
    "EER",
    "interval",
    "leak",
    "seen people",
    "unseen people",
)


@dataclass(frozen=True, slots=True)
class View:
    """One question about the threshold: what draws its answer, what to try, the code behind it."""

    label: str
    draw: Callable[..., None]
    moves: Callable[..., Any]
    code: tuple[Any, ...]
    waits: bool = False  # for a worker: a timer that looks whether it has answered must not stand in a fragment


VIEWS = {
    "line": View("The line", verification_line.draw, verification_line.moves, (rates_at, verification_line.draw)),
    "faces": View("Two faces", verification_line.draw_faces, verification_line.moves, (verification_line.draw_faces,)),
    "cost": View("What it costs", verification_cost.draw, verification_cost.moves, (cheapest_threshold,)),
    "leak": View("The leak", verification_leak.draw, verification_leak.moves, (slice_rates, rate_difference)),
    "factors": View("By factor", verification_factors.draw, verification_factors.moves, (FaceKinds, slice_rates)),
    "transfer": View(
        "Another set",
        verification_transfer.draw,
        verification_transfer.moves,
        (choose_threshold, embed_strangers),
        waits=True,
    ),
    "pairs": View(
        "How many pairs", verification_needed.draw, verification_needed.moves, (clopper_pearson, needed_pairs)
    ),
    "you": View("You against it", verification_votes.draw, verification_votes.moves, (rated_pairs,)),
}

OF_GROUP = ("line", "cost", "factors", "pairs", "you")  # what looks at the pairs of the chosen group alone

open_lesson(
    "Where do you draw the line?",
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
        bind="query-params",
        help="Seen people were trained on; how a network fares shows on people it has never seen.",
    )
with middle:
    epoch = st.selectbox("Epoch", epochs, index=epochs.index(epoch_in_view(epochs)), key=f"verify_epoch_{run.id}")
    st.query_params["epoch"] = str(epoch)
with right:
    run_chooser(run)
name = st.segmented_control(
    "Question",
    list(VIEWS),
    format_func=lambda name: VIEWS[name].label,
    default="line",
    required=True,
    key="verify_view",
    bind="query-params",
    label_visibility="collapsed",
)
view = VIEWS[name]

try:
    usable = verification_readers.are_numbers(run, epoch)
except UNREADABLE as error:
    st.error(plain(str(error)), icon=":material/broken_image:")
    st.stop()
if not usable:
    st.error(
        "Embeddings of this epoch are not numbers, so no distance can be measured: choose an earlier epoch, or train "
        "again with a lower learning rate.",
        icon=":material/error:",
    )
    st.stop()


stop_if_one_point(run, epoch)


@readable
def decide() -> None:
    """Everything that the threshold changes; only this is drawn again when it moves."""
    with st.container(key=verification_view.BLOCK):
        view.draw(run, faces, epoch, group)
    if name in OF_GROUP:
        st.caption(f"The pairs are those of {followed(run, faces, group)}.")
    elif name == "leak":
        st.caption(f"The pairs of each group are those of {all_followed(run, faces)}.")


(decide if view.waits else st.fragment(decide, key="verification"))()
try_this(view.moves(run, epoch, group))
show_code(decide, *view.code)
take_home(run)
