"""The losses over chosen triplets, for any miner.

A loss takes (B, B) squared distances, the triplets and the margin, and returns one number. Where miner and loss have
a closed form (``closed_form``), that is faster and says the same.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from facenet_core.triplets import miners
from facenet_core.triplets.closed_form import count_kinds
from facenet_core.triplets.distances import squared_distances
from facenet_core.triplets.metric_learning import adapted_loss, adapted_miner
from facenet_core.triplets.miners import Triplets
from facenet_core.triplets.result import TripletLoss, check_batch, not_finite

Miner = Callable[[Tensor, Tensor, float, torch.Generator | None], Triplets]
Loss = Callable[[Tensor, Triplets, float], Tensor]

SMALLEST_DISTANCE = 1e-6
"""Plain distances below this one have no gradient: at 0 it would be infinite."""


def triplet_loss(distances: Tensor, triplets: Triplets, margin: float) -> Tensor:
    """Return the mean of max(0, d_ap - d_an + margin) over the triplets where it is above 0.

    Source: the FaceNet paper, equation 3; the mean over what still teaches, not the sum over everything,
    keeps the size of a step independent of how many triplets went quiet.

    Args:
        distances: (B, B) float squared distances.
        triplets: Indices into the batch.
        margin: Required gap between squared distances.

    Returns:
        0-d float that depends on ``distances`` also where it is 0.
    """
    positive, negative = _of(distances, triplets)
    return _mean_above_0((positive - negative + margin).relu())


def distance_triplet_loss(distances: Tensor, triplets: Triplets, margin: float) -> Tensor:
    """Return what ``triplet_loss`` does with distances that are not squared: 0..2 on the sphere, and the margin too."""
    positive, negative = (squared.clamp(min=SMALLEST_DISTANCE**2).sqrt() for squared in _of(distances, triplets))
    return _mean_above_0((positive - negative + margin).relu())


def soft_margin_loss(distances: Tensor, triplets: Triplets, margin: float) -> Tensor:
    """Return the mean of log(1 + exp(d_ap - d_an)): no margin, and no triplet goes quite quiet.

    Source: Hermans, Beyer, Leibe, In Defense of the Triplet Loss (arXiv 1703.07737), section 2.
    """
    positive, negative = _of(distances, triplets)
    return nn.functional.softplus(positive - negative).sum() / max(1, len(triplets))


def n_pair_loss(distances: Tensor, triplets: Triplets, margin: float) -> Tensor:
    """Return the mean over pairs of log(1 + sum over the pair's negatives of exp((d_ap - d_an) / 2)); no margin.

    For unit length (d_ap - d_an) / 2 is the difference of the inner products.
    Source: Sohn, Improved Deep Metric Learning with Multi-class N-pair Loss Objective (2016), equation 4.
    """
    positive, negative = _of(distances, triplets)
    half = (positive - negative) / 2  # (T,)
    pairs, pair = torch.unique(triplets.anchors * len(distances) + triplets.positives, return_inverse=True)
    largest = half.new_zeros(len(pairs)).scatter_reduce(0, pair, half.detach(), "amax")  # at least 0, as log(1) is
    sums = half.new_zeros(len(pairs)).index_add(0, pair, (half - largest[pair]).exp())
    return (largest + ((-largest).exp() + sums).log()).sum() / max(1, len(pairs))


def mined_triplet_loss(
    embeddings: Tensor,
    labels: Tensor,
    margin: float,
    *,
    miner: Miner | nn.Module,
    loss: Loss | nn.Module = triplet_loss,
    generator: torch.Generator | None = None,
) -> TripletLoss:
    """Mine a batch and return its loss with the counts.

    Args:
        embeddings: (B, D) float; half precision is computed in float32.
        labels: (B,) whole numbers, the person of each row.
        margin: Required gap between squared distances.
        miner: Chooses the triplets; one of pytorch-metric-learning is taken as it is.
        loss: Takes squared distances, triplets and margin; one of pytorch-metric-learning is taken as it is.
        generator: For miners that draw; on the device of the embeddings.

    Raises:
        ValueError: Shapes or types do not fit.
        NotFinite: Embeddings hold NaN or infinity.
    """
    check_batch(embeddings, labels, margin)
    exact = embeddings if embeddings.dtype in (torch.float32, torch.float64) else embeddings.float()
    labels = labels.to(exact.device)
    distances = squared_distances(exact)  # (B, B)
    mine, lose = adapted_miner(miner), adapted_loss(loss)
    if not bool(distances.detach().isfinite().all()):
        raise not_finite(exact)
    with torch.no_grad():
        seen = exact.detach() if _wants_embeddings(mine) else distances.detach()
        triplets = mine(seen, labels, margin, generator)
        kinds = count_kinds(exact.detach(), labels, margin)
        means = torch.stack([numbers.mean() for numbers in _of(distances, triplets)])
    valid, active, hard = kinds.tolist()[:3]
    positive, negative = means.tolist()
    value = lose(exact, labels, triplets) if _wants_embeddings(lose) else lose(distances, triplets, margin)
    return TripletLoss(
        loss=value,
        mined=len(triplets),
        valid=valid,
        active=active,
        easy=valid - active,
        semi_hard=active - hard,
        hard=hard,
        positive_distance=positive,
        negative_distance=negative,
    )


def random_triplet_loss(
    embeddings: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None
) -> TripletLoss:
    """The loss over every anchor-positive pair with one random negative; see ``mined_triplet_loss``."""
    return mined_triplet_loss(embeddings, labels, margin, miner=miners.random_negative, generator=generator)


def _of(distances: Tensor, triplets: Triplets) -> tuple[Tensor, Tensor]:
    """Return (T,) d_ap and (T,) d_an."""
    return (
        distances[triplets.anchors, triplets.positives],
        distances[triplets.anchors, triplets.negatives],
    )


def _mean_above_0(gaps: Tensor) -> Tensor:
    return gaps.sum() / (gaps.detach() > 0).sum().clamp(min=1)


def _wants_embeddings(function: Any) -> bool:
    return bool(getattr(function, "wants_embeddings", False))
