"""A run's figure beside those of other methods: numbers in, a Plotly figure out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from pages.shared.figures.colours import ANCHOR, GREY
from pages.shared.figures.figure import figure
from pages.shared.words import figure_text

ROW = 44  # pixels
AROUND = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRow:
    """One method in the figure.

    Attributes:
        label: Its name.
        value: Its figure; None where it is not measured.
        interval: Where the figure lies for 95 of 100 draws of people; None where that cannot be said.
        own: Whether it is the run in view.
    """

    label: str
    value: float | None
    interval: tuple[float, float] | None
    own: bool = False


def method_rows(rows: Sequence[MethodRow], title: str, guessing: float | None) -> go.Figure:
    """Draw each method's figure as a dot with its interval, the run in view as a coloured diamond.

    Args:
        rows: The methods, the first one on top.
        title: What the figure is.
        guessing: What guessing gives, a dotted line; None for none.
    """
    known = [row.value for row in rows if row.value is not None]
    ends = [end for row in rows if row.interval is not None for end in row.interval]
    span = [*known, *ends, *([] if guessing is None else [guessing])] if known else [0.4, 1.0]
    low, high = max(0.0, min(span) - 0.03), min(1.0, max(span) + 0.03)
    lines, notes = [], [_not_there(row, place) for place, row in enumerate(rows) if row.value is None]
    if guessing is not None:
        line = {"type": "line", "x0": guessing, "x1": guessing, "y0": 0, "y1": 1, "yref": "paper"}
        lines.append(line | {"line": {"color": GREY, "width": 2, "dash": "dot"}})
        note = {"x": guessing, "y": 1, "yref": "paper", "yanchor": "bottom", "xanchor": "left", "showarrow": False}
        notes.append(note | {"text": f"guessing {guessing:.2f}"})
    layout = {
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 165, "r": 16, "t": 28, "b": 48},
        "shapes": lines,
        "annotations": notes,
        "xaxis": {"fixedrange": True, "range": [low, high], "nticks": 7, "title": {"text": title, "standoff": 4}},
        "yaxis": {
            "fixedrange": True,
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": [_tick(row) for row in rows],
            "showgrid": False,
            "zeroline": False,
        },
    }
    return figure([_trace(row, place) for place, row in enumerate(rows) if row.value is not None], layout)


def _tick(row: MethodRow) -> str:
    words = figure_text(row.label)
    return f"<b>{words}</b>" if row.own else words


def _trace(row: MethodRow, place: int) -> dict[str, Any]:
    colour = ANCHOR if row.own else GREY
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [row.value],
        "y": [place],
        "text": [f"{row.value:.3f}"],
        "textposition": "top center",
        "marker": {"size": 15 if row.own else 12, "symbol": "diamond" if row.own else "circle", "color": colour},
        "hovertemplate": f"{figure_text(row.label)} %{{x:.3f}}<extra></extra>",
    }
    if row.interval is not None and row.value is not None:
        low, high = row.interval
        trace["error_x"] = {
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, high - row.value)],
            "arrayminus": [max(0.0, row.value - low)],
            "thickness": 3,
            "width": 7,
            "color": colour,
        }
    return trace


def _not_there(row: MethodRow, place: int) -> dict[str, Any]:
    where = {"x": 0.6, "xref": "paper", "y": place, "showarrow": False, "font": {"color": GREY}}
    return where | {"text": "not measured yet"}
