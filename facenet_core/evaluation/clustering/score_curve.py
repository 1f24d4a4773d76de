"""What every threshold makes of the groups: the scores as curves, and the threshold that fits these faces best."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from facenet_core.evaluation.clustering.grouping import Grouping
from facenet_core.evaluation.clustering.linkage_tree import LinkageTree
from facenet_core.evaluation.clustering.methods import AT_ONCE
from facenet_core.evaluation.clustering.scores import score_groups
from facenet_core.evaluation.pairs.distances import Floats, Integers
from facenet_core.evaluation.pairs.ruler import round_up

POINTS = 100
MOST_TRIED = 250  # thresholds looked at for the best one of DBSCAN; of a large set those of the curve
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
        best=_best(grouping, people)
        if grouping.reach is None or grouping.faces <= AT_ONCE
        else _largest(thresholds, columns["pair_f"]),
    )


def _best(grouping: Grouping, people: Integers) -> float | None:
    """Return the middle of the best gap between two changes of the groups; the first of equals."""
    tree = grouping.tree
    if tree is None:
        return None
    places = tree.heights if grouping.reach is None else np.concatenate([tree.heights, grouping.reach, grouping.edge])
    places = np.unique(places[np.isfinite(places)])
    if not len(places):
        return None
    if grouping.reach is None:
        values = _pair_f_at(tree, people, places)
    else:
        values = _searched(lambda at: _number(score_groups(grouping.at(at), people).pair_f), places)
    if np.isnan(values).all():
        return None
    best = int(np.nanargmax(values))
    return _between(float(places[best - 1]) if best else 0.0, float(places[best] if best < len(places) else places[-1]))


def _between(low: float, high: float) -> float:
    """Return a threshold that accepts what lies at ``low`` and not what lies at ``high``, if there is one."""
    middle = (low + high) / 2
    return middle if middle < high else low


def _pair_f_at(tree: LinkageTree, people: Integers, places: Floats) -> Floats:
    """Return pairwise F (P + 1,) before the first of the places and from each of them on, exactly, in N log N."""
    inside: list[Counter[int]] = [Counter([person]) for person in people.tolist()]
    faces, together, right = [1] * len(inside), [0], [0]
    for one, other in zip(tree.first.tolist(), tree.second.tolist(), strict=True):
        small, large = sorted((inside[one], inside[other]), key=len)
        together.append(together[-1] + faces[one] * faces[other])
        right.append(right[-1] + sum(count * large[person] for person, count in small.items()))
        large.update(small)
        inside.append(large)
        faces.append(faces[one] + faces[other])
    counts = np.bincount(people)
    same = int((counts * (counts - 1) // 2).sum())
    merges = np.concatenate([[0], np.searchsorted(tree.heights, places, side="right")])
    all_, hits = np.array(together)[merges] + same, np.array(right)[merges]
    values: Floats = np.divide(2 * hits, all_, out=np.full(len(merges), np.nan), where=all_ > 0)
    return values


def _searched(value_at: Callable[[float], float], places: Floats) -> Floats:
    """Return values (P + 1,) like ``_pair_f_at``; of many places some, and all around the best of those."""
    edges = np.concatenate([[0.0], places, places[-1:]])
    values = np.full(len(places) + 1, np.nan)

    def try_at(chosen: Integers) -> None:
        for number in chosen[np.isnan(values[chosen])].tolist():
            values[number] = value_at(_between(float(edges[number]), float(edges[number + 1])))

    stride = -(-len(values) // MOST_TRIED)
    try_at(np.arange(0, len(values), stride))
    if stride > 1 and not np.isnan(values).all():
        best = int(np.nanargmax(values))
        try_at(np.arange(max(0, best - stride), min(len(values), best + stride + 1)))
    return values


def _largest(thresholds: Floats, values: Floats) -> float | None:
    return None if np.isnan(values).all() else float(thresholds[int(np.nanargmax(values))])


def highest_of(grouping: Grouping, at_least: float = 0.0) -> float:
    """Return where an axis of thresholds ends: a little behind the last merge, rounded up, 4 at most.

    To a tenth, or to a round number where faces lie closer together than that.
    """
    heights = grouping.tree.heights if grouping.tree is not None else np.zeros(0)
    last = max(float(heights[np.isfinite(heights)].max(initial=0.0)), at_least)
    if 0 < last < 0.08:
        return round_up(1.05 * last)
    return max(0.1, min(4.0, float(np.ceil(last * 10.5) / 10)))


def _number(value: float | None) -> float:
    return float("nan") if value is None else value
