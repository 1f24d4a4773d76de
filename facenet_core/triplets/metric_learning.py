"""Miners and losses of pytorch-metric-learning, taken as they are.

The library is not needed here: its miners and losses are torch modules, called as its documentation says,
``miner(embeddings, labels)`` and ``loss(embeddings, labels, indices)``. Their own margins and distances hold; the
margin of this laboratory only decides what is counted as easy, semi-hard and hard.
"""

from typing import Any

import torch
from torch import Tensor, nn

from facenet_core.triplets.miners import Triplets


def adapted_miner(miner: Any) -> Any:
    """Return a miner of pytorch-metric-learning as one of ours; any other as it is."""
    return _PeerMiner(miner) if isinstance(miner, nn.Module) else miner


def adapted_loss(loss: Any) -> Any:
    """Return a loss of pytorch-metric-learning as one of ours; any other as it is.

    Raises:
        ValueError: The loss has weights of its own, which nobody would train here.
    """
    if isinstance(loss, nn.Module) and next(loss.parameters(), None) is not None:
        raise ValueError(f"loss must be one without weights of its own, got {type(loss).__name__}")
    return _PeerLoss(loss) if isinstance(loss, nn.Module) else loss


class _PeerMiner:
    """Calls the library's miner; what it chose is kept, so that the library's loss gets exactly that."""

    wants_embeddings = True

    def __init__(self, miner: nn.Module) -> None:
        self._miner = miner

    def __call__(
        self, embeddings: Tensor, labels: Tensor, margin: float, generator: torch.Generator | None = None
    ) -> Triplets:
        chosen = tuple(self._miner(embeddings, labels))
        if len(chosen) not in (3, 4):
            raise ValueError(
                f"miner must return (anchors, positives, negatives) or (anchors, positives, anchors, negatives), "
                f"got {len(chosen)} tensors: {type(self._miner).__name__} is no miner of triplets or pairs"
            )
        anchors, positives, *rest = (indices.to(torch.int64) for indices in chosen)
        if len(rest) == 1:
            return Triplets(anchors, positives, rest[0], chosen)
        pair, other = (anchors[:, None] == rest[0][None]).nonzero(as_tuple=True)
        return Triplets(anchors[pair], positives[pair], rest[1][other], chosen)


class _PeerLoss:
    """Calls the library's loss with the triplets, or with the pairs that its own miner chose."""

    wants_embeddings = True

    def __init__(self, loss: nn.Module) -> None:
        self._loss = loss

    def __call__(self, embeddings: Tensor, labels: Tensor, triplets: Triplets) -> Tensor:
        indices = triplets.given or (triplets.anchors, triplets.positives, triplets.negatives)
        value: Tensor = self._loss(embeddings, labels, indices)
        return value
