"""Squared Euclidean distances within a batch."""

import torch
from torch import Tensor


def centred(embeddings: Tensor) -> Tensor:
    """Return (B, D) embeddings with the first one as the origin.

    Distances do not depend on the origin, and near the embeddings they lose fewer digits. The first one is taken, not
    the mean, so that a collapsed batch has distances of exactly 0 and embeddings of whole numbers have exact ones.
    """
    return embeddings - embeddings[:1].detach()


def squared_distances(embeddings: Tensor) -> Tensor:
    """Return all pairwise squared Euclidean distances.

    Args:
        embeddings: (B, D) float, of any length; rows of unit length give 0..4.

    Returns:
        (B, B) float, symmetric, at least 0 and exactly 0 on the diagonal.
    """
    rows = centred(embeddings)  # (B, D)
    squared_lengths = rows.square().sum(dim=1)  # (B,)
    distances = squared_lengths[:, None] + squared_lengths[None] - 2 * rows @ rows.T  # (B, B)
    diagonal = torch.eye(len(embeddings), dtype=torch.bool, device=embeddings.device)
    return distances.clamp(min=0).masked_fill(diagonal, 0)
