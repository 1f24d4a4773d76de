"""Exact limits of a share beside scipy's, and the pairs, people and photos that follow from them."""

import numpy as np
import pytest
from scipy import stats

from facenet_core.evaluation import (
    at_least,
    clopper_pearson,
    different_pairs,
    independent_worth,
    largest_share,
    needed_pairs,
    people_needed,
    trials_needed,
)

COUNTS = [(0, 1), (1, 1), (0, 20), (20, 20), (1, 20), (7, 20), (37, 74_000), (500, 1_000), (0, 10**6), (99_999, 10**5)]


@pytest.mark.parametrize(("errors", "trials"), COUNTS)
@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_limits_are_those_of_scipy(errors, trials, confidence):
    expected = stats.binomtest(errors, trials).proportion_ci(confidence, method="exact")
    found = clopper_pearson(errors, trials, confidence)
    assert found.low == pytest.approx(expected.low, rel=1e-8)
    assert found.high == pytest.approx(expected.high, rel=1e-8)


@pytest.mark.parametrize("share", [1e-6, 0.01, 0.3, 0.999])
def test_tails_are_sums_of_the_binomial(share):
    for errors in range(13):
        expected = sum(stats.binom.pmf(k, 12, share) for k in range(errors, 13))
        assert at_least(errors, 12, share) == pytest.approx(expected, rel=1e-9, abs=1e-15)
    assert (at_least(0, 5, 0.0), at_least(1, 5, 0.0), at_least(5, 5, 1.0), at_least(6, 5, 0.5)) == (1, 0, 1, 0)


def test_limits_hold_the_truth_as_often_as_they_say():
    drawn = np.random.default_rng(0).binomial(400, 0.03, size=500)
    ends = {k: clopper_pearson(k, 400) for k in set(drawn.tolist())}
    inside = np.mean([ends[k].low <= 0.03 <= ends[k].high for k in drawn.tolist()])
    assert 0.94 <= inside <= 0.99  # exact limits are never too narrow, and a little too wide


def test_the_rule_of_three():
    for trials in (100, 3_000, 10**6):
        assert largest_share(0, trials) == pytest.approx(3 / trials, rel=0.03)
    assert largest_share(3, 3) == 1


@pytest.mark.parametrize(("share", "errors"), [(0.1, 0), (0.001, 0), (1e-5, 0), (0.01, 1), (0.001, 3)])
def test_so_many_tries_are_enough_and_one_fewer_is_not(share, errors):
    needed = trials_needed(share, errors)
    assert largest_share(errors, needed) <= share < largest_share(errors, needed - 1)


def test_what_a_rate_of_one_in_a_thousand_needs():
    needed = needed_pairs(0.001)
    assert needed.to_show == 2_995
    ends = clopper_pearson(needed.errors_to_measure, needed.to_measure)
    assert ends.low >= 0.0005
    assert ends.high <= 0.002
    fewer = clopper_pearson(needed.errors_to_measure - 1, round((needed.errors_to_measure - 1) / 0.001))
    assert fewer.low < 0.0005 or fewer.high > 0.002


@pytest.mark.parametrize("photos", [1, 2, 7])
@pytest.mark.parametrize("pairs", [1, 10, 2_995, 299_572])
def test_people_form_enough_pairs_and_one_fewer_does_not(pairs, photos):
    people = people_needed(pairs, photos)
    listed = [(a, b) for a in range(min(people, 9)) for b in range(a)]
    if people < 9:
        assert different_pairs(people, photos) == len(listed) * photos**2
    assert different_pairs(people, photos) >= pairs
    assert people == 2 or different_pairs(people - 1, photos) < pairs


def test_pairs_are_worth_what_their_rate_varies():
    assert independent_worth(0.2, 0.2 * 0.8 / 200, 10_000) == pytest.approx(200)
    assert independent_worth(0.2, 0.2 * 0.8 / 200, 150) == 150  # never worth more than they are
    for rate, variance in [(0.0, 0.1), (None, 0.1), (0.2, 0.0), (0.2, float("nan"))]:
        assert independent_worth(rate, variance, 100) is None


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: clopper_pearson(3, 2), "errors must lie"),
        (lambda: clopper_pearson(0, 0), "at least 1 trial"),
        (lambda: clopper_pearson(0, 5, 1.0), "confidence"),
        (lambda: trials_needed(0.0), "share"),
        (lambda: needed_pairs(0.7), "far"),
        (lambda: people_needed(5, 0), "photos"),
    ],
)
def test_what_makes_no_sense_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
