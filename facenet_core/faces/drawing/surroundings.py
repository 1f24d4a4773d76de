"""What is around the face: background, clothes, neck, ears, glasses."""

import numpy as np
from PIL import Image

from facenet_core.faces.drawing.brush import inside, paint, ramp
from facenet_core.faces.drawing.head import View, ellipsoid, lit
from facenet_core.faces.drawing.person import Person
from facenet_core.faces.drawing.scene import Scene

COVERS_EARS = ("afro", "bob", "long", "wavy", "fringe")


def background(scene: Scene, size: int) -> np.ndarray:
    """A new canvas (3, size, size) with the scene's background, out of focus."""
    layers = [Image.fromarray(patch).resize((size, size), Image.Resampling.BICUBIC) for patch in scene.ground]
    return np.stack([np.asarray(layer) for layer in layers]).clip(min=0.004)


def lower_part(canvas: np.ndarray, view: View, y: float) -> tuple[np.ndarray, View]:
    """Leave out the rows that lie wholly above ``y``."""
    first = int(np.argmax(view.y.max(axis=1) > y))
    box = (slice(first, None), slice(None))
    return canvas[:, *box], view.part(box)


def paint_neck(canvas: np.ndarray, view: View, person: Person, scene: Scene) -> None:
    """Paint the neck, in the shadow of the chin."""
    canvas, view = lower_part(canvas, view, 0.3)
    x, y = view.x + 0.1 * view.turn[0, 2], view.y
    wide = 0.5 * person.head_width + 0.06 * ramp(y, 1.1, 1.6)
    round_ = x[:1] / 0.4  # light changes across the neck, hardly along it
    normal = np.stack([round_, np.full_like(round_, 0.15), np.sqrt((1 - round_ * round_).clip(0.05))])
    shadow = 0.42 + 0.5 * ramp(y, 1.0, 1.55)
    skin = person.skin[:, None, None] * lit(normal, scene) * shadow
    paint(canvas, skin, inside(np.maximum(np.abs(x) - wide, 0.3 - y), view.pixels))


def paint_clothes(canvas: np.ndarray, view: View, scene: Scene) -> None:
    """Paint shoulders with a round, wide or pointed neckline."""
    canvas, view = lower_part(canvas, view, 0.95)
    x, y = view.x + 0.1 * view.turn[0, 2], view.y
    side = np.abs(x)
    shoulder = 1.14 + 0.24 * side * side + 0.12 * ramp(side, 0.9, 1.5)
    if scene.clothes_cut < 0.4:
        neck = 1.22 + 0.16 * (1 - (x / 0.5) ** 2)
    elif scene.clothes_cut < 0.7:
        neck = 1.55 - 0.9 * side
    else:
        neck = 1.1 + 0.05 * side  # a high collar
    slope = x[:1] * 0.45
    normal = np.stack([slope, np.full_like(slope, -0.35), np.full_like(slope, 0.8)])
    cloth = scene.clothes[:, None, None] * lit(normal, scene) * 0.9
    if scene.clothes_cut % 0.1 > 0.07:
        cloth = cloth * np.where(np.sin(y * 24) > 0, np.float32(0.6), np.float32(1))
    distance = np.maximum(np.minimum(shoulder, 1.6) - y, neck - y)
    paint(canvas, cloth, inside(distance, view.pixels))
    paint(canvas, scene.clothes * 0.15, inside(np.abs(distance) - 0.012, view.pixels) * 0.5)


def paint_ears(canvas: np.ndarray, view: View, person: Person, scene: Scene, *, near: bool) -> None:
    """Paint the ears that lie behind the outline of the head, or with ``near`` the one before it."""
    if person.hair_style in COVERS_EARS:
        return
    for side in (-1.0, 1.0):
        place = np.array([side * (person.head_width * 0.97 + person.ear_out), 0.08, -0.08], dtype=np.float32)
        if (float(view.turn[2] @ place) > 0.12) != near:
            continue
        size = person.ear_size
        at = view.turn @ place
        box = view.box(float(at[0]), float(at[1]), 0.4)
        part = view.part(box)
        ear = ellipsoid(part, (0.075 + person.ear_out * 0.6, 0.21 * size, 0.12 * size), tuple(place))
        skin = person.skin[:, None, None] * lit(ear.normal, scene) * 0.9
        paint(canvas[:, *box], skin, inside(ear.outside, view.pixels))
        paint(canvas[:, *box], skin * 0.5, inside(ear.outside + 0.05, view.pixels) * 0.45)


def paint_glasses(face: np.ndarray, u: np.ndarray, v: np.ndarray, person: Person, scene: Scene, pixels: float) -> None:
    """Paint frames and the lenses' shine onto the lit face."""
    if person.glasses is None or not scene.glasses:
        return
    x, y = np.abs(u) - person.eye_apart * 1.02, v - person.eye_height - 0.02
    wide, high = min(0.25, person.eye_apart * 0.82), 0.16 + 0.06 * person.glasses_round
    power = 4.0 - 2.0 * person.glasses_round
    ring = ((np.abs(x) / wide) ** power + (np.abs(y) / high) ** power) ** (1 / power)
    lens = (ring - 1) * min(wide, high)
    bridge = np.maximum(np.abs(y + 0.05) - 0.015, np.abs(u) - person.eye_apart + wide * 0.9)
    arm = np.maximum(np.abs(y + 0.06) - 0.018, person.eye_apart + wide * 0.95 - np.abs(u))
    paint(face, scene.ambient * 0.8 + scene.key * 0.3, inside(lens, pixels) * 0.1)
    frame = np.minimum(np.minimum(np.abs(lens) - 0.019, bridge), arm)
    light = scene.ambient + scene.key * 0.6
    paint(face, person.glasses * light, inside(frame, pixels) * 0.95)
