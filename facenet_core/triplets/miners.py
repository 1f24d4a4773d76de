"""Which triplets of a batch are learnt from.

A miner takes (B, B) squared distances, (B,) labels, the margin and a random generator, and returns the
triplets it chose; it never needs a gradient. Indices point into the batch. One that has ``wants_embeddings`` set
takes the (B, D) embeddings in place of the distances.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from facenet_core.triplets.distances import squared_distances

NEAREST_WEIGHTED, FARTHEST_WEIGHTED = 0.5, 1.4
"""Distances (not squared) between which distance-weighted sampling draws evenly, as its paper's authors do."""


@dataclass(frozen=True, slots=True)
class Triplets:
    """Chosen triplets of a batch.

    Attributes:
        anchors: (T,) int64.
        positives: (T,) int64, of the anchor's person and never the anchor itself.
        negatives: (T,) int64, of another person.
        given: What a miner of another library chose, in its own form; None for ours.
    """

    anchors: Tensor
    positives: Tensor
    negatives: Tensor
    given: tuple[Tensor, ...] | None = None

    def __len__(self) -> int:
        return len(self.anchors)

    def to(self, device: torch.device) -> "Triplets":
        """Return them on a device."""
        return Triplets(self.anchors.to(device), self.positives.to(device), self.negatives.to(device))


@dataclass(frozen=True, slots=True)
class AnchorPositivePairs:
    """Every anchor with every positive of it, and the negatives each pair could take.

    Attributes:
        anchors: (M,) int64.
        positives: (M,) int64.
        positive_distances: (M,) float squared distances.
        negative_distances: (M, B) float squared distances from the anchor to everybody.
        is_negative: (M, B) bool, true where that face is of another person.
    """

    anchors: Tensor
    positives: Tensor
    positive_distances: Tensor
    negative_distances: Tensor
    is_negative: Tensor


def anchor_positive_pairs(distances: Tensor, labels: Tensor) -> AnchorPositivePairs:
    """List all anchor-positive pairs of a batch, as the paper takes them (section 3.2)."""
    same = labels[:, None] == labels[None]  # (B, B)
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    anchors, positives = (same & ~itself).nonzero(as_tuple=True)
    return AnchorPositivePairs(anchors, positives, distances[anchors, positives], distances[anchors], ~same[anchors])


def semi_hard(distances: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None) -> Triplets:
    """For every anchor and positive, the hardest negative with d_ap < d_an < d_ap + margin; none where there is none.

    Source: the FaceNet paper, section 3.2, equation 4.
    """
    pairs = anchor_positive_pairs(distances, labels)
    nearest_allowed = pairs.positive_distances[:, None]
    in_band = (pairs.negative_distances > nearest_allowed) & (pairs.negative_distances < nearest_allowed + margin)
    return _nearest(pairs, pairs.is_negative & in_band)


def batch_hard(distances: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None) -> Triplets:
    """For every anchor, its farthest positive and its nearest negative.

    Source: Hermans, Beyer, Leibe, In Defense of the Triplet Loss (arXiv 1703.07737), equation 5.
    """
    if not len(labels):
        return _none(labels)
    same = labels[:, None] == labels[None]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    is_positive = same & ~itself
    anchors = (is_positive.any(dim=1) & (~same).any(dim=1)).nonzero().flatten()
    farthest = distances.masked_fill(~is_positive, -1).argmax(dim=1)
    nearest = distances.masked_fill(same, torch.inf).argmin(dim=1)
    return Triplets(anchors, farthest[anchors], nearest[anchors])


def batch_all(distances: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None) -> Triplets:
    """Every valid triplet."""
    pairs = anchor_positive_pairs(distances, labels)
    pair, negatives = pairs.is_negative.nonzero(as_tuple=True)
    return Triplets(pairs.anchors[pair], pairs.positives[pair], negatives)


def random_negative(
    distances: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None
) -> Triplets:
    """For every anchor and positive, one negative, each with the same chance."""
    pairs = anchor_positive_pairs(distances, labels)
    drawn = torch.rand(pairs.is_negative.shape, generator=generator, device=distances.device)
    usable = pairs.is_negative.any(dim=1)
    negatives = drawn.masked_fill(~pairs.is_negative, -1).argmax(dim=1) if len(usable) else pairs.anchors
    return Triplets(pairs.anchors[usable], pairs.positives[usable], negatives[usable])


