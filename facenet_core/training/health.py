"""How healthy a batch's embedding is: three numbers that fall to nothing when a network collapses."""

from typing import NamedTuple

import torch
from torch import Tensor

ROUNDING = 1e-12
"""Share of the squared length below which a spread is only rounding: float32 knows a coordinate to 1e-7 of itself."""


class BatchHealth(NamedTuple):
    """The embedding of one batch in three numbers.

    Attributes:
        spread: Mean squared distance between two different faces; 0 when all are one point.
        norm: Mean length of an embedding; 1 on the unit sphere.
        rank: Effective number of directions in which the faces differ, 1..D; 0 when all are one point.
    """

    spread: float
    norm: float
    rank: float


@torch.no_grad()
def batch_health(embeddings: Tensor) -> Tensor:
    """Measure a batch's embedding without leaving the device: the caller moves the three numbers when it likes.

    The rank is the participation ratio (tr C)^2 / tr(C^2) of the covariance C of the batch: the number of
    directions when all spread alike, 1 on a line. It needs one matrix product and no eigenvalues.
    Source: Gao et al., A theory of multineuronal dimensionality, dynamics and measurement (bioRxiv 214262).

    Args:
        embeddings: (B, D) float.

    Returns:
        (3,) float32, in the order of ``BatchHealth``; all that is not finite stays so.
    """
    rows = embeddings.detach().float()
    squared_lengths = rows.square().sum(dim=1)  # (B,)
    centred = rows - rows.mean(dim=0, keepdim=True)
    around_mean = centred.square().sum()
    count = len(rows)
    spread = 2 * around_mean / max(1, count - 1)  # the mean over pairs, without looking at any
    scaled = centred / around_mean.sqrt().clamp(min=torch.finfo(torch.float32).tiny)  # so that squares of squares last
    products = scaled.T @ scaled if scaled.shape[1] <= count else scaled @ scaled.T  # the smaller one has the same norm
    rank = 1 / products.square().sum().clamp(min=torch.finfo(torch.float32).tiny)
    one_point = around_mean <= ROUNDING * squared_lengths.sum()
    return torch.stack([spread, squared_lengths.sqrt().mean(), rank.masked_fill(one_point, 0.0)])
