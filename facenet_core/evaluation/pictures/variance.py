"""The mean picture of a set, and where its pictures vary: between people, and within one person's pictures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PixelVariance:
    """Components of variance, pixel by pixel; pixels count from 0 to 1, colours are averaged.

    Attributes:
        mean: (H, W, 3) the mean picture; None without a picture.
        between: (H, W) variance of people about the mean; None for fewer than two people or where nobody has two
            pictures.
        within: (H, W) variance of one person's pictures about that person's mean; None where nobody has two.
        share_between: Part of the whole variance that lies between people, 0..1; None where one of them is unknown.
        pictures: How many were looked at.
        people: Of how many people.
    """

    mean: Picture | None
    between: Picture | None
    within: Picture | None
    share_between: float | None
    pictures: int
    people: int


def pixel_variance(persons: Iterable[np.ndarray]) -> PixelVariance:
    """Divide the variance of pixels into between and within people, one person in memory at a time.

    People's means differ already because each is taken of a few pictures; that much is taken off (the estimator of a
    one-way analysis of variance with random effects), so that ``between`` is not flattered by few pictures.

    Args:
        persons: For each person (K, H, W, 3) uint8, alike in H and W; people without a picture are passed over.

    Raises:
        ValueError: Pictures of another kind or size.
    """
    sums = _Sums()
    for pictures in persons:
        if len(pictures):
            sums.add(pictures)
    return sums.result()


class _Sums:
    def __init__(self) -> None:
        self.counts: list[int] = []
        self.shape: tuple[int, ...] = ()
        self.total: Any = 0.0  # sum of pictures
        self.inside: Any = 0.0  # sum of squared deviations from the person's mean
        self.means: Any = 0.0  # sum over people of count times squared mean

    def add(self, pictures: np.ndarray) -> None:
        if pictures.ndim != 4 or pictures.shape[-1] != 3 or pictures.dtype != np.uint8:
            raise ValueError(f"pictures must be (K, H, W, 3) uint8, got {pictures.shape} {pictures.dtype}")
        if self.shape and pictures.shape[1:] != self.shape:
            raise ValueError(f"all pictures must be {self.shape}, got {pictures.shape[1:]}")
        self.shape = pictures.shape[1:]
        values = pictures.astype(np.float32) / 255
        mean = values.mean(axis=0, dtype=np.float64)
        self.counts.append(len(values))
        self.total = self.total + len(values) * mean
        self.means = self.means + len(values) * mean**2
        self.inside = self.inside + ((values - mean.astype(np.float32)) ** 2).sum(axis=0, dtype=np.float64)

    def result(self) -> PixelVariance:
        people, pictures = len(self.counts), sum(self.counts)
        if not people:
            return PixelVariance(mean=None, between=None, within=None, share_between=None, pictures=0, people=0)
        mean = self.total / pictures
        within = between = share = None
        if pictures > people:
            spread_within = (self.inside / (pictures - people)).mean(axis=-1)
            within = spread_within.astype(np.float32)
            if people > 1:
                usual = (pictures - sum(count**2 for count in self.counts) / pictures) / (people - 1)
                means = ((self.means - pictures * mean**2) / (people - 1)).mean(axis=-1)
                spread_between = np.maximum((means - spread_within) / usual, 0)
                between = spread_between.astype(np.float32)
                whole = float(spread_between.sum() + spread_within.sum())
                share = float(spread_between.sum()) / whole if whole > 0 else None
        return PixelVariance(
            mean=mean.astype(np.float32),
            between=between,
            within=within,
            share_between=share,
            pictures=pictures,
            people=people,
        )