def semi_hard_random(
    distances: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None
) -> Triplets:
    """For every anchor and positive, one semi-hard negative, each with the same chance; none where there is none."""
    pairs = anchor_positive_pairs(distances, labels)
    least = pairs.positive_distances[:, None]
    in_band = (pairs.negative_distances > least) & (pairs.negative_distances < least + margin) & pairs.is_negative
    return _drawn(pairs, in_band.to(distances.dtype), generator)


def easy_positive(
    distances: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None
) -> Triplets:
    """For every anchor, its nearest positive and the nearest negative that is farther; none where there is none.

    Source: Xuan, Stylianou, Pless, Improved Embeddings with Easy Positive Triplet Mining (arXiv 1904.04370).
    """
    if not len(labels):
        return _none(labels)
    pairs = anchor_positive_pairs(distances, labels)
    same = labels[:, None] == labels[None]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    nearest = distances.masked_fill(~same | itself, torch.inf).argmin(dim=1)
    is_nearest = (pairs.positives == nearest[pairs.anchors])[:, None]
    farther = pairs.negative_distances > pairs.positive_distances[:, None]
    return _nearest(pairs, pairs.is_negative & farther & is_nearest)


def distance_weighted(
    embeddings: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None
) -> Triplets:
    """For every anchor and positive, one negative, drawn so that all distances come about equally often.

    On the sphere of D dimensions nearly all distances lie near the square root of 2. A negative's chance is one over
    how common its distance is there; distances below 0.5 count as 0.5, and those above 1.4 are left out.
    Source: Wu, Manmatha, Smola, Kraehenbuehl, Sampling Matters in Deep Embedding Learning (arXiv 1706.07567).
    """
    size = embeddings.shape[1]
    pairs = anchor_positive_pairs(squared_distances(embeddings), labels)
    squared = pairs.negative_distances.clamp(min=NEAREST_WEIGHTED**2)
    inside = (1 - squared / 4).clamp(min=1e-6)
    rare = (2 - size) / 2 * squared.log() + (3 - size) / 2 * inside.log()  # log of 1 / q(d), the paper's equation 3
    usable = pairs.is_negative & (squared < FARTHEST_WEIGHTED**2)
    rare = rare.masked_fill(~usable, -torch.inf)
    most = rare.amax(dim=1, keepdim=True) if rare.shape[1] else rare
    return _drawn(pairs, (rare - most).exp().where(usable, 0), generator)


distance_weighted.wants_embeddings = True  # type: ignore[attr-defined]


def _drawn(pairs: AnchorPositivePairs, chances: Tensor, generator: torch.Generator | None) -> Triplets:
    """Draw one negative for each pair, with (M, B) chances that need not add up to 1; pairs without one are left out.

    The largest of log(chance) plus Gumbel noise is a draw with those chances.
    """
    usable = (chances > 0).any(dim=1)
    if not usable.any():
        return _none(pairs.anchors)
    drawn = torch.rand(chances.shape, generator=generator, device=chances.device, dtype=chances.dtype)
    noise = -(-drawn.clamp(min=1e-30).log()).clamp(min=1e-30).log()
    negatives = (chances.log() + noise).argmax(dim=1)
    return Triplets(pairs.anchors[usable], pairs.positives[usable], negatives[usable])


def _nearest(pairs: AnchorPositivePairs, allowed: Tensor) -> Triplets:
    """Take each pair's nearest allowed negative; pairs without one are left out."""
    usable = allowed.any(dim=1)
    if not usable.any():
        return _none(pairs.anchors)
    negatives = pairs.negative_distances.masked_fill(~allowed, torch.inf).argmin(dim=1)
    return Triplets(pairs.anchors[usable], pairs.positives[usable], negatives[usable])


def _none(like: Tensor) -> Triplets:
    """Return no triplets, on the device of ``like``."""
    empty = torch.zeros(0, dtype=torch.int64, device=like.device)
    return Triplets(empty, empty, empty)
