"""Photos that are the same one twice: saved again, smaller, a little brighter."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

_SIDE = 16
MOST_DIFFERENT = 12  # of 256 signs; the nearest two photos of ORL differ in 15


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
