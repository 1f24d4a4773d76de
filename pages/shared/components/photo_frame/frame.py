"""A photo with a square to move and to size on it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import streamlit as st

from facenet_core.faces.photos import Frame
from pages.shared.components.browser.media import send_alive, send_picture
from pages.shared.components.browser.static_files import static_files
from pages.shared.components.chart.chart import LOADER, Heard, tell


def photo_frame(
    preview: bytes,
    size: tuple[int, int],
    frame: Frame,
    *,
    photo: int,
    key: str,
    alt: str,
    others: Sequence[Frame] = (),
    tallest: int = 420,
    on_frame: Heard | None = None,
) -> None:
    """Show a photo with its frame on the node that belongs to ``key``.

    Args:
        preview: A JPEG.
        size: Its width and height.
        frame: Where the square lies.
        photo: Number of the photo, handed back with the frame.
        key: Name of the node, unique on the page.
        alt: What it shows, for those who cannot see it.
        others: Faces that can be clicked instead.
        tallest: Height in pixels, at most.
        on_frame: Called with a dictionary of photo, x, y, side and angle when the square was let go.
    """
    files = static_files()
    data = {
        "module": files.at("photo_frame/frame.js"),
        "style": files.at("photo_frame/frame.css"),
        "alive": send_alive(),
        "picture": send_picture(preview, "image/jpeg", f"{key}-photo"),
        "width": size[0],
        "height": size[1],
        "frame": asdict(frame),
        "faces": [asdict(face) for face in others],
        "photo": photo,
        "alt": alt,
        "tallest": tallest,
    }
    component = st.components.v2.component("facenet_lab_frame", js=LOADER, isolate_styles=False)
    call: Any = partial(tell, key, "frame", on_frame)
    component(key=key, data={"json": json.dumps(data)}, on_frame_change=call)
