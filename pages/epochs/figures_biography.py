"""A face or a triplet through the epochs, and two people who are confused: numbers in, Plotly figures out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from facenet_core.evaluation import FaceCourse, TripletCourse
from pages.epochs.figures import MARGINS, epoch_line, over_epochs
from pages.shared.figures.colours import ANCHOR, DIFFERENT, GREY, MARGIN, NEGATIVE, POSITIVE, SAME
from pages.shared.figures.figure import figure, legend_above
from pages.shared.words import figure_text

CALM = "rgba(138, 144, 153, 0.16)"
ROWS = {"anchor": ANCHOR, "positive": POSITIVE, "negative": NEGATIVE, "all three": MARGIN, "face": ANCHOR}
RUG = 0.16  # share of the height for the steps in which a face was in a batch
MOST_MARKS = 2000


def face_figure(
    course: FaceCourse,
    epochs: Sequence[int],
    margins: np.ndarray,
    *,
    epoch: int,
    quiet: int | None,
    batches: Mapping[str, np.ndarray] | None,
) -> go.Figure:
    """Draw a face's distances to its own person and to the nearest other face.

    Args:
        course: Its distances.
        epochs: The E epochs.
        margins: (E,) the run's margin at each.
        epoch: The epoch in view.
        quiet: The epoch from which on it is quiet; None where it is not.
        batches: Steps, in epochs, in which it was in a batch; None where that is not known.
    """
    drawn = [
        ("other person", course.nearest_other, DIFFERENT, "solid", "━"),
        ("own: nearest", course.nearest_same, SAME, "solid", "━"),
        ("mean", course.to_mean, SAME, "dash", "╍"),
        ("farthest", course.farthest_same, SAME, "dot", "┅"),
        ("+ margin", course.farthest_same + margins, MARGIN, "solid", "━"),
    ]
    return _biography(drawn, epochs, epoch=epoch, quiet=quiet, batches=batches)


def triplet_figure(
    course: TripletCourse,
    epochs: Sequence[int],
    margins: np.ndarray,
    *,
    epoch: int,
    quiet: int | None,
    batches: Mapping[str, np.ndarray] | None,
) -> go.Figure:
    """Draw a triplet's two distances, and d(a,p) + margin, which d(a,n) must reach; see ``face_figure``."""
    drawn = [
        ("d(a,n)", course.negative, NEGATIVE, "solid", "━"),
        ("d(a,p)", course.positive, POSITIVE, "solid", "━"),
        ("d(a,p) + margin", course.positive + margins, MARGIN, "solid", "━"),
    ]
    return _biography(drawn, epochs, epoch=epoch, quiet=quiet, batches=batches)


def _biography(
    drawn: Sequence[tuple[str, np.ndarray, str, str, str]],
    epochs: Sequence[int],
    *,
    epoch: int,
    quiet: int | None,
    batches: Mapping[str, np.ndarray] | None,
) -> go.Figure:
    x = np.asarray(epochs, np.float32)
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers" if len(x) == 1 else "lines",
            "x": x,
            "y": np.asarray(values, np.float32),
            "line": {"color": colour, "width": 2.5, "dash": dash},
            "hovertemplate": f"{name} %{{y:.3~g}}<extra></extra>",
        }
        for name, values, colour, dash, _ in drawn
    ]
    rows = {name: steps[:MOST_MARKS] for name, steps in (batches or {}).items()}
    traces += [_marks(name, steps, place) for place, (name, steps) in enumerate(rows.items())]
    highest = max([0.5, *(float(np.nanmax(values, initial=0.0)) for _, values, *_ in drawn)])
    last = int(max(epochs, default=1))
    bottom = RUG if rows else 0.0
    shapes = [epoch_line(epoch)]
    if quiet is not None:
        area = {"type": "rect", "x0": quiet, "x1": 1.02 * max(1, last), "y0": bottom, "y1": 1, "yref": "paper"}
        shapes.insert(0, area | {"line": {"width": 0}, "fillcolor": CALM, "layer": "below"})
    layout: dict[str, Any] = {
        "margin": MARGINS | ({"l": 84} if len(rows) > 1 else {}),
        "showlegend": False,
        "dragmode": False,
        "hovermode": "x unified",
        "xaxis": over_epochs(last) | {"anchor": "y2" if rows else "y"},
        "yaxis": {
            "domain": [bottom + 0.05 if rows else 0, 1],
            "range": [0, highest * 1.05],
            "fixedrange": True,
            "nticks": 6,
            "title": {"text": "squared distance", "standoff": 4},
        },
        "shapes": shapes,
        "annotations": [legend_above([(name, colour, sign) for name, _, colour, _, sign in drawn])],
    }
    if rows:
        layout["yaxis2"] = {
            "domain": [0, bottom],
            "range": [len(rows) - 0.5, -0.5],
            "fixedrange": True,
            "tickvals": list(range(len(rows))),
            "ticktext": ["in a batch"] if len(rows) == 1 else list(rows),
            "showgrid": False,
            "zeroline": False,
        }
    return figure(traces, layout)


def _marks(name: str, steps: np.ndarray, place: int) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": np.asarray(steps, np.float32),
        "y": np.full(len(steps), place, np.float32),
        "yaxis": "y2",
        "marker": {"symbol": "line-ns-open", "size": 9, "color": ROWS[name], "line": {"width": 2}},
        "hovertemplate": "in a batch at epoch %{x:.2f}<extra></extra>",
    }


def confusion_course(
    lines: Sequence[tuple[str, np.ndarray]], epochs: Sequence[int], limit: float, *, epoch: int
) -> go.Figure:
    """Draw how much pairs of people are confused over the epochs.

    Args:
        lines: Name and (E,) share of hard triplets of each pair, the answer first, the guess last.
        epochs: The E epochs.
        limit: From here on two people count as confused.
        epoch: The epoch in view.
    """
    looks = ((DIFFERENT, "solid", "━●", "circle"), (ANCHOR, "dash", "╍■", "square"))
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "x": np.asarray(epochs, np.float32),
            "y": np.asarray(values, np.float32),
            "line": {"color": colour, "width": 2.5, "dash": dash},
            "marker": {"size": 7, "color": colour, "symbol": symbol},
            "hovertemplate": f"{figure_text(name[:60])} %{{y:.0%}}<extra></extra>",
        }
        for (name, values), (colour, dash, _, symbol) in zip(lines, looks, strict=False)
    ]
    edge = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": limit, "y1": limit}
    signs = [(figure_text(name[:32]), look[0], look[2]) for (name, _), look in zip(lines, looks, strict=False)]
    layout = {
        "margin": MARGINS,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "x unified",
        "xaxis": over_epochs(int(max(epochs, default=1))),
        "yaxis": {
            "range": [0, 1.0],
            "fixedrange": True,
            "tickformat": ".0%",
            "nticks": 5,
            "title": {"text": "hard triplets between them", "standoff": 4},
        },
        "shapes": [edge | {"line": {"color": GREY, "width": 2, "dash": "dot"}}, epoch_line(epoch)],
        "annotations": [legend_above(signs)],
    }
    return figure(traces, layout)
