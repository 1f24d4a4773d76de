"""What a network sees: maps over a face, strips of numbers, channels and filters as pictures."""

import base64
from typing import Any

import numpy as np
import plotly.graph_objects as go
from PIL import Image
from plotly.colors import hex_to_rgb, sequential

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.evaluation.recognition.quantisation import StorageCost
from pages.shared.figures.colours import ANCHOR, DIFFERENT, GREY, MARGIN, SAME
from pages.shared.figures.contact_sheet import webp
from pages.shared.figures.figure import figure, legend_above

SCALE_ROOM = 104  # pixels for the colours, their numbers and title: faces side by side are of one size
SEE_THROUGH = 0.62  # of a map over a face: both are to be seen
_GREYS = np.array([0.299, 0.587, 0.114])  # how bright the three colours look (ITU-R BT.601)
_SCALE = np.array([hex_to_rgb(colour) for colour in sequential.Cividis], np.float64)


def over_face(
    picture: np.ndarray,
    values: np.ndarray,
    centres: np.ndarray,
    *,
    title: str,
    hover: str,
    lowest: float,
    highest: float,
    digits: int = 2,
) -> go.Figure:
    """Draw values over a face, the face in grey below them.

    Args:
        picture: (H, W, 3) uint8.
        values: (n, m) numbers, from above to below and left to right.
        centres: (n,) pixels that the values stand for; n = m.
        title: What the colours mean.
        hover: What pointing at a place says, with ``%{z}``.
        lowest: The value of the darkest colour.
        highest: The value of the lightest colour.
        digits: Decimals on the scale.
    """
    size = picture.shape[0]
    grey = np.repeat((picture @ _GREYS).astype(np.uint8)[:, :, None], 3, axis=2)
    trace = {
        "type": "heatmap",
        "z": np.asarray(values, np.float32),
        "x": np.asarray(centres, np.float32),
        "y": np.asarray(centres, np.float32),
        "zmin": lowest,
        "zmax": highest if highest > lowest else lowest + 1,
        "colorscale": "Cividis",
        "opacity": SEE_THROUGH,
        "hovertemplate": f"{hover}<extra></extra>",
        "colorbar": {
            "title": {"text": title, "side": "right", "font": {"size": 15}},
            "tickfont": {"size": 15},
            "tickformat": f".{digits}f",
            "nticks": 5,
            "thickness": 16,
            "outlinewidth": 0,
        },
    }
    axis = {"range": [0, size], "visible": False, "fixedrange": True, "constrain": "domain"}
    layout = {
        "margin": {"l": 0, "r": SCALE_ROOM, "t": 0, "b": 0},
        "xaxis": axis,
        "yaxis": axis | {"range": [size, 0], "scaleanchor": "x"},
        "images": [_image(grey, size)],
    }
    return figure([trace], layout)


def _image(picture: np.ndarray, size: int) -> dict[str, Any]:
    source = "data:image/webp;base64," + base64.b64encode(webp(picture, quality=92)).decode()
    place = {"xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": size, "sizey": size}
    return {**place, "source": source, "sizing": "stretch", "layer": "below", "xanchor": "left", "yanchor": "top"}


def strips(face: np.ndarray, other: np.ndarray, names: tuple[str, str], same: bool | None) -> go.Figure:
    """Draw two embeddings as strips of bars, and below them what each number adds to the squared distance.

    Args:
        face: (D,) embedding.
        other: (D,) embedding.
        names: Who they are, safe to show.
        same: Whether both are one person; None where nobody knows.
    """
    colour = GREY if same is None else SAME if same else DIFFERENT
    number = np.arange(1, len(face) + 1)
    parts = (face.astype(np.float64) - other) ** 2
    traces = []
    for row, (values, shade, word) in enumerate(
        ((face, ANCHOR, "%{y:.2f}"), (other, colour, "%{y:.2f}"), (parts, MARGIN, "adds %{y:.3f}"))
    ):
        axis = "" if row == 0 else str(row + 1)
        marker = {"color": shade, "line": {"width": 0}}
        hover = f"number %{{x}}: {word}<extra></extra>"
        bars = {"type": "bar", "x": number, "y": np.asarray(values, np.float32), "marker": marker}
        traces.append({**bars, "yaxis": f"y{axis}", "hovertemplate": hover})
    largest = float(max(np.abs(face).max(initial=0), np.abs(other).max(initial=0), 1e-6)) * 1.05
    words = [
        (0.98, f"<b>{names[0]}</b>"),
        (0.62, f"<b>{names[1]}</b>"),
        (0.26, f"<b>their squared differences, together {distance_words(float(parts.sum()))}</b>"),
    ]
    place = {"x": 0, "xref": "paper", "xanchor": "left", "yref": "paper", "yanchor": "bottom", "showarrow": False}
    layout = {
        "showlegend": False,
        "bargap": 0.1,
        "margin": {"l": 62, "r": 12, "t": 26, "b": 44},
        "xaxis": {"title": {"text": "number in the embedding", "standoff": 4}, "anchor": "y3", "nticks": 9},
        "yaxis": {"domain": [0.74, 0.98], "range": [-largest, largest], "nticks": 3},
        "yaxis2": {"domain": [0.38, 0.62], "range": [-largest, largest], "nticks": 3},
        "yaxis3": {"domain": [0.0, 0.26], "rangemode": "tozero", "nticks": 3},
        "annotations": [{**place, "y": height, "text": text} for height, text in words],
    }
    return figure(traces, layout)


