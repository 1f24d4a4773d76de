"""Hair: a shell around the head cut off at the hairline, and what falls behind or beside the face."""

from dataclasses import dataclass

import numpy as np

from facenet_core.faces.drawing.brush import inside, paint, ramp, sample
from facenet_core.faces.drawing.head import Surface, View, ellipsoid, lit
from facenet_core.faces.drawing.person import Person
from facenet_core.faces.drawing.scene import Scene


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to wear hair; lengths in half head heights.

    Attributes:
        top: How far it stands off the head above.
        side: How far it stands off at the sides.
        line: Height of the hairline in the middle of the forehead.
        temple: How far down it comes at the sides of the face.
        falls: Down to where it falls behind the face; 0 for not at all.
        curl: How uneven its outline is.
        knots: Places of buns, in the head's directions, with their radius.
    """

    top: float
    side: float
    line: float = -0.56
    temple: float = 0.1
    falls: float = 0.0
    curl: float = 0.0
    knots: tuple[tuple[float, float, float, float], ...] = ()


CUTS = {
    "buzz": Cut(0.02, 0.015),
    "short": Cut(0.09, 0.04),
    "side part": Cut(0.14, 0.05),
    "quiff": Cut(0.24, 0.03, line=-0.62, temple=0.02),
    "fringe": Cut(0.12, 0.07, line=-0.27, temple=0.25),
    "receding": Cut(0.05, 0.05, line=-0.66, temple=0.05),
    "curls": Cut(0.2, 0.14, line=-0.5, temple=0.15, curl=0.09),
    "afro": Cut(0.36, 0.36, line=-0.52, temple=0.3, curl=0.06),
    "bob": Cut(0.12, 0.12, line=-0.42, temple=0.75, falls=0.85),
    "long": Cut(0.1, 0.09, line=-0.54, temple=0.9, falls=1.75),
    "wavy": Cut(0.15, 0.15, line=-0.5, temple=0.85, falls=1.6, curl=0.05),
    "bun": Cut(0.06, 0.03, line=-0.55, temple=0.05, knots=((0.0, -1.2, -0.2, 0.32),)),
    "puffs": Cut(
        0.05, 0.03, line=-0.54, temple=0.05, curl=0.05, knots=((-0.8, -0.72, -0.2, 0.34), (0.8, -0.72, -0.2, 0.34))
    ),
}


def hairline(point: np.ndarray, person: Person) -> np.ndarray:
    """How far below the hairline a point of the head (3, H, W) lies; below 0 it is covered."""
    cut = CUTS[person.hair_style]
    x, z = point[0] * (1 / person.head_width), point[2] * (1 / person.head_depth)
    side = np.abs(x)
    line: np.ndarray | float = cut.line + person.hair_line
    if person.hair_style == "side part":
        line = line - 0.1 + 0.3 * np.abs(x - person.parting).clip(0, 1)
    elif person.hair_style in ("receding", "quiff"):
        line = line - 0.2 * np.exp(-(((side - 0.5) * 5) ** 2))
    elif person.hair_style in ("long", "wavy", "bob"):
        line = line - 0.12 * np.exp(-(((x - person.parting * 0.5) * 4) ** 2))
    falling = ramp(side, 0.74, 0.96)
    line = line * (1 - falling) + cut.temple * falling + 0.5 * ramp(-z, 0.12, 0.5)
    return np.asarray(point[1] - line, dtype=np.float32)


def paint_hair(canvas: np.ndarray, view: View, person: Person, scene: Scene) -> None:
    """Paint what lies on the head."""
    if person.hair_style == "bald":
        return
    cut = CUTS[person.hair_style]
    box = view.box(0, -0.25, 1.15 + cut.side)
    canvas, view = canvas[:, *box], view.part(box)
    shell, outside = _shell(view, person)
    below = hairline(shell.point, person)
    ragged = below + 0.05 * (sample(person.texture, shell.point[0], shell.point[1] * 0.3, 16.0) - 0.5)
    ragged -= 0.12 * ramp(shell.outside, -cut.side - 0.04, -cut.side)  # no gap where it stands off the head
    coverage = inside(outside, view.pixels) * inside(ragged, view.pixels * 0.6)
    if person.hair_style == "buzz":
        coverage *= 0.72
    paint(canvas, _strands(shell.normal, shell.point, person, scene), coverage)


def _shell(view: View, person: Person) -> tuple[Surface, np.ndarray]:
    """The outside of the hair, and the distance from its outline, curls included."""
    cut, volume = CUTS[person.hair_style], person.hair_volume
    axes = (person.head_width + cut.side * volume, 1 + cut.top * volume * 0.75, person.head_depth + 0.05)
    shell = ellipsoid(view, axes, (0, -cut.top * volume * 0.3, -0.03))
    if not cut.curl:
        return shell, shell.outside
    return shell, shell.outside + cut.curl * (1 - 2 * sample(person.texture, view.x, view.y, 7.0))


def paint_behind(canvas: np.ndarray, view: View, fitted: View, person: Person, scene: Scene) -> None:
    """Paint buns, what falls behind the neck, and the far side of what stands off the head."""
    if person.hair_style == "bald":
        return
    cut = CUTS[person.hair_style]
    for right, down, ahead, radius in cut.knots:
        size = radius * (0.75 + 0.3 * person.hair_volume)
        knot = ellipsoid(view, (size, size, size), (right, down, ahead))
        edge = knot.outside + cut.curl * (1 - 2 * sample(person.texture, view.x, view.y, 7.0))
        paint(canvas, _strands(knot.normal, knot.point, person, scene), inside(edge, view.pixels))
    if cut.falls:
        _paint_fall(canvas, view, person, scene, beside=False)
    if cut.side >= 0.04:
        shell, outside = _shell(fitted, person)
        colour = _strands(shell.normal, shell.point, person, scene) * 0.6
        paint(canvas, colour, inside(np.maximum(outside, shell.point[1] - cut.temple - 0.3), view.pixels))


def paint_beside(canvas: np.ndarray, view: View, person: Person, scene: Scene) -> None:
    """Paint the locks that fall over the shoulders."""
    if person.hair_style in CUTS and CUTS[person.hair_style].falls > 1:
        _paint_fall(canvas, view, person, scene, beside=True)


def _paint_fall(canvas: np.ndarray, view: View, person: Person, scene: Scene, *, beside: bool) -> None:
    cut = CUTS[person.hair_style]
    x = view.x + 0.22 * view.turn[0, 2]  # behind the axis of the head, so it moves against the face
    y = view.y
    wide = person.head_width + cut.side * person.hair_volume + 0.05 * ramp(y, 0.2, 1.2)
    if cut.curl:
        wide = wide + cut.curl * np.sin(y * 9 + 3 * np.abs(x) / (x + 1e-6))
    edge = np.maximum(np.abs(x) - wide, y - cut.falls - 0.25 * (1 - (x / 0.9) ** 2))
    edge = np.maximum(edge, -0.1 - y)
    if beside:
        edge = np.maximum(edge, 0.55 * person.head_width + 0.1 * y - np.abs(x))
    normal = np.stack([x / (wide + 0.1), np.full_like(x, 0.1), np.full_like(x, 0.75)])
    normal /= np.sqrt((normal * normal).sum(axis=0))
    colour = _strands(normal, np.stack([x, y * 0.25, x]), person, scene) * (1.0 if beside else 0.6)
    paint(canvas, colour, inside(edge, view.pixels))


def _strands(normal: np.ndarray, point: np.ndarray, person: Person, scene: Scene) -> np.ndarray:
    curly = CUTS[person.hair_style].curl > 0.04
    along = 10.0 if curly else 2.0
    strand = sample(person.texture, point[0] + 0.3 * point[2], point[1] * (along / 12.0), 12.0)
    light = lit(normal, scene, 0.4)
    band = np.exp(-(((normal[1] + 0.55) * 3.2) ** 2)) * (0.4 + 0.6 * strand)
    colour: np.ndarray = person.hair[:, None, None] * light * (0.62 + 0.62 * strand)
    colour += scene.key[:, None, None] * (band * (0.03 if curly else 0.075))
    return colour


def shadow_of_hair(head: Surface, person: Person) -> np.ndarray:
    """The share of light that hair leaves on the skin below it, (H, W) in 0..1."""
    if person.hair_style in ("bald", "buzz"):
        return np.ones_like(head.outside)
    below = hairline(head.point, person).clip(min=0)
    left: np.ndarray = 1 - 0.42 * np.exp(-below * 9)
    return left
