import numpy as np
import pytest

from facenet_core.evaluation import open_set, share_over_people


def test_both_rates_against_a_plain_count():
    found = open_set([0.2, 0.5, 0.9], [True, False, True], [1, 1, 2], [0.4, 1.5], [8, 9], [0.0, 0.3, 0.6, 1.0, 2.0])
    assert found.false_positive.share.tolist() == [0, 0, 0.5, 0.5, 1]
    np.testing.assert_allclose(found.false_negative.share, [1, 2 / 3, 2 / 3, 1 / 3, 1 / 3])
    np.testing.assert_allclose(found.wrong_name.share, [0, 0, 1 / 3, 1 / 3, 1 / 3])
    assert found.place(0.55) == 1  # a probe at 0.6 is not named at 0.55, though 0.6 is nearer
    assert [found.place(threshold) for threshold in (-1.0, 0.0, 0.3, 9.0)] == [0, 0, 1, 4]


def test_the_threshold_itself_names_somebody():
    assert open_set([0.5], [True], [1], [0.5], [2], [0.5]).false_positive.share.tolist() == [1]


def test_without_strangers_or_known_probes_there_is_no_share():
    found = open_set([], [], [], [], [], [1.0])
    assert np.isnan(found.false_positive.share).all()
    assert found.false_negative.at(0)[1] is None
    assert found.false_positive.people == 0


def test_one_person_has_no_interval():
    share, interval = share_over_people([[1, 0, 1]], [4, 4, 4]).at(0)
    assert share == pytest.approx(2 / 3)
    assert interval is None
    assert share_over_people([[1, 1, 1]], [4, 4, 4]).at(0) == (1.0, None)


def test_an_error_that_never_happened_may_still_happen():
    _, interval = share_over_people(np.zeros((1, 30)), np.repeat(np.arange(10), 3)).at(0)
    assert interval == pytest.approx((0, 1 - 0.025 ** (1 / 10)))
    _, always = share_over_people(np.ones((1, 30)), np.repeat(np.arange(10), 3)).at(0)
    assert always == pytest.approx((0.025 ** (1 / 10), 1))


def test_equal_seeds_draw_the_same_people():
    chance = np.random.default_rng(0)
    outcomes, people = chance.random((3, 60)) < 0.3, np.repeat(np.arange(20), 3)
    first, again = (share_over_people(outcomes, people, seed=5) for _ in range(2))
    assert np.array_equal(first.low, again.low)
    assert np.all((first.low <= first.share) & (first.share <= first.high))


@pytest.mark.parametrize("people", [12, 30])
def test_intervals_cover_the_truth_as_often_as_they_say(people):
    """People differ in how often they are mistaken, as real ones do: probes of one are alike."""
    chance = np.random.default_rng(people)
    covered = 0
    for number in range(500):
        own = chance.beta(2, 4, size=people)  # a third on average
        outcomes = chance.random((people, 6)) < own[:, None]
        found = share_over_people(outcomes.reshape(1, -1), np.repeat(np.arange(people), 6), seed=number)
        covered += found.low[0] <= 1 / 3 <= found.high[0]
    assert 0.92 <= covered / 500 <= 0.98


def test_seven_strangers_who_are_never_taken_in_promise_little():
    found = open_set([], [], [], np.linspace(1, 2, 70), np.repeat(np.arange(7), 10), np.linspace(0, 3, 31))
    assert found.false_positive.high[0] == pytest.approx(1 - 0.025 ** (1 / 7))
    assert np.all(found.false_positive.high >= found.false_positive.high[0])
    assert np.all(found.false_positive.low <= 0.025 ** (1 / 7) + 1e-12)
