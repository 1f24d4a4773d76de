"""Figures around one threshold: its point on two curves, and what it costs. Numbers in, Plotly figures out."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import plotly.graph_objects as go

from facenet_core.evaluation import Interval, RocBand
from pages.shared.figures.colours import ANCHOR, GREY, SAME, THRESHOLD
from pages.shared.figures.figure import figure, legend_above
from pages.shared.words import figure_text

BAND = "rgba(0, 114, 178, 0.18)"
LOWEST_RATE = 1e-5
_PROBIT = NormalDist().inv_cdf
_DET_TICKS = {"x": (0.001, 0.05, 0.5, 0.95), "y": (0.0001, 0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)}
_DET_ENDS = (_PROBIT(0.0001), _PROBIT(0.995))
_MARGIN = {"l": 62, "r": 14, "t": 34, "b": 52}


def roc(
    far: np.ndarray,
    val: np.ndarray,
    at: tuple[float, float] | None,
    *,
    different: int,
    band: RocBand | None = None,
    others: Sequence[tuple[str, str, np.ndarray, np.ndarray]] = (),
    clicks: bool = True,
) -> go.Figure:
    """Draw VAL against the false accept rate, on a logarithmic axis that begins at one false accept.

    Args:
        far: (C,) false accept rates.
        val: (C,) VAL at each.
        at: FAR and VAL at the threshold in view.
        different: How many different pairs there are.
        band: The interval of VAL.
        others: Name, colour, FAR and VAL of further points or lines.
        clicks: Whether points of the curve tell their number when clicked.
    """
    least = _least(different)
    traces = []
    if band is not None:
        around = np.log10(np.maximum(band.far, 10**least)).astype(np.float32)
        traces += [
            _line(around, band.low, "rgba(0,0,0,0)", hover=None) | {"line": {"width": 0}},
            _line(around, band.high, "rgba(0,0,0,0)", hover=None)
            | {"line": {"width": 0}, "fill": "tonexty", "fillcolor": BAND},
        ]
    x = np.log10(np.maximum(far, 10**least)).astype(np.float32)
    chance = np.linspace(least, 0, 40)
    traces.append(_line(chance, 10**chance, GREY, hover=None) | {"line": {"color": GREY, "width": 2, "dash": "dot"}})
    text = [f"{100 * share:.3g} %" for share in far]
    curve = _line(x, val, ANCHOR, hover="false accepts %{text}, VAL %{y:.1%}") | {"text": text}
    traces.append(curve | ({"customdata": np.arange(len(x), dtype=np.int32)} if clicks else {}))
    for name, colour, other_far, other_val in others:
        other = np.log10(np.maximum(other_far, 10**least)).astype(np.float32)
        one = {"mode": "lines+markers", "marker": {"size": 9, "color": colour}, "line": {"color": colour, "width": 2.5}}
        traces.append(_line(other, other_val, colour, hover=f"{figure_text(name)}: VAL %{{y:.1%}}") | one)
    ticks = [power for power in range(-5, 1) if power >= least - 1e-9]
    layout = {
        "margin": _MARGIN,
        "dragmode": False,
        "hovermode": "closest",
        "xaxis": {
            "fixedrange": True,
            "range": [least, 0.02],
            "tickvals": ticks,
            "ticktext": [_percent(10.0**power) for power in ticks],
            "title": {"text": "false accept rate (FAR)", "standoff": 6},
        },
        "yaxis": {
            "fixedrange": True,
            "range": [0, 1.02],
            "tickformat": ".0%",
            "nticks": 6,
            "title": {"text": "VAL: same pairs accepted", "standoff": 4},
        },
        "shapes": [] if at is None else roc_point(*roc_places(at[0], at[1], different), different),
        "annotations": [legend_above([("ROC", ANCHOR, "━"), ("guessing", GREY, "┅"), ("threshold", THRESHOLD, "●")])]
        if not others
        else [legend_above([("network", ANCHOR, "━"), *((name, colour, "●") for name, colour, _, _ in others)])],
    }
    return figure(traces, layout)


def roc_places(far: float, val: float, different: int) -> tuple[float, float]:
    """Return where a false accept rate and a VAL stand on the ROC."""
    return max(_least(different), float(np.log10(max(far, 1e-12)))), val


def roc_point(x: float | str, y: float | str, different: int) -> list[dict[str, Any]]:
    """Return the threshold's point on the ROC, or its form with names for the two numbers."""
    return _point(x, y, (_least(different), 0))


def _least(different: int) -> float:
    """Return where the ROC's axis begins: at one false accept."""
    return float(np.log10(max(LOWEST_RATE, 1 / max(different, 2))))


