"""t-SNE by scikit-learn: from epoch to epoch like the UMAP maps, or drawn anew as the small project did it."""

import contextlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.projection.alignment import align_rigid
from facenet_core.projection.pca import Floats, Positions, checked, checked_previous
from facenet_core.projection.umap_map import FEWEST_FACES, principal_positions, spread_out, why_not_umap

SMALL_START = 1e-4  # spread of a first map's start: t-SNE wants to begin with all faces in the middle
ROUNDS = 250  # of a map that goes on; the fewest that scikit-learn does
LEARNING_RATE = 10.0  # of a map that goes on: gentle, or faces jump


def tsne_map(
    embeddings: ArrayLike,
    dimensions: int = 2,
    previous: ArrayLike | None = None,
    seed: int = 0,
    neighbours: int = 30,
    metric: str = "euclidean",
    random_start: bool = False,
) -> Positions:
    """Draw a map by t-SNE (van der Maaten and Hinton 2008; Barnes-Hut), starting from the last epoch's.

    The first map starts from principal components. A later one starts from ``previous`` without exaggeration, with a
    small learning rate, and is laid over it by turning, mirroring and moving, never scaling. One thread; equal
    arguments give equal maps. Where UMAP cannot draw, principal components are drawn; ``why_not_tsne`` says so.

    Args:
        embeddings: (N, D) numbers.
        dimensions: 2 or 3.
        previous: (N, d) the last map of the same faces.
        seed: Decides the random numbers.
        neighbours: t-SNE's perplexity; at most a third of the other faces is used.
        metric: ``euclidean``, ``cosine`` or ``manhattan``.
        random_start: Whether a map without a previous one starts anywhere instead of from principal components.

    Returns:
        (N, d) float32.

    Raises:
        ValueError: An embedding is not finite, or ``previous`` has another shape.
    """
    table = checked(embeddings)
    before = checked_previous(previous, len(table), dimensions)
    with one_core():
        if why_not_tsne(table) is not None:
            positions = principal_positions(table, dimensions)
        else:
            positions = _fit(table, dimensions, before, seed, neighbours, metric, random_start)
        return positions if before is None else align_rigid(positions, before)


def why_not_tsne(embeddings: ArrayLike) -> str | None:
    """Return why these embeddings are drawn by principal components, as a sentence; None when t-SNE draws them."""
    table = checked(embeddings)
    if len(table) < FEWEST_FACES:
        return f"t-SNE needs at least {FEWEST_FACES} faces, here are {len(table)}: this map shows principal components."
    return why_not_umap(table)


def _fit(
    table: Floats,
    dimensions: int,
    before: Floats | None,
    seed: int,
    neighbours: int,
    metric: str,
    random_start: bool,
) -> Positions:
    from sklearn.manifold import TSNE

    generator = np.random.default_rng(seed)
    warm = before is not None and bool(np.ptp(before) > 1e-3)
    if before is not None and warm:
        start = spread_out(before, generator)
    elif random_start:
        start = generator.normal(scale=SMALL_START, size=(len(table), dimensions)).astype(np.float32)
    else:
        start = spread_out(principal_positions(table, dimensions), generator)
        start *= SMALL_START / float(start[:, 0].std())
    settings = {"early_exaggeration": 1.0, "learning_rate": LEARNING_RATE, "max_iter": ROUNDS} if warm else {}
    model = TSNE(
        n_components=dimensions,
        perplexity=max(1.0, min(neighbours, (len(table) - 1) / 3)),
        metric=metric,
        init=start,
        random_state=seed % 2**32,
        n_jobs=1,
        **settings,
    )
    return np.asarray(model.fit_transform(table.astype(np.float32)), dtype=np.float32)


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep scikit-learn's own threads to one, too, so that a map leaves the cores to training."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        yield
