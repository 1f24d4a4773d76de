"""Pictures like photographs: a synthetic head of any size before something else, and such pictures without one."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from facenet_core.faces.heads import conditions_of, identity_of, render
from facenet_core.faces.heads.camera import camera_of

SEED = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A picture with one head.

    Attributes:
        picture: RGB.
        x: Of the head's centre.
        y: Of the head's centre.
        side: Of the square that the renderer frames this head with.
        lean: In degrees, clockwise.
    """

    picture: Image.Image
    x: float
    y: float
    side: float
    lean: float


def scene(number: int, *, lean: float | None = None) -> Scene:
    """Draw a head of 90 to 260 pixels, turned by up to 35 degrees and lit from anywhere, on 640 x 480 or 480 x 640.

    Args:
        number: Which; person, ground, pose and light follow from it.
        lean: In degrees; left out, every other head leans by up to 25.
    """
    chance = np.random.default_rng(1000 + number)
    size = int(chance.choice([90, 130, 190, 260]))
    pose = {"yaw": chance.uniform(-35, 35), "pitch": chance.uniform(-12, 12)}
    leans = chance.choice([0, 1]) * chance.uniform(-25, 25)
    conditions = replace(
        conditions_of(SEED, number, 0),
        **pose,
        roll=float(leans if lean is None else lean),
        light_side=chance.uniform(-80, 80),
        light_strength=chance.uniform(0.5, 1.5),
        noise=0.0,
        blur=0.0,
        ground="gradient",
        ground_contrast=0.0,
        shift_across=0.0,
        shift_down=0.0,
    )
    width, height = (640, 480) if chance.integers(2) else (480, 640)
    whole = ground(chance, width, height)
    left, top = int(chance.integers(0, width - size + 1)), int(chance.integers(0, height - size + 1))
    head, cover = _head(number, conditions, size)
    part = whole[top : top + size, left : left + size]
    part += (head - part) * cover
    whole += chance.normal(0, 3, whole.shape)
    centre = camera_of(conditions, size).centre
    return Scene(
        picture=Image.fromarray(whole.clip(0, 255).astype(np.uint8)),
        x=left + centre[0],
        y=top + centre[1],
        side=size * conditions.zoom,
        lean=conditions.roll,
    )


def _head(number, conditions, size):
    """Return a head and its mask: where a dark and a bright ground look alike, the ground is not seen."""
    who = identity_of(SEED, number)
    dark, bright = (render(who, replace(conditions, ground_light=light), size).astype(float) for light in (0.05, 0.95))
    apart = np.abs(bright - dark).max(axis=2, keepdims=True)
    return dark, (1 - apart / apart.max()) > 0.5


def ground(chance: np.random.Generator, width: int, height: int) -> np.ndarray:
    """Return clouds, a room, a landscape or a rough wall, (height, width, 3) in 0..255."""
    kind = [_clouds, _room, _landscape, _wall][chance.integers(4)]
    return kind(chance, width, height)


def _clouds(chance, width, height):
    picture = np.full((height, width, 3), chance.uniform(60, 190, 3))
    for cells in (4, 8, 16, 32, 64):
        grain = chance.normal(size=(3, cells, cells)).astype(np.float32) * 40 / np.sqrt(cells)
        picture += np.stack([_enlarged(layer, width, height) for layer in grain], axis=2)
    return picture


def _room(chance, width, height):
    picture = np.full((height, width, 3), chance.uniform(60, 200, 3))
    for _ in range(40):
        left, top = chance.integers(0, width), chance.integers(0, height)
        across, down = chance.integers(10, width // 3), chance.integers(10, height // 3)
        picture[top : top + down, left : left + across] = chance.uniform(20, 240, 3)
    return picture


def _landscape(chance, width, height):
    down = np.linspace(0, 1, height)[:, None, None]
    sky = (1 - down) * chance.uniform(120, 240, 3) + down * chance.uniform(40, 140, 3)
    ridge = height * chance.uniform(0.35, 0.65) + np.cumsum(chance.normal(0, 1.2, width))
    below = np.arange(height)[:, None] > ridge
    return sky * np.where(below, chance.uniform(0.5, 0.9, width), 1)[..., None]


def _wall(chance, width, height):
    grain = chance.normal(120, 60, (height // 5, width // 5)).astype(np.float32)
    return np.repeat(_enlarged(grain, width, height)[..., None], 3, axis=2)


def _enlarged(layer, width, height):
    return np.asarray(Image.fromarray(layer).resize((width, height), Image.Resampling.BICUBIC))
