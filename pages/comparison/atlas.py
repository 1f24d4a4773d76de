"""Two sliders over an atlas, setting and epoch, and everything that follows them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.runs.records import UNSEEN
from pages.comparison import figures as figures_comparison
from pages.comparison import follow as comparison_follow
from pages.comparison import side_by_side as comparison_view
from pages.comparison.follow import Places
from pages.comparison.runs import Compared, active_shares, unseen_accuracy
from pages.shared.components.chart import chart
from pages.shared.runs import readers
from pages.shared.words import plain

FRAME = figures_comparison.cell_frame("$left", "$right", "$bottom", "$top")


def setting_slider(runs: Sequence[Compared], what: str, atlas_id: str) -> Compared:
    """Show the slider over the values of the setting; return the run in view."""
    labels = [entry.label for entry in runs]
    if len(labels) == 1:
        return runs[0]
    key = setting_key(atlas_id, labels)
    if st.session_state.get(key) not in labels:
        wanted = st.query_params.get("setting", "")
        st.session_state[key] = wanted if wanted in labels else labels[len(labels) // 2]
    chosen = st.select_slider(what[:1].upper() + what[1:], labels, key=key)
    st.query_params["setting"] = chosen
    return runs[labels.index(chosen)]


def setting_key(atlas_id: str, labels: Sequence[str]) -> str:
    """Return the slider's key: other values, another slider."""
    return f"atlas_setting_{atlas_id}_{len(labels)}"


def figures(entry: Compared, epoch: int, *, revealed: bool) -> None:
    """Show the figures of the run and epoch in view."""
    at = entry.at(epoch)
    found = readers.epoch(entry.run, at).figures
    unseen = found.get("unseen") or {}
    epochs, shares = active_shares(entry)
    active = shares[epochs.index(at)] if at in epochs else None
    loss, accuracy = found.get("loss"), unseen.get("accuracy")
    left, middle, right = st.columns(3)
    left.metric("Loss", "-" if loss is None else f"{loss:.3f}", help="With another margin its height compares nothing.")
    middle.metric("Still teach", "-" if active is None else f"{active:.0%}", help="Share of the epoch's triplets.")
    pairs = f"{unseen['pairs']:,} pairs" if unseen.get("pairs") else "no pairs"
    right.metric(
        "Right, unseen",
        ("-" if accuracy is None else f"{accuracy:.3f}") if revealed else "?",
        help=f"Right answers about {pairs} of people never seen; guessing gives 0.50.",
    )


def accuracy_map(
    runs: Sequence[Compared], entry: Compared, epoch: int, what: str, on_cell: Any, where: Places | None
) -> None:
    """Draw accuracy over setting x epoch; a click on a cell moves both sliders there."""
    epochs = sorted({number for other in runs for number in other.epochs})
    values = np.full((len(runs), len(epochs)), np.nan, np.float32)
    for row, other in enumerate(runs):
        for number, accuracy in zip(*unseen_accuracy(other), strict=True):
            if accuracy is not None and number in epochs:
                values[row, epochs.index(number)] = accuracy
    if not np.isfinite(values).any():
        st.info("None of these runs has enough unseen people for an accuracy.")
        return
    row = [other.label for other in runs].index(entry.label)
    column = epochs.index(entry.at(epoch))
    best = np.unravel_index(int(np.nanargmax(values)), values.shape)
    st.markdown(f"**Right answers about people never seen, over {plain(what)} and epoch** (click a cell)")
    chart(
        figures_comparison.heat_map([other.label for other in runs], epochs, values, (row, column), what),
        key="accuracy_map",
        alt=(
            f"Accuracy on unseen people for {len(runs)} values of the {what} and {len(epochs)} epochs; the highest, "
            f"{values[best]:.3f}, at {runs[best[0]].label} and epoch {epochs[best[1]]}."
        ),
        height=110 + 34 * len(runs),
        epoch=entry.at(epoch),
        follow=None if where is None else comparison_follow.cell(where, epochs, FRAME, "accuracy_map"),
        on_click=lambda cell: on_cell(runs[int(cell) // len(epochs)].label, epochs[int(cell) % len(epochs)]),
    )


def small_multiples(runs: Sequence[Compared], epoch: int, chosen: Compared, where: Places | None) -> None:
    """Draw the distances of unseen people for every value of the setting, one scale for all."""
    for start in range(0, len(runs), 3):
        for place, entry in zip(st.columns(3), runs[start : start + 3], strict=False):
            with place:
                mark = " (in view)" if entry is chosen else ""
                st.markdown(f"**{plain(entry.label)}**{mark}")
                key, of_it = f"atlas_small_{runs.index(entry)}", where and where.of(entry)
                comparison_view.histogram(entry, epoch, runs, key, 210, of_it)


def has_unseen(runs: Sequence[Compared]) -> bool:
    """Return whether any of the runs follows people it never saw."""
    return any(
        faces is not None and int((faces.group == UNSEEN).sum()) > 1
        for faces in (readers.tracked(entry.run) for entry in runs)
    )
