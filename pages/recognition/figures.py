"""Recognition drawn: numbers in, Plotly figures out."""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import plotly.graph_objects as go

from facenet_core.evaluation import Growth, OpenSet, ShareOverPeople, expected_false_identifications
from pages.shared.figures.colours import ANCHOR, DIFFERENT, GREY, SAME, THRESHOLD
from pages.shared.figures.figure import figure, legend_above

LARGEST = 4.0
BAND = 0.22  # strength of an interval's band
TICKS = (0.001, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99, 0.999)
WORDS = ("0.1 %", "1 %", "5 %", "20 %", "50 %", "80 %", "95 %", "99 %", "99.9 %")


def people_on_a_line(
    distances: np.ndarray,
    own: np.ndarray,
    first: int,
    pictures: np.ndarray,
    names: list[str],
    *,
    largest: float = LARGEST,
) -> go.Figure:
    """Draw how far every enrolled person is from one probe.

    Args:
        distances: (P,) squared distances.
        own: (P,) whether this is the probe's own person.
        first: Who is ranked first.
        pictures: (P,) number of a picture of each.
        names: Whose they are, made safe.
        largest: Where the axis ends.
    """
    lanes = np.where(own, 0.62, 0.3)
    colours = np.where(own, SAME, DIFFERENT)
    sizes = np.full(len(distances), 12)
    sizes[first] = 20
    trace = {
        "type": "scatter",
        "mode": "markers",
        "x": np.minimum(distances, largest).astype(np.float32),
        "y": lanes.astype(np.float32),
        "customdata": pictures.astype(np.int32),
        "text": names,
        "marker": {
            "size": sizes.tolist(),
            "color": colours.tolist(),
            "symbol": np.where(own, "diamond", "circle").tolist(),
            "opacity": 0.8,
            "line": {"width": np.where(np.arange(len(sizes)) == first, 3, 0).tolist(), "color": THRESHOLD},
        },
        "hovertemplate": "%{text}: %{x:.3~g}<extra></extra>",
    }
    drawn = [("the right person", SAME, "◆"), ("others in the gallery", DIFFERENT, "●"), ("nearest", THRESHOLD, "◯")]
    layout = {
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 16, "r": 16, "t": 34, "b": 52},
        "xaxis": {
            "fixedrange": True,
            "range": [0, largest],
            "nticks": 9,
            "title": {"text": "squared distance from this probe", "standoff": 6},
        },
        "yaxis": {"fixedrange": True, "visible": False, "range": [0, 1]},
        "annotations": [legend_above(drawn)],
    }
    return figure([trace], layout)


def error_rates(rates: OpenSet, largest: float = LARGEST) -> go.Figure:
    """Draw both error rates over the threshold, each with its interval."""
    traces, drawn = [], []
    along = np.append(np.repeat(rates.thresholds, 2)[1:], max(largest, rates.thresholds[-1]))
    for found, colour, dash, sign, words in (
        (rates.false_positive, DIFFERENT, "solid", "━", "strangers taken in"),
        (rates.false_negative, SAME, "dash", "╍", "enrolled missed"),
    ):
        if not found.probes:
            continue
        share, low, high = (_in_steps(values) for values in (found.share, found.low, found.high))
        band = ShareOverPeople(share=share, low=low, high=high, probes=found.probes, people=found.people)
        traces += [_band(along, band, colour), _line(along, share, colour, dash, words)]
        drawn.append((words, colour, sign))
    return figure(traces, _layout("threshold, in squared distance", [0, largest], "share of probes", drawn))


