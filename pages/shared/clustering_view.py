"""The tree with its line, the scores over the threshold, and what they say at the line."""

import math
from typing import Any

import streamlit as st

from facenet_core.evaluation.found_groups import FoundGroups, find_groups
from facenet_core.evaluation.grouping_scores import GroupingScores, score_groups
from facenet_core.runs.storage import RunFolder
from pages.shared import figures_clustering
from pages.shared.chart import DragLine, Follow, Slider, chart, send_follow
from pages.shared.clustering_sorting import BOUND, Sorted
from pages.shared.photos_probe import threshold_of
from pages.shared.session import UNREADABLE

TREE_HEIGHT, SIDE_HEIGHT = 660, 250
LOWEST, HIGHEST, USUAL, STEP = 0.0, 4.0, 1.0, 0.01
CHANNEL = "clustering"
CLOSE = 0.3  # where the last merge comes sooner, faces lie close together: of a network that has hardly learned


def best_for_pairs(run: RunFolder) -> float | None:
    """Return the threshold that is best for pairs of people the run never saw; None where it measured none."""
    try:
        return threshold_of(run)
    except UNREADABLE:  # said where the faces of the epoch are read
        return None


def threshold_slider(sorted_: Sorted, pairs: float | None) -> float:
    """Show the threshold for the keyboard; the line on the figures and this slider are one.

    Args:
        sorted_: What it cuts: where all faces lie close together, it moves in thousandths.
        pairs: The threshold that is best for pairs, where the slider begins; None for none.
    """
    return st.slider(
        "Threshold, in squared distance: what is nearer is joined",
        LOWEST,
        HIGHEST,
        USUAL if pairs is None else min(HIGHEST, round(pairs, 2)),
        _step(sorted_),
        key="clustering_threshold",
        format="%.3f" if _step(sorted_) < STEP else "%.2f",
        **BOUND,
    )


def set_threshold(value: Any) -> None:
    """Take over the threshold that was dragged on a figure."""
    st.session_state["clustering_threshold"] = min(HIGHEST, max(LOWEST, round(float(value), 3)))


def groups_at(sorted_: Sorted, threshold: float) -> FoundGroups:
    """Return the groups at a threshold, one by one."""
    return find_groups(sorted_.grouping.at(threshold), sorted_.crowd.person)


def scores_at(sorted_: Sorted, threshold: float) -> GroupingScores | None:
    """Return the scores at a threshold; None where nobody knows who is who."""
    person = sorted_.crowd.person
    return None if person is None or not len(person) else score_groups(sorted_.grouping.at(threshold), person)


def tree(sorted_: Sorted, threshold: float) -> None:
    """Draw the tree with the line to drag."""
    drawn, crowd = sorted_.drawn, sorted_.crowd
    if drawn is None:
        return
    sprites, numbers = crowd.atlas(drawn.row_face.tolist(), "clustering_tree")
    known = crowd.person is not None
    joined = sorted_.grouping.tree.merges_upto(threshold) if sorted_.grouping.tree is not None else 0
    chart(
        figures_clustering.tree_figure(drawn, threshold, sorted_.highest, known=known, numbers=numbers),
        key="clustering_tree",
        alt=f"Tree of {len(crowd)} faces; {joined} merges are made at threshold {threshold:.2f}.",
        height=TREE_HEIGHT,
        sprites=sprites,
        line=_line(sorted_, threshold),
        follow=_follow(sorted_, threshold),
        on_line=set_threshold,
    )
    if len(drawn.row_face) < len(crowd):
        st.caption(
            f"The last {len(drawn):,} merges of {len(crowd) - 1:,}: a point stands for all that was joined before, "
            "the larger the more."
        )


def curves(sorted_: Sorted, threshold: float, scores: str) -> None:
    """Draw the scores over the threshold, and how many groups are found; both have the same line."""
    curve = sorted_.curve
    if curve is None:
        return
    for name, figure, what in (
        ("count", figures_clustering.count_figure(curve, sorted_.highest), "Groups found"),
        ("score", figures_clustering.score_figure(curve, scores, sorted_.highest), f"{scores}: scores"),
    ):
        chart(
            figure,
            key=f"clustering_{name}",
            alt=f"{what} over the threshold, {curve.people} people are there.",
            height=SIDE_HEIGHT,
            line=_line(sorted_, threshold),
            on_line=set_threshold,
        )


def _line(sorted_: Sorted, threshold: float) -> DragLine:
    shown = min(threshold, sorted_.highest)
    label = "threshold" if threshold <= sorted_.highest else "threshold, beyond"
    return DragLine(x=shown, label=label, low=LOWEST, high=sorted_.highest, step=_step(sorted_), channel=CHANNEL)


def _follow(sorted_: Sorted, threshold: float) -> Follow:
    """Return how the tree follows the line: what is joined stands out."""
    slider = (Slider(key="clustering_threshold"),)
    return send_follow(sorted_.table, channel=CHANNEL, key="clustering_tree", at=threshold, sliders=slider)


def set_below(sorted_: Sorted, squared_distance: float) -> None:
    """Put the line just below a distance, as far as the slider's steps go."""
    step = _step(sorted_)
    set_threshold((math.ceil(squared_distance / step - 1e-6) - 1) * step)


def _step(sorted_: Sorted) -> float:
    return STEP if sorted_.highest > CLOSE else STEP / 10


def measures(scores: GroupingScores | None, groups: FoundGroups) -> None:
    """Show how many were found, and how right they are."""
    left, middle, right = st.columns(3)
    alone = int((groups.sizes == 1).sum())
    if scores is None:
        left.metric("People found", f"{len(groups):,}", help="A face alone counts as a person.")
        st.caption(f"Nobody said who is who, so nobody can say how right this is. {alone:,} faces are alone.")
        return
    left.metric(
        "People found", f"{scores.found:,}", f"there are {scores.people:,}", delta_color="off", delta_arrow="off"
    )
    middle.metric("Pairwise F", _digits(scores.pair_f), help=PAIRS_HELP)
    right.metric("B-cubed F", _digits(scores.b_cubed_f), help=B_CUBED_HELP)
    st.caption(
        f"Pairs: precision {_digits(scores.pair_precision)}, recall {_digits(scores.pair_recall)}. "
        f"B-cubed: {_digits(scores.b_cubed_precision)}, {_digits(scores.b_cubed_recall)}. "
        f"NMI {_digits(scores.mutual_information)}, adjusted Rand {_digits(scores.adjusted_rand)}. "
        f"In the wrong group: {int(groups.wrong.sum()):,} faces; alone: {alone:,}."
    )


PAIRS_HELP = (
    "Of all pairs of faces put together, the share of one person is the precision; of all pairs of one person, the "
    "share put together is the recall. F is their harmonic mean. Large groups count most."
)
B_CUBED_HELP = "The same asked of every face: how much of its group is its person, how much of its person its group."


def _digits(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
