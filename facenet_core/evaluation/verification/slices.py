"""How often each kind of pairs is decided wrongly at one threshold, slice by slice, with intervals over people.

Pairs of one person rise and fall together, and so do all pairs that two people share one of: the variance adds up
what pairs with a person in common have in common (for different pairs as for the sides of a network: Cameron and
Miller 2014, "Robust inference for dyadic data"). That is what drawing people again and again estimates too, but at
once, and without counting twice what only two people share.
"""

import math
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, Integers, PairDistances
from facenet_core.evaluation.verification.binomial import clopper_pearson
from facenet_core.evaluation.verification.intervals import CONFIDENCE, Interval

FEWEST_PAIRS, FEWEST_PEOPLE = 30, 8  # below, a rate is not worth a number
_REACH = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ErrorRate:
    """How often pairs of one kind are decided wrongly.

    Attributes:
        errors: Wrongly decided pairs.
        pairs: All of them.
        people: People on them.
        interval: Where the rate lies for 95 of 100 groups of people like these; None where there are no pairs. With
            no error at all, or nothing but errors, it is the exact interval of as many independent tries as there
            are people (for different pairs: twosomes of people).
        parts: (P,) or, for different pairs, (P, P) how much each person (each two people) moves the rate away from
            its mean.
    """

    errors: int
    pairs: int
    people: int
    interval: Interval | None
    parts: Floats = field(repr=False)

    @property
    def rate(self) -> float | None:
        """The share of errors; None without pairs."""
        return self.errors / self.pairs if self.pairs else None

    @property
    def variance(self) -> float:
        """Of the rate, over groups of people like these."""
        return _variance(self.parts, self.people)

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


class SliceCounter:
    """Counts the errors of every slice of some pairs at one threshold after another.

    Args:
        pairs: M pairs; ``first`` and ``second`` are places in ``people``.
        people: (T,) person of every face.
        slices: (M,) slice of each pair in 0..count - 1, or -1 for none; None for one slice of all pairs.
        count: Number of slices.

    Raises:
        ValueError: ``slices`` has not one number for each pair.
    """

    def __init__(self, pairs: PairDistances, people: ArrayLike, slices: ArrayLike | None = None, *, count: int = 1):
        size, a, b = _people_of(pairs, np.asarray(people))
        where = np.zeros(len(pairs), dtype=np.int64) if slices is None else np.asarray(slices, dtype=np.int64)
        if where.shape != (len(pairs),):
            raise ValueError(f"slices must name one slice for each of {len(pairs)} pairs, got shape {where.shape}")
        order = np.argsort(pairs.squared_distance, kind="stable")
        squared, same = pairs.squared_distance[order], pairs.same[order]
        where, a, b = where[order], a[order], b[order]
        self._slices = []
        for number in range(count):
            one, two = np.flatnonzero((where == number) & same), np.flatnonzero((where == number) & ~same)
            self._slices.append((_same(squared[one], a[one], size), _different(squared[two], a[two], b[two], size)))

    def rates(self, threshold: float) -> tuple[SliceRates, ...]:
        """Return the errors of each slice when pairs up to ``threshold`` are accepted."""
        return tuple(
            SliceRates(false_rejects=same.errors(threshold), false_accepts=different.errors(threshold))
            for same, different in self._slices
        )


def slice_rates(
    pairs: PairDistances, people: ArrayLike, threshold: float, slices: ArrayLike | None = None, *, count: int = 1
) -> tuple[SliceRates, ...]:
    """Count the errors of every slice of the pairs at one threshold; the arguments are those of ``SliceCounter``."""
    return SliceCounter(pairs, people, slices, count=count).rates(threshold)


def rate_difference(first: ErrorRate, second: ErrorRate, *, paired: bool = False) -> Interval | None:
    """Return where the second rate less the first lies for 95 of 100 groups of people like these.

    Args:
        first: One rate.
        second: The other, of the same kind of pairs.
        paired: Whether both come from one call of ``slice_rates``, and so from the same people.

    Returns:
        None where one of them has too few pairs.
    """
    if not (first.enough and second.enough) or first.rate is None or second.rate is None:
        return None
    if paired:
        variance = _variance(second.parts - first.parts, min(first.people, second.people))
    else:
        variance = first.variance + second.variance
    reach = _reach(min(first.people, second.people)) * math.sqrt(variance)
    return Interval(second.rate - first.rate - reach, second.rate - first.rate + reach)


