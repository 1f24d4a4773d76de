"""Where faces are in a photo, and how far each leans; called in a worker, and needs neither torch nor umap there."""

from collections.abc import Iterable

import numpy as np
from PIL import Image

from facenet_core.faces.photos import mtcnn
from facenet_core.faces.photos.candidates import PLACED, Faces, candidates, numbers_of
from facenet_core.faces.photos.eyes import lean_of
from facenet_core.faces.photos.frame import Frame, cut

LOOKED_AT = 320  # pixels of the longer side
SMALLEST = 24.0  # pixels of the smallest face looked for: a thirteenth of the longer side
MOST_FACES = 12
LEAST_LEAN = 8.0  # degrees: a face that leans less stays as it is
_BORDER, _WIDE_BORDER = 1 / 8, 1 / 4  # grey around the picture: a face that fills it would touch its edge
_LIKELY, _MAYBE = 0.8, 0.72  # how likely a face has to be, at the first look and where that found none
_FILLING = (
    0.5  # the same for a face that fills its picture: a crop of a face is likelier than a room that looks like one
)
_FILLS = 0.55, 1.0  # shares of the longer side that such a face has
_SURE = 0.95  # how likely a face has to be to come before larger ones, and, turned upright, to stay turned
_SCALE = 1.09  # side of our frame / height of the box, measured so that it frames faces as LFW's crop does
_MUCH_SMALLER = 0.35  # of the largest face: bystanders far behind, folds and buttons
_SAME_FACE = 0.35  # of the smaller frame lies in the other one: two heads side by side share less
_GREY = (128, 128, 128)


def find_faces(picture: Image.Image) -> tuple[Frame, ...]:
    """Find the faces of a photo, likeliest first, each with how far it leans.

    Where a first look finds none, a second one takes more time and smaller, less likely ones too: whoever says
    that no face is seen should be sure.

    Args:
        picture: RGB.
    """
    scale = min(1.0, LOOKED_AT / max(picture.size))
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    small = picture.resize(size, Image.Resampling.BILINEAR)
    frames = _look(small, _BORDER, SMALLEST, _LIKELY) or _look(small, _WIDE_BORDER, SMALLEST * 0.75, _MAYBE)
    return tuple(
        Frame(x=frame.x / scale, y=frame.y / scale, side=frame.side / scale, angle=frame.angle) for frame in frames
    )


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


def _look(picture: Image.Image, share: float, smallest: float, least: float) -> tuple[Frame, ...]:
    border = max(1, round(max(picture.size) * share))
    padded = Image.new("RGB", (picture.width + 2 * border, picture.height + 2 * border), _GREY)
    padded.paste(picture, (border, border))
    found = candidates(padded, smallest=smallest, least=min(least, _FILLING))
    frames = [_framed(padded, found, place) for place in _in_order(found, least, max(picture.size))]
    widest = max((frame.side for frame in frames), default=0.0)
    return tuple(
        Frame(x=frame.x - border, y=frame.y - border, side=frame.side, angle=frame.angle)
        for frame in once_each(frames)
        if frame.side >= _MUCH_SMALLER * widest
    )


def _in_order(found: Faces, least: float, longest: int) -> list[int]:
    """Return the places of faces that are likely enough: those that are sure first, then what is larger."""
    heights = found.boxes[:, 3] - found.boxes[:, 1]
    fills = (_FILLS[0] * longest <= heights) & (heights <= _FILLS[1] * longest)
    seen = found.likely >= np.where(fills, _FILLING, least)
    return [int(place) for place in np.lexsort((-heights, found.likely < _SURE)) if seen[place]][:MOST_FACES]


def _framed(picture: Image.Image, found: Faces, place: int) -> Frame:
    left, top, right, bottom = found.boxes[place].tolist()
    frame = Frame(x=(left + right) / 2, y=(top + bottom) / 2, side=(bottom - top) * _SCALE)
    return _turned(picture, frame, found.points[place])


def _turned(picture: Image.Image, frame: Frame, points: np.ndarray) -> Frame:
    """Return the frame with its lean, where it leans clearly and a look at the face turned back agrees."""
    lean = lean_of(points)
    if lean is None or abs(lean) < LEAST_LEAN:
        return frame
    turned = Frame(x=frame.x, y=frame.y, side=frame.side, angle=lean)
    upright = Image.fromarray(cut(picture, turned)).resize((PLACED, PLACED), Image.Resampling.BILINEAR)
    likely, _, again = mtcnn.place(numbers_of(upright)[None])
    rest = lean_of(again[0])
    if likely[0] < _SURE or rest is None or abs(rest) >= LEAST_LEAN:
        return frame
    return Frame(x=frame.x, y=frame.y, side=frame.side, angle=lean + rest / 2)  # both looks err a little
