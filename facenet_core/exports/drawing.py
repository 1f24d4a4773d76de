"""One picture of a film: faces on a map, a title, the epoch and how far the film is."""

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from facenet_core.exports.content import GROUP_WORDS, RunContent, epoch_words
from facenet_core.exports.film import Film, Moment
from facenet_core.exports.lettering import own_font, written
from facenet_core.runs.records import GROUPS, HELD_OUT, SEEN, UNSEEN

SMALLEST, LARGEST = 160, 1_600  # pixels a side
FINE = 2  # drawn twice as large and averaged, so that edges are smooth
GROUND, INK, QUIET, LINE = "#ffffff", "#1f2328", "#57606a", "#d0d4d9"
AMBER = "#E69F00"
DRAWN_AS_FACES_UP_TO = 150  # more thumbnails hide one another
SIGNS = {"seen": "dot: seen", "held-out": "ring: held-out image", "unseen": "diamond: unseen person"}


class Painter:
    """Draws the moments of one film; equal moments give equal pictures.

    Args:
        content: The run.
        film: Its maps.
        size: Pixels a side of the pictures.
        faces: Thumbnails instead of dots; None takes thumbnails where they are few and may be shown.
    """

    def __init__(self, content: RunContent, film: Film, size: int, *, faces: bool | None = None) -> None:
        check_drawable(content, size, faces=faces)
        self.size = size
        self._band = max(24, size // 10)  # above the map, for words; below it half of that
        self._side = size - self._band - self._band // 2
        few = len(content.tracked) <= DRAWN_AS_FACES_UP_TO
        self.faces = content.thumbnails is not None and (few if faces is None else faces)
        self._last = max(film.epochs[-1], content.record.config.epochs if content.status.state != "finished" else 0)
        self._colours = [ImageColor.getrgb(content.colours[person]) for person in content.tracked.person]
        self._group = content.tracked.group.tolist()
        self._radius = self._side * FINE * float(np.clip(0.16 / max(1, len(content.tracked)) ** 0.5, 0.005, 0.012))
        self._tiles = self._framed(content) if self.faces else []
        self._ground = self._empty(content)

    def draw(self, moment: Moment) -> Image.Image:
        """Return an RGB picture."""
        picture = self._ground.copy()
        fine = self._side * FINE
        area = Image.new("RGB", (fine, fine), GROUND)
        place = self._put_tile if self.faces else self._put_sign
        brush = ImageDraw.Draw(area)
        room = self._tiles[0].width / 2 + 2 if self._tiles else 2 * self._radius
        scaled = room + moment.positions * [1, -1] * (fine - 2 * room) + [0, fine - 2 * room]
        for face, (x, y) in enumerate(scaled.tolist()):
            if x == x and y == y:  # a face without a place is left out
                place(area, brush, face, x, y)
        picture.paste(area.reduce(FINE), ((self.size - self._side) // 2, self._band))
        self._write_moment(picture, moment)
        return picture

    def _put_sign(self, area: Image.Image, brush: ImageDraw.ImageDraw, face: int, x: float, y: float) -> None:
        r, colour, group = self._radius, self._colours[face], self._group[face]
        if group == UNSEEN:
            r *= 1.25
            brush.polygon([(x - r, y), (x, y - r), (x + r, y), (x, y + r)], fill=colour)
        elif group == HELD_OUT:
            brush.ellipse((x - r, y - r, x + r, y + r), outline=colour, width=max(2, round(r / 2)))
        else:
            brush.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def _put_tile(self, area: Image.Image, brush: ImageDraw.ImageDraw, face: int, x: float, y: float) -> None:
        tile = self._tiles[face]
        area.paste(tile, (round(x - tile.width / 2), round(y - tile.height / 2)))

    def _framed(self, content: RunContent) -> list[Image.Image]:
        """Return every thumbnail in a frame of its person's colour."""
        thumbnails = content.thumbnails if content.thumbnails is not None else np.empty((0, 1, 1, 3), np.uint8)
        side = round(self._side * FINE * float(np.clip(0.6 / max(1, len(thumbnails)) ** 0.5, 0.025, 0.09)))
        edge = max(2, side // 12)
        tiles = []
        for picture, colour in zip(thumbnails, self._colours, strict=True):
            tile = Image.new("RGB", (side, side), colour)
            inner = side - 2 * edge
            tile.paste(Image.fromarray(picture).resize((inner, inner), Image.Resampling.LANCZOS), (edge, edge))
            tiles.append(tile)
        return tiles

    def _empty(self, content: RunContent) -> Image.Image:
        """Return what is the same on every picture: the title and what the signs mean."""
        ground = Image.new("RGB", (self.size, self.size), GROUND)
        brush = ImageDraw.Draw(ground)
        margin, letters = self._margin(), max(9, round(self._band * 0.36))
        text, font = written(content.title, letters, self.size - 2 * margin, otherwise=f"run {content.folder.id}")
        brush.text((margin, round(self._band * 0.10)), text, fill=INK, font=font)
        groups = [GROUPS[code] for code in (SEEN, HELD_OUT, UNSEEN) if code in self._group]
        words = ", ".join((GROUP_WORDS if self.faces else SIGNS)[group] for group in groups)
        what = "Frame: person. Faces of" if self.faces else "Colour: person."
        small = max(8, round(self._band * 0.23))
        line, font = written(f"{what} {words}", small, self.size - 2 * margin, otherwise="")
        brush.text((margin, self.size - round(small * 1.7)), line, fill=QUIET, font=font)
        return ground

    def _write_moment(self, picture: Image.Image, moment: Moment) -> None:
        brush, margin = ImageDraw.Draw(picture), self._margin()
        words = epoch_words(moment.epoch, self._last, moment.loss)
        brush.text((margin, round(self._band * 0.52)), words, fill=INK, font=own_font(max(9, round(self._band * 0.34))))
        top, right = self._band - max(2, self.size // 250) - 1, self.size - margin
        brush.rectangle((margin, top, right, self._band - 1), fill=LINE)
        brush.rectangle((margin, top, margin + round((right - margin) * moment.share), self._band - 1), fill=AMBER)

    def _margin(self) -> int:
        return self.size // 40


def check_drawable(content: RunContent, size: int, *, faces: bool | None = None) -> None:
    """Raise ValueError where no film of this size, or none with thumbnails, can be drawn; see ``Painter``."""
    if not SMALLEST <= size <= LARGEST:
        raise ValueError(f"size must lie between {SMALLEST} and {LARGEST} pixels, got {size}")
    if faces and content.thumbnails is None:
        why = "they are own photographs: ask for them, too" if content.withheld else "the run has stored none"
        raise ValueError(f"no faces can be drawn, {why}; dots need none")
