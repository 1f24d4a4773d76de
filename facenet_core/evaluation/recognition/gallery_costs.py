"""What it costs a gallery to keep embeddings in fewer bytes: whom it names, and how far distances move."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import check_embeddings, check_people
from facenet_core.evaluation.recognition.galleries import Gallery
from facenet_core.evaluation.recognition.stored_rows import STORED_AS

MOST_PROBES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryCost:
    """A gallery that keeps embeddings in one form.

    Attributes:
        storage: One of ``STORED_AS``.
        bytes_per_face: Bytes that one embedding takes.
        probes: Faces looked for among all others, of people with another face.
        rank_1: Share of them whose nearest other face shows the same person; None for no probes.
        changed: How many get another nearest face than from float32.
        largest_change: Largest change of the squared distance to the nearest face.
    """

    storage: str
    bytes_per_face: int
    probes: int
    rank_1: float | None
    changed: int
    largest_change: float


def gallery_costs(embeddings: ArrayLike, people: ArrayLike, *, seed: int = 0) -> tuple[GalleryCost, ...]:
    """Look for faces among all others of a set, kept as float32, float16 and bytes.

    Args:
        embeddings: (N, D) numbers; at most ``MOST_PROBES`` of them are looked for, drawn at random.
        people: (N,) person of each.
        seed: Decides which are drawn.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    known = np.flatnonzero(np.bincount(codes)[codes] >= 2) if len(codes) else np.zeros(0, np.int64)
    probes = np.sort(np.random.default_rng(seed).permutation(known)[:MOST_PROBES])
    exact, costs = None, []
    for storage in STORED_AS:
        gallery = Gallery(table, codes, storage=storage)
        found = gallery.nearest(table[probes], 1, leave_out=probes)
        exact = exact or found
        moved = np.abs(found.squared_distance - exact.squared_distance)
        costs.append(
            GalleryCost(
                storage=storage,
                bytes_per_face=gallery.bytes_per_face,
                probes=len(probes),
                rank_1=float((found.person[:, 0] == codes[probes]).mean()) if len(probes) else None,
                changed=int((found.index != exact.index).sum()),
                largest_change=float(moved.max(initial=0.0)),
            )
        )
    return tuple(costs)
