"""Where the head stands before the camera."""

from dataclasses import dataclass

import numpy as np

from facenet_core.faces.heads.conditions import Conditions
from facenet_core.faces.heads.smoothstep import along

PIXELS = 0.352  # half a head's height, as a share of the picture
DISTANCE = 7.5  # of the camera, in half head heights
MIDDLE = (0.5, 0.505)  # where the head's centre stands, as shares of the picture


@dataclass(frozen=True, slots=True)
class Camera:
    """The view of one picture.

    Attributes:
        turn: (3, 3): head -> view; both to the right, down and towards the viewer.
        body_turn: (3, 3): body -> view.
        scale: Pixels to half a head's height.
        centre: Column and row of the head's centre.
    """

    turn: np.ndarray
    body_turn: np.ndarray
    scale: float
    centre: tuple[float, float]

    def project(self, points: np.ndarray) -> np.ndarray:
        """Return column, row and nearness of points (V, 3) of the head."""
        seen: np.ndarray = np.stack([along(axis, points.T) for axis in self.turn], axis=1)
        scale = self.scale * DISTANCE / (DISTANCE - seen[:, 2:])
        seen[:, :2] = seen[:, :2] * scale + np.array(self.centre, dtype=np.float32)
        return seen

    def towards(self, direction: np.ndarray) -> np.ndarray:
        """Return a direction of the view as one of the head."""
        turned: np.ndarray = (direction @ self.turn).astype(np.float32)
        return turned


def camera_of(conditions: Conditions, size: int) -> Camera:
    """Look at a head as a picture's conditions say, on a square of so many pixels."""
    yaw, pitch, roll = (np.radians(angle) for angle in (conditions.yaw, conditions.pitch, conditions.roll))
    head = _turn(yaw, pitch, roll)
    body = _turn(yaw * 0.35, 0.0, roll * 0.25)
    centre = (size * (MIDDLE[0] + conditions.shift_across), size * (MIDDLE[1] + conditions.shift_down))
    return Camera(head, body, size * PIXELS * conditions.zoom, centre)


def _turn(yaw: float, pitch: float, roll: float) -> np.ndarray:
    cy, sy, cp, sp, cr, sr = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch), np.cos(roll), np.sin(roll)
    around_up = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    nod = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    tilt = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    turn: np.ndarray = (tilt @ nod @ around_up).astype(np.float32)
    return turn
