"""How a threshold is chosen on one set of pairs, to be applied to another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.distances import Floats
from facenet_core.evaluation.ranking import rank

RULES = ("balanced", "equal", "far:0.1", "far:0.01", "far:0.001", "far:0.0001")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenThreshold:
    """A threshold, or why there is none.

    Attributes:
        threshold: Largest squared distance accepted; None where the pairs do not support the rule.
        note: Why there is none; None where there is one.
    """

    threshold: float | None
    note: str | None = None


def choose_threshold(same: ArrayLike, different: ArrayLike, rule: str) -> ChosenThreshold:
    """Choose a threshold.

    Args:
        same: (S,) squared distances of same pairs.
        different: (M,) squared distances of different pairs.
        rule: ``balanced`` for the best balanced accuracy, ``equal`` for equal shares of false accepts and false
            rejects, ``far:0.01`` for the largest threshold with at most 1 % false accepts.

    Raises:
        ValueError: There is no such rule, or a distance is not finite.
    """
    near, far = _sorted(same), _sorted(different)
    if rule not in RULES:
        raise ValueError(f"rule must be one of {', '.join(RULES)}, got {rule!r}")
    if rule.startswith("far:"):
        return threshold_at_far(far, float(rule.removeprefix("far:")))
    if not len(near) or not len(far):
        return ChosenThreshold(threshold=None, note="There are not both same and different pairs.")
    pairs = rank(near, far)
    ranks = pairs.ranks()
    if rule == "balanced":
        return ChosenThreshold(threshold=pairs.threshold_after(ranks.best()))
    excess = ranks.upto / ranks.different - (1 - ranks.accepted / ranks.same)
    return ChosenThreshold(threshold=pairs.threshold_after(int(np.argmin(np.abs(excess)))))


def threshold_at_far(different: Floats, far: float) -> ChosenThreshold:
    """Return the largest threshold that accepts at most a share ``far`` of ascending distances (M,)."""
    pairs = len(different)
    if pairs * far < 1 - 1e-9:
        needed = f"A false accept rate of {far:g} needs at least {round(1 / far):,} different pairs"
        return ChosenThreshold(threshold=None, note=f"{needed}, here are {pairs:,}.")
    allowed = int(pairs * far * (1 + 1e-12))
    if allowed >= pairs:
        return ChosenThreshold(threshold=float(different[-1]))
    above = float(different[allowed])
    accepted = int(np.searchsorted(different, above, side="left"))
    if above <= 0:
        return ChosenThreshold(threshold=None, note="Too many different pairs have no distance at all between them.")
    below = float(different[accepted - 1]) if accepted else 0.0
    middle = (below + above) / 2
    return ChosenThreshold(threshold=middle if middle < above else below)


def _sorted(distances: ArrayLike) -> Floats:
    table = np.sort(np.asarray(distances, dtype=np.float64).ravel())
    if not np.isfinite(table).all():
        raise ValueError("distances must be finite, got NaN or infinity")
    return table
