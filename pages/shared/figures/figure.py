"""How every figure is put together: traces and a layout as plain dictionaries, one Plotly figure."""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go


def figure(traces: Sequence[dict[str, Any]], layout: dict[str, Any]) -> go.Figure:
    """Return a figure without Plotly's checks, which cost ten times the drawing; tests check every figure instead."""
    return go.Figure({"data": list(traces), "layout": {"template": {}, **layout}}, _validate=False)


def legend_above(drawn: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """Name the lines above the figure: (words, colour, sign) each, the sign a piece of the line."""
    words = "   ".join(f"<span style='color:{colour}'><b>{sign}</b></span> {word}" for word, colour, sign in drawn)
    place = {"x": 0, "xref": "paper", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom"}
    return {**place, "name": "legend", "text": words, "showarrow": False}
