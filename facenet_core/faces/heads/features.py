"""Eyes, brows and mouth, painted onto the face where they lie."""

import numpy as np

from facenet_core.faces.heads.colours import from_srgb, hair_colour, iris_colour, lip_colour, skin_colour
from facenet_core.faces.heads.conditions import Conditions
from facenet_core.faces.heads.identity import Identity
from facenet_core.faces.heads.light import Light
from facenet_core.faces.heads.skin import lay
from facenet_core.faces.heads.skull import JAW_DROP
from facenet_core.faces.heads.smoothstep import bump, grain, line, ramp
from facenet_core.faces.heads.surface import Surface

_WHITE = from_srgb((238, 234, 230))
_TEETH = from_srgb((244, 240, 230))
_INSIDE = from_srgb((84, 24, 28))
_DARK = from_srgb((20, 14, 14))


def inside(distance: np.ndarray, pixels: float) -> np.ndarray:
    """Coverage of a shape from its signed distance (below 0 inside), at so many pixels to the unit."""
    covered: np.ndarray = np.minimum(np.maximum(0.5 - distance * np.float32(0.7 * pixels), 0), 1)
    return covered


def paint_eyes(
    colours: np.ndarray, face: Surface, identity: Identity, conditions: Conditions, light: Light
) -> tuple[np.ndarray, np.ndarray]:
    """Paint both eyes.

    Returns:
        How brightly the eyes shine (n,), and how much of each pixel (n,) is eye and not skin.
    """
    px, py = face.points[0], face.points[1]
    sign = np.where(px < 0, np.float32(-1), np.float32(1))
    unit = identity.eye_width
    x = (np.abs(px) - np.float32(identity.eye_apart)) * np.float32(1 / unit)
    y = (py - np.float32(identity.eye_height)) * np.float32(1 / unit) + np.float32(identity.eye_tilt) * x
    scale = face.pixels * unit
    tone = skin_colour(identity)
    open_ = identity.eye_opening * min(conditions.eyes_open, 1.15)
    arch = (1 - x * x).clip(0, 1)
    upper = -open_ * 1.0 * arch**0.75 * (1 - 0.16 * x) + 0.22 * (1 - min(conditions.eyes_open, 1.0)) * arch
    squeeze = 1 - 0.3 * max(conditions.smile - 0.3, 0.0)
    lower = (0.36 * open_**0.5 * squeeze) * arch**0.9 * (1 + 0.18 * x)
    lower = np.maximum(lower, upper)
    near = inside(np.abs(x) - 1.12, scale)
    crease = line(y - upper * 1.12 + 0.24 - 0.06 * x, 0.085)
    lay(
        colours, tone * np.array([0.5, 0.34, 0.32], dtype=np.float32), crease * near * (0.2 + 0.6 * identity.lid_crease)
    )
    shine, eye = _eyeball(colours, x, y, sign, upper, lower, scale, identity, conditions, light)
    thick = 0.075 + 0.06 * identity.lashes * (0.5 + 0.5 * x.clip(-1, 1))
    lash = np.abs(y - upper + 0.03) - thick * (1.15 - 0.5 * x * x).clip(0.15, 2)
    flick = np.abs(y - upper * 0.4 + 0.32 * (x - 0.9)) - 0.06
    cover = inside(lash, scale) * inside(np.abs(x) - 1.04, scale)
    cover = np.maximum(cover, identity.lashes * inside(flick, scale) * inside(np.abs(x - 1.02) - 0.16, scale))
    lay(colours, np.minimum(tone * 0.16, 0.02), cover * np.float32(0.7 + 0.28 * identity.lashes))
    rim = line(y - lower - 0.02, 0.06) * inside(np.abs(x) - 0.92, scale)
    lay(colours, tone * np.array([0.5, 0.33, 0.3], dtype=np.float32), rim * 0.55)
    bag = line(y - lower - 0.3, 0.1) * (1 - x * x).clip(0, 1)
    lay(
        colours, tone * np.array([0.8, 0.68, 0.68], dtype=np.float32), bag * np.float32(0.25 + 0.4 * identity.age_lines)
    )
    return shine, eye


