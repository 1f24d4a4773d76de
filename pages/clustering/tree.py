"""The tree with its line, the scores over the threshold, and what they say at the line."""

import streamlit as st

from facenet_core.evaluation.clustering.found_groups import FoundGroups, find_groups
from facenet_core.evaluation.clustering.scores import GroupingScores, score_groups
from facenet_core.evaluation.pairs.ruler import ORDINARY, Ruler, distance_words, fitting_ruler
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.thresholds.own import RunThreshold
from pages.clustering import figures as figures_clustering
from pages.clustering.method import Sorted
from pages.shared.components.chart import DragLine, Follow, chart, send_follow
from pages.shared.controls.threshold_from import choose_origin, saved_words, warn_if_unlike
from pages.shared.controls.threshold_line import ThresholdLine, own_threshold
from pages.shared.runs.session import UNREADABLE

TREE_HEIGHT, SIDE_HEIGHT = 660, 250
CHANNEL = "clustering"
CLOSE = 0.3  # where the last merge comes sooner, faces lie close together: of a network that has hardly learned
LINE = ThresholdLine(
    key="clustering_threshold", channel=CHANNEL, label="Threshold, in squared distance: what is nearer is joined"
)
set_threshold = LINE.move
BLOCK = "clustering_block"  # the groups, with all their words and numbers


def best_for_pairs(run: RunFolder, epoch: int | None = None) -> RunThreshold | None:
    """Return the threshold that is best for pairs of people the run never saw; None where it measured none."""
    try:
        return own_threshold(run, epoch)
    except UNREADABLE:  # said where the faces of the epoch are read
        return None


def threshold_slider(run: RunFolder, sorted_: Sorted, pairs: RunThreshold | None) -> float:
    """Show the threshold for the keyboard, and where it comes from; the line on the figures and this slider are one.

    Args:
        run: The run whose network sees the faces.
        sorted_: What it cuts.
        pairs: The threshold that is best for pairs, where the slider begins; None for none.
    """
    ruler = ruler_of(sorted_)
    start = sorted_.highest / 2 if pairs is None else pairs.value
    threshold = LINE.slider(run, ruler, start)
    saved = choose_origin(run, "clustering_threshold_from", LINE, start)
    _say_origin(run, sorted_, pairs, saved)
    return threshold


def _say_origin(run: RunFolder, sorted_: Sorted, pairs: RunThreshold | None, saved: str | None) -> None:
    """Say whose faces the threshold comes from, and where those at hand are unlike them."""
    crowd = sorted_.crowd
    if crowd.seen_by is not None:
        warn_if_unlike(run, saved, crowd.embeddings, crowd.person, crowd.seen_by)
    if saved is not None:
        st.caption(saved_words(run, saved, max(run.epochs()) if crowd.seen_by is None else crowd.seen_by))
        return
    ruler = ruler_of(sorted_)
    st.caption(
        "This run has no threshold of its own: the line opens in the middle."
        if pairs is None
        else f"This run's own threshold is {distance_words(pairs.value)}: {pairs.origin}. Groups may want another one: "
        "one wrong link joins all behind it."
        + ("" if ruler.holds(pairs.value) else " It lies beyond all merges here, where everybody is one group.")
    )


def ruler_of(sorted_: Sorted) -> Ruler:
    """Return what the line moves along: the whole sphere, in thousandths where faces lie close together, or finer."""
    if sorted_.highest > CLOSE:
        return ORDINARY
    return fitting_ruler([sorted_.highest]) if sorted_.highest < 0.1 else Ruler(highest=ORDINARY.highest, step=0.001)


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
        alt=f"Tree of {len(crowd)} faces; {joined} merges are made at threshold {ruler_of(sorted_).said(threshold)}.",
        height=TREE_HEIGHT,
        sprites=sprites,
        line=_line(sorted_, threshold),
        follow=_follow(sorted_, threshold),
        shows=LINE.shows(threshold, BLOCK),
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
    label = "threshold" if threshold <= sorted_.highest else "threshold, beyond"
    return LINE.drag(threshold, highest=sorted_.highest, label=label)


def _follow(sorted_: Sorted, threshold: float) -> Follow:
    """Return how the tree follows the line: what is joined stands out."""
    return send_follow(sorted_.table, channel=CHANNEL, key="clustering_tree", at=threshold, sliders=LINE.sliders)


def set_below(sorted_: Sorted, squared_distance: float) -> None:
    """Put the line just below a distance, as far as the slider's steps go."""
    set_threshold(ruler_of(sorted_).below(squared_distance))


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
