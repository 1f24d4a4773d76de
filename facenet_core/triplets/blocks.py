"""A batch, some anchors at a time: their positives, their negatives, and how the two interleave.

Nothing here grows with the number of triplets. For one anchor with K positives, the 2 K numbers d_ap (from where a
negative is no longer hard) and d_ap + margin (from where it is easy) are sorted, and every negative is put between two
of them by bisection. How many negatives lie in each gap then tells, exactly, how many triplets of each kind there are.
That is O(B^2 log K) time for a batch of B, and the memory of one block.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

CPU_ELEMENTS = 200_000
"""Distances of a block on a CPU: the passes over them stay in its cache."""
DEVICE_ELEMENTS = 8_000_000
"""Distances of a block elsewhere, where launching an operation costs more than its memory."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """Some anchors, and who their positives are (n anchors, the largest person among them has K images).

    Attributes:
        rows: (n,) int64, the anchors.
        mates: (n, K) int64, the images of the anchor's person, itself included; filled up with the anchor.
        is_positive: (n, K) bool, true where ``mates`` is a positive.
        negatives: (n,) int64, how many negatives each anchor has.
    """

    rows: Tensor
    mates: Tensor
    is_positive: Tensor
    negatives: Tensor


def anchor_blocks(labels: Tensor, device: torch.device) -> Iterator[Anchors]:
    """Yield all anchors that have a triplet, a block at a time, people with as many images side by side.

    Args:
        labels: (B,) whole numbers; read on the CPU.
        device: Where the blocks are wanted.
    """
    _, codes, images = torch.unique(labels.cpu(), return_inverse=True, return_counts=True)
    if len(images) < 2:
        return
    by_size = images.argsort(stable=True)
    place = torch.empty_like(by_size)
    place[by_size] = torch.arange(len(images))
    order = place[codes].argsort(stable=True)  # people of few images first, each person's images together
    sizes = images[codes[order]]  # (B,) of the person at each place of the order
    starts = (images[by_size].cumsum(0) - images[by_size]).repeat_interleave(images[by_size])
    first, batch = int((sizes < 2).sum()), len(labels)
    height = max(1, (CPU_ELEMENTS if device.type == "cpu" else DEVICE_ELEMENTS) // batch)
    for top in range(first, batch, height):
        here = slice(top, min(top + height, batch))
        rows, size = order[here], sizes[here]
        column = torch.arange(int(size.max()))
        there = column < size[:, None]  # (n, K)
        mates = order[(starts[here][:, None] + column).clamp(max=batch - 1)].where(there, rows[:, None])
        block = rows, mates, mates != rows[:, None], batch - size
        yield Anchors(*(tensor.to(device, non_blocking=True) for tensor in block))


@dataclass(frozen=True, slots=True)
class Ranked:
    """The distances of a block of anchors, with every negative ranked among the anchor's borders.

    Attributes:
        positive_distances: (n, K) squared distances d_ap; infinite where there is no positive.
        distances: (n, B) squared distances d_an; infinite for the anchor's own person.
        borders: (n, S) float, ascending: the smallest number above d_ap, and d_ap + margin, of every positive;
            filled up with infinity.
        source: (n, 2 K) int64, whose border it is: a place in ``mates``, plus K for d_ap + margin.
        gap: (n, B) int64, how many borders are at most the distance; S for the anchor's own person.
        hard: (n, K) float, the negatives with d_an <= d_ap of each positive.
        active: (n, K) float, the negatives with d_an < d_ap + margin of each positive.
    """

    positive_distances: Tensor
    distances: Tensor
    borders: Tensor
    source: Tensor
    gap: Tensor
    hard: Tensor
    active: Tensor


def rank(rows: Tensor, squared_lengths: Tensor, anchors: Anchors, margin: float) -> Ranked:
    """Measure the distances of a block of anchors and rank their negatives.

    Args:
        rows: (B, D) float, the centred embeddings.
        squared_lengths: (B,) float.
        anchors: The block.
        margin: Required gap between squared distances.
    """
    distances = torch.addmm(squared_lengths, rows[anchors.rows], rows.T, alpha=-2)  # (n, B)
    distances.add_(squared_lengths[anchors.rows][:, None]).clamp_(min=0)
    nowhere = torch.full_like(anchors.mates, 1, dtype=rows.dtype).mul_(torch.inf)  # (n, K)
    positives = distances.gather(1, anchors.mates).abs_().where(anchors.is_positive, nowhere)  # no negative zero
    distances.scatter_(1, anchors.mates, nowhere)
    easy_from = positives + margin
    hard_below = torch.minimum(_next_above(positives), easy_from)  # a margin of 0 leaves room for no kind but easy
    borders, source = torch.cat([hard_below, easy_from], dim=1).sort(dim=1, stable=True)
    borders = _filled_up(borders)
    gap = _borders_at_most(borders, distances)
    in_gap = torch.zeros(len(borders), borders.shape[1] + 1, dtype=rows.dtype, device=rows.device)
    in_gap.scatter_add_(1, gap, torch.ones(1, dtype=rows.dtype, device=rows.device).expand_as(distances))
    nearer = in_gap.cumsum(dim=1)[:, : source.shape[1]]  # negatives below each border; whole numbers: exact
    by_source = torch.zeros_like(nearer).scatter_(1, source, nearer)
    hard, active = by_source.mul_(anchors.is_positive.repeat(1, 2)).chunk(2, dim=1)
    return Ranked(positives, distances, borders, source, gap, hard, active)


def _next_above(distances: Tensor) -> Tensor:
    """Return the smallest numbers above finite distances of at least 0, so that ``<`` it means ``<=`` the distance."""
    bits = distances.view(torch.int64 if distances.dtype == torch.float64 else torch.int32)
    return (bits + 1).view(distances.dtype).where(distances.isfinite(), distances)


def _filled_up(borders: Tensor) -> Tensor:
    """Fill (n, 2 K) borders up with infinity to (n, 2^m - 1), as bisection in whole halves wants them."""
    size = borders.shape[1]
    return torch.nn.functional.pad(borders, (0, 2 ** size.bit_length() - 1 - size), value=torch.inf)


def _borders_at_most(borders: Tensor, distances: Tensor) -> Tensor:
    """Return (n, B) int64, how many of (n, 2^m - 1) ascending borders are at most each of (n, B) distances.

    All distances take the same few steps, which is three times as fast on a CPU as ``torch.searchsorted``.
    """
    step = (borders.shape[1] + 1) // 2
    found = (borders[:, step - 1 : step] <= distances).to(torch.int64).mul_(step)
    while step > 1:
        step //= 2
        probe = borders[:, step - 1 :].gather(1, found)  # the border ``step`` places behind those already found
        found.add_((probe <= distances).to(torch.int64), alpha=step)
    return found
