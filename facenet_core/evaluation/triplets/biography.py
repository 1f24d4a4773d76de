"""The biography of a face or of a triplet: its distances through the epochs, until it goes quiet.

A triplet is active at an epoch while d_an < d_ap + margin, and quiet from the epoch on after which it never is active
again. A face is quiet once no triplet with it as the anchor is active: once the nearest face of anybody else is farther
than the farthest of its own person by the margin. What is not finite is taken for a face without a place.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers, check_people

MOST_TRIPLETS = 4_000_000
"""Triplets looked through for the one that stays active longest: 8 MB."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceCourse:
    """One face through E epochs; NaN (and -1) where there is no such face, or it has no place.

    Attributes:
        to_mean: (E,) squared distance to the mean of its person's other faces.
        nearest_same: (E,) squared distance to the nearest other face of its person.
        farthest_same: (E,) squared distance to the farthest other face of its person.
        nearest_other: (E,) squared distance to the nearest face of anybody else.
        same: (E,) which face is the nearest of its person.
        other: (E,) which face is the nearest of anybody else.
    """

    to_mean: Floats
    nearest_same: Floats
    farthest_same: Floats
    nearest_other: Floats
    same: Integers
    other: Integers

    def active(self, margins: ArrayLike) -> Booleans:
        """(E,) whether a triplet with this face as the anchor is active; ``margins`` are those of each epoch."""
        with np.errstate(invalid="ignore"):
            active: Booleans = self.nearest_other < self.farthest_same + np.asarray(margins)
        return active


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TripletCourse:
    """One triplet through E epochs.

    Attributes:
        positive: (E,) squared distance d_ap.
        negative: (E,) squared distance d_an.
    """

    positive: Floats
    negative: Floats

    def active(self, margins: ArrayLike) -> Booleans:
        """(E,) whether it is active; ``margins`` are those of each epoch."""
        with np.errstate(invalid="ignore"):
            active: Booleans = self.negative < self.positive + np.asarray(margins)
        return active


@dataclass(frozen=True, slots=True)
class ActiveTriplet:
    """A triplet and at how many epochs it is active."""

    anchor: int
    positive: int
    negative: int
    epochs: int


def face_course(epochs: Sequence[np.ndarray], people: ArrayLike, face: int) -> FaceCourse:
    """Follow one face through the epochs.

    Args:
        epochs: (N, D) embeddings of the same faces at each of E epochs.
        people: (N,) person of each.
        face: Which one, 0..N-1.

    Raises:
        IndexError: There is no such face.
        ValueError: There is not one person for every face.
    """
    count = len(epochs[0]) if len(epochs) else len(np.asarray(people))
    codes = check_people(people, count)
    if not 0 <= face < count:
        raise IndexError(f"face must lie in 0..{count - 1}, got {face}")
    own = np.flatnonzero(codes == codes[face])
    own, others = own[own != face], np.flatnonzero(codes != codes[face])
    rows = [_at_epoch(np.asarray(table, np.float64), face, own, others) for table in epochs]
    columns = [np.array(column) for column in zip(*rows, strict=True)] or [np.empty(0)] * 6
    to_mean, nearest, farthest, other, which_same, which_other = columns
    return FaceCourse(
        to_mean=to_mean,
        nearest_same=nearest,
        farthest_same=farthest,
        nearest_other=other,
        same=which_same.astype(np.int64),
        other=which_other.astype(np.int64),
    )


def _at_epoch(table: Floats, face: int, own: Integers, others: Integers) -> tuple[float, float, float, float, int, int]:
    with np.errstate(invalid="ignore"):
        squared = np.sum((table - table[face]) ** 2, axis=1)
    known = own[np.isfinite(squared[own])]
    apart = others[np.isfinite(squared[others])]
    to_mean = nearest = farthest = other = np.nan
    same = near = -1
    if len(known):
        to_mean = float(np.sum((table[known].mean(axis=0) - table[face]) ** 2))
        same = int(known[squared[known].argmin()])
        nearest, farthest = float(squared[same]), float(squared[known].max())
    if len(apart):
        near = int(apart[squared[apart].argmin()])
        other = float(squared[near])
    return to_mean, nearest, farthest, other, same, near


def triplet_course(epochs: Sequence[np.ndarray], anchor: int, positive: int, negative: int) -> TripletCourse:
    """Follow one triplet through the epochs.

    Args:
        epochs: (N, D) embeddings of the same faces at each of E epochs.
        anchor: A face.
        positive: Another face of the same person.
        negative: A face of somebody else.
    """
    chosen = [np.asarray(table[[anchor, positive, negative]], np.float64) for table in epochs]
    with np.errstate(invalid="ignore"):
        near = np.array([np.sum((a - p) ** 2) for a, p, _ in chosen])
        far = np.array([np.sum((a - n) ** 2) for a, _, n in chosen])
    return TripletCourse(positive=near, negative=far)


