"""A gallery that grows: at a fixed false accept rate, how often a stranger is taken for somebody in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import (
    BLOCK_ELEMENTS,
    Floats,
    Integers,
    Points,
    check_embeddings,
    check_people,
    points,
)
from facenet_core.evaluation.recognition.open_set import share_over_people

STEPS = 1 << 16  # of the grid on which a threshold lies: a 65,536th of the largest distance


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Growth:
    """False identifications at one false accept rate, for galleries of growing size.

    Attributes:
        wanted_far: The false accept rate asked for, of one face against one photo of somebody else.
        far: The rate at the threshold: the largest that is not above it. None where there are too few pairs.
        threshold: Largest squared distance accepted; None likewise.
        sizes: (S,) people in the gallery.
        measured: (S,) share of strangers taken for somebody, averaged over all galleries of that size.
        low: (S,) lower end of the 95 % interval.
        high: (S,) upper end.
        busiest: Share of the probes that bring half of all false accepts; 0.5 if all brought as many.
        people: People that galleries are drawn from.
        probes: Photos that come as strangers.
        pairs: Probes times photos of other people.
        note: Why there is no threshold; None where there is one.
    """

    wanted_far: float
    far: float | None
    threshold: float | None
    sizes: Integers
    measured: Floats
    low: Floats
    high: Floats
    busiest: float
    people: int
    probes: int
    pairs: int
    note: str | None = None


def expected_false_identifications(far: float, sizes: ArrayLike) -> Floats:
    """Return 1 - (1 - FAR)^N, what N comparisons would bring if each were a throw of the same dice."""
    exponent: Floats = np.asarray(sizes, dtype=np.float64) * np.log1p(-min(far, 1 - 1e-15))
    return -np.expm1(exponent)


def growing_sizes(people: int) -> Integers:
    """Return gallery sizes from 1 to one less than there are people, a few for every power of ten."""
    most = people - 1
    if most < 1:
        return np.zeros(0, np.int64)
    steps = np.rint(np.geomspace(1, most, max(2, int(8 * np.log10(most)) + 2)))
    return np.unique(steps.astype(np.int64))


def gallery_growth(
    embeddings: ArrayLike, people: ArrayLike, fars: Sequence[float], *, seed: int = 0
) -> dict[float, Growth]:
    """Measure false identifications in galleries of one photo a person, at several false accept rates.

    Every person lends one photo to the galleries; every photo comes once as a stranger. The threshold is the largest
    on a fine grid whose share of accepted (probe, photo of somebody else) pairs is at most the rate asked for. No
    gallery has to be drawn: of a probe that m of the other P - 1 people would be taken for, a random gallery of N of
    them holds none with probability C(P - 1 - m, N) / C(P - 1, N). Memory is one block of distances.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        fars: False accept rates.
        seed: Decides the photos and the intervals' draws.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    count = len(np.unique(codes))
    standing = _one_photo_each(codes, count, seed)
    ready = points(table)
    pairs = len(table) * (count - 1) if count > 1 else 0
    thresholds = dict.fromkeys(fars) | _thresholds(ready, codes, standing, pairs, fars, _width(table))
    found = [threshold for threshold in thresholds.values() if threshold is not None]
    accepted = _accepted(ready, codes, standing, found)
    sizes = growing_sizes(count)
    result = {}
    for far, threshold in thresholds.items():
        if threshold is None:
            result[far] = _unsupported(far, sizes, count, len(table), pairs)
            continue
        others = accepted[found.index(threshold)]
        share = share_over_people(_missed_by_none(others, count - 1, sizes), codes, trials=False, seed=seed)
        result[far] = Growth(
            wanted_far=far,
            far=float(others.sum() / pairs),
            threshold=threshold,
            sizes=sizes,
            measured=share.share,
            low=share.low,
            high=share.high,
            busiest=_busiest(others),
            people=count,
            probes=len(table),
            pairs=pairs,
        )
    return result


def _one_photo_each(codes: Integers, count: int, seed: int) -> Integers:
    shuffled = np.argsort(np.random.PCG64(seed).random_raw(len(codes)), kind="stable")
    first = np.unique(codes[shuffled], return_index=True)[1]
    chosen: Integers = shuffled[first] if count else np.zeros(0, np.int64)
    return chosen


