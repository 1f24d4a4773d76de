"""Recognition: who of a gallery is on a probe picture, or nobody."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.recognition.galleries import Gallery


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody of the gallery.

    Attributes:
        person: The person, as given with the gallery.
        squared_distance: From the probe to the nearest of their pictures.
        index: Which picture of the gallery that is.
    """

    person: int
    squared_distance: float
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """Whom a probe shows.

    Attributes:
        person: The nearest person, when near enough; None for "unknown".
        candidates: The nearest people, nearest first.
        threshold: Largest squared distance at which a person is recognised.
    """

    person: int | None
    candidates: tuple[Candidate, ...]
    threshold: float


def identify(
    gallery_embeddings: ArrayLike,
    gallery_people: ArrayLike,
    probe: ArrayLike,
    threshold: float,
    *,
    candidates: int = 5,
) -> Identification:
    """Find the nearest people of a gallery; a person is as near as their nearest picture.

    Args:
        gallery_embeddings: (N, D) numbers; an empty gallery knows nobody.
        gallery_people: (N,) whole number of the person of each.
        probe: (D,) embedding of one picture.
        threshold: Largest squared distance at which the nearest person is recognised.
        candidates: How many people to name.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    gallery = Gallery(gallery_embeddings, gallery_people)
    if np.ndim(probe) != 1:
        raise ValueError(f"probe must be one embedding (D,), got shape {np.shape(probe)}")
    return identify_in(gallery, probe, threshold, candidates=candidates)


def identify_in(gallery: Gallery, probe: ArrayLike, threshold: float, *, candidates: int = 5) -> Identification:
    """Find the nearest people in a gallery that stays; see ``identify``."""
    if not len(gallery):
        return Identification(person=None, candidates=(), threshold=float(threshold))
    near = gallery.nearest_people(probe, max(1, candidates))
    found = tuple(
        Candidate(person=int(person), squared_distance=float(squared), index=int(index))
        for person, squared, index in zip(near.person[0], near.squared_distance[0], near.index[0], strict=True)
    )
    known = found[0].squared_distance <= threshold
    return Identification(
        person=found[0].person if known else None, candidates=found[:candidates], threshold=float(threshold)
    )
