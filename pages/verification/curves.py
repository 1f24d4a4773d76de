"""ROC and DET beside the histograms: one threshold, a point on each; and what so many pairs can say."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation import Interval, Rates
from facenet_core.evaluation.verification.intervals import no_interval_words
from facenet_core.evaluation.verification.thresholds import ValAtFar
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Follow, chart
from pages.shared.words import GROUP_NAMES
from pages.verification import figures as figures_verification
from pages.verification import measured as verification_readers
from pages.verification.measured import Curve
from pages.verification.threshold_figure import FIGURE_HEIGHT, LINE, set_threshold

FEW = 5  # false accepts: a rate of so few is hardly known


def roc_figure(found: Curve, rates: Rates, follow: Follow | None = None) -> None:
    """Draw VAL against FAR with the threshold's point; a click on the curve moves the threshold there."""
    chart(
        figures_verification.roc(
            found.far, found.val, (rates.far or 0.0, rates.val or 0.0), different=found.different, band=found.band
        ),
        key="roc_figure",
        alt=f"ROC curve. At the threshold {percent(rates.far)} false accepts and VAL {percent(rates.val)}.",
        height=FIGURE_HEIGHT,
        follow=follow,
        on_click=lambda number: jump_to(found, number),
    )


def det_figure(found: Curve, rates: Rates, follow: Follow | None = None) -> None:
    """Draw false rejects against false accepts on bent axes, with the threshold's point."""
    rejected = 1 - (rates.val or 0.0)
    chart(
        figures_verification.det(
            found.far, 1 - found.val, (rates.far or 0.0, rejected), different=found.different, same=found.same
        ),
        key="det_figure",
        alt=f"DET curve. At the threshold {percent(rates.far)} false accepts, {percent(rejected)} false rejects.",
        height=FIGURE_HEIGHT,
        follow=follow,
        on_click=lambda number: jump_to(found, number),
    )


def jump_to(found: Curve, number: Any) -> None:
    """Move the threshold to a point of the curve that was clicked."""
    if number is not None and 0 <= int(number) < len(found.thresholds):
        set_threshold(float(np.clip(found.thresholds[int(number)], 0.0, LINE.ruler.highest)))


def nothing_to_compare(run: RunFolder, epoch: int, group: int) -> None:
    """Say which kind of pairs a group lacks."""
    _, people = verification_readers.group_points(run, epoch, group)
    who = len(set(people.tolist()))
    said = (
        "All these pictures show one person: false accepts need a second one."
        if who == 1
        else f"None of these {who} people has two pictures here: false rejects need a pair of one person."
        if who
        else f"This run has no {GROUP_NAMES[group]}: choose another group."
    )
    st.info(said, icon=":material/groups:")


def supported_table(run: RunFolder, epoch: int, group: int) -> None:
    """Show VAL at every false accept rate that the pairs can tell, and say which they cannot."""
    found = verification_readers.curve(run, epoch, group)
    if found is None:
        return
    measured, ends = found.measured, found.intervals
    rows = []
    for far, level in found.levels.items():
        rows.append(f"| VAL at FAR {100 * far:g} % | {_level_cells(level, far, ends.get(f'val_at_far/{far:g}'))} |")
    rows.append(f"| Equal error rate (EER) | {percent(measured.eer)} | {interval_words(ends.get('eer'))} | |")
    rows.append(f"| Area under the ROC (AUC) | {_digits(measured.auc)} | {_plain_interval(ends.get('auc'))} | |")
    head = "| | | 95 % interval | |\n|---|--:|:-:|---|\n"
    title = f"**What {found.different:,} different and {found.same:,} same pairs can say**"
    st.markdown(f"{title}\n\n{head}" + "\n".join(rows).replace(" %", "\u00a0%").replace(" to ", "\u00a0to\u00a0"))
    st.caption(
        f"Intervals draw the {found.people} people again and again, not the pairs: pairs of one person rise and fall "
        "together."
    )
    if measured.eer is not None and "eer" not in ends:
        st.caption(no_interval_words(found.people, "eer"))
    elif found.band is None:
        st.caption(f"The ROC has no band: {lower_first(no_interval_words(found.people, 'eer'))}")


def lower_first(sentence: str) -> str:
    """Return a sentence as it goes on behind a colon."""
    return sentence[:1].lower() + sentence[1:]


def _level_cells(level: ValAtFar, far: float, ends: Interval | None) -> str:
    if level.val is None:
        return f"cannot be said | | needs {round(1 / far):,} different pairs at least"
    accepts = level.false_accepts or 0
    few = ": hardly more than chance" if accepts < FEW else ""
    return f"{percent(level.val)} | {interval_words(ends)} | {accepts:,} false accept{'s'[: accepts != 1]}{few}"


def percent(rate: float | None) -> str:
    """Return a rate as one reads it: more digits only where it is small."""
    if rate is None:
        return "-"
    if rate == 0 or rate >= 0.01:
        return f"{100 * rate:.1f} %"
    return f"{100 * rate:.2g} %"


def interval_words(ends: Interval | None) -> str:
    """Return an interval of a rate."""
    return "-" if ends is None else f"{percent(ends.low).removesuffix(' %')} to {percent(ends.high)}"


def _digits(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _plain_interval(ends: Interval | None) -> str:
    return "-" if ends is None else f"{ends.low:.3f} to {ends.high:.3f}"


def curve_points(run: RunFolder, epoch: int, group: int) -> list[str]:
    """Return what to notice on the curves."""
    found = verification_readers.curve(run, epoch, group)
    if found is None or found.measured.eer is None:
        return []
    ends = found.intervals.get("eer")
    said = f" (95 % interval {interval_words(ends)})" if ends else ""
    return [
        f"Both curves are the same {found.same + found.different:,} pairs: at {percent(found.measured.eer)}{said} both "
        "errors are equal. Where the ROC ends on the left is one single false accept: below, these pairs say nothing."
    ]
