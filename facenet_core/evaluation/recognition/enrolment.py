"""Who stands in a gallery and who comes to be recognised: photos divided into gallery, probes and strangers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Booleans, Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Enrolment:
    """A gallery and those who come to it.

    Attributes:
        gallery: (G,) photos in the gallery, by person.
        known: (K,) other photos of the enrolled people: the probes that ought to be recognised.
        strangers: (S,) photos of people who are not enrolled: the probes that ought to stay unknown.
        enrolled: (P,) the enrolled people, ascending.
        without_probe: Enrolled people all of whose photos stand in the gallery: nobody can tell how they fare.
    """

    gallery: Integers
    known: Integers
    strangers: Integers
    enrolled: Integers
    without_probe: int


def enrol(
    people: ArrayLike,
    *,
    photos: int,
    enrolled: int,
    seed: int = 0,
    for_gallery: ArrayLike | None = None,
    also: Sequence[int] = (),
) -> Enrolment:
    """Divide photos into a gallery, probes of the enrolled people, and photos of strangers.

    The seed shuffles people and photos once: a larger gallery holds the smaller one, a gallery of more photos each
    holds the one of fewer. Everybody with two photos keeps one as a probe, however many are asked for.

    Args:
        people: (N,) person of each photo, whole numbers.
        photos: Photos of each person in the gallery, at least 1.
        enrolled: How many people are enrolled.
        seed: Decides who is enrolled and with which photos.
        for_gallery: (N,) whether a photo may stand in the gallery. Who has others comes with those only. None: any may.
        also: People enrolled in addition to those that the seed chooses among the others.

    Raises:
        ValueError: A number is out of range, or lengths differ.
    """
    given = np.asarray(people)
    if given.ndim != 1 or (len(given) and given.dtype.kind not in "iu"):
        raise ValueError(f"people must be one whole number a photo, got {given.dtype} of shape {given.shape}")
    codes: Integers = given.astype(np.int64)
    allowed = np.ones(len(codes), np.bool_) if for_gallery is None else np.asarray(for_gallery, np.bool_)
    if allowed.shape != codes.shape:
        raise ValueError(f"for_gallery must have one entry a photo, {codes.shape}, got {allowed.shape}")
    if photos < 1 or enrolled < 0:
        raise ValueError(f"photos must be at least 1 and enrolled at least 0, got {photos} and {enrolled}")
    persons = np.unique(codes[allowed])
    added = np.intersect1d(persons, np.array(also, np.int64))
    order = persons[_shuffled(len(persons), seed)]
    shuffled = _shuffled(len(codes), seed + 1)
    chosen = np.unique(np.concatenate([order[~np.isin(order, added)][:enrolled], added]))
    standing = [_standing(shuffled, codes, allowed, int(person), photos) for person in chosen]
    gallery = np.concatenate(standing) if standing else np.zeros(0, np.int64)
    probes = np.setdiff1d(np.arange(len(codes)), gallery)
    has_others = np.isin(codes, codes[~allowed])
    probes = probes[~allowed[probes] | ~has_others[probes]]
    is_known = np.isin(codes[probes], chosen)
    return Enrolment(
        gallery=gallery,
        known=probes[is_known],
        strangers=probes[~is_known],
        enrolled=chosen,
        without_probe=len(np.setdiff1d(chosen, codes[probes[is_known]])),
    )


def _shuffled(count: int, seed: int) -> Integers:
    """Return 0..count-1 in an order that what is added at the end does not change."""
    # The raw stream of a bit generator is the same in every numpy version; permutation() may not be.
    order: Integers = np.argsort(np.random.PCG64(seed).random_raw(count), kind="stable").astype(np.int64)
    return order


def _standing(shuffled: Integers, codes: Integers, allowed: Booleans, person: int, photos: int) -> Integers:
    """Return the photos of one person that stand in the gallery, always leaving one for a probe where there are two."""
    own = shuffled[codes[shuffled] == person]
    fit = own[allowed[own]]
    spare = len(own) > len(fit)
    most = len(fit) if spare else max(1, len(fit) - 1)
    return np.sort(fit[: min(photos, most)])