def det(far: np.ndarray, frr: np.ndarray, at: tuple[float, float], *, different: int, same: int) -> go.Figure:
    """Draw false rejects against false accepts, both axes bent so that two bell curves make a straight line.

    Args:
        far: (C,) false accept rates.
        frr: (C,) false reject rates.
        at: FAR and FRR at the threshold in view.
        different: How many different pairs there are.
        same: How many same pairs there are.
    """
    x = np.array([bent(value, different) for value in far], np.float32)
    y = np.array([bent(value, same) for value in frr], np.float32)
    ends = list(_DET_ENDS)
    text = [f"{100 * a:.3g} % false accepts, {100 * b:.3g} % false rejects" for a, b in zip(far, frr, strict=True)]
    traces = [
        _line(np.array(ends), np.array(ends), GREY, hover=None) | {"line": {"color": GREY, "width": 2, "dash": "dot"}},
        _line(x, y, ANCHOR, hover="%{text}") | {"text": text, "customdata": np.arange(len(x), dtype=np.int32)},
    ]
    axes = {
        name: {
            "fixedrange": True,
            "range": ends,
            "tickvals": [_PROBIT(value) for value in ticks],
            "ticktext": [_percent(value) for value in ticks],
            "zeroline": False,
        }
        for name, ticks in _DET_TICKS.items()
    }
    layout = {
        "margin": _MARGIN,
        "dragmode": False,
        "hovermode": "closest",
        "xaxis": axes["x"] | {"title": {"text": "false accepts", "standoff": 6}, "tickangle": 0},
        "yaxis": axes["y"] | {"title": {"text": "false rejects", "standoff": 4}},
        "shapes": det_point(bent(at[0], different), bent(at[1], same)),
        "annotations": [
            legend_above([("DET", ANCHOR, "━"), ("both equal (EER)", GREY, "┅"), ("threshold", THRESHOLD, "●")])
        ],
    }
    return figure(traces, layout)


def det_point(x: float | str, y: float | str) -> list[dict[str, Any]]:
    """Return the threshold's point on the DET, or its form with names for the two numbers."""
    return _point(x, y, (_DET_ENDS[0], _DET_ENDS[0]))


def bent(rate: float, pairs: int) -> float:
    """Return where a rate stands on a bent axis; none at all stands where half an error would."""
    least = max(0.0001, 0.5 / max(pairs, 1))
    return float(_PROBIT(min(max(rate, least), 1 - least)))


def costs(
    thresholds: np.ndarray,
    cost: np.ndarray,
    *,
    chosen: float,
    best: float,
    interval: Interval | None,
    flat: Sequence[tuple[str, float]],
) -> go.Figure:
    """Draw the expected cost over the threshold, with the chosen and the cheapest one.

    Args:
        thresholds: (G,) squared distances.
        cost: (G,) cost of 1,000 comparisons.
        chosen: The threshold in view; the line to drag stands there.
        best: The cheapest threshold.
        interval: Where that lies over draws of people.
        flat: Name and cost of what no threshold changes.
    """
    worth_it = min([value for _, value in flat], default=0.0)  # what costs more than not looking is far away enough
    top = min(1.1 * float(cost.max(initial=0)), max(2.2 * worth_it, 1.5 * float(cost.min(initial=np.inf))))
    traces = [_line(thresholds, cost, ANCHOR, hover="threshold %{x:.3~g}: %{y:.3~g}")]
    words = [("expected cost", ANCHOR, "━"), ("cheapest", SAME, "┃")]
    shapes: list[dict[str, Any]] = []
    for (name, value), dash in zip(flat, ("dot", "dash"), strict=False):
        shapes.append(_flat(value, dash))
        words.append((name, GREY, "┅" if dash == "dot" else "╍"))
    if interval is not None:
        shapes.append(
            {"type": "rect", "yref": "paper", "x0": interval.low, "x1": interval.high, "y0": 0, "y1": 1}
            | {"fillcolor": "rgba(0, 158, 115, 0.15)", "line": {"width": 0}, "layer": "below"}
        )
    shapes.append(upright(best, SAME))
    at = float(np.interp(chosen, thresholds, cost))
    shapes += _point(chosen, min(at, top), None)
    layout = {
        "margin": _MARGIN | {"l": 76},
        "dragmode": False,
        "xaxis": {
            "fixedrange": True,
            "range": [0, float(thresholds[-1])],
            "nticks": 9,
            "title": {"text": "threshold (squared distance)"},
        },
        "yaxis": {
            "fixedrange": True,
            "range": [0, top or 1],
            "nticks": 5,
            "title": {"text": "cost of 1,000 comparisons", "standoff": 4},
        },
        "shapes": shapes,
        "annotations": [legend_above(words)],
    }
    return figure(traces, layout)


def upright(x: float, colour: str, dash: str = "solid") -> dict[str, Any]:
    """Return a vertical line over the whole figure."""
    line = {"color": colour, "width": 2.5, "dash": dash}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line}


def _flat(y: float, dash: str) -> dict[str, Any]:
    line = {"color": GREY, "width": 2, "dash": dash}
    return {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": y, "y1": y, "line": line}


def _point(x: float | str, y: float | str, axes: tuple[float, float] | None) -> list[dict[str, Any]]:
    """Return a dot of constant size, as a shape: moving it draws nothing else anew; lines lead to the axes."""
    thin = {"color": THRESHOLD, "width": 2, "dash": "dot"}
    place = {"xsizemode": "pixel", "ysizemode": "pixel", "xanchor": x, "yanchor": y}
    dot = {"type": "circle", "x0": -8, "x1": 8, "y0": -8, "y1": 8, "fillcolor": THRESHOLD}
    shapes: list[dict[str, Any]] = []
    if axes is not None:
        shapes.append({"type": "line", "x0": axes[0], "x1": x, "y0": y, "y1": y, "line": thin})
        shapes.append({"type": "line", "x0": x, "x1": x, "y0": axes[1], "y1": y, "line": thin})
    return [*shapes, place | dot | {"line": {"color": "#ffffff", "width": 2}}]


def _line(x: np.ndarray, y: np.ndarray, colour: str, *, hover: str | None) -> dict[str, Any]:
    told = {"hovertemplate": f"{hover}<extra></extra>"} if hover else {"hoverinfo": "skip"}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.asarray(x, np.float32),
        "y": np.asarray(y, np.float32),
        "line": {"color": colour, "width": 3},
        "showlegend": False,
        **told,
    }


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
