"""Triplet losses in closed form: value, gradient and counts of all triplets, without building one.

``blocks.rank`` tells how many negatives every anchor-positive pair pushes, and how many positives every negative
pushes; a loss is a sum of distances, each times such a number, and its gradient with respect to the distances is those
numbers (``Taken.weights``). One matrix product takes that back to the embeddings. The loss is one number, so the
gradient is made in the forward pass, block by block, and only scaled in the backward pass: no distance is kept.

Every triplet pulls its positive as much as it pushes its negative, so the weights of an anchor add up to 0. They are
whole numbers (except in the soft-margin form), whose sums are exact in any order: equal inputs give equal bits.

Distances are compared as they were computed. On ties d_an = d_ap counts as hard and d_an = d_ap + margin as easy;
where two negatives are equally near, or two positives equally far, the first in the batch is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from facenet_core.triplets.blocks import Anchors, Ranked, anchor_blocks, rank
from facenet_core.triplets.distances import centred
from facenet_core.triplets.result import TripletLoss, check_batch, not_finite

Reduction = Literal["mean", "sum"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What a loss takes from a block of n anchors.

    Attributes:
        loss: (n,) or more, adds up to the sum of the losses.
        weights: (n, B) float, the gradient of that sum with respect to the distances.
        mined: Triplets taken, as a tensor that adds up to them.
        active: Those among them with a loss above 0.
        positive_distance: Adds up to the sum of d_ap over the triplets taken.
        negative_distance: Adds up to the sum of d_an over the triplets taken.
    """

    loss: Tensor
    weights: Tensor
    mined: Tensor
    active: Tensor
    positive_distance: Tensor
    negative_distance: Tensor


Take = Callable[[Ranked, Anchors, float], Taken]


def batch_all_triplet_loss(
    embeddings: Tensor, labels: Tensor, margin: float, *, reduction: Reduction = "mean"
) -> TripletLoss:
    """The loss over every valid triplet, exactly, in O(B^2 (D + log K)) time and O(B (D + K)) memory.

    Args:
        embeddings: (B, D) float; half precision is computed in float32.
        labels: (B,) whole numbers, the person of each row; on the CPU a card is not waited for.
        margin: Required gap between squared distances, at least 0.
        reduction: ``mean`` over the triplets with a loss above 0, or their ``sum``.

    Raises:
        ValueError: Shapes or types do not fit, or the margin is no margin.
        NotFinite: Embeddings hold NaN or infinity, or are so large that their distances are infinite.
    """
    return _closed_form(embeddings, labels, margin, _take_all, reduction)


def semi_hard_triplet_loss(
    embeddings: Tensor, labels: Tensor, margin: float, *, reduction: Reduction = "mean"
) -> TripletLoss:
    """The loss over every semi-hard triplet, d_ap < d_an < d_ap + margin; see ``batch_all_triplet_loss``.

    Source: the FaceNet paper, section 3.2.
    """
    return _closed_form(embeddings, labels, margin, _take_semi_hard, reduction)


def hardest_semi_hard_triplet_loss(
    embeddings: Tensor, labels: Tensor, margin: float, *, reduction: Reduction = "mean"
) -> TripletLoss:
    """The loss over every anchor-positive pair's nearest semi-hard negative; see ``batch_all_triplet_loss``.

    That is what the miner ``semi_hard`` chooses; pairs without a semi-hard negative are left out.
    """
    return _closed_form(embeddings, labels, margin, _take_hardest_semi_hard, reduction)


def batch_hard_triplet_loss(
    embeddings: Tensor, labels: Tensor, margin: float, *, soft: bool = False, reduction: Reduction = "mean"
) -> TripletLoss:
    """The loss over every anchor's farthest positive and nearest negative; see ``batch_all_triplet_loss``.

    With ``soft`` the loss of a triplet is log(1 + exp(d_ap - d_an)): it never ends, and the margin only decides what
    is counted as easy and semi-hard. Source: Hermans, Beyer, Leibe, In Defense of the Triplet Loss (arXiv 1703.07737).
    """
    return _closed_form(embeddings, labels, margin, _take_hardest_softly if soft else _take_hardest, reduction)


