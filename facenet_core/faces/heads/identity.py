"""Who somebody is: what stays the same in all of a synthetic person's pictures.

Lengths are in half head heights (h): the chin lies 1 h below the middle of the head, the crown 1 h above it.
"""

from dataclasses import dataclass
from functools import lru_cache

from facenet_core.faces.heads.factors import Chance, choice, factors_of, kept_in_range, number, pick

HAIR_STYLES = (
    "bald",
    "buzz cut",
    "short",
    "side parting",
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
    "ponytail",
    "pixie",
)
BEARDS = ("none", "stubble", "moustache", "goatee", "full beard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A synthetic person; every field is an independent factor, with its range beside it."""

    head_width: float = number(0.71, 0.62, 0.8, "h", "Head", "Width of the head", "From ear to ear.")
    head_depth: float = number(0.86, 0.76, 0.96, "h", "Head", "Depth of the head", "From forehead to back.")
    head_square: float = number(0.4, 0.0, 1.0, "", "Head", "Squareness", "From a round head to a square one.")
    forehead: float = number(0.0, -0.1, 0.1, "", "Head", "Forehead", "From a narrow forehead to a broad one.")
    jaw_width: float = number(0.5, 0.0, 1.0, "", "Jaw", "Width of the jaw", "From a pointed face to a broad one.")
    jaw_corner: float = number(0.4, 0.0, 1.0, "", "Jaw", "Corner of the jaw", "How angular the jaw is below the ears.")
    chin_length: float = number(0.03, -0.03, 0.13, "h", "Jaw", "Length of the chin", "How far down it reaches.")
    chin_forward: float = number(0.03, -0.04, 0.1, "h", "Jaw", "Chin forward", "How far it stands out.")
    cheekbones: float = number(0.03, 0.0, 0.08, "h", "Cheeks", "Cheekbones", "How far they stand out.")
    cheeks: float = number(0.02, -0.05, 0.09, "h", "Cheeks", "Fullness", "From hollow cheeks to round ones.")
    nose_length: float = number(0.36, 0.28, 0.43, "h", "Nose", "Length", "From between the eyes to the tip.")
    nose_width: float = number(0.14, 0.095, 0.2, "h", "Nose", "Width", "Across the wings, halved.")
    nose_bridge: float = number(0.13, 0.05, 0.2, "h", "Nose", "Bridge", "How far it stands out between the eyes.")
    nose_tip: float = number(0.25, 0.17, 0.34, "h", "Nose", "Tip", "How far it stands out.")
    nose_round: float = number(0.5, 0.0, 1.0, "", "Nose", "Roundness", "From a fine tip to a round one.")
    nose_hump: float = number(0.0, -0.04, 0.05, "h", "Nose", "Hump", "From a hollow ridge to a humped one.")
    eye_apart: float = number(0.315, 0.27, 0.36, "h", "Eyes", "Distance", "From the middle of the face to each.")
    eye_height: float = number(0.04, -0.04, 0.11, "h", "Eyes", "Height", "How far down the face they lie.")
    eye_width: float = number(0.165, 0.135, 0.195, "h", "Eyes", "Width", "Of one eye, halved.")
    eye_opening: float = number(0.6, 0.42, 0.78, "", "Eyes", "Opening", "From narrow to wide, as a share of the width.")
    eye_tilt: float = number(0.03, -0.16, 0.2, "", "Eyes", "Tilt", "Outer corners from down to up.")
    eye_depth: float = number(0.05, 0.01, 0.1, "h", "Eyes", "Depth", "How deep they lie.")
    lid_crease: float = number(0.5, 0.0, 1.0, "", "Eyes", "Crease of the lid", "From a smooth lid to a deep crease.")
    lashes: float = number(0.4, 0.0, 1.0, "", "Eyes", "Lashes", "From thin to full.")
    iris_size: float = number(0.6, 0.52, 0.68, "", "Eyes", "Size of the iris", "As a share of the eye's half width.")
    iris_tone: float = number(0.2, 0.0, 1.0, "", "Eyes", "Colour", "From dark brown over hazel and green to blue.")
    brow_height: float = number(0.24, 0.18, 0.31, "h", "Brows", "Height", "Above the eyes.")
    brow_width: float = number(0.2, 0.16, 0.24, "h", "Brows", "Width", "Of one brow, halved.")
    brow_thick: float = number(0.035, 0.018, 0.058, "h", "Brows", "Thickness", "Halved.")
    brow_arch: float = number(0.035, 0.0, 0.08, "h", "Brows", "Arch", "From straight to arched.")
    brow_tilt: float = number(0.01, -0.025, 0.05, "h", "Brows", "Tilt", "Outer ends from up to down.")
    mouth_height: float = number(0.6, 0.56, 0.645, "h", "Mouth", "Height", "How far down the face it lies.")
    mouth_width: float = number(0.23, 0.18, 0.275, "h", "Mouth", "Width", "Halved.")
    upper_lip: float = number(0.05, 0.025, 0.08, "h", "Mouth", "Upper lip", "Its height.")
    lower_lip: float = number(0.07, 0.04, 0.1, "h", "Mouth", "Lower lip", "Its height.")
    lip_colour: float = number(0.2, 0.0, 1.0, "", "Mouth", "Colour of the lips", "From the skin's own to red.")
    ear_size: float = number(1.0, 0.78, 1.25, "", "Ears", "Size", "Beside an average ear.")
    ear_out: float = number(0.35, 0.0, 1.0, "", "Ears", "Standing out", "From close to the head to standing out.")
    hair_style: str = choice("short", HAIR_STYLES, "Hair", "Style", "How it is worn.")
    hair_tone: float = number(0.25, 0.0, 1.0, "", "Hair", "Colour", "From black over brown to blond.")
    hair_red: float = number(0.1, 0.0, 1.0, "", "Hair", "Red", "How red it is.")
    hair_grey: float = number(0.0, 0.0, 1.0, "", "Hair", "Grey", "The share that has turned grey.")
    hair_volume: float = number(1.0, 0.75, 1.3, "", "Hair", "Volume", "Beside an average head of hair.")
    hair_line: float = number(0.0, -0.1, 0.08, "h", "Hair", "Hairline", "From high to low.")
    parting: float = number(0.3, -0.6, 0.6, "h", "Hair", "Parting", "From one side to the other.")
    skin_tone: float = number(0.35, 0.0, 1.0, "", "Skin", "Tone", "From light to dark.")
    skin_warmth: float = number(0.0, -1.0, 1.0, "", "Skin", "Undertone", "From pink to golden.")
    blush: float = number(0.4, 0.0, 1.0, "", "Skin", "Blush", "How much blood shows in the cheeks.")
    freckles: float = number(0.0, 0.0, 1.0, "", "Skin", "Freckles", "How many.")
    age_lines: float = number(0.1, 0.0, 1.0, "", "Skin", "Lines", "The lines that come with the years.")
    pattern: float = number(0.5, 0.0, 1.0, "", "Skin", "Pattern", "Where the freckles and the hairs are.")
    beard: str = choice("none", BEARDS, "Beard", "Style", "How it is worn.")
    beard_dense: float = number(0.8, 0.5, 1.0, "", "Beard", "Density", "From thin to dense.")

    def __post_init__(self) -> None:
        for factor in IDENTITY_FACTORS:
            factor.check(getattr(self, factor.name))


IDENTITY_FACTORS = factors_of(Identity)
"""Everything that makes a person, in a fixed order."""

_EVEN = {factor.name: (factor.low, factor.high) for factor in IDENTITY_FACTORS if not factor.choices}
_LONG = ("bob", "long", "wavy", "bun", "puffs", "ponytail", "fringe", "pixie")


def _spread(seed: int, person: int) -> list[float]:
    """Return four numbers in 0..1 that the people of a class share out evenly, so that a small class is varied too.

    An additive recurrence whose steps are powers of the root of x^5 = x + 1 (Roberts, 2018).
    """
    start = Chance(seed, 0)
    return [(start.between(0, 1) + (person + 1) * 1.1673039782614187**-power) % 1 for power in range(1, 5)]


@lru_cache(maxsize=256)
def identity_of(seed: int, person: int) -> Identity:
    """Make up person number ``person`` of the class drawn from ``seed``; always the same one."""
    chance = Chance(seed, person, 1)
    values: dict[str, float | str] = {name: chance.between(*_range) for name, _range in _EVEN.items()}
    tone, hair, style, age = _spread(seed, person)
    values["age_lines"] = age**1.8
    values["hair_grey"] = (age**1.8 - 0.6) * 2.4 + chance.between(-0.35, 0.35)
    values["skin_tone"] = tone
    # Every colour with every skin, the lighter ones less often with darker skin.
    values["hair_tone"] = hair ** (0.9 + 1.7 * tone)
    values["iris_tone"] = chance.between(0, 1) ** (0.9 + 2.4 * tone)
    values["hair_red"] = chance.between(0, 1) ** 1.8 * (1 - 0.5 * tone)
    values["freckles"] = chance.between(0.4, 1) if chance.happens(0.22) else 0.0
    values["blush"] = chance.between(0.1, 0.9)
    bearded = chance.happens(0.34)
    styles = {style: 0.25 if bearded and style in _LONG else 1.0 for style in HAIR_STYLES}
    styles |= {"bald": 0.7 if bearded else 0.35, "receding": 1.0 if bearded else 0.5}
    values["hair_style"] = pick(styles, style)
    values["beard"] = chance.pick(dict.fromkeys(BEARDS[1:], 1.0)) if bearded else "none"
    values["lip_colour"] = chance.between(0, 0.25) if bearded or chance.happens(0.55) else chance.between(0.3, 1)
    return Identity(**dict(kept_in_range(Identity, values)))
