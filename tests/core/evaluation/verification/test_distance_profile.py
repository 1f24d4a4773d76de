"""Whether pictures are like the faces behind a threshold: seldom a false alarm, and none of a shift is missed."""

import json

import numpy as np
import pytest

from facenet_core.evaluation.verification.distance_profile import (
    FEWEST_PEOPLE,
    DistanceProfile,
    compare,
    distance_profile,
)


def made_people(people: int, each: int, seed: int, *, spread: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Points on a sphere: people around one direction, their pictures around them; ``spread`` draws all together."""
    chance = np.random.default_rng(seed)
    middle = np.eye(16)[0]
    own = middle + spread * 0.5 * chance.normal(size=(people, 16))
    points = own[:, None] + spread * 0.15 * chance.normal(size=(people, each, 16))
    points = points.reshape(-1, 16)
    return points / np.linalg.norm(points, axis=1, keepdims=True), np.repeat(np.arange(people), each)


def test_the_gap_is_that_of_two_distributions_each_two_people_counting_once():
    embeddings, people = made_people(12, 3, 0)
    others, names = made_people(4, 2, 1, spread=0.3)
    profile = distance_profile(embeddings, people)

    def shares(points: np.ndarray, person: np.ndarray, at: float) -> float:
        found = []
        for one in np.unique(person):
            for other in np.unique(person):
                if one < other:
                    apart = points[person == one][:, None] - points[person == other][None]
                    found.append(np.mean(np.sum(apart**2, axis=-1) <= at + 1e-9))
        return float(np.mean(found))

    expected = [shares(embeddings, people, at) for at in profile.grid]
    assert profile.different == pytest.approx(expected, abs=2e-2)  # the grid is kept with five digits
    gap = max(abs(shares(others, names, at) - want) for at, want in zip(profile.grid, profile.different, strict=True))
    assert compare(profile, others, names).gap == pytest.approx(gap, abs=2e-2)


@pytest.mark.parametrize("behind", [10, 20])
@pytest.mark.parametrize("at_hand", [2, 5])
def test_people_of_the_same_kind_seldom_raise_an_alarm(behind, at_hand):
    alarms = 0
    for draw in range(30):
        profile = distance_profile(*made_people(behind, 4, 1000 + draw))
        embeddings, people = made_people(at_hand, 4, 5000 + draw)
        alarms += compare(profile, embeddings, people).unlike
    assert alarms <= 4  # of 30: more than 4 come once in 60 times where the rate is 5 %


def test_pictures_of_nobody_known_seldom_raise_an_alarm():
    alarms = 0
    for draw in range(8):
        profile = distance_profile(*made_people(20, 4, 1000 + draw))
        for people, each in ((3, 10), (10, 4), (40, 1), (1, 25)):
            alarms += compare(profile, made_people(people, each, 9000 + draw)[0]).unlike
    assert alarms <= 4  # of 32


@pytest.mark.parametrize("spread", [0.1, 0.3])
def test_a_shift_is_found_between_people_who_are_named(spread):
    for draw in range(4):
        profile = distance_profile(*made_people(20, 4, draw))
        embeddings, people = made_people(12, 8, 100 + draw, spread=spread)
        named = compare(profile, embeddings, people)
        assert named.unlike
        assert named.median < named.usual / 2


def test_a_large_shift_is_found_where_nobody_is_named():
    for draw in range(4):
        profile = distance_profile(*made_people(20, 4, draw))
        assert compare(profile, made_people(40, 4, 100 + draw, spread=0.03)[0]).unlike


def test_a_small_difference_of_many_people_is_no_warning():
    profile = distance_profile(*made_people(40, 6, 0))
    found = compare(profile, *made_people(40, 6, 1, spread=0.95))
    assert not found.unlike


def test_what_cannot_be_compared_says_why():
    few = distance_profile(*made_people(FEWEST_PEOPLE - 1, 3, 0))
    assert "too few" in compare(few, *made_people(5, 3, 1)).why_not
    profile = distance_profile(*made_people(20, 3, 0))
    assert "one person" in compare(profile, *made_people(1, 5, 1)).why_not
    assert "too few" in compare(profile, made_people(3, 3, 1)[0]).why_not
    assert distance_profile(*made_people(1, 5, 0)) is None
    assert distance_profile(*made_people(5, 1, 0)) is None


def test_a_profile_is_small_and_travels_as_json():
    profile = distance_profile(*made_people(40, 10, 0))
    text = json.dumps(profile.to_json(), allow_nan=False)
    assert len(text) < 10_000
    assert DistanceProfile.from_json(json.loads(text)) == profile
    with pytest.raises(ValueError, match="one number for each distance"):
        DistanceProfile.from_json(profile.to_json() | {"same": []})


def test_faces_on_one_point_are_compared_without_a_warning_of_numpy():
    embeddings, people = np.ones((40, 4)), np.repeat(np.arange(20), 2)
    profile = distance_profile(embeddings, people)
    assert profile.within(0.0)[0] == pytest.approx(1.0)
    assert not compare(profile, embeddings, people).unlike
