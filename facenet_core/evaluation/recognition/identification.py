"""Many probes against one gallery: whom each looks like, by three methods, and how deep the right one lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers, check_embeddings, points

METHODS = {
    "nearest": "Nearest photo",
    "mean": "Nearest mean",
    "votes": "Votes of five",
}
NEIGHBOURS = 5  # photos that vote
_UNIT = 1e-3  # how far from length 1 an embedding may be and still count as lying on the sphere


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """The people of a gallery as each probe ranks them.

    Attributes:
        people: (P,) the people of the gallery, ascending.
        squared_distances: (Q, P) from each probe to each person, as the method measures it.
        keys: (Q, P) what they are ranked by, smallest first; equal keys are ties.
        best: (Q,) column of the person ranked first.
        photos: (Q, G) squared distance to every photo of the gallery.
    """

    people: Integers
    squared_distances: Floats
    keys: Floats
    best: Integers
    photos: Floats

    @property
    def first(self) -> Integers:
        """(Q,) the person ranked first."""
        return self.people[self.best]

    @property
    def distance(self) -> Floats:
        """(Q,) squared distance to the person ranked first: what a threshold decides on."""
        return self.squared_distances[np.arange(len(self.best)), self.best]


def rank_people(
    gallery_embeddings: ArrayLike,
    gallery_people: ArrayLike,
    probe_embeddings: ArrayLike,
    method: str = "nearest",
    *,
    neighbours: int = NEIGHBOURS,
) -> Ranking:
    """Rank the people of a gallery for every probe.

    ``nearest``: a person is as near as their nearest photo. ``mean``: as near as the mean of their photos, put back
    onto the sphere where embeddings have unit length. ``votes``: the nearest ``neighbours`` photos have one vote each
    for their person; who has more votes comes first, among equals the nearer one, and the squared distance is that to
    their nearest photo.

    Args:
        gallery_embeddings: (G, D) numbers, at least one.
        gallery_people: (G,) whole number of the person of each.
        probe_embeddings: (Q, D) numbers.
        method: A name in ``METHODS``.
        neighbours: How many photos vote.

    Raises:
        ValueError: The gallery is empty, lengths differ, an embedding is not finite, or there is no such method.
    """
    gallery = check_embeddings(gallery_embeddings, name="gallery_embeddings")
    probes = check_embeddings(probe_embeddings, name="probe_embeddings")
    owners = np.asarray(gallery_people)
    if method not in METHODS:
        raise ValueError(f"method must be one of {', '.join(METHODS)}, got {method!r}")
    if not len(gallery) or owners.shape != (len(gallery),):
        raise ValueError(f"gallery_people must name one person a photo, at least one, got shape {owners.shape}")
    if gallery.shape[1] != probes.shape[1]:
        raise ValueError(f"probes must have the gallery's embedding size {gallery.shape[1]}, got {probes.shape[1]}")
    people, codes = np.unique(owners, return_inverse=True)
    photos = _between(probes, gallery)
    squared = _nearest_of_each(photos, codes, len(people))
    keys = squared
    if method == "mean":
        squared = keys = _between(probes, means(gallery, codes, len(people)))
    elif method == "votes":
        keys = squared / (squared.max(initial=0.0) + 1) - _votes(photos, codes, len(people), neighbours)
    return Ranking(
        people=people.astype(np.int64),
        squared_distances=squared,
        keys=keys,
        best=np.argmin(keys, axis=1),
        photos=photos,
    )


def means(embeddings: Floats, codes: Integers, people: int) -> Floats:
    """Return (P, D) the mean of each person's embeddings, of unit length where all embeddings are."""
    found = np.zeros((people, embeddings.shape[1]))
    np.add.at(found, codes, embeddings)
    found /= np.bincount(codes, minlength=people)[:, None]
    if np.all(np.abs(np.linalg.norm(embeddings, axis=1) - 1) < _UNIT):
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        found = np.where(lengths > _UNIT, found / np.maximum(lengths, _UNIT), found)  # opposite photos have no middle
    return found


def _between(first: Floats, second: Floats) -> Floats:
    both = points(np.concatenate([first, second]))
    return both.squared_distances(np.arange(len(first)), np.arange(len(first), len(first) + len(second)))


def _nearest_of_each(photos: Floats, codes: Integers, people: int) -> Floats:
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(people))
    return np.minimum.reduceat(photos[:, order], starts, axis=1)


def _votes(photos: Floats, codes: Integers, people: int, neighbours: int) -> Floats:
    voting = np.argsort(photos, axis=1, kind="stable")[:, : max(1, neighbours)]
    votes = np.zeros((len(photos), people))
    np.add.at(votes, (np.arange(len(photos))[:, None], codes[voting]), 1)
    return votes


def right_within(ranking: Ranking, people: ArrayLike) -> Floats:
    """Return the CMC of every probe: how likely its own person is among the first 1, 2, ... P ranked.

    That is 0 or 1, and in between only where several people are equally near: then chance decides.

    Args:
        ranking: The gallery as Q probes rank it.
        people: (Q,) who each probe is, all of them in the gallery.

    Returns:
        (Q, P) floats in 0..1, never falling along a row.

    Raises:
        ValueError: A probe's person is not in the gallery.
    """
    truth = np.asarray(people)
    own = np.searchsorted(ranking.people, truth).clip(max=len(ranking.people) - 1)
    if truth.shape != (len(ranking.best),) or not np.array_equal(ranking.people[own], truth):
        raise ValueError("people must name, for each probe, somebody who is in the gallery")
    key = ranking.keys[np.arange(len(own)), own][:, None]
    nearer, equal = (ranking.keys < key).sum(axis=1), (ranking.keys == key).sum(axis=1)
    ranks = np.arange(1, len(ranking.people) + 1)
    within: Floats = np.clip((ranks[None, :] - nearer[:, None]) / equal[:, None], 0.0, 1.0)
    return within


def is_right(ranking: Ranking, people: ArrayLike) -> Booleans:
    """Return (Q,) whether the person ranked first is the probe's own."""
    right: Booleans = ranking.first == np.asarray(people)
    return right
