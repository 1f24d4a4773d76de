"""The head without hair: a grid of points bent by everything that makes one head differ from another."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from facenet_core.faces.heads.conditions import Conditions
from facenet_core.faces.heads.identity import Identity
from facenet_core.faces.heads.mesh import grid_normals
from facenet_core.faces.heads.smoothstep import bump, ramp

ROWS, COLUMNS = 60, 64
JAW_DROP = 0.1  # how far the lower lip moves in a wide open mouth


@dataclass(frozen=True, slots=True)
class Skull:
    """The head before the face is put on, for whatever lies on it.

    Attributes:
        points: (ROWS, COLUMNS, 3), from the crown down, the front in the middle column.
        normals: (ROWS, COLUMNS, 3).
        above: (ROWS, COLUMNS) how far each point lies above the line that it was cut off at; 0 for a whole head.
        around: (ROWS, COLUMNS) angle from the front, 0 ahead to pi at the back, the same on both sides.
    """

    points: np.ndarray
    normals: np.ndarray
    around: np.ndarray
    above: np.ndarray


@lru_cache(maxsize=1)
def _directions() -> np.ndarray:
    """Directions of the grid, closer together where the face is."""
    fine = np.linspace(0, np.pi, 2000)
    density = 1 + 1.6 * np.exp(-(((fine - 1.95) / 0.5) ** 2))
    filled = np.cumsum(density)
    down = np.interp(np.linspace(0.012, 0.988, ROWS), filled / filled[-1], fine)[:, None]
    step = np.linspace(-1, 1, COLUMNS, endpoint=False)[None, :]
    around = np.pi * (0.5 * step + 0.5 * step**3)
    parts = np.broadcast_arrays(np.sin(down) * np.sin(around), -np.cos(down), np.sin(down) * np.cos(around))
    return np.stack(parts, axis=-1).astype(np.float32)


def skull_of(identity: Identity) -> Skull:
    """Shape the head of a person, still without a face."""
    directions = _directions()
    power = 2.15 + 0.55 * identity.head_square + 0.45 * ramp(directions[..., 1:2], 0.0, 0.6)
    reach = (np.abs(directions) ** power).sum(axis=-1, keepdims=True) ** (-1 / power)
    unit = directions * reach
    x, y, z = unit[..., 0] * identity.head_width, unit[..., 1], unit[..., 2] * identity.head_depth
    low = ramp(y, 0.0, 1.0)
    narrow = (0.3 - 0.28 * identity.jaw_width) * low ** (0.9 + 1.1 * identity.jaw_corner)
    x = x * (1 - narrow) * (1 + identity.forehead * ramp(-y, 0.1, 0.6))
    z = z + 0.13 * ramp(y, 0.25, 0.95) * ramp(z, 0.0, 0.4) * 1.1 - 0.05 * ramp(-y, 0.5, 1.0) * ramp(z, 0.1, 0.5)
    z = z + (0.12 + identity.chin_forward) * bump(x, y, (0, 0.87), 0.28, 0.18) * ramp(z, 0.1, 0.4)
    x = x + np.sign(x) * identity.cheekbones * bump(np.abs(x), y, (0.6, 0.2), 0.3, 0.2)
    y = y - 0.5 * ramp(y, 0.25, 1.0) * ramp(-z, -0.32, 0.35)  # the jaw rises towards the ears
    y = y + identity.chin_length * ramp(y, 0.6, 1.0)
    points = np.stack([x, y, z], axis=-1)
    around = np.arctan2(np.abs(x) / identity.head_width, z / identity.head_depth)
    return Skull(points, grid_normals(points, closed=True), around, np.zeros_like(around))


def down_to(skull: Skull, above: np.ndarray, rows: int) -> Skull:
    """Cut a skull off along a line.

    Args:
        skull: The head.
        above: (ROWS, COLUMNS) how far above the line each point lies.
        rows: Of the part that is kept; the last one lies on the line.
    """
    bare = above <= 0
    bare[0], bare[-1] = False, True
    after = np.argmax(bare, axis=0)
    columns = np.arange(COLUMNS)
    before, behind = above[after - 1, columns], above[after, columns]
    end = after - 1 + (before / np.maximum(before - behind, 1e-6)).clip(0, 1)
    at = np.linspace(0, 1, rows)[:, None] * end[None, :]
    row = np.minimum(at.astype(np.int64), ROWS - 2)
    share = (at - row)[..., None].astype(np.float32)
    table = np.concatenate([skull.points, skull.normals, skull.around[..., None], above[..., None]], axis=-1)
    kept = table[row, columns] * (1 - share) + table[row + 1, columns] * share
    return Skull(kept[..., :3], kept[..., 3:6], kept[..., 6], kept[..., 7])


def face_of(skull: Skull, identity: Identity, conditions: Conditions) -> np.ndarray:
    """Put a face on a skull, with the picture's expression; (ROWS, COLUMNS, 3) points."""
    x, y, z = (skull.points[..., axis] for axis in range(3))
    front = ramp(z, 0.05, 0.35)
    relief = _nose(x, y, identity) + _sockets(np.abs(x), y, identity) + _mouth(x, y, identity, conditions)
    smile = max(conditions.smile, 0.0)
    full = identity.cheeks + 0.045 * smile
    raised = 0.36 - 0.06 * smile
    relief = relief + full * bump(np.abs(x), y, (0.4, raised), 0.22, 0.2)
    relief = relief - 0.02 * identity.age_lines * bump(np.abs(x), y, (0.36, 0.62), 0.12, 0.2)
    outwards = full * 0.5 * bump(np.abs(x), y, (0.5, 0.45), 0.25, 0.22) * front
    drop = JAW_DROP * conditions.mouth_open * front * ramp(y, identity.mouth_height, identity.mouth_height + 0.16)
    return np.stack([x + np.sign(x) * outwards, y + drop, z + relief * front], axis=-1)


