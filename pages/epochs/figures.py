"""One epoch and the course over all of them: numbers in, Plotly figures out.

On every course the epoch in view is a line, a shape: the chart then moves nothing but that.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.shared.figures.colours import ANCHOR, EASY, GREY, HARD, MARGIN, SEMI_HARD
from pages.shared.figures.figure import figure, legend_above
from pages.shared.figures.training import thinned
from pages.shared.words import GROUP_NAMES, figure_text

MARGINS = {"l": 62, "r": 16, "t": 30, "b": 42}
GROUP_LINES = ((ANCHOR, "solid", "━", "circle"), (GREY, "dash", "╍", "square"), ("#CC79A7", "dot", "┅", "diamond"))
SHORT = ("seen", "held-out", "unseen")  # a legend has to fit a phone
Course = tuple[Sequence[int], Sequence[float | None]]


def epoch_line(epoch: float, *, yref: str = "paper", top: float = 1.0) -> dict[str, Any]:
    """Return the line at the epoch in view."""
    line = {"color": MARGIN, "width": 3}
    return {"type": "line", "x0": epoch, "x1": epoch, "y0": 0, "y1": top, "yref": yref, "line": line}


def over_epochs(last: int) -> dict[str, Any]:
    """Return the axis of the epochs, alike on all courses."""
    return {
        "range": [-0.02 * max(1, last), 1.02 * max(1, last)],
        "fixedrange": True,
        "nticks": 9,
        "tickformat": ",d",
        "title": {"text": "epoch (0 untrained)", "standoff": 2},
    }


def spread_trace(
    names: Sequence[str], spread: np.ndarray, colours: Sequence[str], faces: np.ndarray, chosen: np.ndarray
) -> dict[str, Any]:
    """Return the bars of every person's spread, widest first; customdata is a face, for the picture and the click.

    Args:
        names: The P people in the order of the bars.
        spread: (P,) mean squared distance of their faces to their mean.
        colours: Of each person.
        faces: (P,) a face of each.
        chosen: (P,) whether the person is chosen: then the others step back.
    """
    faint = chosen.any() & ~chosen
    return {
        "type": "bar",
        "x": np.arange(len(spread), dtype=np.int32),
        "y": np.asarray(spread, np.float32),
        "marker": {"color": list(colours), "opacity": [0.3 if one else 1.0 for one in faint], "line": {"width": 0}},
        "customdata": np.asarray(faces, np.int32),
        "text": [figure_text(name[:60]) for name in names],
        "textposition": "none",
        "hovertemplate": "%{text}: %{y:.3f}<extra></extra>",
        "showlegend": False,
    }


def spread_bars(trace: dict[str, Any], top: float) -> go.Figure:
    """Draw ``spread_trace`` on an axis up to ``top``, the same for all epochs."""
    count = len(trace["x"])
    layout = {
        "margin": MARGINS | {"t": 10},
        "dragmode": False,
        "bargap": 0.15 if count < 80 else 0,
        "xaxis": {
            "range": [-0.6, max(1, count) - 0.4],
            "fixedrange": True,
            "showticklabels": False,
            "showgrid": False,
            "title": {"text": "people, the most spread first", "standoff": 6},
        },
        "yaxis": {
            "range": [0, top],
            "fixedrange": True,
            "nticks": 5,
            "title": {"text": "squared distance to their mean", "standoff": 4},
        },
    }
    return figure([trace], layout)


def silhouettes(
    courses: Mapping[int, tuple[Sequence[int], Sequence[float | None]]], epoch: int, last: int
) -> go.Figure:
    """Draw the silhouette of each group over the epochs.

    Args:
        courses: For each group, its epochs and values; None where one has none.
        epoch: The epoch in view.
        last: The last epoch of the axis.
    """
    traces, drawn = [], []
    for group, (epochs, values) in courses.items():
        colour, dash, sign, symbol = GROUP_LINES[group]
        y = np.array([np.nan if value is None else value for value in values], np.float32)
        if not np.isfinite(y).any():
            continue
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": np.asarray(epochs, np.float32),
                "y": y,
                "line": {"color": colour, "width": 2.5, "dash": dash},
                "marker": {"size": 6, "symbol": symbol, "color": colour},
                "hovertemplate": f"{GROUP_NAMES[group]} %{{y:.2f}}<extra></extra>",
            }
        )
        drawn.append((SHORT[group], colour, sign))
    zero = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 0, "y1": 0, "line": {"color": GREY, "width": 1}}
    highest = max([0.2, *(float(np.nanmax(trace["y"])) for trace in traces)])
    lowest = min([-0.1, *(float(np.nanmin(trace["y"])) for trace in traces)])
    axis = {"range": [np.floor(lowest * 10) / 10, np.ceil(highest * 10) / 10], "fixedrange": True, "nticks": 6}
    layout = {
        "margin": MARGINS,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "x unified",
        "xaxis": over_epochs(last),
        "yaxis": axis | {"title": {"text": "silhouette (1 best)", "standoff": 4}},
        "shapes": [zero, epoch_line(epoch)],
        "annotations": [legend_above(drawn)],
    }
    return figure(traces, layout)


def census_course(epochs: Sequence[int], counts: np.ndarray, epoch: int, last: int) -> go.Figure:
    """Draw the shares of easy, semi-hard and hard triplets over the epochs, one on the other.

    Args:
        epochs: The E epochs.
        counts: (E, 3) easy, semi-hard and hard triplets.
        epoch: The epoch in view.
        last: The last epoch of the axis.
    """
    total = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    shares = (counts / total).astype(np.float32)
    kinds = (("hard", 2, HARD, "▮"), ("semi-hard", 1, SEMI_HARD, "▨"), ("easy", 0, EASY, "▯"))
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers" if len(epochs) == 1 else "lines",
            "x": np.asarray(epochs, np.float32),
            "y": shares[:, column],
            "stackgroup": "kinds",
            "line": {"color": colour, "width": 2},
            "fillcolor": _see_through(colour, 0.75 if name != "easy" else 0.2),
            **({"fillpattern": {"shape": "/", "size": 7, "fgopacity": 0.5}} if name == "semi-hard" else {}),
            "hovertemplate": f"{name} %{{y:.1%}}<extra></extra>",
        }
        for name, column, colour, _ in kinds
    ]
    layout = {
        "margin": MARGINS,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "x unified",
        "xaxis": over_epochs(last),
        "yaxis": {
            "range": [0, 1],
            "fixedrange": True,
            "tickformat": ".0%",
            "nticks": 5,
            "title": {"text": "share of triplets", "standoff": 4},
        },
        "shapes": [epoch_line(epoch)],
        "annotations": [legend_above([(name, colour, sign) for name, _, colour, sign in kinds])],
    }
    return figure(traces, layout)


def loss_course(
    steps: Mapping[str, np.ndarray], per_epoch: int, means: Sequence[tuple[int, float]], epoch: int, last: int
) -> go.Figure:
    """Draw the loss of every step, and its mean over each epoch, with the epoch in view.

    Args:
        steps: Columns of the steps.
        per_epoch: Steps of an epoch.
        means: Epoch and mean loss of each epoch that has one.
        epoch: The epoch in view.
        last: The last epoch of the axis.
    """
    x, loss = thinned(dict(steps), "step", "loss")
    at, mean = (np.array(column, np.float32) for column in zip(*means, strict=True)) if means else (np.empty(0),) * 2
    known = loss[np.isfinite(loss)]
    traces = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": np.asarray(x / max(1, per_epoch), np.float32),
            "y": np.asarray(loss, np.float32),
            "line": {"color": GREY, "width": 1.5},
            "hovertemplate": "step: %{y:.3f}<extra></extra>",
        },
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": at,
            "y": mean,
            "line": {"color": ANCHOR, "width": 2.5},
            "marker": {"size": 7, "color": ANCHOR},
            "hovertemplate": "epoch %{x:d}: mean %{y:.3f}<extra></extra>",
        },
    ]
    layout = {
        "margin": MARGINS,
        "showlegend": False,
        "dragmode": False,
        "xaxis": over_epochs(last),
        "yaxis": {
            "range": [0, max(0.05, 1.08 * float(known.max(initial=0.0)))],
            "fixedrange": True,
            "nticks": 5,
            "title": {"text": "loss", "standoff": 4},
        },
        "shapes": [epoch_line(epoch)],
        "annotations": [legend_above([("each step", GREY, "━"), ("mean of the epoch", ANCHOR, "━●")])],
    }
    return figure(traces, layout)


def _see_through(colour: str, strength: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {strength})"