def _eyeball(
    colours: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    sign: np.ndarray,
    upper: np.ndarray,
    lower: np.ndarray,
    scale: float,
    identity: Identity,
    conditions: Conditions,
    light: Light,
) -> tuple[np.ndarray, np.ndarray]:
    eye = np.flatnonzero((y > upper - 0.1) & (y < lower + 0.1) & (np.abs(x) < 1.1))
    shine, covered = np.zeros_like(x), np.zeros_like(x)
    if not len(eye):
        return shine, covered
    x, y, sign, upper, lower = x[eye], y[eye], sign[eye], upper[eye], lower[eye]
    cover = inside(np.maximum(upper - y, y - lower), scale)
    ball = np.empty((3, len(eye)), dtype=np.float32)
    ball[:] = _WHITE[:, None] * (0.42 + 0.58 * ramp(y - upper, -0.05, 0.45)) * (1 - 0.35 * ramp(np.abs(x), 0.55, 1.05))
    lay(ball, _WHITE * np.array([0.95, 0.55, 0.5], dtype=np.float32), 0.5 * ramp(-x, 0.78, 0.98))
    radius = identity.iris_size
    middle = 0.3 * conditions.gaze_side
    down = 0.2 * conditions.gaze_down - 0.1
    away = np.hypot(x - sign * np.float32(middle), y - np.float32(down))
    iris = iris_colour(identity)
    angle = np.arctan2(y - down, x - sign * middle)
    rays = 0.8 + 0.4 * grain(angle * 1.2, away * 0.3, 4, identity.pattern)
    glow = (0.75 + 0.75 * ramp(y - down, -0.2, 0.5)) * rays
    lay(ball, iris * 0.22, inside(away - radius, scale))
    lay(ball, iris[:, None] * glow, inside(away - radius * 0.86, scale) * ramp(away, radius * 1.02, radius * 0.72))
    lay(ball, _DARK * 0.4, inside(away - radius * 0.44, scale))
    ball *= 0.55 + 0.45 * ramp(y - upper, -0.05, 0.3)
    toward = light.direction
    glint_x = sign * (middle + 0.2 * np.clip(toward[0] * 1.4, -1, 1))
    glint_y = down + 0.22 * np.clip(toward[1] * 1.4, -1, 0.2) - 0.06
    glint = inside(np.hypot(x - glint_x, y - glint_y) - 0.13, scale) * cover
    second = (
        0.35 * inside(np.hypot(x - sign * (middle - 0.16 * np.sign(toward[0])), y - down - 0.2) - 0.09, scale) * cover
    )
    some = colours[:, eye]
    lay(some, ball, cover)
    colours[:, eye] = some
    shine[eye], covered[eye] = np.maximum(glint, second), cover
    return shine, covered


def paint_brows(colours: np.ndarray, face: Surface, identity: Identity, conditions: Conditions) -> None:
    """Paint both brows."""
    px, y = face.points[0], face.points[1]
    x = (np.abs(px) - np.float32(identity.eye_apart * 1.02)) * np.float32(1 / identity.brow_width)
    raised = conditions.brows_up
    height = identity.eye_height - identity.brow_height - 0.045 * max(raised, 0.0)
    frown = 0.05 * max(-raised, 0.0) * (1 - x.clip(-1, 1)) * 0.5
    curve = height - identity.brow_arch * (1 - (x - 0.2) ** 2) + identity.brow_tilt * x + 0.04 * x * x + frown
    thick = identity.brow_thick * (1.05 - 0.5 * ramp(x, -0.1, 1.0)) * ramp(np.abs(x), 1.06, 0.8)
    hairs = grain(px * 1.0 + (y - curve) * 0.9 * np.sign(px), (y - curve) * 0.5, 30, identity.pattern)
    across = np.abs(y - curve) - thick * (0.8 + 0.5 * hairs)
    cover = inside(across, face.pixels * 0.75) * inside((np.abs(x) - 1.02) * identity.brow_width, face.pixels * 0.75)
    colour = np.minimum(hair_colour(identity) * np.float32(0.62), skin_colour(identity) * np.float32(0.5))
    lay(colours, colour, cover * (0.7 + 0.25 * hairs))


