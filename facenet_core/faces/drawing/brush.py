"""Anti-aliased painting on a canvas of (3, H, W) float32 in linear light."""

from collections.abc import Sequence

import numpy as np

_LEVELS = 4096
_TO_SRGB = np.rint(255 * np.linspace(0, 1, _LEVELS) ** (1 / 2.2)).astype(np.uint8)


def from_srgb(colour: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return a colour of 0..255 as (3,) float32 in linear light."""
    return ((np.asarray(colour, dtype=np.float64) / 255) ** 2.2).astype(np.float32)


def to_srgb(canvas: np.ndarray) -> np.ndarray:
    """Return a (3, H, W) canvas as an (H, W, 3) uint8 picture; what is too bright is rolled off softly."""
    soft = np.where(canvas > 0.7, 0.7 + 0.3 * np.tanh((canvas - 0.7) / 0.3), canvas)
    levels = (soft * (_LEVELS - 1)).clip(0, _LEVELS - 1).astype(np.uint16)
    return np.ascontiguousarray(_TO_SRGB[levels].transpose(1, 2, 0))


def paint(canvas: np.ndarray, colour: np.ndarray, coverage: np.ndarray) -> None:
    """Lay a colour, (3,) or (3, H, W), over the canvas where ``coverage`` (H, W) is above 0."""
    if colour.ndim == 1:
        colour = colour[:, None, None]
    change = colour - canvas
    change *= coverage
    canvas += change


def inside(distance: np.ndarray, pixels: float) -> np.ndarray:
    """Coverage of a shape from its signed distance (below 0 inside), at so many pixels to the unit."""
    covered: np.ndarray = np.minimum(np.maximum(0.5 - distance * pixels, 0), 1)
    return covered


def ramp(values: np.ndarray, start: float, end: float) -> np.ndarray:
    """Rise smoothly from 0 at ``start`` to 1 at ``end``; falls where end is below start."""
    t = np.minimum(np.maximum((values - start) * (1 / (end - start)), 0), 1)
    risen: np.ndarray = t * t * (3 - 2 * t)
    return risen


def bump(u: np.ndarray, v: np.ndarray, at: tuple[float, float], wide: float, high: float) -> np.ndarray:
    """A soft hill of height 1 around ``at``."""
    across, along = (u - at[0]) * (1 / wide), (v - at[1]) * (1 / high)
    across *= across
    along *= along
    across += along
    hill: np.ndarray = np.exp(np.negative(across, out=across), out=across)
    return hill


def sample(texture: np.ndarray, u: np.ndarray, v: np.ndarray, scale: float) -> np.ndarray:
    """Read a texture of (256, 256) at (u, v), repeating, with ``scale`` cells of four texels to the unit."""
    column = ((u + 8) * (4 * scale)).astype(np.int32) & 255
    row = ((v + 8) * (4 * scale)).astype(np.int32) & 255
    return np.take(texture, (row << 8) | column)


def grain(rng: np.random.Generator) -> np.ndarray:
    """Make up a texture for ``sample``: (256, 256) float32 in 0..1, smooth between 64 x 64 random cells."""
    cells = rng.random((64, 64), dtype=np.float32)
    part = (np.arange(4, dtype=np.float32) / 4)[None, None, :]
    wide = (cells[:, :, None] * (1 - part) + np.roll(cells, -1, axis=1)[:, :, None] * part).reshape(64, 256)
    tall = wide[:, None, :] * (1 - part[0, 0, :, None]) + np.roll(wide, -1, axis=0)[:, None, :] * part[0, 0, :, None]
    return np.ascontiguousarray(tall.reshape(256, 256))
