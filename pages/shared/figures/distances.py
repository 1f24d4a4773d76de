"""How far apart same and different people lie: distances in, Plotly figures out."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.shared.figures.colours import DIFFERENT, SAME
from pages.shared.figures.figure import figure, legend_above

BINS = 60
LARGEST = 4.0


def distance_histogram(
    same: np.ndarray,
    different: np.ndarray,
    threshold: float | None = None,
    *,
    highest: float | None = None,
    largest: float = LARGEST,
) -> go.Figure:
    """Draw both histograms; with a threshold, the wrongly decided pairs stand out, the others step back.

    Args:
        same: (BINS,) share of the same-person pairs in each bin.
        different: (BINS,) share of the different-person pairs in each bin.
        threshold: Pairs up to here count as the same person.
        highest: Largest share the axis holds, to compare figures.
        largest: The distance at which the last bin ends.
    """
    top = highest or float(max(same.max(initial=0), different.max(initial=0), 0.01)) * 1.25
    traces = areas(same, different, largest) if threshold is None else parted(same, different, threshold, largest)
    drawn = [("same person", SAME, "■"), ("different people", DIFFERENT, "▨")]
    return figure(traces, _layout(top, largest) | {"annotations": [legend_above(drawn)]})


def areas(same: np.ndarray, different: np.ndarray, largest: float = LARGEST) -> list[dict[str, Any]]:
    """Return the traces of both histograms, undivided."""
    return [
        _area(same, 0.0, largest, SAME, 0.75, "same person", largest),
        _area(different, 0.0, largest, DIFFERENT, 0.75, "different people", largest),
    ]


def parted(same: np.ndarray, different: np.ndarray, threshold: float, largest: float = LARGEST) -> list[dict[str, Any]]:
    """Return the traces of both histograms, divided at the threshold; the wrongly decided parts are the strong ones."""
    cut = min(largest, max(0.0, threshold))
    return [
        _area(share, cut if above else 0.0, largest if above else cut, colour, strength, word, largest)
        for share, colour, word, above, strength in _parts(same, different)
        if (cut < largest if above else cut > 0)
    ]


def parts(same: np.ndarray, different: np.ndarray, largest: float = LARGEST) -> list[dict[str, Any]]:
    """Return what ``parted`` cuts: every part over all distances, ``above`` where it begins at the threshold."""
    return [
        _area(share, 0.0, largest, colour, strength, word, largest) | {"above": above}
        for share, colour, word, above, strength in _parts(same, different)
    ]


def _parts(same: np.ndarray, different: np.ndarray) -> Iterator[tuple[np.ndarray, str, str, bool, float]]:
    for share, colour, word, wrong_above in (
        (same, SAME, "same person", True),
        (different, DIFFERENT, "different people", False),
    ):
        for above in (False, True):
            yield share, colour, word, above, 0.95 if above == wrong_above else 0.35


def _area(
    share: np.ndarray, low: float, high: float, colour: str, strength: float, word: str, largest: float
) -> dict[str, Any]:
    """Return the bars between two distances as one filled step line: a browser draws it far faster than bars."""
    edges = np.linspace(0, largest, BINS + 1)
    x = np.concatenate([[low], edges[(edges > low) & (edges < high)], [high]])
    bins = np.minimum(((x[:-1] + x[1:]) / 2 * BINS / largest).astype(int), BINS - 1)
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    fill = f"rgba({red}, {green}, {blue}, {strength})"
    pattern = {"shape": "/", "fillmode": "overlay", "fgcolor": "#ffffff", "fgopacity": 0.4, "bgcolor": fill, "size": 7}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": x.astype(np.float32),
        "y": np.asarray(share, np.float32)[np.append(bins, bins[-1])],
        "line": {"shape": "hv", "width": 0, "color": colour},
        "fill": "tozeroy",
        "fillcolor": fill,
        **({"fillpattern": pattern} if colour == DIFFERENT else {}),
        "hovertemplate": f"{word}: %{{y:.1%}} of these pairs from %{{x:.3~g}} on<extra></extra>",
        "showlegend": False,
    }


def _layout(top: float, largest: float) -> dict[str, Any]:
    axis = {"fixedrange": True}
    far = ", 4 opposite" if largest == LARGEST else "; opposite, at 4, is far beyond" if largest < LARGEST else ""
    title = {"text": f"squared distance (0 same point{far})", "standoff": 6}
    return {
        "margin": {"l": 66, "r": 16, "t": 34, "b": 52},
        "dragmode": False,
        "xaxis": axis | {"range": [0, largest], "title": title, "nticks": 9},
        "yaxis": axis
        | {"range": [0, top], "tickformat": ".0%", "nticks": 5, "title": {"text": "share of pairs", "standoff": 4}},
    }
