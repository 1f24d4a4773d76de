"""How far a share can be known from counted errors: exact binomial limits, without scipy."""

import math
from collections.abc import Callable

from facenet_core.evaluation.verification.intervals import CONFIDENCE, Interval

_TINY = 1e-300
_STEPS = 200  # of halving: the whole of 0..1 down to the last digit, small rates included
_MOST_TERMS = 100_000


def clopper_pearson(errors: int, trials: int, confidence: float = CONFIDENCE) -> Interval:
    """Return the exact interval of a share of which ``errors`` in ``trials`` independent tries were seen.

    Its ends are the shares at which so many errors or more (fewer) would come up in (1 - confidence) / 2 of all
    cases (Clopper and Pearson 1934). Pairs that share a person are not independent: for them it is too narrow.

    Args:
        errors: How many were seen, 0..trials.
        trials: In how many tries, at least 1.
        confidence: Between 0 and 1.

    Raises:
        ValueError: A count is out of range.
    """
    _check(errors, trials, confidence)
    tail = (1 - confidence) / 2
    low = 0.0 if errors == 0 else _share_where(lambda share: at_least(errors, trials, share), tail)
    high = 1.0 if errors == trials else _share_where(lambda share: at_least(errors + 1, trials, share), 1 - tail)
    return Interval(low, high)


def largest_share(errors: int, trials: int, confidence: float = CONFIDENCE) -> float:
    """Return the share that is not exceeded with this confidence; for no errors about 3 / trials (rule of three)."""
    _check(errors, trials, confidence)
    if errors == trials:
        return 1.0
    return _share_where(lambda share: at_least(errors + 1, trials, share), confidence)


def trials_needed(share: float, errors: int = 0, confidence: float = CONFIDENCE) -> int:
    """Return how many independent tries with ``errors`` errors or fewer show that a share is not exceeded.

    Args:
        share: The share to show, between 0 and 1.
        errors: How many may be seen.
        confidence: Between 0 and 1.

    Raises:
        ValueError: A number is out of range.
    """
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1, got {share}")
    _check(errors, errors + 1, confidence)
    if errors == 0:
        return math.ceil(math.log(1 - confidence) / math.log1p(-share))
    low, high = errors, 2 * math.ceil((errors + 3) / share)
    while largest_share(errors, high, confidence) > share:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if largest_share(errors, middle, confidence) <= share else (middle, high)
    return high


def at_least(errors: int, trials: int, share: float) -> float:
    """Return the probability of ``errors`` or more in ``trials`` independent tries of this share."""
    if errors <= 0:
        return 1.0
    if errors > trials or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    return _beta_share(float(errors), float(trials - errors + 1), share)


def _check(errors: int, trials: int, confidence: float) -> None:
    if trials < 1 or not 0 <= errors <= trials:
        raise ValueError(f"errors must lie in 0..trials with at least 1 trial, got {errors} of {trials}")
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")


def _share_where(probability: Callable[[float], float], wanted: float) -> float:
    """Return the share at which a probability that rises with it reaches ``wanted``."""
    low, high = -745.0, 0.0  # logarithms: the smallest positive number up to 1
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if probability(math.exp(middle)) < wanted else (low, middle)
    return math.exp((low + high) / 2)


def _beta_share(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function by its continued fraction (Lentz; Abramowitz 26.5.8)."""
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x < (a + 1) / (a + b + 2):
        return math.exp(log_front) * _fraction(a, b, x) / a
    return 1 - math.exp(log_front) * _fraction(b, a, 1 - x) / b


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    found = d
    for term in range(1, _MOST_TERMS):
        even = term * (b - term) * x / ((a + 2 * term - 1) * (a + 2 * term))
        odd = -(a + term) * (a + b + term) * x / ((a + 2 * term) * (a + 2 * term + 1))
        step = 1.0
        for part in (even, odd):
            d = 1 / _away_from_zero(1 + part * d)
            c = _away_from_zero(1 + part / c)
            step = c * d
            found *= step
        if abs(step - 1) < 1e-15:
            break
    return found


def _away_from_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
