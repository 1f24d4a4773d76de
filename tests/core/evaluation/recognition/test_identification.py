import numpy as np
import pytest

from facenet_core.evaluation import identify, is_right, rank_people, right_within

GALLERY = np.array([[0.0, 0], [1, 0], [0, 1], [0, 1.2], [5, 5]])
OWNERS = np.array([7, 7, 3, 3, 9])


def test_the_nearest_photo_decides_as_one_probe_at_a_time_does():
    chance = np.random.default_rng(0)
    gallery, probes = chance.normal(size=(20, 4)), chance.normal(size=(9, 4))
    owners = chance.integers(0, 6, 20)
    found = rank_people(gallery, owners, probes)
    for number, probe in enumerate(probes):
        one = identify(gallery, owners, probe, 1.0).candidates[0]
        assert found.first[number] == one.person
        assert found.distance[number] == pytest.approx(one.squared_distance)
        assert found.photos[number].argmin() == one.index


def test_the_mean_of_a_person_can_be_nearer_than_any_of_their_photos():
    found = rank_people(GALLERY, OWNERS, [[0.5, 0.0]], "mean")
    assert found.first.tolist() == [7]
    assert found.distance[0] == pytest.approx(0.0)


def test_means_of_points_on_the_sphere_lie_on_the_sphere():
    found = rank_people([[1.0, 0], [0, 1.0]], [1, 1], [[1.0, 0]], "mean")
    assert found.distance[0] == pytest.approx(2 - 2 * np.sqrt(0.5))
    opposite = rank_people([[1.0, 0], [-1.0, 0]], [1, 1], [[1.0, 0]], "mean")
    assert opposite.distance[0] == pytest.approx(1.0)


def test_votes_outweigh_one_near_photo():
    gallery = np.array([[0.1, 0], [0.3, 0], [0.4, 0], [9, 9]])
    found = rank_people(gallery, [1, 2, 2, 3], [[0.0, 0]], "votes", neighbours=3)
    assert found.first.tolist() == [2]
    assert found.distance[0] == pytest.approx(0.09)  # of their nearest photo, for the threshold
    assert rank_people(gallery, [1, 2, 2, 3], [[0.0, 0]], "votes", neighbours=1).first.tolist() == [1]


def test_among_equal_votes_the_nearer_one_comes_first():
    found = rank_people([[0.2, 0], [0.1, 0]], [1, 2], [[0.0, 0]], "votes", neighbours=2)
    assert found.first.tolist() == [2]


def test_cmc_says_how_deep_the_right_one_lies():
    found = rank_people([[0.0], [1.0], [3.0]], [1, 2, 3], [[0.1], [0.1], [0.1]])
    assert right_within(found, [1, 2, 3]).tolist() == [[1, 1, 1], [0, 1, 1], [0, 0, 1]]
    assert is_right(found, [1, 2, 3]).tolist() == [True, False, False]


def test_where_all_are_equally_near_chance_decides():
    found = rank_people(np.ones((4, 2)), [1, 2, 3, 4], np.ones((2, 2)))
    np.testing.assert_allclose(right_within(found, [1, 4]), [[0.25, 0.5, 0.75, 1]] * 2)


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        rank_people(np.zeros((0, 2)), [], [[0.0, 0]])
    with pytest.raises(ValueError, match="gallery_people"):
        rank_people(GALLERY, OWNERS[:2], [[0.0, 0]])
    with pytest.raises(ValueError, match="embedding size 2, got 3"):
        rank_people(GALLERY, OWNERS, [[0.0, 0, 0]])
    with pytest.raises(ValueError, match="probe_embeddings must be finite"):
        rank_people(GALLERY, OWNERS, [[0.0, np.nan]])
    with pytest.raises(ValueError, match="method must be one of"):
        rank_people(GALLERY, OWNERS, [[0.0, 0]], "guess")
    with pytest.raises(ValueError, match="who is in the gallery"):
        right_within(rank_people(GALLERY, OWNERS, [[0.0, 0]]), [404])
