"""The square of a photo that is a face: where it lies, and the face cut out of it."""

import io
import math
from dataclasses import dataclass

import numpy as np
from PIL import Image

from facenet_core.faces.face_set import IMAGE_SIZE

SMALLEST = 16.0  # pixels of the preview
_ROOM = math.sqrt(2)  # a turned square fits into one that is so much larger


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A square in a photo's preview.

    Attributes:
        x: Centre, in pixels from the left.
        y: Centre, in pixels from the top.
        side: In pixels.
        angle: By how many degrees the face leans clockwise; the cut turns it back.
    """

    x: float
    y: float
    side: float
    angle: float = 0.0

    def within(self, width: int, height: int) -> "Frame":
        """Return the nearest frame whose centre lies in a picture and that is no larger than its longer side."""
        numbers = (self.x, self.y, self.side, self.angle)
        if not all(math.isfinite(number) for number in numbers):
            return centre_frame(width, height)
        return Frame(
            x=min(max(self.x, 0.0), float(width)),
            y=min(max(self.y, 0.0), float(height)),
            side=min(max(self.side, SMALLEST), float(max(width, height, SMALLEST))),
            angle=min(max(self.angle, -45.0), 45.0),
        )

    def shared_with(self, other: "Frame") -> float:
        """Return which share of the smaller of two frames lies in the other one, 0..1; leans are left out."""
        across = min(self.x + self.side / 2, other.x + other.side / 2) - max(
            self.x - self.side / 2, other.x - other.side / 2
        )
        down = min(self.y + self.side / 2, other.y + other.side / 2) - max(
            self.y - self.side / 2, other.y - other.side / 2
        )
        return max(0.0, across) * max(0.0, down) / min(self.side, other.side) ** 2


def centre_frame(width: int, height: int) -> Frame:
    """Return the largest square in the middle."""
    return Frame(x=width / 2, y=height / 2, side=float(min(width, height)))


def open_preview(preview: bytes) -> Image.Image:
    """Decode a preview that ``look_at_photo`` made."""
    return Image.open(io.BytesIO(preview), formats=("JPEG",)).convert("RGB")


def cut(picture: Image.Image, frame: Frame) -> np.ndarray:
    """Cut a face out, turned upright; what lies outside the photo repeats its border.

    Args:
        picture: RGB.
        frame: Which square.

    Returns:
        (110, 110, 3) uint8.
    """
    frame = frame.within(*picture.size)
    turned = abs(frame.angle) >= 0.5
    half = frame.side / 2 * (_ROOM if turned else 1)
    square = _region(picture, frame.x - half, frame.y - half, 2 * half)
    if not turned:
        return np.array(square.resize((IMAGE_SIZE, IMAGE_SIZE), Image.Resampling.LANCZOS))
    size = round(IMAGE_SIZE * _ROOM)
    upright = square.resize((size, size), Image.Resampling.LANCZOS).rotate(frame.angle, Image.Resampling.BICUBIC)
    edge = (size - IMAGE_SIZE) // 2
    return np.array(upright.crop((edge, edge, edge + IMAGE_SIZE, edge + IMAGE_SIZE)))


def _region(picture: Image.Image, left: float, top: float, side: float) -> Image.Image:
    size = max(1, round(side))
    x, y = round(left), round(top)
    columns = np.clip(np.arange(x, x + size), 0, picture.width - 1)
    rows = np.clip(np.arange(y, y + size), 0, picture.height - 1)
    inside = picture.crop((int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1))
    pixels = np.asarray(inside)
    return Image.fromarray(pixels[(rows - rows[0])[:, None], (columns - columns[0])[None]])
