"""The face: skin with its relief, eyes, brows, nose, mouth, beard."""

import numpy as np

from facenet_core.faces.drawing.brush import bump, from_srgb, inside, paint, ramp, sample
from facenet_core.faces.drawing.head import Surface, View, lit
from facenet_core.faces.drawing.person import Person
from facenet_core.faces.drawing.scene import Scene
from facenet_core.faces.drawing.surroundings import paint_glasses

_WHITE_OF_EYE = from_srgb((236, 232, 228))
_TEETH = from_srgb((240, 236, 226))
_MOUTH_INSIDE = from_srgb((70, 20, 24))
_DARK = from_srgb((24, 16, 16))


def paint_face(canvas: np.ndarray, head: Surface, view: View, person: Person, scene: Scene, shade: np.ndarray) -> None:
    """Paint the face on a part of the canvas; ``shade`` (H, W) in 0..1 is what hair leaves of the light."""
    u, v = head.point[0], head.point[1]
    ahead = view.turn.T[:, 2]
    relief = _relief(u, v, person, scene)
    # What stands out is seen moved against what lies behind it.
    u = u + relief * (ahead[0] / max(float(ahead[2]), 0.5))
    v = v + relief * (ahead[1] / max(float(ahead[2]), 0.5))
    normal = _bumped(head.normal, relief, view.pixels)
    light = lit(normal, scene, 0.4) * (shade * _hollows(u, v, person))
    skin = np.empty_like(canvas)
    skin[:] = person.skin[:, None, None]
    _paint_skin(skin, u, v, person)
    low = _box(head.outside, v, 0.3, 1.1)
    _paint_beard(skin[:, *low], u[low], v[low], person, scene)
    low = _box(head.outside, v, person.mouth_height - 0.2, person.mouth_height + 0.25)
    _paint_mouth(skin[:, *low], u[low], v[low], person, scene, view.pixels)
    high = _box(head.outside, v, person.eye_height - 0.5, person.eye_height + 0.22)
    _paint_eyes(skin[:, *high], u[high], v[high], person, scene, view.pixels)
    _paint_brows(skin[:, *high], u[high], v[high], person, scene, view.pixels)
    half_way = scene.light + np.array([0, 0, 1], dtype=np.float32)
    half_way /= np.linalg.norm(half_way)
    shine = np.maximum((half_way @ normal.reshape(3, -1)).reshape(u.shape), 0)
    shine = shine * shine * shine  # to the 24th, by squaring
    shine *= shine
    shine *= shine
    shine *= shine
    lit_skin = skin * light + scene.key[:, None, None] * (0.07 * shine * shade)
    paint_glasses(lit_skin, u, v, person, scene, view.pixels)
    paint(canvas, lit_skin, inside(head.outside, view.pixels))


def _box(outside: np.ndarray, v: np.ndarray, top: float, bottom: float) -> tuple[slice, slice]:
    """The rows in which the face is seen between two heights."""
    rows = np.flatnonzero(((v > top) & (v < bottom) & (outside < 0)).any(axis=1))
    return (slice(int(rows[0]), int(rows[-1]) + 1) if len(rows) else slice(0, 0)), slice(None)


def _relief(u: np.ndarray, v: np.ndarray, person: Person, scene: Scene) -> np.ndarray:
    side = np.abs(u)
    top, tip = person.eye_height - 0.04, person.eye_height + person.nose_length
    along = ((v - top) * (1 / (tip - top))).clip(0, 1.2)
    ridge = np.exp(-((u / (0.055 + 0.06 * person.nose_width + 0.035 * along)) ** 2))
    ridge *= person.nose_high * along * (1 - ramp(v, tip - 0.05, tip + 0.12))
    relief = ridge + person.nose_tip * bump(u, v, (0, tip - 0.03), 0.09, 0.08)
    relief += 0.055 * bump(side, v, (person.nose_width * 0.78, tip + 0.01), 0.055, 0.05)
    relief -= 0.075 * bump(side, v, (person.eye_apart * 0.95, person.eye_height - 0.03), 0.2, 0.13)
    relief += 0.03 * bump(side, v, (person.eye_apart, person.eye_height - person.brow_height), 0.24, 0.08)
    relief += (0.05 + 0.03 * scene.smile) * bump(side, v, (0.4, 0.33), 0.2, 0.17)
    relief += 0.05 * bump(u, v, (0, 0.9), 0.2, 0.1)
    mouth = person.mouth_height
    relief += 0.03 * bump(u, v, (0, mouth), person.mouth_width * 1.1, 0.16)
    relief -= 0.02 * bump(u, v, (0, mouth + 0.17), 0.17, 0.05)
    return relief


