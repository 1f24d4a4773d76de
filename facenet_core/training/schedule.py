"""The learning rate of every step."""

import math

WARM_UP = 0.05
LAST_SHARE = 0.02


def learning_rate_at(step: int, steps: int, highest: float, schedule: str) -> float:
    """Return the learning rate of a step.

    ``warm-up-cosine`` rises over the first twentieth, falls along a half cosine to a fiftieth at the last
    step asked for, and stays there should the run go on.

    Args:
        step: Steps done before this one.
        steps: Steps asked for in all.
        highest: The learning rate of the configuration.
        schedule: ``warm-up-cosine`` or ``constant``.
    """
    if schedule == "constant":
        return highest
    warm_up = max(1, round(WARM_UP * steps))
    if step < warm_up:
        return highest * (step + 1) / (warm_up + 1)
    progress = min(1.0, (step - warm_up) / max(1, steps - warm_up))
    return highest * (LAST_SHARE + (1 - LAST_SHARE) * (1 + math.cos(math.pi * progress)) / 2)
