"""What the player gets once, beside the page: positions, people, pictures, and the embeddings of one epoch."""

import json
from dataclasses import dataclass

import numpy as np

from facenet_core.runs.records import TrackedFaces
from pages.shared.components.browser.media import send_file
from pages.shared.components.browser.parts import Sprites
from pages.shared.figures.colours import person_colours
from pages.shared.words import GROUP_WORDS

CHUNK = 16  # epochs in one file: a growing run sends only the last of them again
LONGEST_NAME = 300  # letters
MISSING = -32768  # stands for an embedding that is not a number
FINEST = 32767


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFilm:
    """Positions of all epochs.

    Attributes:
        urls: Files of float32, ``chunk`` epochs each.
        labels: The epochs.
        points: Faces.
        dimensions: 2 or 3.
        chunk: Epochs in a file.
    """

    urls: tuple[str, ...]
    labels: tuple[int, ...]
    points: int
    dimensions: int
    chunk: int = CHUNK


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who is on the map: a file with names, colours and groups, and the atlas where there is one."""

    people: str
    atlas: Sprites | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The embeddings of one epoch as 16-bit integers: a number times ``scale`` is the coordinate."""

    url: str
    epoch: int
    size: int
    scale: float


def send_film(positions: np.ndarray, epochs: tuple[int, ...], *, key: str) -> MapFilm:
    """Send the positions of every epoch.

    Args:
        positions: (F epochs, T faces, 2 or 3); what is not finite stands for a face without a place.
        epochs: The F epochs.
        key: The player's key.
    """
    data = np.ascontiguousarray(positions, dtype="<f4")
    urls = tuple(
        send_file(data[first : first + CHUNK].tobytes(), "application/octet-stream", f"{key}-film-{first}")
        for first in range(0, len(data), CHUNK)
    )
    return MapFilm(urls=urls, labels=epochs, points=data.shape[1], dimensions=data.shape[2])


def send_cast(people: bytes, atlas: Sprites | None, *, key: str) -> Cast:
    """Send who is on the map, as ``cast_json`` wrote it, and the atlas of their pictures."""
    return Cast(people=send_file(people, "application/json", f"{key}-people"), atlas=atlas)


def cast_json(faces: TrackedFaces) -> bytes:
    """Return names, colours, person and group of every face, as the player reads them."""
    values = {
        "names": [str(name)[:LONGEST_NAME] for name in faces.names],
        "colours": person_colours(len(faces.names)),
        "person": faces.person.tolist(),
        "group": faces.group.tolist(),
        "groups": list(GROUP_WORDS),
    }
    return json.dumps(values, separators=(",", ":")).encode()


def send_near(embeddings: np.ndarray, epoch: int, *, key: str) -> Near:
    """Send the embeddings of one epoch, so that the browser finds true neighbours and distances itself."""
    rows, scale = whole_numbers(embeddings)
    url = send_file(rows.tobytes(), "application/octet-stream", f"{key}-near")
    return Near(url=url, epoch=epoch, size=embeddings.shape[1], scale=scale)


def whole_numbers(embeddings: np.ndarray) -> tuple[np.ndarray, float]:
    """Return (T, D) int16 and the scale that makes coordinates of them, exact to 1/65,534 of the largest.

    A row with a number that is not finite begins with ``MISSING``.
    """
    known = np.isfinite(embeddings).all(axis=1)
    whole = np.where(known[:, None], embeddings, 0.0).astype(np.float64)
    scale = float(np.abs(whole).max(initial=0.0)) / FINEST or 1.0
    rows = np.rint(whole / scale).astype("<i2")
    rows[~known, 0] = MISSING
    return rows, scale
