"""Recognition with strangers: how often a threshold names somebody who is not there, and misses who is.

With a gallery, a probe and a threshold: a **false positive identification** names anybody for a stranger, a **false
negative identification** does not name an enrolled person, or somebody else in their place. FPIR and FNIR are their
shares, as in ISO/IEC 19795-1 (rank 1).
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Booleans, Floats, check_people
from facenet_core.evaluation.verification.intervals import CONFIDENCE, Interval

RESAMPLES = 300


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShareOverPeople:
    """A share of probes at T settings, with intervals that draw the people behind the probes anew.

    Attributes:
        share: (T,) in 0..1; NaN without a probe.
        low: (T,) lower end of the 95 % interval; NaN where fewer than two people stand behind it.
        high: (T,) upper end.
        probes: How many probes.
        people: How many people they are of.
    """

    share: Floats
    low: Floats
    high: Floats
    probes: int
    people: int

    def at(self, place: int) -> tuple[float, Interval | None]:
        """Return the share at one setting and its interval; None where there is none."""
        share, low, high = (float(values[place]) for values in (self.share, self.low, self.high))
        return share, None if np.isnan(low) else Interval(low, high)


def share_over_people(
    outcomes: ArrayLike, people: ArrayLike, *, trials: bool = True, seed: int = 0, resamples: int = RESAMPLES
) -> ShareOverPeople:
    """Return the mean outcome at every setting, with intervals.

    Probes of one person are alike, so people are drawn with replacement, not probes. The percentiles are those of
    Student's distribution for so many people, since the plain ones promise too much for few (Hesterberg 2015, "What
    teachers should know about the bootstrap", expanded percentile interval). Near 0 and 1 draws hardly vary and
    promise too much: what could not be ruled out if it had happened to nobody, each person one trial, is not ruled
    out where it happened to somebody; likewise for everybody.

    Args:
        outcomes: (T, Q) in 0..1: whether it happened to each of Q probes at each setting.
        people: (Q,) who each probe is.
        trials: Whether outcomes are such of single trials; without that, averages near 0 or 1 are taken as they are.
        seed: Of the draws.
        resamples: How often people are drawn.
    """
    happened = np.atleast_2d(np.asarray(outcomes, dtype=np.float64))
    codes = check_people(people, happened.shape[1])
    count = len(np.unique(codes))
    if not len(codes):
        nothing = np.full(len(happened), np.nan)
        return ShareOverPeople(share=nothing, low=nothing, high=nothing, probes=0, people=0)
    by_person = np.zeros((count, len(happened)))
    np.add.at(by_person, codes, happened.T)
    share = happened.mean(axis=1)
    low, high = _interval(by_person, np.bincount(codes).astype(np.float64), share, seed, resamples)
    if trials:
        low, high = _no_surer_than_trials(low, high, count)
    return ShareOverPeople(share=share, low=low, high=high, probes=len(codes), people=count)


def _interval(by_person: Floats, totals: Floats, share: Floats, seed: int, resamples: int) -> tuple[Floats, Floats]:
    people = len(totals)
    if people < 2:
        nothing = np.full(len(share), np.nan)
        return nothing, nothing
    generator = np.random.default_rng(seed)
    draws = generator.multinomial(people, np.full(people, 1 / people), size=resamples).astype(np.float64)
    rates = (draws @ by_person) / (draws @ totals)[:, None]
    tail = 100 * _tail(people)
    low, high = np.percentile(rates, [tail, 100 - tail], axis=0)
    return np.minimum(low, share), np.maximum(high, share)


def _no_surer_than_trials(low: Floats, high: Floats, people: int) -> tuple[Floats, Floats]:
    """Widen intervals near 0 and 1 to what so many trials that came out alike leave open; unknown ends stay so."""
    none = 1 - ((1 - CONFIDENCE) / 2) ** (1 / people)  # the largest share that shows nothing in so many trials
    return np.minimum(low, 1 - none), np.maximum(high, none)


def _tail(people: int) -> float:
    """Return the share of draws to cut off on each side for a 95 % interval from so many people."""
    normal = NormalDist()
    z, freedom = normal.inv_cdf((1 + CONFIDENCE) / 2), people - 1
    # Student's quantile by Cornish and Fisher; below three degrees of freedom the series is too short, and larger.
    student = z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
    return normal.cdf(-student * (people / freedom) ** 0.5)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenSet:
    """Both rates over thresholds.

    Attributes:
        thresholds: (T,) squared distances, ascending.
        false_positive: FPIR at each: of the strangers' probes, those for whom somebody is named.
        false_negative: FNIR at each: of the enrolled people's probes, those not named, or named wrongly.
        wrong_name: Of the enrolled people's probes, those for whom somebody else is named.
    """

    thresholds: Floats
    false_positive: ShareOverPeople
    false_negative: ShareOverPeople
    wrong_name: ShareOverPeople

    def place(self, threshold: float) -> int:
        """Return the last of the thresholds up to this one: it decides alike where they hold every distance."""
        return max(0, int(np.searchsorted(self.thresholds, threshold, side="right")) - 1)


def open_set(
    known_distances: ArrayLike,
    known_right: ArrayLike,
    known_people: ArrayLike,
    stranger_distances: ArrayLike,
    stranger_people: ArrayLike,
    thresholds: ArrayLike,
    *,
    seed: int = 0,
) -> OpenSet:
    """Return FPIR and FNIR at every threshold; somebody is named when they are at most that far.

    Args:
        known_distances: (K,) squared distance from each probe of an enrolled person to whoever is ranked first.
        known_right: (K,) whether that is the right person.
        known_people: (K,) who each probe is.
        stranger_distances: (S,) squared distance from each stranger's probe to whoever is ranked first.
        stranger_people: (S,) who each stranger is.
        thresholds: (T,) squared distances, ascending.
        seed: Of the intervals' draws.
    """
    limits = np.asarray(thresholds, dtype=np.float64)
    right: Booleans = np.asarray(known_right, dtype=np.bool_)
    named = np.asarray(known_distances, dtype=np.float64)[None, :] <= limits[:, None]
    taken_in = np.asarray(stranger_distances, dtype=np.float64)[None, :] <= limits[:, None]
    return OpenSet(
        thresholds=limits,
        false_positive=share_over_people(taken_in, stranger_people, seed=seed),
        false_negative=share_over_people(~(named & right[None, :]), known_people, seed=seed),
        wrong_name=share_over_people(named & ~right[None, :], known_people, seed=seed),
    )
