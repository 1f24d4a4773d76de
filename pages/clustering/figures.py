"""Groups of faces as figures: the tree with what the threshold joins, the scores over it, groups on a map."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from facenet_core.evaluation.clustering.dendrogram import Dendrogram
from facenet_core.evaluation.clustering.score_curve import GroupingCurve
from pages.shared.components.browser.follow_tables import packed
from pages.shared.figures.colours import ANCHOR, DIFFERENT, GREY, SAME, person_colours
from pages.shared.figures.figure import figure, legend_above
from pages.shared.figures.map import SIZES, SYMBOLS, bounds

SCORES = {
    "Pairs": (("pair_precision", "precision"), ("pair_recall", "recall"), ("pair_f", "F")),
    "B-cubed": (("b_cubed_precision", "precision"), ("b_cubed_recall", "recall"), ("b_cubed_f", "F")),
    "NMI, Rand": (("mutual_information", "NMI"), ("adjusted_rand", "adjusted Rand")),
}
_LOOKS = ((ANCHOR, "solid", "━"), ("#CC79A7", "dash", "╍"), (GREY, "solid", "━"))
_AXIS = {"fixedrange": True}


def tree_figure(drawn: Dendrogram, threshold: float, highest: float, *, known: bool, numbers: list[int]) -> go.Figure:
    """Draw the tree; what is joined at the threshold stands out, and says whether it is one person's.

    Args:
        drawn: The tree laid out.
        threshold: Merges up to here are made.
        highest: Right end of the axis.
        known: Whether it is known who is who.
        numbers: For each row the number of its face among the pictures sent; empty for none.
    """
    traces = [
        _arms(drawn, chosen & (drawn.heights > threshold if beyond else drawn.heights <= threshold), *look)
        for beyond, chosen, *look in _kinds(drawn, known)
    ]
    traces += [_rows(drawn, known, numbers)]
    words = [("one person joined", SAME, "━"), ("different people joined", DIFFERENT, "┅")]
    named = [*(words if known else [("joined", ANCHOR, "━")]), ("not joined", GREY, "─")]
    title = {"text": "squared distance at which they are joined", "standoff": 6}
    layout = {
        "margin": {"l": 14, "r": 14, "t": 34, "b": 52},
        "dragmode": False,
        "hovermode": "closest",
        "xaxis": _AXIS | {"range": [-0.01 * highest, highest], "title": title, "nticks": 9, "zeroline": False},
        "yaxis": _AXIS | {"range": [-1, max(1, len(drawn.row_face))], "visible": False},
        "annotations": [legend_above(named)],
    }
    return figure(traces, layout)


def tree_pieces(drawn: Dendrogram, *, known: bool) -> list[dict[str, Any] | None]:
    """Return what the traces of the tree are made of at any threshold, for the browser to pick from."""
    pieces: list[dict[str, Any] | None] = []
    for beyond, chosen, *look in _kinds(drawn, known):
        arms = _arms(drawn, chosen, *look)
        places = {name: packed(numbers) for name, numbers in (("x", arms["x"]), ("y", arms["y"]))}
        pieces.append(places | {"value": packed(drawn.heights[chosen]), "length": ARM, "above": beyond})
    return [*pieces, None]


ARM = 5  # points of a merge's line: along one arm, across, back along the other, and a gap


def _kinds(drawn: Dendrogram, known: bool) -> list[tuple[bool, np.ndarray, str, float, str]]:
    """Return each trace of arms: whether it has those beyond the threshold, which merges, and how it looks."""
    every = np.ones(len(drawn), bool)
    return [
        (True, every, GREY, 1.0, "solid"),
        (False, ~drawn.mixed, SAME if known else ANCHOR, 2.0, "solid"),
        (False, drawn.mixed, DIFFERENT, 2.5, "dot"),
    ]


def _arms(drawn: Dendrogram, chosen: np.ndarray, colour: str, width: float, dash: str) -> dict[str, Any]:
    starts, rows, ends = drawn.starts[chosen], drawn.rows[chosen], drawn.heights[chosen]
    gap = np.full(len(ends), np.nan)
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.stack([starts[:, 0], ends, ends, starts[:, 1], gap], axis=1).ravel().astype(np.float32),
        "y": np.stack([rows[:, 0], rows[:, 0], rows[:, 1], rows[:, 1], gap], axis=1).ravel().astype(np.float32),
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _rows(drawn: Dendrogram, known: bool, numbers: list[int]) -> dict[str, Any]:
    """Draw a point for every row: round for one person, a cross for several."""
    colours = np.where(drawn.row_mixed, DIFFERENT, SAME if known else ANCHOR)
    return {
        "type": "scatter",
        "mode": "markers",
        "x": drawn.row_start.astype(np.float32),
        "y": np.arange(len(drawn.row_face), dtype=np.float32),
        "marker": {
            "color": colours.tolist(),
            "symbol": np.where(drawn.row_mixed, "x", "circle").tolist(),
            "size": (5 + 4 * np.log10(np.maximum(1, drawn.row_faces))).astype(np.float32),
        },
        "customdata": np.array(numbers, np.int32),
        "hoverinfo": "none",
        "showlegend": False,
    }


def score_figure(curve: GroupingCurve, scores: str, highest: float) -> go.Figure:
    """Draw one kind of score over the threshold."""
    traces, named = [], []
    for (name, word), (colour, dash, sign) in zip(SCORES[scores], _LOOKS, strict=False):
        traces.append(_curve(curve.thresholds, curve.measures[name], colour, dash, f"{word} %{{y:.2f}} at %{{x:.3~g}}"))
        named.append((word, colour, sign))
    axis = {"range": [-0.03, 1.05], "nticks": 6, "title": {"text": "score, 1 is best", "standoff": 4}}
    return figure(traces, _over_threshold(highest) | {"yaxis": _AXIS | axis, "annotations": [legend_above(named)]})


def count_figure(curve: GroupingCurve, highest: float) -> go.Figure:
    """Draw how many groups are found over the threshold, beside the people there are."""
    ends = np.array([0, highest])
    traces = [
        _curve(curve.thresholds, curve.found, ANCHOR, "solid", "%{y:,} groups at %{x:.3~g}"),
        _curve(ends, np.full(2, curve.people), SAME, "dash", f"{curve.people:,} people there are"),
    ]
    named = [("groups found", ANCHOR, "━"), ("people there are", SAME, "╍")]
    top = max(2.0, float(curve.found.max(initial=1)), float(curve.people))
    axis = {"type": "log", "range": [-0.1, float(np.log10(top)) + 0.1], "nticks": 5, "dtick": 1}
    title = {"title": {"text": "groups", "standoff": 4}}
    return figure(
        traces, _over_threshold(highest) | {"yaxis": _AXIS | axis | title, "annotations": [legend_above(named)]}
    )


def _curve(x: np.ndarray, y: np.ndarray, colour: str, dash: str, hover: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.asarray(x, np.float32),
        "y": np.asarray(y, np.float32),
        "line": {"color": colour, "width": 3, "dash": dash},
        "hovertemplate": f"{hover}<extra></extra>",
        "showlegend": False,
    }


def _over_threshold(highest: float) -> dict[str, Any]:
    title = {"text": "threshold, in squared distance", "standoff": 6}
    return {
        "margin": {"l": 62, "r": 14, "t": 34, "b": 52},
        "dragmode": False,
        "shapes": [],  # nothing else of these figures changes with the threshold, and then nothing is drawn anew
        "xaxis": _AXIS | {"range": [0, highest], "title": title, "nticks": 7},
    }


def group_map(
    positions: np.ndarray, labels: np.ndarray, kind: np.ndarray, wrong: np.ndarray, numbers: np.ndarray
) -> go.Figure:
    """Draw faces on a map, coloured by the group they were found in; the wrong ones are crossed out.

    Args:
        positions: (N, 2).
        labels: (N,) group of each face, the largest 0; groups of one face stay grey.
        kind: (N,) 0 seen, 1 held-out image, 2 unseen person.
        wrong: (N,) whether a face is somebody else than its group's main person.
        numbers: (N,) customdata of each face.
    """
    sizes = np.bincount(labels, minlength=1)
    palette = person_colours(max(1, int((sizes > 1).sum())))
    colours = [palette[label] if sizes[label] > 1 else GREY for label in labels]
    x, y = np.asarray(positions, np.float32).T.copy()
    points = {
        "type": "scatter",
        "mode": "markers",
        "x": x,
        "y": y,
        "marker": {
            "color": colours,
            "symbol": [SYMBOLS[code] for code in kind],
            "size": np.array(SIZES, np.int32)[kind],
            "opacity": 0.9,
            "line": {"width": 1.5, "color": colours},
        },
        "customdata": numbers.astype(np.int32),
        "hoverinfo": "none",
        "showlegend": False,
    }
    crosses = {
        "type": "scatter",
        "mode": "markers",
        "x": x[wrong],
        "y": y[wrong],
        "marker": {"symbol": "x-thin", "size": 11, "line": {"width": 2.5, "color": DIFFERENT}},
        "customdata": numbers[wrong].astype(np.int32),
        "hoverinfo": "none",
        "showlegend": False,
    }
    across, up = ({"range": range_, "visible": False} for range_ in bounds(positions))
    plane = {"xaxis": across, "yaxis": {**up, "scaleanchor": "x"}, "hovermode": "closest", "dragmode": "pan"}
    return figure([points, crosses], plane | {"margin": {"l": 4, "r": 4, "t": 4, "b": 4}})
