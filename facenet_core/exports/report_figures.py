"""The figures of a report: numbers of a run as small charts."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from facenet_core.evaluation import PairDistances, Rates, all_pairs_roc, distance_histograms, pair_distances, rates_at
from facenet_core.exports.content import GROUP_WORDS, RunContent
from facenet_core.exports.svg import Axis, Line, chart
from facenet_core.runs.records import GROUPS, HELD_OUT, SEEN, UNSEEN

SAME, DIFFERENT, LOSS, GREY = "#009E73", "#D55E00", "#0072B2", "#8A9099"
GROUP_COLOURS = {"unseen": "#0072B2", "held-out": "#CC79A7", "seen": "#8A9099"}
MOST_POINTS = 400  # of a line: more cannot be told apart at this width
BINS = 60
LARGEST = 4.0  # squared distance of opposite points on the sphere


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRates:
    """What one threshold costs in one group: its name, and the counts."""

    group: str
    rates: Rates


def group_pairs(content: RunContent, epoch: int, group: int) -> PairDistances | None:
    """Return all pairs of a group's tracked faces, those that are no numbers left out; None without both kinds."""
    embeddings = content.embeddings(epoch)
    chosen = (content.tracked.group == group) & np.isfinite(embeddings).all(axis=1)
    pairs = pair_distances(embeddings[chosen], content.tracked.person[chosen])
    return pairs if pairs.same.any() and not pairs.same.all() else None


def group_to_show(content: RunContent) -> int | None:
    """Return the group that tells most about strangers and has pairs of both kinds."""
    return next((g for g in (UNSEEN, HELD_OUT, SEEN) if group_pairs(content, content.epochs[-1], g)), None)


def rates_of_groups(content: RunContent, threshold: float) -> list[GroupRates]:
    """Return what a threshold accepts and rejects among the tracked faces of every group, at the last epoch."""
    found = []
    for code in (UNSEEN, HELD_OUT, SEEN):
        pairs = group_pairs(content, content.epochs[-1], code)
        if pairs is not None:
            rates = rates_at(pairs.squared_distance, pairs.same, threshold)
            found.append(GroupRates(group=GROUP_WORDS[GROUPS[code]], rates=rates))
    return found


def figures(content: RunContent, threshold: float | None) -> list[str]:
    """Return the charts there is something to draw in."""
    charts = [_loss(content), _accuracy(content)]
    group = group_to_show(content)
    if group is not None:
        for epoch in dict.fromkeys((content.epochs[0], content.epochs[-1])):
            charts.append(_distances(content, epoch, group, threshold))
        charts.append(_roc(content, group))
    return [drawn for drawn in charts if drawn]


def _loss(content: RunContent) -> str:
    steps = content.folder.steps()
    step, loss = _thinned(steps["step"], steps["loss"])
    known = [value for value in loss if np.isfinite(value)]
    if not known:
        return ""
    lines = [Line(name="", x=step, y=loss, colour=LOSS)]
    top = max(known) * 1.05 or 1.0
    alt = f"The loss over {int(step[-1]):,} steps, at the end {known[-1]:.3f}."
    x = Axis(label="step", low=0, high=float(step[-1]))
    return chart("Loss of every batch", lines, x, Axis(label="", low=0, high=top), alt=alt)


def _thinned(x: np.ndarray, y: np.ndarray) -> tuple[list[float], list[float]]:
    """Return at most ``MOST_POINTS`` points, each the mean of its neighbours."""
    if len(x) <= MOST_POINTS:
        return x.astype(float).tolist(), y.astype(float).tolist()
    parts = np.array_split(np.arange(len(x)), MOST_POINTS)
    return [float(x[part[-1]]) for part in parts], [float(y[part].mean()) for part in parts]


