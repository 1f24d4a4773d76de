"""Bare pixels as embeddings: what has to be beaten before anything counts as learned."""

import numpy as np
import pytest
from PIL import Image

from facenet_core.evaluation import raw_pixel_accuracy, raw_pixel_verification, raw_pixels


def picture(seed: int, light: float = 1.0, add: int = 0) -> np.ndarray:
    cells = np.random.default_rng(seed).integers(20, 100, (4, 4, 3), dtype=np.uint8)
    large = np.asarray(Image.fromarray(cells).resize((110, 110), Image.Resampling.BICUBIC), dtype=np.float64)
    return (large * light + add).round().astype(np.uint8)


def test_points_are_by_hand():
    image = picture(3)
    grey = np.asarray(Image.fromarray(image).convert("L").resize((32, 32)), dtype=np.float64).ravel()
    by_hand = (grey - grey.mean()) / np.linalg.norm(grey - grey.mean())
    points = raw_pixels(image[None])
    assert points.shape == (1, 1024)
    assert np.allclose(points[0], by_hand, atol=1e-5)


def test_brightness_and_contrast_do_not_count():
    first, brighter = raw_pixels(np.stack([picture(1), picture(1, 1.8, 20)]))
    assert ((first - brighter) ** 2).sum() < 0.01
    assert ((first - raw_pixels(picture(2)[None])[0]) ** 2).sum() > 0.3


def test_one_grey_is_a_point_without_direction():
    assert (raw_pixels(np.full((2, 110, 110, 3), 77, dtype=np.uint8)) == 0).all()
    assert raw_pixels(np.zeros((0, 110, 110, 3), dtype=np.uint8)).shape == (0, 1024)


def test_copies_are_told_apart_and_noise_is_not():
    people = np.repeat(np.arange(8), 3)
    copies = np.stack([picture(person, 1 + 0.1 * number) for person in range(8) for number in range(3)])
    assert raw_pixel_accuracy(copies, people) > 0.98
    noise = np.stack([picture(100 + number) for number in range(24)])
    assert 0.35 < raw_pixel_accuracy(noise, people) < 0.65
    measured = raw_pixel_verification(copies, people)
    assert (measured.people, measured.same) == (8, 24)
    assert 0 < measured.threshold < 4


def test_too_few_people_have_no_accuracy():
    assert raw_pixel_accuracy(np.stack([picture(0), picture(1)]), [0, 1]) is None


@pytest.mark.parametrize("images", [np.zeros((2, 110, 110), np.uint8), np.zeros((2, 8, 8, 3), np.float32)])
def test_other_arrays_are_refused(images):
    with pytest.raises(ValueError, match=r"images must be \(N, H, W, 3\) uint8"):
        raw_pixels(images)
