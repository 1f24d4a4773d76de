"""Many faces on one picture, row by row."""

import numpy as np
from PIL import Image


def sheet(thumbnails: np.ndarray, *, columns: int, rows: int, side: int) -> Image.Image:
    """Return (T, S, S, 3) uint8 pictures in rows of ``columns``, each ``side`` pixels a side."""
    whole = Image.new("RGB", (columns * side, rows * side))
    for number, picture in enumerate(thumbnails):
        row, column = divmod(number, columns)
        face = Image.fromarray(picture)
        if face.size != (side, side):
            face = face.resize((side, side), Image.Resampling.LANCZOS)
        whole.paste(face, (column * side, row * side))
    return whole
