"""Mining over all training images at once, between the steps."""

import torch
from torch import Tensor

from facenet_core.triplets.distances import centred
from facenet_core.triplets.miners import Triplets

BLOCK_ELEMENTS = 4_000_000
"""Distances held at once: 16 MB in float32."""


def offline_hardest(embeddings: Tensor, labels: Tensor) -> Triplets:
    """Take every image as anchor once, with its farthest positive and its nearest negative among all images.

    Anchors without a positive or without a negative are left out; on ties the first image is taken.

    Args:
        embeddings: (S, D) float, of all training images.
        labels: (S,) whole numbers, on the same device.

    Returns:
        (T,) triplets, indices into the images, in ascending order of the anchors.
    """
    rows = centred(embeddings)
    lengths = rows.square().sum(dim=1)
    chosen = []
    height = max(1, BLOCK_ELEMENTS // max(1, len(rows)))
    for top in range(0, len(rows), height):
        anchors = torch.arange(top, min(top + height, len(rows)), device=rows.device)
        distances = torch.addmm(lengths, rows[anchors], rows.T, alpha=-2)  # without the anchor's own length: same order
        same = labels[anchors][:, None] == labels[None]  # (n, S)
        positive = same.scatter(1, anchors[:, None], False)
        usable = positive.any(dim=1) & ~same.all(dim=1)
        farthest = distances.masked_fill(~positive, -torch.inf).argmax(dim=1)
        nearest = distances.masked_fill(same, torch.inf).argmin(dim=1)
        chosen.append(torch.stack([anchors, farthest, nearest])[:, usable])
    none = torch.zeros(3, 0, dtype=torch.int64, device=rows.device)
    return Triplets(*torch.cat([none, *chosen], dim=1))


offline_hardest.once_an_epoch = True  # type: ignore[attr-defined]
