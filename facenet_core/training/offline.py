"""The triplets of an epoch that were mined over all training images before it."""

import numpy as np
import torch

from facenet_core.triplets import Triplets

Triples = np.ndarray


class OfflineRound:
    """One epoch's triplets, every image an anchor once, in an order of chance.

    Args:
        triples: (3, T) int64 anchors, positives and negatives, positions among the training images, T at least 1.
        epoch: Whole epochs done when they were mined; they hold for the next one.
    """

    def __init__(self, triples: Triples, epoch: int) -> None:
        self.triples = triples
        self.epoch = epoch

    @classmethod
    def shuffled(cls, triplets: Triplets, epoch: int, chance: torch.Generator) -> "OfflineRound":
        """Put mined triplets in an order of chance."""
        order = torch.randperm(len(triplets), generator=chance, device=chance.device)
        stacked = torch.stack([triplets.anchors, triplets.positives, triplets.negatives]).cpu()  # (3, T)
        return cls(stacked[:, order.cpu()].numpy(), epoch)

    def part(self, step: int, steps: int) -> tuple[np.ndarray, Triplets]:
        """Return the images of a step and its triplets as indices into them.

        Args:
            step: 0-based step of the epoch.
            steps: Steps of an epoch; they share the triplets out.
        """
        parts = min(steps, self.triples.shape[1])
        triples = np.array_split(self.triples, parts, axis=1)[step % parts]
        images, place = np.unique(triples, return_inverse=True)
        return images, Triplets(*torch.from_numpy(place.reshape(triples.shape)))
