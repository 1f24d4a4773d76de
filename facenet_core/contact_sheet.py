"""Small pictures side by side in one large one, and cut apart again."""

import numpy as np


def as_sheet(pictures: np.ndarray, columns: int) -> np.ndarray:
    """Return (T, S, S, 3) uint8 pictures in rows of ``columns``, (H, W, 3) uint8; what is left over stays black."""
    count, side = pictures.shape[:2]
    rows = max(1, -(-count // columns))
    sheet = np.zeros((rows * columns, side, side, 3), np.uint8)
    sheet[:count] = pictures
    return sheet.reshape(rows, columns, side, side, 3).swapaxes(1, 2).reshape(rows * side, columns * side, 3)


def cut_sheet(sheet: np.ndarray, columns: int, count: int) -> np.ndarray:
    """Return the first ``count`` pictures of ``as_sheet``, (T, S, S, 3) uint8."""
    side = sheet.shape[1] // columns
    cut = sheet.reshape(-1, side, columns, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    return np.ascontiguousarray(cut[:count])