def error_trade(rates: OpenSet, place: int) -> go.Figure:
    """Draw FNIR against FPIR on axes on which rare errors have room (DET), and where the threshold stands."""
    x, y = _trade(rates)
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": x.astype(np.float32),
        "y": y.astype(np.float32),
        "line": {"color": ANCHOR, "width": 3, "shape": "hv"},
        "hoverinfo": "skip",
    }
    axis: dict[str, Any] = {
        "fixedrange": True,
        "range": [_probit(0.0004), _probit(0.9996)],
        "tickvals": [_probit(tick) for tick in TICKS],
        "ticktext": list(WORDS),
    }
    layout = {
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 74, "r": 16, "t": 34, "b": 52},
        "xaxis": axis | {"title": {"text": "strangers taken in (FPIR)", "standoff": 6}, "tickangle": 0},
        "yaxis": axis | {"title": {"text": "enrolled people missed (FNIR)", "standoff": 4}},
        "annotations": [legend_above([("every threshold", ANCHOR, "━"), ("the one chosen", THRESHOLD, "●")])],
    }
    return figure([line, trade_point(rates, place)], layout)


def trade_point(rates: OpenSet, place: int) -> dict[str, Any]:
    """Return the point of a threshold on the DET, with both intervals."""
    positive, negative = rates.false_positive, rates.false_negative
    x, y = (float(along[0]) for along in _trade(rates, slice(place, place + 1)))
    point: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [x],
        "y": [y],
        "marker": {"size": 15, "color": THRESHOLD, "line": {"width": 2, "color": "#ffffff"}},
        "hovertemplate": f"FPIR {positive.share[place]:.1%}, FNIR {negative.share[place]:.1%}<extra></extra>",
    }
    for axis, found, at in (("error_x", positive, x), ("error_y", negative, y)):
        low, high = (_stretched(ends[place : place + 1], found.probes)[0] for ends in (found.low, found.high))
        if np.isfinite(low) and np.isfinite(high):
            point[axis] = {
                "type": "data",
                "symmetric": False,
                "array": [max(0.0, float(high - at))],
                "arrayminus": [max(0.0, float(at - low))],
                "color": THRESHOLD,
                "thickness": 3,
                "width": 6,
            }
    return point


