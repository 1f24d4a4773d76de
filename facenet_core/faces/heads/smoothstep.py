"""Soft steps and hills, the chisels that heads are made with; and a texture to roughen them."""

from functools import lru_cache

import numpy as np


def ramp(values: np.ndarray, start: float, end: float) -> np.ndarray:
    """Rise smoothly from 0 at ``start`` to 1 at ``end``; falls where end is below start."""
    t = np.minimum(np.maximum((values - np.float32(start)) * np.float32(1 / (end - start)), 0), 1)
    risen: np.ndarray = t * t * (3 - 2 * t)
    return risen


def bump(u: np.ndarray, v: np.ndarray, at: tuple[float, float], wide: float, high: float) -> np.ndarray:
    """A soft hill of height 1 around ``at``."""
    across, along = (u - np.float32(at[0])) * np.float32(1 / wide), (v - np.float32(at[1])) * np.float32(1 / high)
    hill: np.ndarray = np.exp(-(across * across + along * along))
    return hill


def along(direction: np.ndarray, vectors: np.ndarray) -> np.ndarray:
    """Return how far vectors (3, n) reach in a direction (3,).

    Written out, not as a matrix product: the threads that a product would start cost more than they bring here.
    """
    reach: np.ndarray = direction[0] * vectors[0] + direction[1] * vectors[1] + direction[2] * vectors[2]
    return reach


def line(distance: np.ndarray, thick: float) -> np.ndarray:
    """A soft stroke of height 1 where ``distance`` is 0."""
    scaled = distance * np.float32(1 / thick)
    stroke: np.ndarray = np.exp(-(scaled * scaled))
    return stroke


@lru_cache(maxsize=1)
def _grain() -> np.ndarray:
    """A texture that repeats: (256, 256) float32 in 0..1, smooth between 64 x 64 random cells."""
    cells = np.random.Generator(np.random.PCG64(7)).random((64, 64)).astype(np.float32)
    part = (np.arange(4, dtype=np.float32) / 4)[None, None, :]
    wide = (cells[:, :, None] * (1 - part) + np.roll(cells, -1, axis=1)[:, :, None] * part).reshape(64, 256)
    tall = wide[:, None, :] * (1 - part[0, 0, :, None]) + np.roll(wide, -1, axis=0)[:, None, :] * part[0, 0, :, None]
    return np.ascontiguousarray(tall.reshape(256 * 256))


def grain(u: np.ndarray, v: np.ndarray, cells: float, start: float) -> np.ndarray:
    """Read the texture.

    Args:
        u: Where to read, across.
        v: Where to read, down.
        cells: Random cells to the unit of ``u`` and ``v``.
        start: In 0..1: where in the texture to begin, so that two people have different ones.
    """
    shift = np.float32(40 + 64 * start)
    column = ((u + shift) * np.float32(4 * cells)).astype(np.int32) & 255
    row = ((v + shift * np.float32(1.7)) * np.float32(4 * cells)).astype(np.int32) & 255
    return np.take(_grain(), (row << 8) | column)
