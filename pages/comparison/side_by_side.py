"""Runs side by side at one epoch: maps, figures, curves."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import UNSEEN
from pages.comparison import figures as figures_comparison
from pages.comparison import follow as comparison_follow
from pages.comparison.differences import ahead
from pages.comparison.figures import CURVES, STYLES
from pages.comparison.follow import Places
from pages.comparison.runs import Compared, active_shares, losses, title, unseen_accuracy, unseen_pairs
from pages.shared.components.chart import chart
from pages.shared.figures import distances as figures_distances
from pages.shared.figures import map as figures_map
from pages.shared.parts.map_player import epoch_in_view
from pages.shared.runs import readers
from pages.shared.runs.widest_ruler import widest_ruler
from pages.shared.words import plain, signed

MAP_HEIGHT, SMALL_MAP_HEIGHT, CURVE_HEIGHT = 470, 330, 250
METHODS = {"pca-2d": "PCA", "umap-2d": "UMAP"}


def last_epoch(runs: Sequence[Compared]) -> int:
    """Return the last epoch that one of the runs has, or will have."""
    return max(max(entry.epochs[-1], entry.run.status().epochs) for entry in runs)


def epoch_key(runs: Sequence[Compared], place: str) -> str:
    """Return the epoch slider's key: another length, another slider."""
    return f"{place}_epoch_{last_epoch(runs)}"


def epoch_slider(runs: Sequence[Compared], place: str) -> int:
    """Show the one slider that all views follow; return the epoch."""
    last = last_epoch(runs)
    if last < 1:
        st.caption("Only the untrained networks are stored yet.")
        return 0
    key = epoch_key(runs, place)
    if key not in st.session_state:
        stored = sorted({epoch for entry in runs for epoch in entry.epochs})
        st.session_state[key] = epoch_in_view(stored)
    epoch = int(st.slider("Epoch (0 is the untrained network)", 0, last, key=key))
    keep_epoch(epoch)
    return epoch


def keep_epoch(epoch: int) -> None:
    """Remember the epoch in view, in the link too."""
    st.session_state["epoch_in_view"] = epoch
    st.query_params["epoch"] = str(epoch)


def follows(runs: Sequence[Compared], place: str, at: tuple[int, int], setting_key: str | None = None) -> Places | None:
    """Return how the views follow the sliders by themselves; ``at`` is the row and the epoch in view.

    None at the first drawing, which is not to wait until every epoch was read, and while a run still grows.
    """
    seen = (place, setting_key, *(entry.run.id for entry in runs))
    if st.session_state.get("compare_drawn") != seen:
        st.session_state["compare_drawn"] = seen
        return None
    return comparison_follow.places(runs, at, last_epoch(runs) + 1, (epoch_key(runs, place), setting_key))


def map_of(entry: Compared, epoch: int, method: str, key: str, height: int, where: Places | None) -> None:
    """Draw the faces of one run at one epoch; one that ended earlier stays at its last.

    Args:
        entry: The run.
        epoch: The epoch in view.
        method: How the faces are laid out.
        key: The chart's key.
        height: In pixels.
        where: How it follows the sliders. The runs that one of them chooses from have one scale.
    """
    at = entry.at(epoch)
    faces, found = readers.tracked(entry.run), readers.maps(entry.run, method)
    if faces is None or found is None:
        sentence = "The map is being drawn by a worker."
        chart(figures_map.empty_map(sentence), key=key, alt=sentence, height=height)
        return
    before = [n for n, number in enumerate(found.epochs) if number <= at] or [0]
    at = found.epochs[before[-1]]
    every = [found] if where is None else [readers.maps(other.run, method) or found for other in where.runs]
    figure = figures_map.face_map(
        found.positions[before[-1]],
        faces.person,
        faces.group,
        len(faces.names),
        extent=np.concatenate([one.positions.reshape(-1, 2) for one in every]),
    )
    figure.layout.uirevision = key
    chart(
        figure,
        key=key,
        alt=f"Map of {len(faces)} faces of run {entry.label} at epoch {at}.",
        height=height,
        epoch=at,
        sprites=readers.sprites(entry.run, key),
        follow=None if where is None else comparison_follow.maps(where, method, key),
    )


def maps_missing(runs: Sequence[Compared], method: str) -> bool:
    """Return whether a stored epoch has no map yet."""
    return any(len(entry.run.map_epochs(method)) < len(entry.epochs) for entry in runs)


def histogram(
    entry: Compared, epoch: int, runs: Sequence[Compared], key: str, height: int = 300, where: Places | None = None
) -> None:
    """Draw how far apart unseen people's faces are; one scale for all runs compared."""
    found = unseen_pairs(entry, epoch)
    if found is None:
        st.info("No distances to show: this run has no unseen people, or embeddings that are not numbers.")
        return
    largest = max(widest_ruler(other.run).highest for other in runs)
    ends = [(other.run, other.epochs[-1]) for other in runs if unseen_pairs(other, other.epochs[-1]) is not None]
    last = [bars for run, number in ends if (bars := readers.group_bars(run, number, UNSEEN, largest)) is not None]
    shown = readers.histogram_bars(found.pairs, largest)
    common = 1.2 * max(float(max(bar.max() for bar in bars)) for bars in (last or [shown]))
    chart(
        figures_distances.distance_histogram(*shown, highest=comparison_follow.height(common, shown), largest=largest),
        key=key,
        alt=(
            f"Squared distances of unseen people, {entry.label}, epoch {entry.at(epoch)}: same person "
            f"{_mean(found.same)}, different people {_mean(found.different)} on average."
        ),
        height=height,
        epoch=entry.at(epoch),
        follow=None if where is None else comparison_follow.histograms(where, common, largest, key),
    )


