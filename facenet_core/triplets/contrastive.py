"""The contrastive loss: pairs instead of triplets."""

import torch
from torch import Tensor, nn

from facenet_core.config import TrainingConfig
from facenet_core.triplets.distances import squared_distances
from facenet_core.triplets.losses import SMALLEST_DISTANCE


class Contrastive(nn.Module):
    """Pull all same pairs of a batch together, and push different pairs nearer than the margin apart.

    A same pair at distance D costs D^2 / 2, a different one max(0, margin - D)^2 / 2, where D is not squared. The two
    kinds are averaged apart, same pairs over all of them and different ones over those nearer than the margin: a batch
    has many times more different pairs, and most of them are far apart already.
    Source: Hadsell, Chopra, LeCun, Dimensionality Reduction by Learning an Invariant Mapping (CVPR 2006), equation 4;
    there the sum over all pairs.

    Args:
        margin: How far apart different people must be, in distance.
    """

    def __init__(self, margin: float) -> None:
        super().__init__()
        self.margin = margin

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Map (B, D) embeddings and (B,) labels to one number; 0, with its graph, where there are no pairs."""
        squared = squared_distances(embeddings)  # (B, B)
        first, second = torch.triu_indices(len(labels), len(labels), 1, device=labels.device)
        same = labels[first] == labels[second]
        squared = squared[first, second]
        together = squared[same] / 2
        distance = squared[~same].clamp(min=SMALLEST_DISTANCE**2).sqrt()
        apart = (self.margin - distance).relu().square() / 2
        near = (apart.detach() > 0).sum().clamp(min=1)
        return together.sum() / max(1, len(together)) + apart.sum() / near


def contrastive(people: Tensor, config: TrainingConfig, chance: torch.Generator) -> nn.Module:
    """Return the loss with the run's margin; it has no weights."""
    return Contrastive(config.pair_margin)
