"""Several runs in one figure: numbers in, Plotly figures out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go

from facenet_core.colours import OKABE_ITO
from pages.shared.figures.colours import GREY, MARGIN
from pages.shared.figures.figure import figure, legend_above
from pages.shared.words import figure_text


@dataclass(frozen=True, slots=True)
class Style:
    """How a run is drawn: never by colour alone."""

    colour: str
    dash: str
    sign: str
    symbol: str


STYLES = tuple(
    Style(colour, dash, sign, symbol)
    for colour, (dash, sign, symbol) in zip(
        (*OKABE_ITO[:6], OKABE_ITO[7], OKABE_ITO[6]),
        (
            ("solid", "━●", "circle"),
            ("dash", "╍■", "square"),
            ("dot", "┅▲", "triangle-up"),
            ("dashdot", "━◆", "diamond"),
            ("longdash", "╍✚", "cross"),
            ("longdashdot", "┅✖", "x"),
            ("solid", "━★", "star"),
            ("dash", "╍▼", "triangle-down"),
        ),
        strict=True,
    )
)
CURVES = {"loss": "loss", "active": "triplets that still teach", "unseen": "right answers, unseen people"}
GUESSING = 0.5


def curves(
    name: str, runs: Sequence[tuple[str, Sequence[int], Sequence[float | None]]], epoch: int, *, legend: bool
) -> go.Figure:
    """Draw one figure of all runs over the epochs, and a line where the epoch in view is.

    Args:
        name: A name in ``CURVES``.
        runs: Label, epochs and values of each run; None where a value is not known.
        epoch: The epoch in view.
        legend: Whether the runs are named above.
    """
    traces, last, highest = [], 1, 0.0
    for (label, epochs, values), style in zip(runs, STYLES, strict=False):
        y = np.array([np.nan if value is None else value for value in values], np.float32)
        known = np.isfinite(y)
        x = np.asarray(epochs, np.float32)
        last, highest = max(last, int(x.max(initial=1))), max(highest, float(np.nanmax(y[known], initial=0.0)))
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": x[known],
                "y": y[known],
                "line": {"color": style.colour, "width": 2.5, "dash": style.dash},
                "marker": {"size": 7, "symbol": style.symbol, "color": style.colour},
                "hovertemplate": f"{figure_text(label)} %{{y:.3f}}<extra></extra>",
                "name": "",
            }
        )
    ranges = {"loss": [0, max(0.05, highest * 1.08)], "active": [0, 1.02], "unseen": [0.4, 1.0]}
    line = {"type": "line", "x0": epoch, "x1": epoch, "y0": 0, "y1": 1, "yref": "paper"}
    shapes = [line | {"line": {"color": MARGIN, "width": 2}}]
    if name == "unseen":
        guess = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": GUESSING, "y1": GUESSING}
        shapes.append(guess | {"line": {"color": GREY, "width": 2, "dash": "dot"}})
    signs = [(figure_text(run[0]), s.colour, s.sign) for run, s in zip(runs, STYLES, strict=False)]
    layout: dict[str, Any] = {
        "showlegend": False,
        "margin": {"l": 62, "r": 14, "t": 30, "b": 40},
        "hovermode": "x unified",
        "xaxis": {"range": [0, last], "nticks": 8, "tickformat": ",d", "title": {"text": "epoch", "standoff": 2}},
        "yaxis": {
            "range": ranges[name],
            "nticks": 5,
            "tickformat": ".0%" if name == "active" else "",
            "title": {"text": "share" if name == "active" else "loss" if name == "loss" else "accuracy", "standoff": 4},
        },
        "shapes": shapes,
        "annotations": [legend_above(signs)] if legend else [],
    }
    return figure(traces, layout)


def heat_map(
    labels: Sequence[str], epochs: Sequence[int], values: np.ndarray, at: tuple[int, int], title: str
) -> go.Figure:
    """Draw accuracy over setting and epoch; a click tells the cell, ``row * len(epochs) + column``.

    Args:
        labels: The R values of the setting.
        epochs: The C epochs.
        values: (R, C), NaN where nothing is known.
        at: Row and column in view, framed.
        title: What the rows are.
    """
    values = np.asarray(values, np.float32)
    cells = np.arange(values.size, dtype=np.int32).reshape(values.shape)
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.5, 1.0)
    trace = {
        "type": "heatmap",
        "x": list(range(len(epochs))),
        "y": list(range(len(labels))),
        "z": values,
        "customdata": cells,
        "colorscale": "Cividis",
        "zmin": low,
        "zmax": max(high, low + 0.02),
        "xgap": 1,
        "ygap": 2,
        "hovertemplate": "%{z:.3f} right on unseen people<extra></extra>",
        "colorbar": {"thickness": 14, "tickformat": ".2f", "title": {"text": ""}},
    }
    if len(epochs) <= 16:
        trace["texttemplate"] = "%{z:.2f}"
    row, column = at
    step = max(1, -(-len(epochs) // 16))
    ticks = list(range(0, len(epochs), step))
    layout = {
        "margin": {"l": 92, "r": 10, "t": 8, "b": 44},
        "dragmode": False,
        "xaxis": {
            "fixedrange": True,
            "range": [-0.5, len(epochs) - 0.5],
            "tickvals": ticks,
            "ticktext": [str(epochs[tick]) for tick in ticks],
            "title": {"text": "epoch", "standoff": 4},
            "showgrid": False,
        },
        "yaxis": {
            "fixedrange": True,
            "range": [-0.5, len(labels) - 0.5],
            "tickvals": list(range(len(labels))),
            "ticktext": [figure_text(label) for label in labels],
            "title": {"text": figure_text(title), "standoff": 8},
            "showgrid": False,
        },
        "shapes": [cell_frame(column - 0.5, column + 0.5, row - 0.5, row + 0.5)],
    }
    return figure([trace], layout)


def cell_frame(left: Any, right: Any, bottom: Any, top: Any) -> dict[str, Any]:
    """Return the frame around the cell in view."""
    line = {"color": MARGIN, "width": 4}
    return {"type": "rect", "x0": left, "x1": right, "y0": bottom, "y1": top, "line": line}


def intervals(rows: Sequence[Mapping[str, Any]], title: str) -> go.Figure:
    """Draw each run's figure with its interval, one under the other.

    Args:
        rows: ``label``, ``value``, ``low`` and ``high`` (None where not known) of each run.
        title: What the figure is.
    """
    traces = []
    for place, (row, style) in enumerate(zip(rows, STYLES, strict=False)):
        value = row["value"]
        if value is None:
            continue
        trace: dict[str, Any] = {
            "type": "scatter",
            "mode": "markers",
            "x": [value],
            "y": [place],
            "marker": {"size": 13, "symbol": style.symbol, "color": style.colour},
            "hovertemplate": f"{figure_text(row['label'])} %{{x:.3f}}<extra></extra>",
        }
        if row["low"] is not None:
            trace["error_x"] = {
                "type": "data",
                "symmetric": False,
                "array": [row["high"] - value],
                "arrayminus": [value - row["low"]],
                "thickness": 3,
                "width": 7,
                "color": style.colour,
            }
        traces.append(trace)
    places = list(range(len(rows)))
    layout = {
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 110, "r": 14, "t": 8, "b": 44},
        "xaxis": {"fixedrange": True, "nticks": 6, "title": {"text": title, "standoff": 4}},
        "yaxis": {
            "fixedrange": True,
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": places,
            "ticktext": [figure_text(row["label"]) for row in rows],
        },
    }
    return figure(traces, layout)
