"""The maps that can be drawn of a run's epochs."""

import re
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.projection.neighbours import trustworthiness
from facenet_core.projection.pca import Basis, Positions, checked, pca_basis, project
from facenet_core.projection.umap_map import one_thread, principal_positions, umap_map, why_not_umap

MAP_METHODS = {
    "umap-2d": "UMAP, flat: neighbours among the embeddings stay neighbours; far distances mean little.",
    "umap-3d": "UMAP in space: the same with one direction more to make room in.",
    "pca-2d": "Principal components, flat: a straight look at where the embeddings vary most; the rest lies behind.",
    "pca-3d": "Principal components in space: the same with one direction more.",
}
TRUSTED_UP_TO = 5_000  # faces whose neighbours are checked


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FaceMap:
    """One map of one epoch.

    Attributes:
        positions: (N, d) float32.
        trustworthiness: From 0 to 1, how far neighbours on the map are neighbours in truth; None above
            ``TRUSTED_UP_TO`` faces.
        note: What is different about this map, as a sentence; None where nothing is.
        seconds: Time it took.
    """

    positions: Positions
    trustworthiness: float | None
    note: str | None
    seconds: float


def draw_map(
    method: str,
    embeddings: ArrayLike,
    *,
    previous: ArrayLike | None = None,
    basis: Basis | None = None,
    seed: int = 0,
) -> FaceMap:
    """Draw the map of one epoch.

    Args:
        method: A name in ``MAP_METHODS``.
        embeddings: (N, D) numbers.
        previous: (N, d) the map of the epoch before, where UMAP starts; principal components don't look at it.
        basis: The fixed basis of principal components; None takes that of these embeddings. UMAP doesn't look at it.
        seed: Decides UMAP's random numbers.

    Raises:
        ValueError: There is no such method, an embedding is not finite, or ``previous`` has another shape.
    """
    if method not in MAP_METHODS:
        raise ValueError(f"method must be one of {', '.join(MAP_METHODS)}, got {method!r}")
    started = time.perf_counter()
    table, dimensions = checked(embeddings), map_dimensions(method)
    note = None
    if method.startswith("umap"):
        positions = umap_map(table, dimensions, previous=previous, seed=seed)
        note = why_not_umap(table)
    elif basis is not None:
        positions = project(basis, table)
    else:
        positions = principal_positions(table, dimensions)
    with one_thread():
        trust = trustworthiness(table, positions) if len(table) <= TRUSTED_UP_TO else None
    return FaceMap(positions=positions, trustworthiness=trust, note=note, seconds=time.perf_counter() - started)


def map_dimensions(method: str) -> int:
    """Return how many numbers a position has on a map: 2 or 3."""
    found = re.fullmatch(r"[a-z]+-([23])d", method)
    if not found:
        raise ValueError(f"method must be one of {', '.join(MAP_METHODS)}, got {method!r}")
    return int(found.group(1))


def fixed_basis(embeddings: ArrayLike, method: str = "pca-2d") -> Basis:
    """Return the basis for every epoch's map by principal components, as wide as the method asks for."""
    return pca_basis(embeddings, map_dimensions(method))


def warm_up() -> float:
    """Import UMAP and have it compiled, by drawing two small maps; return the seconds it took."""
    started = time.perf_counter()
    points = np.random.default_rng(0).normal(size=(60, 8))
    first = draw_map("umap-2d", points)
    draw_map("umap-2d", points, previous=first.positions)
    return time.perf_counter() - started
