"""The face's skin: its colour, its hollows, freckles, lines and beard."""

import numpy as np

from facenet_core.faces.heads.colours import hair_colour, skin_colour
from facenet_core.faces.heads.conditions import Conditions
from facenet_core.faces.heads.hair import CUTS
from facenet_core.faces.heads.identity import Identity
from facenet_core.faces.heads.smoothstep import bump, grain, line, ramp
from facenet_core.faces.heads.surface import Surface


def lay(colours: np.ndarray, colour: np.ndarray, coverage: np.ndarray) -> None:
    """Lay a colour, (3,) or (3, n), over colours (3, n) where ``coverage`` (n,) is above 0."""
    if colour.ndim == 1:
        colour = colour[:, None]
    colours += (colour - colours) * coverage


def skin_of(face: Surface, identity: Identity, conditions: Conditions) -> np.ndarray:
    """Return the colour (3, n) of the face's skin before the light."""
    x, y = face.points[0], face.points[1]
    side = np.abs(x)
    tone = skin_colour(identity)
    colours = np.repeat(tone[:, None], len(face), axis=1)
    colours *= 1 + np.float32(0.1) * (grain(x, y, 14, identity.pattern) - np.float32(0.5))
    tip = identity.eye_height + identity.nose_length
    red = 0.8 * bump(side, y, (0.4, 0.32), 0.2, 0.15) + 0.55 * bump(x, y, (0, tip), 0.13, 0.1)
    lay(colours, tone * np.array([1.02, 0.7, 0.68], dtype=np.float32), red * np.float32(0.65 * identity.blush))
    if identity.freckles > 0:
        _freckles(colours, face, tone, identity)
    if identity.age_lines > 0.05:
        _lines(colours, x, y, tone, identity, conditions)
    _scalp(colours, face, identity)
    return colours


def _freckles(colours: np.ndarray, face: Surface, tone: np.ndarray, identity: Identity) -> None:
    x, y = face.points[0], face.points[1]
    spots = ramp(grain(x, y, 33, 1 - identity.pattern), 0.66, 0.82)
    where = bump(np.abs(x), y, (0.26, 0.24), 0.32, 0.2) * np.float32(identity.freckles)
    lay(colours, tone * np.array([0.66, 0.46, 0.36], dtype=np.float32), spots * where)


def _lines(
    colours: np.ndarray, x: np.ndarray, y: np.ndarray, tone: np.ndarray, identity: Identity, conditions: Conditions
) -> None:
    side, mouth, tip = np.abs(x), identity.mouth_height, identity.eye_height + identity.nose_length
    fold = identity.nose_width * 1.05 + 0.03 + 0.62 * (y - tip).clip(0, 1)
    lines = line(side - fold, 0.02) * ramp(y, tip - 0.05, tip + 0.06) * (1 - ramp(y, mouth - 0.06, mouth + 0.08))
    under = identity.eye_height + 0.17 - 1.6 * (side - identity.eye_apart) ** 2
    lines += 0.7 * line(y - under, 0.018) * (1 - ramp(np.abs(side - identity.eye_apart), 0.08, 0.17))
    corner = side - identity.eye_apart - identity.eye_width * 1.25
    for slope in (-0.55, 0.05, 0.6):
        crow = line(y - identity.eye_height - 0.01 - slope * corner, 0.011)
        lines += 0.55 * crow * ramp(corner, 0.0, 0.03) * (1 - ramp(corner, 0.06, 0.13))
    brow = identity.eye_height - identity.brow_height
    for height in (0.13, 0.22, 0.31):
        bend = y - brow + height - 0.12 * x * x + 0.012 * np.sin(9 * x + 20 * height)
        lines += 0.5 * line(bend, 0.014) * (1 - ramp(side, 0.2, 0.4))
    depth = 0.62 * identity.age_lines * (0.8 + 0.2 * max(conditions.smile, 0.0))
    lay(colours, tone * np.array([0.62, 0.45, 0.42], dtype=np.float32), np.minimum(lines * np.float32(depth), 1))


def _scalp(colours: np.ndarray, face: Surface, identity: Identity) -> None:
    """Let the hair begin softly: roots show through the skin beside the hairline."""
    if identity.hair_style == "bald":
        return
    above = face.places[0]
    strength = 0.8 if identity.hair_style == "buzz cut" else 0.65
    hairs = 0.6 + 0.4 * grain(face.points[0], face.points[1], 26, identity.pattern)
    lay(colours, hair_colour(identity) * np.float32(0.8), strength * hairs * ramp(above, -0.035, 0.03))


def beard_cover(face: Surface, identity: Identity, conditions: Conditions) -> np.ndarray:
    """Return how much of the skin (n,) beard hides, 0..1."""
    x, y = face.points[0], face.points[1]
    side, mouth = np.abs(x), identity.mouth_height
    wide = identity.mouth_width
    top = mouth - identity.upper_lip * 0.75 - 0.07 * conditions.smile * ((side / wide) ** 2 - 0.5)
    moustache = _moustache(side / np.float32(wide), top - y)
    corner = bump(side, y, (wide * 1.18, mouth + 0.05), 0.06, 0.12)
    chin = ramp(y, mouth + identity.lower_lip + 0.035, mouth + identity.lower_lip + 0.09)
    edge = 0.36 + 0.3 * (1 - ramp(side, 0.28, 0.6))
    full = np.maximum(ramp(y - edge, 0.0, 0.1) * (1 - bump(x, y, (0, mouth + 0.01), wide * 1.05, 0.085)), moustache)
    full = np.maximum(full, np.maximum(chin, corner * 0.9))
    goatee = np.maximum(np.maximum(chin * (1 - ramp(side, 0.19, 0.27)), moustache * 0.9), corner * 0.8)
    cover: np.ndarray = {"stubble": full * 0.5, "full beard": full, "moustache": moustache, "goatee": goatee}[
        identity.beard
    ]
    return cover * np.float32(identity.beard_dense)


def _moustache(across: np.ndarray, lip: np.ndarray) -> np.ndarray:
    """Return how much a moustache hides, from the place in half mouth widths and the height above the lip."""
    droop = lip + 0.05 * across**2  # it hangs beside the corners of the mouth
    thick = 0.05 + 0.035 * line(across - 0.45, 0.4)
    cover: np.ndarray = ramp(droop, -0.02, 0.012) * ramp(droop - thick, 0.022, -0.022) * ramp(across, 1.45, 1.15)
    return cover


def openness(face: Surface, identity: Identity) -> np.ndarray:
    """Return the share (n,) of the surroundings that points of the face see: less in sockets and below nose and lip."""
    x, y, z = face.points
    side, tip = np.abs(x), identity.eye_height + identity.nose_length
    left = 1 - 0.34 * bump(side, y, (identity.eye_apart * 0.86, identity.eye_height - 0.06), 0.2, 0.1)
    left -= 0.16 * bump(x, y, (0, tip + 0.085), identity.nose_width * 1.0, 0.035)
    left -= 0.16 * bump(side, y, (identity.nose_width + 0.04, tip + 0.0), 0.035, 0.07)
    left -= 0.26 * bump(x, y, (0, identity.mouth_height + identity.lower_lip + 0.06), identity.mouth_width * 0.7, 0.04)
    left -= 0.5 * ramp(y, 0.75, 1.05) * ramp(-z, -0.55, 0.1)  # below the jaw
    if identity.hair_style not in ("bald", "buzz cut"):
        left -= (0.15 if CUTS[identity.hair_style].soft > 0.3 else 0.36) * np.exp(np.minimum(face.places[0], 0) * 9)
    return np.maximum(left, 0.2)
