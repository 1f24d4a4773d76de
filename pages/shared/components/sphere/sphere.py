"""The Python half of the sphere: positions of all frames and the faces go out once, the rest happens in the browser."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import streamlit as st

from pages.shared.components.browser.media import send_alive
from pages.shared.components.browser.static_files import static_files
from pages.shared.components.chart import Sprites, send_frames
from pages.shared.components.chart.chart import LOADER
from pages.shared.figures.colours import person_colours


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Film:
    """Where the faces are in every frame.

    Attributes:
        positions: (F, T, 2 or 3) embeddings.
        labels: F words on what a frame shows, such as ``epoch 3``.
        faces: (T,) numbers of the faces, into the sprites.
        person: (T,) the person of each.
        group: (T,) 0 seen, 1 held-out image, 2 unseen person.
        people: How many people the run follows: their colours depend on it.
        margins: F margins that the run was trained with at each; nothing where triplets are not drawn.
    """

    positions: np.ndarray
    labels: Sequence[str]
    faces: np.ndarray
    person: np.ndarray
    group: np.ndarray
    people: int
    margins: Sequence[float] = ()


def sphere(
    film: Film,
    *,
    key: str,
    alt: str,
    sprites: Sprites | None,
    height: int = 560,
    triplets: bool = True,
) -> None:
    """Show the faces on their sphere (three numbers) or circle (two).

    Args:
        film: The frames; the last one is shown first.
        key: Name of the node, unique on the page.
        alt: What it shows, for those who cannot see it.
        sprites: The faces' pictures.
        height: Height of the drawing in pixels.
        triplets: Whether triplets can be drawn; without it the drawing turns and plays, and no more.
    """
    files = static_files()
    palette = person_colours(film.people)
    frames = send_frames(film.positions, list(range(len(film.labels))), key=key)
    data = {
        "module": files.at("sphere/sphere.js"),
        "chart_style": files.at("chart/chart.css"),
        "alive": send_alive(),
        "alt": alt,
        "height": height,
        "frames": asdict(frames) | {"labels": list(film.labels)},
        "faces": np.asarray(film.faces).tolist(),
        "person": np.asarray(film.person).tolist(),
        "group": np.asarray(film.group).tolist(),
        "colours": [palette[p] for p in film.person],
        "sprites": asdict(sprites) if sprites else None,
        "margins": list(film.margins),
        "triplets": triplets,
    }
    component = st.components.v2.component("facenet_lab_sphere", js=LOADER, isolate_styles=False)
    component(key=key, data={"json": json.dumps(data)})
