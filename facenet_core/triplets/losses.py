"""The triplet loss, and what a batch had to teach."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from facenet_core.triplets import miners
from facenet_core.triplets.distances import squared_distances
from facenet_core.triplets.miners import Triplets, anchor_positive_pairs

Miner = Callable[[Tensor, Tensor, float, torch.Generator | None], Triplets]
Loss = Callable[[Tensor, Triplets, float], Tensor]


class NotFinite(ValueError):
    """Embeddings hold NaN or infinity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TripletLoss:
    """A batch's loss and the kinds of triplets in it.

    Every valid triplet is easy, semi-hard or hard. On the borders: d_an = d_ap counts as hard and
    d_an = d_ap + margin as easy, so that exactly the easy ones have no loss.

    Attributes:
        loss: 0-d, the mean over the mined triplets with a loss above 0; 0, with its graph, where there are none.
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
    gaps = (
        distances[triplets.anchors, triplets.positives] - distances[triplets.anchors, triplets.negatives] + margin
    ).relu()  # (T,)
    return gaps.sum() / (gaps.detach() > 0).sum().clamp(min=1)


def mined_triplet_loss(
    embeddings: Tensor,
    labels: Tensor,
    margin: float,
    *,
    miner: Miner,
    loss: Loss = triplet_loss,
    generator: torch.Generator | None = None,
) -> TripletLoss:
    """Mine a batch and return its loss with the counts.

    Args:
        embeddings: (B, D) float.
        labels: (B,) whole numbers, the person of each row.
        margin: Required gap between squared distances.
        miner: Chooses the triplets.
        loss: Takes squared distances, triplets and margin.
        generator: For miners that draw; on the device of the embeddings.

    Raises:
        ValueError: Shapes or types do not fit.
        NotFinite: Embeddings hold NaN or infinity.
    """
    _check(embeddings, labels, margin)
    distances = squared_distances(embeddings)  # (B, B)
    with torch.no_grad():
        triplets = miner(distances, labels, margin, generator)
        counts = _counts(distances, labels, triplets, margin)
    finite, valid, easy, semi_hard, hard, positive, negative = counts.tolist()  # one wait for the device, not seven
    if not finite:
        rows = (~embeddings.detach().isfinite().all(dim=1)).nonzero().flatten().tolist()
        raise NotFinite(f"embeddings must be finite, but rows {rows[:10]} of {len(embeddings)} are not")
    return TripletLoss(
        loss=loss(distances, triplets, margin),
        mined=len(triplets),
        valid=int(valid),
        active=int(semi_hard + hard),
        easy=int(easy),
        semi_hard=int(semi_hard),
        hard=int(hard),
        positive_distance=positive,
        negative_distance=negative,
    )


def semi_hard_triplet_loss(embeddings: Tensor, labels: Tensor, margin: float) -> TripletLoss:
    """The loss over every anchor-positive pair's hardest semi-hard negative; see ``mined_triplet_loss``."""
    return mined_triplet_loss(embeddings, labels, margin, miner=miners.semi_hard)


def batch_all_triplet_loss(embeddings: Tensor, labels: Tensor, margin: float) -> TripletLoss:
    """The loss over every valid triplet; see ``mined_triplet_loss``."""
    return mined_triplet_loss(embeddings, labels, margin, miner=miners.batch_all)


def batch_hard_triplet_loss(embeddings: Tensor, labels: Tensor, margin: float) -> TripletLoss:
    """The loss over every anchor's farthest positive and nearest negative; see ``mined_triplet_loss``."""
    return mined_triplet_loss(embeddings, labels, margin, miner=miners.batch_hard)


def random_triplet_loss(
    embeddings: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None
) -> TripletLoss:
    """The loss over every anchor-positive pair with one random negative; see ``mined_triplet_loss``."""
    return mined_triplet_loss(embeddings, labels, margin, miner=miners.random_negative, generator=generator)


def _counts(distances: Tensor, labels: Tensor, triplets: Triplets, margin: float) -> Tensor:
    """Return (7,) float64: all finite?, valid, easy, semi-hard, hard; mean d_ap and d_an of the mined triplets."""
    pairs = anchor_positive_pairs(distances, labels)
    nearest = pairs.positive_distances[:, None]  # (M, 1)
    hard = (pairs.is_negative & (pairs.negative_distances <= nearest)).sum()
    not_easy = (pairs.is_negative & (pairs.negative_distances < nearest + margin)).sum()
    valid = pairs.is_negative.sum()
    positive = distances[triplets.anchors, triplets.positives].mean()
    negative = distances[triplets.anchors, triplets.negatives].mean()
    finite = distances.isfinite().all()
    numbers = [finite, valid, valid - not_easy, not_easy - hard, hard, positive, negative]
    return torch.stack([n.double() if n.device.type != "mps" else n.float() for n in numbers])


def _check(embeddings: Tensor, labels: Tensor, margin: float) -> None:
    if embeddings.ndim != 2 or not embeddings.is_floating_point():
        raise ValueError(f"embeddings must be (B, D) float, got {tuple(embeddings.shape)} {embeddings.dtype}")
    if labels.shape != embeddings.shape[:1] or labels.is_floating_point() or labels.is_complex():
        raise ValueError(
            f"labels must be ({len(embeddings)},) whole numbers, one for each embedding, "
            f"got {tuple(labels.shape)} {labels.dtype}"
        )
    if not margin >= 0:  # also refuses NaN
        raise ValueError(f"margin must be at least 0, got {margin}")
