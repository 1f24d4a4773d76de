"""Faces on a map: positions in, Plotly figures out."""

import numpy as np
import plotly.graph_objects as go

from pages.shared.figures.colours import person_colours
from pages.shared.figures.figure import figure

SYMBOLS = ("circle", "circle-open", "diamond")  # seen, held-out image, unseen person
SIZES = (10, 9, 10)
ROOM = 0.04  # how much wider than the faces the axes are, on each side


def face_map(
    positions: np.ndarray, person: np.ndarray, group: np.ndarray, people: int, extent: np.ndarray | None = None
) -> go.Figure:
    """Draw one point per face: colour is the person, form the group; customdata is the face's number.

    Args:
        positions: (T, 2) or (T, 3).
        person: (T,) person of each face.
        group: (T,) 0 seen, 1 held-out image, 2 unseen person.
        people: How many people there are.
        extent: (2, 2 or 3) smallest and largest coordinates the axes must hold; those of ``positions`` if left out.
    """
    palette = person_colours(people)
    colours = [palette[p] for p in person]
    ranges = bounds(positions if extent is None else extent)
    marker = {
        "color": colours,
        "symbol": [SYMBOLS[g] for g in group],
        "size": np.array(SIZES, np.int32)[group],
        "opacity": 0.9,
        "line": {"width": 1.5, "color": colours},
    }
    trace = {
        "mode": "markers",
        "marker": marker,
        "hoverinfo": "none",
        "showlegend": False,
        "customdata": np.arange(len(positions), dtype=np.int32),
        **dict(zip("xyz", np.asarray(positions, np.float32).T.copy(), strict=False)),
    }
    margin = {"l": 4, "r": 4, "t": 4, "b": 4}
    if positions.shape[1] == 3:
        marker["size"] = 4
        bare = {"showticklabels": False, "title": {"text": ""}, "showspikes": False}
        axes = {f"{name}axis": {**bare, "range": range_} for name, range_ in zip("xyz", ranges, strict=True)}
        return figure([trace | {"type": "scatter3d"}], {"scene": {**axes, "aspectmode": "data"}, "margin": margin})
    x, y = ({"range": range_, "visible": False} for range_ in ranges)
    plane = {"xaxis": x, "yaxis": {**y, "scaleanchor": "x"}, "hovermode": "closest", "dragmode": "pan"}
    return figure([trace | {"type": "scatter"}], plane | {"margin": margin})


def bounds(positions: np.ndarray) -> list[list[float]]:
    """Return a range for each axis that holds every face, in coarse steps so that it seldom changes."""
    ranges = []
    for column in np.asarray(positions, np.float64).T:
        known = column[np.isfinite(column)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
        room = max((high - low) * ROOM, 1e-3)
        step = 10.0 ** np.floor(np.log10(high - low + 2 * room)) / 5
        ranges.append([float(np.floor((low - room) / step) * step), float(np.ceil((high + room) / step) * step)])
    return ranges


def empty_map(sentence: str) -> go.Figure:
    """Draw an empty map that says what will fill it."""
    hidden = {"visible": False, "range": [0, 1]}
    words = {"text": sentence, "showarrow": False, "x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper"}
    margin = {"l": 4, "r": 4, "t": 4, "b": 4}
    return figure([], {"xaxis": hidden, "yaxis": hidden, "annotations": [words], "margin": margin})