def _bumped(normal: np.ndarray, relief: np.ndarray, pixels: float) -> np.ndarray:
    bumped = normal.copy()
    slope = 0.62 * pixels / 2
    relief = relief * slope
    bumped[0, :, 1:-1] -= relief[:, 2:] - relief[:, :-2]
    bumped[1, 1:-1] -= relief[2:] - relief[:-2]
    bumped *= 1 / (np.sqrt(np.einsum("ihw,ihw->hw", bumped, bumped)) + 1e-6)
    return bumped


def _hollows(u: np.ndarray, v: np.ndarray, person: Person) -> np.ndarray:
    """Light that reaches eye sockets and the underside of nose and lip, as a share."""
    side, tip = np.abs(u), person.eye_height + person.nose_length
    left = 1 - 0.2 * bump(side, v, (person.eye_apart * 0.85, person.eye_height - 0.07), 0.19, 0.09)
    left -= 0.12 * bump(u, v, (0, tip + 0.07), person.nose_width * 0.9, 0.035)
    left -= 0.16 * bump(u, v, (0, person.mouth_height + person.lower_lip + 0.06), person.mouth_width * 0.6, 0.04)
    left -= 0.5 * bump(side, v, (person.nose_width * 0.5, tip + 0.045), 0.04, 0.024)  # nostrils
    return left


def _paint_skin(skin: np.ndarray, u: np.ndarray, v: np.ndarray, person: Person) -> None:
    side = np.abs(u)
    blush = person.skin * from_srgb((255, 206, 200))
    paint(skin, blush, 0.6 * bump(side, v, (0.42, 0.3), 0.2, 0.16) + 0.4 * bump(u, v, (0, 0.38), 0.12, 0.1))
    if person.freckles:
        spots = ramp(sample(person.texture, u, v, 19.0), 0.7, 0.9)
        where = bump(side, v, (0.26, 0.26), 0.3, 0.17) * person.freckles
        paint(skin, person.skin * from_srgb((206, 166, 146)), spots * where)
    if person.mole is not None:
        spot = np.hypot(u - person.mole[0], v - person.mole[1]) - 0.028
        paint(skin, person.skin * from_srgb((120, 92, 84)), inside(spot, 30) * 0.9)
    if person.age > 0.3:
        _paint_lines(skin, u, v, person)


def _paint_lines(skin: np.ndarray, u: np.ndarray, v: np.ndarray, person: Person) -> None:
    side, mouth = np.abs(u), person.mouth_height
    depth = (person.age - 0.3) * 1.1
    fold = person.nose_width + 0.02 + 0.75 * (v - person.eye_height - person.nose_length).clip(0, 1)
    lines = np.exp(-(((side - fold) / 0.022) ** 2)) * ramp(v, 0.36, 0.45) * (1 - ramp(v, mouth - 0.06, mouth + 0.06))
    under = person.eye_height + 0.17 - 0.9 * (side - person.eye_apart) ** 2
    lines += 0.8 * np.exp(-(((v - under) / 0.022) ** 2)) * bump(side, v, (person.eye_apart, under.mean()), 0.13, 1)
    for height in (-0.5, -0.4):
        lines += 0.5 * np.exp(-(((v - height - 0.06 * u * u) / 0.016) ** 2)) * (1 - ramp(side, 0.2, 0.42))
    paint(skin, person.skin * from_srgb((186, 152, 142)), (lines * depth).clip(0, 1))


def _paint_eyes(skin: np.ndarray, u: np.ndarray, v: np.ndarray, person: Person, scene: Scene, pixels: float) -> None:
    sign = np.where(u < 0, np.float32(-1), np.float32(1))
    x = (np.abs(u) - person.eye_apart) / person.eye_width  # -1 at the inner corner, 1 at the outer
    y = (v - person.eye_height) / person.eye_width + person.eye_tilt * x
    scale = pixels * person.eye_width
    arch = (1 - x * x) * (1 + 0.15 * x)
    opening = person.eye_open * scene.eyes_open
    upper, lower = -opening * arch, (0.3 + 0.12 * person.eye_open) * min(scene.eyes_open, 1) * arch
    lower = lower * (1 - 0.25 * max(scene.smile - 0.5, 0))
    near = inside(np.abs(x) - 1.15, scale)
    crease = np.abs(y - upper * 1.1 + 0.2) - 0.035
    paint(skin, person.skin * from_srgb((176, 140, 130)), inside(crease, scale) * near * (0.35 + 0.5 * person.crease))
    eye = inside(np.maximum(upper - y, y - lower), scale)
    away = np.hypot(x - sign * scene.gaze[0], y - scene.gaze[1] + 0.06)
    ball = np.empty_like(skin)
    ball[:] = _WHITE_OF_EYE[:, None, None] * (0.55 + 0.45 * ramp(y - upper, 0.0, 0.45))
    paint(ball, person.iris * 0.35, inside(away - person.iris_size, scale))
    paint(ball, person.iris * 1.5, inside(away - person.iris_size * 0.8, scale) * ramp(away, 0.1, 0.5))
    paint(ball, _DARK * 0.4, inside(away - person.iris_size * 0.45, scale))
    glint = np.hypot(x - sign * scene.gaze[0] - sign * 0.22 * float(np.sign(scene.light[0])), y + 0.2 - scene.gaze[1])
    paint(ball, np.ones(3, dtype=np.float32) * 1.3, inside(glint - 0.12, scale))
    paint(skin, ball, eye)
    lash = np.abs(y - upper + 0.02) - 0.055 - 0.045 * person.lashes * (x + 1).clip(0, 2)
    paint(
        skin, np.minimum(person.skin * 0.2, 0.03), inside(lash, scale) * near * inside(np.abs(x) - 1.08, scale) * 0.95
    )
    paint(skin, person.skin * 0.45, inside(np.abs(y - lower) - 0.04, scale) * inside(np.abs(x) - 0.9, scale) * 0.5)


