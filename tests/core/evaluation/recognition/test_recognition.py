import numpy as np
import pytest

from facenet_core.evaluation import identify

GALLERY = np.array([[0.0, 0], [1, 0], [0, 1], [5, 5]])
PEOPLE = [7, 7, 3, 9]


def test_a_person_is_as_near_as_their_nearest_picture():
    found = identify(GALLERY, PEOPLE, [0.9, 0], threshold=0.5)
    assert found.person == 7
    assert [c.person for c in found.candidates] == [7, 3, 9]
    assert found.candidates[0].index == 1
    assert found.candidates[0].squared_distance == pytest.approx(0.01)


def test_nobody_near_enough_is_unknown_but_candidates_are_named():
    found = identify(GALLERY, PEOPLE, [-3, -3], threshold=0.5, candidates=2)
    assert found.person is None
    assert len(found.candidates) == 2


def test_the_threshold_itself_is_near_enough():
    assert identify(GALLERY, PEOPLE, [2.0, 0], threshold=1.0).person == 7
    assert identify(GALLERY, PEOPLE, [2.0, 0], threshold=0.99).person is None


def test_an_empty_gallery_knows_nobody():
    found = identify(np.zeros((0, 2)), [], [0.0, 0], threshold=4)
    assert found.person is None
    assert found.candidates == ()


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="the gallery's 2 numbers a face, got 3"):
        identify(GALLERY, PEOPLE, [0.0, 0, 0], threshold=1)
    with pytest.raises(ValueError, match="probe must be one embedding"):
        identify(GALLERY, PEOPLE, [[0.0, 0]], threshold=1)
    with pytest.raises(ValueError, match="probes must be finite"):
        identify(GALLERY, PEOPLE, [np.nan, 0], threshold=1)
    with pytest.raises(ValueError, match="one person for each of the 4 embeddings"):
        identify(GALLERY, PEOPLE[:2], [0.0, 0], threshold=1)
