"""What a batch had to teach, and what a batch must be."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor


class NotFinite(ValueError):
    """Embeddings hold NaN or infinity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TripletLoss:
    """A batch's loss and the kinds of triplets in it.

    Every valid triplet is easy, semi-hard or hard. On the borders: d_an = d_ap counts as hard and
    d_an = d_ap + margin as easy, so that exactly the easy ones have no loss. With a margin of 0, where both
    hold at once, it is easy.

    Attributes:
        loss: 0-d, the mean over the mined triplets with a loss above 0 (or their sum, where that was asked for); 0,
            with its graph, where there are none.
        mined: Triplets that the miner chose.
        valid: Triplets the batch holds.
        active: Valid triplets with a loss above 0, that is ``semi_hard + hard``.
        easy: d_an >= d_ap + margin.
        semi_hard: d_ap < d_an < d_ap + margin.
        hard: d_an <= d_ap.
        positive_distance: Mean squared distance d_ap of the mined triplets; NaN where there are none.
        negative_distance: Mean squared distance d_an of the mined triplets; NaN where there are none.
    """

    loss: Tensor
    mined: int
    valid: int
    active: int
    easy: int
    semi_hard: int
    hard: int
    positive_distance: float
    negative_distance: float


def check_batch(embeddings: Tensor, labels: Tensor, margin: float) -> None:
    """Refuse what cannot be a batch.

    Raises:
        ValueError: Shapes or types do not fit, or the margin is no margin.
    """
    if embeddings.ndim != 2 or not embeddings.is_floating_point():
        raise ValueError(f"embeddings must be (B, D) float, got {tuple(embeddings.shape)} {embeddings.dtype}")
    whole = not (labels.is_floating_point() or labels.is_complex() or labels.dtype == torch.bool)
    if labels.shape != embeddings.shape[:1] or not whole:
        raise ValueError(
            f"labels must be ({len(embeddings)},) whole numbers, one for each embedding, "
            f"got {tuple(labels.shape)} {labels.dtype}"
        )
    if not 0 <= margin < math.inf:  # also refuses NaN
        raise ValueError(f"margin must be at least 0 and finite, got {margin}")


def not_finite(embeddings: Tensor) -> NotFinite:
    """Return the error that names the rows that are not finite."""
    rows = (~embeddings.detach().isfinite().all(dim=1)).nonzero().flatten().tolist()
    if not rows:
        largest = float(embeddings.detach().abs().max())
        return NotFinite(
            f"embeddings must have finite squared distances, but they hold numbers up to {largest:.3g}: scale them down"
        )
    return NotFinite(f"embeddings must be finite, but rows {rows[:10]} of {len(embeddings)} are not")