def _blocks(ready: Points, standing: Integers) -> Iterator[tuple[slice, Floats]]:
    """Yield probes and their (n, P) squared distances to everybody's photo."""
    rows = max(1, BLOCK_ELEMENTS // max(1, len(standing)))
    for start in range(0, len(ready), rows):
        block = slice(start, start + rows)
        yield block, ready.squared_distances(block, standing)


def _width(table: Floats) -> float:
    """Return the grid's step; no two rows are farther apart than twice the farthest is from the mean of all.

    So the grid is as fine as the distances are small: those of a network that has hardly learned lie within 0.01.
    """
    beside = ((table - table.mean(axis=0)) ** 2).sum(axis=1) if len(table) else np.zeros(0)
    return max(4 * float(beside.max(initial=0.0)), 1e-300) / STEPS


def _thresholds(
    ready: Points, codes: Integers, standing: Integers, pairs: int, fars: Sequence[float], width: float
) -> dict[float, float | None]:
    allowed = {far: far * pairs * (1 + 1e-12) for far in fars}
    if not any(count >= 1 - 1e-9 for count in allowed.values()):
        return {}
    counts = np.zeros(STEPS + 2, dtype=np.int64)
    for block, squared in _blocks(ready, standing):
        steps = np.minimum(np.ceil(squared / width), STEPS + 1).astype(np.int32)  # accepted from this step on
        own = steps[np.arange(len(steps)), codes[block]]
        counts += np.bincount(steps.ravel(), minlength=STEPS + 2) - np.bincount(own, minlength=STEPS + 2)
    upto = np.cumsum(counts)
    found: dict[float, float | None] = {}
    for far, most in allowed.items():
        if most >= 1 - 1e-9:
            last = int(np.searchsorted(upto, most, side="right")) - 1
            found[far] = last * width if last >= 0 else None  # even the nearest of all are too many
    return found


def _accepted(ready: Points, codes: Integers, standing: Integers, thresholds: Sequence[float]) -> Integers:
    """Return (F, N): how many other people each probe would be taken for."""
    accepted = np.zeros((len(thresholds), len(ready)), dtype=np.int64)
    if not len(thresholds):
        return accepted
    for block, squared in _blocks(ready, standing):
        squared[np.arange(len(squared)), codes[block]] = np.inf
        for row, threshold in enumerate(thresholds):
            accepted[row, block] = (squared <= threshold).sum(axis=1)
    return accepted


def _missed_by_none(others: Integers, population: int, sizes: Integers) -> Floats:
    """Return (S, N): how likely a random gallery of each size holds at least one of a probe's ``others``."""
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, population + 1)))])  # of factorials
    kinds, place = np.unique(others, return_inverse=True)
    chance = np.ones((len(sizes), len(kinds)))
    for row, size in enumerate(sizes):
        can_miss = population - kinds >= size
        left = population - kinds[can_miss]
        missed = np.exp(logs[left] - logs[left - size] - logs[population] + logs[population - size])
        chance[row, can_miss] = np.clip(1 - missed, 0.0, 1.0)
    return chance[:, place]


def _busiest(others: Integers) -> float:
    total = int(others.sum())
    if not total:
        return 0.5
    running = np.cumsum(np.sort(others)[::-1])
    return float((np.searchsorted(running, total / 2) + 1) / len(others))


def _unsupported(far: float, sizes: Integers, people: int, probes: int, pairs: int) -> Growth:
    nothing = np.full(len(sizes), np.nan)
    return Growth(
        wanted_far=far,
        far=None,
        threshold=None,
        sizes=sizes,
        measured=nothing,
        low=nothing,
        high=nothing,
        busiest=0.5,
        people=people,
        probes=probes,
        pairs=pairs,
        note=_why_not(far, pairs),
    )


def _why_not(far: float, pairs: int) -> str:
    if far * pairs < 1 - 1e-9:
        return (
            f"A false accept rate of 1 in {round(1 / far):,} needs at least {round(1 / far):,} pairs of different "
            f"people, here are {pairs:,}: nothing can be said about it."
        )
    return (
        f"No threshold has a false accept rate of 1 in {round(1 / far):,}: so many faces are equally near that the "
        "smallest one accepts more."
    )
