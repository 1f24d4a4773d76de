"""Do the distances of some pictures look like those of the faces that a threshold was chosen on?

Compared are the distances of pairs of different people, since these decide how many strangers a threshold accepts.
All pairs that share a person rise and fall together, so a test that drew pairs would call every other set different.
What is drawn here is people: the people behind the threshold are split at random, again and again, and how far the
distances of the two parts lie apart (Kolmogorov and Smirnov's largest gap between two distributions, each two people
counting once) says what chance does to groups of that size. Pictures at hand are called unlike only where their gap
is larger than ``LEVEL`` of these, and at least ``LEAST_GAP``: with many people every difference is significant, but
not every one matters for a threshold.
"""

from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers, check_embeddings, check_people, points

LEVEL = 0.98  # of the random splits: leaves room for what the people behind a threshold do not show of the others
LEAST_GAP = 0.25
FEWEST_PEOPLE = 10  # behind a threshold: 45 ways to draw two of them
FEWEST_UNNAMED = 20  # pictures whose people are not known
_MOST_PEOPLE, _MOST_EACH = 40, 10
_SIZES = (2, 3, 4, 5, 6, 8, 10, 12, 15, 20)
_SPLITS = 200
_PICTURES_A_PERSON = 10  # where people are not known: as many independent people as pictures at hand, divided by this
_SHARES = np.linspace(0, 1, 41)


@dataclass(frozen=True, slots=True, kw_only=True)
class DistanceProfile:
    """How the distances of the faces behind a threshold are distributed; small enough to be kept with it.

    Attributes:
        people: How many people it was made from.
        grid: (G,) squared distances, ascending.
        different: (G,) share of the different pairs up to each, each two people counting once.
        same: (G,) share of the same pairs up to each.
        chance: By number of people: the gap that ``LEVEL`` of the random splits stay within; empty for few people.
    """

    people: int
    grid: tuple[float, ...]
    different: tuple[float, ...]
    same: tuple[float, ...]
    chance: dict[int, float]

    def to_json(self) -> dict[str, Any]:
        """Return the profile as plain numbers and lists."""
        return asdict(self) | {"chance": {str(people): gap for people, gap in self.chance.items()}}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Read what ``to_json`` wrote; raise ValueError, TypeError or KeyError for anything else."""
        lists = {name: tuple(float(v) for v in values[name]) for name in ("grid", "different", "same")}
        if len({len(column) for column in lists.values()}) != 1 or not lists["grid"]:
            raise ValueError("grid, different and same must have one number for each distance")
        chance = {int(people): float(gap) for people, gap in values["chance"].items()}
        return cls(people=int(values["people"]), chance=chance, **lists)

    def within(self, squared_distance: float) -> tuple[float, float]:
        """Return which share of the different pairs and which of the same pairs lie within a distance."""
        return (
            float(np.interp(squared_distance, (0.0, *self.grid), (0.0, *self.different))),
            float(np.interp(squared_distance, (0.0, *self.grid), (0.0, *self.same))),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """Whether the distances at hand look like those behind a threshold.

    Attributes:
        unlike: Whether they do not.
        gap: The largest gap between the two distributions, 0..1; None where nothing could be compared.
        chance: The gap that chance alone seldom exceeds for so many people; None where that is not known.
        median: Of the different pairs at hand; of all pairs where people are not known.
        usual: Median of the different pairs behind the threshold.
        named: Whether the people at hand were known.
        why_not: Why nothing could be compared, as a sentence without its full stop; None where something was.
    """

    unlike: bool = False
    gap: float | None = None
    chance: float | None = None
    median: float | None = None
    usual: float | None = None
    named: bool = True
    why_not: str | None = None


def distance_profile(embeddings: ArrayLike, people: ArrayLike, *, seed: int = 0) -> DistanceProfile | None:
    """Return how the distances of some faces are distributed; None where they have not both kinds of pairs.

    Of more than 40 people, and of more than 10 faces of one, some are drawn at random.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        seed: Decides who is drawn, and the splits.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    generator = np.random.default_rng(seed)
    squared, codes = _some(embeddings, people, generator)
    kind = codes[:, None] == codes[None, :]
    upper = np.triu(np.ones(kind.shape, np.bool_), 1)
    same, different = np.sort(squared[upper & kind]), np.sort(squared[upper & ~kind])
    if not len(same) or not len(different):
        return None
    grid = np.unique(np.concatenate([np.quantile(different, _marks(101)), np.quantile(same, _marks(41))]))
    between = _between(squared, codes, grid)
    return DistanceProfile(
        people=len(between),
        grid=_short(grid),
        different=_short(_mean(between)),
        same=_short(np.searchsorted(same, grid, side="right") / len(same)),
        chance=_gaps_of_chance(between, generator),
    )


