"""VAL against FAR: the figures over all pairs of many faces, and the curve with few enough points to draw."""

from dataclasses import dataclass

import numpy as np

from facenet_core.evaluation.pairs.distances import Floats
from facenet_core.evaluation.pairs.ranking import Ranks
from facenet_core.evaluation.verification.thresholds import ValAtFar, val_at_far

CURVE_POINTS = 5_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PairRoc:
    """VAL against FAR over all pairs.

    Attributes:
        far: (C,) false accept rates from 0 to 1, never falling.
        val: (C,) VAL at each.
        thresholds: (C,) squared distance up to which pairs are accepted there; -inf first (no pair), inf last (all).
            Every point is exact; of more than ``CURVE_POINTS`` corners the curve keeps some.
        auc: Area under the whole curve, ties counting half; None where one kind of pairs is missing.
        eer: Equal error rate; None where one kind of pairs is missing.
        faces: Faces measured; fewer than given where there are too many to compare them all.
        pairs: All pairs.
        same: Same pairs.
        different: Different pairs.
        auc_error: How far ``auc`` can be off at most: 0 but for groups with too many same pairs to hold.
        note: What could not be measured or was left out, as sentences; None where nothing.
        ranks: The counts behind it.
    """

    far: Floats
    val: Floats
    thresholds: Floats
    auc: float | None
    eer: float | None
    faces: int
    pairs: int
    same: int
    different: int
    auc_error: float
    note: str | None
    ranks: Ranks

    def val_at_far(self, far: float) -> ValAtFar:
        """Return VAL at one false accept rate, with the pairs behind it.

        Its ``val`` is None, and its ``note`` says why, where the pairs are too few for such a rate.

        Raises:
            ValueError: ``far`` is no rate above 0 and up to 1.
        """
        return val_at_far(self.ranks, far)


def curve_of(ranks: Ranks) -> tuple[Floats, Floats, Floats]:
    """Return FAR, VAL and threshold (C,) of the curve, thinned to about ``CURVE_POINTS`` points; empty for one kind."""
    if not ranks.both_kinds:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    far, val = ranks.curve()
    thresholds = np.empty(len(far))
    thresholds[0] = -np.inf
    thresholds[1:-1:2] = np.nextafter(ranks.distances, -np.inf) if ranks.short is None else ranks.short
    thresholds[2:-1:2] = ranks.distances
    thresholds[-1] = np.inf
    if len(far) <= CURVE_POINTS:
        return far, val, thresholds
    third = CURVE_POINTS // 3
    rates = np.geomspace(1 / ranks.different, 1, third)  # small false accept rates are read on a logarithmic axis
    keep = np.unique(
        np.concatenate(
            [
                [0, len(far) - 1],
                np.searchsorted(far, rates, side="right") - 1,
                np.searchsorted(far, np.linspace(0, 1, third), side="right") - 1,
                np.searchsorted(val, np.linspace(0, 1, third), side="right") - 1,
            ]
        )
    )
    return far[keep], val[keep], thresholds[keep]
