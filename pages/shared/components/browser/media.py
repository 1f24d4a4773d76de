"""Sends what is large and seldom changes (faces, positions of all epochs) once, beside the page."""

import json
import secrets
import time

import numpy as np
import streamlit as st
from streamlit import runtime

from pages.shared.components.browser.parts import Follow, Frames, Slider, Sprites

SERVER = secrets.token_hex(8)  # of this process: another one does not know it
JPEG = b"\xff\xd8"  # a file of this kind begins with it
KEPT = "films_sent"
STAYS = 10.0  # seconds that what was replaced can still be fetched


def send_alive() -> str:
    """Put a note into this server's memory and return its address; it is missing once the server was restarted."""
    return _send(SERVER.encode(), "text/plain", "alive")


def send_picture(data: bytes, kind: str, key: str) -> str:
    """Hand a picture to Streamlit's media storage and return its address; equal content is kept once."""
    return _send(data, kind, key)


def send_sprites(atlas: bytes, captions: list[str], *, columns: int, size: int, key: str) -> Sprites:
    """Send an atlas of small pictures and their captions, in the order of the points' customdata.

    Args:
        atlas: A JPEG or WebP file, ``columns`` pictures of ``size`` x ``size`` pixels in a row.
        captions: What stands under each picture; shown as text, never as markup.
        columns: Pictures in a row of the atlas.
        size: Side of a picture in pixels.
        key: The chart's key.
    """
    return Sprites(
        image=_send(atlas, "image/jpeg" if atlas.startswith(JPEG) else "image/webp", f"{key}-atlas"),
        captions=_send(json.dumps(captions).encode(), "application/json", f"{key}-captions"),
        columns=columns,
        size=size,
        count=len(captions),
    )


def send_frames(positions: np.ndarray, labels: list[int], *, key: str) -> Frames:
    """Send the positions of every frame at once.

    Args:
        positions: (F frames, T points, 2 or 3) coordinates.
        labels: The F epochs they belong to.
        key: The chart's key.
    """
    data = np.ascontiguousarray(positions, dtype="<f4").tobytes()
    kind, place = "application/octet-stream", f"{key}-frames"
    url = _send(data, kind, place)
    _keep_replaced(data, kind, place)
    return Frames(url=url, labels=tuple(labels), points=positions.shape[1], dimensions=positions.shape[2])


def send_follow(
    table: str, *, channel: str, key: str, at: float | None = None, sliders: tuple[Slider, ...] = ()
) -> Follow:
    """Send how a figure looks at every place of what moves on a channel.

    Args:
        table: JSON as ``components/browser/follow_tables.py`` writes it.
        channel: What moves: an epoch, a threshold.
        key: The chart's key.
        at: The place of the figure that is sent along.
        sliders: Streamlit's sliders that move it, where it is no part of our own that does.
    """
    data, kind, place = table.encode(), "application/json", f"{key}-follow"
    url = _send(data, kind, place)
    _keep_replaced(data, kind, place)
    return Follow(channel=channel, url=url, at=at, sliders=sliders)


def send_file(data: bytes, kind: str, key: str) -> str:
    """Hand a file to Streamlit's media storage and return its address; equal content is kept once."""
    return _send(data, kind, key)


def _send(data: bytes, kind: str, coordinates: str) -> str:
    if not runtime.exists():
        return ""
    return runtime.get_instance().media_file_mgr.add(data, kind, coordinates)


def _keep_replaced(data: bytes, kind: str, coordinates: str) -> None:
    """Keep what ``data`` replaces for a moment: a browser may be fetching it, or be about to.

    Streamlit forgets it with the next script run, and a running training replaces its films every second, a click the
    tables. Only these are kept so: a picture that was deleted has to be gone.
    """
    now = time.monotonic()
    places = st.session_state.setdefault(KEPT, {})
    last, before, until = places.get(coordinates, (data, b"", 0.0))
    if data != last:
        before, until = last, now + STAYS
    before = before if now < until else b""
    if before:
        _send(before, kind, f"{coordinates}-before")
    places[coordinates] = data, before, until
