"""Who is taken for somebody else, and who is not recognised: errors person by person."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Integers, PairDistances


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PersonErrors:
    """Counts for each of P people; a different pair counts for both of its people.

    Attributes:
        people: (P,) the people, as given.
        false_rejects: (P,) pairs of their own pictures that are rejected.
        same: (P,) pairs of their own pictures.
        false_accepts: (P,) pairs with somebody else that are accepted.
        different: (P,) pairs with somebody else.
    """

    people: Integers
    false_rejects: Integers
    same: Integers
    false_accepts: Integers
    different: Integers

    @property
    def order(self) -> Integers:
        """(P,) places, those with the largest shares of errors (both kinds added) first."""
        shares = self.false_rejects / np.maximum(self.same, 1) + self.false_accepts / np.maximum(self.different, 1)
        return np.argsort(-shares, kind="stable")


def person_errors(pairs: PairDistances, people: ArrayLike, threshold: float) -> PersonErrors:
    """Count every person's errors.

    Args:
        pairs: M pairs; ``first`` and ``second`` are places in ``people``.
        people: (T,) whole number of the person of every face.
        threshold: Largest squared distance that is accepted.
    """
    whole = np.asarray(people, dtype=np.int64)
    both = np.stack([whole[pairs.first], whole[pairs.second]]) if len(pairs) else np.zeros((2, 0), np.int64)
    names, codes = np.unique(both, return_inverse=True)
    a, b = codes.reshape(both.shape)
    accepted = pairs.squared_distance <= threshold

    def own(chosen: np.ndarray) -> Integers:
        return np.bincount(a[chosen], minlength=len(names)).astype(np.int64)

    def either(chosen: np.ndarray) -> Integers:
        return own(chosen) + np.bincount(b[chosen], minlength=len(names)).astype(np.int64)

    return PersonErrors(
        people=names.astype(np.int64),
        false_rejects=own(pairs.same & ~accepted),
        same=own(pairs.same),
        false_accepts=either(~pairs.same & accepted),
        different=either(~pairs.same),
    )