def _paint_brows(skin: np.ndarray, u: np.ndarray, v: np.ndarray, person: Person, scene: Scene, pixels: float) -> None:
    x = (np.abs(u) - person.eye_apart * 1.03) / person.brow_width
    height = person.eye_height - person.brow_height - 0.035 * scene.brows_up
    curve = height - person.brow_arch * (1 - (x - 0.1) ** 2) + person.brow_tilt * x
    thick = person.brow_thick * (1 - 0.45 * x.clip(0, 1)) * (1 - 0.5 * (np.abs(x) - 0.7).clip(0, 1))
    across = np.maximum(np.abs(v - curve) - thick, (np.abs(x) - 1) * person.brow_width)
    hairs = 0.72 + 0.28 * sample(person.texture, u, v, 24.0)
    colour = person.hair * 0.65 if person.hair_style != "bald" else person.hair * 0.5
    paint(skin, np.minimum(colour, person.skin * 0.55), inside(across, pixels * 0.7) * hairs)


def _paint_mouth(skin: np.ndarray, u: np.ndarray, v: np.ndarray, person: Person, scene: Scene, pixels: float) -> None:
    width = person.mouth_width * (1 + 0.16 * scene.smile)
    x = u / width
    smile = 0.085 * scene.smile
    arch = 1 - x * x
    middle = person.mouth_height + smile * (0.5 - x * x)
    gap = 0.11 * scene.mouth_open * arch.clip(min=0)
    bow = 1 - 0.22 * np.exp(-((x / 0.17) ** 2))
    top, bottom = middle - gap * 0.4, middle + gap * 0.6
    upper = np.maximum(top - person.upper_lip * arch * bow - v, v - top)
    lower = np.maximum(bottom - v, v - bottom - person.lower_lip * arch)
    within = inside((np.abs(x) - 1) * width, pixels)
    paint(skin, person.lip * 0.82, inside(upper, pixels) * within)
    paint(skin, person.lip, inside(lower, pixels) * within)
    hollow = inside(np.maximum(top - v, v - bottom), pixels) * within
    if scene.mouth_open > 0.05:
        paint(skin, _MOUTH_INSIDE, hollow)
        teeth = np.maximum(np.maximum(top - v, v - top - 0.055), v - bottom + 0.008)
        paint(skin, _TEETH * 0.85, inside(teeth, pixels) * inside((np.abs(x) - 0.82) * width, pixels))
    line = np.abs(v - top) - 0.008
    paint(skin, person.lip * 0.25, inside(line, pixels) * within * (0.85 if scene.mouth_open <= 0.05 else 0.4))


def _paint_beard(skin: np.ndarray, u: np.ndarray, v: np.ndarray, person: Person, scene: Scene) -> None:
    if person.beard == "none":
        return
    side, mouth = np.abs(u), person.mouth_height
    x = side * (1 / max(0.3, person.mouth_width * (1.15 + 0.16 * scene.smile)))  # always wider than the mouth
    lip = mouth - person.upper_lip * 0.7 - 0.085 * scene.smile * (x * x - 0.5) + 0.06 * x * x
    moustache = ramp(v - lip, -0.11, -0.07 + 0.02 * float(person.beard_dense))
    moustache = moustache * (1 - ramp(v - lip, -0.01, 0.03)) * (1 - ramp(x, 0.85, 1.05))
    cheek = 0.4 + 0.32 * (1 - ramp(side, 0.25, 0.62))
    full = ramp(v - cheek, 0.0, 0.1) if person.beard in ("stubble", "full") else moustache
    goatee = ramp(v, mouth + 0.06, mouth + 0.16) * (1 - ramp(side, 0.18, 0.28))
    where = {
        "stubble": np.maximum(full, moustache) * 0.4,
        "full": np.maximum(full, moustache),
        "moustache": moustache,
        "goatee": np.maximum(goatee, moustache * 0.85),
    }[person.beard]
    hairs = 0.68 + 0.32 * sample(person.texture, u, v, 22.0)
    paint(skin, np.minimum(person.hair * 0.8, person.skin * 0.8), where * hairs * person.beard_dense)
