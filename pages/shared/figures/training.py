"""Figures of a training in progress: numbers in, Plotly figures out."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.shared.figures.colours import ANCHOR, GREY, MARGIN, NEGATIVE, POSITIVE
from pages.shared.figures.figure import figure, legend_above

MOST_POINTS = 400  # a line needs no more points than that on any screen
GUESSING = 0.5
MARGINS = {"l": 62, "r": 20, "t": 26, "b": 40}


def losses(steps: dict[str, np.ndarray], total_steps: int, *, mines: bool = True) -> go.Figure:
    """Draw the loss of each step, and the share of triplets that still teach on a second axis.

    Args:
        steps: Columns of the steps.
        total_steps: Steps of the whole run: the axis keeps its length.
        mines: Whether the loss learns from triplets; where not, the share is of those that do not keep the margin.
    """
    words = "triplets that still teach" if mines else "triplets that do not keep the margin"
    x, loss, active, valid = thinned(steps, "step", "loss", "active", "valid")
    teaching = np.divide(active, valid, out=np.zeros_like(active), where=valid > 0)
    traces = [
        _line(x, loss, ANCHOR, hovertemplate="loss %{y:.3f}"),
        _line(x, teaching, MARGIN, "dot", yaxis="y2", hovertemplate=f"%{{y:.0%}} of {words}"),
    ]
    layout = _layout("loss", "step", total_steps) | {"margin": {**MARGINS, "r": 62}}
    layout["yaxis"] |= {"range": [0, _rounded_up(float(np.max(loss, initial=0.1)))]}
    layout["yaxis2"] = {
        "overlaying": "y",
        "side": "right",
        "range": [0, 1],
        "tickvals": [0, 0.5, 1],
        "ticktext": ["0 %", "50 %", "100 %"],
        "showgrid": False,
    }
    drawn = [("loss", ANCHOR, "━"), (f"share of {words}", MARGIN, "┅")]
    return figure(traces, layout | {"annotations": [legend_above(drawn)]})


def distances(steps: dict[str, np.ndarray], total_steps: int, moved: float | None = None) -> go.Figure:
    """Draw the mean squared distance from anchors to positives and to negatives, and the margin above the positives.

    Args:
        steps: Columns of the steps; the band is as high as the margin of each: a negative in it or below still taught.
        total_steps: Steps of the whole run: the axis keeps its length.
        moved: A margin that the run was not trained with, as a dashed line; None for none.
    """
    x, positive, negative, margin = thinned(steps, "step", "positive_distance", "negative_distance", "margin")
    mined = np.isfinite(positive)  # a step without mined triplets has no distances, and a band cannot have holes
    edge = {"type": "scatter", "mode": "lines", "x": _f4(x[mined]), "hoverinfo": "skip", "line": {"width": 0}}
    above = {"fill": "tonexty", "fillcolor": "rgba(230, 159, 0, 0.3)", "line": {"width": 2, "color": MARGIN}}
    told = {"customdata": _f4(margin[mined]), "hoverinfo": None, "hovertemplate": "the run's margin %{customdata:.2f}"}
    traces = [
        {**edge, "y": _f4(positive[mined])},
        {**edge, "y": _f4((positive + margin)[mined]), "name": "", **above, **told},
        _line(x, positive, POSITIVE, hovertemplate="d(a,p) %{y:.3~g}"),
        _line(x, negative, NEGATIVE, "dash", hovertemplate="d(a,n) %{y:.3~g}"),
    ]
    tops, notes = [negative, positive + margin], []
    drawn = [("anchor to positive", POSITIVE, "━"), ("to negative", NEGATIVE, "╍"), ("run's margin", MARGIN, "▮")]
    if moved is not None and mined.any():
        words = f"margin {moved:.2f}, moved"
        traces.append(_line(x, positive + moved, MARGIN, "dash", hovertemplate=words))
        tops.append(positive + moved)
        place = {"x": 1, "xref": "paper", "xanchor": "right", "yanchor": "bottom", "showarrow": False}
        notes = [{**place, "y": float(positive[mined][-1] + moved), "text": f"╍ {words}"}]
    highest = float(np.nanmax(np.concatenate(tops), initial=0))
    layout = _layout("squared distance", "step", total_steps)
    layout["yaxis"] |= {"range": [0, 2.0 if highest <= 2 else 4.0], "nticks": 5}
    return figure(traces, layout | {"annotations": [legend_above(drawn), *notes]})


def accuracies(figures: list[dict[str, Any]], total_epochs: int) -> go.Figure:
    """Draw the accuracy of telling pairs apart after each epoch, with the line of guessing."""
    traces, drawn = [], []
    for name, word, colour, dash, sign in (
        ("unseen", "unseen people", ANCHOR, "solid", "━"),
        ("held_out", "held-out images", GREY, "dash", "╍"),
    ):
        points = [(f["epoch"], f[name]["accuracy"]) for f in figures if f.get(name) and f[name].get("accuracy")]
        if points:
            x, y = np.array(points, np.float64).T
            marker = {"size": 7, "color": colour}
            words = f"{word} %{{y:.3f}}"
            traces.append(_line(x, y, colour, dash, mode="lines+markers", marker=marker, hovertemplate=words))
            drawn.append((word, colour, sign))
    layout = _layout("right answers", "epoch", total_epochs)
    layout["yaxis"] |= {"range": [0.4, 1]}
    guess = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": GUESSING, "y1": GUESSING}
    layout["shapes"] = [guess | {"line": {"color": GREY, "width": 2, "dash": "dot"}}]
    words = {"text": "guessing 0.50", "showarrow": False, "x": 1, "xref": "paper", "xanchor": "right"}
    return figure(
        traces, layout | {"annotations": [legend_above(drawn), {**words, "y": GUESSING, "yanchor": "bottom"}]}
    )


def thinned(steps: dict[str, np.ndarray], *names: str) -> list[np.ndarray]:
    """Return columns with at most ``MOST_POINTS`` rows, each the mean of its neighbours, the last row included."""
    columns = [np.asarray(steps[name], dtype=np.float64) for name in names]
    count = len(columns[0])
    if count <= MOST_POINTS:
        return columns
    size = -(-count // MOST_POINTS)
    starts = np.arange(0, count, size)
    lengths = np.diff(np.append(starts, count))
    return [np.add.reduceat(column, starts) / lengths for column in columns]


def _line(x: np.ndarray, y: np.ndarray, colour: str, dash: str = "solid", **more: Any) -> dict[str, Any]:
    line = {"color": colour, "width": 2.5, "dash": dash}
    return {"type": "scatter", "mode": "lines", "x": _f4(x), "y": _f4(y), "line": line, "name": "", **more}


def _layout(title: str, unit: str, total: int) -> dict[str, Any]:
    low = 0 if unit == "epoch" else 1
    return {
        "showlegend": False,
        "margin": MARGINS,
        "hovermode": "x unified",
        "xaxis": {
            "range": [low, max(low + 1, total)],
            "title": {"text": unit, "standoff": 2},
            "nticks": 6,
            "tickformat": ",d",
            "showticklabels": total > 0,
        },
        "yaxis": {"title": {"text": title, "standoff": 2}, "nticks": 4},
    }


def _f4(values: np.ndarray) -> np.ndarray:
    return np.asarray(values, dtype=np.float32)


def _rounded_up(value: float) -> float:
    """Return the next of 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, ...: a scale that seldom changes."""
    if not np.isfinite(value):
        return 1.0
    power = 10.0 ** np.floor(np.log10(max(value, 0.05)))
    return float(next(power * step for step in (1, 2, 3, 5, 10) if value <= power * step * 1.001))
