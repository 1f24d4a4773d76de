"""What stands behind a head, out of focus."""

import numpy as np
from PIL import Image

from facenet_core.faces.heads.colours import muted
from facenet_core.faces.heads.conditions import Conditions

_CELLS = 24


def background(conditions: Conditions, size: int) -> np.ndarray:
    """Return a new canvas (3, size, size) float32, in linear light."""
    base = muted(conditions.ground_hue, conditions.ground_light, 0.18)
    contrast = conditions.ground_contrast
    across, down = np.meshgrid(np.linspace(-1, 1, _CELLS), np.linspace(-1, 1, _CELLS))
    angle = 2 * np.pi * conditions.ground_place
    slope = (across * np.cos(angle) + down * np.sin(angle))[None]
    if conditions.ground == "room":
        small = _room(conditions, base, contrast)
    elif conditions.ground == "gradient":
        other = muted((conditions.ground_hue + 0.12) % 1, 1 - conditions.ground_light, 0.2)[:, None, None]
        share = (0.5 + 0.9 * slope).clip(0, 1) * contrast
        small = base[:, None, None] * (1 - share) + other * share
    else:
        glow = 1 + 0.35 * contrast * (1 - np.hypot(across - 0.6 * np.cos(angle), down + 0.3)[None])
        small = base[:, None, None] * glow
    strength = 0.35 + 0.65 * min(conditions.light_strength, 1.3)
    small = (small * strength).clip(0.003, 1.2).astype(np.float32)
    return np.stack(
        [np.asarray(Image.fromarray(layer).resize((size, size), Image.Resampling.BICUBIC)) for layer in small]
    )


def _room(conditions: Conditions, base: np.ndarray, contrast: float) -> np.ndarray:
    """Return (3, cells, cells): windows, shelves and lamps, far out of focus."""
    random = np.random.Generator(np.random.PCG64(int(conditions.ground_place * 2**31))).random
    room = np.repeat(np.repeat(base[:, None, None], _CELLS, axis=1), _CELLS, axis=2)
    for _ in range(9):
        left, top = int(random() * _CELLS * 1.1) - 3, int(random() * _CELLS * 1.1) - 3
        wide, high = 3 + int(random() * 9), 4 + int(random() * 14)
        hue, lightness = conditions.ground_hue + 0.45 * (random() - 0.5), 0.5 - 0.5 * np.cos(np.pi * random())
        colour = muted(hue % 1, lightness, 0.22)[:, None, None]
        part = room[:, max(top, 0) : top + high, max(left, 0) : left + wide]
        part += (colour - part) * min(1.0, 0.4 + contrast)
    kernel = np.array([0.2, 0.6, 0.2])
    for axis in (1, 2, 1, 2, 1, 2):
        room = kernel[0] * np.roll(room, 1, axis) + kernel[1] * room + kernel[2] * np.roll(room, -1, axis)
    return room