def batch_hard_soft_margin_loss(embeddings: Tensor, labels: Tensor, margin: float) -> TripletLoss:
    """``batch_hard_triplet_loss`` in its soft-margin form."""
    return batch_hard_triplet_loss(embeddings, labels, margin, soft=True)


def _take_all(ranked: Ranked, anchors: Anchors, margin: float) -> Taken:
    taken = _take_between(ranked, anchors, margin, ranked.active, hard_too=True)
    count = anchors.is_positive.sum(dim=1)
    positives = ranked.positive_distances.where(anchors.is_positive, 0)
    return replace(
        taken,
        mined=count * anchors.negatives,
        positive_distance=_sum(positives) * anchors.negatives,
        negative_distance=_sum(ranked.distances.scatter(1, anchors.mates, torch.zeros_like(positives))) * count,
    )


def _take_semi_hard(ranked: Ranked, anchors: Anchors, margin: float) -> Taken:
    return _take_between(ranked, anchors, margin, ranked.active - ranked.hard, hard_too=False)


def _take_between(ranked: Ranked, anchors: Anchors, margin: float, pushed: Tensor, *, hard_too: bool) -> Taken:
    """Take the triplets whose negative lies before the border d_ap + margin and, unless ``hard_too``, behind d_ap.

    Args:
        ranked: The distances.
        anchors: The block.
        margin: Required gap between squared distances.
        pushed: (n, K) how many negatives that are for each pair.
        hard_too: Whether those before d_ap are among them.
    """
    weights = _borders_behind(ranked, hard_too=hard_too).gather(1, ranked.gap)  # (n, B): positives pushed against
    positives = ranked.positive_distances.where(anchors.is_positive, 0)
    negatives = ranked.distances.scatter(1, anchors.mates, torch.zeros_like(positives))
    from_positives, from_negatives = _sum(pushed * positives), _sum(weights * negatives)
    weights.neg_().scatter_add_(1, anchors.mates, pushed)
    return Taken(
        loss=from_positives - from_negatives + margin * _sum(pushed),
        weights=weights,
        mined=pushed.to(torch.int64),
        active=pushed,
        positive_distance=from_positives,
        negative_distance=from_negatives,
    )


def _borders_behind(ranked: Ranked, *, hard_too: bool) -> Tensor:
    """Return (n, S + 1), by gap: the borders d_ap + margin behind it, less the borders d_ap unless ``hard_too``."""
    size = ranked.source.shape[1]
    is_easy = ranked.source >= size // 2
    step = is_easy.to(ranked.borders.dtype) if hard_too else is_easy.to(ranked.borders.dtype).mul_(2).sub_(1)
    step = step.where(ranked.borders[:, :size].isfinite(), 0)
    behind = step.flip(1).cumsum(1).flip(1)
    return torch.nn.functional.pad(behind, (0, ranked.borders.shape[1] + 1 - size))


def _take_hardest_semi_hard(ranked: Ranked, anchors: Anchors, margin: float) -> Taken:
    nearest, column = _nearest_beyond(ranked)  # (n, K)
    limits = ranked.positive_distances + margin
    chosen = anchors.is_positive & (nearest < limits)
    gaps = (limits - nearest).where(chosen, 0)
    pull = chosen.to(gaps.dtype)
    weights = torch.zeros_like(ranked.distances).scatter_add_(1, anchors.mates, pull)
    weights.scatter_add_(1, column.where(chosen, 0), -pull)
    return Taken(
        loss=_sum(gaps),
        weights=weights,
        mined=chosen,
        active=gaps > 0,
        positive_distance=_sum(ranked.positive_distances.where(chosen, 0)),
        negative_distance=_sum(nearest.where(chosen, 0)),
    )


