"""Rates with their intervals, one under the other: numbers in, a Plotly figure out."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from facenet_core.evaluation import ErrorRate, Interval
from pages.shared.figures.colours import DIFFERENT
from pages.shared.figures.figure import figure
from pages.shared.words import figure_text

ROW, AROUND = 58, 62  # pixels of a row, and of what is above and below
Rate = tuple[str, float | None, Interval | None]


def said(measured: ErrorRate) -> tuple[float | None, Interval | None]:
    """Return a rate and its interval; None where there are too few pairs to say."""
    return (measured.rate, measured.interval) if measured.enough else (None, None)


def height(rows: Sequence[Rate]) -> int:
    """Return how many pixels the figure takes."""
    return ROW * len(rows) + AROUND


def rates_with_intervals(rows: Sequence[Rate], colour: str, title: str) -> go.Figure:
    """Draw a rate for each row as a point with its interval, its name above it.

    Args:
        rows: Name, rate and interval, from the top; no rate where there are too few pairs to say.
        colour: Of the points.
        title: What the rates are.
    """
    layout = {
        "margin": {"l": 12, "r": 16, "t": 6, "b": AROUND - 8},
        "dragmode": False,
        "xaxis": {
            "fixedrange": True,
            "nticks": 6,
            "zeroline": False,
            "title": {"text": title, "standoff": 6},
        }
        | scale(rows),
        "yaxis": {
            "fixedrange": True,
            "range": [len(rows) - 0.55, -0.75],
            "showticklabels": False,
            "showgrid": False,
            "zeroline": False,
        },
        "annotations": [_name(place, name, said=rate is not None) for place, (name, rate, _) in enumerate(rows)],
    }
    return figure([points(rows, colour)], layout)


def points(rows: Sequence[Rate], colour: str) -> dict[str, Any]:
    """Return the trace of the points with their intervals."""
    known = _known(rows)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [rate for _, rate, _ in known],
        "y": [place for place, _, _ in known],
        "marker": {"size": 13, "color": colour, "symbol": "diamond" if colour == DIFFERENT else "circle"},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, ends.high - rate) for _, rate, ends in known],
            "arrayminus": [max(0.0, rate - ends.low) for _, rate, ends in known],
            "color": colour,
            "thickness": 3,
            "width": 7,
        },
        "hovertemplate": "%{x:.2%}<extra></extra>",
        "showlegend": False,
    }


def scale(rows: Sequence[Rate]) -> dict[str, Any]:
    """Return how far the axis reaches, and how it is written: rates of a thousandth and of a half need other ones."""
    most = max([0.02, *(ends.high for _, _, ends in _known(rows))]) * 1.08
    return {"range": [-0.02 * most, most], "tickformat": ".0%" if most > 0.1 else ".1%"}


def _known(rows: Sequence[Rate]) -> list[tuple[int, float, Interval]]:
    return [(place, rate, ends) for place, (_, rate, ends) in enumerate(rows) if rate is not None and ends is not None]


def _name(place: int, name: str, *, said: bool) -> dict[str, Any]:
    text = figure_text(name) if said else f"{figure_text(name)}: <b>too few pairs to say</b>"
    where = {"xref": "paper", "x": 0, "xanchor": "left", "y": place - 0.42, "yanchor": "middle"}
    return where | {"text": text, "showarrow": False}
