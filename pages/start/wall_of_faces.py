"""Synthetic people for the first page, drawn beforehand: to draw forty faces takes a second of the first start.

``python -m pages.shared.drawn_wall`` draws them anew; a test compares the file with what the synthetic class draws.
"""

from pathlib import Path

import numpy as np

from pages.shared.figures.contact_sheet import atlas_image

FILE = Path(__file__).with_name("wall_of_faces.webp")
PEOPLE, EACH = 5, 8


def draw_wall() -> np.ndarray:
    """Return the first pictures of the synthetic class's first people, (40, 110, 110, 3) uint8."""
    from facenet_core.faces.synthetic import draw_face

    return np.stack([draw_face(person, number) for person in range(PEOPLE) for number in range(EACH)])


if __name__ == "__main__":
    FILE.write_bytes(atlas_image(draw_wall()))
