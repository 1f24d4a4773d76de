"""How long the loss of one batch takes on this computer, with every triplet built and without building one."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

BUILT = (20, 16)  # P x K of the batch whose 1,459,200 triplets are built
EXACT = (50, 20)  # of the one whose triplets are not
SIZE = 128
REPEATS = 5


def time_batch(margin: float) -> dict[str, float]:
    """Time forward and backward of the loss over all triplets, in both forms; the quickest of some repeats.

    Args:
        margin: Required gap between squared distances.

    Returns:
        ``built``: seconds a triplet, each built; ``exact``: seconds a unit of B^2 log2 B, none built.
    """
    from facenet_core.triplets import batch_all_triplet_loss, mined_triplet_loss
    from facenet_core.triplets.miners import batch_all

    def built(embeddings: "Tensor", labels: "Tensor") -> "Tensor":
        return mined_triplet_loss(embeddings, labels, margin, miner=batch_all).loss

    def exact(embeddings: "Tensor", labels: "Tensor") -> "Tensor":
        return batch_all_triplet_loss(embeddings, labels, margin).loss

    (people, each), images = BUILT, EXACT[0] * EXACT[1]
    triplets = people * each * (each - 1) * (people - 1) * each
    return {
        "built": _quickest(built, *BUILT) / triplets,
        "exact": _quickest(exact, *EXACT) / (images**2 * float(np.log2(images))),
    }


def _quickest(lose: "Callable[[Tensor, Tensor], Tensor]", people: int, images: int) -> float:
    import torch

    chance = torch.Generator().manual_seed(0)
    labels = torch.arange(people * images) // images
    points = torch.nn.functional.normalize(torch.randn(len(labels), SIZE, generator=chance), dim=1)
    seconds = []
    for _ in range(REPEATS):
        embeddings = points.clone().requires_grad_()
        began = time.perf_counter()
        lose(embeddings, labels).backward()  # type: ignore[no-untyped-call]
        seconds.append(time.perf_counter() - began)
    return min(seconds)
