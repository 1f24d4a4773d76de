"""The Python half of the player: what it shows goes out, the epoch in view and the chosen faces come back."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

import streamlit as st

from pages.shared.components.browser.media import send_alive
from pages.shared.components.browser.parts import Command
from pages.shared.components.browser.static_files import static_files
from pages.shared.components.chart.chart import LOADER, Heard, tell
from pages.shared.components.face_map.sending import Cast, MapFilm, Near
from pages.shared.figures.colours import DIFFERENT, SAME, THRESHOLD

TONES = {"same": SAME, "different": DIFFERENT, "ruler": THRESHOLD}


def play_faces(
    film: MapFilm,
    cast: Cast,
    *,
    key: str,
    identity: str,
    space: str,
    height: int = 560,
    epoch: int | None = None,
    chosen: Sequence[int] = (),
    near: Near | None = None,
    command: Command | None = None,
    on_frame: Heard | None = None,
    on_select: Heard | None = None,
    on_near: Heard | None = None,
    on_trouble: Heard | None = None,
) -> None:
    """Show faces on a map on the node that belongs to ``key``; zoom, choice and epoch survive new data.

    Args:
        film: Positions of all epochs.
        cast: Who the faces are.
        key: Name of the node, unique on the page.
        identity: What the faces belong to (the run): another one begins anew.
        space: The kind of map: a zoom into one means nothing on another.
        height: Height of the map in pixels on a wide screen.
        epoch: Where the player stands at first; the last epoch if left out.
        chosen: The faces chosen at first.
        near: Embeddings of the epoch that the browser asked for.
        command: Moves the player.
        on_frame: Called with a dictionary of the ``epoch`` in view, once the hand rests, and whether it is ``playing``:
            then only now and then, and what the page draws takes time from the film.
        on_select: Called with the list of chosen faces.
        on_near: Called with an epoch whose embeddings are wanted.
        on_trouble: Called where the browser has no canvas to draw on.
    """
    files = static_files()
    heard = {"frame": on_frame, "select": on_select, "near": on_near, "trouble": on_trouble}
    data = {
        "module": files.at("face_map/face_map.js"),
        "style": files.at("face_map/face_map.css"),
        "chart_style": files.at("chart/chart.css"),
        "alive": send_alive(),
        "identity": identity,
        "space": space,
        "film": asdict(film),
        "people": cast.people,
        "atlas": asdict(cast.atlas) if cast.atlas else None,
        "height": height,
        "epoch": epoch,
        "chosen": list(chosen),
        "near": asdict(near) if near else None,
        "command": asdict(command) if command else None,
        "tones": TONES,
        "heard": [name for name, call in heard.items() if call is not None],
    }
    component = st.components.v2.component("facenet_lab_face_map", js=LOADER, isolate_styles=False)
    callbacks: dict[str, Any] = {f"on_{name}_change": partial(tell, key, name, call) for name, call in heard.items()}
    component(key=key, data={"json": json.dumps(data)}, **callbacks)