def _accuracy(content: RunContent) -> str:
    lines, epochs = [], [float(epoch) for epoch in content.epochs]
    for group, colour in reversed(GROUP_COLOURS.items()):
        values = [_figure(figures, group, "accuracy") for figures in content.figures]
        if len(values) == len(epochs) and any(value is not None for value in values):
            lines.append(Line(name=GROUP_WORDS[group], x=epochs, y=values, colour=colour))
    if not lines:
        return ""
    guess = Line(name="guessing", x=[epochs[0], max(epochs[-1], 1)], y=[0.5, 0.5], colour=GREY, dashed=True)
    ends = ", ".join(f"{line.name} {line.y[-1]:.2f}" for line in lines if line.y[-1] is not None)
    x, y = Axis(label="epoch", low=epochs[0], high=max(epochs[-1], 1)), Axis(label="", low=0.4, high=1)
    return chart("Right answers, same person or not", [guess, *lines], x, y, alt=f"Accuracy at the last epoch: {ends}.")


def _figure(figures: dict[str, Any], group: str, name: str) -> float | None:
    value = (figures.get(group.replace("-", "_")) or {}).get(name)
    return None if value is None else float(value)


def _distances(content: RunContent, epoch: int, group: int, threshold: float | None) -> str:
    pairs = group_pairs(content, epoch, group)
    when, who = ("untrained" if epoch == 0 else f"epoch {epoch}"), GROUP_WORDS[GROUPS[group]]
    if pairs is None:
        return ""
    bars = distance_histograms(pairs.squared_distance, pairs.same, bins=BINS, upper=LARGEST)
    shares = [np.asarray(kind) * LARGEST / BINS for kind in (bars.same, bars.different)]
    edges = (np.arange(BINS) + 0.5) * LARGEST / BINS
    lines = [
        Line(name=name, x=edges.tolist(), y=share.tolist(), colour=colour, filled=True)
        for name, share, colour in zip(("same person", "different people"), shares, (SAME, DIFFERENT), strict=True)
    ]
    middle = [float(np.median(pairs.squared_distance[kind])) for kind in (pairs.same, ~pairs.same)]
    alt = f"Squared distances, {when}: in the middle {middle[0]:.2f} for one person, {middle[1]:.2f} for two people."
    x = Axis(label="squared distance, 0 = same point, 4 = opposite", low=0, high=LARGEST)
    y = Axis(label="", low=0, high=float(max(share.max() for share in shares)) * 1.05 or 1.0)
    mark = None if threshold is None else (threshold, f"threshold {threshold:.2f}")
    return chart(f"Distances of {who}, {when}", lines, x, y, alt=alt, mark=mark)


def _roc(content: RunContent, group: int) -> str:
    embeddings = content.embeddings(content.epochs[-1])
    chosen = (content.tracked.group == group) & np.isfinite(embeddings).all(axis=1)
    roc = all_pairs_roc(embeddings[chosen], content.tracked.person[chosen])
    places = _evenly(roc.far, roc.val)
    curve = Line(name="this run", x=roc.far[places].tolist(), y=roc.val[places].tolist(), colour=LOSS)
    guess = Line(name="guessing", x=[0, 1], y=[0, 1], colour=GREY, dashed=True)
    who, auc = GROUP_WORDS[GROUPS[group]], 0.0 if roc.auc is None else roc.auc
    x = Axis(label="FAR, share of different pairs accepted", low=0, high=1)
    alt = f"VAL against FAR over {roc.pairs:,} pairs of {who}; the area under the curve is {auc:.3f}."
    title = f"VAL against FAR, {who} (area {auc:.3f})"
    return chart(title, [guess, curve], x, Axis(label="", low=0, high=1), alt=alt)


def _evenly(far: np.ndarray, val: np.ndarray) -> np.ndarray:
    """Return places along a curve, at most ``MOST_POINTS``, about equally far apart on the picture."""
    way = np.concatenate([[0.0], np.cumsum(np.abs(np.diff(far)) + np.abs(np.diff(val)))])
    places: np.ndarray = np.unique(np.searchsorted(way, np.linspace(0, way[-1], MOST_POINTS)))
    return places


def share(count: int, total: int) -> str:
    """Return ``12.3 % (41 of 333)``."""
    return f"{100 * count / total:.1f} % ({count:,} of {total:,})" if total else "no such pairs"
