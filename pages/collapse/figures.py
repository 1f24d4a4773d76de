"""Figures of the collapse laboratory: a ruined run beside the one that was put right, on the same axes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from pages.shared.figures.colours import ANCHOR, GREY, MARGIN
from pages.shared.figures.figure import figure, legend_above
from pages.shared.figures.training import thinned

Steps = dict[str, np.ndarray]
BROKEN, MENDED = (ANCHOR, "solid", "━"), (GREY, "dash", "╍")
ROOM = {"l": 68, "r": 16, "t": 30, "b": 44}
FULL_SPHERE = 2.0


def losses(broken: Steps, mended: Steps, words: Sequence[str], margins: Sequence[float], total: int) -> go.Figure:
    """Draw both losses with the margin as an amber line; the scale is made for the margin, not for the first steps.

    Args:
        broken: Steps of the ruined run, with the margin that each of them was trained with.
        mended: Those of the other.
        words: What both are called.
        margins: What the recipe sets: what the line is before the first step.
        total: Steps of both.
    """
    known = [steps["margin"] for steps in (broken, mended) if len(steps["step"])]
    changed = any(len(np.unique(one)) > 1 for one in known)
    top = 1.5 * max([*margins, *(float(one.max()) for one in known)])
    layout = _layout("loss", total, [0, top])
    marks = [(margin, f"margin {margin:g}", MARGIN) for margin in sorted(set(margins))]
    drawn = _beside(broken, mended, "loss", words, layout, [] if changed else marks)
    return _with_margins(drawn, (broken, mended)) if changed else drawn


def _with_margins(drawn: go.Figure, runs: Sequence[Steps]) -> go.Figure:
    """Draw the margin of every step, where it was changed in mid-run: in steps, each height named where it begins."""
    named: set[float] = set()
    for steps in runs:
        if not len(steps["step"]):
            continue
        x, margin = steps["step"].astype(np.float32), steps["margin"].astype(np.float32)
        line = {"color": MARGIN, "width": 2, "shape": "hv"}
        drawn.add_scatter(x=x, y=margin, mode="lines", line=line, name="", hovertemplate="the run's margin %{y:g}")
        for place in [0, *(np.flatnonzero(np.diff(margin)) + 1)]:
            if (value := round(float(margin[place]), 6)) in named:
                continue
            named.add(value)
            words = {"text": f"margin {value:g}", "showarrow": False, "xanchor": "left", "yanchor": "bottom"}
            drawn.add_annotation(x=float(x[place]), y=value, font={"size": 14}, **words)
    return drawn


def spreads(broken: Steps, mended: Steps, words: Sequence[str], total: int, *, unit: bool) -> go.Figure:
    """Draw the mean squared distance of two faces, in powers of ten: a collapse goes on falling."""
    layout = _layout("spread", total, [-6, 1] if unit else [-1, 5])
    layout["yaxis"] |= {"type": "log", "tickvals": [10.0**n for n in range(-6, 6)], "ticktext": _powers()}
    return _beside(broken, mended, "spread", words, layout, [(FULL_SPHERE, "a full sphere: 2", GREY)])


def norms(broken: Steps, mended: Steps, words: Sequence[str], total: int, *, unit: bool) -> go.Figure:
    """Draw the mean length of the embeddings."""
    layout = _layout("mean length", total, [0, 1.5] if unit else [-1, 3])
    if not unit:
        layout["yaxis"] |= {"type": "log", "tickvals": [10.0**n for n in range(-6, 6)], "ticktext": _powers()}
    return _beside(broken, mended, "norm", words, layout, [(1.0, "the unit sphere: 1", GREY)])


def ranks(broken: Steps, mended: Steps, words: Sequence[str], total: int, *, size: int) -> go.Figure:
    """Draw the effective number of directions."""
    layout = _layout("rank", total, [0, size * 1.1])
    return _beside(broken, mended, "rank", words, layout, [(1.0, "a line: 1", GREY)])


def with_change(drawn: go.Figure, step: int, words: str) -> go.Figure:
    """Mark the step at which settings were changed."""
    line = {"type": "line", "x0": step, "x1": step, "y0": 0, "y1": 1, "yref": "paper"}
    drawn.layout.shapes = (*drawn.layout.shapes, line | {"line": {"color": GREY, "width": 2, "dash": "dot"}})
    place = {"x": step, "y": 0.98, "yref": "paper", "xanchor": "left", "yanchor": "top", "showarrow": False}
    drawn.layout.annotations = (*drawn.layout.annotations, {**place, "text": f" {words}", "font": {"size": 14}})
    return drawn


def _beside(
    broken: Steps,
    mended: Steps,
    name: str,
    words: Sequence[str],
    layout: dict[str, Any],
    marks: Sequence[tuple[float, str, str]],
) -> go.Figure:
    traces, drawn = [], []
    for steps, word, (colour, dash, sign) in ((mended, words[1], MENDED), (broken, words[0], BROKEN)):
        x, y = thinned(steps, "step", name)
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": x.astype(np.float32),
                "y": y.astype(np.float32),
                "line": {"color": colour, "width": 3, "dash": dash},
                "name": "",
                "hovertemplate": f"{word} %{{y:.3g}}",
            }
        )
        drawn.insert(0, (word, colour, sign))
    log = layout["yaxis"].get("type") == "log"
    across = {"type": "line", "x0": 0, "x1": 1, "xref": "paper"}
    layout["shapes"] = [
        across | {"y0": y, "y1": y, "line": {"color": colour, "width": 2, "dash": "dot"}} for y, _, colour in marks
    ]
    named = {"showarrow": False, "x": 1, "xref": "paper", "xanchor": "right", "yanchor": "bottom", "font": {"size": 14}}
    layout["annotations"] = [
        legend_above(drawn),
        *({**named, "y": float(np.log10(y)) if log else y, "text": word} for y, word, _ in marks),
    ]
    return figure(traces, layout)


def _layout(title: str, total: int, range_: list[float]) -> dict[str, Any]:
    return {
        "showlegend": False,
        "margin": ROOM,
        "hovermode": "x unified",
        "xaxis": {
            "range": [1, max(2, total)],
            "title": {"text": "step", "standoff": 2},
            "nticks": 6,
            "fixedrange": True,
        },
        "yaxis": {"range": range_, "title": {"text": title, "standoff": 2}, "nticks": 5, "fixedrange": True},
    }


def _powers() -> list[str]:
    return ["", "0.00001", "", "0.001", "", "0.1", "1", "10", "100", "1,000", "10,000", "100,000"]
