"""Losses that learn from a batch as it is, without choosing triplets: pairs, or classes.

Such a loss is a module that takes (B, D) embeddings and (B,) labels and returns one number. It may have weights of its
own, which are made from the run's seed and trained with the network's. The triplets of the batch are counted all the
same, so that a run can be laid beside one that learns from them.
"""

import numpy as np
import torch
from torch import Tensor, nn

from facenet_core.choices import LOSSES, choose
from facenet_core.config import TrainingConfig
from facenet_core.triplets.closed_form import count_kinds
from facenet_core.triplets.distances import squared_distances
from facenet_core.triplets.result import NotFinite, TripletLoss, check_batch, not_finite

_SEED = 3
"""Added to the run's seed, so that the network begins with the weights that it has with any other loss."""


def build_batch_loss(config: TrainingConfig, people: np.ndarray) -> nn.Module:
    """Return the configuration's loss over whole batches, with fresh weights from the run's seed where it has any.

    Args:
        config: Names the loss and its settings.
        people: (N,) whole numbers, the people trained on, each at least once.

    Raises:
        ValueError: There is no such loss, it learns from triplets, or there are fewer than two people.
    """
    choice = choose("loss", LOSSES, config.loss)
    if choice.mines:
        raise ValueError(f"loss must be one that learns without triplets, got {config.loss!r}")
    known = np.unique(people)
    if len(known) < 2:
        raise ValueError(f"people must be at least 2, or there is nothing to tell apart, got {len(known)}")
    chance = torch.Generator().manual_seed((config.seed + _SEED) % 2**63)
    loss: nn.Module = choice.load()(torch.from_numpy(known.astype(np.int64)), config, chance)
    return loss


def batch_loss(embeddings: Tensor, labels: Tensor, margin: float, loss: nn.Module) -> TripletLoss:
    """Return a batch's loss with the kinds of triplets that it holds, none of which was chosen.

    Args:
        embeddings: (B, D) float; half precision is computed in float32.
        labels: (B,) whole numbers, the person of each row.
        margin: Decides which triplets count as easy, semi-hard and hard.
        loss: Takes embeddings and labels.

    Returns:
        ``mined`` is 0; the two distances are the means over all same and all different pairs of the batch.

    Raises:
        ValueError: Shapes or types do not fit, or a label is nobody whom the loss knows.
        NotFinite: Embeddings or the loss's own weights hold NaN or infinity.
    """
    check_batch(embeddings, labels, margin)
    exact = embeddings if embeddings.dtype in (torch.float32, torch.float64) else embeddings.float()
    labels = labels.to(exact.device)
    kinds, means = _look(exact.detach(), labels, margin)
    valid, active, hard, _, finite = kinds.tolist()
    if not finite:
        raise not_finite(exact)
    value = loss(exact, labels)
    if not bool(value.detach().isfinite()):
        raise NotFinite("the loss must be finite, but the weights of its classifier no longer are")
    positive, negative = means.tolist()
    return TripletLoss(
        loss=value,
        mined=0,
        valid=valid,
        active=active,
        easy=valid - active,
        semi_hard=active - hard,
        hard=hard,
        positive_distance=positive,
        negative_distance=negative,
    )


@torch.no_grad()
def _look(rows: Tensor, labels: Tensor, margin: float) -> tuple[Tensor, Tensor]:
    """Return the counts of ``count_kinds``, and (2,) mean squared distance of same and of different pairs."""
    distances = squared_distances(rows)
    same = labels[:, None] == labels[None]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    means = [distances[pairs].mean() for pairs in (same & ~itself, ~same)]  # NaN where there are none
    return count_kinds(rows, labels, margin), torch.stack(means)
