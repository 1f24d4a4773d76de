"""People drawn from a group with replacement: what intervals over people are made of."""

import numpy as np

from facenet_core.evaluation.pairs.distances import Floats

RESAMPLES = 200


def person_draws(people: int, resamples: int, seed: int = 0) -> Floats:
    """Return (R, P) how often each person is drawn in each of R draws of P people with replacement."""
    if not people:
        return np.zeros((0, 0))
    generator = np.random.default_rng(seed)
    return generator.multinomial(people, np.full(people, 1 / people), size=resamples).astype(np.float64)
