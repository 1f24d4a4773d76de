"""What the commands say about pictures: no face is seen only where that is sure."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from facenet_core.cli.pictures import faceless
from facenet_core.faces.synthetic import draw_face
from tests.core.faces.photos.scenes import ground

SIZE = (110, 110)


@pytest.mark.parametrize("share", [0.6, 0.8, 1.0])
def test_tight_crops_of_faces_are_faces(share):
    edge = round(110 * (1 - share) / 2)
    crops = {
        Path(f"{person}.png"): np.asarray(
            Image.fromarray(draw_face(person, 2)).crop((edge, edge, 110 - edge, 110 - edge)).resize(SIZE)
        )
        for person in range(8)
    }
    assert faceless(crops) == []


def test_a_room_a_landscape_and_noise_show_no_face():
    chance = np.random.default_rng(2)
    pictures = {Path(f"{number}.png"): ground(chance, *SIZE).clip(0, 255).astype(np.uint8) for number in range(12)}
    pictures[Path("noise.png")] = chance.integers(0, 256, (*SIZE, 3), dtype=np.uint8)
    pictures[Path("black.png")] = np.zeros((*SIZE, 3), np.uint8)
    said = faceless(pictures)
    assert len(said) == len(pictures)
    assert said[0].startswith("No face is seen in 0.png")
