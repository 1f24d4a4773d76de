"""The maps that can be drawn of a run's epochs."""

import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.choices import MAPS
from facenet_core.map_config import MAP_METHODS as NAMES
from facenet_core.map_config import MapSettings, chosen, key_of, read_key
from facenet_core.projection.neighbours import trustworthiness
from facenet_core.projection.pca import Basis, Positions, checked, pca_basis, project
from facenet_core.projection.tsne_map import tsne_map, why_not_tsne
from facenet_core.projection.umap_map import one_thread, principal_positions, umap_map, why_not_umap

MAP_METHODS = {name: MAPS[read_key(name).method].about for name in NAMES}
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
    settings: MapSettings | None = None,
    random_start: bool = False,
) -> FaceMap:
    """Draw the map of one epoch.

    Args:
        method: A name in ``MAP_METHODS``; a polished map of one epoch alone is an ordinary UMAP.
        embeddings: (N, D) numbers.
        previous: (N, d) the map of the epoch before, where UMAP and t-SNE start; the others don't look at it.
        basis: The fixed basis of principal components; None takes that of these embeddings. Others don't look at it.
        seed: Decides the random numbers, unless the settings do.
        settings: What was chosen; None takes the method's defaults.
        random_start: Whether a first map starts anywhere, so that the seed decides what the embeddings don't.

    Raises:
        ValueError: There is no such method, an embedding is not finite, or ``previous`` has another shape.
    """
    started = time.perf_counter()
    key, table = read_key(method), checked(embeddings)
    note = None
    if key.method == "pca":
        positions = principal_positions(table, key.dimensions) if basis is None else project(basis, table)
    else:
        draw, why_not = (tsne_map, why_not_tsne) if key.method.startswith("tsne") else (umap_map, why_not_umap)
        if key.method == "tsne-refit":
            previous = None
        options = options_of(method, settings or MapSettings(), seed)
        positions = draw(table, key.dimensions, previous=previous, random_start=random_start, **options)
        note = why_not(table)
    return judged(table, positions, note, started)


def judged(embeddings: ArrayLike, positions: Positions, note: str | None, started: float) -> FaceMap:
    """Return a map with how far it may be trusted and the seconds since ``started`` (of ``time.perf_counter``)."""
    table = checked(embeddings)
    with one_thread():
        trust = trustworthiness(table, positions) if len(table) <= TRUSTED_UP_TO else None
    return FaceMap(positions=positions, trustworthiness=trust, note=note, seconds=time.perf_counter() - started)


def options_of(method: str, settings: MapSettings, seed: int) -> dict[str, Any]:
    """Return the arguments that a method's function takes of the settings; ``seed`` where they name none."""
    key = read_key(method)
    kept = key_of(key.method, key.dimensions, settings)[1]
    values = {name: chosen(key.method, kept)[name] for name in MAPS[key.method].options or {}}
    if "seed" in values and values["seed"] is None:
        values["seed"] = seed
    return values


def map_dimensions(method: str) -> int:
    """Return how many numbers a position has on a map: 2 or 3."""
    return read_key(method).dimensions


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
