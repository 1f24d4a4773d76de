"""Photos that are the same one twice: saved again, smaller, a little brighter."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

_SIDE = 16
MOST_DIFFERENT = 12  # of 256 signs; the nearest two photos of ORL differ in 15
MOST_UNLIKE = 8.0  # of 255, on average over the pixels: a copy may be a little brighter


def hash_of(picture: Image.Image) -> np.ndarray:
    """Return (256,) bool: whether each place of a 16 x 17 copy is brighter than the place right of it."""
    small = picture.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX)
    grey = np.asarray(small, dtype=np.int16)
    signs: np.ndarray = (grey[:, :-1] > grey[:, 1:] + 1).ravel()  # +1: rounding decides nothing on a plain ground
    return signs


def twins(hashes: Sequence[np.ndarray]) -> list[int | None]:
    """Return for each photo the first earlier one that it repeats, or None.

    Args:
        hashes: n arrays of (256,) bool from ``hash_of``.
    """
    if not len(hashes):
        return []
    signs = np.stack(hashes)
    found: list[int | None] = [None]
    for number in range(1, len(signs)):
        near = np.flatnonzero((signs[:number] != signs[number]).sum(axis=1) <= MOST_DIFFERENT)
        found.append(int(near[0]) if len(near) else None)
    return found


def copies_of(pictures: np.ndarray, standing: np.ndarray, coming: np.ndarray) -> np.ndarray:
    """Return for each picture that comes whether it stands there already, as it is or saved again.

    Args:
        pictures: (N, S, S, 3) uint8.
        standing: (G,) numbers of pictures.
        coming: (Q,) numbers of pictures.

    Returns:
        (Q,) bool.
    """
    found = np.zeros(len(coming), np.bool_)
    if not len(standing) or not len(coming):
        return found
    signs = {int(number): hash_of(Image.fromarray(pictures[number])) for number in {*standing, *coming}}
    there = np.stack([signs[int(number)] for number in standing])
    for place, number in enumerate(coming):
        near = standing[(there != signs[int(number)]).sum(axis=1) <= MOST_DIFFERENT]
        unlike = np.abs(pictures[near].astype(np.int16) - pictures[number]).mean(axis=(1, 2, 3))
        found[place] = bool((unlike <= MOST_UNLIKE).any())
    return found
