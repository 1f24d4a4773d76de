import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facenet_core.evaluation import (
    TripletCensus,
    census_by_anchor,
    census_over_margins,
    count_embedding_triplets,
    count_triplets,
    pair_distances,
)
from facenet_core.evaluation.triplets import census


def plain_census(squared, people, margin):
    counts = dict.fromkeys(("valid", "easy", "semi_hard", "hard", "active"), 0)
    faces = range(len(people))
    for a in faces:
        for p in faces:
            for n in faces:
                if a == p or people[a] != people[p] or people[a] == people[n]:
                    continue
                d_ap, d_an = squared[a][p], squared[a][n]
                counts["valid"] += 1
                counts["easy"] += d_an >= d_ap + margin
                counts["semi_hard"] += d_ap < d_an < d_ap + margin
                counts["hard"] += d_an <= d_ap
                counts["active"] += d_an < d_ap + margin
    return TripletCensus(**{name: int(count) for name, count in counts.items()})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 12), st.integers(1, 5), st.sampled_from([0.25, 1.0, 2.0, 3.9]))
def test_counts_equal_plain_loops_also_on_ties(seed, faces, people, margin):
    generator = np.random.default_rng(seed)
    embeddings, who = generator.integers(0, 3, (faces, 2)), generator.integers(0, people, faces)
    squared = ((embeddings[:, None] - embeddings[None]) ** 2).sum(-1)
    expected = plain_census(squared, who, margin)
    assert count_triplets(squared.reshape(faces, faces), who, margin) == expected
    assert count_embedding_triplets(embeddings, who, margin) == expected


MARGINS = [1.0, 0.25, 3.9, 1.0]  # in no order, one of them twice


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 12), st.integers(1, 5))
def test_all_margins_at_once_equal_one_after_the_other(seed, faces, people):
    generator = np.random.default_rng(seed)
    embeddings, who = generator.integers(0, 3, (faces, 2)), generator.integers(0, people, faces)
    result = census_over_margins(embeddings, who, MARGINS)
    for i, margin in enumerate(MARGINS):
        one = count_embedding_triplets(embeddings, who, margin)
        together = (result.valid, result.easy[i], result.semi_hard[i], result.hard, result.active[i])
        assert together == (one.valid, one.easy, one.semi_hard, one.hard, one.active)
    assert result.active.dtype == result.easy.dtype == result.semi_hard.dtype == np.int64


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 12), st.integers(1, 5), st.sampled_from([0.25, 1.0, 3.9]))
def test_anchors_and_people_add_up_to_the_plain_loops(seed, faces, people, margin):
    generator = np.random.default_rng(seed)
    embeddings, who = generator.integers(0, 3, (faces, 2)), generator.integers(0, people, faces)
    squared = ((embeddings[:, None] - embeddings[None]) ** 2).sum(-1)
    result = census_by_anchor(embeddings, who, margin)
    kinds = ("valid", "easy", "semi_hard", "hard", "active")
    for anchor in range(faces):
        gaps = [
            squared[anchor, n] - squared[anchor, p]
            for p in range(faces)
            for n in range(faces)
            if p != anchor and who[p] == who[anchor] != who[n]
        ]
        by_hand = (
            len(gaps),
            sum(g >= margin for g in gaps),
            sum(0 < g < margin for g in gaps),
            sum(g <= 0 for g in gaps),
            sum(g < margin for g in gaps),
        )
        assert tuple(getattr(result, kind)[anchor] for kind in kinds) == by_hand
    for kind in kinds:
        of_people = getattr(result.by_person(who), kind)
        assert of_people.tolist() == [getattr(result, kind)[who == person].sum() for person in np.unique(who)]


def test_every_valid_triplet_is_of_exactly_one_kind():
    generator = np.random.default_rng(0)
    people = np.repeat(np.arange(6), 4)
    result = count_embedding_triplets(generator.normal(size=(24, 5)), people, 0.2)
    assert result.valid == 24 * 3 * 20
    assert result.easy + result.semi_hard + result.hard == result.valid
    assert result.semi_hard + result.hard == result.active


def test_where_ties_go():
    # anchor 0, positive at 1, negatives at 1 (as near as the positive) and at 1.5 (exactly the margin farther)
    squared = np.array([[0, 1, 1, 1.5], [1, 0, 9, 9], [1, 9, 0, 9], [1.5, 9, 9, 0]])
    result = count_triplets(squared, [0, 0, 1, 2], margin=0.5)
    assert (result.valid, result.hard, result.semi_hard, result.easy) == (4, 1, 0, 3)


def test_blocks_do_not_change_anything(monkeypatch):
    generator = np.random.default_rng(1)
    embeddings, people = generator.normal(size=(50, 4)), generator.integers(0, 8, 50)
    whole = count_embedding_triplets(embeddings, people, 0.2)
    monkeypatch.setattr(census, "BLOCK_ELEMENTS", 120)
    assert count_embedding_triplets(embeddings, people, 0.2) == whole


def test_collapsed_embeddings_are_all_hard():
    result = count_embedding_triplets(np.full((12, 8), 0.1), np.arange(12) // 3, 0.2)
    assert result.hard == result.valid == result.active == 12 * 2 * 9


@pytest.mark.parametrize("people", [[], [0], [0, 0, 0], [0, 1, 2]])
def test_no_triplet_is_a_result(people):
    assert count_embedding_triplets(np.zeros((len(people), 3)), people, 0.2).valid == 0


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match=r"shape \(B, B\), got \(2, 3\)"):
        count_triplets(np.zeros((2, 3)), [0, 1], 0.2)
    with pytest.raises(ValueError, match="margin"):
        count_triplets(np.zeros((2, 2)), [0, 1], 0.0)
    with pytest.raises(ValueError, match="row 0"):
        count_triplets([[np.nan, 0], [0, 0]], [0, 1], 0.2)
    with pytest.raises(ValueError, match="each of the 2 embeddings"):
        count_triplets(np.zeros((2, 2)), [0, 1, 2], 0.2)
    with pytest.raises(ValueError, match="margin must lie between 0 and 4"):
        census_over_margins(np.zeros((2, 2)), [0, 1], [0.2, np.nan])
    with pytest.raises(ValueError, match=r"margins must have shape \(M,\), got \(\)"):
        census_over_margins(np.zeros((2, 2)), [0, 1], 0.2)
    with pytest.raises(ValueError, match="margin"):
        census_by_anchor(np.zeros((2, 2)), [0, 1], -1)
    assert len(pair_distances(np.zeros((2, 2)), [0, 1])) == 1
