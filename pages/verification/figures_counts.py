"""What few pairs can tell: limits of a rate, and votes beside a network. Numbers in, Plotly figures out."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from facenet_core.evaluation import Interval
from pages.shared.figures.colours import ANCHOR, DIFFERENT, GREY, THRESHOLD
from pages.shared.figures.figure import figure, legend_above
from pages.shared.words import figure_text
from pages.verification.figures import BAND


def limits(sizes: np.ndarray, ends: Sequence[Interval], rate: float, lines: Sequence[tuple[str, int]]) -> go.Figure:
    """Draw the exact limits of a rate over the number of pairs, and where a group stands.

    Args:
        sizes: (C,) numbers of independent pairs, ascending.
        ends: The C intervals where just that rate was seen.
        rate: The rate.
        lines: Name and number of pairs of what is marked.
    """
    bottom = np.log10(rate) - 2.5
    low = np.array([max(bottom, np.log10(max(end.low, 1e-300))) for end in ends], np.float32)
    high = np.array([np.log10(end.high) for end in ends], np.float32)
    x = np.log10(sizes).astype(np.float32)
    base = {"type": "scatter", "mode": "lines", "x": x, "showlegend": False, "line": {"color": ANCHOR, "width": 2.5}}
    told = [f"{size:,} pairs: {end.low:.2g} to {end.high:.2g}" for size, end in zip(sizes.tolist(), ends, strict=True)]
    hover = {"text": told, "hovertemplate": "%{text}<extra></extra>"}
    traces = [base | {"y": high} | hover, base | {"y": low, "fill": "tonexty", "fillcolor": BAND} | hover]
    right = float(x[-1])
    shapes = [
        {"type": "line", "x0": float(x[0]), "x1": right, "y0": np.log10(rate), "y1": np.log10(rate)}
        | {"line": {"color": GREY, "width": 2, "dash": "dot"}}
    ]
    words = [("95 % limits", ANCHOR, "━"), ("the rate", GREY, "┅")]
    for (name, count), (dash, sign) in zip(lines, (("solid", "┃"), ("dash", "╏")), strict=False):
        place = float(np.log10(max(count, 1)))
        shapes.append(
            {"type": "line", "x0": place, "x1": place, "y0": 0, "y1": 1, "yref": "paper"}
            | {"line": {"color": THRESHOLD, "width": 2.5, "dash": dash}}
        )
        words.append((figure_text(name), THRESHOLD, sign))
    powers = list(range(2, round(right) + 1, 2))
    rates = list(range(int(np.floor(bottom)) + 1, 1))
    layout = {
        "margin": {"l": 84, "r": 14, "t": 34, "b": 52},
        "dragmode": False,
        "xaxis": {
            "fixedrange": True,
            "range": [float(x[0]), right],
            "tickvals": powers,
            "ticktext": [f"{10**power:,}" for power in powers],
            "title": {"text": "independent different pairs", "standoff": 6},
        },
        "yaxis": {
            "fixedrange": True,
            "range": [bottom, 0.05],
            "tickvals": rates,
            "ticktext": [f"{100 * 10.0**power:g} %" for power in rates],
            "title": {"text": "false accept rate", "standoff": 4},
        },
        "shapes": shapes,
        "annotations": [legend_above(words)],
    }
    return figure(traces, layout)


def votes(
    network: tuple[np.ndarray, np.ndarray],
    own: tuple[np.ndarray, np.ndarray],
    own_at: tuple[float, float],
    network_at: tuple[float, float],
) -> go.Figure:
    """Draw a reader's curve beside the network's, each with the point of its decisions, FAR and VAL from 0 to 1.

    Args:
        network: FAR and VAL (C,) of the network's curve.
        own: FAR and VAL (K,) of the reader's.
        own_at: FAR and VAL of the votes for "same".
        network_at: FAR and VAL of the network at the threshold, on the same pairs.
    """
    line = {"type": "scatter", "mode": "lines", "showlegend": False, "hoverinfo": "skip"}
    traces = [
        line | {"x": [0, 1], "y": [0, 1], "line": {"color": GREY, "width": 2, "dash": "dot"}},
        line | {"x": network[0], "y": network[1], "line": {"color": ANCHOR, "width": 3}},
        line | {"x": own[0], "y": own[1], "line": {"color": DIFFERENT, "width": 3, "dash": "dash"}},
    ]
    for at, colour, symbol, who in (
        (network_at, THRESHOLD, "circle", "network"),
        (own_at, DIFFERENT, "diamond", "you"),
    ):
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [at[0]],
                "y": [at[1]],
                "marker": {"size": 16, "color": colour, "symbol": symbol, "line": {"width": 2, "color": "#ffffff"}},
                "hovertemplate": f"{who}: FAR %{{x:.0%}}, VAL %{{y:.0%}}<extra></extra>",
                "showlegend": False,
            }
        )
    axis = {"fixedrange": True, "range": [-0.03, 1.03], "tickformat": ".0%", "nticks": 6, "zeroline": False}
    drawn = [
        ("network, all pairs", ANCHOR, "━"),
        ("its line, your pairs", THRESHOLD, "●"),
        ("you", DIFFERENT, "╍◆"),
        ("guessing", GREY, "┅"),
    ]
    layout = {
        "margin": {"l": 66, "r": 14, "t": 34, "b": 52},
        "dragmode": False,
        "hovermode": "closest",
        "xaxis": axis | {"title": {"text": "FAR: different pairs called the same", "standoff": 6}},
        "yaxis": axis | {"title": {"text": "VAL: same pairs called the same", "standoff": 4}},
        "annotations": [legend_above(drawn)],
    }
    return figure(traces, layout)
