"""Steps and digits follow the distances, from a filled sphere down to a network that has hardly learned."""

import numpy as np
import pytest

from facenet_core.evaluation import rates_at
from facenet_core.evaluation.pairs.ruler import ORDINARY, Ruler, distance_words, fitting_ruler, ruler_for_faces


def test_a_filled_sphere_has_the_ordinary_ruler():
    distances = np.random.default_rng(0).uniform(0, 4, 500)
    assert fitting_ruler(distances) == ORDINARY == Ruler(highest=4.0, step=0.01)
    assert fitting_ruler([]) == fitting_ruler([0.0, 0.0]) == fitting_ruler([np.nan]) == ORDINARY


@pytest.mark.parametrize("scale", [1e-9, 1e-6, 0.004, 0.03, 0.25, 0.9, 3.0, 70.0, 9e4])
def test_there_are_always_enough_steps_and_never_too_many(scale):
    ruler = fitting_ruler(np.random.default_rng(1).gamma(3, scale / 3, 2_000))
    assert 200 <= ruler.steps <= 1_000
    assert ruler.highest >= scale
    places = ruler.places
    assert len(places) == ruler.steps + 1
    assert places[-1] == ruler.highest
    assert [float(repr(place)) for place in places.tolist()] == places.tolist()
    assert all(ruler.nearest(place) == place for place in places.tolist())


def test_a_line_of_an_untrained_network_finds_its_best_place():
    chance = np.random.default_rng(2)
    squared = np.concatenate([chance.normal(0.002, 0.0005, 300), chance.normal(0.0045, 0.0008, 3_000)]).clip(0)
    same = np.arange(len(squared)) < 300
    ruler = fitting_ruler(squared)
    best = max(rates_at(squared, same, place).accuracy for place in ruler.places)
    exact = max(rates_at(squared, same, place).accuracy for place in squared)
    coarse = max(rates_at(squared, same, place).accuracy for place in ORDINARY.places)
    assert coarse < 0.6 < 0.9 < exact
    assert best == pytest.approx(exact, abs=0.01)


def test_places_next_to_a_distance():
    ruler = Ruler(highest=0.01, step=1e-5)
    assert (ruler.digits, ruler.said(0.00386), ruler.nearest(0.003864)) == (5, "0.00386", 0.00386)
    assert (ruler.below(0.00386), ruler.below(0.003861), ruler.below(0.0)) == (0.00385, 0.00386, 0.0)
    assert (ruler.nearest(7.0), ruler.nearest(-1.0)) == (0.01, 0.0)
    assert [ruler.holds(value) for value in (-0.1, 0.0, 0.01, 0.011)] == [False, True, True, False]
    assert Ruler(highest=5_000.0, step=10.0).said(1234.0) == "1,234"


def test_distances_are_read_with_digits_that_tell_them_apart():
    assert distance_words(0.6177) == "0.62"
    assert distance_words(0.0412) == "0.0412"
    assert distance_words(0.003864) == "0.00386"
    assert distance_words(0.0) == "0.00"
    assert distance_words(2e-7) == "0.000000200"
    three = [0.0041, 0.0043, 0.0049]
    assert len({distance_words(value, *three) for value in three}) == 3
    assert distance_words(0.618, 0.6177) == "0.62"  # as good as equal
    assert distance_words(0.612, 0.617) == "0.612"
    assert distance_words(1.2e-14, 0.0027, 0.0041) == "0.00000"  # a copy does not lengthen the numbers beside it
    assert distance_words(0.0027, 1.2e-14, 0.0041) == "0.00270"
    assert distance_words(float("nan")) == "-"


def test_a_ruler_for_faces_passes_over_what_is_no_number_and_what_is_one_point():
    faces = np.ones(8) + 0.02 * np.random.default_rng(3).normal(size=(50, 8))
    fine = ruler_for_faces(faces)
    assert fine.highest < 0.1
    faces[3] = np.nan
    assert ruler_for_faces(faces).step == fine.step
    assert ruler_for_faces(np.ones((50, 8))) == ruler_for_faces(np.zeros((0, 8))) == ORDINARY
