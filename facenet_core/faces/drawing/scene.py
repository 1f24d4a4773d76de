"""How a picture was taken: everything about it that says nothing about who is on it."""

from dataclasses import dataclass

import numpy as np

from facenet_core.faces.drawing.brush import from_srgb

PIXELS = 41.0  # half a head's height in a picture of 110 pixels


GRAINS = 2**18  # places in the table of noise where a picture's can begin


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The conditions of one picture; angles in radians, colours (3,) float32 in linear light."""

    yaw: float
    pitch: float
    roll: float
    pixels: float  # half a head's height
    centre: tuple[float, float]  # of the head, in pixels
    light: np.ndarray  # (3,) unit vector towards the key light: right, down, towards the viewer
    key: np.ndarray
    ambient: np.ndarray
    smile: float
    mouth_open: float
    eyes_open: float
    brows_up: float
    gaze: tuple[float, float]
    glasses: bool
    clothes: np.ndarray
    clothes_cut: float
    ground: np.ndarray  # (3, h, w): a few blurred patches of background
    blur: float
    noise: float
    grain: int  # where in the table of noise this picture's begins


def scene_of(seed: int, person: int, picture: int) -> Scene:
    """Make up the conditions of one picture of one person; always the same ones."""
    rng = np.random.default_rng([seed, person, 2, picture])

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def about(middle: float, spread: float, most: float) -> float:
        return float(np.clip(middle + spread * rng.standard_normal(), middle - most, middle + most))

    azimuth, height = between(-1.25, 1.25), between(-0.15, 1.0)
    light = np.array([np.sin(azimuth) * np.cos(height), -np.sin(height), np.cos(azimuth) * np.cos(height)])
    exposure = float(np.exp(about(0.0, 0.28, 0.6)))
    contrast = between(0.35, 0.85)  # the key light's share
    warm, fill = about(0.0, 0.5, 1.0), about(0.0, 0.5, 1.0)
    return Scene(
        yaw=about(0, 0.3, 0.62),
        pitch=about(0, 0.13, 0.28),
        roll=about(0, 0.1, 0.25),
        pixels=PIXELS * about(1.0, 0.06, 0.12),
        centre=(54.5 + about(0, 2.2, 5), 56.0 + about(0, 2.0, 4)),
        light=light.astype(np.float32),
        key=_tint(warm) * (1.36 * exposure * contrast),
        ambient=_tint(fill) * (0.95 * exposure * (1 - contrast) + 0.06),
        smile=about(0.55, 0.35, 0.75),
        mouth_open=max(0.0, about(0.0, 0.55, 1.0)),
        eyes_open=0.12 if rng.random() < 0.04 else about(0.97, 0.12, 0.25),
        brows_up=about(0.35, 0.5, 1.0),
        gaze=(about(0, 0.14, 0.3), about(0, 0.07, 0.15)),
        glasses=bool(rng.random() < 0.75),
        clothes=_muted(rng, 25, 225),
        clothes_cut=between(0, 1),
        ground=_ground(rng, exposure),
        blur=max(0.0, about(0.15, 0.35, 0.75)),
        noise=between(0.5, 4.0),
        grain=int(rng.integers(GRAINS)),
    )


def _tint(warmth: float) -> np.ndarray:
    return np.array([1 + 0.17 * warmth, 1.0, 1 - 0.24 * warmth], dtype=np.float32)


def _muted(rng: np.random.Generator, darkest: float, lightest: float) -> np.ndarray:
    """A colour that is not garish: half way to a grey of its own."""
    grey, share = rng.uniform(darkest, lightest), rng.uniform(0.3, 0.8)
    return from_srgb(rng.uniform(darkest, lightest, 3) * (1 - share) + grey * share)


def _ground(rng: np.random.Generator, exposure: float) -> np.ndarray:
    """A wall, a gradient, or a room out of focus."""
    rows = int(rng.integers(2, 7))
    base = _muted(rng, 40, 230)[:, None, None]
    variety = rng.uniform(0.05, 0.8)
    patches = rng.uniform(0.0, 1.0, (3, rows, rows)) * 0.22 + rng.uniform(0, 1, (1, rows, rows)) * 0.78
    ground: np.ndarray = (base * (1 - variety) + patches**2 * variety) * min(exposure, 1.2)
    return ground.astype(np.float32)
