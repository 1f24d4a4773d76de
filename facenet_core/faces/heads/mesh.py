"""Meshes: grids of points bent into surfaces, with the way each point faces."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np


@dataclass(frozen=True, slots=True)
class Mesh:
    """A surface made of triangles; directions are right, down and forward.

    Attributes:
        points: (V, 3) float32, in half head heights.
        normals: (V, 3) float32, unit length, outwards.
        places: (V, 2) float32, where on the surface a point lies; what it means depends on the material.
        corners: (T, 3) int32, anticlockwise nowhere: right then down, seen from outside.
        material: What it is made of, a number of ``Material``.
        two_sided: Whether its back is seen too.
    """

    points: np.ndarray
    normals: np.ndarray
    places: np.ndarray
    corners: np.ndarray
    material: int
    two_sided: bool = False


def grid_mesh(points: np.ndarray, places: np.ndarray, material: int, *, closed: bool, two_sided: bool = False) -> Mesh:
    """Make a surface from a grid of points.

    Args:
        points: (R, C, 3), columns to the right and rows down where it is seen from outside.
        places: (R, C, 2); see ``Mesh``.
        material: See ``Mesh``.
        closed: Whether the last column meets the first.
        two_sided: See ``Mesh``.
    """
    rows, columns = points.shape[:2]
    return Mesh(
        points.reshape(-1, 3).astype(np.float32),
        grid_normals(points, closed=closed).reshape(-1, 3),
        places.reshape(-1, 2).astype(np.float32),
        _grid_corners(rows, columns, closed),
        material,
        two_sided,
    )


def grid_normals(points: np.ndarray, *, closed: bool) -> np.ndarray:
    """Return the (R, C, 3) unit normals of a grid of points, from the slopes between neighbours."""
    if closed:
        padded = np.concatenate([points[:, -1:], points, points[:, :1]], axis=1)
    else:
        padded = np.concatenate([points[:, :1], points, points[:, -1:]], axis=1)
    across = padded[:, 2:] - padded[:, :-2]
    down = np.empty_like(points)
    down[1:-1] = points[2:] - points[:-2]
    down[0], down[-1] = points[1] - points[0], points[-1] - points[-2]
    x = across[..., 1] * down[..., 2] - across[..., 2] * down[..., 1]
    y = across[..., 2] * down[..., 0] - across[..., 0] * down[..., 2]
    z = across[..., 0] * down[..., 1] - across[..., 1] * down[..., 0]
    normals = np.stack([x, y, z], axis=-1)
    normals /= np.sqrt(x * x + y * y + z * z)[..., None] + 1e-9
    return normals.astype(np.float32, copy=False)


@lru_cache(maxsize=64)
def _grid_corners(rows: int, columns: int, closed: bool) -> np.ndarray:
    number = np.arange(rows * columns, dtype=np.int32).reshape(rows, columns)
    if closed:
        number = np.concatenate([number, number[:, :1]], axis=1)
    first, right, below, across = number[:-1, :-1], number[:-1, 1:], number[1:, :-1], number[1:, 1:]
    upper, lower = np.stack([first, right, below], axis=-1), np.stack([right, across, below], axis=-1)
    return np.concatenate([upper.reshape(-1, 3), lower.reshape(-1, 3)])


def tube(path: np.ndarray, thickness: np.ndarray | float, material: int, sides: int = 6, place: float = 0.0) -> Mesh:
    """Make a tube along a path.

    Args:
        path: (N, 3) points.
        thickness: Its radius, one number or (N,), or (N, 2) across and along the depth.
        material: See ``Mesh``.
        sides: How many sides it has.
        place: Added to where on the surface a point lies, so that two tubes differ.
    """
    count = len(path)
    ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True) + 1e-9
    helper = np.where(np.abs(ahead[:, 2:]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    side = np.cross(ahead, helper)
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
    other = np.cross(side, ahead)
    radius = np.broadcast_to(
        np.asarray(thickness, dtype=np.float64).reshape(-1, 1)
        if np.ndim(thickness) == 1
        else np.asarray(thickness, dtype=np.float64),
        (count, 2),
    )
    turn = np.linspace(0, -2 * np.pi, sides, endpoint=False)
    points = (
        path[:, None, :]
        + np.cos(turn)[None, :, None] * side[:, None, :] * radius[:, None, :1]
        + np.sin(turn)[None, :, None] * other[:, None, :] * radius[:, None, 1:]
    )
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])
    places = np.stack(np.broadcast_arrays(turn[None, :] / 6.2832 + place, along[:, None]), axis=-1)
    mesh = grid_mesh(points, places, material, closed=True)
    middle = np.repeat(path, sides, axis=0)
    inward = np.einsum("vi,vi->v", mesh.normals, mesh.points - middle).sum() < 0
    if inward:  # the path may run either way
        return Mesh(mesh.points, -mesh.normals, mesh.places, mesh.corners[:, ::-1], material)
    return mesh


@lru_cache(maxsize=16)
def sphere_grid(rows: int, columns: int) -> np.ndarray:
    """Return the (rows, columns, 3) directions of a sphere's grid, from the top down, the front in the middle."""
    down = np.linspace(0.02, np.pi - 0.02, rows)[:, None]
    around = np.linspace(-np.pi, np.pi, columns, endpoint=False)[None, :]
    ring = np.sin(down)
    parts = np.broadcast_arrays(ring * np.sin(around), -np.cos(down), ring * np.cos(around))
    return np.stack(parts, axis=-1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Scenery:
    """Several meshes as one: arrays over all V points and all T triangles."""

    points: np.ndarray
    normals: np.ndarray
    places: np.ndarray
    corners: np.ndarray
    materials: np.ndarray  # (T,) uint8
    two_sided: np.ndarray  # (T,) bool


def together(meshes: Sequence[Mesh]) -> Scenery:
    """Put meshes into one scene."""
    starts = np.cumsum([0] + [len(mesh.points) for mesh in meshes[:-1]])
    counts = [len(mesh.corners) for mesh in meshes]
    return Scenery(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.normals for mesh in meshes]),
        np.concatenate([mesh.places for mesh in meshes]),
        np.concatenate([mesh.corners + np.int32(start) for mesh, start in zip(meshes, starts, strict=True)]),
        np.repeat(np.array([mesh.material for mesh in meshes], dtype=np.uint8), counts),
        np.repeat(np.array([mesh.two_sided for mesh in meshes]), counts),
    )
