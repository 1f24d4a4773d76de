"""The calm film: UMAP of all epochs in one layout, every face held near its own place in the epochs beside."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.projection.neighbours import near_in
from facenet_core.projection.pca import Floats, Positions, checked
from facenet_core.projection.umap_map import one_thread, principal_positions, spread_out, umap_map, why_not_umap

HOLD = 1.0  # how strongly a face is held near its places in the epochs beside; 0 draws every epoch for itself
STEPS = 400
CHUNK = 5  # steps of every epoch's own layout between two smoothings: fewer are calmer and truer, and take longer
LEARNING_RATE = 0.4  # at the beginning; it falls to nothing

Progress = Callable[[int, int, str], None]


def polished_maps(
    epochs: Sequence[ArrayLike],
    dimensions: int = 2,
    seed: int = 0,
    neighbours: int = 15,
    min_dist: float = 0.1,
    metric: str = "euclidean",
    progress: Progress | None = None,
) -> list[Positions]:
    """Draw the maps of all epochs together.

    They start as the live maps, each going on from the one before. Then two things alternate: every epoch's own UMAP
    layout takes a few steps, and every face's path through the epochs is smoothed, by the path that is nearest to
    its places when the squared moves between epochs cost ``HOLD`` times as much as the squared distances to them. It
    has the aim of AlignedUMAP (umap-learn) and reaches it in a twentieth of the time; nothing is compiled for it.
    Epochs that UMAP cannot draw (``why_not_umap``) are left out and drawn by principal components. One thread;
    equal arguments give equal maps.

    Args:
        epochs: E times (N, D) embeddings of the same faces.
        dimensions: 2 or 3.
        seed: Decides the random numbers.
        neighbours: Size of a neighbourhood, the face itself included.
        min_dist: How near faces may lie on a map.
        metric: ``euclidean``, ``cosine`` or ``manhattan``.
        progress: Called with (done, total, what); an exception from it ends the work.

    Returns:
        E times (N, d) float32.

    Raises:
        ValueError: An embedding is not finite, or the epochs have not the same faces.
    """
    tables = [checked(table) for table in epochs]
    if dimensions not in (2, 3):
        raise ValueError(f"dimensions must be 2 or 3, got {dimensions}")
    if len({len(table) for table in tables}) > 1:
        raise ValueError(f"every epoch must have the same faces, got {[len(table) for table in tables]}")
    maps = [principal_positions(table, dimensions) for table in tables]
    drawn = [number for number, table in enumerate(tables) if why_not_umap(table) is None]
    tell = progress or (lambda done, total, what: None)
    layouts: list[Positions] = []
    for place, number in enumerate(drawn):
        tell(place, len(drawn), "epochs drawn one after another")
        before = layouts[-1] if layouts else None
        layouts.append(umap_map(tables[number], dimensions, before, seed, neighbours, min_dist, metric))
    if len(drawn) > 1:
        with one_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            graphs = [_graph(tables[number], neighbours, metric, seed) for number in drawn]
            layouts = _settle(layouts, graphs, min_dist, np.random.default_rng(seed), tell)
    for number, positions in zip(drawn, layouts, strict=True):
        maps[number] = positions
    return maps


def _graph(table: Floats, neighbours: int, metric: str, seed: int) -> Any:
    """Return UMAP's graph of one epoch, (N, N) sparse, by coordinates."""
    from umap.umap_ import fuzzy_simplicial_set

    count = max(2, min(neighbours, len(table) - 1))
    indices, distances = near_in(table, count, metric)
    random = np.random.RandomState(seed % 2**32)
    graph, *_ = fuzzy_simplicial_set(
        table.astype(np.float32), count, random, metric, knn_indices=indices, knn_dists=distances
    )
    edges = graph.tocoo()
    edges.sum_duplicates()
    return edges


def _settle(
    layouts: list[Positions], graphs: list[Any], min_dist: float, generator: np.random.Generator, tell: Progress
) -> list[Positions]:
    from umap.umap_ import find_ab_params

    curve = find_ab_params(1.0, min_dist)
    smoothing = _smoothing(len(layouts))
    film = np.stack([spread_out(layout, generator) for layout in layouts])  # (E, N, d)
    for done in range(0, STEPS, CHUNK):
        tell(done, STEPS, "steps of all epochs together")
        for number, graph in enumerate(graphs):
            film[number] = _few_steps(film[number], graph, curve, LEARNING_RATE * (1 - done / STEPS), generator)
        film = np.einsum("ef,fnd->end", smoothing, film).astype(np.float32)
    return [np.ascontiguousarray(positions) for positions in film]


def _smoothing(epochs: int) -> Floats:
    """Return the (E, E) matrix that smooths a face's path: (1 + HOLD L)^-1, L the Laplacian of the row of epochs."""
    laplacian = np.diag(np.full(epochs, 2.0)) - np.eye(epochs, k=1) - np.eye(epochs, k=-1)
    laplacian[0, 0] = laplacian[-1, -1] = 1.0
    return np.asarray(np.linalg.inv(np.eye(epochs) + HOLD * laplacian))


def _few_steps(
    layout: Positions, graph: Any, curve: tuple[float, float], rate: float, generator: np.random.Generator
) -> Positions:
    """Let UMAP's layout of one epoch go on for ``CHUNK`` steps.

    Within so few steps an edge is drawn on a whole number of times: its share, rounded up or down by chance.
    """
    from umap.layouts import optimize_layout_euclidean

    wanted = CHUNK * (graph.data / graph.data.max()).astype(np.float64)
    times = np.floor(wanted) + (generator.random(len(wanted)) < wanted % 1)
    drawn = times > 0
    positions = np.ascontiguousarray(layout)
    moved = optimize_layout_euclidean(
        positions,
        positions,
        graph.row[drawn],
        graph.col[drawn],
        CHUNK,
        len(positions),
        CHUNK / times[drawn],
        *curve,
        generator.integers(-(2**31) + 1, 2**31 - 1, 3),
        gamma=1.0,
        initial_alpha=rate,
        negative_sample_rate=5.0,
        parallel=False,
        move_other=True,
    )
    return np.asarray(moved, dtype=np.float32)
