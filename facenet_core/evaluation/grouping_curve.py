"""What every threshold makes of the groups: the scores as curves, and the threshold that fits these faces best."""

from dataclasses import dataclass

import numpy as np

from facenet_core.evaluation.clustering_methods import AT_ONCE
from facenet_core.evaluation.distances import Floats, Integers
from facenet_core.evaluation.grouping import Grouping
from facenet_core.evaluation.grouping_scores import score_groups

POINTS = 100
MOST_TRIED = 250  # thresholds that are looked at for the best one; of a large set those of the curve
MEASURES = (
    "pair_precision",
    "pair_recall",
    "pair_f",
    "b_cubed_precision",
    "b_cubed_recall",
    "b_cubed_f",
    "mutual_information",
    "adjusted_rand",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupingCurve:
    """Scores over thresholds.

    Attributes:
        thresholds: (T,) squared distances, ascending.
        found: (T,) groups found.
        people: People there are.
        measures: For each of ``MEASURES`` (T,), NaN where it has no meaning.
        best: The threshold with the largest pairwise F on these very faces; None where there is none.
    """

    thresholds: Floats
    found: Integers
    people: int
    measures: dict[str, Floats]
    best: float | None


def score_curve(grouping: Grouping, people: Integers, highest: float) -> GroupingCurve | None:
    """Score a grouping at thresholds from 0 to ``highest``; None where no threshold decides, or without faces.

    Args:
        grouping: What was found.
        people: (N,) person of each face.
        highest: The last threshold.
    """
    if grouping.tree is None or not grouping.faces:
        return None
    thresholds = np.linspace(0, highest, POINTS)
    scores = [score_groups(grouping.at(threshold), people) for threshold in thresholds]
    columns = {name: np.array([_number(getattr(one, name)) for one in scores]) for name in MEASURES}
    return GroupingCurve(
        thresholds=thresholds,
        found=np.array([one.found for one in scores], np.int64),
        people=scores[0].people,
        measures=columns,
        best=_best(grouping, people) if grouping.faces <= AT_ONCE else _largest(thresholds, columns["pair_f"]),
    )


def _best(grouping: Grouping, people: Integers) -> float | None:
    """Return the middle of the best gap between two merges; the first of equals."""
    heights = np.unique(grouping.tree.heights) if grouping.tree is not None else np.zeros(0)
    heights = heights[np.isfinite(heights)]
    if not len(heights):
        return None
    edges = np.concatenate([[0.0], heights, [heights[-1]]])
    tried = (edges[:-1] + edges[1:]) / 2
    if len(tried) > MOST_TRIED:
        tried = tried[np.linspace(0, len(tried) - 1, MOST_TRIED).astype(np.int64)]
    return _largest(tried, np.array([_number(score_groups(grouping.at(at), people).pair_f) for at in tried]))


def _largest(thresholds: Floats, values: Floats) -> float | None:
    return None if np.isnan(values).all() else float(thresholds[int(np.nanargmax(values))])


def highest_of(grouping: Grouping, at_least: float = 0.0) -> float:
    """Return where an axis of thresholds ends: a little behind the last merge, rounded up to a tenth, 4 at most."""
    heights = grouping.tree.heights if grouping.tree is not None else np.zeros(0)
    last = max(float(heights[np.isfinite(heights)].max(initial=0.0)), at_least)
    return max(0.1, min(4.0, float(np.ceil(last * 10.5) / 10)))


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
