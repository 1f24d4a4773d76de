"""Intervals hold what they promise: over simulated sets of people, and only because people are drawn, not pairs."""

import numpy as np
import pytest

from facenet_core.evaluation.pairs.group_pairs import group_pairs
from facenet_core.evaluation.verification.intervals import drawn_aucs, few_people_factor, interval_of

PEOPLE, IMAGES, SIZE, NOISE, DRAWS = 15, 4, 8, 0.8, 150
TRUTH = 0.8958  # mean AUC of 6,000 such sets, give or take 0.0004; it is off on average for no number of people


def drawn(generator, people=PEOPLE):
    """Somebody's faces lie around their own place, some people's closer than others'."""
    person = np.repeat(np.arange(people), IMAGES)
    spread = NOISE * np.exp(0.3 * generator.normal(size=people))[person, None]
    rows = generator.normal(size=(people, SIZE))[person] + spread * generator.normal(size=(len(person), SIZE))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), person


def people_drawn(group, ranked, generator):
    draws = generator.multinomial(PEOPLE, np.full(PEOPLE, 1 / PEOPLE), size=DRAWS).astype(float)
    return drawn_aucs(group, ranked, draws)


def pairs_drawn(group, ranked, generator):
    """The mistake: each pair as often as chance has it, as if pairs were independent."""
    same = generator.poisson(1.0, (DRAWS, len(group.same)))
    running = np.zeros((DRAWS, len(group.different) + 1))
    np.cumsum(generator.poisson(1.0, (DRAWS, len(group.different))), axis=1, out=running[:, 1:])
    farther = running[:, -1:] - running[:, np.searchsorted(group.different, group.same)]
    return (same * farther).sum(axis=1) / (same.sum(axis=1) * running[:, -1])


def coverage(draw, sets, seed=0):
    generator = np.random.default_rng(seed)
    held = 0
    for _ in range(sets):
        group = group_pairs(*drawn(generator))
        ranked = group.ranked()
        low, high = interval_of(draw(group, ranked, generator), ranked.ranks().auc(), PEOPLE)
        held += low <= TRUTH <= high
    return held / sets


def test_95_of_100_intervals_hold_the_truth():
    assert 0.92 <= coverage(people_drawn, 500) <= 0.98


def test_drawing_pairs_would_promise_too_much():
    assert coverage(pairs_drawn, 150) < 0.9


def test_the_truth_is_that_of_very_many_people():
    group = group_pairs(*drawn(np.random.default_rng(1), 400))
    assert group.ranked().ranks().auc() == pytest.approx(TRUTH, abs=0.02)


def test_draws_at_once_are_those_one_by_one(monkeypatch):
    from facenet_core.evaluation.verification import intervals

    generator = np.random.default_rng(2)
    group = group_pairs(np.round(2 * drawn(generator)[0]), drawn(generator)[1])  # coarse, so that distances tie
    ranked = group.ranked()
    draws = generator.multinomial(PEOPLE, np.full(PEOPLE, 1 / PEOPLE), size=20).astype(float)
    draws[3] = np.eye(PEOPLE)[0] * PEOPLE  # one person alone
    expected = [ranked.ranks(*group.weights(draw)).auc() for draw in draws]
    monkeypatch.setattr(intervals, "_AT_ONCE", 3 * len(group.different))
    found = drawn_aucs(group, ranked, draws)
    assert np.isnan(found[3])
    assert expected[3] is None
    assert np.delete(found, 3) == pytest.approx(np.delete(expected, 3).astype(float))


def test_few_people_widen_and_ends_stay_shares():
    assert [round(few_people_factor(people), 2) for people in (12, 20, 100)] == [1.37, 1.2, 1.04]
    assert few_people_factor(2) == few_people_factor(3) > 2
    draws = np.linspace(0.9, 1.0, 101)
    few, many = (interval_of(draws, 0.98, people) for people in (8, 10_000))
    assert few.low < many.low < many.high <= few.high == 1
    assert many == pytest.approx((0.9025, 0.9975), abs=1e-3)
    assert interval_of(np.ones(50), 1.0, 5) == (1, 1)
    assert interval_of(np.zeros(50), 0.0, 5) == (0, 0)
    assert interval_of(np.zeros(50), 0.0, 5, share=False) == (0, 0)
    low, high = interval_of(np.linspace(-0.1, 0.3, 101), 0.1, 10_000, share=False)
    assert (low, high) == pytest.approx((-0.09, 0.29), abs=1e-3)


def test_draws_that_mostly_could_not_be_measured_give_no_interval():
    assert interval_of(np.array([0.5, *[np.nan] * 9]), 0.5, 20) is None
    assert interval_of(np.zeros(0), 0.5, 20) is None