def quiet_from(active: ArrayLike) -> int | None:
    """Return the first place from which on nothing is active; None where the last one is, or there is none."""
    flags = np.asarray(active, dtype=np.bool_)
    if not len(flags) or flags[-1]:
        return None
    last = np.flatnonzero(flags)
    return int(last[-1]) + 1 if len(last) else 0


def active_longest(
    epochs: Sequence[np.ndarray], people: ArrayLike, margins: ArrayLike, *, count: int = 1
) -> list[ActiveTriplet]:
    """Return the triplets that are active at most epochs; among equals, those that miss the margin by most in sum.

    Of each anchor only one triplet is returned, so that several are not all about one face. Where there are more than
    ``MOST_TRIPLETS``, only those of the first people are looked through.

    Args:
        epochs: (N, D) embeddings of the same faces at each of E epochs.
        people: (N,) person of each.
        margins: (E,) margin of each epoch.
        count: How many, at most.

    Raises:
        ValueError: There is not one person for every face.
    """
    asked = np.asarray(margins, dtype=np.float64)
    codes = check_people(people, len(epochs[0]) if len(epochs) else len(np.asarray(people)))
    anchors, positives = _same_pairs(codes)
    if not len(anchors) or not len(epochs):
        return []
    times = np.zeros((len(anchors), len(codes)), dtype=np.int16)  # epochs at which each triplet is active
    missed = np.zeros(times.shape, dtype=np.float32)
    for table, margin in zip(epochs, asked, strict=True):
        squared = _squared_distances(table)
        with np.errstate(invalid="ignore"):
            lack = squared[anchors, positives][:, None] + np.float32(margin) - squared[anchors]
        active = lack > 0  # never where a face has no place
        times += active
        missed += np.where(active, lack, 0)
    times[codes[anchors][:, None] == codes[None, :]] = -1  # no negative
    return _best(times, missed, anchors, positives, count)


def _best(
    times: np.ndarray, missed: np.ndarray, anchors: Integers, positives: Integers, count: int
) -> list[ActiveTriplet]:
    """Return the first triplets by epochs and sum, one of each anchor."""
    score = times.astype(np.float64) + missed / (1 + float(missed.max(initial=0.0)))  # the sum decides among equals
    best = score.argmax(axis=1)  # of every pair of anchor and positive
    rows = np.argsort(-score[np.arange(len(best)), best], kind="stable")
    found: dict[int, ActiveTriplet] = {}
    for row in rows:
        epochs, anchor = int(times[row, best[row]]), int(anchors[row])
        if epochs < 1 or len(found) == count:
            break
        found.setdefault(anchor, ActiveTriplet(anchor, int(positives[row]), int(best[row]), epochs))
    return list(found.values())


def _same_pairs(codes: Integers) -> tuple[Integers, Integers]:
    """Return every anchor with every positive, as far as ``MOST_TRIPLETS`` reach."""
    pairs, room = [], MOST_TRIPLETS // max(1, len(codes))
    order, counts = np.argsort(codes, kind="stable"), np.bincount(codes)
    for own in np.split(order, np.cumsum(counts)[:-1]) if len(counts) else []:
        room -= len(own) * (len(own) - 1)
        if room < 0:
            break
        first, second = np.nonzero(~np.eye(len(own), dtype=np.bool_))
        pairs.append(np.stack([own[first], own[second]]))
    joined = np.concatenate(pairs, axis=1) if pairs else np.empty((2, 0), np.int64)
    return joined[0].astype(np.int64), joined[1].astype(np.int64)


def _squared_distances(table: np.ndarray) -> np.ndarray:
    """Return (N, N) float32; NaN for a face without a place."""
    rows = np.asarray(table, np.float32)
    known: Booleans = np.asarray(np.isfinite(rows).all(axis=1))
    rows = np.where(known[:, None], rows, np.float32(0))
    rows = rows - rows[known].mean(axis=0) if known.any() else rows
    lengths = np.einsum("nd,nd->n", rows, rows)
    squared: np.ndarray = np.maximum(lengths[:, None] + lengths[None, :] - 2 * rows @ rows.T, 0)
    lost = np.flatnonzero(~known)
    squared[lost], squared[:, lost] = np.nan, np.nan
    return squared