def _trade(rates: OpenSet, places: slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
    """Return FPIR and FNIR as they stand on the axes."""
    both = (rates.false_positive, rates.false_negative)
    x, y = (_stretched(found.share[places], found.probes) for found in both)
    return x, y


def _probit(share: float) -> float:
    return NormalDist().inv_cdf(share)


def _stretched(share: np.ndarray, probes: int) -> np.ndarray:
    """Return shares on the axis of a normal distribution; none and all stand where half a probe would."""
    least = 0.5 / max(1, probes)
    return np.array([np.nan if np.isnan(s) else _probit(min(1 - least, max(least, s))) for s in share.tolist()])


def right_among_first(found: ShareOverPeople) -> go.Figure:
    """Draw the CMC: how often the right person is among the first 1, 2, 3, ... named, beside guessing."""
    people = len(found.share)
    ranks = np.arange(1, people + 1)
    traces = [
        _band(ranks, found, ANCHOR),
        _line(ranks, ranks / people, GREY, "dot", "guessing"),
        _line(ranks, found.share, ANCHOR, "solid", "right person among them"),
    ]
    if people <= 30:
        traces[-1] |= {"mode": "lines+markers", "marker": {"size": 8}}
    drawn = [("right person among them", ANCHOR, "━"), ("guessing", GREY, "┅")]
    layout = _layout("people named, nearest first", [0.8, max(people, 2) + 0.2], "share of probes", drawn)
    layout["xaxis"] |= {"tickformat": ",d", "nticks": min(people, 10)}
    return figure(traces, layout)


def growing_gallery(found: Growth, size: int, largest: int) -> go.Figure:
    """Draw false identifications over the size of the gallery, beside the theory, and the size in view."""
    theory = np.unique(np.rint(np.geomspace(1, largest, 120)))
    traces = []
    if found.far is not None:
        expected = expected_false_identifications(found.far, theory)
        traces.append(_line(theory, expected, GREY, "dash", "theory"))
        band = ShareOverPeople(share=found.measured, low=found.low, high=found.high, probes=1, people=1)
        traces += [_band(found.sizes, band, ANCHOR), _line(found.sizes, found.measured, ANCHOR, "solid", "measured")]
    drawn = [("measured", ANCHOR, "━"), ("theory: 1 − (1 − FAR)<sup>N</sup>", GREY, "╍")]
    layout = _layout("people in the gallery (N)", [0, float(np.log10(largest)) + 0.05], "strangers taken in", drawn)
    powers = [10**n for n in range(int(np.log10(largest)) + 1)]
    layout["xaxis"] |= {"type": "log", "tickvals": powers, "ticktext": [f"{power:,}" for power in powers]}
    mark = {"type": "line", "x0": size, "x1": size, "y0": 0, "y1": 1, "yref": "paper"}
    layout["shapes"] = [mark | {"line": {"color": THRESHOLD, "width": 3}}]
    return figure(traces, layout)


def _in_steps(values: np.ndarray) -> np.ndarray:
    """Return what holds from each threshold to the next twice, at both ends."""
    return np.repeat(values, 2)


def _line(x: np.ndarray, y: np.ndarray, colour: str, dash: str, words: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.asarray(x, np.float32),
        "y": np.asarray(y, np.float32),
        "line": {"color": colour, "width": 3, "dash": dash},
        "hovertemplate": f"{words} %{{y:.1%}}<extra></extra>",
    }


def _band(x: np.ndarray, found: ShareOverPeople, colour: str) -> dict[str, Any]:
    known = np.isfinite(found.low) & np.isfinite(found.high)
    along, low, high = (np.asarray(values)[known].astype(np.float32) for values in (x, found.low, found.high))
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return {
        "type": "scatter",
        "mode": "lines",
        "x": np.concatenate([along, along[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "fill": "toself",
        "fillcolor": f"rgba({red}, {green}, {blue}, {BAND})",
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _layout(x: str, range_: list[float], y: str, drawn: list[tuple[str, str, str]]) -> dict[str, Any]:
    return {
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 66, "r": 16, "t": 34, "b": 52},
        "xaxis": {"fixedrange": True, "range": range_, "nticks": 9, "title": {"text": x, "standoff": 6}},
        "yaxis": {
            "fixedrange": True,
            "range": [0, 1.02],
            "tickformat": ".0%",
            "nticks": 6,
            "title": {"text": y, "standoff": 4},
        },
        "annotations": [legend_above(drawn)],
    }


def parameters(people: Sequence[int], last_layer: Sequence[int], network: int) -> go.Figure:
    """Draw trainable numbers over the number of people: of the network, and of a classifier's last layer."""
    x = np.asarray(people, np.float64)
    traces = [
        _line(x, np.full(len(x), network), ANCHOR, "solid", "network"),
        _line(x, np.asarray(last_layer, np.float64), DIFFERENT, "dash", "last layer"),
    ]
    for trace, words in zip(traces, ("network", "last layer"), strict=True):
        trace |= {"hovertemplate": f"{words}: %{{y:,.0f}} for %{{x:,.0f}} people<extra></extra>"}
    traces[1] |= {"mode": "lines+markers", "marker": {"size": 10, "symbol": "square"}}
    drawn = [("the network", ANCHOR, "━"), ("a classifier's last layer", DIFFERENT, "╍■")]
    layout = _layout("people", [0.8, float(np.log10(max(people))) + 0.25], "numbers to train", drawn)
    layout["xaxis"] |= {"type": "log", "tickvals": list(people), "ticktext": [f"{count:,}" for count in people]}
    powers = [10**n for n in range(2, 10)]
    layout["yaxis"] = {
        "fixedrange": True,
        "type": "log",
        "range": [2.5, float(np.log10(max(*last_layer, network))) + 0.3],
        "tickvals": powers,
        "ticktext": [f"{power:,}" if power < 10**6 else f"{power // 10**6:,} M" for power in powers],
        "title": {"text": "numbers to train", "standoff": 4},
    }
    return figure(traces, layout)
