"""Intervals from people drawn again and again, wide enough where there are few people."""

from typing import NamedTuple

import numpy as np

from facenet_core.evaluation.pairs.distances import Floats
from facenet_core.evaluation.pairs.group_pairs import GroupPairs
from facenet_core.evaluation.pairs.ranking import RankedPairs

CONFIDENCE = 0.95
FEWEST_PEOPLE, FEWEST_PEOPLE_OF_RANKS = 7, 3  # from whom half of the draws and more can be measured
_NORMAL = 1.959964  # the quantile of the normal distribution that leaves 2.5 % above it
_AT_ONCE = 500_000  # weights of pairs held at once: 4 MB, four times over


class Interval(NamedTuple):
    """Where a figure lies for 95 of 100 draws of people like these."""

    low: float
    high: float


def interval_of(draws: Floats, value: float, people: int, *, share: bool = True) -> Interval | None:
    """Return the middle 95 % of the draws, widened around the measured value for few people.

    People drawn from few vary less than people drawn from all: the middle 95 % of such draws held the truth in
    only 87 to 92 % of simulated sets of 12 to 30 people. Both ends are moved away from ``value`` by
    (t / 1.96)^2 * P / (P - 1), with Student's t for P people: the usual correction for a spread known from P values,
    squared in its first part because each different pair brings in two people. That is 1.37 for 12 people, 1.20 for
    20, 1.04 for 100, and held the truth in 92 to 96 % of the same sets. Shares are widened on the scale of the arc
    sine of their square root, which stays within 0 and 1 and gives an end near 0 or 1 less room.

    Args:
        draws: (R,) the figure of each draw; NaN where a draw has not both kinds of pairs.
        value: The figure as measured.
        people: How many people with at least one same pair (P) were drawn from.
        share: Whether the figure lies between 0 and 1; a difference of two figures does not.

    Returns:
        The interval; None where half of the draws could not be measured.
    """
    known = draws[np.isfinite(draws)]
    if len(known) < max(len(draws) / 2, 2):
        return None
    tail = 100 * (1 - CONFIDENCE) / 2
    wide = few_people_factor(people)
    if not share:
        low, high = np.percentile(known, [tail, 100 - tail])
        return Interval(_away(low, value, wide), _away(high, value, wide))
    middle = float(_angle(value))
    ends = np.clip([_away(end, middle, wide) for end in np.percentile(_angle(known), [tail, 100 - tail])], 0, np.pi / 2)
    low, high = np.sin(ends) ** 2
    return Interval(float(low), float(high))


def no_interval_words(people: int, figure: str = "accuracy") -> str:
    """Return why a figure has no interval, and what would give it one.

    Args:
        people: How many people were measured.
        figure: What was measured; an accuracy with thresholds from other people wants more people than the rest.
    """
    fewest = FEWEST_PEOPLE if figure == "accuracy" else FEWEST_PEOPLE_OF_RANKS
    where = " in each half of the people" if figure == "accuracy" else ""
    who = "1 person" if people == 1 else f"{people:,} people"
    if people >= fewest:
        return (
            f"No interval: too many draws of these {who} lack same or different pairs{where}. More pictures give one."
        )
    return (
        f"No interval: it draws the people again and again, and of {who} most draws lack same or different "
        f"pairs{where}. {fewest} people with two pictures each give one."
    )


def few_people_factor(people: int) -> float:
    """Return by how much the middle of the draws is widened for P people; 1 for very many."""
    free = max(people - 1, 2)
    z = _NORMAL
    student = z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)  # Cornish and Fisher
    return (student / z) ** 2 * (free + 1) / free


def _away(end: float, middle: float, factor: float) -> float:
    return float(middle + (end - middle) * factor)


def _angle(shares: Floats | float) -> Floats:
    angles: Floats = np.arcsin(np.sqrt(np.clip(shares, 0.0, 1.0)))
    return angles


def drawn_aucs(group: GroupPairs, ranked: RankedPairs, draws: Floats) -> Floats:
    """Return the area under the curve for draws of people, many at once.

    Args:
        group: The pairs with the people behind them.
        ranked: The same, ranked.
        draws: (R, P) how often each person was drawn.

    Returns:
        (R,) areas, ties counting half; NaN where a draw has not both kinds of pairs.
    """
    distinct = np.repeat(np.arange(len(ranked.ends)), np.diff(ranked.ends, prepend=-1))
    below, upto = ranked.below[distinct], ranked.upto[distinct]
    height = max(1, _AT_ONCE // max(len(group.different), 1))
    areas = []
    for top in range(0, len(draws), height):
        drawn = draws[top : top + height]
        running = np.zeros((len(drawn), len(group.different) + 1))
        np.cumsum(drawn[:, group.person_a] * drawn[:, group.person_b], axis=1, out=running[:, 1:])
        same, different = drawn[:, group.person], running[:, -1]
        nearer = (same * (running[:, below] + running[:, upto])).sum(axis=1) / 2
        pairs = same.sum(axis=1) * different
        areas.append(np.divide(nearer, pairs, out=np.full(len(drawn), np.nan), where=pairs > 0))
    return 1 - np.concatenate([np.zeros(0), *areas])
