"""How well a person tells pairs apart who says how sure they are: their points on a curve, and the area under it."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers, PairDistances
from facenet_core.evaluation.pairs.ranking import rank
from facenet_core.evaluation.verification.intervals import CONFIDENCE, Interval


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RatedPairs:
    """What votes on pairs are worth.

    Attributes:
        far: (C,) share of different pairs that were rated at least so sure to be the same, from 0 to 1.
        val: (C,) share of same pairs, likewise.
        auc: Area under the line through these points: the probability that a same pair gets the surer vote, ties
            counting half; None where one kind is missing.
        interval: The area's 95 % interval for other pairs like these; None where one kind is missing.
        same: Same pairs.
        different: Different pairs.
    """

    far: Floats
    val: Floats
    auc: float | None
    interval: Interval | None
    same: int
    different: int


def rated_pairs(ratings: ArrayLike, same: ArrayLike) -> RatedPairs:
    """Measure votes.

    Args:
        ratings: (M,) how sure somebody was that the pair shows one person, larger is surer; distances with their
            sign turned do as well.
        same: (M,) whether it does.
    """
    votes, kind = np.asarray(ratings, dtype=np.float64), np.asarray(same, dtype=np.bool_)
    if votes.shape != kind.shape or votes.ndim != 1:
        raise ValueError(f"ratings and same must have one entry a pair, got shapes {votes.shape}, {kind.shape}")
    if not np.isfinite(votes).all():
        raise ValueError("ratings must be finite, got NaN or infinity")
    ranks = rank(np.sort(-votes[kind]), np.sort(-votes[~kind])).ranks()
    auc, count = ranks.auc(), (int(kind.sum()), int((~kind).sum()))
    levels = np.unique(votes)[::-1]
    shares = [[0.0, *(float(np.mean(votes[k] >= level)) for level in levels)] if k.any() else [] for k in (~kind, kind)]
    return RatedPairs(
        far=np.array(shares[0]),
        val=np.array(shares[1]),
        auc=auc,
        interval=None if auc is None else auc_interval(auc, *count),
        same=count[0],
        different=count[1],
    )


def auc_interval(auc: float, same: int, different: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the interval of an area under the curve from few pairs.

    Its ends are the areas from which the one found is just as far away as chance allows, with Hanley and McNeil's
    variance at each end (method 5 of Newcombe 2006): it keeps its level for few pairs, and does not shrink to a point
    at an area of 1. Pairs count as independent: each should show other people.

    Args:
        auc: The area found, 0..1.
        same: Same pairs, at least 1.
        different: Different pairs, at least 1.
        confidence: Between 0 and 1.
    """
    if not 0 <= auc <= 1 or same < 1 or different < 1:
        raise ValueError(f"an area in 0..1 of at least one pair each is needed, got {auc} of {same} and {different}")
    reach = NormalDist().inv_cdf((1 + confidence) / 2)
    middle = (same + different) / 2 - 1

    def chance(area: float) -> float:
        shape = 1 + middle * (1 - area) / (2 - area) + middle * area / (1 + area)
        return reach * math.sqrt(area * (1 - area) * shape / (same * different))

    ends = []
    for outside in (0.0, 1.0):
        inside = auc
        for _ in range(60):
            area = (inside + outside) / 2
            if abs(area - auc) < chance(area):
                inside = area
            else:
                outside = area
        ends.append((inside + outside) / 2)
    return Interval(*ends)


def area_difference(first: RatedPairs, second: RatedPairs) -> Interval | None:
    """Return where the second area less the first lies for 95 of 100 sets of pairs like these; None where unknown.

    It is put together from the intervals of both (method 10 of Newcombe 1998: the distances to the nearer ends, squared
    and added). Areas measured on the same pairs go up and down together, which is left out: a little too wide.
    """
    if first.auc is None or second.auc is None or first.interval is None or second.interval is None:
        return None
    apart = second.auc - first.auc
    down = math.hypot(second.auc - second.interval.low, first.interval.high - first.auc)
    up = math.hypot(second.interval.high - second.auc, first.auc - first.interval.low)
    return Interval(apart - down, apart + up)


def balanced_pairs(pairs: PairDistances, people: ArrayLike, count: int, seed: int) -> Integers:
    """Draw as many same as different pairs, of as many people as there are, in a random order.

    Args:
        pairs: M pairs; ``first`` and ``second`` are places in ``people``.
        people: (T,) person of every face.
        count: How many to draw; fewer where a kind has fewer than half of it, so that both stay equal.
        seed: Decides which.

    Returns:
        (n,) places in ``pairs``, n even.
    """
    generator = np.random.default_rng(seed)
    half = min(count // 2, int(pairs.same.sum()), int((~pairs.same).sum()))
    both = np.stack([np.asarray(people)[pairs.first], np.asarray(people)[pairs.second]], axis=1)
    chosen = [_spread(np.flatnonzero(kind), both, half, generator) for kind in (pairs.same, ~pairs.same)]
    return generator.permutation(np.concatenate(chosen)).astype(np.int64)


def _spread(places: Integers, both: Integers, count: int, generator: np.random.Generator) -> Integers:
    """Take pairs at random, those first whose people were not taken yet."""
    order = generator.permutation(places)
    taken: list[int] = []
    left = order
    while len(taken) < count:
        used: set[int] = set()
        rest = []
        for place in left.tolist():
            who = set(both[place].tolist())
            if len(taken) < count and used.isdisjoint(who):
                taken.append(place)
                used |= who
            else:
                rest.append(place)
        left = np.array(rest, dtype=np.int64)
    return np.array(taken, dtype=np.int64)


def right_votes(ratings: ArrayLike, same: ArrayLike) -> Booleans:
    """Return (M,) whether a vote above 0 fell on a same pair or one below 0 on a different pair; 0 is never right."""
    votes = np.asarray(ratings)
    right: Booleans = np.where(np.asarray(same, dtype=np.bool_), votes > 0, votes < 0)
    return right
