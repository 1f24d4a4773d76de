"""Lay one map over another without changing its shape."""

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.projection.pca import Floats, Positions, checked


def align_rigid(positions: ArrayLike, reference: ArrayLike) -> Positions:
    """Turn, mirror and move positions as near to a reference as they get (orthogonal Procrustes).

    They are never scaled: scaled from epoch to epoch, a map shrinks to a point.

    Args:
        positions: (N, d) positions.
        reference: (N, d) where the same faces were before.

    Returns:
        (N, d) positions with all distances between them kept.

    Raises:
        ValueError: The shapes differ, or a position is not finite.
    """
    moving, fixed = checked(positions), checked(reference)
    if moving.shape != fixed.shape:
        raise ValueError(f"positions and reference must have one shape, got {moving.shape} and {fixed.shape}")
    if not len(moving):
        return moving.astype(np.float32)
    centred, target = moving - moving.mean(axis=0), fixed.mean(axis=0)
    left, _, right = np.linalg.svd(centred.T @ (fixed - target))
    aligned: Floats = centred @ (left @ right) + target
    return aligned.astype(np.float32)
