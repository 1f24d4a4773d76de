"""The picture of drawn faces that ships is what the synthetic class draws."""

import numpy as np
from PIL import Image

from facenet_core.contact_sheet import cut_sheet
from pages.shared.figures.contact_sheet import COLUMNS
from pages.start import wall_of_faces as drawn_wall


def test_the_shipped_wall_shows_the_faces_that_are_drawn_today():
    drawn = drawn_wall.draw_wall()
    shipped = cut_sheet(np.asarray(Image.open(drawn_wall.FILE).convert("RGB")), COLUMNS, len(drawn))
    assert len(drawn) == drawn_wall.PEOPLE * drawn_wall.EACH
    off = np.abs(shipped.astype(float) - drawn).mean(axis=(1, 2, 3))
    between = np.abs(drawn[1:].astype(float) - drawn[:-1]).mean(axis=(1, 2, 3))
    assert off.max() < 5 < between.min()