def compare(profile: DistanceProfile, embeddings: ArrayLike, people: ArrayLike | None = None) -> Likeness:
    """Return whether the distances of pictures at hand look like those of a profile.

    Where people are not known, all pairs are compared with whatever mixture of the profile's same and different pairs
    they resemble most, and a tenth of the pictures count as independent people.

    Args:
        profile: Of the faces behind a threshold.
        embeddings: (N, D) numbers, of the same network.
        people: (N,) person of each; None where that is not known.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    if not profile.chance:
        return Likeness(why_not=f"the {profile.people} people behind the threshold are too few to tell")
    grid, expected = np.array(profile.grid), np.array(profile.different)
    generator = np.random.default_rng(0)
    if people is None:
        return _compare_unnamed(profile, embeddings, generator)
    squared, codes = _some(embeddings, people, generator)
    count = int(codes.max(initial=-1)) + 1
    if count < 2:
        return Likeness(why_not="pictures of one person alone form no pairs of different people")
    between = _between(squared, codes, grid)
    found = squared[codes[:, None] != codes[None, :]]
    return _judged(profile, float(np.abs(_mean(between) - expected).max()), count, float(np.median(found)))


def _compare_unnamed(profile: DistanceProfile, embeddings: ArrayLike, generator: np.random.Generator) -> Likeness:
    table = check_embeddings(embeddings)
    if len(table) < FEWEST_UNNAMED:
        return Likeness(why_not=f"{len(table)} pictures without the names of people are too few to tell")
    squared, _ = _some(table, np.arange(len(table)), generator, most=_MOST_PEOPLE * _MOST_EACH)
    found = np.sort(squared[np.triu_indices(len(squared), 1)])
    reached = np.searchsorted(found, np.array(profile.grid), side="right") / len(found)
    different, same = np.array(profile.different), np.array(profile.same)
    gap = min(float(np.abs(reached - (1 - share) * different - share * same).max()) for share in _SHARES)
    return _judged(profile, gap, max(2, len(table) // _PICTURES_A_PERSON), float(np.median(found)), named=False)


def _judged(profile: DistanceProfile, gap: float, people: int, median: float, *, named: bool = True) -> Likeness:
    chance = profile.chance[max(size for size in profile.chance if size <= people)]
    usual = float(np.interp(0.5, profile.different, profile.grid))
    unlike = gap > max(chance, LEAST_GAP)
    return Likeness(unlike=unlike, gap=gap, chance=chance, median=median, usual=usual, named=named)


def _some(
    embeddings: ArrayLike, people: ArrayLike, generator: np.random.Generator, *, most: int = _MOST_PEOPLE
) -> tuple[Floats, Integers]:
    """Return (n, n) squared distances and (n,) people as codes of at most ``most`` people with 10 faces each."""
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    order = generator.permutation(len(table))
    names = np.unique(codes)
    taken = generator.permutation(names)[:most] if len(names) > most else names
    chosen = np.sort(np.concatenate([order[codes[order] == name][:_MOST_EACH] for name in taken]))
    squared = points(table[chosen]).squared_distances(slice(None), slice(None))
    return squared, np.unique(codes[chosen], return_inverse=True)[1]


def _between(squared: Floats, codes: Integers, grid: Floats) -> Floats:
    """Return (P, P, G): which share of the pairs of two people lies within each distance; 0 on the diagonal."""
    count = int(codes.max()) + 1
    places = np.searchsorted(grid, squared)  # the first distance of the grid that is not smaller; G where none is
    two = codes[:, None] * count + codes[None, :]
    width = len(grid) + 1
    counted = np.bincount((two * width + places).ravel(), minlength=count * count * width)
    shares = np.cumsum(counted.reshape(count, count, width), axis=-1, dtype=np.float64)
    shares = shares[..., :-1] / shares[..., -1:]
    shares[np.arange(count), np.arange(count)] = 0
    return shares


def _mean(between: Floats) -> Floats:
    """Return (G,) the mean over each two people."""
    people = len(between)
    mean: Floats = between.sum(axis=(0, 1)) / (people * (people - 1))
    return mean


def _gaps_of_chance(between: Floats, generator: np.random.Generator) -> dict[int, float]:
    people = len(between)
    if people < FEWEST_PEOPLE:
        return {}
    sizes = [size for size in _SIZES if size <= people // 2]
    return {size: float(np.quantile(_split_gaps(between, size, generator), LEVEL)) for size in sizes}


def _split_gaps(between: Floats, size: int, generator: np.random.Generator) -> Floats:
    """Return (R,) the gap between ``size`` people and all others, for people drawn at random."""
    people = len(between)
    drawn = np.argsort(generator.random((_SPLITS, people)), axis=1) < size
    gap: Floats = np.abs(_means_of(between, drawn) - _means_of(between, ~drawn)).max(axis=1)
    return gap


def _means_of(between: Floats, drawn: Booleans) -> Floats:
    """Return (R, G) the mean over each two of the people drawn, (R, P)."""
    chosen = drawn.astype(np.float64)
    rows = (chosen @ between.reshape(len(between), -1)).reshape(len(chosen), len(between), -1)
    count = chosen.sum(axis=1)
    means: Floats = np.einsum("rp,rpg->rg", chosen, rows) / (count * (count - 1))[:, None]
    return means


def _marks(count: int) -> Floats:
    return np.linspace(0, 1, count)


def _short(numbers: Floats) -> tuple[float, ...]:
    return tuple(float(f"{number:.5g}") for number in numbers)
