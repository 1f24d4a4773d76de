"""Letters on pictures: the font that comes with Pillow, and what to do with letters that it lacks."""

import unicodedata
from functools import cache

from PIL import ImageFont

# Looked for on this machine only when a title has letters that Pillow's own font lacks.
WIDER_FONTS = ("NotoSansCJK-Regular.ttc", "NotoSans-Regular.ttf", "DejaVuSans.ttf", "Arial Unicode.ttf", "arial.ttf")
NO_LETTER = "\uffff"

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@cache
def own_font(size: int) -> Font:
    """Return Pillow's own font."""
    return ImageFont.load_default(size)


def written(text: str, size: int, width: int, otherwise: str) -> tuple[str, Font]:
    """Return how ``text`` can be written: itself or, where no font has its letters, something near to it.

    Accents are dropped before the text is given up for ``otherwise``, which has plain letters.

    Args:
        text: One line.
        size: Of the letters, in pixels.
        width: In pixels; what is longer is cut, with dots.
        otherwise: Stands in for a text in a script that no font here has.
    """
    for font in _fonts(size):
        if _has_all(font, text):
            return _cut(text, font, width), font
    font = own_font(size)
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _cut(bare if _has_all(font, bare) else otherwise, font, width), font


def _fonts(size: int) -> list[Font]:
    return [own_font(size), *_wider_fonts(size)]


@cache
def _wider_fonts(size: int) -> tuple[Font, ...]:
    found: list[Font] = []
    for name in WIDER_FONTS:
        try:
            found.append(ImageFont.truetype(name, size))
        except OSError:  # it is not on this machine
            continue
    return tuple(found)


def _has_all(font: Font, text: str) -> bool:
    missing = _mark(font, NO_LETTER)
    return all(_mark(font, letter) != missing for letter in set(text) if not letter.isspace())


def _mark(font: Font, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


def _cut(text: str, font: Font, width: int) -> str:
    if font.getlength(text) <= width:
        return text
    kept = text
    while kept and font.getlength(f"{kept}...") > width:
        kept = kept[:-1]
    return f"{kept}..."
