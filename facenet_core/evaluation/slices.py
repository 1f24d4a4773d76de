"""How often each kind of pairs is decided wrongly at one threshold, slice by slice, with intervals over people."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.binomial import clopper_pearson
from facenet_core.evaluation.distances import Booleans, Floats, Integers, PairDistances
from facenet_core.evaluation.verification import CONFIDENCE, Interval

RESAMPLES = 200
FEWEST_PAIRS, FEWEST_PEOPLE = 30, 8  # below, a rate is not worth a number


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ErrorRate:
    """How often pairs of one kind are decided wrongly.

    Attributes:
        errors: Wrongly decided pairs.
        pairs: All of them.
        people: People on them.
        interval: Where the rate lies for 95 of 100 draws of people; None where there are no pairs. Where no draw
            differs (no error at all, or nothing but errors) it is the exact interval of as many independent tries as
            there are people (for different pairs: twosomes of people).
        draws: (R,) the rate in each draw of people, NaN where a draw has no such pair.
    """

    errors: int
    pairs: int
    people: int
    interval: Interval | None
    draws: Floats = field(repr=False)

    @property
    def rate(self) -> float | None:
        """The share of errors; None without pairs."""
        return self.errors / self.pairs if self.pairs else None

    @property
    def enough(self) -> bool:
        """Whether there are enough pairs and people to say anything."""
        return self.pairs >= FEWEST_PAIRS and self.people >= FEWEST_PEOPLE


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SliceRates:
    """What a threshold does to the pairs of one slice.

    Attributes:
        false_accepts: Of its different pairs.
        false_rejects: Of its same pairs.
    """

    false_accepts: ErrorRate
    false_rejects: ErrorRate


def slice_rates(
    pairs: PairDistances,
    people: ArrayLike,
    threshold: float,
    slices: ArrayLike | None = None,
    *,
    count: int = 1,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[SliceRates, ...]:
    """Count the errors of every slice of the pairs.

    Intervals draw people with replacement, the same people for every slice: pairs of one person are not independent.

    Args:
        pairs: M pairs; ``first`` and ``second`` are places in ``people``.
        people: (T,) person of every face.
        threshold: Largest squared distance that is accepted.
        slices: (M,) slice of each pair in 0..count - 1, or -1 for none; None for one slice of all pairs.
        count: Number of slices.
        resamples: How often people are drawn.
        seed: Decides the draws.
    """
    codes, (a, b) = _people_of(pairs, np.asarray(people))
    where = np.zeros(len(pairs), dtype=np.int64) if slices is None else np.asarray(slices, dtype=np.int64)
    if where.shape != (len(pairs),):
        raise ValueError(f"slices must name one slice for each of {len(pairs)} pairs, got shape {where.shape}")
    draws = person_draws(codes, resamples, seed)
    accepted = pairs.squared_distance <= threshold
    found = []
    for number in range(count):
        same, different = (where == number) & pairs.same, (where == number) & ~pairs.same
        found.append(
            SliceRates(
                false_rejects=_same_errors(a[same], ~accepted[same], draws),
                false_accepts=_different_errors(a[different], b[different], accepted[different], draws),
            )
        )
    return tuple(found)


def person_draws(people: int, resamples: int, seed: int = 0) -> Floats:
    """Return (R, P) how often each person is drawn in each of R draws of P people with replacement."""
    if not people:
        return np.zeros((0, 0))
    generator = np.random.default_rng(seed)
    return generator.multinomial(people, np.full(people, 1 / people), size=resamples).astype(np.float64)


def rate_difference(first: ErrorRate, second: ErrorRate, *, paired: bool = False) -> Interval | None:
    """Return where the second rate less the first lies for 95 of 100 draws; None where that cannot be said.

    Args:
        first: One rate.
        second: The other.
        paired: Whether both come from one call of ``slice_rates``, so that each draw has the same people.
    """
    one, other = first.draws, second.draws
    count = min(len(one), len(other))
    if not (first.enough and second.enough) or not count:
        return None
    if not paired:
        one = np.random.default_rng(1).permutation(one)
    return _middle(other[:count] - one[:count])


def _people_of(pairs: PairDistances, people: Integers) -> tuple[int, tuple[Integers, Integers]]:
    """Return how many people are on the pairs, and the two of each pair as codes from 0."""
    both = np.stack([people[pairs.first], people[pairs.second]]) if len(pairs) else np.zeros((2, 0), np.int64)
    names, codes = np.unique(both, return_inverse=True)
    first, second = codes.reshape(both.shape).astype(np.int64)
    return len(names), (first, second)


def _same_errors(person: Integers, wrong: Booleans, draws: Floats) -> ErrorRate:
    people = draws.shape[1] if draws.size else 0
    total = np.bincount(person, minlength=people).astype(np.float64)
    errors = np.bincount(person, weights=wrong, minlength=people)
    seen = int((total > 0).sum())
    return _error_rate(int(wrong.sum()), len(wrong), seen, seen, draws @ errors, draws @ total)


def _different_errors(a: Integers, b: Integers, wrong: Booleans, draws: Floats) -> ErrorRate:
    people = draws.shape[1] if draws.size else 0
    place = a * people + b
    total = np.bincount(place, minlength=people * people).reshape(people, people).astype(np.float64)
    errors = np.bincount(place, weights=wrong, minlength=people * people).reshape(people, people)
    seen = np.union1d(a, b)
    return _error_rate(
        int(wrong.sum()),
        len(wrong),
        len(seen),
        int((total + total.T > 0).sum()) // 2,
        ((draws @ errors) * draws).sum(axis=1),
        ((draws @ total) * draws).sum(axis=1),
    )


def _error_rate(errors: int, pairs: int, people: int, units: int, drawn: Floats, of: Floats) -> ErrorRate:
    rates = np.full(len(of), np.nan)
    np.divide(drawn, of, out=rates, where=of > 0)
    interval = None
    if pairs:
        interval = clopper_pearson(units if errors else 0, units) if errors in (0, pairs) else _middle(rates)
    return ErrorRate(errors=errors, pairs=pairs, people=people, interval=interval, draws=rates)


def _middle(draws: Floats) -> Interval | None:
    """Return the middle 95 % of the draws; None where half of them could not be measured."""
    known = draws[np.isfinite(draws)]
    if len(known) < max(len(draws) / 2, 2):
        return None
    tail = 100 * (1 - CONFIDENCE) / 2
    low, high = np.percentile(known, [tail, 100 - tail])
    return Interval(float(low), float(high))