def storages(costs: tuple[StorageCost, ...]) -> go.Figure:
    """Draw the accuracy with embeddings kept in ever fewer bytes, and the line of guessing."""
    words = [f"{cost.name}<br>{cost.bytes_per_face:,} bytes" for cost in costs]
    heights = [cost.accuracy for cost in costs]
    trace = {
        "type": "bar",
        "x": words,
        "y": heights,
        "text": ["-" if height is None else f"{height:.3f}" for height in heights],
        "textposition": "outside",
        "textfont": {"size": 17},
        "cliponaxis": False,
        "marker": {"color": [ANCHOR if cost.name == "bytes" else GREY for cost in costs]},
        "hovertemplate": "%{x}: %{y:.4f}<extra></extra>",
    }
    guess = {"type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": 0.5, "y1": 0.5}
    layout = {
        "showlegend": False,
        "margin": {"l": 62, "r": 12, "t": 28, "b": 56},
        "xaxis": {"fixedrange": True},
        "yaxis": {"range": [0.4, 1.02], "title": {"text": "right answers", "standoff": 2}, "fixedrange": True},
        "shapes": [guess | {"line": {"color": GREY, "width": 2, "dash": "dot"}}],
        "annotations": [legend_above([("guessing 0.50", GREY, "┅"), ("a byte a number", ANCHOR, "■")])],
    }
    return figure([trace], layout)


def channel_pictures(maps: np.ndarray, side: int, lowest: float, highest: float) -> np.ndarray:
    """Colour maps (C, h, w) on one scale, as (C, side, side, 3) uint8 pictures."""
    share = np.clip((maps.astype(np.float64) - lowest) / max(highest - lowest, 1e-12), 0, 1) * (len(_SCALE) - 1)
    below = np.minimum(share.astype(int), len(_SCALE) - 2)
    part = (share - below)[..., None]
    return _enlarged((_SCALE[below] * (1 - part) + _SCALE[below + 1] * part).round().astype(np.uint8), side)


def filter_pictures(filters: np.ndarray, side: int, largest: float) -> np.ndarray:
    """Draw filters (F, 3, h, w) as (F, side, side, 3) uint8: grey is zero, a colour is looked for, its opposite not."""
    shade = 127.5 + 127.5 * np.clip(filters / max(largest, 1e-12), -1, 1)
    return _enlarged(shade.transpose(0, 2, 3, 1).round().astype(np.uint8), side)


def marked(pictures: np.ndarray, places: np.ndarray, radius: float = 0.13) -> np.ndarray:
    """Draw an amber frame around a place (row, column as shares) of each (n, S, S, 3) uint8 picture."""
    framed, side = pictures.copy(), pictures.shape[1]
    colour = hex_to_rgb(MARGIN)
    for picture, (row, column) in zip(framed, places, strict=True):
        top, left = (int(np.clip(middle - radius, 0, 1 - 2 * radius) * side) for middle in (row, column))
        end = int(2 * radius * side)
        for thick in (0, 1):
            low, high = thick, end - thick
            picture[top + low, left + low : left + high] = picture[top + high - 1, left + low : left + high] = colour
            picture[top + low : top + high, left + low] = picture[top + low : top + high, left + high - 1] = colour
    return framed


def _enlarged(pictures: np.ndarray, side: int) -> np.ndarray:
    """Enlarge (or thin) to ``side`` by repeating pixels: a cell of a map stays a cell."""
    rows = np.minimum((np.arange(side) * pictures.shape[1]) // side, pictures.shape[1] - 1)
    columns = np.minimum((np.arange(side) * pictures.shape[2]) // side, pictures.shape[2] - 1)
    return pictures[:, rows][:, :, columns]


def resized(pictures: np.ndarray, side: int) -> np.ndarray:
    """Return (n, S, S, 3) uint8 pictures smoothly enlarged to ``side``."""
    resample = Image.Resampling.BICUBIC
    return np.stack([np.asarray(Image.fromarray(one).resize((side, side), resample)) for one in pictures])
