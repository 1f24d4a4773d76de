"""What the figures of a comparison look like wherever its sliders stand, so that they follow without the server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from facenet_core.runs.records import UNSEEN
from facenet_core.runs.storage import RunFolder
from pages.comparison.runs import Compared
from pages.shared.components.browser.follow_tables import at_every_epoch, follow_table, packed
from pages.shared.components.chart import Follow, Slider, send_follow
from pages.shared.figures import distances as figures_distances
from pages.shared.runs import readers
from pages.shared.runs.session import MOVING

MOST_NUMBERS = 1_000_000  # positions of all runs and epochs together, 4 bytes each; larger maps wait for the server
MOST_EPOCHS = 60  # of a run, whose distances are measured at every epoch

Cells = Sequence[tuple[str, int, int]]  # folder of a run, epoch, when it was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Every place of the sliders as one number: ``row * width + epoch``, a row for each run the setting chooses.

    Attributes:
        runs: The runs that the setting's slider chooses from; one where there is no such slider.
        width: Steps of the epoch's slider.
        at: The place in view.
        sliders: The sliders, by key.
    """

    runs: tuple[Compared, ...]
    width: int
    at: int
    sliders: tuple[Slider, ...]

    def of(self, entry: Compared) -> "Places":
        """Return the places of a view that shows one run, whatever is chosen."""
        epoch_only = tuple(slider for slider in self.sliders if slider.stride == 1)
        return Places(runs=(entry,), width=self.width, at=self.at % self.width, sliders=epoch_only)

    def stored(self) -> tuple[list[int], list[tuple[Compared, int]]]:
        """Return the places at which another epoch comes into view, and which; each holds until the next."""
        places, cells = [], []
        for row, entry in enumerate(self.runs):
            for number, epoch in enumerate(entry.epochs):
                places.append(row * self.width + (epoch if number else 0))
                cells.append((entry, epoch))
        return places, cells

    def every(self) -> list[tuple[int, int, int]]:
        """Return every place with its row and its epoch."""
        return [(row * self.width + epoch, row, epoch) for row in range(len(self.runs)) for epoch in range(self.width)]

    def send(self, table: str, key: str) -> Follow:
        """Hand a table to the browser, together with the sliders that move along it."""
        channel = "cell" if len(self.sliders) > 1 else "compared-epoch"
        return send_follow(table, channel=channel, key=key, at=self.at, sliders=self.sliders)


def places(runs: Sequence[Compared], at: tuple[int, int], width: int, keys: tuple[str, str | None]) -> Places | None:
    """Return how views follow the sliders; None while a run still grows, when what stands now holds not for long.

    Args:
        runs: The runs the setting's slider chooses from, in its order, or those side by side.
        at: Row and epoch in view.
        width: Steps of the epoch's slider, the untrained network among them.
        keys: The keys of the epoch's slider, and of the setting's where there is one.
    """
    if any(entry.run.status().state in MOVING for entry in runs):
        return None
    epoch_key, setting_key = keys
    setting = () if setting_key is None else (Slider(key=setting_key, stride=width),)
    row, epoch = at
    return Places(runs=tuple(runs), width=width, at=row * width + epoch, sliders=(*setting, Slider(key=epoch_key)))


def maps(where: Places, method: str, key: str) -> Follow | None:
    """Return how a map follows.

    None where a run has no map of every epoch yet, where all are too much to send, or where the runs do not follow the
    same faces: then a face's colour and name would have to follow, too.
    """
    found = {entry.label: readers.maps(entry.run, method) for entry in where.runs}
    at, cells = where.stored()
    if any(found[entry.label] is None or epoch not in found[entry.label].epochs for entry, epoch in cells):
        return None
    if sum(one.positions.size for one in found.values() if one is not None) > MOST_NUMBERS or not _same_faces(where):
        return None
    stamps = tuple((str(entry.run.path), readers.map_stamp(entry.run, method)) for entry in where.runs)
    return where.send(_maps(tuple(at), stamps, method, cells, found), key)


def _same_faces(where: Places) -> bool:
    first, *others = (readers.tracked(entry.run) for entry in where.runs)
    return all(
        np.array_equal(first.person, other.person) and np.array_equal(first.group, other.group) for other in others
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _maps(
    at: tuple[int, ...],
    stamps: tuple[tuple[str, tuple[int, int]], ...],
    method: str,
    _cells: Sequence[tuple[Compared, int]],
    _found: Mapping[str, readers.MapFrames],
) -> str:
    traces = []
    for entry, epoch in _cells:
        one = _found[entry.label]
        x, y = one.positions[one.epochs.index(epoch)].T[:2]
        traces.append([{"x": packed(x), "y": packed(y)}])
    return follow_table(at, exact=False, epochs=[epoch for _, epoch in _cells], traces=traces)


def histograms(where: Places, common: float, largest: float, key: str) -> Follow | None:
    """Return how the histograms of unseen people follow; None where a run has none, or very many epochs.

    Args:
        where: The places.
        common: Height of the axis, where no bar is higher.
        largest: The distance at which the last bin ends.
        key: The chart's key.
    """
    if max(len(entry.epochs) for entry in where.runs) > MOST_EPOCHS:
        return None
    at, cells = where.stored()
    stamped = tuple((str(entry.run.path), epoch, readers.epoch_stamp(entry.run, epoch)) for entry, epoch in cells)
    table = _histograms(tuple(at), stamped, common, largest)
    return None if table is None else where.send(table, key)


@st.cache_resource(max_entries=32, show_spinner=False)
def _histograms(at: tuple[int, ...], cells: Cells, common: float, largest: float) -> str | None:
    try:
        bars = [readers.group_bars(RunFolder(Path(path)), epoch, UNSEEN, largest) for path, epoch, _ in cells]
    except ValueError:  # embeddings that are not numbers: the page says so
        return None
    if any(both is None for both in bars):
        return None
    traces = [[{"y": packed(trace["y"])} for trace in figures_distances.areas(*both)] for both in bars]
    top = [height(common, both) for both in bars]
    return follow_table(at, exact=False, epochs=[epoch for _, epoch, _ in cells], traces=traces, top=top)


def height(common: float, bars: tuple[np.ndarray, np.ndarray]) -> float:
    """Return the height of a histogram's axis: one for all, more for a spike such as an untrained network has."""
    return max(common, 1.05 * float(max(bar.max() for bar in bars)))


def curves(where: Places, figure: go.Figure, epoch: int, key: str) -> Follow:
    """Return how a course over the epochs follows: the line at the epoch in view moves."""
    every = where.every()
    table = at_every_epoch(figure.layout.shapes, epoch, [number for _, _, number in every], [at for at, _, _ in every])
    return where.send(table, key)


def cell(where: Places, epochs: Sequence[int], frame: Mapping[str, object], key: str) -> Follow:
    """Return how the frame around the cell in view follows.

    Args:
        where: The places.
        epochs: The epochs that are columns.
        frame: The frame, with names for its sides.
        key: The chart's key.
    """
    every = where.every()
    shown = [where.runs[row].at(epoch) for _, row, epoch in every]
    column, row = np.array([epochs.index(epoch) for epoch in shown]), np.array([row for _, row, _ in every])
    moving = {"$left": column - 0.5, "$right": column + 0.5, "$bottom": row - 0.5, "$top": row + 0.5}
    at = [place for place, _, _ in every]
    return where.send(follow_table(at, exact=True, epochs=shown, moving=moving, shapes=[frame]), key)
