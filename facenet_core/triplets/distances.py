"""Squared Euclidean distances within a batch."""

import torch
from torch import Tensor


def squared_distances(embeddings: Tensor) -> Tensor:
    """Return all pairwise squared Euclidean distances.

    Args:
        embeddings: (B, D) float, of any length; rows of unit length give 0..4.

    Returns:
        (B, B) float, symmetric, at least 0 and exactly 0 on the diagonal.
    """
    # Distances do not depend on the origin, and near the mean the subtraction below loses fewer digits.
    centred = embeddings - embeddings.detach().mean(dim=0, keepdim=True)  # (B, D)
    squared_lengths = centred.square().sum(dim=1)  # (B,)
    distances = squared_lengths[:, None] + squared_lengths[None] - 2 * centred @ centred.T  # (B, B)
    diagonal = torch.eye(len(embeddings), dtype=torch.bool, device=embeddings.device)
    return distances.clamp(min=0).masked_fill(diagonal, 0)