def paint_mouth(colours: np.ndarray, face: Surface, identity: Identity, conditions: Conditions) -> np.ndarray:
    """Paint the mouth; return how brightly its pixels (n,) shine."""
    x_, y = face.points[0], face.points[1]
    smile = conditions.smile
    width = identity.mouth_width * (1 + 0.2 * smile)
    x = x_ * np.float32(1 / width)
    arch = (1 - x * x).clip(0, 1)
    grin = max(smile - 0.55, 0.0) * 0.15
    gap = (JAW_DROP * conditions.mouth_open + grin) * arch**0.8
    middle = identity.mouth_height - 0.09 * smile * (x * x - 0.35) + 0.25 * grin
    top, bottom = middle - gap * 0.25, middle + gap * 0.85
    bow = 1 - 0.2 * np.exp(-((x / 0.14) ** 2)) + 0.1 * np.exp(-(((np.abs(x) - 0.24) / 0.16) ** 2))
    thin = 1 - 0.25 * max(smile, 0.0)
    upper = np.maximum(top - identity.upper_lip * thin * arch**0.9 * bow - y, y - top)
    lower = np.maximum(bottom - y, y - bottom - identity.lower_lip * thin * arch**0.7)
    within = inside((np.abs(x) - 1) * width, face.pixels)
    colour = lip_colour(identity)
    upper_cover, lower_cover = inside(upper, face.pixels * 0.8) * within, inside(lower, face.pixels * 0.8) * within
    lay(colours, colour * np.float32(0.8), upper_cover * 0.92)
    lay(colours, colour, lower_cover * 0.92)
    hollow = inside(np.maximum(top - y, y - bottom), face.pixels) * within
    if gap.max(initial=0) > 0.012:
        _open_mouth(colours, x, y, top, bottom, gap, hollow, face.pixels)
    parted = line(y - top, 0.013) * within * (0.85 if gap.max(initial=0) <= 0.012 else 0.45)
    lay(colours, colour * np.float32(0.2), parted)
    corner = bump(np.abs(x), y, (1.0, float(identity.mouth_height - 0.058 * smile)), 0.09, 0.022)
    lay(colours, skin_colour(identity) * np.float32(0.35), corner * 0.55)
    lift = y - bottom - identity.lower_lip * 0.45 * arch
    wet: np.ndarray = line(lift, 0.016) * lower_cover * np.exp(-((x / 0.5) ** 2)) * (1 - hollow)
    return wet


def _open_mouth(
    colours: np.ndarray,
    x: np.ndarray,
    y: np.ndarray,
    top: np.ndarray,
    bottom: np.ndarray,
    gap: np.ndarray,
    hollow: np.ndarray,
    pixels: float,
) -> None:
    lay(colours, _INSIDE, hollow)
    tongue = ramp(y - bottom, -0.05, -0.01) * bump(x, x, (0, 0), 0.5, 9) * hollow * ramp(gap, 0.05, 0.09)
    lay(colours, from_srgb((176, 84, 84)), tongue * 0.8)
    teeth = y - top - np.minimum(0.062, 0.8 * gap + 0.004)
    between = 1 - 0.12 * line(np.abs(np.mod(x * 5.2 + 0.5, 1) - 0.5), 0.07)
    shade = between * (1 - 0.5 * ramp(np.abs(x), 0.35, 0.95)) * (0.82 + 0.18 * ramp(y - top, 0.0, 0.03))
    lay(colours, _TEETH[:, None] * shade, inside(teeth, pixels) * inside(np.abs(x) - 0.86, pixels * 0.3) * hollow)
