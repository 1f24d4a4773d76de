"""Maps of all epochs on one scale, and the moments in which a film shows them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from facenet_core.exports.content import RunContent
from facenet_core.runs.maps import draw_maps
from facenet_core.runs.records import RunDamaged

FLAT_MAPS = ("umap-2d", "pca-2d")
MOST_EPOCHS = 100  # a film of more shows evenly chosen ones
FRAME_MS = 80  # 12.5 frames a second; GIF counts in hundredths of a second
HOLD_MS, LAST_HOLD_MS = 560, 2_400
MOST_BETWEEN, MOST_MOVING = 5, 150  # pictures between two epochs, and in the whole film


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Film:
    """The maps of several epochs.

    Attributes:
        method: How they were drawn.
        epochs: The F epochs shown, in order.
        losses: The loss of each, None where it has none.
        positions: (F, T, 2) float32 in 0..1, one scale for all, y upwards; NaN where a face has no place.
    """

    method: str
    epochs: tuple[int, ...]
    losses: tuple[float | None, ...]
    positions: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moment:
    """One picture of a film.

    Attributes:
        epoch: The epoch that its title names.
        loss: Of that epoch.
        positions: (T, 2) in 0..1.
        milliseconds: How long it stands.
        share: How much of the film is over, 0..1.
    """

    epoch: int
    loss: float | None
    positions: np.ndarray
    milliseconds: int
    share: float


def read_film(content: RunContent, method: str | None = None) -> Film:
    """Return the maps of all epochs, at most ``MOST_EPOCHS`` of them.

    Args:
        content: The run.
        method: One of ``FLAT_MAPS``; UMAPs that are missing are drawn and kept, which takes a while.
            None takes the stored UMAPs where every epoch has one, else principal components, which are there at once.

    Raises:
        ValueError: There is no such map, or the run cannot be read.
    """
    if method is not None and method not in FLAT_MAPS:
        raise ValueError(f"map must be one of {', '.join(FLAT_MAPS)}, got {method!r}")
    run = content.folder
    if method is None:
        method = "umap-2d" if set(content.epochs) <= set(run.map_epochs("umap-2d")) else "pca-2d"
    if method == "umap-2d":
        draw_maps(str(run.path), method)
    chosen = thinned(content.epochs)
    stored = set(chosen) <= set(run.map_epochs(method))
    positions = _stored(content, method, chosen) if stored else _principal(content, chosen)
    loss_of = dict(zip(content.epochs, content.losses, strict=False))
    return Film(
        method=method,
        epochs=chosen,
        losses=tuple(loss_of.get(epoch) for epoch in chosen),
        positions=fitted(positions),
    )


def thinned(epochs: tuple[int, ...], most: int = MOST_EPOCHS) -> tuple[int, ...]:
    """Return at most ``most`` epochs, evenly chosen, the first and the last among them."""
    if len(epochs) <= most:
        return epochs
    places = np.linspace(0, len(epochs) - 1, most).round().astype(int)
    return tuple(epochs[place] for place in places)


def _stored(content: RunContent, method: str, epochs: tuple[int, ...]) -> np.ndarray:
    maps = []
    for epoch in epochs:
        positions = content.folder.map(method, epoch).positions
        if positions.shape != (len(content.tracked), 2):
            raise RunDamaged(
                f"Run {content.folder.id} cannot be read, its {method} map of epoch {epoch} is damaged: delete the run."
            )
        maps.append(positions)
    stacked: np.ndarray = np.stack(maps).astype(np.float64)
    return stacked


def _principal(content: RunContent, epochs: tuple[int, ...]) -> np.ndarray:
    """Look at every epoch along the axes of the last one; a face that is no number has no place."""
    from facenet_core.projection.pca import pca_basis, project

    tables = [content.embeddings(epoch) for epoch in epochs]
    known = [np.isfinite(table).all(axis=1) for table in tables]
    positions = np.full((len(epochs), len(content.tracked), 2), np.nan)
    if not known[-1].any():
        return positions
    basis = pca_basis(tables[-1][known[-1]])
    for number, (table, rows) in enumerate(zip(tables, known, strict=True)):
        positions[number, rows] = project(basis, table[rows])
    return positions


def fitted(positions: np.ndarray) -> np.ndarray:
    """Return (F, T, 2) positions moved and scaled alike into 0..1; equal scale on both axes, infinities as NaN."""
    placed = np.where(np.isfinite(positions).all(axis=-1, keepdims=True), positions, np.nan)
    known = placed[np.isfinite(placed[..., 0])]
    if not len(known):
        nowhere: np.ndarray = placed.astype(np.float32)
        return nowhere
    low, high = known.min(axis=0), known.max(axis=0)
    width = float((high - low).max()) or 1.0
    fitted_: np.ndarray = ((placed - (low + high) / 2) / width + 0.5).astype(np.float32)
    return fitted_


def moments(film: Film) -> Iterator[Moment]:
    """Yield the pictures of a film: every epoch is held, and between two of them the faces move."""
    steps = len(film.epochs) - 1
    between = max(1, min(MOST_BETWEEN, MOST_MOVING // steps)) if steps else 0
    for number, epoch in enumerate(film.epochs):
        share = number / steps if steps else 1.0
        hold = LAST_HOLD_MS if number == steps else HOLD_MS
        now = film.positions[number]
        yield Moment(epoch=epoch, loss=film.losses[number], positions=now, milliseconds=hold, share=share)
        if number == steps:
            return
        after = film.positions[number + 1]
        for picture in range(1, between + 1):
            way = picture / (between + 1)
            eased = way * way * (3 - 2 * way)
            named = number + (way >= 0.5)  # the title changes half-way
            yield Moment(
                epoch=film.epochs[named],
                loss=film.losses[named],
                positions=now + eased * (after - now),
                milliseconds=FRAME_MS,
                share=(number + way) / steps,
            )


def count_moments(film: Film) -> int:
    """Return how many pictures a film has."""
    steps = len(film.epochs) - 1
    return 1 + steps * (1 + max(1, min(MOST_BETWEEN, MOST_MOVING // steps))) if steps else 1
