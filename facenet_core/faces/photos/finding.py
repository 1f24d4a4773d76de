"""Where faces are in a photo: scikit-image's cascade of local binary patterns; called in a worker."""

import functools
from collections.abc import Iterable
from typing import Any

import numpy as np
from PIL import Image

from facenet_core.faces.photos.eyes import lean_of
from facenet_core.faces.photos.frame import Frame

LOOKED_AT = 240  # pixels of the longer side; a face has to be a tenth of it
MOST_FACES = 12
_WINDOW = 24  # pixels, the cascade's own
_BORDER = 1 / 8  # grey around the picture: a face that fills it would touch its edge (found 68 -> 98 of 100 of ORL)
_SCALE = 1.18  # side of our frame / side of the cascade's, measured so that it frames faces as LFW's crop does
_MUCH_SMALLER = 0.35  # of the largest face: such finds are nearly always folds and buttons
_SAME_FACE = 0.35  # of the smaller frame lies in the other one: two heads side by side share less
_GREY = 128


def find_faces(picture: Image.Image) -> tuple[Frame, ...]:
    """Find the faces that look towards the camera, likeliest first, each with how far it leans."""
    scale = min(1.0, LOOKED_AT / max(picture.size))
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    grey = np.asarray(picture.convert("L").resize(size, Image.Resampling.BILINEAR))
    border = max(1, round(max(size) * _BORDER))
    padded = np.pad(grey, border, constant_values=_GREY)
    if min(padded.shape) <= _WINDOW:
        return ()
    boxes = _cascade().detect_multi_scale(
        padded,
        scale_factor=1.2,
        step_ratio=1,
        min_size=(_WINDOW, _WINDOW),
        max_size=(min(padded.shape),) * 2,
        min_neighbor_number=5,
    )
    found = sorted((_found(padded, box, border, scale) for box in boxes), key=lambda pair: pair[0])[:MOST_FACES]
    widest = max((frame.side for _, frame in found), default=0.0)
    return once_each(frame for _, frame in found if frame.side >= _MUCH_SMALLER * widest)


def once_each(frames: Iterable[Frame]) -> tuple[Frame, ...]:
    """Keep the likeliest of frames that overlap, so that no face is there twice.

    Args:
        frames: Likeliest first.
    """
    kept: list[Frame] = []
    for frame in frames:
        if all(frame.shared_with(other) < _SAME_FACE for other in kept):
            kept.append(frame)
    return tuple(kept)


def _found(grey: np.ndarray, box: dict[str, int], border: int, scale: float) -> tuple[tuple[bool, float], Frame]:
    """Return a frame and its place in the order: where eyes are seen comes first, then what is larger."""
    top, left, side = box["r"], box["c"], box["width"]
    lean = lean_of(grey[top : top + side, left : left + side])
    frame = Frame(
        x=(left + side / 2 - border) / scale,
        y=(top + side / 2 - border) / scale,
        side=side * _SCALE / scale,
        angle=lean or 0.0,
    )
    return (lean is None, -frame.side), frame


@functools.lru_cache(maxsize=1)
def _cascade() -> Any:
    from skimage.data import lbp_frontal_face_cascade_filename  # heavy, and only needed here
    from skimage.feature import Cascade

    return Cascade(lbp_frontal_face_cascade_filename())  # type: ignore[no-untyped-call]  # scikit-image's own
