"""What pictures tell before anything was learned: small grey pictures as embeddings."""

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image

from facenet_core.evaluation.verification.verification import Verification, verify_group

SIDE = 32  # pixels


def raw_pixels(images: np.ndarray) -> np.ndarray:
    """Return pictures as points that distances can be measured between, by their bare pixels.

    A picture becomes 32x32 grey values, their mean is taken off, and they are brought to unit length: half the
    squared distance of two such points is 1 minus the cosine between them.

    Args:
        images: (N, H, W, 3) uint8.

    Returns:
        (N, 1024) float32 of unit length; a picture of one grey is all 0.
    """
    if images.ndim != 4 or images.shape[-1] != 3 or images.dtype != np.uint8:
        raise ValueError(f"images must be (N, H, W, 3) uint8, got {images.shape} {images.dtype}")
    points = np.empty((len(images), SIDE * SIDE), dtype=np.float32)
    for place, image in enumerate(images):
        grey = Image.fromarray(np.ascontiguousarray(image)).convert("L").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        points[place] = np.asarray(grey, dtype=np.float32).ravel()
    points -= points.mean(axis=1, keepdims=True)
    length = np.linalg.norm(points, axis=1, keepdims=True)
    unit: np.ndarray = points / np.maximum(length, 1e-6)
    return unit


def raw_pixel_verification(images: np.ndarray, people: ArrayLike, *, seed: int = 0) -> Verification:
    """Measure how well bare pixels tell whether two pictures show one person.

    As with a network, the accuracy weighs same and different pairs equally and its threshold comes from the
    other half of the people; see ``verify_group``.

    Args:
        images: (N, H, W, 3) uint8.
        people: (N,) person of each.
        seed: Decides the halves.
    """
    return verify_group(raw_pixels(images), people, seed=seed)


def raw_pixel_accuracy(images: np.ndarray, people: ArrayLike, *, seed: int = 0) -> float | None:
    """Return the accuracy of ``raw_pixel_verification``; None where the people are too few to halve."""
    return raw_pixel_verification(images, people, seed=seed).accuracy
