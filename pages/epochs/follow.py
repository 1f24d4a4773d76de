"""What the figures beside and below the player look like at every epoch, so that they follow it without the server."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from facenet_core.runs.storage import RunFolder
from pages.epochs import measured as epochs_data
from pages.epochs.measured import MOST_EPOCHS, EpochNumbers, spaced
from pages.shared.components.browser.follow_tables import at_every_epoch, follow_table
from pages.shared.components.chart import Follow, Shows, send_follow
from pages.shared.figures import distances as figures_distances
from pages.shared.runs import readers
from pages.shared.runs.widest_ruler import widest_ruler

CHANNEL = "epoch"
MOST_BARS_SENT = 40_000  # bars of all epochs together; a larger figure waits for the server


def line(run: RunFolder, figure: go.Figure, epoch: int, key: str, words: Mapping[int, str] | None = None) -> Follow:
    """Return how a course over the epochs follows: the line at the epoch in view moves, and the title's words."""
    epochs = run.epochs()
    said = None if words is None else [words.get(number, "") for number in epochs]
    table = at_every_epoch(figure.layout.shapes, epoch, epochs, words=said)
    return send_follow(table, channel=CHANNEL, key=key, at=epoch)


def histograms(run: RunFolder, epoch: int, group: int, heights: Mapping[int, float], key: str) -> Follow:
    """Return how the two histograms of a group follow.

    Args:
        run: The run.
        epoch: The epoch in view.
        group: Whose pairs.
        heights: Height of the axis at each epoch of ``bars``.
        key: The chart's key.
    """
    table = _histograms(str(run.path), epochs_data.stamps_of(run), group, tuple(heights.values()))
    return send_follow(table, channel=CHANNEL, key=key, at=epoch)


@st.cache_resource(max_entries=16, show_spinner=False)
def _histograms(path: str, stamps: str, group: int, heights: tuple[float, ...]) -> str:
    found = _bars(path, stamps, group)
    traces = [[{"y": trace["y"]} for trace in figures_distances.areas(*both)] for both in found.values()]
    return follow_table(
        list(found), exact=True, words=[f", {when(epoch)}" for epoch in found], traces=traces, top=heights
    )


def shows(epoch: int, *blocks: str) -> Shows:
    """Return that words and numbers in some containers are of this epoch."""
    return Shows(channel=CHANNEL, at=epoch, words=when(epoch), blocks=blocks)


def when(epoch: int) -> str:
    """Return an epoch in words."""
    return "untrained" if epoch == 0 else f"epoch {epoch}"


def bars(run: RunFolder, group: int) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    """Return both histograms of a group at every epoch that has them, or at ``MOST_EPOCHS`` of them."""
    return _bars(str(run.path), epochs_data.stamps_of(run), group)


@st.cache_resource(max_entries=16, show_spinner=False)
def _bars(path: str, stamps: str, group: int) -> dict[int, tuple[np.ndarray, np.ndarray]]:
    run = RunFolder(Path(path))
    largest = widest_ruler(run).highest
    found = {epoch: readers.group_bars(run, epoch, group, largest) for epoch in spaced(run.epochs(), MOST_EPOCHS)}
    return {epoch: bars for epoch, bars in found.items() if bars is not None}


def spread(
    run: RunFolder,
    epoch: int,
    group: int,
    chosen: frozenset[int],
    measured: Mapping[int, EpochNumbers],
    trace_of: Callable[[EpochNumbers], dict[str, Any]],
    words: Callable[[EpochNumbers], str],
    key: str,
) -> Follow | None:
    """Return how the bars of each person's spread follow; None where all epochs together have too many bars.

    Args:
        run: The run.
        epoch: The epoch in view.
        group: Whose spread.
        chosen: The people who stand out.
        measured: The epochs that were measured.
        trace_of: Returns the bars' trace for an epoch's numbers.
        words: Returns the words of the title for them.
        key: The chart's key.
    """
    if sum(len(numbers.people) for numbers in measured.values()) > MOST_BARS_SENT:
        return None
    table = _spread(str(run.path), epochs_data.stamps_of(run), group, chosen, len(measured), measured, trace_of, words)
    return send_follow(table, channel=CHANNEL, key=key, at=epoch)


@st.cache_resource(max_entries=16, show_spinner=False)
def _spread(
    path: str,
    stamps: str,
    group: int,
    chosen: frozenset[int],
    count: int,
    _measured: Mapping[int, EpochNumbers],
    _trace_of: Callable[[EpochNumbers], dict[str, Any]],
    _words: Callable[[EpochNumbers], str],
) -> str:
    traces = [[_news(_trace_of(numbers))] for numbers in _measured.values()]
    said = [_words(numbers) for numbers in _measured.values()]
    return follow_table(list(_measured), exact=True, words=said, traces=traces)


def _news(trace: dict[str, Any]) -> dict[str, Any]:
    """Return what of a trace differs from epoch to epoch."""
    return {name: trace[name] for name in ("x", "y", "marker", "customdata", "text")}
