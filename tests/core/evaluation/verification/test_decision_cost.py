"""Thresholds by rule and by cost, a curve's band, and votes of people: against plain loops."""

import itertools

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from facenet_core.evaluation import (
    RULES,
    Prices,
    all_pairs_roc,
    auc_interval,
    balanced_pairs,
    best_threshold,
    cheapest_threshold,
    choose_threshold,
    expected_costs,
    pair_distances,
    rated_pairs,
    right_votes,
    roc_band,
)
from tests.core.evaluation.verification.test_slices import faces


def kinds(embeddings, people):
    pairs = pair_distances(embeddings, people)
    return np.sort(pairs.squared_distance[pairs.same]), np.sort(pairs.squared_distance[~pairs.same])


@pytest.mark.parametrize("far", [0.1, 0.01, 0.001])
def test_a_threshold_for_a_false_accept_rate_is_the_largest_that_keeps_it(far):
    _, different = kinds(*faces(people=20))
    threshold = choose_threshold([], different, f"far:{far:g}").threshold
    allowed = int(far * len(different) + 1e-9)
    assert sum(d <= threshold for d in different) == allowed
    assert different[allowed - 1] < threshold < different[allowed]


def test_ties_never_break_the_promise():
    different = np.array([0.5] * 3 + [1.0] * 50 + [2.0] * 47)
    threshold = choose_threshold([], different, "far:0.1").threshold
    assert 0.5 < threshold < 1.0  # ten may be accepted, but the fourth comes with 49 others
    assert choose_threshold([], np.zeros(100), "far:0.1").threshold is None
    assert choose_threshold([], np.full(100, 2.0), "far:0.1").threshold < 2


def test_the_other_rules():
    same, different = kinds(*faces(people=20))
    balanced = choose_threshold(same, different, "balanced").threshold
    together, kind = np.concatenate([same, different]), np.arange(len(same) + len(different)) < len(same)
    assert balanced == best_threshold(together, kind)[0]
    equal = choose_threshold(same, different, "equal").threshold
    assert np.mean(different <= equal) == pytest.approx(np.mean(same > equal), abs=1.5 / len(same))


def test_equal_errors_are_cut_where_different_pairs_lie_too():
    found = choose_threshold([0, 10], [5, 5.1, 5.2, 20], "equal").threshold
    assert 5.1 <= found < 5.2


def gap(threshold, same, different):
    return abs(np.mean(different <= threshold) - np.mean(same > threshold))


def test_no_threshold_brings_both_errors_nearer_together():
    chance = np.random.default_rng(7)
    for draw in range(300):
        digits = (1, 2, 9)[draw % 3]  # with one digit nearly all are ties
        same = np.round(chance.gamma(2, 0.5, chance.integers(1, 12)), digits)
        different = np.round(chance.gamma(3, 0.7, chance.integers(1, 25)), digits)
        found = choose_threshold(same, different, "equal")
        places = np.unique([*same, *different])
        if len(places) == 1:
            assert found.threshold is None
            assert "All distances are equal" in found.note
            continue
        best = min(gap(place, same, different) for place in [-1.0, *places])
        assert gap(found.threshold, same, different) == pytest.approx(best, abs=1e-12), (same, different)
        assert found.threshold >= 0


def test_where_all_are_equal_there_is_nothing_to_choose():
    for rule in ("balanced", "equal"):
        found = choose_threshold([0.3, 0.3], [0.3] * 5, rule)
        assert (found.threshold, found.note) == (None, "All distances are equal: no threshold tells anybody apart.")


def test_accepting_nobody_costs_what_it_costs_also_where_strangers_are_equal():
    faces_, people = [[0.0], [0.0], [3.0], [6.0], [19.0], [19.3]], [0, 1, 0, 1, 2, 2]
    same, different = kinds(faces_, people)
    assert different[0] == 0 < same[0]
    for price in (0.5, 2, 5, 50):
        prices = Prices(false_accept=price, impostors=0.5)
        found = cheapest_threshold(faces_, people, prices, resamples=0)
        tried = expected_costs(same, different, [0.0, *same, *different], prices)
        assert found.cost == pytest.approx(min(tried))
        assert expected_costs(same, different, [found.threshold], prices)[0] == pytest.approx(min(tried))


