"""UMAP from epoch to epoch: every map starts from the last one, so faces move instead of jumping."""

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.projection.alignment import align_rigid
from facenet_core.projection.neighbours import near_in
from facenet_core.projection.pca import Floats, Positions, checked, checked_previous, pca_basis, project

FEWEST_FACES = 5  # below, there is no neighbourhood to keep
ONE_POINT = 1e-6  # spread beside the size of the numbers that is rounding of float32 and no structure
LEARNING_RATE = 0.1  # of a map that starts from the last one: gentle, or faces jump
STEPS = 50


def umap_map(
    embeddings: ArrayLike,
    dimensions: int = 2,
    previous: ArrayLike | None = None,
    seed: int = 0,
    neighbours: int = 15,
    min_dist: float = 0.1,
    metric: str = "euclidean",
    random_start: bool = False,
) -> Positions:
    """Draw a map that keeps neighbours together, starting from the last epoch's.

    The first map starts from principal components. A later one starts from ``previous`` with a learning rate of 0.1
    for 50 steps and is laid over it by turning, mirroring and moving, never scaling. Neighbours are found exactly,
    by default with Euclidean distance (for unit length in the same order as the squared one). One thread; equal
    arguments give equal maps. With fewer than ``FEWEST_FACES`` faces or when all embeddings are one point, principal
    components are drawn instead; ``why_not_umap`` says so.

    Args:
        embeddings: (N, D) numbers; neighbours take O(N^2 D) time and O(N) memory.
        dimensions: 2 or 3.
        previous: (N, d) the last map of the same faces.
        seed: Decides the random numbers of the layout.
        neighbours: Size of a neighbourhood, the face itself included; at most N - 1 are used.
        min_dist: How near faces may lie on the map.
        metric: ``euclidean``, ``cosine`` or ``manhattan``.
        random_start: Whether a map without a previous one starts anywhere instead of from principal components.

    Returns:
        (N, d) float32.

    Raises:
        ValueError: An embedding is not finite, or ``previous`` has another shape.
    """
    table = checked(embeddings)
    before = checked_previous(previous, len(table), dimensions)
    with one_thread():
        if why_not_umap(table) is not None:
            positions = principal_positions(table, dimensions)
        else:
            count = max(2, min(neighbours, len(table) - 1))
            start = _random_start(table, dimensions, seed) if random_start and before is None else before
            warm = before is not None and bool(np.ptp(before) > 1e-3)
            positions = _fit(table, dimensions, start, warm, seed, count, min_dist, metric)
        return positions if before is None else align_rigid(positions, before)


def why_not_umap(embeddings: ArrayLike) -> str | None:
    """Return why these embeddings are drawn by principal components, as a sentence; None when UMAP draws them."""
    table = checked(embeddings)
    if len(table) < FEWEST_FACES:
        return f"UMAP needs at least {FEWEST_FACES} faces, here are {len(table)}: this map shows principal components."
    if np.ptp(table, axis=0).max() <= ONE_POINT * np.abs(table).max():
        return "All faces have the same embedding: the network has collapsed, and there are no neighbours to draw."
    return None


def principal_positions(table: Floats, dimensions: int) -> Positions:
    """Return (N, d) positions on the embeddings' own principal components, zeros where they have no more."""
    positions = np.zeros((len(table), dimensions), dtype=np.float32)
    kept = min(dimensions, table.shape[1])
    if len(table):
        positions[:, :kept] = project(pca_basis(table, kept), table)
    return positions


def _random_start(table: Floats, dimensions: int, seed: int) -> Floats:
    return np.random.default_rng([seed, 1]).uniform(-10, 10, (len(table), dimensions))


def _fit(
    table: Floats,
    dimensions: int,
    start: Floats | None,
    warm: bool,
    seed: int,
    neighbours: int,
    min_dist: float,
    metric: str,
) -> Positions:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no TensorFlow and no search index are needed; loose faces are drawn too
        import umap

        generator = np.random.default_rng(seed)
        given = start is not None and bool(np.ptp(start) > 1e-3)
        begin: ArrayLike = start if start is not None and given else principal_positions(table, dimensions)
        model = umap.UMAP(
            n_components=dimensions,
            n_neighbors=neighbours,
            min_dist=min_dist,
            metric=metric,
            init=spread_out(begin, generator),
            precomputed_knn=near_in(table, neighbours, metric),
            random_state=seed % 2**32,
            n_jobs=1,
            transform_mode="graph" if warm else "embedding",
        ).fit(table.astype(np.float32))
    if not warm:
        return np.asarray(model.embedding_, dtype=np.float32)
    return _go_on(model.graph_, spread_out(begin, generator), min_dist, generator)


def _go_on(graph: Any, positions: Positions, min_dist: float, generator: np.random.Generator) -> Positions:
    """Let a layout settle on a new graph of neighbours.

    ``UMAP.fit`` stretches the start it is given to 0..10 on every axis. Groups that stand apart are pushed into one
    another by that and fly off anew, farther than if the map had been drawn from nothing. So a map that goes on
    is handed to UMAP's layout as it is, with the same settings.
    """
    from umap.layouts import optimize_layout_euclidean
    from umap.umap_ import find_ab_params, make_epochs_per_sample

    edges = graph.tocoo()
    edges.sum_duplicates()
    edges.data[edges.data < edges.data.max() / STEPS] = 0  # too weak to be drawn on even once
    edges.eliminate_zeros()
    a, b = find_ab_params(1.0, min_dist)
    layout = np.ascontiguousarray(positions)
    moved = optimize_layout_euclidean(
        layout,
        layout,
        edges.row,
        edges.col,
        STEPS,
        len(layout),
        make_epochs_per_sample(edges.data, STEPS),
        a,
        b,
        generator.integers(-(2**31) + 1, 2**31 - 1, 3),
        gamma=1.0,
        initial_alpha=LEARNING_RATE,
        negative_sample_rate=5.0,
        parallel=False,
        move_other=True,
    )
    return np.asarray(moved, dtype=np.float32)


def spread_out(start: ArrayLike, generator: np.random.Generator) -> Positions:
    """Return a start for UMAP without two faces on one spot and without an axis that has no extent.

    On one spot nothing pushes faces apart, and an axis without extent would be stretched to NaN.
    """
    positions = np.asarray(start, dtype=np.float64)
    extent = float(np.ptp(positions, axis=0).max())
    noise = generator.normal(scale=1e-4 * extent if extent > 0 else 1.0, size=positions.shape)
    return (positions + noise).astype(np.float32)


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Keep matrix products on one thread, so that a map leaves the cores to training and always comes out the same."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1, user_api="blas"):
        yield
