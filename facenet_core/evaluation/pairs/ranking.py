"""Where same pairs rank among different ones: all that VAL, FAR, AUC and the equal error rate need.

A pair is accepted at threshold d when its squared distance D is at most d. VAL(d) is the share of same pairs
accepted, FAR(d) the share of different pairs accepted (Schroff et al. 2015, section 4).
"""

from dataclasses import dataclass

import numpy as np

from facenet_core.evaluation.pairs.distances import Floats, Integers

FAR_LEVELS = {"0.1": 0.1, "0.01": 0.01, "0.001": 0.001}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranks:
    """Counts (or sums of weights) of pairs at each distance that a same pair has.

    Between two of these distances VAL does not change, so nothing else is needed to be exact.

    Attributes:
        distances: (K,) distinct squared distances of same pairs, ascending.
        accepted: (K,) same pairs at or below each.
        below: (K,) different pairs below each.
        upto: (K,) different pairs at or below each.
        same: Same pairs in all.
        different: Different pairs in all.
        short: (K,) thresholds that accept just ``below`` and the same pairs before; None: any just short of a distance.
    """

    distances: Floats
    accepted: Floats
    below: Floats
    upto: Floats
    same: float
    different: float
    short: Floats | None = None

    @property
    def both_kinds(self) -> bool:
        """Whether there is anything to compare."""
        return self.same > 0 and self.different > 0

    def auc(self) -> float | None:
        """Return the probability that a same pair is nearer than a different one; ties count half."""
        if not self.both_kinds:
            return None
        farther = self.different - (self.below + self.upto) / 2
        return float(np.diff(self.accepted, prepend=0) @ farther / (self.same * self.different))

    def curve(self) -> tuple[Floats, Floats]:
        """Return FAR and VAL (2K + 2,) of every corner of the curve from (0, 0) to (1, 1)."""
        far, val = np.zeros(2 * len(self.distances) + 2), np.zeros(2 * len(self.distances) + 2)
        far[1:-1:2], far[2:-1:2], far[-1] = self.below / self.different, self.upto / self.different, 1
        val[2:-1:2], val[-1] = self.accepted / self.same, 1
        val[3:-1:2] = val[2:-2:2]
        return far, val

    def equal_error_rate(self) -> float | None:
        """Return the error at the point of the curve where FAR equals 1 - VAL, between corners on a line."""
        if not self.both_kinds:
            return None
        far, val = self.curve()
        excess = far + val - 1  # never falls, from -1 to 1
        after = int(np.searchsorted(excess, 0.0))
        part = -excess[after - 1] / (excess[after] - excess[after - 1])
        return float(far[after - 1] + part * (far[after] - far[after - 1]))

    def val_at(self, far: float) -> tuple[float, int]:
        """Return the largest VAL whose FAR is at most ``far``, and how many of the distances it accepts."""
        allowed = far * self.different * (1 + 1e-12)  # 0.1 * 30 is a little less than 3
        last = int(np.searchsorted(self.upto, allowed, side="right"))
        return (float(self.accepted[last - 1] / self.same), last) if last else (0.0, 0)

    def best(self) -> int:
        """Return which distance, as threshold, gives the best balanced accuracy; of equals the middle one."""
        gain = self.accepted / self.same - self.upto / self.different
        best = np.flatnonzero(gain >= gain.max() - 1e-12)
        return int(best[len(best) // 2])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankedPairs:
    """Sorted distances of both kinds, ranked against each other once; weights can then change cheaply.

    Attributes:
        same: (S,) squared distances of same pairs, ascending.
        different: (M,) squared distances of different pairs, ascending.
        ends: (K,) last position of each distinct distance in ``same``.
        below: (K,) how many different pairs lie below each of these.
        upto: (K,) how many lie at or below.
    """

    same: Floats
    different: Floats
    ends: Integers
    below: Integers
    upto: Integers

    def ranks(self, same_weights: Floats | None = None, different_weights: Floats | None = None) -> Ranks:
        """Count the pairs, each as often as its weight says (once, where none is given)."""
        accepted = self.ends + 1 if same_weights is None else np.cumsum(same_weights)[self.ends]
        if different_weights is None:
            below, upto, different = self.below, self.upto, float(len(self.different))
        else:
            running = np.concatenate([[0.0], np.cumsum(different_weights)])
            below, upto, different = running[self.below], running[self.upto], float(running[-1])
        return Ranks(
            distances=self.same[self.ends],
            accepted=accepted.astype(np.float64),
            below=below.astype(np.float64),
            upto=upto.astype(np.float64),
            same=float(accepted[-1]) if len(accepted) else 0.0,
            different=different,
        )

    def threshold_after(self, which: int) -> float:
        """Return the middle between distinct same distance ``which`` and the next distance of either kind."""
        here, end, different = float(self.same[self.ends[which]]), self.ends[which] + 1, self.upto[which]
        following = min(
            float(self.same[end]) if end < len(self.same) else np.inf,
            float(self.different[different]) if different < len(self.different) else np.inf,
        )
        middle = (here + following) / 2
        return middle if middle < following else here  # no pair farther away, or no number in between

    def balanced_accuracy(
        self, threshold: float, same_weights: Floats | None = None, different_weights: Floats | None = None
    ) -> float:
        """Return the mean of the shares of same pairs accepted and different pairs rejected."""
        accepted = _share_below(self.same, threshold, same_weights)
        return (accepted + 1 - _share_below(self.different, threshold, different_weights)) / 2


def rank(same: Floats, different: Floats) -> RankedPairs:
    """Rank sorted distances of same pairs among sorted distances of different pairs."""
    ends = np.flatnonzero(np.append(same[1:] != same[:-1], True)) if len(same) else np.zeros(0, dtype=np.int64)
    distinct = same[ends]
    return RankedPairs(
        same=same,
        different=different,
        ends=ends,
        below=np.searchsorted(different, distinct, side="left"),
        upto=np.searchsorted(different, distinct, side="right"),
    )


def _share_below(distances: Floats, threshold: float, weights: Floats | None) -> float:
    count = int(np.searchsorted(distances, threshold, side="right"))
    if weights is None:
        return count / len(distances)
    return float(weights[:count].sum() / weights.sum())
