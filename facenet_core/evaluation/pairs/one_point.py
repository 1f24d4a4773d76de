"""Do all faces lie on one point? Then what is left of the distances is rounding, and no figure means anything."""

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import check_embeddings, spread

ROUNDING = 1e-10  # of the mean squared length: two runs of one network on one picture differ by about 1e-12 of it
ALL_ON_ONE_POINT = (
    "All faces lie on one point: distances are 0 or rounding, no threshold tells anybody apart, nothing is measured."
)


def on_one_point(embeddings: ArrayLike) -> bool:
    """Return whether two faces are no farther apart than rounding puts them; False for fewer than two.

    Args:
        embeddings: (N, D) numbers.

    Raises:
        ValueError: An embedding is not finite.
    """
    table = check_embeddings(embeddings)
    apart = spread(table)
    return apart is not None and apart <= ROUNDING * float(np.mean(np.sum(table**2, axis=1)))
