"""Colours, all in linear light, and the tone curve that makes a picture of them."""

import colorsys
from collections.abc import Sequence

import numpy as np

from facenet_core.faces.heads.identity import Identity

_LEVELS = 4096


def from_srgb(colour: Sequence[float]) -> np.ndarray:
    """Return a colour of 0..255 as (3,) float32 in linear light."""
    return ((np.asarray(colour, dtype=np.float64) / 255) ** 2.2).astype(np.float32)


# From light to dark; everybody's skin lies somewhere between two neighbours, pinker or more golden.
_SKIN = np.stack(
    [
        from_srgb(colour)
        for colour in (
            (244, 214, 195),
            (238, 200, 174),
            (232, 188, 156),
            (216, 166, 130),
            (194, 142, 106),
            (170, 118, 85),
            (146, 97, 69),
            (122, 80, 58),
            (99, 65, 49),
            (80, 53, 42),
        )
    ]
)
_HAIR = np.stack(
    [from_srgb(c) for c in ((30, 26, 27), (55, 38, 31), (92, 62, 44), (140, 98, 62), (188, 146, 90), (226, 190, 130))]
)
_IRIS = np.stack(
    [from_srgb(c) for c in ((62, 38, 26), (98, 60, 34), (128, 96, 54), (94, 122, 78), (98, 134, 150), (88, 140, 190))]
)
_FRAMES = np.stack([from_srgb(c) for c in ((22, 22, 26), (72, 40, 28), (120, 40, 40), (50, 70, 120), (190, 160, 100))])
_EVEN, _HUES = np.linspace(0, 1, 11), (0.0, 0.04, 0.08, 0.12, 0.2, 0.36, 0.48, 0.55, 0.6, 0.66, 1.0)
_RED_HAIR, _GREY_HAIR = from_srgb((168, 78, 40)), from_srgb((196, 194, 192))


def between(colours: np.ndarray, place: float) -> np.ndarray:
    """Return the colour at a place 0..1 of a row of colours (n, 3)."""
    at = place * (len(colours) - 1)
    below = min(int(at), len(colours) - 2)
    mixed: np.ndarray = colours[below] * (below + 1 - at) + colours[below + 1] * (at - below)
    return mixed.astype(np.float32)


def skin_colour(identity: Identity) -> np.ndarray:
    """Return (3,) of a person's skin."""
    warm = identity.skin_warmth
    tint = np.array([1.0, 1 + 0.02 * warm, 0.97 - 0.08 * warm], dtype=np.float32)
    return between(_SKIN, identity.skin_tone) * tint


def hair_colour(identity: Identity) -> np.ndarray:
    """Return (3,) of a person's hair."""
    natural = between(_HAIR, identity.hair_tone)
    red = _RED_HAIR * (0.35 + 0.9 * identity.hair_tone)
    mixed = natural + (red - natural) * (0.85 * identity.hair_red)
    grey: np.ndarray = mixed + (_GREY_HAIR - mixed) * identity.hair_grey
    return grey.astype(np.float32)


def lip_colour(identity: Identity) -> np.ndarray:
    """Return (3,) of a person's lips."""
    skin = skin_colour(identity)
    own = skin * np.array([0.86, 0.52, 0.52], dtype=np.float32) + np.array([0.03, 0.0, 0.004], dtype=np.float32)
    red = from_srgb((186, 44, 62)) * np.float32(0.6 + 0.5 * (1 - identity.skin_tone))
    mixed: np.ndarray = own + (red - own) * (0.75 * identity.lip_colour)
    return mixed.astype(np.float32)


def iris_colour(identity: Identity) -> np.ndarray:
    """Return (3,) of a person's irises."""
    return between(_IRIS, identity.iris_tone)


def frame_colour(tone: float) -> np.ndarray:
    """Return (3,) of a pair of glasses."""
    return between(_FRAMES, tone)


def muted(hue: float, lightness: float, strength: float = 0.4) -> np.ndarray:
    """Return (3,) of cloth or a wall: a hue that is not garish, purple and green less often than on the circle."""
    red, green, blue = colorsys.hls_to_rgb(float(np.interp(hue % 1, _EVEN, _HUES)), 0.1 + 0.78 * lightness, strength)
    return from_srgb((255 * red, 255 * green, 255 * blue))


_AT = np.linspace(0, 1, _LEVELS)
_TO_SRGB = np.rint(255 * np.where(_AT <= 0.0031308, 12.92 * _AT, 1.055 * _AT ** (1 / 2.4) - 0.055)).astype(np.uint8)


def to_srgb(canvas: np.ndarray) -> np.ndarray:
    """Return a (3, H, W) canvas as an (H, W, 3) uint8 picture; what is too bright is rolled off softly."""
    soft = np.where(canvas > 0.6, 0.6 + 0.4 * np.tanh((canvas - 0.6) * (1 / 0.55)), canvas)
    levels = (soft * (_LEVELS - 1)).clip(0, _LEVELS - 1).astype(np.uint16)
    return np.ascontiguousarray(_TO_SRGB[levels].transpose(1, 2, 0))
