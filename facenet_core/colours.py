"""Colours of people: the same ones on pages, in films and in reports."""

import math

OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#B3A500", "#7F7F7F")


def person_colours(count: int) -> list[str]:
    """Return a colour for each of ``count`` people.

    Up to eight get the Okabe-Ito palette (its yellow and black toned for both themes); more get evenly
    spaced hues of about equal lightness, neighbours in the list far apart on the circle.
    """
    if count <= len(OKABE_ITO):
        return list(OKABE_ITO[:count])
    stride = _coprime_near(round(count * 0.382), count)
    return [_oklch(0.68, 0.16, (person * stride % count) / count) for person in range(count)]


def _oklch(lightness: float, chroma: float, hue: float) -> str:
    """Return a colour of the OKLCH space, where equal numbers look equally light; hue in turns.

    The chroma gives way where a screen cannot show it. Source: Björn Ottosson, "A perceptual color space for
    image processing" (2020).
    """
    a, b = chroma * math.cos(2 * math.pi * hue), chroma * math.sin(2 * math.pi * hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    if not all(-1e-6 <= part <= 1 + 1e-6 for part in linear) and chroma > 0.01:
        return _oklch(lightness, chroma - 0.01, hue)
    return "#" + "".join(f"{round(255 * _encoded(min(1.0, max(0.0, part)))):02x}" for part in linear)


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def _coprime_near(wanted: int, count: int) -> int:
    return next(n for n in range(max(1, wanted), count + wanted + 2) if math.gcd(n, count) == 1)
