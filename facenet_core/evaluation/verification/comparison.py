"""Is one network better than another on people, or could it be chance: differences with intervals over people."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, check_embeddings
from facenet_core.evaluation.pairs.group_pairs import GroupPairs, group_pairs, halve_people
from facenet_core.evaluation.pairs.one_point import on_one_point
from facenet_core.evaluation.pairs.ranking import RankedPairs
from facenet_core.evaluation.verification.intervals import Interval, interval_of
from facenet_core.evaluation.verification.verification import HALVINGS, accuracy_between, mean_of

RESAMPLES = 200
LARGEST_COMPARED = 2_000  # faces: two million pairs, drawn again and again
FAR = 0.1
FIGURES = ("accuracy", "auc", "eer", "val")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resampled:
    """The figures of one network on one group of people, and those of people drawn from it again and again.

    Attributes:
        people: (N,) names of the people of the faces, which say whether two groups are the same.
        pairs: All pairs of the group.
        seed: What decided the halves and the draws.
        values: Accuracy (threshold from one half of the people applied to the other), auc, eer, and VAL at FAR 0.1;
            those that cannot be measured are left out.
        draws: (R,) the same figures of each draw, NaN where a draw has not both kinds of pairs.
    """

    people: tuple[str, ...]
    pairs: int
    seed: int
    values: Mapping[str, float]
    draws: Mapping[str, Floats]

    def interval(self, figure: str) -> Interval | None:
        """Return where a figure lies for 95 of 100 draws of people; None where that cannot be said."""
        if figure not in self.values:
            return None
        return interval_of(self.draws[figure], self.values[figure], self.several)

    @property
    def several(self) -> int:
        """People with at least two faces, who bring same pairs."""
        return sum(count >= 2 for count in Counter(self.people).values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """By how much the second network's figure is above the first one's.

    Attributes:
        figure: Its name, one of ``FIGURES``.
        first: The first network's.
        second: The second network's.
        interval: Where the difference lies for 95 of 100 draws of people; None where that cannot be said.
        paired: Whether both were measured on the same people, who are then drawn together.
    """

    figure: str
    first: float
    second: float
    interval: Interval | None
    paired: bool

    @property
    def difference(self) -> float:
        """The second figure less the first."""
        return self.second - self.first

    @property
    def distinguishable(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.interval is not None and not self.interval.low <= 0 <= self.interval.high

    @property
    def verdict(self) -> str:
        """The difference in plain words."""
        if self.interval is None:
            return "cannot be said: too few people"
        if not self.distinguishable:
            return "not distinguishable"
        return "higher" if self.difference > 0 else "lower"


def compare_groups(
    first: ArrayLike,
    first_people: ArrayLike,
    second: ArrayLike,
    second_people: ArrayLike,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> dict[str, Difference]:
    """Compare two networks by the figures of verification, with intervals that resample people.

    Where both were measured on the same faces (equal people in equal order), each draw of people is measured with
    both networks: what makes some people hard for both cancels out, and small differences show. On different
    people the draws are independent and the intervals wider.

    Args:
        first: (N, D) embeddings of the first network.
        first_people: (N,) person of each, by a name that means the same person in both groups.
        second: (M, E) embeddings of the second network; E may differ from D.
        second_people: (M,) person of each.
        seed: Decides halves and draws.
        resamples: How often people are drawn.

    Returns:
        The differences by figure, those that both networks have.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or a group is too large to be compared pair by pair.
    """
    return compare_resampled(
        resample_group(first, first_people, seed=seed, resamples=resamples),
        resample_group(second, second_people, seed=seed, resamples=resamples),
    )


def compare_resampled(first: Resampled, second: Resampled) -> dict[str, Difference]:
    """Compare two networks whose groups have been resampled already; see ``compare_groups``."""
    paired = (first.people, first.seed) == (second.people, second.seed)
    shuffle = np.random.default_rng(first.seed + 1)
    found = {}
    for figure in FIGURES:
        if figure not in first.values or figure not in second.values:
            continue
        one, other = first.draws[figure], second.draws[figure]
        count = min(len(one), len(other))
        if not paired:  # equal seeds draw equal places, which mean nothing here
            one, other = shuffle.permutation(one)[:count], shuffle.permutation(other)[:count]
        found[figure] = Difference(
            figure=figure,
            first=first.values[figure],
            second=second.values[figure],
            interval=interval_of(
                other[:count] - one[:count],
                second.values[figure] - first.values[figure],
                min(first.several, second.several),
                share=False,
            ),
            paired=paired,
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """Who is ahead of several networks, and from whom that is no more than chance among people.

    Attributes:
        name: The one with the highest figure.
        value: Its figure.
        rivals: The others, highest first, whose difference to it is not distinguishable from none.
    """

    name: str
    value: float
    rivals: tuple[str, ...]

    @property
    def is_best(self) -> bool:
        """Whether it is distinguishable from every other."""
        return not self.rivals


def leading(measured: Mapping[str, Resampled], figure: str = "accuracy") -> Leading | None:
    """Return which network is ahead in a figure of which more is better; None where less than two have it."""
    known = {name: found for name, found in measured.items() if figure in found.values}
    if len(known) < 2:
        return None
    order = sorted(known, key=lambda name: -known[name].values[figure])
    first = known[order[0]]
    rivals = [name for name in order[1:] if not compare_resampled(known[name], first)[figure].distinguishable]
    return Leading(name=order[0], value=first.values[figure], rivals=tuple(rivals))


def resample_group(embeddings: ArrayLike, people: ArrayLike, *, seed: int = 0, resamples: int = RESAMPLES) -> Resampled:
    """Measure verification on a group, and on people drawn from it with replacement.

    People are drawn, not pairs: pairs of one person are not independent. Equal people and an equal seed give equal
    halves and equal draws, whatever the network.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        seed: Decides halves and draws.
        resamples: How often people are drawn.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or there are more than ``LARGEST_COMPARED`` faces.
    """
    table = check_embeddings(embeddings)
    names = tuple(str(name) for name in np.asarray(people).ravel())
    if len(names) != len(table):
        raise ValueError(f"people must name one person for each of the {len(table)} embeddings, got {len(names)}")
    if len(table) > LARGEST_COMPARED:
        raise ValueError(f"at most {LARGEST_COMPARED} faces can be compared, got {len(table)}: choose fewer people")
    codes = np.unique(names, return_inverse=True)[1].astype(np.int64) if names else np.zeros(0, dtype=np.int64)
    group = group_pairs(table, codes)
    generator = np.random.default_rng(seed)
    halves = [group.split(halve_people(group.counts, generator)) for _ in range(HALVINGS)]
    accuracies = [accuracy_between(*half) for half in halves]
    ranked = group.ranked()
    values = _known(_figures(ranked, group, None) | {"accuracy": mean_of([measure(None) for measure in accuracies])})
    if on_one_point(table):
        values = {}
    count = len(group.counts)
    draws = generator.multinomial(count, np.full(count, 1 / count), size=resamples) if count else np.zeros((0, 0))
    rows = []
    for number, drawn in enumerate(draws.astype(np.float64)):
        accuracy = accuracies[number % HALVINGS](drawn)
        rows.append(_figures(ranked, group, drawn) | {"accuracy": accuracy})
    return Resampled(
        people=names,
        pairs=len(group.same) + len(group.different),
        seed=seed,
        values=values,
        draws={figure: np.array([row[figure] for row in rows], dtype=np.float64) for figure in FIGURES},
    )


def _figures(ranked: RankedPairs, group: GroupPairs, multiplicity: Floats | None) -> dict[str, float | None]:
    ranks = ranked.ranks() if multiplicity is None else ranked.ranks(*group.weights(multiplicity))
    if not ranks.both_kinds:
        return {"auc": None, "eer": None, "val": None}
    enough = len(group.different) * FAR >= 1
    return {"auc": ranks.auc(), "eer": ranks.equal_error_rate(), "val": ranks.val_at(FAR)[0] if enough else None}


def _known(figures: Mapping[str, float | None]) -> dict[str, float]:
    return {name: value for name, value in figures.items() if value is not None}