def _people_of(pairs: PairDistances, people: Integers) -> tuple[int, Integers, Integers]:
    """Return how many people are on the pairs, and the two of each pair as codes from 0."""
    both = np.stack([people[pairs.first], people[pairs.second]]) if len(pairs) else np.zeros((2, 0), np.int64)
    names, codes = np.unique(both, return_inverse=True)
    first, second = codes.reshape(both.shape).astype(np.int64)
    return len(names), first, second


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Kind:
    """The pairs of one kind in one slice, nearest first.

    Attributes:
        squared: (M,) squared distances.
        codes: (M,) the person of each pair, or both as one number, ``a * size + b``.
        size: People of all slices (P).
        people: People on these pairs.
        units: People, or twosomes of people, that the pairs come from.
        all: (P,) or (P * P,) pairs of each code.
        nearest_wrong: Whether pairs up to the threshold are the errors.
    """

    squared: Floats
    codes: Integers
    size: int
    people: int
    units: int
    all: Integers
    nearest_wrong: bool

    def errors(self, threshold: float) -> ErrorRate:
        accepted = int(np.searchsorted(self.squared, threshold, side="right"))
        wrong = self.codes[:accepted] if self.nearest_wrong else self.codes[accepted:]
        errors, pairs = len(wrong), len(self.codes)
        counts = np.bincount(wrong, minlength=len(self.all))
        parts: Floats = (counts - errors / max(pairs, 1) * self.all) / max(pairs, 1)
        if self.nearest_wrong:
            one_way = parts.reshape(self.size, self.size)
            parts = one_way + one_way.T
        ends = _interval(errors, pairs, self.people, self.units, parts)
        return ErrorRate(errors=errors, pairs=pairs, people=self.people, interval=ends, parts=parts)


def _same(squared: Floats, person: Integers, size: int) -> _Kind:
    people = len(np.unique(person))
    pairs = np.bincount(person, minlength=size)
    return _Kind(squared=squared, codes=person, size=size, people=people, units=people, all=pairs, nearest_wrong=False)


def _different(squared: Floats, a: Integers, b: Integers, size: int) -> _Kind:
    codes = a * size + b
    return _Kind(
        squared=squared,
        codes=codes,
        size=size,
        people=len(np.union1d(a, b)),
        units=len(np.unique(np.minimum(a, b) * size + np.maximum(a, b))),
        all=np.bincount(codes, minlength=size * size),
        nearest_wrong=True,
    )


def _variance(parts: Floats, people: int) -> float:
    if parts.ndim == 1:
        return float((parts**2).sum()) * people / max(people - 1, 1)
    own = float((parts**2).sum()) / 2  # what two people share, counted once
    return max(float((parts.sum(axis=1) ** 2).sum()) - own, own)


def _interval(errors: int, pairs: int, people: int, units: int, parts: Floats) -> Interval | None:
    """Return the interval, symmetric on the scale of log odds, so that it stays between 0 and 1."""
    if not pairs:
        return None
    if errors in (0, pairs):
        return clopper_pearson(units if errors else 0, units)
    if people < 2:
        return Interval(0.0, 1.0)  # one person says nothing about others
    rate = errors / pairs
    spread = math.sqrt(_variance(parts, people)) / (rate * (1 - rate))
    reach = (_reach(people) if parts.ndim == 1 else _REACH) * spread
    middle = math.log(rate / (1 - rate))
    return Interval(*(1 / (1 + math.exp(-max(-700.0, min(700.0, end)))) for end in (middle - reach, middle + reach)))


def _reach(people: int) -> float:
    """Return how many standard errors 95 of 100 reach: Student's t for few people (Abramowitz and Stegun 26.7.5)."""
    z, freedom = _REACH, max(people - 1, 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
