"""Recognition: who of a gallery is on a probe picture, or nobody."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.distances import check_embeddings


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
    gallery = check_embeddings(gallery_embeddings, name="gallery_embeddings")
    people = np.asarray(gallery_people)
    face = check_embeddings(np.asarray(probe)[None], name="probe")[0] if np.ndim(probe) == 1 else None
    if face is None or (len(gallery) and len(face) != gallery.shape[1]):
        raise ValueError(
            f"probe must be one embedding of the gallery's size {gallery.shape[1:]}, got {np.shape(probe)}"
        )
    if people.shape != (len(gallery),):
        raise ValueError(
            f"gallery_people must name one person for each of {len(gallery)} embeddings, got shape {people.shape}"
        )
    if not len(gallery):
        return Identification(person=None, candidates=(), threshold=float(threshold))
    squared = np.einsum("nd,nd->n", gallery - face, gallery - face)
    order = np.argsort(squared, kind="stable")
    nearest = order[np.sort(np.unique(people[order], return_index=True)[1])[: max(1, candidates)]]
    found = tuple(
        Candidate(person=int(people[index]), squared_distance=float(squared[index]), index=int(index))
        for index in nearest
    )
    known = found[0].squared_distance <= threshold
    return Identification(
        person=found[0].person if known else None, candidates=found[:candidates], threshold=float(threshold)
    )
