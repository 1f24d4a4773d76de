"""How calm a film of maps is, and how much of a map is chance."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.projection.pca import Floats, checked


def spread(positions: ArrayLike) -> float:
    """Return how wide a map is: the root of the mean squared distance of its faces from their middle."""
    table = checked(positions)
    return float(np.sqrt(((table - table.mean(axis=0)) ** 2).sum(axis=1).mean())) if len(table) else 0.0


def moves(maps: Sequence[ArrayLike]) -> Floats:
    """Return how far the faces move from each map to the next: the median move / the later map's spread.

    Args:
        maps: E maps, each (N, d), of the same faces.

    Returns:
        (E - 1,) numbers; 0 is a still picture. NaN where a map has no spread.
    """
    return np.array([_move(before, after) for before, after in itertools.pairwise(maps)])


def stability(maps: Sequence[ArrayLike]) -> float:
    """Return a film's stability: the mean of its ``moves``; NaN for a single map. Small is calm."""
    steps = moves(maps)
    return float(np.nanmean(steps)) if np.isfinite(steps).any() else float("nan")


def jitter(shown: ArrayLike, others: Sequence[ArrayLike]) -> Floats:
    """Return how far each face's place is chance: its median distance to its places on other maps / the spread.

    Args:
        shown: (N, d) the map.
        others: Maps of the same embeddings with other seeds, laid over the shown one.

    Returns:
        (N,) numbers; zeros without other maps, or where the map has no spread.
    """
    table, width = checked(shown), spread(shown)
    if not len(others) or not width > 0:
        return np.zeros(len(table))
    away = [np.linalg.norm(checked(other) - table, axis=1) for other in others]
    return np.asarray(np.median(away, axis=0) / width)


def _move(before: ArrayLike, after: ArrayLike) -> float:
    first, second, width = checked(before), checked(after), spread(after)
    if not len(first) or not width > 0:
        return float("nan")
    return float(np.median(np.linalg.norm(second - first, axis=1)) / width)
