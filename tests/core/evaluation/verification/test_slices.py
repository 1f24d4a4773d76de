"""Errors by slice and by person, against plain loops; intervals that hold the truth."""

import numpy as np
import pytest
from scipy import stats

from facenet_core.evaluation import (
    PairDistances,
    clopper_pearson,
    pair_distances,
    person_errors,
    rate_difference,
    slice_rates,
)
from facenet_core.evaluation.verification import slices


def faces(people=12, images=5, signal=0.7, size=16, seed=0):
    generator = np.random.default_rng(seed)
    who = np.repeat(np.arange(people), images)
    rows = generator.normal(size=(len(who), size)) + signal * generator.normal(size=(people, size))[who]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), who


def listed(embeddings, people):
    return pair_distances(embeddings, people)


def test_counts_are_those_of_a_plain_loop():
    embeddings, people = faces()
    pairs = listed(embeddings, people)
    with_glasses = np.arange(len(people)) % 3 == 0
    slices = with_glasses[pairs.first].astype(int) + with_glasses[pairs.second]
    found = slice_rates(pairs, people, 1.4, slices, count=3)
    for number, rates in enumerate(found):
        counts = {"same": [0, 0], "different": [0, 0]}
        for first, second, squared in zip(pairs.first, pairs.second, pairs.squared_distance, strict=True):
            if int(with_glasses[first]) + int(with_glasses[second]) != number:
                continue
            kind = "same" if people[first] == people[second] else "different"
            counts[kind][0] += (squared > 1.4) if kind == "same" else (squared <= 1.4)
            counts[kind][1] += 1
        assert [rates.false_rejects.errors, rates.false_rejects.pairs] == counts["same"]
        assert [rates.false_accepts.errors, rates.false_accepts.pairs] == counts["different"]


def test_the_variance_adds_up_all_pairs_with_a_person_in_common():
    embeddings, people = faces(people=6, images=3)
    pairs = listed(embeddings, people)
    (found,) = slice_rates(pairs, people, 1.4)
    for rate, kind in ((found.false_rejects, True), (found.false_accepts, False)):
        chosen = np.flatnonzero(pairs.same == kind)
        who = [{people[pairs.first[m]], people[pairs.second[m]]} for m in chosen]
        wrong = (pairs.squared_distance[chosen] <= 1.4) != kind
        rest = (wrong - rate.rate) / len(chosen)
        total = sum(rest[i] * rest[j] for i in range(len(chosen)) for j in range(len(chosen)) if who[i] & who[j])
        alone = sum(rest[i] * rest[j] for i in range(len(chosen)) for j in range(len(chosen)) if who[i] == who[j])
        assert rate.variance == pytest.approx(total * 6 / 5 if kind else max(total, alone))


@pytest.mark.parametrize(("people", "images", "threshold"), [(25, 4, 1.5), (50, 3, 1.3)])
def test_intervals_hold_the_truth_in_about_95_of_100_sets(people, images, threshold):
    inside, sets = np.zeros(2), 300
    crowd, who = faces(people=400, images=3, seed=999)
    (truth,) = slice_rates(listed(crowd, who), who, threshold)
    for seed in range(sets):
        embeddings, who = faces(people=people, images=images, seed=seed)
        (found,) = slice_rates(listed(embeddings, who), who, threshold)
        for place, kind in enumerate(("false_accepts", "false_rejects")):
            ends, wanted = getattr(found, kind).interval, getattr(truth, kind).rate
            inside[place] += ends.low <= wanted <= ends.high
    assert (inside / sets >= 0.92).all(), inside / sets
    assert (inside / sets <= 0.99).all(), inside / sets


def test_few_people_reach_as_far_as_students_t_says():
    for people in (3, 8, 20, 200):
        assert slices._reach(people) == pytest.approx(stats.t.ppf(0.975, people - 1), rel=0.06 if people < 5 else 0.002)


def test_no_error_at_all_is_not_a_rate_of_zero():
    embeddings, people = np.eye(10).repeat(4, axis=0), np.arange(10).repeat(4)
    (found,) = slice_rates(listed(embeddings, people), people, 1.0)
    assert (found.false_accepts.errors, found.false_rejects.errors) == (0, 0)
    assert found.false_accepts.interval == clopper_pearson(0, 45)  # twosomes of people
    assert found.false_rejects.interval == clopper_pearson(0, 10)  # people
    (all_wrong,) = slice_rates(listed(embeddings, people), people, -1.0)
    assert all_wrong.false_rejects.rate == 1
    assert all_wrong.false_rejects.interval.low == clopper_pearson(10, 10).low


@pytest.mark.parametrize("people", [[], [0], [0, 0, 0], [0, 1, 2]])
def test_a_missing_kind_has_no_rate(people):
    table = np.random.default_rng(0).normal(size=(len(people), 4))
    (found,) = slice_rates(listed(table, np.array(people, int)), np.array(people, int), 1.0)
    for rate in (found.false_accepts, found.false_rejects):
        assert rate.pairs or (rate.rate is None and rate.interval is None)
        assert not rate.enough
    assert rate_difference(found.false_accepts, found.false_rejects) is None


def test_collapsed_embeddings_accept_everybody():
    people = np.arange(10).repeat(4)
    (found,) = slice_rates(listed(np.ones((40, 8)), people), people, 0.0)
    assert (found.false_accepts.rate, found.false_rejects.rate) == (1, 0)


def test_a_difference_is_told_from_chance():
    one, people = faces(people=30, signal=1.4)
    other, _ = faces(people=30, signal=0.3)
    (clear,), (blurred,) = (slice_rates(listed(points, people), people, 1.2) for points in (one, other))
    ends = rate_difference(clear.false_rejects, blurred.false_rejects)
    assert 0 < ends.low < blurred.false_rejects.rate - clear.false_rejects.rate < ends.high
    again = rate_difference(clear.false_rejects, clear.false_rejects)
    assert again.low < 0 < again.high  # of other people it might have been another one
    assert rate_difference(clear.false_rejects, clear.false_rejects, paired=True) == (0, 0)


def test_slices_have_to_name_every_pair():
    pairs = listed(*faces())
    with pytest.raises(ValueError, match="one slice for each of"):
        slice_rates(pairs, np.arange(12).repeat(5), 1.0, [0, 1])


def test_errors_of_each_person_are_those_of_a_plain_loop():
    embeddings, people = faces(people=6, images=3)
    pairs = listed(embeddings, people)
    found = person_errors(pairs, people, 1.4)
    for place, person in enumerate(found.people):
        counts = np.zeros(4, int)
        for first, second, squared in zip(pairs.first, pairs.second, pairs.squared_distance, strict=True):
            a, b = people[first], people[second]
            if a == b == person:
                counts += [squared > 1.4, 1, 0, 0]
            elif person in (a, b):
                counts += [0, 0, squared <= 1.4, 1]
        assert counts.tolist() == [
            found.false_rejects[place],
            found.same[place],
            found.false_accepts[place],
            found.different[place],
        ]
    shares = found.false_rejects / found.same + found.false_accepts / found.different
    assert (np.diff(shares[found.order]) <= 0).all()


def test_nobody_has_no_errors():
    none = np.zeros(0, np.int64)
    pairs = PairDistances(first=none, second=none, squared_distance=np.zeros(0), same=np.zeros(0, bool))
    assert len(person_errors(pairs, none, 1.0).people) == 0
