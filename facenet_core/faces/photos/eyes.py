"""How far a face leans, from its eyes and its mouth; said only where both say the same."""

import math

import numpy as np

_MOST_LEAN = 45.0  # degrees
_APART = 12.0  # degrees between what the eyes say and what the mouth says: more, and one of them was not found


def lean_of(points: np.ndarray) -> float | None:
    """Return by how many degrees a face leans clockwise.

    Args:
        points: (5, 2) x and y of the eyes, the nose and the corners of the mouth, the picture's left ones first.

    Returns:
        -45..45, the mean of two leans: that of the line through both eyes, and that of the line from between the
        eyes to the middle of the mouth. None where the two differ by more than 12 degrees, as where an
        eye was not found.
    """
    eyes = _degrees(points[1] - points[0])
    upright = _degrees(points[3] + points[4] - points[0] - points[1]) - 90
    lean = (eyes + upright) / 2
    return lean if abs(eyes - upright) <= _APART and abs(lean) <= _MOST_LEAN else None


def _degrees(way: np.ndarray) -> float:
    return math.degrees(math.atan2(float(way[1]), float(way[0])))
