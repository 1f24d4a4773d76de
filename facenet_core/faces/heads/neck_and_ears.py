"""Ears, neck and shoulders."""

import numpy as np

from facenet_core.faces.heads.identity import Identity
from facenet_core.faces.heads.materials import Material
from facenet_core.faces.heads.mesh import Mesh, grid_mesh
from facenet_core.faces.heads.smoothstep import ramp

_EAR_RINGS = np.array([0.0, 0.35, 0.6, 0.78, 0.92, 1.0, 0.97, 0.8])
_EAR_HEIGHTS = np.array([-0.02, -0.025, -0.01, 0.02, 0.03, 0.005, -0.04, -0.09])
_EAR_COLUMNS = 16
# y, half width, half depth and depth of the middle of neck and shoulders
_NECK = np.array([(0.35, 0.4, 0.36, -0.2), (0.8, 0.38, 0.36, -0.2), (1.1, 0.39, 0.36, -0.24), (1.5, 0.52, 0.42, -0.26)])
_SHOULDERS = np.array(
    [
        (1.02, 0.3, 0.3, -0.25),
        (1.06, 0.4, 0.37, -0.25),
        (1.15, 0.46, 0.43, -0.25),
        (1.22, 0.62, 0.47, -0.25),
        (1.28, 0.86, 0.5, -0.25),
        (1.38, 1.12, 0.54, -0.24),
        (1.56, 1.31, 0.6, -0.22),
        (1.9, 1.4, 0.68, -0.2),
        (2.6, 1.4, 0.72, -0.2),
    ]
)


def ear_meshes(identity: Identity) -> list[Mesh]:
    """Make both ears; a place is (share of the way from the middle to the rim, height)."""
    turn = np.linspace(0, -2 * np.pi, _EAR_COLUMNS, endpoint=False)
    size = identity.ear_size
    ring, height = _EAR_RINGS[:, None], _EAR_HEIGHTS[:, None]
    up, back = np.sin(turn)[None, :], np.cos(turn)[None, :]
    lobe = 1 - 0.28 * ramp(-up, 0.0, 1.0)
    across, along = ring * back * 0.125 * size * lobe, -ring * up * 0.215 * size
    lean = 0.25 + 0.75 * identity.ear_out
    outwards = 0.035 + (across + 0.1) * np.sin(lean) + height * np.cos(lean) * 1.1
    behind = (across + 0.1) * np.cos(lean) - height * np.sin(lean)
    x = identity.head_width * 0.96 + outwards
    points = np.stack(np.broadcast_arrays(x, 0.13 + along, -0.02 - behind), axis=-1)
    places = np.stack(np.broadcast_arrays(ring, along), axis=-1)
    right = grid_mesh(points, places, Material.EAR, closed=True)
    mirror = np.array([-1, 1, 1], dtype=np.float32)
    left = Mesh(right.points * mirror, right.normals * mirror, right.places, right.corners[:, ::-1], Material.EAR)
    return [right, left]


def body_meshes(identity: Identity, turn: np.ndarray) -> list[Mesh]:
    """Make neck and clothes; ``turn`` (3, 3) leads from the body to the head, (angle, height) is a place."""
    broad = 0.6 + 0.4 * identity.jaw_width + 0.55 * (identity.head_width - 0.62)
    return [
        _loft(_NECK * np.array([1, broad, 1, 1]), Material.NECK, turn, 24, 12),
        _loft(_SHOULDERS * np.array([1, 0.93 + 0.07 * broad, 1, 1]), Material.CLOTH, turn, 40, 20),
    ]


def _loft(levels: np.ndarray, material: int, turn: np.ndarray, columns: int, rows: int) -> Mesh:
    at = np.linspace(0, len(levels) - 1, rows)
    y, wide, deep, middle = (np.interp(at, np.arange(len(levels)), levels[:, part])[:, None] for part in range(4))
    around = np.linspace(-np.pi, np.pi, columns, endpoint=False)[None, :]
    points = np.stack(np.broadcast_arrays(wide * np.sin(around), y, middle + deep * np.cos(around)), axis=-1).astype(
        np.float32
    )
    places = np.stack(np.broadcast_arrays(around, y), axis=-1)
    return grid_mesh(np.einsum("rci,ji->rcj", points, turn), places, material, closed=True)
