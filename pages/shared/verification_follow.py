"""What the figures of a threshold look like at every threshold, so that they follow the line without the server."""

from pathlib import Path

import streamlit as st

from facenet_core.runs.storage import RunFolder
from pages.shared import figures_distances, figures_verification, readers, verification_readers
from pages.shared.chart import Follow, send_follow
from pages.shared.chart.follow_tables import follow_table
from pages.shared.figures_verification import bent, roc_places

CHANNEL = "threshold"


def histograms(run: RunFolder, epoch: int, group: int, key: str) -> Follow:
    """Return how the histograms of a group that has pairs follow: they are divided at the threshold."""
    table = _histograms(str(run.path), epoch, group, readers.epoch_stamp(run, epoch))
    return send_follow(table, channel=CHANNEL, key=key)


def roc(run: RunFolder, epoch: int, group: int, key: str) -> Follow:
    """Return how the point on the ROC of a group that has a curve follows."""
    return send_follow(_points(run, epoch, group)[0], channel=CHANNEL, key=key)


def det(run: RunFolder, epoch: int, group: int, key: str) -> Follow:
    """Return how the point on the DET of a group that has a curve follows."""
    return send_follow(_points(run, epoch, group)[1], channel=CHANNEL, key=key)


@st.cache_resource(max_entries=64, show_spinner=False)
def _histograms(path: str, epoch: int, group: int, stamp: int) -> str:
    found = readers.group_pairs(RunFolder(Path(path)), epoch, group)
    return follow_table([0.0], exact=False, cut=[] if found is None else figures_distances.parts(*found.bars))


def _points(run: RunFolder, epoch: int, group: int) -> tuple[str, str]:
    return _both_points(str(run.path), epoch, group, readers.epoch_stamp(run, epoch))


@st.cache_resource(max_entries=32, show_spinner=False)
def _both_points(path: str, epoch: int, group: int, stamp: int) -> tuple[str, str]:
    found = verification_readers.curve(RunFolder(Path(path)), epoch, group)
    if found is None:
        raise ValueError(f"group {group} has no curve at epoch {epoch}: ask for it first")
    on_roc = [roc_places(far, val, found.different) for far, val in zip(found.far, found.val, strict=True)]
    on_det = [
        (bent(far, found.different), bent(1 - val, found.same)) for far, val in zip(found.far, found.val, strict=True)
    ]
    shapes = figures_verification.roc_point("$x", "$y", found.different), figures_verification.det_point("$x", "$y")
    tables = [
        follow_table(
            found.thresholds,
            exact=False,
            moving={"$x": [x for x, _ in places], "$y": [y for _, y in places]},
            shapes=form,
        )
        for places, form in zip((on_roc, on_det), shapes, strict=True)
    ]
    return tables[0], tables[1]
