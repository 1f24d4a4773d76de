"""Who somebody is: what stays the same in all of a drawn person's pictures.

Lengths are in half head heights, across (u) from the middle of the face, down (v) from its centre.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from facenet_core.faces.drawing.brush import from_srgb, grain

HAIR_STYLES = (
    "bald",
    "buzz",
    "short",
    "side part",
    "quiff",
    "fringe",
    "receding",
    "curls",
    "afro",
    "bob",
    "long",
    "wavy",
    "bun",
    "puffs",
)
BEARDS = ("none", "stubble", "moustache", "goatee", "full")

# From light to dark; everybody's skin lies somewhere between two neighbours, warmer or cooler.
_SKIN = (
    (246, 214, 194),
    (238, 198, 172),
    (226, 180, 148),
    (208, 158, 123),
    (186, 133, 99),
    (162, 110, 79),
    (138, 90, 64),
    (116, 75, 55),
    (98, 64, 49),
    (82, 55, 44),
)
_HAIR = ((26, 22, 22), (52, 35, 27), (88, 58, 38), (120, 68, 42), (148, 74, 42), (158, 120, 76), (204, 168, 108))
_GREY_HAIR = (168, 166, 164)
_DYED_HAIR = ((44, 112, 124), (108, 70, 140), (190, 96, 130), (52, 78, 140))
_EYES = ((58, 36, 24), (92, 58, 32), (122, 92, 48), (84, 110, 66), (74, 116, 156), (120, 134, 142))
_FRAMES = ((30, 28, 30), (92, 52, 34), (60, 74, 110), (140, 34, 44), (150, 140, 120))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A drawn identity; colours are (3,) float32 in linear light."""

    skin: np.ndarray
    hair: np.ndarray
    iris: np.ndarray
    lip: np.ndarray
    head_width: float
    head_depth: float
    jaw: float  # how much the face narrows to the chin; below 0 it is square
    cheeks: float
    forehead: float
    eye_apart: float
    eye_height: float
    eye_width: float
    eye_open: float
    eye_tilt: float
    iris_size: float
    crease: float
    lashes: float
    brow_height: float
    brow_width: float
    brow_thick: float
    brow_arch: float
    brow_tilt: float
    nose_length: float
    nose_width: float
    nose_high: float
    nose_tip: float
    mouth_height: float
    mouth_width: float
    upper_lip: float
    lower_lip: float
    ear_size: float
    ear_out: float
    hair_style: str
    hair_line: float
    hair_volume: float
    parting: float
    beard: str
    beard_dense: float
    freckles: float
    age: float
    mole: tuple[float, float] | None
    glasses: np.ndarray | None
    glasses_round: float
    texture: np.ndarray  # (256, 256) float32 in 0..1: freckles and hairs, always in the same places


@lru_cache(maxsize=256)
def person_of(seed: int, person: int) -> Person:
    """Make up person number ``person`` of the set drawn from ``seed``; always the same one."""
    rng = np.random.default_rng([seed, person, 1])

    def between(low: float, high: float) -> float:
        return float(rng.uniform(low, high))

    def chance(probability: float) -> bool:
        return bool(rng.random() < probability)

    darkness = between(0, 1)
    skin = _skin(darkness, between(-1, 1))
    age = between(0, 1) ** 2.2
    style = HAIR_STYLES[int(rng.integers(len(HAIR_STYLES)))]
    beard = BEARDS[int(rng.integers(1, len(BEARDS)))] if chance(0.3) else "none"
    lip_colour = (
        from_srgb((178, 42, 62)) if beard == "none" and chance(0.22) else skin * from_srgb((238, 152, 150)) * 1.15
    )
    return Person(
        skin=skin,
        hair=_hair(rng, darkness, age),
        iris=_iris(rng, darkness),
        lip=lip_colour.astype(np.float32),
        head_width=between(0.68, 0.85),
        head_depth=between(0.8, 0.95),
        jaw=between(-0.1, 0.3),
        cheeks=between(-0.02, 0.09),
        forehead=between(-0.1, 0.07),
        eye_apart=between(0.285, 0.385),
        eye_height=between(-0.07, 0.07),
        eye_width=between(0.15, 0.205),
        eye_open=between(0.5, 0.82),
        eye_tilt=between(-0.16, 0.2),
        iris_size=between(0.46, 0.62),
        crease=between(0, 1),
        lashes=between(0.2, 1),
        brow_height=between(0.25, 0.35),
        brow_width=between(0.16, 0.235),
        brow_thick=between(0.018, 0.055),
        brow_arch=between(0.0, 0.085),
        brow_tilt=between(-0.02, 0.07),
        nose_length=between(0.33, 0.49),
        nose_width=between(0.1, 0.2),
        nose_high=between(0.1, 0.23),
        nose_tip=between(0.07, 0.125),
        mouth_height=between(0.59, 0.69),
        mouth_width=between(0.2, 0.33),
        upper_lip=between(0.03, 0.085),
        lower_lip=between(0.045, 0.105),
        ear_size=between(0.75, 1.25),
        ear_out=between(-0.02, 0.09),
        hair_style=style,
        hair_line=between(-0.12, 0.1),
        hair_volume=between(0.8, 1.3),
        parting=between(-0.5, 0.5),
        beard=beard,
        beard_dense=between(0.6, 1),
        freckles=between(0.4, 1) if chance(0.25) else 0.0,
        age=age,
        mole=(between(-0.45, 0.45), between(0.25, 0.75)) if chance(0.25) else None,
        glasses=from_srgb(_FRAMES[int(rng.integers(len(_FRAMES)))]) if chance(0.3) else None,
        glasses_round=between(0, 1),
        texture=grain(rng),
    )


def _skin(darkness: float, warmth: float) -> np.ndarray:
    place = darkness * (len(_SKIN) - 1)
    below = min(int(place), len(_SKIN) - 2)
    tone = from_srgb(_SKIN[below]) * (below + 1 - place) + from_srgb(_SKIN[below + 1]) * (place - below)
    undertone: np.ndarray = tone * np.array([1, 1 - 0.05 * warmth, 1 - 0.12 * warmth], dtype=np.float32)
    return undertone


def _hair(rng: np.random.Generator, darkness: float, age: float) -> np.ndarray:
    if rng.random() < 0.07:
        return from_srgb(_DYED_HAIR[int(rng.integers(len(_DYED_HAIR)))])
    # Every colour with every skin, the lighter ones less often with darker skin.
    weights = np.exp(-np.arange(len(_HAIR)) * (0.1 + 0.7 * darkness))
    natural = from_srgb(_HAIR[int(np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random()))])
    grey = float(np.clip((age - 0.45) * 2 + rng.uniform(-0.3, 0.3), 0, 1))
    mixed: np.ndarray = natural * (1 - grey) + from_srgb(_GREY_HAIR) * grey
    return mixed


def _iris(rng: np.random.Generator, darkness: float) -> np.ndarray:
    weights = np.exp(-np.arange(len(_EYES)) * (0.05 + 0.9 * darkness))
    return from_srgb(_EYES[int(np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random()))])
