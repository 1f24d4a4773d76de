"""Principal components: a map by a fixed rule, the same rule for every epoch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Positions = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Basis:
    """The directions that a map looks along.

    Attributes:
        mean: (D,) the point that lands in the origin.
        components: (d, D) orthonormal directions of largest variance, largest first.
    """

    mean: Floats
    components: Floats


def pca_basis(embeddings: ArrayLike, dimensions: int = 2) -> Basis:
    """Find the directions in which embeddings vary most.

    The sign of a direction is arbitrary in mathematics and fixed here: its largest entry is positive.

    Args:
        embeddings: (N, D) numbers, N at least 1.
        dimensions: Number of directions, at most D.

    Raises:
        ValueError: There are no embeddings, too few numbers in each, or one is not finite.
    """
    table = checked(embeddings)
    if not 1 <= dimensions <= table.shape[1]:
        raise ValueError(f"dimensions must lie between 1 and the embedding size {table.shape[1]}, got {dimensions}")
    if not len(table):
        raise ValueError("a basis needs at least one embedding, got none")
    mean = table.mean(axis=0)
    centred = table - mean
    directions = np.linalg.eigh(centred.T @ centred)[1]  # (D, D), smallest variance first
    components = directions[:, ::-1][:, :dimensions].T
    largest = np.abs(components).argmax(axis=1)
    signs = np.sign(components[np.arange(dimensions), largest])
    return Basis(mean=mean, components=components * signs[:, None])


def project(basis: Basis, embeddings: ArrayLike) -> Positions:
    """Return (N, d) positions of embeddings (N, D) on a basis.

    Raises:
        ValueError: The embeddings have another size than the basis, or one is not finite.
    """
    table = checked(embeddings)
    if table.shape[1] != len(basis.mean):
        raise ValueError(f"embeddings must have size {len(basis.mean)} like the basis, got {table.shape[1]}")
    return ((table - basis.mean) @ basis.components.T).astype(np.float32)


def checked_previous(previous: ArrayLike | None, faces: int, dimensions: int) -> Floats | None:
    """Return the map before this one as (N, d) float64, None where there is none.

    Raises:
        ValueError: It has another shape, is not finite, or ``dimensions`` is neither 2 nor 3.
    """
    before = None if previous is None else checked(previous)
    if before is not None and before.shape != (faces, dimensions):
        raise ValueError(f"previous must have shape {(faces, dimensions)}, got {before.shape}")
    if dimensions not in (2, 3):
        raise ValueError(f"dimensions must be 2 or 3, got {dimensions}")
    return before


def checked(embeddings: ArrayLike) -> Floats:
    """Return embeddings as (N, D) float64.

    Raises:
        ValueError: Not a table of finite numbers.
    """
    table = np.asarray(embeddings, dtype=np.float64)
    if table.ndim != 2 or not table.shape[1]:
        raise ValueError(f"embeddings must have shape (faces, embedding size), got {table.shape}")
    bad = np.flatnonzero(~np.isfinite(table).all(axis=1))
    if len(bad):
        raise ValueError(f"embeddings must be finite, got NaN or infinity in {len(bad)} rows, the first is {bad[0]}")
    return table
