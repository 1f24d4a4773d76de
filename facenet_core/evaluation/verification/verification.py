"""Verification of a group: do two pictures show one person, measured with thresholds from other people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers, check_embeddings, check_people
from facenet_core.evaluation.pairs.group_pairs import GroupPairs, choose_people, group_pairs, halve_people
from facenet_core.evaluation.pairs.one_point import ALL_ON_ONE_POINT, on_one_point
from facenet_core.evaluation.pairs.ranking import FAR_LEVELS, Ranks
from facenet_core.evaluation.verification.intervals import Interval, drawn_aucs, interval_of
from facenet_core.evaluation.verification.thresholds import ValAtFar, val_at_far_json, val_at_far_levels

HALVINGS = 5  # ways to halve the people that the accuracy is averaged over
MAX_PAIRS = 5_000_000  # of a group that is measured on all its pairs
TOO_FEW_FOR_HALVES = (
    "No accuracy: both halves of the people need same and different pairs, "
    "so at least two people with two images in each half."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How well distances tell same pairs from different ones in one group of faces.

    Attributes:
        images: Faces measured.
        people: People measured.
        pairs: All pairs.
        same: Same pairs.
        different: Different pairs.
        accuracy: Balanced accuracy with the threshold from one half of the people applied to the other.
        threshold: The best threshold on all pairs, the one to use for faces to come; the accuracy above
            is that of thresholds found in the same way on fewer people and applied to others.
        threshold_far: Share of the different pairs that ``threshold`` accepts.
        auc: Area under the curve, ties counting half.
        eer: Equal error rate.
        val_at_far: VAL at FAR 0.1, 0.01 and 0.001.
        mean_same: Mean squared distance of same pairs.
        mean_different: Mean squared distance of different pairs.
        intervals: 95 % intervals of accuracy, auc, eer and ``val_at_far/0.1`` and so on; None where not asked for.
        note: What could not be measured or was left out, as sentences; None where nothing.
    """

    images: int
    people: int
    pairs: int
    same: int
    different: int
    accuracy: float | None = None
    threshold: float | None = None
    threshold_far: float | None = None
    auc: float | None = None
    eer: float | None = None
    val_at_far: Mapping[str, ValAtFar] = field(default_factory=dict)
    mean_same: float | None = None
    mean_different: float | None = None
    intervals: Mapping[str, Interval] | None = None
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers, lists and dictionaries."""
        counts, rates = ("images", "people", "pairs", "same", "different"), ("accuracy", "threshold", "threshold_far")
        values: dict[str, Any] = {name: getattr(self, name) for name in (*counts, *rates, "auc", "eer")}
        values |= val_at_far_json(self.val_at_far)
        values |= {"mean_same": self.mean_same, "mean_different": self.mean_different}
        values["intervals"] = None if self.intervals is None else {k: list(v) for k, v in self.intervals.items()}
        return values | {"note": self.note}


def verify_group(
    embeddings: ArrayLike, people: ArrayLike, *, seed: int = 0, resamples: int = 0, max_pairs: int = MAX_PAIRS
) -> Verification:
    """Measure verification on all pairs of a group.

    The accuracy weighs same and different pairs equally. Its threshold is the best one on the pairs within one
    half of the people, applied to the pairs within the other half, both ways, averaged over ``HALVINGS`` seeded
    halvings. Intervals come from drawing people, not pairs, with replacement: pairs of one person are not
    independent, so drawing pairs would promise too much; ``interval_of`` says how they are made wide enough for few
    people. Each draw uses one of the halvings where the accuracy averages over all, so its interval is a little too
    wide rather than too narrow.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        seed: Decides the halves, the draws and, where needed, the people left out.
        resamples: How often people are drawn for the intervals; 0 for none, 200 are enough.
        max_pairs: A group with more pairs is measured on people drawn from it at random; the note says so.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    generator = np.random.default_rng(seed)
    kept = _within_limit(codes, max_pairs, generator)
    notes = []
    if len(kept) < len(table):
        notes.append(f"Measured on {len(kept):,} of {len(table):,} faces, to stay below {max_pairs:,} pairs.")
        table, codes = table[kept], np.unique(codes[kept], return_inverse=True)[1]
    group = group_pairs(table, codes)
    pairs = group.ranked()
    ranks = pairs.ranks()
    if ranks.both_kinds and on_one_point(table):
        return _nothing_measured(table, group, [*notes, ALL_ON_ONE_POINT])
    halves = _halvings(group.counts, generator)
    accuracy = mean_of([accuracy_between(*group.split(half))(None) for half in halves])
    if not ranks.both_kinds:
        notes.append(
            f"There are {len(group.same):,} same and {len(group.different):,} different pairs: nothing to tell apart."
        )
    elif accuracy is None:
        notes.append(TOO_FEW_FOR_HALVES)
    threshold = pairs.threshold_after(ranks.best()) if ranks.both_kinds else None
    levels = val_at_far_levels(ranks)
    measured = {"accuracy": accuracy, "auc": ranks.auc(), "eer": ranks.equal_error_rate()}
    measured |= {f"val_at_far/{name}": level.val for name, level in levels.items()}
    known = {name: value for name, value in measured.items() if value is not None}
    return Verification(
        images=len(table),
        people=len(group.counts),
        pairs=len(group.same) + len(group.different),
        same=len(group.same),
        different=len(group.different),
        accuracy=accuracy,
        threshold=threshold,
        threshold_far=None if threshold is None else float(np.mean(group.different <= threshold)),
        auc=measured["auc"],
        eer=measured["eer"],
        val_at_far=levels,
        mean_same=float(group.same.mean()) if len(group.same) else None,
        mean_different=float(group.different.mean()) if len(group.different) else None,
        intervals=_intervals(group, halves, known, resamples, generator) if resamples and ranks.both_kinds else None,
        note=" ".join(notes) or None,
    )


