"""What the figures of a threshold look like at every threshold, so that they follow the line without the server."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import streamlit as st

from facenet_core.evaluation import SliceCounter
from facenet_core.runs.storage import RunFolder
from pages.shared.components.browser.follow_tables import follow_table
from pages.shared.components.chart import Follow, Slider, send_follow
from pages.shared.figures import distances as figures_distances
from pages.shared.figures.colours import DIFFERENT, SAME
from pages.shared.runs import readers
from pages.verification import figures as figures_verification
from pages.verification import figures_rates
from pages.verification.figures import bent, roc_places

Counted = tuple[SliceCounter, int]

CHANNEL = "threshold"
COLOURS = {"false_accepts": DIFFERENT, "false_rejects": SAME}
SLIDERS = (Slider(key="threshold"),)


def histograms(run: RunFolder, epoch: int, group: int, threshold: float, key: str) -> Follow:
    """Return how the histograms of a group that has pairs follow: they are divided at the threshold."""
    table = _histograms(str(run.path), epoch, group, readers.epoch_stamp(run, epoch))
    return send_follow(table, channel=CHANNEL, key=key, at=threshold, sliders=SLIDERS)


def roc(run: RunFolder, epoch: int, group: int, threshold: float, key: str) -> Follow:
    """Return how the point on the ROC of a group that has a curve follows."""
    return send_follow(_points(run, epoch, group)[0], channel=CHANNEL, key=key, at=threshold, sliders=SLIDERS)


def det(run: RunFolder, epoch: int, group: int, threshold: float, key: str) -> Follow:
    """Return how the point on the DET of a group that has a curve follows."""
    return send_follow(_points(run, epoch, group)[1], channel=CHANNEL, key=key, at=threshold, sliders=SLIDERS)


def rates(run: RunFolder, epoch: int, what: str, counted: Mapping[str, Counted], kind: str, key: str) -> Follow | None:
    """Return how rates with their intervals follow; None at first, as a first drawing does not wait for all of them.

    Args:
        run: The run.
        epoch: The epoch in view.
        what: What the rates are of, beside run and epoch.
        counted: For each row its name, and what counts its errors and which of the slices it is.
        kind: A name in ``COLOURS``.
        key: The chart's key.
    """
    identity = (str(run.path), epoch, readers.epoch_stamp(run, epoch), what)
    if st.session_state.get(f"{key}_drawn") != identity:
        st.session_state[f"{key}_drawn"] = identity
        return None
    return send_follow(_rates(*identity, counted)[kind], channel=CHANNEL, key=key, sliders=SLIDERS)


@st.cache_resource(max_entries=16, show_spinner=False)
def _rates(path: str, epoch: int, stamp: int, what: str, _counted: Mapping[str, Counted]) -> dict[str, str]:
    counters = {id(counter): counter for counter, _ in _counted.values()}
    traces, axes = ({kind: [] for kind in COLOURS} for _ in range(2))
    places = readers.ruler(RunFolder(Path(path)), epoch).places  # where the slider can stand
    for threshold in places:
        found = {number: counter.rates(float(threshold)) for number, counter in counters.items()}
        for kind, colour in COLOURS.items():
            rows = [
                (name, *figures_rates.said(getattr(found[id(counter)][place], kind)))
                for name, (counter, place) in _counted.items()
            ]
            points = figures_rates.points(rows, colour)
            traces[kind].append([{"x": points["x"], "error_x": points["error_x"]}])
            axes[kind].append({"xaxis": figures_rates.scale(rows)})
    return {kind: follow_table(places, exact=False, traces=traces[kind], axes=axes[kind]) for kind in COLOURS}


@st.cache_resource(max_entries=64, show_spinner=False)
def _histograms(path: str, epoch: int, group: int, stamp: int) -> str:
    found = readers.group_pairs(RunFolder(Path(path)), epoch, group)
    return follow_table(
        [0.0], exact=False, cut=[] if found is None else figures_distances.parts(*found.bars, found.ruler.highest)
    )


def _points(run: RunFolder, epoch: int, group: int) -> tuple[str, str]:
    return _both_points(str(run.path), epoch, group, readers.epoch_stamp(run, epoch))


@st.cache_resource(max_entries=32, show_spinner=False)
def _both_points(path: str, epoch: int, group: int, stamp: int) -> tuple[str, str]:
    found = readers.group_pairs(RunFolder(Path(path)), epoch, group)
    if found is None or not len(found.same) or not len(found.different):
        raise ValueError(f"group {group} has no curve at epoch {epoch}: ask for it first")
    same, different, places = len(found.same), len(found.different), found.ruler.places
    fars = np.searchsorted(found.different, places, side="right") / different
    vals = np.searchsorted(found.same, places, side="right") / same
    on_roc = [roc_places(far, val, different) for far, val in zip(fars, vals, strict=True)]
    on_det = [(bent(far, different), bent(1 - val, same)) for far, val in zip(fars, vals, strict=True)]
    shapes = figures_verification.roc_point("$x", "$y", different), figures_verification.det_point("$x", "$y")
    tables = [
        follow_table(
            places,
            exact=False,
            moving={"$x": [x for x, _ in points], "$y": [y for _, y in points]},
            shapes=form,
        )
        for points, form in zip((on_roc, on_det), shapes, strict=True)
    ]
    return tables[0], tables[1]
