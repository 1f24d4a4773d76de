"""One picture of one drawn person."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageFilter

from facenet_core.faces.drawing.brush import to_srgb
from facenet_core.faces.drawing.face import paint_face
from facenet_core.faces.drawing.hair import paint_behind, paint_beside, paint_hair, shadow_of_hair
from facenet_core.faces.drawing.head import ellipsoid, narrowed, view_of
from facenet_core.faces.drawing.person import Person
from facenet_core.faces.drawing.scene import GRAINS, Scene
from facenet_core.faces.drawing.surroundings import background, paint_clothes, paint_ears, paint_neck

SIZE = 110


def draw(person: Person, scene: Scene) -> np.ndarray:
    """Draw a person as a scene says.

    Returns:
        (110, 110, 3) uint8.
    """
    canvas = background(scene, SIZE)
    view = view_of(scene, SIZE)
    fitted = narrowed(view, person)
    paint_behind(canvas, view, fitted, person, scene)
    paint_neck(canvas, view, person, scene)
    paint_clothes(canvas, view, scene)
    paint_beside(canvas, view, person, scene)
    paint_ears(canvas, view, person, scene, near=False)
    box = _around_head(scene)
    part = fitted.part(box)
    head = ellipsoid(part, (person.head_width, 1.0, person.head_depth))
    paint_face(canvas[:, *box], head, part, person, scene, shadow_of_hair(head, person))
    paint_ears(canvas, view, person, scene, near=True)
    paint_hair(canvas, fitted, person, scene)
    return _developed(to_srgb(canvas), scene)


def _around_head(scene: Scene) -> tuple[slice, slice]:
    across, down = scene.centre
    high, wide = 1.04 * scene.pixels, (0.96 + 0.1 * abs(scene.roll)) * scene.pixels
    return (
        slice(max(0, int(down - high)), min(SIZE, int(down + high) + 1)),
        slice(max(0, int(across - wide)), min(SIZE, int(across + wide) + 1)),
    )


def _developed(picture: np.ndarray, scene: Scene) -> np.ndarray:
    """Blur and noise, as of a lens and a sensor."""
    if scene.blur > 0.2:
        picture = np.asarray(Image.fromarray(picture).filter(ImageFilter.GaussianBlur(scene.blur)))
    grain = _grain()[scene.grain : scene.grain + picture.size].reshape(picture.shape)
    noisy: np.ndarray = (picture + scene.noise * grain).clip(0, 255).astype(np.uint8)
    return noisy


@lru_cache(maxsize=1)
def _grain() -> np.ndarray:
    """Noise for all pictures; each starts somewhere else in it, which is quicker than making it anew."""
    return np.random.default_rng(0).standard_normal(GRAINS + SIZE * SIZE * 3, dtype=np.float32)