def _nearest_beyond(ranked: Ranked) -> tuple[Tensor, Tensor]:
    """Return (n, K) distance and column of the nearest negative with d_an > d_ap; infinite, and any, where none is."""
    distances, gap = ranked.distances, ranked.gap
    batch, slots = distances.shape[1], ranked.borders.shape[1] + 1
    least = torch.full_like(distances[:, :1], torch.inf).repeat(1, slots)
    least.scatter_reduce_(1, gap, distances, "amin")  # (n, S + 1), the nearest negative of each gap
    columns = torch.arange(batch, device=gap.device).expand_as(gap)
    is_least = distances == least.gather(1, gap)
    first = torch.full_like(gap[:, :1], batch - 1).repeat(1, slots)
    first.scatter_reduce_(1, gap, columns.where(is_least, batch - 1), "amin")
    value, where = least.flip(1).cummin(dim=1)  # the nearest from each gap on
    value, where = value.flip(1), slots - 1 - where.flip(1)
    size = ranked.source.shape[1]
    place = torch.empty_like(ranked.source)
    place.scatter_(1, ranked.source, torch.arange(1, size + 1, device=gap.device).expand_as(place))
    behind = place[:, : size // 2]  # (n, K), the gap behind the border of d_ap
    return value.gather(1, behind), first.gather(1, where.gather(1, behind))


def _hardest(ranked: Ranked, anchors: Anchors) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return (n,) farthest positive distance and nearest negative distance, then (n, 1) column of each."""
    positives = ranked.positive_distances.where(anchors.is_positive, -1)
    farthest, nearest = positives.amax(dim=1), ranked.distances.amin(dim=1)
    last = ranked.distances.shape[1] - 1
    mate = anchors.mates.where(positives == farthest[:, None], last).amin(dim=1, keepdim=True)
    columns = torch.arange(last + 1, device=mate.device)
    other = columns.where(ranked.distances == nearest[:, None], last).amin(dim=1, keepdim=True)
    return farthest, nearest, mate, other


def _take_hardest(ranked: Ranked, anchors: Anchors, margin: float) -> Taken:
    farthest, nearest, mate, other = _hardest(ranked, anchors)
    gaps = (farthest - nearest + margin).relu()
    return _hardest_taken(ranked, gaps, (gaps > 0).to(gaps.dtype), farthest, nearest, mate, other)


def _take_hardest_softly(ranked: Ranked, anchors: Anchors, margin: float) -> Taken:
    farthest, nearest, mate, other = _hardest(ranked, anchors)
    losses = torch.nn.functional.softplus(farthest - nearest)
    return _hardest_taken(ranked, losses, (farthest - nearest).sigmoid(), farthest, nearest, mate, other)


def _hardest_taken(
    ranked: Ranked, losses: Tensor, pull: Tensor, farthest: Tensor, nearest: Tensor, mate: Tensor, other: Tensor
) -> Taken:
    weights = torch.zeros_like(ranked.distances)
    weights.scatter_(1, mate, pull[:, None]).scatter_(1, other, -pull[:, None])
    return Taken(
        loss=_sum(losses),
        weights=weights,
        mined=torch.ones_like(mate),
        active=losses > 0,
        positive_distance=_sum(farthest),
        negative_distance=_sum(nearest),
    )


def _closed_form(embeddings: Tensor, labels: Tensor, margin: float, take: Take, reduction: Reduction) -> TripletLoss:
    check_batch(embeddings, labels, margin)
    if reduction not in ("mean", "sum"):
        raise ValueError(f"reduction must be mean or sum, got {reduction!r}")
    exact = embeddings if embeddings.dtype in (torch.float32, torch.float64) else embeddings.float()
    with torch.no_grad():
        sums = _Sums(exact, wants_gradient=exact.requires_grad)
        for anchors in anchor_blocks(labels, exact.device):
            sums.add(anchors, margin, take)
        result, gradient = sums.result(reduction)
        valid, active, hard, mined, finite = torch.stack(sums.counts).tolist()  # one wait for a card, not five
    if not finite:
        raise not_finite(exact)
    _, positive, negative = result.tolist()
    loss: Tensor = _Known.apply(exact, result[0].to(exact.dtype), gradient)  # type: ignore[no-untyped-call]
    return TripletLoss(
        loss=loss,
        mined=mined,
        valid=valid,
        active=active,
        easy=valid - active,
        semi_hard=active - hard,
        hard=hard,
        positive_distance=positive,
        negative_distance=negative,
    )


def count_kinds(embeddings: Tensor, labels: Tensor, margin: float) -> Tensor:
    """Return (5,) int64: valid, active and hard triplets of a checked batch, 0, and whether all distances are finite.

    Args:
        embeddings: (B, D) float32 or float64.
        labels: (B,) whole numbers.
        margin: Required gap between squared distances.
    """
    sums = _Sums(embeddings, wants_gradient=False)
    for anchors in anchor_blocks(labels, embeddings.device):
        sums.count(rank(sums.rows, sums.squared_lengths, anchors, margin), anchors)
    return torch.stack(sums.counts)


class _Sums:
    """What the blocks add up to."""

    def __init__(self, embeddings: Tensor, *, wants_gradient: bool) -> None:
        self.rows = centred(embeddings.detach())  # (B, D)
        self.squared_lengths = self.rows.square().sum(dim=1)  # (B,)
        self._gradient = torch.zeros_like(self.rows) if wants_gradient else None
        self._pulls = torch.zeros_like(self.squared_lengths)  # (B,) sums of the weights of a column
        none = torch.zeros((), dtype=torch.int64, device=embeddings.device)
        finite = self.squared_lengths.isfinite().all().to(torch.int64)
        self.counts = [none, none, none, none, finite]  # valid, active, hard, mined, all finite?
        self._losses_above_0 = none
        wide = _wide(embeddings)
        self._loss = self._positive = self._negative = torch.zeros((), dtype=wide, device=embeddings.device)

    def add(self, anchors: Anchors, margin: float, take: Take) -> None:
        """Add a block of anchors, and what the loss takes of it."""
        ranked = rank(self.rows, self.squared_lengths, anchors, margin)
        self.count(ranked, anchors)
        taken = take(ranked, anchors, margin)
        self.counts[3] = self.counts[3] + taken.mined.sum()
        self._losses_above_0 = self._losses_above_0 + taken.active.to(torch.int64).sum()
        self._loss = self._loss + taken.loss.sum()
        self._positive = self._positive + taken.positive_distance.sum()
        self._negative = self._negative + taken.negative_distance.sum()
        if self._gradient is not None:
            self._add_gradient(self._gradient, anchors, taken.weights)

    def count(self, ranked: Ranked, anchors: Anchors) -> None:
        """Add a block's triplets of each kind."""
        valid, active, hard = self.counts[:3]
        self.counts[:3] = [
            valid + (anchors.is_positive.sum(dim=1) * anchors.negatives).sum(),
            active + ranked.active.to(torch.int64).sum(),
            hard + ranked.hard.to(torch.int64).sum(),
        ]

    def _add_gradient(self, gradient: Tensor, anchors: Anchors, weights: Tensor) -> None:
        """Add the gradient of sum(weights * distances), whose distance ij has the gradient 2 (row i - row j) in i.

        The weights of an anchor add up to 0, so that its own row drops out.
        """
        gradient[anchors.rows] = torch.addmm(gradient[anchors.rows], weights, self.rows, alpha=-2)
        gradient.addmm_(weights.T, self.rows[anchors.rows], alpha=-2)
        self._pulls += weights.sum(dim=0)

    def result(self, reduction: Reduction) -> tuple[Tensor, Tensor | None]:
        """Return (3,) loss, mean d_ap and mean d_an of what was taken, and the (B, D) gradient of the loss."""
        shared = self._losses_above_0.clamp(min=1) if reduction == "mean" else torch.ones_like(self._losses_above_0)
        mined = self.counts[3]
        numbers = torch.stack([self._loss / shared, self._positive / mined, self._negative / mined])
        if self._gradient is None:
            return numbers, None
        gradient = self._gradient.addcmul_(self._pulls[:, None], self.rows, value=2)
        return numbers, gradient.div_(shared)


class _Known(torch.autograd.Function):
    """A number that is known together with its gradient."""

    @staticmethod
    def forward(ctx: Any, embeddings: Tensor, value: Tensor, gradient: Tensor | None) -> Tensor:
        if gradient is not None:
            ctx.save_for_backward(gradient)
        return value.clone()

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * outer, None, None


def _sum(numbers: Tensor) -> Tensor:
    """Return the sums of the rows, in float64 where the device has it: millions of losses are added up."""
    return numbers.sum(dim=-1, dtype=_wide(numbers))


def _wide(numbers: Tensor) -> torch.dtype:
    return torch.float32 if numbers.device.type == "mps" else torch.float64