def halves_of(people: ArrayLike, *, seed: int = 0, max_pairs: int = MAX_PAIRS) -> NDArray[np.int8]:
    """Return the halves that ``verify_group`` takes its thresholds from, so that its accuracy can be computed anew.

    Args:
        people: (N,) person of each face, as given to ``verify_group``.
        seed: As given there.
        max_pairs: As given there.

    Returns:
        (N, ``HALVINGS``) 1 for faces of one half of the people and 0 for those of the other; -1 for faces that are not
        measured, to stay below ``max_pairs``.
    """
    codes = check_people(people, len(np.asarray(people)))
    generator = np.random.default_rng(seed)
    kept = _within_limit(codes, max_pairs, generator)
    own = np.unique(codes[kept], return_inverse=True)[1]
    sides = np.full((len(codes), HALVINGS), -1, np.int8)
    for number, half in enumerate(_halvings(np.bincount(own), generator)):
        sides[kept, number] = half[own]
    return sides


def _halvings(counts: Integers, generator: np.random.Generator) -> list[Booleans]:
    return [halve_people(counts, generator) for _ in range(HALVINGS)]


def _nothing_measured(table: Floats, group: GroupPairs, notes: list[str]) -> Verification:
    return Verification(
        images=len(table),
        people=len(group.counts),
        pairs=len(group.same) + len(group.different),
        same=len(group.same),
        different=len(group.different),
        mean_same=float(group.same.mean()),
        mean_different=float(group.different.mean()),
        note=" ".join(notes),
    )


def _within_limit(codes: Integers, max_pairs: int, generator: np.random.Generator) -> Integers:
    """Return the faces of as many people as stay below ``max_pairs``, or faces at random where nobody fits."""
    faces = int((1 + np.sqrt(1 + 8 * max(max_pairs, 1))) // 2)
    if len(codes) <= faces:
        return np.arange(len(codes))
    chosen = choose_people(np.bincount(codes), faces, generator)
    if chosen.sum() >= 2:
        return np.flatnonzero(chosen[codes])
    return np.sort(generator.permutation(len(codes))[:faces])


def accuracy_between(one: GroupPairs, other: GroupPairs) -> Callable[[Floats | None], float | None]:
    """Return the accuracy of thresholds from each half on the other, as a function of how often each person counts.

    It is None where a half lacks a kind of pairs.
    """
    ranked = one.ranked(), other.ranked()

    def accuracy(multiplicity: Floats | None) -> float | None:
        weights: list[tuple[Floats | None, Floats | None]] = [(None, None)] * 2
        if multiplicity is not None:
            weights = [one.weights(multiplicity), other.weights(multiplicity)]
        ranks = [pairs.ranks(*w) for pairs, w in zip(ranked, weights, strict=True)]
        if not all(r.both_kinds for r in ranks):
            return None
        thresholds = [pairs.threshold_after(r.best()) for pairs, r in zip(ranked, ranks, strict=True)]
        there = ranked[1].balanced_accuracy(thresholds[0], *weights[1])
        back = ranked[0].balanced_accuracy(thresholds[1], *weights[0])
        return (there + back) / 2

    return accuracy


def _intervals(
    group: GroupPairs,
    halves: list[Booleans],
    measured: Mapping[str, float],
    resamples: int,
    generator: np.random.Generator,
) -> dict[str, Interval]:
    """Draw people with replacement and return where every measured figure lies."""
    people = len(group.counts)
    draws = generator.multinomial(people, np.full(people, 1 / people), size=resamples).astype(np.float64)
    pairs = group.ranked()
    figures = {name: np.full(resamples, np.nan) for name in measured}
    figures["auc"] = drawn_aucs(group, pairs, draws)
    for number, half in enumerate(halves):
        accuracy = accuracy_between(*group.split(half))
        for place in range(number, resamples, len(halves)):
            ranks = pairs.ranks(*group.weights(draws[place]))
            drawn = [("accuracy", accuracy(draws[place])), *_figures(ranks, len(group.different))]
            for name, value in drawn:
                if value is not None and name in figures:
                    figures[name][place] = value
    several = int((group.counts >= 2).sum())
    found = {name: interval_of(figures[name], value, several) for name, value in measured.items()}
    return {name: interval for name, interval in found.items() if interval is not None}


def _figures(ranks: Ranks, different: int) -> list[tuple[str, float | None]]:
    figures = [("eer", ranks.equal_error_rate())]
    for name, far in FAR_LEVELS.items():
        if ranks.both_kinds and different * far >= 1 - 1e-9:
            figures.append((f"val_at_far/{name}", ranks.val_at(far)[0]))
    return figures


def mean_of(values: list[float | None]) -> float | None:
    """Return the mean of the values that are known; None where none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
