"""One step in slow motion: its arrays in, Plotly figures out."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from facenet_core.runs.jobs.one_step import SlowStep
from pages.shared.figures.colours import GREY, MARGIN, NEGATIVE, POSITIVE, person_colours
from pages.shared.figures.figure import figure

SYMBOLS = ("circle", "square", "diamond", "triangle-up", "star", "cross", "hexagon", "triangle-down")
LONGEST_ARROW = 0.22  # of the picture's width
MOST_SHOWN = 40  # mined triplets whose lines are drawn
EDGE = {"l": 8, "r": 8, "t": 8, "b": 8}


def batch_map(
    step: SlowStep, *, after: bool = False, mined: bool = False, arrows: bool = False, moved: bool = False
) -> go.Figure:
    """Draw the batch along the two directions of most spread; the axes hold both looks, so that nothing else moves.

    Args:
        step: The step.
        after: Where the points are after it, else before.
        mined: Join the mined triplets.
        arrows: Show where the gradient sends each point.
        moved: Show where each point came from.
    """
    places = step.places_after if after else step.places_before
    everything = np.concatenate([step.places_before, step.places_after])
    middle = (everything.max(axis=0) + everything.min(axis=0)) / 2
    half = max(float(np.ptp(everything, axis=0).max()) * 0.6, 0.05)
    palette = person_colours(len(step.names))
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": places[:, 0].copy(),
        "y": places[:, 1].copy(),
        "customdata": np.arange(len(places), dtype=np.int32),
        "hoverinfo": "none",
        "showlegend": False,
        "marker": {
            "size": 15,
            "color": [palette[person] for person in step.person],
            "symbol": [SYMBOLS[person % len(SYMBOLS)] for person in step.person],
        },
    }
    ends = places + _scaled(step.arrows, half)
    hidden = {"visible": False, "fixedrange": True}
    return figure(
        [points, *(_mined_lines(step, places) if mined else []), *([_way(step)] if moved else [])],
        {
            "margin": EDGE,
            "dragmode": False,
            "hovermode": "closest",
            "annotations": [_arrow(*pair) for pair in zip(places, ends, strict=True)] if arrows else [],
            "xaxis": hidden | {"range": [float(middle[0] - half), float(middle[0] + half)]},
            "yaxis": hidden | {"range": [float(middle[1] - half), float(middle[1] + half)], "scaleanchor": "x"},
        },
    )


def _scaled(arrows: np.ndarray, half: float) -> np.ndarray:
    """Return arrows so long that the longest is well seen; their lengths compare with one another."""
    longest = float(np.linalg.norm(arrows, axis=1).max(initial=0.0))
    return arrows * (2 * half * LONGEST_ARROW / longest) if longest > 0 else arrows * 0


def _mined_lines(step: SlowStep, places: np.ndarray) -> list[dict[str, Any]]:
    return [
        _lines(places, step.anchors[:MOST_SHOWN], step.positives[:MOST_SHOWN], POSITIVE, "solid"),
        _lines(places, step.anchors[:MOST_SHOWN], step.negatives[:MOST_SHOWN], NEGATIVE, "dash"),
    ]


def _way(step: SlowStep) -> dict[str, Any]:
    count = len(step.person)
    both = np.concatenate([step.places_before, step.places_after])
    return _lines(both, np.arange(count), np.arange(count, 2 * count), GREY, "solid")


def _lines(places: np.ndarray, first: np.ndarray, second: np.ndarray, colour: str, dash: str) -> dict[str, Any]:
    """Return lines between pairs of points as one trace, parted by gaps."""
    ends = np.full((len(first), 3, 2), np.nan, np.float32)
    ends[:, 0], ends[:, 1] = places[first], places[second]
    flat = ends.reshape(-1, 2)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": flat[:, 0].copy(),
        "y": flat[:, 1].copy(),
        "line": {"color": colour, "width": 2, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _arrow(start: np.ndarray, end: np.ndarray) -> dict[str, Any]:
    return {
        "x": float(end[0]),
        "y": float(end[1]),
        "ax": float(start[0]),
        "ay": float(start[1]),
        "axref": "x",
        "ayref": "y",
        "showarrow": not np.allclose(start, end),
        "arrowhead": 2,
        "arrowwidth": 3,
        "arrowcolor": GREY,
        "text": "",
    }


def distance_matrix(step: SlowStep) -> go.Figure:
    """Draw the squared distances of all pairs; dark squares along the diagonal are people who already gather."""
    count = len(step.person)
    borders = np.flatnonzero(np.diff(step.person)) + 0.5
    line = {"line": {"color": MARGIN, "width": 2}, "type": "line"}
    shapes = [{**line, "x0": place, "x1": place, "y0": -0.5, "y1": count - 0.5} for place in borders.tolist()] + [
        {**line, "y0": place, "y1": place, "x0": -0.5, "x1": count - 0.5} for place in borders.tolist()
    ]
    middles = [float(np.flatnonzero(step.person == person).mean()) for person in range(len(step.names))]
    letters = [f"{chr(65 + person % 26)}" for person in range(len(step.names))]
    axis = {"fixedrange": True, "tickvals": middles, "ticktext": letters, "showgrid": False, "zeroline": False}
    heat = {
        "type": "heatmap",
        "z": step.distances_before,
        "zmin": 0,
        "zmax": max(2.0, float(step.distances_before.max(initial=0))),
        "colorscale": "Viridis",
        "colorbar": {"title": {"text": "squared<br>distance"}, "thickness": 16},
        "hovertemplate": "%{z:.3~g}<extra></extra>",
    }
    layout = {"margin": {"l": 40, "r": 8, "t": 8, "b": 36}, "dragmode": False, "shapes": shapes}
    layout |= {"xaxis": axis | {"constrain": "domain"}, "yaxis": axis | {"autorange": "reversed", "scaleanchor": "x"}}
    return figure([heat], layout)


def losses(step: SlowStep) -> go.Figure:
    """Draw what each mined triplet loses, largest first, and their mean where that is the loss of the run."""
    lost = mined_losses(step)
    order = np.sort(lost)[::-1]
    mean = float(step.loss_before)
    bars = {
        "type": "bar",
        "x": np.arange(1, len(order) + 1),
        "y": order,
        "marker": {"color": NEGATIVE},
        "hovertemplate": "loses %{y:.3f}<extra></extra>",
        "showlegend": False,
    }
    rule = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "line": {"width": 3}}
    shapes = [
        {**rule, "y0": mean, "y1": mean, "line": {"width": 3, "color": GREY, "dash": "dash"}},
        {**rule, "y0": step.margin, "y1": step.margin, "line": {"width": 3, "color": MARGIN}},
    ]
    words = {"xref": "paper", "x": 1, "xanchor": "right", "yanchor": "bottom", "showarrow": False}
    notes = [
        {**words, "y": step.margin, "text": f"margin {step.margin:.2f}"},
        {**words, "y": mean, "text": f"mean {mean:.3f}"},
    ]
    if step.loss != "triplet":
        shapes, notes = shapes[1:], notes[:1]
    top = max(float(order.max(initial=0)), step.margin) * 1.2
    return figure(
        [bars],
        {
            "margin": {"l": 66, "r": 12, "t": 8, "b": 48},
            "dragmode": False,
            "shapes": shapes,
            "annotations": notes,
            "xaxis": {"fixedrange": True, "title": {"text": "mined triplets, largest loss first"}, "nticks": 8},
            "yaxis": {"fixedrange": True, "range": [0, top], "title": {"text": "max(0, d(a,p) − d(a,n) + margin)"}},
        },
    )


def mined_losses(step: SlowStep) -> np.ndarray:
    """Return (T,) what each mined triplet loses before the step."""
    near = step.distances_before[step.anchors, step.positives]
    far = step.distances_before[step.anchors, step.negatives]
    return np.maximum(near - far + step.margin, 0)
