"""A photo without features repeats nothing: a single pixel, a plain wall, evenly lit or not."""

import io

import numpy as np
import pytest
from PIL import Image

from facenet_core.evaluation import extreme_pairs, raw_pixels
from facenet_core.faces.photos.duplicates import copies_of, hash_of, is_featureless, twins
from facenet_core.faces.photos.looking import Look, look_at_photo
from facenet_core.faces.synthetic import draw_face


def wall(light: float = 0.0, tone: int = 150, seed: int = 0) -> Image.Image:
    """A wall with grain, brighter towards one side."""
    noise = np.random.default_rng(seed).normal(0, 5, (240, 320))
    return Image.fromarray((tone + light * np.linspace(-1, 1, 320) + noise).clip(0, 255).astype(np.uint8)).convert(
        "RGB"
    )


PLAIN = {
    "pixels": [Image.new("RGB", (1, 1), (tone, 0, 0)) for tone in (0, 90)],
    "walls": [wall(seed=1), wall(seed=2, tone=90)],
    "lit walls": [wall(40, seed=1), wall(60, seed=2, tone=120)],
    "the same": [Image.new("RGB", (80, 80), (9, 9, 9))] * 2,
}


@pytest.mark.parametrize("name", PLAIN)
def test_two_of_them_are_not_the_same_photo(name: str) -> None:
    photos = PLAIN[name]
    assert twins([hash_of(photo) for photo in photos]) == [None, None]
    pictures = np.stack([np.asarray(photo.resize((110, 110))) for photo in photos])
    assert all(map(is_featureless, pictures))
    assert copies_of(pictures, np.array([0]), np.array([1])).tolist() == [False]


def test_faces_among_them_are_still_found_again() -> None:
    face, other = (Image.fromarray(draw_face(person, 0)) for person in (1, 2))
    photos = [PLAIN["walls"][0], face, PLAIN["pixels"][0], other, face.resize((90, 90)), PLAIN["walls"][1]]
    assert twins([hash_of(photo) for photo in photos]) == [None, None, None, None, 1, None]
    assert twins([]) == []


def test_as_a_worker_sees_them() -> None:
    looks = []
    for photo in PLAIN["walls"]:
        file = io.BytesIO()
        photo.save(file, "PNG")
        looks.append(look_at_photo("wall.png", file.getvalue()))
    assert all(isinstance(look, Look) for look in looks)
    assert twins([look.hash for look in looks if isinstance(look, Look)]) == [None, None]


def test_pictures_of_one_grey_are_no_twins_among_raw_pixels() -> None:
    face = draw_face(1, 0)
    grey = [np.full((110, 110, 3), tone, np.uint8) for tone in (10, 200)]
    assert extreme_pairs(raw_pixels(np.stack([*grey, face, draw_face(2, 0)])), [0, 1, 2, 3]).twins == 0
    assert extreme_pairs(raw_pixels(np.stack([*grey, face, face])), [0, 1, 2, 3]).twins == 2
