"""What a threshold costs: the best one, the rates at one, and the pairs it gets most wrong."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import PairDistances, check_pairs
from facenet_core.evaluation.pairs.ranking import FAR_LEVELS, Ranks, rank


def best_threshold(squared_distances: ArrayLike, same: ArrayLike) -> tuple[float | None, float | None]:
    """Return the threshold with the best balanced accuracy on these pairs, and that accuracy.

    Same and different pairs weigh equally, however many there are of each. The threshold lies in the middle
    between two distances; of several equally good ones the middle one is taken. The accuracy flatters, since
    the threshold was chosen on the pairs it is measured on: ``verify_group`` measures honestly.

    Args:
        squared_distances: (M,) squared distances.
        same: (M,) whether the pair shows one person.

    Returns:
        Threshold and accuracy; (None, None) where one of the kinds is missing, or all distances are equal.
    """
    distances, kind = check_pairs(squared_distances, same)
    pairs = rank(np.sort(distances[kind]), np.sort(distances[~kind]))
    ranks = pairs.ranks()
    if not ranks.both_kinds or distances.min() == distances.max():
        return None, None
    threshold = pairs.threshold_after(ranks.best())
    return threshold, pairs.balanced_accuracy(threshold)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """What happens to pairs when those at or below a threshold are accepted.

    Attributes:
        threshold: Largest squared distance accepted.
        true_accepts: Same pairs accepted.
        false_rejects: Same pairs rejected.
        false_accepts: Different pairs accepted.
        true_rejects: Different pairs rejected.
    """

    threshold: float
    true_accepts: int
    false_rejects: int
    false_accepts: int
    true_rejects: int

    @property
    def val(self) -> float | None:
        """Share of same pairs accepted; None where there are none."""
        same = self.true_accepts + self.false_rejects
        return self.true_accepts / same if same else None

    @property
    def far(self) -> float | None:
        """Share of different pairs accepted; None where there are none."""
        different = self.false_accepts + self.true_rejects
        return self.false_accepts / different if different else None

    @property
    def accuracy(self) -> float | None:
        """Balanced accuracy; None where one of the kinds is missing."""
        if self.val is None or self.far is None:
            return None
        return (self.val + 1 - self.far) / 2


def rates_at(squared_distances: ArrayLike, same: ArrayLike, threshold: float) -> Rates:
    """Count what a threshold accepts and rejects.

    Args:
        squared_distances: (M,) squared distances.
        same: (M,) whether the pair shows one person.
        threshold: Largest squared distance that is accepted.
    """
    distances, kind = check_pairs(squared_distances, same)
    accepted = distances <= threshold
    return Rates(
        threshold=float(threshold),
        true_accepts=int((accepted & kind).sum()),
        false_rejects=int((~accepted & kind).sum()),
        false_accepts=int((accepted & ~kind).sum()),
        true_rejects=int((~accepted & ~kind).sum()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ValAtFar:
    """VAL at the largest threshold whose FAR is still allowed, and the pairs behind it.

    Attributes:
        val: Share of same pairs accepted; None where there are too few different pairs to see such a FAR.
        different_pairs: Different pairs behind it.
        false_accepts: How many of these are accepted there.
        threshold: The largest distance of a same pair that is accepted; None where none is.
        note: Why ``val`` is None; None where it is not.
    """

    val: float | None
    different_pairs: int
    false_accepts: int | None = None
    threshold: float | None = None
    note: str | None = None


def val_at_far(ranks: Ranks, far: float) -> ValAtFar:
    """Return VAL at one false accept rate.

    With fewer than 1 / ``far`` different pairs not even one may be accepted, so such a rate cannot be told
    from none at all: the result is None, with a note.

    Raises:
        ValueError: ``far`` is no rate above 0 and up to 1.
    """
    if not 0 < far <= 1:
        raise ValueError(f"far must be a false accept rate above 0 and at most 1, got {far:g}")
    different = round(ranks.different)
    if not ranks.both_kinds:
        return ValAtFar(val=None, different_pairs=different, note="There are not both same and different pairs.")
    if different * far < 1 - 1e-9:
        note = (
            f"A false accept rate of {far:g} needs at least {round(1 / far):,} different pairs, here are {different:,}."
        )
        return ValAtFar(val=None, different_pairs=different, note=note)
    val, count = ranks.val_at(far)
    return ValAtFar(
        val=val,
        different_pairs=different,
        false_accepts=round(float(ranks.upto[count - 1])) if count else 0,
        threshold=float(ranks.distances[count - 1]) if count else None,
    )


def val_at_far_levels(ranks: Ranks, levels: Mapping[str, float] = FAR_LEVELS) -> dict[str, ValAtFar]:
    """Return VAL at each false accept rate, under its name."""
    return {name: val_at_far(ranks, far) for name, far in levels.items()}


def val_at_far_json(levels: Mapping[str, ValAtFar]) -> dict[str, Any]:
    """Return ``val_at_far`` as plain numbers (or null), and what stands behind each under a key of its own."""
    return {
        "val_at_far": {name: level.val for name, level in levels.items()},
        "val_at_far_behind": {name: asdict(level) for name, level in levels.items()},
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorstPairs:
    """The pairs a threshold gets most wrong.

    Attributes:
        false_accepts: Different pairs that are accepted, the nearest first.
        false_rejects: Same pairs that are rejected, the farthest first.
        false_accept_count: How many there are in all.
        false_reject_count: How many there are in all.
    """

    false_accepts: PairDistances
    false_rejects: PairDistances
    false_accept_count: int
    false_reject_count: int


def worst_pairs(pairs: PairDistances, threshold: float, limit: int = 12) -> WorstPairs:
    """Return at most ``limit`` false accepts and as many false rejects, worst first; equals in order of index."""
    if limit < 0:
        raise ValueError(f"limit must be at least 0, got {limit}")
    accepted = pairs.squared_distance <= threshold
    accepts, rejects = np.flatnonzero(accepted & ~pairs.same), np.flatnonzero(~accepted & pairs.same)
    nearest = accepts[np.argsort(pairs.squared_distance[accepts], kind="stable")[:limit]]
    farthest = rejects[np.argsort(-pairs.squared_distance[rejects], kind="stable")[:limit]]
    return WorstPairs(
        false_accepts=pairs.select(nearest),
        false_rejects=pairs.select(farthest),
        false_accept_count=len(accepts),
        false_reject_count=len(rejects),
    )
