"""How a threshold is chosen on one set of pairs, to be applied to another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats
from facenet_core.evaluation.pairs.ranking import rank

ALL_EQUAL = "All distances are equal: no threshold tells anybody apart."
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
        rule: ``balanced`` for the best balanced accuracy; ``equal`` for shares of false accepts and false rejects
            that lie as near to one another as at any threshold, the stricter one where two are as good;
            ``far:0.01`` for the largest threshold with at most 1 % false accepts.

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
    if near[0] == near[-1] == far[0] == far[-1]:
        return ChosenThreshold(threshold=None, note=ALL_EQUAL)
    if rule == "balanced":
        pairs = rank(near, far)
        return ChosenThreshold(threshold=pairs.threshold_after(pairs.ranks().best()))
    return ChosenThreshold(threshold=_equal_errors(near, far))


def _equal_errors(same: Floats, different: Floats) -> float:
    """Return the threshold at which both shares of errors lie nearest to one another.

    Both kinds of distances are places to cut at: the share of false accepts rises at those of different pairs, which
    need not be near any of a same pair.
    """
    places = np.unique(np.concatenate([same, different]))
    accepted, mistaken = (np.searchsorted(kind, places, side="right") for kind in (same, different))
    excess = mistaken * len(same) - (len(same) - accepted) * len(different)  # whole numbers: no rounding decides
    best = int(np.argmin(np.abs(excess)))
    below, above = float(places[best]), float(places[min(best + 1, len(places) - 1)])
    middle = (below + above) / 2
    return middle if middle < above else below


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
