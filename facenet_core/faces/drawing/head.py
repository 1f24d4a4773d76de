"""The head as a surface: for every pixel the point of the face that is seen there, and which way it faces.

An ellipsoid, seen from far away, turned by yaw and pitch (the canvas is turned by roll), narrowed towards chin and
forehead. Features are painted in the coordinates of the face, so they move, hide and foreshorten as the head turns.
"""

from dataclasses import dataclass

import numpy as np

from facenet_core.faces.drawing.person import Person
from facenet_core.faces.drawing.scene import Scene


@dataclass(frozen=True, slots=True)
class View:
    """The canvas in half head heights: (H, W) right and down of the head's centre, and the turn of the head."""

    x: np.ndarray
    y: np.ndarray
    turn: np.ndarray  # (3, 3): head -> view
    pixels: float

    def part(self, box: tuple[slice, slice]) -> "View":
        """Return the view of a part of the canvas."""
        return View(self.x[box], self.y[box], self.turn, self.pixels)

    def box(self, x: float, y: float, reach: float) -> tuple[slice, slice]:
        """Return the rows and columns within ``reach`` of a point, for ``part``; at least one of each."""
        near = np.abs(self.x - x) + np.abs(self.y - y) < 1.5 * reach
        rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
        if not len(rows):
            return slice(0, 1), slice(0, 1)
        return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


@dataclass(frozen=True, slots=True)
class Surface:
    """A turned ellipsoid on the canvas; arrays are (H, W), or (3, H, W) for vectors.

    Attributes:
        point: In the head's own directions: right, down, forward.
        normal: In the directions of the view.
        outside: Signed distance from its outline, below 0 inside.
    """

    point: np.ndarray
    normal: np.ndarray
    outside: np.ndarray


def view_of(scene: Scene, size: int) -> View:
    """Look at a head as a scene says, on a square canvas."""
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32)
    x, y = (columns - scene.centre[0]) / scene.pixels, (rows - scene.centre[1]) / scene.pixels
    cos, sin = np.float32(np.cos(scene.roll)), np.float32(np.sin(scene.roll))
    cy, sy, cp, sp = np.cos(scene.yaw), np.sin(scene.yaw), np.cos(scene.pitch), np.sin(scene.pitch)
    yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    pitch = np.array([[1, 0, 0], [0, cp, sp], [0, -sp, cp]])
    return View(x * cos + y * sin, y * cos - x * sin, (pitch @ yaw).astype(np.float32), scene.pixels)


def narrowed(view: View, person: Person) -> View:
    """Undo the narrowing of the face at chin and forehead, so that an ellipsoid fits it."""
    y = view.y - 0.3 * view.turn[1, 2]
    low, high = (y * 1.1 - 0.05).clip(0, 1), (-y - 0.25).clip(0, 1)
    cheek = person.cheeks * np.exp(-(((y - 0.28) * 3) ** 2))
    return View(view.x / (1 + cheek - person.jaw * low * low - person.forehead * high), view.y, view.turn, view.pixels)


def ellipsoid(view: View, axes: tuple[float, float, float], centre: tuple[float, float, float] = (0, 0, 0)) -> Surface:
    """Find what is seen of an ellipsoid with half ``axes`` around ``centre``, both in the head's directions."""
    shift = view.turn @ np.array(centre, dtype=np.float32)
    x, y = view.x - shift[0], view.y - shift[1]
    stretch = 1 / np.array(axes, dtype=np.float32)
    right, down, ahead = (view.turn.T * stretch[:, None]).T  # the view's directions, in units of the axes
    length = float(ahead @ ahead)
    # |x right + y down + z ahead| = 1, solved for the nearer z
    half = (float(right @ ahead) * x + float(down @ ahead) * y) / length
    rest = float(right @ right) * x * x + 2 * float(right @ down) * x * y + float(down @ down) * y * y
    across = (rest - length * half * half).clip(min=1e-6)  # 1 on the outline
    z = np.sqrt((1 - across).clip(min=0) / length) - half
    unit = right[:, None, None] * x + down[:, None, None] * y + ahead[:, None, None] * z
    normal = ((view.turn * stretch) @ unit.reshape(3, -1)).reshape(unit.shape)
    normal *= 1 / (np.sqrt(np.einsum("ihw,ihw->hw", normal, normal)) + 1e-6)
    unit *= np.array(axes, dtype=np.float32)[:, None, None]
    unit += np.array(centre, dtype=np.float32)[:, None, None]
    return Surface(unit, normal, (np.sqrt(across) - 1) * float(min(axes[0], axes[1])))


def lit(normal: np.ndarray, scene: Scene, softness: float = 0.25) -> np.ndarray:
    """Light that falls on a surface: (3, H, W), from key light and surroundings."""
    facing = (scene.light @ normal.reshape(3, -1)).reshape(normal.shape[1:])
    key = np.maximum((facing + softness) * (1 / (1 + softness)), 0)
    sky = 0.85 - 0.3 * normal[1]  # more light from above than from below
    light: np.ndarray = scene.key[:, None, None] * key
    light += scene.ambient[:, None, None] * sky
    return light
