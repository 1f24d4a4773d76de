"""Three faces and what the gradient does to them: numbers in, Plotly figures out."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.shared.figures.colours import ANCHOR, GREY, NEGATIVE, POSITIVE
from pages.shared.figures.figure import figure

RATE = 0.25  # an arrow is this part of the gradient
NAMES = ("anchor", "positive", "negative")
COLOURS = (ANCHOR, POSITIVE, NEGATIVE)
SYMBOLS = ("circle", "square", "diamond")


def corners(near: float, far: float, across: float) -> np.ndarray:
    """Return (3, 2) places of anchor, positive and negative in the plane that they span.

    Args:
        near: Squared distance anchor to positive.
        far: Squared distance anchor to negative.
        across: Squared distance positive to negative.
    """
    base = np.sqrt(near)
    along = (near + far - across) / (2 * base) if base > 1e-9 else np.sqrt(far)
    return np.array([[0, 0], [base, 0], [along, np.sqrt(max(far - along**2, 0))]])


def descent(places: np.ndarray) -> np.ndarray:
    """Return (3, 2) where the loss d_ap - d_an + margin falls fastest, with its strength: minus its gradient."""
    anchor, positive, negative = places
    return 2 * np.stack([positive - negative, anchor - positive, negative - anchor])


def triangle(near: float, far: float, across: float, active: bool) -> go.Figure:
    """Draw the three faces in the plane that they span; an active triplet has arrows."""
    places = corners(near, far, across)
    ends = places + (RATE * descent(places) if active else 0)
    everything = np.concatenate([places, ends])
    middle, half = (everything.max(0) + everything.min(0)) / 2, max(float(np.ptp(everything, axis=0).max()), 0.3) * 0.62
    lines = [
        _side(places[[0, 1]], POSITIVE, "solid"),
        _side(places[[0, 2]], NEGATIVE, "dash"),
    ]
    points = {
        "type": "scatter",
        "mode": "markers+text",
        "x": places[:, 0],
        "y": places[:, 1],
        "text": [f"  {name}  " for name in NAMES],
        "textposition": ["middle left", "middle right", "middle right"],
        "textfont": {"size": 15},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
        "marker": {"size": 16, "color": list(COLOURS), "symbol": list(SYMBOLS)},
    }
    arrows = [_arrow(*pair) for pair in zip(places, ends, strict=True)] if active else []
    hidden = {"visible": False, "fixedrange": True}
    return figure(
        [*lines, points],
        {
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "dragmode": False,
            "annotations": arrows,
            "xaxis": hidden | {"range": [middle[0] - half * 1.2, middle[0] + half * 1.2]},
            "yaxis": hidden | {"range": [middle[1] - half, middle[1] + half], "scaleanchor": "x"},
        },
    )


def _side(ends: np.ndarray, colour: str, dash: str) -> dict[str, Any]:
    line = {"color": colour, "width": 2, "dash": dash}
    at = {"x": ends[:, 0], "y": ends[:, 1]}
    return {"type": "scatter", "mode": "lines", "line": line, "hoverinfo": "skip", "showlegend": False, **at}


def _arrow(start: np.ndarray, end: np.ndarray, colour: str = GREY, width: float = 3) -> dict[str, Any]:
    return {
        "x": float(end[0]),
        "y": float(end[1]),
        "ax": float(start[0]),
        "ay": float(start[1]),
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 0.9,
        "startstandoff": 8,
        "arrowwidth": width,
        "arrowcolor": colour,
        "text": "",
    }
