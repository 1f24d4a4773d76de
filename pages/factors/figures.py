"""How far factors move a face: squared distances in, bars out."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from pages.shared.figures.colours import THRESHOLD
from pages.shared.figures.figure import figure

BAR = 24  # pixels


def effect_bars(
    labels: Sequence[str], moved: np.ndarray, colour: str, *, largest: float, threshold: float | None = None
) -> go.Figure:
    """Draw a bar for each factor, the longest on top.

    Args:
        labels: F names.
        moved: (P, F) squared distances, for each of P people; the whisker goes from the least to the most moved.
        colour: Of the bars.
        largest: Right end of the axis.
        threshold: From here on the network takes the two pictures for different people.
    """
    mean = moved.mean(axis=0)
    low, high = moved.min(axis=0), moved.max(axis=0)
    trace = {
        "type": "bar",
        "orientation": "h",
        "x": mean.tolist(),
        "y": list(labels),
        "marker": {"color": colour},
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": (high - mean).tolist(),
            "arrayminus": (mean - low).tolist(),
            "thickness": 2,
            "width": 0,
            "color": "#8A9099",
        },
        "hovertemplate": "%{y}: %{x:.2f}<extra></extra>",
    }
    line = {"type": "line", "x0": threshold, "x1": threshold, "y0": 0, "y1": 1, "yref": "paper"}
    layout = {
        "margin": {"l": 10, "r": 16, "t": 8, "b": 48},
        "bargap": 0.25,
        "showlegend": False,
        "xaxis": {
            "range": [0, largest],
            "title": {"text": "squared distance moved", "standoff": 4},
            "fixedrange": True,
            "nticks": 6,
        },
        "yaxis": {"autorange": "reversed", "automargin": True, "fixedrange": True, "tickfont": {"size": 14}},
        "shapes": [line | {"line": {"color": THRESHOLD, "width": 3, "dash": "dot"}}] if threshold is not None else [],
    }
    return figure([trace], layout)
