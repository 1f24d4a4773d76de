"""Glasses and hats."""

import numpy as np

from facenet_core.faces.heads.conditions import Conditions
from facenet_core.faces.heads.identity import Identity
from facenet_core.faces.heads.materials import Material
from facenet_core.faces.heads.mesh import Mesh, grid_mesh, tube
from facenet_core.faces.heads.skull import Skull, down_to
from facenet_core.faces.heads.smoothstep import ramp

_ROWS = 26


def glasses_meshes(face: np.ndarray, identity: Identity, conditions: Conditions) -> list[Mesh]:
    """Make glasses that rest on the nose; ``face`` (rows, columns, 3) are the points of the face."""
    if conditions.glasses == "none":
        return []
    wide = min(0.255, identity.eye_apart * 0.78)
    high = {"round": wide * 0.92, "square": wide * 0.72, "half frame": wide * 0.66}[conditions.glasses]
    power = 1.0 if conditions.glasses == "round" else 0.55
    turn = np.linspace(0, 2 * np.pi, 29)
    across = np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** power * wide
    along = np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** power * high
    ahead = _before(face, identity)
    middle, height = identity.eye_apart * 1.03, identity.eye_height + 0.035
    thick = np.full(len(turn), 0.026)
    if conditions.glasses == "half frame":
        thick = np.where(along > high * 0.15, 0.009, 0.03)
    meshes = []
    for side in (-1.0, 1.0):
        x = side * (middle + across)
        depth = ahead - 0.5 * np.maximum(np.abs(x) - 0.1, 0) ** 2
        rim = np.stack([x, height + along, depth], axis=-1)
        meshes.append(tube(rim, thick, Material.FRAME))
        start = middle + wide
        hinge = ahead - 0.5 * (start - 0.1) ** 2
        arm = np.array(
            [
                (start, height - high * 0.3, hinge),
                (identity.head_width * 1.02, height - 0.06, hinge - 0.25),
                (identity.head_width * 1.05, height - 0.05, -0.1),
            ]
        ) * np.array([side, 1, 1])
        meshes.append(tube(arm, 0.022, Material.FRAME))
    gap = np.linspace(-1, 1, 7)
    bridge = np.stack(
        [gap * (middle - wide), height - 0.05 - 0.035 * (1 - gap**2), ahead + 0.02 * (1 - gap**2)], axis=-1
    )
    return [*meshes, tube(bridge, 0.022, Material.FRAME)]


def _before(face: np.ndarray, identity: Identity) -> float:
    """Return how far forward glasses sit: before brows, cheeks and the bridge of the nose."""
    x, y, z = (face[..., axis] for axis in range(3))
    near = (np.abs(x) < identity.eye_apart + 0.12) & (np.abs(y - identity.eye_height - 0.03) < 0.2) & (z > 0)
    depth = z + 0.5 * np.maximum(np.abs(x) - 0.1, 0) ** 2
    return float(np.where(near & (np.abs(x) > 0.1), depth, -1).max() + 0.03)


def hat_cover(skull: Skull, conditions: Conditions) -> np.ndarray:
    """Return how far above a hat's edge (rows, columns) each point of the head lies."""
    y = skull.points[..., 1]
    front, back = (-0.42, 0.1) if conditions.hat == "beanie" else (-0.48, -0.02)
    border: np.ndarray = front + (back - front) * ramp(skull.around, 0.3, 2.4) - y
    return border


def room_below(skull: Skull, conditions: Conditions) -> np.ndarray:
    """Return the room (rows, columns) that a hat leaves for hair; below its edge it spreads out."""
    cover = hat_cover(skull, conditions)
    return 0.045 + 1.1 * np.maximum(0.02 - cover, 0)


def hat_meshes(skull: Skull, conditions: Conditions) -> list[Mesh]:
    """Make the hat; a place is (height above its edge, angle from the front)."""
    if conditions.hat == "none":
        return []
    part = down_to(skull, hat_cover(skull, conditions), _ROWS)
    high = -part.points[..., 1]
    thick = 0.09 + 0.07 * ramp(high, 0.5, 1.0)
    if conditions.hat == "beanie":
        thick = thick + 0.04 * (1 - ramp(part.above, 0.15, 0.19)) + 0.05 * ramp(high, 0.8, 1.05)
    thick[-1] = 0.03  # the edge is turned in
    points = part.points + part.normals * thick[..., None]
    places = np.stack([part.above, np.arctan2(part.points[..., 0], part.points[..., 2])], axis=-1)
    crown = grid_mesh(points, places, Material.HAT, closed=True)
    return [crown, _visor(skull)] if conditions.hat == "cap" else [crown]


def _visor(skull: Skull) -> Mesh:
    wide = float(skull.points[..., 0].max())
    angle = np.linspace(-1.15, 1.15, 24)[None, :]
    out = np.linspace(0, 1, 8)[:, None]
    reach = 1 + 0.62 * out * np.cos(angle * 1.25).clip(0.02, 1)
    deep = float(skull.points[..., 2].max())
    x, z = wide * 1.06 * np.sin(angle) * (1 + 0.1 * out), (deep * 0.9 * np.cos(angle) + 0.02) * reach
    y = -0.5 + 0.1 * out**1.5 + 0.16 * np.sin(angle) ** 2
    points = np.stack(np.broadcast_arrays(x, y, z), axis=-1)
    places = np.stack(np.broadcast_arrays(np.full_like(out, 0.3), angle), axis=-1)
    return grid_mesh(points[::-1], places, Material.HAT, closed=False, two_sided=True)
