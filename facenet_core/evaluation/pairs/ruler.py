"""Steps and digits that fit the distances at hand: for sliders, lines, addresses and words.

A trained network spreads faces over the sphere, and distances differ in the second decimal. An untrained one, or one
after two epochs, puts everybody within 0.01, and what tells people apart is the fifth.
"""

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, pair_distances
from facenet_core.evaluation.pairs.one_point import on_one_point

MOST_MEASURED = 400  # faces whose distances decide a ruler
FEWEST_STEPS = 200  # along the whole ruler
_BEHIND = 1.25  # times the distance that 99 of 100 pairs are nearer than
_FIGURES = 3  # that a number is read with
_MOST_DIGITS = 15
_ROUNDING = 1e-6
_WIDE = 1_000.0  # distances of embeddings without unit length need no more than two decimals


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """What a threshold is moved along.

    Attributes:
        highest: Its end; it begins at 0.
        step: A power of ten; places are whole multiples of it.
    """

    highest: float
    step: float

    @property
    def digits(self) -> int:
        """How many decimals a place has."""
        return max(0, -round(math.log10(self.step)))

    @property
    def steps(self) -> int:
        """How many steps it is long."""
        return round(self.highest / self.step)

    @property
    def places(self) -> Floats:
        """All places, ascending, as they are written: 0.03, not 0.030000000000000002."""
        return np.round(np.arange(self.steps + 1) * self.step, self.digits)

    def nearest(self, squared_distance: float) -> float:
        """Return the place nearest to a distance."""
        steps = round(min(self.highest, max(0.0, squared_distance)) / self.step)
        return round(steps * self.step, self.digits)

    def below(self, squared_distance: float) -> float:
        """Return the last place that lies before a distance; 0 where none does."""
        steps = max(0, math.ceil(squared_distance / self.step - 1e-6) - 1)
        return round(min(self.steps, steps) * self.step, self.digits)

    def holds(self, squared_distance: float) -> bool:
        """Return whether a distance lies on it."""
        return 0 <= squared_distance <= self.highest + self.step / 1000

    def said(self, squared_distance: float) -> str:
        """Return a distance with the digits of a place."""
        return f"{squared_distance:,.{self.digits}f}"


ORDINARY = Ruler(highest=4.0, step=0.01)  # the whole sphere


def fitting_ruler(squared_distances: ArrayLike) -> Ruler:
    """Return the ruler for some distances: the ordinary one for those of a sphere that is well filled.

    Args:
        squared_distances: All that are in view, of same and of different pairs; what is not finite is passed over.
    """
    known = np.asarray(squared_distances, dtype=np.float64).ravel()
    known = known[np.isfinite(known)]
    reach = _BEHIND * float(np.percentile(known, 99)) if len(known) else 0.0
    if reach <= 0:
        return ORDINARY
    if reach > 1 and float(known.max()) <= ORDINARY.highest + 1e-6:
        return ORDINARY
    highest = round_up(reach)
    return Ruler(highest=highest, step=10.0 ** math.floor(math.log10(highest / FEWEST_STEPS) + 1e-9))


def ruler_for_faces(embeddings: ArrayLike) -> Ruler:
    """Return the ruler for the distances of faces (N, D), of many faces for those of ``MOST_MEASURED`` of them.

    Faces that are not numbers are passed over; those on one point have the ordinary ruler.
    """
    table = np.asarray(embeddings)
    known = table[np.isfinite(table).all(axis=1)]
    chosen = known[np.linspace(0, len(known) - 1, min(len(known), MOST_MEASURED)).astype(np.int64)]
    if len(chosen) < 2 or on_one_point(chosen):
        return ORDINARY
    return fitting_ruler(pair_distances(chosen, np.zeros(len(chosen), np.int64)).squared_distance)


def round_up(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = math.floor(math.log10(value))
    head = value / 10.0**power
    for round_ in (1, 2, 5):
        if head <= round_ + 1e-9:
            return float(f"{round_}e{power}")
    return float(f"1e{power + 1}")


def digits_between(squared_distances: Iterable[float], *, fewest: int = 2) -> int:
    """Return with how many decimals distances are written, so that those that differ look different.

    Two, as a rule; below 0.1 enough for three figures of the smallest one but 0; and enough for the smallest gap
    between two of them, if it is more than a thousandth of the larger: nearer ones are equal for every reader.
    """
    table = sorted({abs(float(value)) for value in squared_distances if math.isfinite(value)})
    table = [value for value in table if value > _ROUNDING * table[-1]]  # a copy's distance, which is rounding, is 0
    small = [value / 10 ** (_FIGURES - 1) for value in table if 0 < value < 0.1][:1]
    gaps = [b - a for a, b in itertools.pairwise(table) if b - a > b / 10**_FIGURES and b < _WIDE]
    smallest = min([*small, *gaps], default=1.0)
    return min(_MOST_DIGITS, max(fewest, -math.floor(math.log10(smallest) + 1e-9)))


def distance_words(squared_distance: float, *beside: float) -> str:
    """Return a squared distance with the digits that mean something, also next to others it stands beside.

    ``0.62``, ``0.0412``, ``0.00386``.
    """
    if not math.isfinite(squared_distance):
        return "-"
    return f"{squared_distance:,.{digits_between([squared_distance, *beside])}f}"
