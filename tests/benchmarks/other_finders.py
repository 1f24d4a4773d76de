"""Two face finders to compare with: the cascade that this project used before, and dlib's HOG detector."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pytest
from PIL import Image

Box = tuple[float, float, float]  # centre and side
Finder = Callable[[Image.Image], list[Box]]

_CASCADE_SIDE, _HOG_SIDE = 240, 400  # pixels of the longer side that is looked at
_CASCADE_SCALE, _HOG_SCALE = 1.18, 1.35  # side of a frame like LFW's crop / of the finder's own box
_MUCH_SMALLER = 0.35
_BORDER = 1 / 8


def cascade(picture: Image.Image) -> list[Box]:
    """Find faces by local binary patterns, largest first, as the project did until it took MTCNN."""
    grey, border, scale = _small(picture, _CASCADE_SIDE, "constant")
    boxes = _lbp().detect_multi_scale(
        grey, scale_factor=1.2, step_ratio=1, min_size=(24, 24), max_size=(min(grey.shape),) * 2, min_neighbor_number=5
    )
    found = [
        (
            (box["c"] + box["width"] / 2 - border) / scale,
            (box["r"] + box["width"] / 2 - border) / scale,
            box["width"] * _CASCADE_SCALE / scale,
        )
        for box in boxes
    ]
    widest = max((side for _, _, side in found), default=0)
    return sorted((box for box in found if box[2] >= _MUCH_SMALLER * widest), key=lambda box: -box[2])


def hog(picture: Image.Image) -> list[Box]:
    """Find faces by dlib's HOG detector, which is not a requirement of this project: ``pip install dlib-bin``."""
    grey, border, scale = _small(picture, _HOG_SIDE, "edge")
    found, _, _ = _dlib().run(grey, 1, 0.0)
    return [
        ((box.center().x - border) / scale, (box.center().y - border) / scale, box.width() * _HOG_SCALE / scale)
        for box in found
    ]


def _small(picture: Image.Image, longest: int, outside: str) -> tuple[np.ndarray, int, float]:
    scale = min(1.0, longest / max(picture.size))
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    grey = np.asarray(picture.convert("L").resize(size, Image.Resampling.BILINEAR))
    border = max(1, round(max(size) * _BORDER))
    values = {"constant_values": 128} if outside == "constant" else {}
    return np.pad(grey, border, mode=outside, **values), border, scale


@lru_cache(maxsize=1)
def _lbp():
    from skimage.data import lbp_frontal_face_cascade_filename
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())


@lru_cache(maxsize=1)
def _dlib():
    return pytest.importorskip("dlib", reason="dlib-bin is not installed").get_frontal_face_detector()
