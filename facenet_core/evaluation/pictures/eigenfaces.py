"""Eigenfaces: what is left of a face when it is described by how far it goes along the commonest differences."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, check_embeddings

ROUNDING = 1e-9
"""Share of the largest variance below which a direction is only rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Eigenfaces:
    """The directions in which training pictures vary most.

    Attributes:
        mean: (M,) the mean picture.
        directions: (K, M) rows of unit length, the one of largest variance first.
        variances: (K,) of the training pictures along each.
    """

    mean: Floats
    directions: Floats
    variances: Floats

    def project(self, pictures: ArrayLike, *, whiten: bool = False) -> np.ndarray:
        """Return (N, K) float32 places of (N, M) pictures along the directions.

        With ``whiten`` every direction counts alike, as in the Mahalanobis distance, and places are brought to unit
        length; else they are plain coordinates, as in the original method.

        Raises:
            ValueError: Pictures are not finite, or of another size than those it was fitted on.
        """
        rows = check_embeddings(pictures, name="pictures")
        if rows.shape[1] != len(self.mean):
            raise ValueError(f"pictures must have the {len(self.mean)} values it was fitted on, got {rows.shape[1]}")
        places = (rows - self.mean) @ self.directions.T
        if whiten:
            places /= np.sqrt(self.variances)
            places /= np.maximum(np.linalg.norm(places, axis=1, keepdims=True), 1e-12)
        found: np.ndarray = places.astype(np.float32)
        return found


def fit_eigenfaces(pictures: ArrayLike, components: int) -> Eigenfaces:
    """Find the directions in which pictures vary most.

    Source: Turk, Pentland, Eigenfaces for Recognition (Journal of Cognitive Neuroscience, 1991). The smaller of the
    two matrices that have these directions is decomposed, whichever there are more of, pictures or pixels.

    Args:
        pictures: (N, M) numbers, a picture a row, such as those of ``raw_pixels``.
        components: How many directions at most; directions without variance are left out, so that K may be less.

    Raises:
        ValueError: Pictures are not finite, there are none, or ``components`` is below 1.
    """
    rows = check_embeddings(pictures, name="pictures")
    if not len(rows):
        raise ValueError("pictures must be at least one to find a mean face, got none")
    if components < 1:
        raise ValueError(f"components must be at least 1, got {components}")
    mean = rows.mean(axis=0)
    centred = rows - mean
    many = len(rows) > rows.shape[1]
    product = centred.T @ centred if many else centred @ centred.T
    variances, vectors = np.linalg.eigh(product / len(rows))  # ascending
    variances, vectors = variances[::-1], vectors[:, ::-1]
    kept = int(np.count_nonzero(variances > ROUNDING * max(float(variances[0]), ROUNDING)))
    kept = min(components, kept)
    directions = vectors[:, :kept].T if many else vectors[:, :kept].T @ centred
    directions = directions / np.maximum(np.linalg.norm(directions, axis=1, keepdims=True), 1e-12)
    return Eigenfaces(mean=mean, directions=directions, variances=variances[:kept])
