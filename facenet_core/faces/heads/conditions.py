"""How a picture was taken: everything about it that says nothing about who is on it."""

from dataclasses import dataclass

from facenet_core.faces.heads.factors import Chance, choice, factors_of, kept_in_range, number

GLASSES = ("none", "round", "square", "half frame")
HATS = ("none", "beanie", "cap")
CUTS = ("round neck", "pointed neck", "collar", "high neck")
GROUNDS = ("wall", "gradient", "room")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """The conditions of one picture; every field is an independent factor, with its range beside it."""

    yaw: float = number(0.0, -50.0, 50.0, "degrees", "Pose", "Turned", "To the left or to the right.")
    pitch: float = number(0.0, -25.0, 25.0, "degrees", "Pose", "Nodding", "Looking up or down.")
    roll: float = number(0.0, -25.0, 25.0, "degrees", "Pose", "Tilted", "Towards one shoulder or the other.")
    zoom: float = number(1.0, 0.8, 1.25, "", "Crop", "Zoom", "How large the head is in the picture.")
    shift_across: float = number(0.0, -0.12, 0.12, "picture widths", "Crop", "Shift across", "To one side.")
    shift_down: float = number(0.0, -0.1, 0.1, "picture heights", "Crop", "Shift down", "Up or down.")
    light_side: float = number(30.0, -90.0, 90.0, "degrees", "Light", "From the side", "Where the light stands.")
    light_height: float = number(30.0, -15.0, 70.0, "degrees", "Light", "From above", "How high the light stands.")
    light_strength: float = number(1.0, 0.3, 1.8, "", "Light", "Strength", "From dim to bright.")
    light_warmth: float = number(0.0, -1.0, 1.0, "", "Light", "Warmth", "From blue to orange light.")
    fill: float = number(0.45, 0.15, 0.8, "", "Light", "Softness", "From one hard lamp to light from everywhere.")
    fill_warmth: float = number(0.0, -1.0, 1.0, "", "Light", "Warmth of the shadows", "From blue to orange.")
    smile: float = number(0.4, -0.3, 1.0, "", "Expression", "Smile", "From earnest to laughing.")
    mouth_open: float = number(0.0, 0.0, 1.0, "", "Expression", "Mouth open", "From closed to open.")
    eyes_open: float = number(1.0, 0.0, 1.2, "", "Expression", "Eyes open", "From closed to wide.")
    brows_up: float = number(0.2, -0.6, 1.0, "", "Expression", "Brows raised", "From frowning to astonished.")
    gaze_side: float = number(0.0, -1.0, 1.0, "", "Expression", "Gaze to the side", "Where the eyes look.")
    gaze_down: float = number(0.0, -1.0, 1.0, "", "Expression", "Gaze down", "Where the eyes look.")
    glasses: str = choice("none", GLASSES, "Worn", "Glasses", "Put on for this picture.")
    glasses_tone: float = number(0.2, 0.0, 1.0, "", "Worn", "Colour of the glasses", "From black to gold.")
    hat: str = choice("none", HATS, "Worn", "Hat", "Put on for this picture.")
    hat_hue: float = number(0.6, 0.0, 1.0, "turns", "Worn", "Colour of the hat", "Round the colour circle.")
    clothes: str = choice("round neck", CUTS, "Worn", "Clothes", "How they are cut.")
    clothes_hue: float = number(0.55, 0.0, 1.0, "turns", "Worn", "Colour of the clothes", "Round the colour circle.")
    clothes_light: float = number(0.5, 0.05, 0.95, "", "Worn", "Lightness of the clothes", "From dark to light.")
    ground: str = choice("gradient", GROUNDS, "Background", "Background", "What stands behind.")
    ground_hue: float = number(0.55, 0.0, 1.0, "turns", "Background", "Colour", "Round the colour circle.")
    ground_light: float = number(0.55, 0.05, 0.95, "", "Background", "Lightness", "From dark to light.")
    ground_contrast: float = number(0.3, 0.0, 1.0, "", "Background", "Contrast", "How much it varies.")
    ground_place: float = number(0.5, 0.0, 1.0, "", "Background", "Place", "Another corner of the room.")
    blur: float = number(0.0, 0.0, 1.2, "pixels", "Camera", "Blur", "How far out of focus.")
    noise: float = number(1.0, 0.0, 9.0, "of 255", "Camera", "Noise", "How grainy.")
    noise_place: float = number(0.5, 0.0, 1.0, "", "Camera", "Grain", "Another grain of the same strength.")

    def __post_init__(self) -> None:
        for factor in CONDITION_FACTORS:
            factor.check(getattr(self, factor.name))


CONDITION_FACTORS = factors_of(Conditions)
"""Everything that makes a picture of a person, in a fixed order."""

_EVEN = {factor.name: (factor.low, factor.high) for factor in CONDITION_FACTORS if not factor.choices}
_ABOUT = {
    "yaw": (0, 10),
    "pitch": (0, 3.3),
    "roll": (0, 3.5),
    "zoom": (1.0, 0.027),
    "shift_across": (0, 0.011),
    "shift_down": (0, 0.008),
    "smile": (0.46, 0.3),
    "brows_up": (0.15, 0.35),
    "gaze_side": (0, 0.4),
    "gaze_down": (0, 0.3),
    "light_warmth": (0.05, 0.2),
    "fill_warmth": (-0.05, 0.18),
    "light_strength": (1.0, 0.16),
}


def conditions_of(seed: int, person: int, picture: int) -> Conditions:
    """Make up the conditions of one picture of one person; always the same ones."""
    chance = Chance(seed, person, 2, picture)
    values: dict[str, float | str] = {name: chance.between(*_range) for name, _range in _EVEN.items()}
    values |= {name: chance.about(*bell) for name, bell in _ABOUT.items()}
    values["light_side"] = chance.between(-50, 50)
    values["light_height"] = chance.between(0, 55)
    values["fill"] = chance.between(0.35, 0.65)
    values["mouth_open"] = chance.about(0, 0.32)
    values["eyes_open"] = 0.0 if chance.happens(0.03) else chance.about(1.0, 0.1)
    values["blur"] = chance.about(0.1, 0.25)
    values["noise"] = chance.between(0.3, 3.5)
    values["glasses"] = chance.pick({"none": 0.85, "round": 0.06, "square": 0.06, "half frame": 0.03})
    values["hat"] = chance.pick({"none": 0.98, "beanie": 0.012, "cap": 0.008})
    values["clothes"] = chance.pick(dict.fromkeys(CUTS, 1.0))
    values["ground_contrast"] = chance.between(0.35, 1)
    bright = chance.between(0, 1)  # dark and bright backgrounds more often than those between
    values["ground_light"] = 0.05 + 0.9 * bright * bright * (3 - 2 * bright)
    values["ground"] = chance.pick({"wall": 0.12, "gradient": 0.3, "room": 0.58})
    return Conditions(**dict(kept_in_range(Conditions, values)))