def _nose(x: np.ndarray, y: np.ndarray, identity: Identity) -> np.ndarray:
    side = np.abs(x)
    top, tip = identity.eye_height - 0.06, identity.eye_height + identity.nose_length
    along = ((y - top) * (1 / (tip - top))).clip(0, 1)
    height = identity.nose_bridge * 0.75 * (1 - along) + identity.nose_tip * 0.82 * along**1.25
    height = height + identity.nose_hump * np.sin(np.pi * along)
    height = height * ramp(y, top - 0.16, top + 0.12) * (1 - ramp(y, tip + 0.0, tip + 0.11))
    wide = 0.05 + 0.18 * identity.nose_width + (0.03 + 0.22 * identity.nose_width) * along
    ridge = height * np.exp(-((side / wide) ** 2))
    round_ = identity.nose_round
    ridge += (0.05 + 0.035 * round_) * bump(x, y, (0, tip - 0.015), 0.075 + 0.035 * round_, 0.075 + 0.02 * round_)
    wings = 0.075 * bump(side, y, (identity.nose_width * 0.72, tip + 0.015), 0.035 + 0.16 * identity.nose_width, 0.06)
    nose: np.ndarray = ridge + wings
    return nose


def _sockets(side: np.ndarray, y: np.ndarray, identity: Identity) -> np.ndarray:
    apart, height = identity.eye_apart, identity.eye_height
    relief = -(identity.eye_depth + 0.035) * bump(side, y, (apart * 0.94, height - 0.02), 0.19, 0.13)
    relief += 0.05 * bump(side, y, (apart, height + 0.01), 0.125, 0.08)
    relief += (0.015 + 0.3 * identity.eye_depth) * bump(side, y, (apart, height - identity.brow_height), 0.22, 0.075)
    return relief


def _mouth(x: np.ndarray, y: np.ndarray, identity: Identity, conditions: Conditions) -> np.ndarray:
    wide, height = identity.mouth_width, identity.mouth_height
    relief = 0.05 * bump(x, y, (0, height), wide * 1.05, 0.16)
    relief += (0.02 + 0.25 * identity.upper_lip) * bump(x, y, (0, height - identity.upper_lip * 0.5), wide * 0.6, 0.05)
    relief += (0.02 + 0.3 * identity.lower_lip) * bump(x, y, (0, height + identity.lower_lip * 0.55), wide * 0.6, 0.055)
    relief -= 0.035 * bump(x, y, (0, height + identity.lower_lip + 0.075), wide * 0.7, 0.05)
    relief -= 0.03 * max(conditions.smile, 0.0) * bump(np.abs(x), y, (wide * 1.1, height - 0.04), 0.08, 0.08)
    return relief
