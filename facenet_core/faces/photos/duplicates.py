"""Photos that are the same one twice: saved again, smaller, a little brighter.

A photo without features, such as a plain wall or a single pixel, looks like every other one: it repeats nothing.
"""

from collections.abc import Sequence

import numpy as np
from PIL import Image

_SIDE = 16
MOST_DIFFERENT = 12  # of 256 signs; the nearest two photos of ORL differ in 15
MOST_UNLIKE = 8.0  # of 255, on average over the pixels: a copy may be a little brighter
FEATURES = 4.0  # of 255: what even light leaves unexplained; walls have 0.4, faces of ORL 21 and of LFW 13 and more


def _even_light() -> np.ndarray:
    """Return (272, 6) float64, orthonormal: light that is constant, grows or bends over the 16 x 17 places."""
    y, x = np.meshgrid(np.linspace(-1, 1, _SIDE), np.linspace(-1, 1, _SIDE + 1), indexing="ij")
    bends = np.stack([np.ones_like(x), x, y, x * x, y * y, x * y], axis=-1).reshape(-1, 6)
    return np.linalg.qr(bends)[0]


_EVEN = _even_light()


def hash_of(picture: Image.Image) -> np.ndarray:
    """Return (256,) bool: whether each place of a 16 x 17 copy is brighter than the place right of it.

    A photo without features has (0,) instead: there is nothing to know it again by.
    """
    small = np.asarray(_small(picture), dtype=np.int16)
    if _has_no_features(small):
        return np.zeros(0, np.bool_)
    signs: np.ndarray = (small[:, :-1] > small[:, 1:] + 1).ravel()  # +1: rounding decides nothing on a plain ground
    return signs


def is_featureless(picture: np.ndarray) -> bool:
    """Return whether a (H, W, 3) uint8 picture shows nothing but a plain ground, evenly lit or not."""
    return _has_no_features(np.asarray(_small(Image.fromarray(picture)), dtype=np.int16))


def twins(hashes: Sequence[np.ndarray]) -> list[int | None]:
    """Return for each photo the first earlier one that it repeats, or None.

    Args:
        hashes: n arrays from ``hash_of``.
    """
    found: list[int | None] = [None] * len(hashes)
    told = [number for number, hash_ in enumerate(hashes) if len(hash_)]
    signs = np.stack([hashes[number] for number in told]) if told else np.zeros((0, _SIDE**2), np.bool_)
    for place in range(1, len(told)):
        near = np.flatnonzero((signs[:place] != signs[place]).sum(axis=1) <= MOST_DIFFERENT)
        found[told[place]] = told[int(near[0])] if len(near) else None
    return found


def _small(picture: Image.Image) -> Image.Image:
    return picture.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX)


def _has_no_features(small: np.ndarray) -> bool:
    """Return whether light that changes evenly over the picture explains all of it."""
    left = small.ravel() - _EVEN @ (_EVEN.T @ small.ravel())
    return float(left.std()) < FEATURES


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
    told = np.array([number for number in standing if len(signs[int(number)])], dtype=np.int64)
    there = np.stack([signs[int(number)] for number in told]) if len(told) else np.zeros((0, _SIDE**2), np.bool_)
    for place, number in enumerate(coming):
        own = signs[int(number)]
        near = told[(there != own).sum(axis=1) <= MOST_DIFFERENT] if len(own) else told[:0]
        unlike = np.abs(pictures[near].astype(np.int16) - pictures[number]).mean(axis=(1, 2, 3))
        found[place] = bool((unlike <= MOST_UNLIKE).any())
    return found