def curves(runs: Sequence[Compared], epoch: int, *, revealed: bool, where: Places | None) -> None:
    """Draw loss, active share and accuracy of all runs over the epochs."""
    measured = {"loss": losses, "active": active_shares, "unseen": unseen_accuracy}
    for place, name in zip(st.columns(3), CURVES, strict=True):
        with place:
            st.markdown(f"**{CURVES[name][:1].upper()}{CURVES[name][1:]}**")
            if name == "unseen" and not revealed:
                hidden = "Predict first: this curve appears then."
                chart(figures_map.empty_map(hidden), key="compare_unseen", alt=hidden, height=CURVE_HEIGHT)
                continue
            lines = [(entry.label, *measured[name](entry)) for entry in runs]
            figure, key = figures_comparison.curves(name, lines, epoch, legend=True), f"compare_{name}"
            chart(
                figure,
                key=key,
                alt=f"{CURVES[name]} of {len(runs)} runs over the epochs: {_ends(lines)}.",
                height=CURVE_HEIGHT,
                epoch=epoch,
                follow=None if where is None else comparison_follow.curves(where, figure, epoch, key),
            )


def _ends(lines: Sequence[tuple[str, Sequence[int], Sequence[float | None]]]) -> str:
    return ", ".join(
        f"{label} ends at {values[-1]:.3f}" for label, _, values in lines if values and values[-1] is not None
    )


def figures_table(runs: Sequence[Compared], epoch: int, *, revealed: bool) -> str:
    """Return the figures of all runs at one epoch, as Markdown."""
    rows = []
    for entry, style in zip(runs, STYLES, strict=False):
        at = entry.at(epoch)
        figures = readers.epoch(entry.run, at).figures
        unseen = figures.get("unseen") or {}
        epochs, shares = active_shares(entry)
        active = shares[epochs.index(at)] if at in epochs else None
        cells = (
            _digits(figures.get("loss"), 3),
            "-" if active is None else f"{active:.0%}",
            _apart(unseen.get("mean_same")),
            _apart(unseen.get("mean_different")),
            _digits(unseen.get("accuracy"), 3) if revealed else "predict first",
        )
        rows.append(f"| {style.sign} **{plain(entry.label)}** | {at} | {' | '.join(cells)} |")
    head = (
        "| | epoch | loss | still teach | same person apart | different people apart | right, unseen |\n"
        "|---|--:|--:|--:|--:|--:|--:|\n"
    )
    return head + "\n".join(rows)


def points_to_notice(runs: Sequence[Compared], epoch: int, *, revealed: bool) -> list[str]:
    """Return what the runs show at this epoch, with their numbers."""
    points = []
    shares = []
    for entry in runs:
        epochs, values = active_shares(entry)
        at = entry.at(epoch)
        if at in epochs and values[epochs.index(at)] is not None:
            shares.append((values[epochs.index(at)], entry.label))
    if len(shares) >= 2:
        (low, least), (high, most) = min(shares), max(shares)
        points.append(
            f"At epoch {epoch}, {high:.0%} of the triplets still teach in {plain(most)}, {low:.0%} in {plain(least)}: "
            "a network whose triplets all keep the margin has nothing left to learn from."
        )
    gaps = []
    for entry in runs:
        unseen = readers.epoch(entry.run, entry.at(epoch)).figures.get("unseen") or {}
        if unseen.get("mean_same") is not None and unseen.get("mean_different") is not None:
            gaps.append((float(unseen["mean_different"] - unseen["mean_same"]), entry.label))
    if len(gaps) >= 2:
        (low, least), (high, most) = min(gaps), max(gaps)
        points.append(
            f"Unseen people's different pairs are {signed(high)} farther apart than same pairs in {plain(most)}, "
            f"{signed(low)} in {plain(least)}. A wide gap is not yet a good one: what counts is how little the "
            "two overlap."
        )
    if revealed and (top := ahead(runs)) is not None:
        same = ", ".join(plain(label) for label in top.rivals)
        many = f"but is not distinguishable from {same}" if same else "and is distinguishable from every other"
        points.append(f"At the last epoch {plain(top.name)} has the highest figure on people never seen, {many}.")
    return points or ["There are too few triplets and pairs in these runs to compare."]


def run_line(entry: Compared) -> str:
    """Return how a run is named over its map."""
    return f"**{plain(entry.label)}** · {plain(title(entry))}"


def _digits(value: float | None, digits: int) -> str:
    return "-" if value is None or not np.isfinite(value) else f"{value:.{digits}f}"


def _mean(distances: np.ndarray) -> str:
    return distance_words(float(np.mean(distances))) if len(distances) else "none"


def _apart(squared_distance: float | None) -> str:
    return "-" if squared_distance is None else distance_words(squared_distance)
