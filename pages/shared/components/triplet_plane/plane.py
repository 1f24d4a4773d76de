"""The Python half of the triplet plane: numbers go out once, a chosen triplet and a moved margin come back."""

import json
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from pages.shared.components.browser.media import send_alive, send_picture
from pages.shared.components.browser.static_files import static_files
from pages.shared.components.chart.chart import LOADER, Heard, tell
from pages.shared.figures.colours import EASY, HARD, MARGIN, SEMI_HARD

KINDS = ("easy", "semi-hard", "hard")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneView:
    """What the plane shows.

    Attributes:
        upper: Right and upper end of both axes, in squared distance.
        numbers: Float64: (2, cells, cells) counts below and above the cells' diagonals, or (2, T) distances to the
            positive and the negative of single triplets.
        margins: (M,) the margins of the slider, evenly spaced.
        easy: (M,) easy triplets at each margin; ``semi_hard`` and ``hard`` alike.
        semi_hard_pull: (M,) what semi-hard triplets pull at each margin; ``hard_pull`` alike.
        margin: The margin in view.
        own: The margin that the run was trained with at this epoch, one of ``margins``.
        epoch: The epoch shown.
        zoom: Which part of the plane is seen at first: all of it, or a half or a quarter of each axis.
        chosen: Where the chosen triplet lies, (d_ap, d_an).
        trail: Where it lay in every epoch.
        empty: What to say where there is no triplet.
    """

    upper: float
    numbers: np.ndarray
    margins: list[float]
    easy: list[int]
    semi_hard: list[int]
    hard: list[int]
    semi_hard_pull: list[float]
    hard_pull: list[float]
    margin: float
    own: float
    epoch: int
    zoom: int = 1
    chosen: tuple[float, float] | None = None
    trail: tuple[tuple[float, float], ...] = ()
    empty: str = ""


def plane(view: PlaneView, *, key: str, alt: str, height: int, on_pick: Heard, on_margin: Heard) -> None:
    """Draw the plane on the node that belongs to ``key``.

    Args:
        view: What it shows.
        key: Name of the node, unique on the page.
        alt: What it shows, for those who cannot see it.
        height: Height of the plane in pixels; slider and counts stand below.
        on_pick: Called with the number of a single triplet, or with [column, row, 0 below or 1 above].
        on_margin: Called with the margin once it rests.
    """
    files = static_files()
    single = view.numbers.ndim == 2
    sent = np.ascontiguousarray(view.numbers, dtype="<f8").tobytes()
    plain = {name: getattr(view, name) for name in PlaneView.__dataclass_fields__ if name != "numbers"}
    data = plain | {
        "module": files.at("triplet_plane/plane.js"),
        "style": files.at("triplet_plane/plane.css"),
        "alive": send_alive(),
        "url": send_picture(sent, "application/octet-stream", f"{key}-numbers"),
        "single": single,
        "cells": 0 if single else view.numbers.shape[1],
        "colours": [EASY, SEMI_HARD, HARD],
        "words": KINDS,
        "amber": MARGIN,
        "alt": alt,
        "height": height,
    }
    component: Any = st.components.v2.component("facenet_lab_plane", js=LOADER, isolate_styles=False)
    component(
        key=key,
        data={"json": json.dumps(data)},
        on_pick_change=partial(tell, key, "pick", on_pick),
        on_margin_change=partial(tell, key, "margin", on_margin),
    )