def test_what_pairs_cannot_support_is_said():
    assert "at least 1,000 different pairs, here are 3" in choose_threshold([1.0], [1, 2, 3], "far:0.001").note
    for rule in ("balanced", "equal"):
        assert "not both" in choose_threshold([], [1.0], rule).note
    with pytest.raises(ValueError, match="rule must be one of"):
        choose_threshold([1.0], [1.0], "lucky")
    with pytest.raises(ValueError, match="finite"):
        choose_threshold([np.nan], [1.0], RULES[0])


@pytest.mark.parametrize(("price", "impostors"), [(1.0, 0.5), (10.0, 0.5), (0.1, 0.9), (1000.0, 0.001), (1.0, 0.01)])
def test_the_cheapest_threshold_is_the_best_of_all_there_are(price, impostors):
    embeddings, people = faces(people=15)
    same, different = kinds(embeddings, people)
    prices = Prices(false_accept=price, impostors=impostors)
    found = cheapest_threshold(embeddings, people, prices, resamples=40)
    costs = []
    for threshold in [-1.0, *same, *different]:
        far, frr = np.mean(different <= threshold), np.mean(same > threshold)
        costs.append(impostors * price * far + (1 - impostors) * frr)
    assert found.cost == pytest.approx(min(costs))
    assert expected_costs(same, different, [found.threshold], prices)[0] == pytest.approx(min(costs))
    assert found.interval.low <= found.interval.high
    assert found.elsewhere >= 0


def test_dearer_false_accepts_and_more_impostors_make_it_stricter():
    embeddings, people = faces(people=20)
    by_price = [
        cheapest_threshold(embeddings, people, Prices(false_accept=c, impostors=0.5), resamples=0).threshold
        for c in (0.1, 1, 10, 100)
    ]
    by_share = [
        cheapest_threshold(embeddings, people, Prices(false_accept=1, impostors=p), resamples=0).threshold
        for p in (0.01, 0.5, 0.99)
    ]
    assert by_price == sorted(by_price, reverse=True)
    assert by_share == sorted(by_share, reverse=True)
    assert by_price[0] > by_price[-1]


