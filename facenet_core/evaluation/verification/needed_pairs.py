"""How many pairs a false accept rate needs, and what that is in people and photos."""

import math
from dataclasses import dataclass

from facenet_core.evaluation.verification.binomial import clopper_pearson, trials_needed

CLOSE = 2  # a rate is called measured when its interval reaches from half of it to twice it at most


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededPairs:
    """What one false accept rate asks for, as if pairs were independent.

    Attributes:
        far: The rate.
        to_show: Pairs without a single false accept that show, with 95 % confidence, that it is not exceeded.
        to_measure: Pairs after which the 95 % interval reaches from half of it to twice it at most.
        errors_to_measure: False accepts among those, as expected.
    """

    far: float
    to_show: int
    to_measure: int
    errors_to_measure: int


def needed_pairs(far: float) -> NeededPairs:
    """Return how many different pairs a false accept rate needs.

    Args:
        far: The rate, between 0 and 0.5.

    Raises:
        ValueError: The rate is out of range.
    """
    if not 0 < far < 0.5:
        raise ValueError(f"far must lie between 0 and 0.5, got {far}")
    errors = next(k for k in range(1, 1_000) if _is_close(k, round(k / far)))
    return NeededPairs(far=far, to_show=trials_needed(far), to_measure=round(errors / far), errors_to_measure=errors)


def _is_close(errors: int, trials: int) -> bool:
    found, rate = clopper_pearson(errors, trials), errors / trials
    return found.low >= rate / CLOSE and found.high <= rate * CLOSE


def different_pairs(people: int, photos: int) -> int:
    """Return how many different pairs people with so many photos each form."""
    return people * (people - 1) // 2 * photos * photos


def people_needed(pairs: int, photos: int) -> int:
    """Return how many people with so many photos each form at least ``pairs`` different pairs.

    Args:
        pairs: Different pairs.
        photos: Photos of each person, at least 1.
    """
    if photos < 1:
        raise ValueError(f"photos must be at least 1, got {photos}")
    people = max(2, math.isqrt(2 * pairs // (photos * photos)))
    while different_pairs(people, photos) < pairs:
        people += 1
    while people > 2 and different_pairs(people - 1, photos) >= pairs:
        people -= 1
    return people


def independent_worth(rate: float | None, variance: float, pairs: int) -> float | None:
    """Return how many independent pairs would leave a rate as uncertain as it is.

    Args:
        rate: The rate that was measured.
        variance: Of the rate, over groups of people: ``ErrorRate.variance``.
        pairs: How many pairs it was measured on; they cannot be worth more.

    Returns:
        None where the rate is 0 or 1, or its variance unknown: nothing varies then.
    """
    if rate is None or not 0 < rate < 1 or not variance > 0:
        return None
    return float(min(pairs, max(1.0, rate * (1 - rate) / variance)))
