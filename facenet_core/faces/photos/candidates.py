"""From every place of a picture to the few boxes that hold a face: propose, judge, place; each asks fewer."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PIL import Image

from facenet_core.faces.photos import mtcnn

CELL, STEP = 12, 2  # pixels: the face that the first network looks for, and how far apart it looks
JUDGED, PLACED = 24, 48  # pixels a side of what the others look at
_SMALLER = 0.709  # from one size of the picture to the next: half the area
_PROPOSED, _LIKELY = 0.6, 0.7  # how likely a box has to be a face to be looked at again


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """Boxes that may be faces, likeliest first.

    Attributes:
        boxes: (N, 4) left, top, right, bottom, in pixels; beyond the picture where a face is cut off.
        likely: (N,) how likely each is a face, 0..1.
        points: (N, 5, 2) x and y of the eyes, the nose and the corners of the mouth, the picture's left ones first.
    """

    boxes: np.ndarray
    likely: np.ndarray
    points: np.ndarray


def candidates(picture: Image.Image, *, smallest: float, least: float) -> Faces:
    """Find boxes that may be faces.

    Args:
        picture: RGB.
        smallest: Side of the smallest face looked for, in pixels.
        least: How likely a face has to be, 0..1.
    """
    boxes = _proposed(picture, smallest)
    boxes = _judged(picture, boxes)
    return _placed(picture, boxes, least)


def _proposed(picture: Image.Image, smallest: float) -> np.ndarray:
    found = [_proposed_at(picture, scale) for scale in _scales(picture, smallest)]
    boxes, likely = (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else _nothing()
    return _squared(boxes[_kept(boxes, likely, 0.7)])


def _nothing() -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((0, 4), np.float32), np.zeros(0, np.float32)


def _scales(picture: Image.Image, smallest: float) -> Iterator[float]:
    scale = CELL / smallest
    while min(picture.size) * scale >= CELL:
        yield scale
        scale *= _SMALLER


def _proposed_at(picture: Image.Image, scale: float) -> tuple[np.ndarray, np.ndarray]:
    size = max(CELL, round(picture.width * scale)), max(CELL, round(picture.height * scale))
    likely, moves = mtcnn.propose(numbers_of(picture.resize(size, Image.Resampling.BILINEAR)))
    rows, columns = np.nonzero(likely > _PROPOSED)
    corners = np.stack([columns, rows], axis=1).astype(np.float32) * STEP
    boxes = _moved(np.concatenate([corners, corners + CELL], axis=1), moves[rows, columns])
    boxes *= np.tile(np.array(picture.size, np.float32) / np.array(size, np.float32), 2)
    sure = likely[rows, columns]
    best = _kept(boxes, sure, 0.5)
    return boxes[best], sure[best]


def _judged(picture: Image.Image, boxes: np.ndarray) -> np.ndarray:
    if not len(boxes):
        return boxes
    likely, moves = mtcnn.judge(_patches(picture, boxes, JUDGED))
    seen = likely > _LIKELY
    boxes, likely = _moved(boxes[seen], moves[seen]), likely[seen]
    return _squared(boxes[_kept(boxes, likely, 0.7)])


def _placed(picture: Image.Image, boxes: np.ndarray, least: float) -> Faces:
    if not len(boxes):
        return Faces(boxes=boxes, likely=np.zeros(0, np.float32), points=np.zeros((0, 5, 2), np.float32))
    likely, moves, points = mtcnn.place(_patches(picture, boxes, PLACED))
    seen = likely > least
    boxes, likely, moves, points = boxes[seen], likely[seen], moves[seen], points[seen]
    points = boxes[:, None, :2] + points * (boxes[:, None, 2:] - boxes[:, None, :2])
    boxes = _moved(boxes, moves)
    best = _kept(boxes, likely, 0.7, of_smaller=True)
    return Faces(boxes=boxes[best], likely=likely[best], points=points[best])


def numbers_of(picture: Image.Image) -> np.ndarray:
    """Return what the networks were trained on: (H, W, 3) float32, about -1..1."""
    numbers: np.ndarray = (np.asarray(picture, dtype=np.float32) - np.float32(127.5)) * np.float32(1 / 128)
    return numbers


def _patches(picture: Image.Image, boxes: np.ndarray, side: int) -> np.ndarray:
    """Cut boxes out, (N, side, side, 3); what lies outside the picture is grey."""
    patches = np.zeros((len(boxes), side, side, 3), np.float32)
    for patch, box in zip(patches, boxes, strict=True):
        _cut(picture, box, patch)
    return patches


def _cut(picture: Image.Image, box: np.ndarray, patch: np.ndarray) -> None:
    """Fill the part of a patch that lies in the picture."""
    side, size = len(patch), np.array(picture.size * 2, np.float32)
    inside = np.clip(box, 0, size)
    pixel = (box[2:] - box[:2]) / side
    if (pixel <= 0).any():
        return
    left, top, right, bottom = np.rint((inside - np.tile(box[:2], 2)) / np.tile(pixel, 2)).astype(int)
    if right - left < 1 or bottom - top < 1 or (inside[2:] - inside[:2] < 1).any():
        return
    cut = picture.resize((right - left, bottom - top), Image.Resampling.BILINEAR, box=tuple(inside.tolist()))
    patch[top:bottom, left:right] = numbers_of(cut)


def _moved(boxes: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Move each side of boxes (N, 4) by shares of the box."""
    moved: np.ndarray = boxes + moves * np.tile(boxes[:, 2:] - boxes[:, :2], 2)
    return moved


def _squared(boxes: np.ndarray) -> np.ndarray:
    """Widen boxes to squares round the same centre."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    half = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, keepdims=True) / 2
    return np.concatenate([middle - half, middle + half], axis=1)


def _kept(boxes: np.ndarray, likely: np.ndarray, most: float, *, of_smaller: bool = False) -> np.ndarray:
    """Return which boxes stay, likeliest first, when none may share more than ``most`` with a likelier one.

    Shared is the intersection as a share of the union, or of the smaller of the two.
    """
    order = np.argsort(-likely, kind="stable")
    kept: list[int] = []
    areas = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    while len(order):
        best, order = order[0], order[1:]
        kept.append(int(best))
        lengths = np.minimum(boxes[order, 2:], boxes[best, 2:]) - np.maximum(boxes[order, :2], boxes[best, :2])
        shared = np.prod(np.maximum(lengths, 0), axis=1)
        whole = np.minimum(areas[order], areas[best]) if of_smaller else areas[order] + areas[best] - shared
        order = order[shared <= most * np.maximum(whole, 1e-6)]
    return np.array(kept, dtype=int)
