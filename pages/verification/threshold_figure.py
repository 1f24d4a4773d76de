"""Verification in pieces: two faces, the threshold on all pairs, and the pairs it gets wrong."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation import PairDistances, Rates, best_threshold, worst_pairs
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import UNSEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Row, chart, gallery
from pages.shared.controls.threshold_from import choose_origin, saved_words
from pages.shared.controls.threshold_line import Opening, ThresholdLine, opening
from pages.shared.figures import distances as figures_distances
from pages.shared.runs import readers
from pages.shared.runs.session import UNREADABLE
from pages.shared.words import GROUP_NAMES, share
from pages.verification import follow as verification_follow

FIGURE_HEIGHT = 380
SHOWN_MISTAKES = 8
LINE = ThresholdLine(
    key="threshold",
    channel=verification_follow.CHANNEL,
    label="Threshold, in squared distance: nearer counts as the same person",
)
set_threshold = LINE.move
BLOCK = "verify_block"  # the view, with all its words and numbers


def threshold_slider(run: RunFolder, epoch: int, group: int) -> float:
    """Show the threshold for the keyboard, where it comes from, and return it; the line on the figure is the same."""
    opens = opening(run, epoch)
    threshold = LINE.slider(run, readers.ruler(run, epoch), opens.value)
    saved = choose_origin(run, "threshold_from", LINE, opens.value)
    st.caption(
        f"{opens.words} {applied_words(opens, group)}".strip() if saved is None else saved_words(run, saved, epoch)
    )
    return threshold


def applied_words(opens: Opening, group: int) -> str:
    """Return what it means to judge a group's pairs by the run's own threshold."""
    own = opens.own
    if own is None:
        return ""
    if own.code != group and UNSEEN in (own.code, group):
        return f"Here it judges {GROUP_NAMES[group]}: other people than it was chosen on."
    flatters = "Here it judges those same people, which flatters a little"
    if own.accuracy is None:
        return f"{flatters}: expect less of it on others."
    right = f"{100 * own.accuracy:.1f} %"
    return f"{flatters}: chosen on half of them, such a threshold is right about {right} of the others' pairs."


def threshold_figure(run: RunFolder, epoch: int, group: int, threshold: float) -> None:
    """Draw both histograms with the line to drag."""
    found = readers.group_pairs(run, epoch, group)
    if found is None:
        st.info(f"This run has no {GROUP_NAMES[group]} to compare: choose another group.")
        return
    rates = rates_of(run, epoch, group, threshold)
    chart(
        figures_distances.distance_histogram(*found.bars, threshold, largest=found.ruler.highest),
        key="threshold_figure",
        alt=(
            f"Squared distances of {GROUP_NAMES[group]}. At threshold {found.ruler.said(threshold)}, "
            f"{accepts(rates)} of the "
            f"different pairs are falsely accepted and {rejects(rates)} of the same pairs falsely rejected."
        ),
        height=FIGURE_HEIGHT,
        epoch=epoch,
        line=LINE.drag(threshold),
        shows=LINE.shows(threshold, BLOCK),
        follow=verification_follow.histograms(run, epoch, group, threshold, "threshold_figure"),
        on_line=set_threshold,
    )


def rates_of(run: RunFolder, epoch: int, group: int, threshold: float) -> Rates | None:
    """Count what the threshold decides wrongly in one group; None when the group has no pairs."""
    found = readers.group_pairs(run, epoch, group)
    if found is None:
        return None
    accepted, mistaken = (int(np.searchsorted(kind, threshold, "right")) for kind in (found.same, found.different))
    return Rates(
        threshold=threshold,
        true_accepts=accepted,
        false_rejects=len(found.same) - accepted,
        false_accepts=mistaken,
        true_rejects=len(found.different) - mistaken,
    )


def best(run: RunFolder, epoch: int, group: int) -> float | None:
    """Return the threshold with most right answers on the shown pairs; None where there is none."""
    try:
        found = readers.group_pairs(run, epoch, group)
    except UNREADABLE:
        return None
    return None if found is None else best_threshold(found.pairs.squared_distance, found.pairs.same)[0]


def accepts(rates: Rates | None) -> str:
    """Return the false accept rate with its counts."""
    return "no pairs" if rates is None else share(rates.false_accepts, rates.false_accepts + rates.true_rejects)


def rejects(rates: Rates | None) -> str:
    """Return the false reject rate with its counts."""
    return "no pairs" if rates is None else share(rates.false_rejects, rates.false_rejects + rates.true_accepts)


def cost(rates: Rates | None) -> None:
    """Show what the threshold costs."""
    if rates is None:
        return
    left, middle, right = st.columns(3)
    left.metric("False accepts", _percent(rates.far), help="Different people taken for one.")
    middle.metric(
        "False rejects", _percent(None if rates.val is None else 1 - rates.val), help="One person taken for two."
    )
    right.metric(
        "Right answers", _percent(rates.accuracy), help="Same and different pairs weigh equally; guessing gives 50 %."
    )
    st.caption(f"False accepts: {accepts(rates)} different pairs. False rejects: {rejects(rates)} same pairs.")


def mistakes(run: RunFolder, epoch: int, group: int, threshold: float) -> None:
    """Show the faces that the threshold gets most wrong; a click looks at a pair closely."""
    found, faces = readers.group_pairs(run, epoch, group), readers.tracked(run)
    if found is None or faces is None:
        return
    worst = worst_pairs(found.pairs, threshold, SHOWN_MISTAKES)
    left, right = st.columns(2)
    for place, key, title, pairs, none in (
        (
            left,
            "false_accepts",
            "Taken for one person, nearest first",
            worst.false_accepts,
            "No false accept at this threshold.",
        ),
        (
            right,
            "false_rejects",
            "Taken for two people, farthest first",
            worst.false_rejects,
            "No false reject at this threshold.",
        ),
    ):
        with place:
            st.markdown(f"**{title}**")
            if not len(pairs):
                st.caption(none)
            gallery(
                pair_rows(pairs, faces),
                readers.sprites(run, key),
                key=key,
                alt=f"{title}: {len(pairs)} pairs of faces.",
                on_click=lambda number, pairs=pairs: look_closely(pairs, number),
            )


def pair_rows(pairs: PairDistances, faces: TrackedFaces) -> list[Row]:
    """Return pairs of faces with who they are and how far apart."""
    rows = []
    for first, second, squared, same in zip(pairs.first, pairs.second, pairs.squared_distance, pairs.same, strict=True):
        names = [str(faces.names[faces.person[face]]) for face in (first, second)]
        caption = names[0] if same else f"{names[0]} / {names[1]}"
        note = f"squared distance {distance_words(squared, *pairs.squared_distance)}"
        rows.append(Row(faces=(int(first), int(second)), caption=caption, note=note))
    return rows


def look_closely(pairs: PairDistances, number: Any) -> None:
    """Lay a pair of the gallery side by side."""
    if number is not None and 0 <= int(number) < len(pairs):
        st.session_state["verify_view"] = "faces"
        st.session_state["face_a"] = int(pairs.first[int(number)])
        st.session_state["face_b"] = int(pairs.second[int(number)])
        st.rerun()


def points_to_notice(run: RunFolder, epoch: int, threshold: float) -> list[str]:
    """Return what the threshold does now, with its numbers."""
    seen, unseen = rates_of(run, epoch, 0, threshold), rates_of(run, epoch, 2, threshold)
    points = []
    if unseen is not None:
        points.append(
            f"At {readers.ruler(run, epoch).said(threshold)}, {accepts(unseen)} different pairs of unseen "
            "people are taken for one person."
        )
        points.append(
            f"In return {rejects(unseen)} same pairs of unseen people are turned away: "
            "moving the line trades one for the other."
        )
    if seen is not None and unseen is not None and None not in (seen.accuracy, unseen.accuracy):
        points.append(
            f"Seen people get {seen.accuracy:.0%} right answers, unseen people {unseen.accuracy:.0%}: "
            "so a threshold that is to hold for others is chosen on people never trained on."
        )
    return points or ["This run has no unseen people: what holds for seen people says little about others."]


def _percent(value: float | None) -> str:
    return "-" if value is None or not np.isfinite(value) else f"{100 * value:.1f} %"
