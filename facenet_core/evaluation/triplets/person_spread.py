"""How far apart the faces of each person lie."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, Integers, check_embeddings, check_people


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PersonSpread:
    """The spread of every person, in ascending order of ``np.unique(people)``.

    Attributes:
        to_mean: (P,) mean squared distance of a person's faces to their mean; NaN for a single face.
        faces: (P,) faces of each.
    """

    to_mean: Floats
    faces: Integers

    @property
    def between(self) -> Floats:
        """(P,) mean squared distance between two faces of the person: 2 K / (K - 1) times that to the mean."""
        return self.to_mean * 2 * self.faces / np.maximum(self.faces - 1, 1)


def spread_by_person(embeddings: ArrayLike, people: ArrayLike) -> PersonSpread:
    """Measure how far each person's faces lie from their mean.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    counts = np.bincount(codes).astype(np.int64)
    sums = np.zeros((len(counts), table.shape[1]))
    np.add.at(sums, codes, table)
    away = table - (sums / np.maximum(counts, 1)[:, None])[codes]
    total = np.bincount(codes, weights=np.einsum("nd,nd->n", away, away), minlength=len(counts))
    with_two = counts > 1
    to_mean = np.divide(total, counts, out=np.full(len(counts), np.nan), where=with_two)
    return PersonSpread(to_mean=to_mean, faces=counts)
