"""Triangles -> which one every pixel sees, row by row, with a depth buffer."""

import numpy as np

_INDEX_BITS = 20
_DEPTHS = 2**24


def visible_triangles(
    points: np.ndarray, corners: np.ndarray, two_sided: np.ndarray, width: int, height: int
) -> np.ndarray:
    """Find the nearest triangle at the centre of every pixel.

    Args:
        points: (V, 3) float32: column, row and nearness (larger is nearer).
        corners: (T, 3) integers; a triangle whose corners run anticlockwise on the screen is seen from behind.
        two_sided: (T,) True where a triangle is seen from behind too.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.

    Returns:
        (height * width,) int32: the triangle, -1 for none.
    """
    nearest = np.zeros(height * width, dtype=np.int64)
    kept, x, y, z = _facing(points, corners, two_sided)
    if len(kept):
        owner, row, left, right = _rows(x, y, width, height)
        across, at_edge = _nearness(x, y, z, owner, row)
        counts = right - left
        line = np.repeat(np.arange(len(owner), dtype=np.int32), counts)
        column = np.arange(len(line), dtype=np.int32) - np.take(np.cumsum(counts) - counts - left, line)
        near = np.take(at_edge, line) + np.take(across, line) * column
        key = _ordered(near) << _INDEX_BITS
        key += np.take(np.take(kept, owner) + 1, line)
        np.maximum.at(nearest, np.take(row * width, line) + column, key)
    seen: np.ndarray = (nearest & (2**_INDEX_BITS - 1)).astype(np.int32) - 1
    return seen


def _facing(
    points: np.ndarray, corners: np.ndarray, two_sided: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the numbers (K,) of the triangles that face the viewer, and their corners as (3, K) x, y and z."""
    columns = np.ascontiguousarray(corners.T)
    across, down, near = np.ascontiguousarray(points.T)
    x, y = np.take(across, columns), np.take(down, columns)
    area = (x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0])
    kept = np.flatnonzero((area > 1e-4) | (two_sided & (area < -1e-4)))
    return kept, x[:, kept], y[:, kept], np.take(near, columns[:, kept])


def _nearness(
    x: np.ndarray, y: np.ndarray, z: np.ndarray, owner: np.ndarray, row: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return for each row of a triangle how nearness grows per column, and what it is in the first column."""
    area = (x[1] - x[0]) * (y[2] - y[0]) - (y[1] - y[0]) * (x[2] - x[0])
    across = ((z[1] - z[0]) * (y[2] - y[0]) - (z[2] - z[0]) * (y[1] - y[0])) / area
    down = ((x[1] - x[0]) * (z[2] - z[0]) - (x[2] - x[0]) * (z[1] - z[0])) / area
    start = z[0] + across * (np.float32(0.5) - x[0]) + down * (np.float32(0.5) - y[0])
    return np.take(across, owner), np.take(start, owner) + np.take(down, owner) * row


def _rows(
    x: np.ndarray, y: np.ndarray, width: int, height: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Cut triangles into rows of pixels: whose, which row, from which column, to before which."""
    x, y = _from_the_top(x, y)
    first_row = np.ceil(y[0] - np.float32(0.5)).clip(0, height).astype(np.int32)
    counts = np.ceil(y[2] - np.float32(0.5)).clip(0, height).astype(np.int32) - first_row
    owner = np.repeat(np.arange(len(counts), dtype=np.int32), counts)
    row = np.arange(len(owner), dtype=np.int32) - np.take(np.cumsum(counts) - counts - first_row, owner)
    middle = row + np.float32(0.5)
    long_side = _edge(x, y, 0, 2, owner, middle)
    upper, lower = _edge(x, y, 0, 1, owner, middle), _edge(x, y, 1, 2, owner, middle)
    short_side = np.where(middle < np.take(y[1], owner), upper, lower)
    first = np.ceil(np.minimum(long_side, short_side) - np.float32(0.5)).clip(0, width)
    after = np.ceil(np.maximum(long_side, short_side) - np.float32(0.5)).clip(0, width)
    full = np.flatnonzero(after > first)
    return owner[full], row[full].astype(np.int64), first[full].astype(np.int32), after[full].astype(np.int32)


def _from_the_top(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Order the corners of every triangle by their rows."""
    x, y = x.copy(), y.copy()
    for upper, lower in ((0, 1), (1, 2), (0, 1)):
        swap = y[upper] > y[lower]
        for part in (x, y):
            part[upper], part[lower] = (
                np.where(swap, part[lower], part[upper]),
                np.where(swap, part[upper], part[lower]),
            )
    return x, y


def _edge(x: np.ndarray, y: np.ndarray, top: int, bottom: int, owner: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Return the columns in which an edge crosses the middles of rows; anything where it does not."""
    slope = (x[bottom] - x[top]) / np.maximum(y[bottom] - y[top], np.float32(1e-6))
    crossing: np.ndarray = np.take(x[top] - slope * y[top], owner) + np.take(slope, owner) * middle
    return crossing


def _ordered(near: np.ndarray) -> np.ndarray:
    """Return nearness as whole numbers that sort alike; -4..4 half head heights are told apart."""
    return ((near + 4) * (_DEPTHS / 8)).clip(1, _DEPTHS - 1).astype(np.int64)


def corner_shares(points: np.ndarray, corners: np.ndarray, columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return how much of each corner a pixel shows.

    Args:
        points: (V, 3) as for ``visible_triangles``.
        corners: (n, 3): the corners of the triangle that each pixel shows.
        columns: (n,) of the pixels.
        rows: (n,) of the pixels.

    Returns:
        (3, n) float32; the three add up to 1.
    """
    across, down = np.ascontiguousarray(points[:, :2].T)
    first, second, third = np.ascontiguousarray(corners.T)
    x0, y0 = np.take(across, first), np.take(down, first)
    x1, y1 = np.take(across, second) - x0, np.take(down, second) - y0
    x2, y2 = np.take(across, third) - x0, np.take(down, third) - y0
    x, y = columns + np.float32(0.5) - x0, rows + np.float32(0.5) - y0
    scale = 1 / (x1 * y2 - y1 * x2)
    shares = np.empty((3, len(x)), dtype=np.float32)
    shares[1] = (x * y2 - y * x2) * scale
    shares[2] = (y * x1 - x * y1) * scale
    shares[0] = 1 - shares[1] - shares[2]
    return shares