def test_where_looking_does_not_pay_nobody_is_accepted():
    found = cheapest_threshold(np.ones((12, 3)), np.arange(12) // 3, Prices(false_accept=100, impostors=0.9))
    assert (found.threshold, found.cost) == (0.0, pytest.approx(90))  # all alike: 0 still accepts everybody
    noise, people = faces(people=20, signal=0.0)
    found = cheapest_threshold(noise, people, Prices(false_accept=1e4, impostors=0.9), resamples=0)
    assert found.threshold < kinds(noise, people)[1][0]


def test_costs_need_both_kinds_and_sensible_prices():
    assert cheapest_threshold(np.eye(3), [0, 0, 0], Prices(false_accept=1, impostors=0.5)) is None
    assert cheapest_threshold(np.eye(3), [0, 1, 2], Prices(false_accept=1, impostors=0.5)) is None
    with pytest.raises(ValueError, match="both kinds"):
        expected_costs(np.zeros(0), np.ones(3), [1.0], Prices(false_accept=1, impostors=0.5))
    for wrong in ({"false_accept": 0, "impostors": 0.5}, {"false_accept": np.inf, "impostors": 0.5}):
        with pytest.raises(ValueError, match="false_accept"):
            Prices(**wrong)
    for share in (0, 1, np.nan):
        with pytest.raises(ValueError, match="impostors"):
            Prices(false_accept=1, impostors=share)


def test_the_band_holds_the_curve():
    embeddings, people = faces(people=20)
    curve, rates = all_pairs_roc(embeddings, people), np.array([0.01, 0.1, 0.5])
    band = roc_band(embeddings, people, rates, resamples=100)
    assert (band.low <= [curve.val_at_far(far).val for far in rates]).all()
    assert (band.high >= [curve.val_at_far(far).val for far in rates]).all()
    assert roc_band(np.eye(3), [0, 0, 0], rates) is None
    with pytest.raises(ValueError, match="row 0"):
        roc_band([[np.nan]], [0], rates)


@pytest.mark.parametrize("seed", range(5))
def test_the_area_of_votes_is_that_of_a_plain_count(seed):
    generator = np.random.default_rng(seed)
    votes, same = generator.integers(-2, 3, 20), np.arange(20) < 10
    found = rated_pairs(votes, same)
    wins = [(a > b) + (a == b) / 2 for a, b in itertools.product(votes[same], votes[~same])]
    assert found.auc == pytest.approx(np.mean(wins))
    assert found.auc == pytest.approx(roc_auc_score(same, votes))
    assert np.trapezoid(found.val, found.far) == pytest.approx(found.auc)
    assert (found.far[0], found.val[0], found.far[-1], found.val[-1]) == (0, 0, 1, 1)
    assert found.interval.low < found.auc < found.interval.high


def test_the_interval_of_few_votes_keeps_its_level_and_never_shrinks_to_a_point():
    generator = np.random.default_rng(0)
    truth, inside = 0.8554, 0  # of two bell curves 1.5 apart
    for _ in range(500):
        votes = np.concatenate([generator.normal(1.5, 1, 10), generator.normal(0, 1, 10)])
        ends = rated_pairs(votes, np.arange(20) < 10).interval
        inside += ends.low <= truth <= ends.high
    assert 0.92 <= inside / 500 <= 0.99
    perfect = auc_interval(1.0, 10, 10)
    assert 0.7 < perfect.low < 0.9
    assert perfect.high == pytest.approx(1)
    assert auc_interval(0.3, 7, 7).low == pytest.approx(1 - auc_interval(0.7, 7, 7).high)


def test_votes_of_one_kind_have_no_area():
    found = rated_pairs([1, 2], [True, True])
    assert found.auc is found.interval is None
    assert rated_pairs([], []).auc is None
    with pytest.raises(ValueError, match="one entry a pair"):
        rated_pairs([1], [True, False])
    with pytest.raises(ValueError, match="finite"):
        rated_pairs([np.nan], [True])
    with pytest.raises(ValueError, match="area"):
        auc_interval(1.2, 3, 3)


def test_right_votes():
    assert right_votes([2, -1, 0, 1, -2], [True, True, True, False, False]).tolist() == [
        True,
        False,
        False,
        False,
        True,
    ]


def test_drawn_pairs_are_balanced_repeatable_and_of_many_people():
    embeddings, people = faces(people=12, images=4)
    pairs = pair_distances(embeddings, people)
    chosen = balanced_pairs(pairs, people, 20, seed=3)
    assert (chosen == balanced_pairs(pairs, people, 20, seed=3)).all()
    assert (chosen != balanced_pairs(pairs, people, 20, seed=4)).any()
    assert pairs.same[chosen].sum() == 10
    assert len(set(chosen.tolist())) == 20
    own = people[pairs.first[chosen][pairs.same[chosen]]]
    assert len(set(own.tolist())) == 10  # ten same pairs of ten people
    assert pairs.same[chosen][:10].sum() not in (0, 10)  # in no order


@pytest.mark.parametrize(("people", "drawn"), [([0, 0, 0], 0), ([0, 1, 2], 0), ([0, 0, 1], 2), ([], 0)])
def test_few_pairs_give_few_and_stay_balanced(people, drawn):
    who = np.array(people, int)
    pairs = pair_distances(np.random.default_rng(0).normal(size=(len(who), 3)), who)
    assert len(balanced_pairs(pairs, who, 20, seed=0)) == drawn
