"""A map coloured by how far to trust each face's place: positions and measures in, Plotly figures out."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.shared.figures.colours import ANCHOR, GREY
from pages.shared.figures.figure import figure
from pages.shared.figures.map import SYMBOLS, bounds

CIVIDIS = ((0, "#00224e"), (0.25, "#3b496c"), (0.5, "#7c7b78"), (0.75, "#bcae6c"), (1, "#fee838"))
SCALES = {
    "trustworthiness": ("Trust", 0.8, 1.0, False),
    "continuity": ("Continuity", 0.8, 1.0, False),
    "kept": ("Kept", 0.0, 1.0, False),
    "jitter": ("Jitter", 0.0, 1.0, True),
}
"""Words, ends of the scale (fixed, so that maps can be compared), and whether much is bad."""


def trusted_map(
    positions: np.ndarray,
    group: np.ndarray,
    *,
    colours: list[str] | None = None,
    values: np.ndarray | None = None,
    measure: str = "",
    pair: tuple[int, ...] = (),
    ghosts: np.ndarray | None = None,
) -> go.Figure:
    """Draw one point per face, dark where its place is not to be trusted; customdata is the face's number.

    Args:
        positions: (T, 2) or (T, 3).
        group: (T,) 0 seen, 1 held-out image, 2 unseen person.
        colours: A colour for each face; or
        values: (T,) a measure of each face.
        measure: Which one, of ``SCALES``.
        pair: Faces that a ruler is laid between.
        ghosts: (S, T, 2 or 3) the same faces with other seeds.
    """
    space = positions.shape[1] == 3
    marker: dict[str, Any] = {
        "symbol": [SYMBOLS[g] for g in group],
        "size": 4 if space else 10,
        "opacity": 0.9,
        "line": {"width": 0 if space else 1.5 if values is None else 0.7, "color": colours if values is None else GREY},
        "color": colours if values is None else scale_colours(values, measure),
    }
    kind = "scatter3d" if space else "scatter"
    faces = {
        "type": kind,
        "mode": "markers",
        "marker": marker,
        "hoverinfo": "none",
        "showlegend": False,
        "customdata": np.arange(len(positions), dtype=np.int32),
        **_at(positions),
    }
    traces = [faces]
    if ghosts is not None and len(ghosts):
        traces.append(_ghosts(kind, ghosts))
    if len(pair):
        traces.append(_ruler(kind, positions[list(pair)]))
    if values is not None:
        traces.append(_bar(kind, measure))
    return figure(traces, _layout(bounds(positions), space))


def _at(positions: np.ndarray) -> dict[str, np.ndarray]:
    return dict(zip("xyz", np.asarray(positions, np.float32).T.copy(), strict=False))


def scale_colours(values: np.ndarray, measure: str) -> list[str]:
    """Return a colour of the scale for each value; what lies beyond its ends gets theirs, the unknown grey."""
    _, low, high, _ = SCALES[measure]
    stops = np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for _, colour in _stops(measure)])
    at = np.clip((np.asarray(values, np.float64) - low) / (high - low), 0, 1)
    mixed = np.stack([np.interp(at, [place for place, _ in _stops(measure)], part) for part in stops.T], axis=-1)
    return [
        "#" + "".join(f"{round(part):02x}" for part in colour) if np.isfinite(colour).all() else GREY
        for colour in mixed
    ]


def _stops(measure: str) -> list[tuple[float, str]]:
    much_is_bad = SCALES[measure][3]
    return [(1 - at, colour) for at, colour in reversed(CIVIDIS)] if much_is_bad else list(CIVIDIS)


def _bar(kind: str, measure: str) -> dict[str, Any]:
    """Return a trace without points that brings the colour bar: the faces' own colours stay plain colours."""
    words, low, high, _ = SCALES[measure]
    bar = {"title": {"text": words, "side": "top"}, "thickness": 12, "len": 0.7, "outlinewidth": 0, "nticks": 4}
    colours = [list(stop) for stop in _stops(measure)]
    marker = {"color": [low], "colorscale": colours, "cmin": low, "cmax": high, "showscale": True, "colorbar": bar}
    nowhere = {name: [None] for name in ("xyz" if kind == "scatter3d" else "xy")}
    return {"type": kind, "mode": "markers", "marker": marker, "hoverinfo": "skip", "showlegend": False, **nowhere}


def _ghosts(kind: str, ghosts: np.ndarray) -> dict[str, Any]:
    points = ghosts.reshape(-1, ghosts.shape[2])
    marker = {"size": 2 if kind == "scatter3d" else 4, "color": GREY, "opacity": 0.35}
    return {"type": kind, "mode": "markers", "marker": marker, "hoverinfo": "skip", "showlegend": False, **_at(points)}


def _ruler(kind: str, ends: np.ndarray) -> dict[str, Any]:
    ring = {"symbol": "circle-open", "size": 9 if kind == "scatter3d" else 20, "color": ANCHOR, "line": {"width": 3}}
    return {
        "type": kind,
        "mode": "lines+markers+text",
        "marker": ring,
        "line": {"color": ANCHOR, "width": 3, "dash": "dot"},
        "text": ["<b>A</b>", "<b>B</b>"][: len(ends)],
        "textposition": "top center",
        "textfont": {"size": 16, "color": ANCHOR},
        "hoverinfo": "skip",
        "showlegend": False,
        **_at(ends),
    }


def _layout(ranges: list[list[float]], space: bool) -> dict[str, Any]:
    margin = {"margin": {"l": 4, "r": 4, "t": 4, "b": 4}}
    if space:
        bare = {"showticklabels": False, "title": {"text": ""}, "showspikes": False}
        axes = {f"{name}axis": {**bare, "range": ends} for name, ends in zip("xyz", ranges, strict=True)}
        return {"scene": {**axes, "aspectmode": "data"}, **margin}
    x, y = ({"range": ends, "visible": False} for ends in ranges)
    return {"xaxis": x, "yaxis": {**y, "scaleanchor": "x"}, "hovermode": "closest", "dragmode": "pan", **margin}
