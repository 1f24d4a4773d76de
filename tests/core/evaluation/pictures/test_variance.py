"""Variance between and within people: known mixtures come out again, and what cannot be known is None."""

import numpy as np
import pytest

from facenet_core.evaluation import pixel_variance


def people_of(between: float, within: float, people: int = 200, each: int = 4, seed: int = 0) -> list[np.ndarray]:
    """Pictures of 4x4 whose people and pictures vary by these standard deviations, of 255."""
    random = np.random.default_rng(seed)
    means = 128 + between * random.normal(size=(people, 1, 4, 4, 3))
    pictures = means + within * random.normal(size=(people, each, 4, 4, 3))
    return list(np.rint(pictures).clip(0, 255).astype(np.uint8))


def test_both_parts_come_out_again():
    found = pixel_variance(people_of(20, 10))
    assert 255 * np.sqrt(found.between.mean()) == pytest.approx(20, rel=0.05)
    assert 255 * np.sqrt(found.within.mean()) == pytest.approx(10, rel=0.05)
    assert found.share_between == pytest.approx(0.8, abs=0.02)
    assert found.mean == pytest.approx(128 / 255, abs=0.05)
    assert (found.pictures, found.people) == (800, 200)


def test_few_pictures_do_not_flatter_what_lies_between_people():
    assert pixel_variance(people_of(0, 30, each=2)).share_between < 0.08


def test_the_mean_is_the_mean_of_all_pictures():
    persons = people_of(20, 10, people=3)
    found = pixel_variance([persons[0][:1], persons[1], persons[2][:0]])
    everything = np.concatenate([persons[0][:1], persons[1]])
    assert np.allclose(found.mean, everything.mean(axis=0) / 255, atol=1e-6)
    assert found.people == 2


def test_one_person_and_one_picture_each_leave_parts_unknown():
    one = pixel_variance(people_of(0, 10, people=1, each=9))
    assert one.between is None
    assert one.share_between is None
    assert one.within is not None
    single = pixel_variance(people_of(10, 0, people=9, each=1))
    assert single.within is None
    assert single.between is None
    nobody = pixel_variance([])
    assert nobody.mean is None
    assert nobody.pictures == 0


def test_identical_pictures_vary_nowhere():
    same = np.full((3, 4, 4, 3), 90, np.uint8)
    found = pixel_variance([same, same])
    assert found.between.max() == found.within.max() == 0
    assert found.share_between is None


@pytest.mark.parametrize("pictures", [np.zeros((2, 4, 4), np.uint8), np.zeros((2, 4, 4, 3), np.float32)])
def test_other_arrays_are_refused(pictures):
    with pytest.raises(ValueError, match=r"\(K, H, W, 3\) uint8"):
        pixel_variance([pictures])
    with pytest.raises(ValueError, match="all pictures must be"):
        pixel_variance([np.zeros((1, 4, 4, 3), np.uint8), np.zeros((1, 5, 4, 3), np.uint8)])
