"""Light: one lamp with its shadows, and what comes from everywhere."""

from dataclasses import dataclass

import numpy as np

from facenet_core.faces.heads.camera import Camera
from facenet_core.faces.heads.conditions import Conditions
from facenet_core.faces.heads.smoothstep import along

_MAP = 72  # texels a side of the map of shadows
_REACH = 1.75  # half head heights that it covers to each side
_HARDNESS = 14.0
_LIFT = 0.06  # half head heights


@dataclass(frozen=True, slots=True)
class Light:
    """The light of one picture; directions are the head's: right, down, forward.

    Attributes:
        direction: (3,) towards the lamp.
        viewer: (3,) towards the camera.
        up: (3,) upwards in the room.
        key: (3,) colour of the lamp, in linear light.
        ambient: (3,) colour of what comes from everywhere.
    """

    direction: np.ndarray
    viewer: np.ndarray
    up: np.ndarray
    key: np.ndarray
    ambient: np.ndarray

    def halfway(self) -> np.ndarray:
        """Return (3,): the direction that a mirror has to face to show the lamp."""
        middle = self.direction + self.viewer
        mirror: np.ndarray = middle / (np.linalg.norm(middle) + 1e-6)
        return mirror


def light_of(conditions: Conditions, camera: Camera) -> Light:
    """Set the light up as a picture's conditions say."""
    side, height = np.radians(conditions.light_side), np.radians(conditions.light_height)
    direction = np.array([np.sin(side) * np.cos(height), -np.sin(height), np.cos(side) * np.cos(height)])
    share = conditions.fill
    return Light(
        direction=camera.towards(direction),
        viewer=camera.towards(np.array([0.0, 0.0, 1.0])),
        up=camera.towards(np.array([0.0, -1.0, 0.0])),
        key=_tint(conditions.light_warmth) * np.float32(1.44 * conditions.light_strength * (1 - share)),
        ambient=_tint(conditions.fill_warmth) * np.float32(1.08 * conditions.light_strength * share + 0.04),
    )


def _tint(warmth: float) -> np.ndarray:
    return np.array([1 + 0.13 * warmth, 1.0, 1 - 0.2 * warmth], dtype=np.float32)


class Shadows:
    """How much of the lamp reaches a point: an exponential shadow map (Annen et al., 2008), soft at its edges."""

    def __init__(self, points: np.ndarray, light: Light) -> None:
        helper = np.array([0.0, 1.0, 0.0]) if abs(light.direction[1]) < 0.9 else np.array([0.0, 0.0, 1.0])
        right = np.cross(helper, light.direction)
        right /= np.linalg.norm(right)
        down = np.cross(light.direction, right)
        self._axes = np.stack([right, down, light.direction]).astype(np.float32)
        across, down, near = (along(axis, points.T) for axis in self._axes)
        nearest = np.full(_MAP * _MAP, -1.6, dtype=np.float32)
        column, row = _texel(across), _texel(down)
        np.maximum.at(nearest, (row.astype(np.int32) * _MAP + column.astype(np.int32)), near)
        closed = _closed(nearest.reshape(_MAP, _MAP))
        self._blocked = _blurred(np.exp(-_HARDNESS * closed)).ravel()

    def reaching(self, points: np.ndarray, normals: np.ndarray) -> np.ndarray:
        """Return the share (n,) of the lamp's light that reaches points (3, n) with their normals (3, n)."""
        lifted = points + normals * np.float32(_LIFT)  # no surface shades itself
        across, down, near = (along(axis, lifted) for axis in self._axes)
        column, row = _texel(across) - np.float32(0.5), _texel(down) - np.float32(0.5)
        left, top = column.astype(np.int32), row.astype(np.int32)
        right_share, low_share = column - left, row - top
        first = top * _MAP + left
        first = np.minimum(first, _MAP * _MAP - _MAP - 2)
        stored = self._blocked
        upper = stored[first] * (1 - right_share) + stored[first + 1] * right_share
        lower = stored[first + _MAP] * (1 - right_share) + stored[first + _MAP + 1] * right_share
        blocked = upper * (1 - low_share) + lower * low_share
        share: np.ndarray = np.minimum(np.exp(_HARDNESS * (near + np.float32(0.07))) * blocked, 1)
        reached: np.ndarray = share * share
        return reached


def _texel(values: np.ndarray) -> np.ndarray:
    placed: np.ndarray = ((values + _REACH) * (_MAP / (2 * _REACH))).clip(0.5, _MAP - 1.01)
    return placed


def _closed(nearest: np.ndarray) -> np.ndarray:
    """Close the gaps between points: widen, then narrow again."""
    wide = nearest.copy()
    for shift, axis in ((1, 0), (1, 1)):
        before = wide.copy()
        np.maximum(wide, np.roll(before, shift, axis), out=wide)
        np.maximum(wide, np.roll(before, -shift, axis), out=wide)
    return wide


def _blurred(values: np.ndarray) -> np.ndarray:
    for axis in (0, 1, 0, 1):
        values = (np.roll(values, 1, axis) + 2 * values + np.roll(values, -1, axis)) * np.float32(0.25)
    return values
