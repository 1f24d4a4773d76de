"""Faces that a run never met, embedded by its network: another set, or synthetic strangers. In memory only."""

import math
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from facenet_core.faces import FacesError, open_faces
from facenet_core.faces.heads import CONDITION_FACTORS, Conditions, conditions_of, identity_of, render
from facenet_core.runs.job_status import embed_photos
from facenet_core.runs.jobs.set_statistics import some_people
from facenet_core.runs.records import RunDamaged

STRANGERS = 1_000_003  # seed of people that no class contains
PEOPLE, PICTURES = 20, 6
MOST_FACES, MOST_EACH = 400, 10  # of another set
SEED = 0
CONDITIONS = {
    "usual": "as in the class",
    "turned": "heads turned 30° farther",
    "crop": "cut out now tighter, now wider",
    "grey": "in black and white",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EmbeddedSet:
    """Faces of another set in a run's space.

    Attributes:
        embeddings: (N, D) float32.
        people: (N,) int64, into ``names``.
        names: The P people.
        images: Pictures in the whole set.
    """

    embeddings: np.ndarray
    people: np.ndarray
    names: tuple[str, ...]
    images: int


def embed_set(run_path: str, fingerprint: str, faces_root: str) -> EmbeddedSet:
    """Embed at most ``MOST_FACES`` faces of a prepared set, whole people drawn at random; for ``Engine.ask``.

    Nothing is stored: what a set holds is gone with the set.

    Args:
        run_path: The run whose last network embeds.
        fingerprint: The set.
        faces_root: Where prepared sets are kept.

    Raises:
        FacesError: The set is not there any more, or too small.
        RunDamaged: The run has no weights, or what they make of the faces is not numbers.
    """
    faces = open_faces(fingerprint, root=Path(faces_root))
    chosen = some_people(faces, SEED, most=MOST_FACES, each=MOST_EACH)
    if len(chosen) < 2:
        raise FacesError("This set has too few faces to form a pair: choose another one")
    names, people = np.unique(faces.people[chosen], return_inverse=True)
    return EmbeddedSet(
        embeddings=_finite(embed_photos(run_path, faces.read(chosen))),
        people=people.astype(np.int64),
        names=tuple(faces.names[person] for person in names),
        images=len(faces),
    )


def embed_strangers(run_path: str, conditions: str) -> EmbeddedSet:
    """Draw synthetic people that no class contains, and embed them; for ``Engine.ask``.

    Args:
        run_path: The run whose last network embeds.
        conditions: A name in ``CONDITIONS``.

    Raises:
        ValueError: There are no such conditions.
        RunDamaged: The run has no weights, or what they make of the faces is not numbers.
    """
    if conditions not in CONDITIONS:
        raise ValueError(f"conditions must be one of {', '.join(CONDITIONS)}, got {conditions!r}")
    drawn = [
        render(identity_of(STRANGERS, person), changed(conditions_of(STRANGERS, person, number), conditions, number))
        for person in range(PEOPLE)
        for number in range(PICTURES)
    ]
    pictures = in_grey(np.stack(drawn)) if conditions == "grey" else np.stack(drawn)
    return EmbeddedSet(
        embeddings=_finite(embed_photos(run_path, pictures)),
        people=np.repeat(np.arange(PEOPLE), PICTURES),
        names=tuple(f"stranger {person + 1:02}" for person in range(PEOPLE)),
        images=len(pictures),
    )


def changed(conditions: Conditions, wanted: str, number: int) -> Conditions:
    """Return how a stranger's picture is taken: as in the class, or harder."""
    ranges = {factor.name: factor for factor in CONDITION_FACTORS}
    if wanted == "turned":
        return replace(conditions, yaw=ranges["yaw"].nearest(conditions.yaw + math.copysign(30, conditions.yaw)))
    if wanted == "crop":
        return replace(conditions, zoom=ranges["zoom"].high if number % 2 else ranges["zoom"].low)
    return conditions


def in_grey(pictures: np.ndarray) -> np.ndarray:
    """Return (n, H, W, 3) uint8 pictures without their colours."""
    weights = np.array([0.299, 0.587, 0.114])  # how bright red, green and blue look
    return np.repeat(np.rint(pictures @ weights).astype(np.uint8)[..., None], 3, axis=-1)


def _finite(embeddings: np.ndarray) -> np.ndarray:
    if not np.isfinite(embeddings).all():
        raise RunDamaged("The embeddings of this run are not numbers: train it again with a lower learning rate.")
    return embeddings
