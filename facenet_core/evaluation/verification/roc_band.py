"""How far the curve of VAL against FAR is known: the middle 95 % of curves on people drawn again and again."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, check_embeddings, check_people
from facenet_core.evaluation.pairs.group_pairs import group_pairs
from facenet_core.evaluation.verification.bootstrap import RESAMPLES, person_draws
from facenet_core.evaluation.verification.intervals import CONFIDENCE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RocBand:
    """VAL at many false accept rates, for 95 of 100 draws of people.

    Attributes:
        far: (C,) false accept rates, ascending.
        low: (C,) lower end of VAL at each.
        high: (C,) upper end.
    """

    far: Floats
    low: Floats
    high: Floats


def roc_band(
    embeddings: ArrayLike, people: ArrayLike, far: ArrayLike, *, resamples: int = RESAMPLES, seed: int = 0
) -> RocBand | None:
    """Draw people with replacement and return how far VAL varies at each false accept rate.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        far: (C,) false accept rates, ascending.
        resamples: How often people are drawn.
        seed: Decides the draws.

    Returns:
        None where half of the draws have not both kinds of pairs.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    rates = np.asarray(far, dtype=np.float64)
    group = group_pairs(table, check_people(people, len(table)))
    pairs = group.ranked()
    rows = []
    for multiplicity in person_draws(len(group.counts), resamples, seed):
        ranks = pairs.ranks(*group.weights(multiplicity))
        if ranks.both_kinds:
            accepted = np.concatenate([[0.0], ranks.accepted])
            rows.append(accepted[np.searchsorted(ranks.upto, rates * ranks.different * (1 + 1e-12), "right")])
            rows[-1] /= ranks.same
    if len(rows) < max(resamples / 2, 2):
        return None
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(rows, [tail, 100 - tail], axis=0)
    return RocBand(far=rates, low=low, high=high)
