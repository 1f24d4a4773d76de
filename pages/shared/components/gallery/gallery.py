"""Faces in rows, cut from one atlas: names stand under them as text, a click tells which row."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import streamlit as st

from pages.shared.components.browser.media import send_alive
from pages.shared.components.browser.parts import Sprites
from pages.shared.components.browser.static_files import static_files
from pages.shared.components.chart.chart import LOADER, Heard, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Faces that belong together.

    Attributes:
        faces: Numbers of pictures in the atlas.
        caption: What stands under them; shown as text, never as markup.
        note: A second, quieter line.
        marks: For each face a word that stands out under it, with a border around the face; empty for none.
    """

    faces: tuple[int, ...]
    caption: str = ""
    note: str = ""
    marks: tuple[str, ...] = ()


def gallery(
    rows: Sequence[Row],
    sprites: Sprites | None,
    *,
    key: str,
    alt: str,
    size: int = 64,
    stacked: bool = False,
    on_click: Heard | None = None,
) -> None:
    """Show rows of faces on the node that belongs to ``key``.

    Args:
        rows: What is shown, in order.
        sprites: The atlas; nothing is drawn without one.
        key: Name of the node, unique on the page.
        alt: What it shows, for those who cannot see it.
        size: Side of a face in pixels.
        stacked: One row under the other, its caption in front; else rows flow side by side.
        on_click: Called with the number of the clicked row.
    """
    files = static_files()
    data = {
        "module": files.at("gallery/gallery.js"),
        "style": files.at("chart/chart.css"),
        "alive": send_alive(),
        "rows": [asdict(row) for row in rows],
        "sprites": asdict(sprites) if sprites else None,
        "size": size,
        "stacked": stacked,
        "alt": alt,
        "clickable": on_click is not None,
    }
    component = st.components.v2.component("facenet_lab_gallery", js=LOADER, isolate_styles=False)
    call: Any = partial(tell, key, "click", on_click)
    component(key=key, data={"json": json.dumps(data)}, on_click_change=call)
