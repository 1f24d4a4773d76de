"""Figures of a set: who is in which group, picture by picture; where pictures vary."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from facenet_core.faces import FaceSet, FaceSplit
from pages.shared.figures.colours import GREY
from pages.shared.figures.figure import figure, legend_above
from pages.shared.words import figure_text

PEOPLE_SHOWN, IMAGES_SHOWN = 90, 40
KINDS = ("seen", "held_out", "unseen")
GROUPS = (("seen: trained on", "#0072B2"), ("held out", "#8CC4EA"), ("unseen people", "#CC79A7"), ("not used", GREY))
HEAT = np.array([(15, 20, 60), (90, 40, 130), (200, 70, 90), (250, 160, 60), (255, 245, 190)], dtype=np.float64)


def groups_of(faces: FaceSet, split: FaceSplit) -> np.ndarray:
    """Return (N,) the place in ``GROUPS`` of every picture."""
    group = np.full(len(faces), 3)
    for code, name in enumerate(KINDS):
        group[getattr(split, name)] = code
    return group


def people_shown(faces: FaceSet, split: FaceSplit) -> list[int]:
    """Return seen people first, then unseen ones, then the rest; as many as a figure has room for."""
    unseen = np.unique(faces.people[split.unseen])
    rest = np.setdiff1d(np.arange(len(faces.names)), np.concatenate([split.people_seen, unseen]))
    room = max(PEOPLE_SHOWN - min(len(unseen), PEOPLE_SHOWN // 3), 0)
    chosen = np.concatenate([split.people_seen[:room], unseen[: PEOPLE_SHOWN // 3], rest])
    return [int(person) for person in chosen[:PEOPLE_SHOWN]]


def split_mosaic(faces: FaceSet, split: FaceSplit) -> go.Figure:
    """Draw a column for each person and a cell for each picture, coloured by its group."""
    shown = people_shown(faces, split)
    group = groups_of(faces, split)
    columns = [np.sort(group[faces.people == person])[:IMAGES_SHOWN] for person in shown]
    tallest = max(map(len, columns), default=1)
    cells = np.full((tallest, len(columns)), np.nan)
    for place, column in enumerate(columns):
        cells[: len(column), place] = column
    names = [figure_text(faces.names[person]) for person in shown]
    trace = {
        "type": "heatmap",
        "z": [[None if np.isnan(cell) else int(cell) for cell in row] for row in cells],
        "text": [[f"{name}: {_word(cell)}" for name, cell in zip(names, row, strict=True)] for row in cells],
        "hovertemplate": "%{text}<extra></extra>",
        "zmin": -0.5,
        "zmax": len(GROUPS) - 0.5,
        "colorscale": _steps([colour for _, colour in GROUPS]),
        "showscale": False,
        "xgap": 1,
        "ygap": 1,
    }
    axis = {"fixedrange": True, "showgrid": False, "zeroline": False}
    drawn = [(word, colour, "■") for code, (word, colour) in enumerate(GROUPS) if code < 3 or (group == code).any()]
    layout = {
        "margin": {"l": 60, "r": 10, "t": 34, "b": 44},
        "xaxis": axis | {"title": {"text": "people, a column each"}, "showticklabels": False},
        "yaxis": axis | {"title": {"text": "pictures"}, "nticks": 5},
        "annotations": [legend_above(drawn)],
    }
    return figure([trace], layout)


def _word(cell: float) -> str:
    return "" if np.isnan(cell) else GROUPS[int(cell)][0]


def _steps(colours: Sequence[str]) -> list[list[object]]:
    """Return a colour scale in steps: one colour for each whole number."""
    count = len(colours)
    return [[(k + end) / count, colour] for k, colour in enumerate(colours) for end in (0, 1)]


def heat(values: np.ndarray, largest: float) -> np.ndarray:
    """Return a (H, W) map as a (H, W, 3) uint8 picture, dark where it is 0 and light at ``largest``."""
    place = np.clip(values / largest if largest > 0 else np.zeros_like(values), 0, 1) * (len(HEAT) - 1)
    low = np.minimum(place.astype(int), len(HEAT) - 2)
    part = (place - low)[..., None]
    return np.rint(HEAT[low] * (1 - part) + HEAT[low + 1] * part).astype(np.uint8)
