"""The rasteriser against a plain loop, shadows behind a plate, and heads cut off along a line."""

import numpy as np

from facenet_core.faces.heads import Conditions, Identity
from facenet_core.faces.heads.camera import camera_of
from facenet_core.faces.heads.light import Shadows, light_of
from facenet_core.faces.heads.mesh import grid_mesh, sphere_grid, tube
from facenet_core.faces.heads.raster import corner_shares, visible_triangles
from facenet_core.faces.heads.skull import COLUMNS, ROWS, down_to, skull_of


def by_plain_loop(points: np.ndarray, corners: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """For each pixel the nearest triangle that faces us, and by how much it leads."""
    seen, lead = np.full((size, size), -1), np.full((size, size), np.inf)
    for row in range(size):
        for column in range(size):
            found = []
            for number, corner in enumerate(corners):
                a, b, c = points[corner].astype(np.float64)
                area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
                if area <= 1e-4:
                    continue
                p = np.array([column + 0.5, row + 0.5])
                shares = [
                    ((u[0] - p[0]) * (v[1] - p[1]) - (u[1] - p[1]) * (v[0] - p[0])) / area
                    for u, v in ((b, c), (c, a), (a, b))
                ]
                if min(shares) > 1e-4:
                    found.append((float(np.dot(shares, [a[2], b[2], c[2]])), number))
                elif min(shares) > -1e-4:
                    lead[row, column] = 0  # on an edge: either answer is right
            found.sort()
            if found:
                seen[row, column] = found[-1][1]
                if len(found) > 1:
                    lead[row, column] = min(lead[row, column], found[-1][0] - found[-2][0])
    return seen, lead


def test_the_nearest_triangle_is_seen():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.uniform(-3, 19, (60, 2)), rng.uniform(-1, 1, (60, 1))], axis=1).astype(np.float32)
    corners = rng.permutation(60).reshape(20, 3).astype(np.int32)
    seen = visible_triangles(points, corners, np.zeros(20, bool), 16, 16).reshape(16, 16)
    wanted, lead = by_plain_loop(points, corners, 16)
    clear = lead > 1e-4
    assert clear.mean() > 0.9
    assert (seen == wanted)[clear].all()
    assert len(np.unique(seen)) > 4


def test_a_back_is_seen_only_where_it_has_two_sides():
    points = np.array([[1, 1, 0], [1, 9, 0], [9, 1, 0]], dtype=np.float32)
    corners = np.array([[0, 1, 2]], dtype=np.int32)
    assert (visible_triangles(points, corners, np.array([False]), 10, 10) == -1).all()
    assert (visible_triangles(points, corners, np.array([True]), 10, 10) == 0).sum() > 20


def test_nothing_in_view_is_no_mistake():
    points = np.array([[-9, -9, 0], [-5, -9, 0], [-9, -5, 0]], dtype=np.float32)
    assert (visible_triangles(points, np.array([[0, 1, 2]]), np.array([True]), 8, 8) == -1).all()
    assert (visible_triangles(points, np.zeros((0, 3), np.int32), np.zeros(0, bool), 8, 8) == -1).all()


def test_shares_lead_back_to_the_pixel():
    points = np.array([[1, 1, 0], [14, 2, 0], [3, 12, 0]], dtype=np.float32)
    corners = np.array([[0, 1, 2]] * 2)
    columns, rows = np.array([4, 7], dtype=np.float32), np.array([4, 3], dtype=np.float32)
    shares = corner_shares(points, corners, columns, rows)
    assert np.allclose(shares.sum(axis=0), 1)
    assert np.allclose(shares.T @ points[:, :2], np.stack([columns, rows], axis=1) + 0.5, atol=1e-4)


def test_surfaces_face_outwards():
    ball = sphere_grid(12, 16)
    mesh = grid_mesh(ball, ball[..., :2], 0, closed=True)
    assert (np.einsum("vi,vi->v", mesh.normals, mesh.points)[16:-16] > 0.9).all()
    path = np.stack([np.linspace(0, 1, 9), np.zeros(9), np.zeros(9)], axis=1)
    for way in (path, path[::-1]):
        pipe = tube(way, 0.1, 0)
        assert (np.einsum("vi,vi->v", pipe.normals, pipe.points * [0, 1, 1])[6:-6] > 0.09).all()


def test_what_stands_behind_a_plate_is_in_its_shadow():
    conditions = Conditions(light_side=0.0, light_height=0.0)
    light = light_of(conditions, camera_of(conditions, 110))
    across, down = np.meshgrid(np.linspace(-0.4, 0.4, 40), np.linspace(-0.4, 0.4, 40))
    plate = np.stack([across.ravel(), down.ravel(), np.full(1600, 0.8)], axis=1).astype(np.float32)
    shadows = Shadows(plate, light)
    points = np.array([[0, 0, 0.0], [1.2, 0, 0.0], [0, 0, 0.8], [0, 0, 1.2]], dtype=np.float32).T
    towards = np.repeat(np.array([[0], [0], [1]], dtype=np.float32), 4, axis=1)
    behind, beside, on_it, before = shadows.reaching(points, towards)
    assert behind < 0.05
    assert min(beside, on_it, before) > 0.8


def test_a_head_is_cut_off_along_a_line():
    skull = skull_of(Identity())
    assert skull.points.shape == (ROWS, COLUMNS, 3)
    top = down_to(skull, -skull.points[..., 1], 12)
    assert top.points.shape == (12, COLUMNS, 3)
    assert np.abs(top.points[-1, :, 1]).max() < 0.02
    assert (np.diff(top.points[:, COLUMNS // 2, 1]) > 0).all()


def test_heads_are_heads():
    skull = skull_of(Identity())
    assert -1.02 < skull.points[..., 1].min() < -0.98
    assert 0.95 < skull.points[..., 1].max() < 1.1
    assert np.allclose(skull.points[:, 1:][:, ::-1, 0], -skull.points[:, 1:, 0], atol=1e-4)  # the same on both sides
