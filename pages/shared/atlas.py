"""Many small pictures as one: what a browser fetches once and cuts up itself."""

import io

import numpy as np
from PIL import Image

COLUMNS = 32


def atlas_image(pictures: np.ndarray, columns: int = COLUMNS) -> bytes:
    """Return (T, S, S, 3) uint8 pictures in rows of ``columns``, as one WebP file."""
    count, side = pictures.shape[:2]
    rows = max(1, -(-count // columns))
    sheet = np.zeros((rows * columns, side, side, 3), np.uint8)
    sheet[:count] = pictures
    sheet = sheet.reshape(rows, columns, side, side, 3).swapaxes(1, 2).reshape(rows * side, columns * side, 3)
    return webp(sheet)


def wall_image(pictures: np.ndarray, columns: int, gap: int = 4) -> np.ndarray:
    """Return (T, S, S, 3) uint8 pictures side by side with gaps, (H, W, 4) uint8, gaps transparent."""
    count, side = pictures.shape[:2]
    rows = max(1, -(-count // columns))
    cell = side + gap
    wall = np.zeros((rows * cell - gap, columns * cell - gap, 4), np.uint8)
    for number, picture in enumerate(pictures):
        top, left = number // columns * cell, number % columns * cell
        wall[top : top + side, left : left + side, :3] = picture
        wall[top : top + side, left : left + side, 3] = 255
    return wall


def webp(picture: np.ndarray, quality: int = 85) -> bytes:
    """Return a (H, W, 3 or 4) uint8 picture as a WebP file without metadata."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "WEBP", quality=quality, method=2)
    return file.getvalue()
