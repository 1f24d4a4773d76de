"""What a threshold costs when false accepts and false rejects are not equally bad, and impostors not equally many."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, check_embeddings, check_people
from facenet_core.evaluation.pairs.group_pairs import GroupPairs, group_pairs, halve_people
from facenet_core.evaluation.pairs.ranking import RankedPairs
from facenet_core.evaluation.verification.bootstrap import RESAMPLES, person_draws
from facenet_core.evaluation.verification.intervals import CONFIDENCE, Interval
from facenet_core.evaluation.verification.verification import HALVINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Prices:
    """What mistakes cost and how often each can happen.

    Attributes:
        false_accept: Cost of taking two people for one; a false reject costs 1.
        impostors: Share of comparisons that are of different people, 0..1.
    """

    false_accept: float
    impostors: float

    def __post_init__(self) -> None:
        if not self.false_accept > 0 or not np.isfinite(self.false_accept):
            raise ValueError(f"false_accept must be above 0, got {self.false_accept}")
        if not 0 < self.impostors < 1:
            raise ValueError(f"impostors must lie between 0 and 1, got {self.impostors}")

    def expected(self, far: ArrayLike, frr: ArrayLike) -> Floats:
        """Return what a comparison costs on average, in false rejects."""
        cost: Floats = self.impostors * self.false_accept * np.asarray(far, np.float64) + (
            1 - self.impostors
        ) * np.asarray(frr, np.float64)
        return cost

    @property
    def accept_all(self) -> float:
        """What it costs to call everybody the same person."""
        return self.impostors * self.false_accept

    @property
    def reject_all(self) -> float:
        """What it costs to call nobody the same person."""
        return 1 - self.impostors


@dataclass(frozen=True, slots=True, kw_only=True)
class BestThreshold:
    """The cheapest threshold.

    Attributes:
        threshold: Largest squared distance accepted; 0 where the cheapest is to accept nobody (but equal faces).
        cost: What a comparison costs there on the pairs it was chosen on: it flatters.
        elsewhere: What it costs when chosen on half of the people and applied to the others; None where a half lacks
            a kind of pairs.
        interval: Where the cheapest threshold lies for 95 of 100 draws of people; None where that cannot be said.
    """

    threshold: float
    cost: float
    elsewhere: float | None
    interval: Interval | None


def expected_costs(same: Floats, different: Floats, thresholds: ArrayLike, prices: Prices) -> Floats:
    """Return the expected cost of a comparison at every threshold.

    Args:
        same: (S,) ascending squared distances of same pairs, at least one.
        different: (M,) ascending squared distances of different pairs, at least one.
        thresholds: (G,) largest squared distances accepted.
        prices: What mistakes cost.
    """
    if not len(same) or not len(different):
        raise ValueError(f"both kinds of pairs are needed, got {len(same)} same and {len(different)} different ones")
    far = np.searchsorted(different, thresholds, side="right") / len(different)
    frr = 1 - np.searchsorted(same, thresholds, side="right") / len(same)
    return prices.expected(far, frr)


def cheapest_threshold(
    embeddings: ArrayLike, people: ArrayLike, prices: Prices, *, resamples: int = RESAMPLES, seed: int = 0
) -> BestThreshold | None:
    """Find the threshold that costs least, how far chance moves it, and what it costs on other people.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        prices: What mistakes cost.
        resamples: How often people are drawn for the interval.
        seed: Decides draws and halves.

    Returns:
        None where one kind of pairs is missing.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    group = group_pairs(table, check_people(people, len(table)))
    pairs = group.ranked()
    if not len(group.same) or not len(group.different):
        return None
    threshold = _cheapest(pairs, prices)
    drawn = []
    for multiplicity in person_draws(len(group.counts), resamples, seed):
        weights = group.weights(multiplicity)
        if all(kind.any() for kind in weights):
            drawn.append(_cheapest(pairs, prices, weights))
    return BestThreshold(
        threshold=threshold,
        cost=float(expected_costs(group.same, group.different, [threshold], prices)[0]),
        elsewhere=_elsewhere(group, prices, seed),
        interval=_interval(drawn, resamples),
    )


def _cheapest(pairs: RankedPairs, prices: Prices, weights: tuple[Floats, Floats] | None = None) -> float:
    """Return the cheapest threshold; of equals the middle one, and 0 for accepting nobody but equal faces."""
    ranks = pairs.ranks(*weights or ())
    cost = prices.expected(ranks.upto / ranks.different, 1 - ranks.accepted / ranks.same)
    if pairs.same[0] > 0:  # else 0 is a cut like the others: it accepts same pairs too
        equal = int(np.searchsorted(pairs.different, 0.0, side="right"))
        taken_in = equal if weights is None else float(weights[1][:equal].sum())
        if prices.expected(taken_in / ranks.different, 1.0) < cost.min() - 1e-12:
            return 0.0
    best = np.flatnonzero(cost <= cost.min() + 1e-12)
    return pairs.threshold_after(int(best[len(best) // 2]))


def _elsewhere(group: GroupPairs, prices: Prices, seed: int) -> float | None:
    generator = np.random.default_rng(seed)
    costs = []
    for _ in range(HALVINGS):
        halves = group.split(halve_people(group.counts, generator))
        if any(not len(half.same) or not len(half.different) for half in halves):
            return None
        for chosen, applied in (halves, halves[::-1]):
            threshold = _cheapest(chosen.ranked(), prices)
            costs.append(float(expected_costs(applied.same, applied.different, [threshold], prices)[0]))
    return sum(costs) / len(costs)


def _interval(drawn: list[float], resamples: int) -> Interval | None:
    if len(drawn) < max(resamples / 2, 2):
        return None
    tail = 100 * (1 - CONFIDENCE) / 2
    return Interval(*(float(end) for end in np.percentile(drawn, [tail, 100 - tail])))
