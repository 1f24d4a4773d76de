"""One picture of one synthetic person: factors in, pixels out."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageFilter

from facenet_core.faces.heads.background import background
from facenet_core.faces.heads.camera import Camera, camera_of
from facenet_core.faces.heads.colours import to_srgb
from facenet_core.faces.heads.conditions import Conditions
from facenet_core.faces.heads.glasses_and_hats import glasses_meshes, hat_meshes
from facenet_core.faces.heads.hair import hair_meshes, hairline
from facenet_core.faces.heads.identity import Identity
from facenet_core.faces.heads.light import Shadows, light_of
from facenet_core.faces.heads.materials import Material
from facenet_core.faces.heads.mesh import Scenery, grid_mesh, together
from facenet_core.faces.heads.neck_and_ears import body_meshes, ear_meshes
from facenet_core.faces.heads.raster import corner_shares, visible_triangles
from facenet_core.faces.heads.shading import shade
from facenet_core.faces.heads.skull import face_of, skull_of
from facenet_core.faces.heads.smoothstep import along
from facenet_core.faces.heads.surface import Surface

SIZE = 110
SAMPLES = 2  # a side of every pixel, for smooth edges
_GRAINS = 2**18


def render(identity: Identity, conditions: Conditions, size: int = SIZE) -> np.ndarray:
    """Take one picture of one person.

    Args:
        identity: Who.
        conditions: How.
        size: Pixels a side.

    Returns:
        (size, size, 3) uint8, always the same for the same factors and size.
    """
    width = size * SAMPLES
    camera = camera_of(conditions, width)
    scenery = scenery_of(identity, conditions, camera)
    canvas = background(conditions, width).reshape(3, -1)
    _draw(canvas, scenery, camera, identity, conditions, width)
    return _developed(to_srgb(_smaller(canvas.reshape(3, width, width))), conditions)


def _smaller(canvas: np.ndarray) -> np.ndarray:
    """Average squares of samples into pixels."""
    rows = canvas[:, ::SAMPLES] + canvas[:, 1::SAMPLES]
    small: np.ndarray = (rows[:, :, ::SAMPLES] + rows[:, :, 1::SAMPLES]) * np.float32(1 / SAMPLES**2)
    return small


def scenery_of(identity: Identity, conditions: Conditions, camera: Camera) -> Scenery:
    """Build everything that stands before the camera."""
    skull = skull_of(identity)
    face = face_of(skull, identity, conditions)
    above = hairline(skull, identity)
    skin = grid_mesh(face, np.stack([above, above], axis=-1), Material.SKIN, closed=True)
    hair = hair_meshes(skull, above, identity, conditions)
    body = body_meshes(identity, camera.turn.T @ camera.body_turn)
    worn = glasses_meshes(face, identity, conditions) + hat_meshes(skull, conditions)
    return together([skin, *ear_meshes(identity), *body, *hair, *worn])


def _draw(
    canvas: np.ndarray, scenery: Scenery, camera: Camera, identity: Identity, conditions: Conditions, width: int
) -> None:
    screen = camera.project(scenery.points)
    seen = visible_triangles(screen, scenery.corners, scenery.two_sided, width, width)
    pixels = np.flatnonzero(seen >= 0)
    materials = scenery.materials[seen[pixels]]
    order = np.argsort(materials, kind="stable")
    pixels = pixels[order]
    ends = np.searchsorted(materials[order], np.arange(len(Material) + 1))
    light = light_of(conditions, camera)
    whole = _surface(scenery, screen, seen[pixels], pixels, width, camera, Shadows(scenery.points, light))
    for material in Material:
        part = slice(ends[material], ends[material + 1])
        if part.start < part.stop:
            surface = Surface(
                whole.points[:, part], whole.normals[:, part], whole.places[:, part], whole.lit[part], whole.pixels
            )
            canvas[:, pixels[part]] = shade(material, surface, identity, conditions, light)


def _surface(
    scenery: Scenery,
    screen: np.ndarray,
    triangles: np.ndarray,
    pixels: np.ndarray,
    width: int,
    camera: Camera,
    shadows: Shadows,
) -> Surface:
    """Find what each pixel shows of its triangle."""
    corners = np.take(scenery.corners, triangles, axis=0)
    rows = pixels // width
    shares = corner_shares(screen, corners, (pixels - rows * width).astype(np.float32), rows.astype(np.float32))
    table = np.concatenate([scenery.points, scenery.normals, scenery.places], axis=1)  # (V, 8)
    mixed = np.zeros((8, len(pixels)), dtype=np.float32)
    for corner, share in enumerate(shares):
        mixed += np.take(table, corners[:, corner], axis=0).T * share
    normals = mixed[3:6]
    normals /= np.sqrt(np.einsum("in,in->n", normals, normals)) + 1e-6
    away = np.flatnonzero((along(camera.turn[2], normals) < -0.1) & scenery.two_sided[triangles])
    normals[:, away] *= -1
    lit = shadows.reaching(mixed[:3], normals)
    lit[away] *= np.float32(0.3)  # the inside of a sheet of hair
    return Surface(mixed[:3], normals, mixed[6:], lit, camera.scale)


def _developed(picture: np.ndarray, conditions: Conditions) -> np.ndarray:
    """Blur and noise, as of a lens and a sensor; both count in pixels of a picture of the usual size."""
    size = len(picture)
    blur = conditions.blur * size / SIZE
    if blur > 0.15:
        picture = np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(blur)))
    if conditions.noise <= 0:
        return picture
    start = int(conditions.noise_place * (_GRAINS - 1))
    noise = np.take(_noise(), np.arange(start, start + picture.size), mode="wrap").reshape(picture.shape)
    grainy: np.ndarray = np.rint(picture + np.float32(conditions.noise) * noise).clip(0, 255).astype(np.uint8)
    return grainy


@lru_cache(maxsize=1)
def _noise() -> np.ndarray:
    """Noise for all pictures; each starts somewhere else in it, which is quicker than making it anew."""
    return np.random.Generator(np.random.PCG64(0)).standard_normal(_GRAINS).astype(np.float32)
