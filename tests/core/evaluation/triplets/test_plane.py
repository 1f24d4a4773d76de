import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facenet_core.evaluation import count_embedding_triplets, single_triplets, triplet_plane, triplets_near
from facenet_core.evaluation.triplets.plane import CELLS, plane_end


def unit_faces(seed, faces, people, size=3):
    generator = np.random.default_rng(seed)
    rows = generator.normal(size=(faces, size))
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), generator.integers(0, people, faces)


def plain_triplets(embeddings, people):
    squared = ((embeddings[:, None] - embeddings[None]) ** 2).sum(-1)
    faces = range(len(people))
    return {
        (a, p, n): (squared[a, p], squared[a, n])
        for a in faces
        for p in faces
        for n in faces
        if a != p and people[a] == people[p] and people[a] != people[n]
    }


def counts_of(plane, margin):
    """Add up the half cells as the picture colours them."""
    cells, whole = plane.cells, round(margin / plane.width)
    steps = np.arange(cells)[None, :] - np.arange(cells)[:, None]
    hard = plane.below[steps <= 0].sum() + plane.above[steps < 0].sum()
    easy = plane.below[steps > whole].sum() + plane.above[steps >= whole].sum()
    return int(hard), int(plane.below.sum() + plane.above.sum() - hard - easy), int(easy)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 14), st.integers(1, 5), st.sampled_from([4, 8, 80]))
def test_every_cell_holds_the_triplets_of_plain_loops(seed, faces, people, cells):
    embeddings, who = unit_faces(seed, faces, people)
    plane = triplet_plane(embeddings, who, cells=cells)
    below, above = np.zeros((cells, cells), int), np.zeros((cells, cells), int)
    for near, far in plain_triplets(embeddings, who).values():
        column, row = (min(int(d / plane.width), cells - 1) for d in (near, far))
        half = below if far - near < (row - column) * plane.width else above
        half[column, row] += 1
    assert np.array_equal(plane.below, below)
    assert np.array_equal(plane.above, above)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 16), st.integers(1, 6), st.sampled_from([0.05, 0.15, 0.2, 0.3, 1.5]))
def test_the_picture_counts_what_the_census_counts(seed, faces, people, margin):
    embeddings, who = unit_faces(seed, faces, people)
    census = count_embedding_triplets(embeddings, who, margin)
    assert counts_of(triplet_plane(embeddings, who), margin) == (census.hard, census.semi_hard, census.easy)


def test_ties_on_both_lines_go_as_in_the_census():
    # on a line: positive at 0.5, negatives at 0.5 (tied) and where the squared distance is larger by exactly 0.75
    embeddings = np.array([[0.0], [0.5], [-0.5], [1.0]])
    who = np.array([0, 0, 1, 2])
    census = count_embedding_triplets(embeddings, who, 0.75)
    assert counts_of(triplet_plane(embeddings, who, cells=16), 0.75) == (census.hard, census.semi_hard, census.easy)


def test_collapsed_faces_lie_in_the_corner_below_the_diagonal():
    plane = triplet_plane(np.full((6, 4), 0.5), [0, 0, 0, 1, 1, 1])
    assert plane.below[0, 0] == plane.below.sum() == 6 * 2 * 3
    assert plane.above.sum() == 0


@pytest.mark.parametrize("people", [[], [0], [0, 0, 0], [0, 1, 2]])
def test_no_triplet_is_an_empty_plane(people):
    plane = triplet_plane(np.zeros((len(people), 3)), people)
    assert plane.below.shape == plane.above.shape == (CELLS, CELLS)
    assert plane.below.sum() + plane.above.sum() == len(single_triplets(np.zeros((len(people), 3)), people)) == 0


def test_faces_that_are_not_of_unit_length_get_a_larger_plane():
    embeddings = 128 * unit_faces(0, 12, 3)[0]
    assert plane_end(embeddings) == 80_000
    assert plane_end(embeddings / 128) == 4
    plane = triplet_plane(embeddings, np.arange(12) % 3)
    assert plane.below.sum() + plane.above.sum() == 12 * 3 * 8


def test_single_triplets_are_those_of_plain_loops():
    embeddings, who = unit_faces(3, 10, 3)
    found = single_triplets(embeddings, who)
    expected = plain_triplets(embeddings, who)
    assert set(zip(found.anchor, found.positive, found.negative, strict=True)) == set(expected)
    for row in range(len(found)):
        near, far = expected[found.anchor[row], found.positive[row], found.negative[row]]
        assert np.allclose((found.positive_distance[row], found.negative_distance[row]), (near, far))


@pytest.mark.parametrize("gap", [(-np.inf, np.inf), (0.1, 0.6)])
def test_a_part_of_the_plane_lists_what_lies_in_it(gap):
    embeddings, who = unit_faces(4, 14, 4)
    found = triplets_near(embeddings, who, (0.5, 2.0), (1.0, 2.5), gap)
    expected = {
        triplet
        for triplet, (near, far) in plain_triplets(embeddings, who).items()
        if 0.5 <= near < 2.0 and 1.0 <= far < 2.5 and gap[0] <= far - near < gap[1]
    }
    assert expected
    assert set(zip(found.anchor, found.positive, found.negative, strict=True)) == expected


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="row 1"):
        triplet_plane([[0.0], [np.inf]], [0, 1])
    with pytest.raises(ValueError, match="each of the 2 embeddings"):
        single_triplets(np.zeros((2, 2)), [0])
    with pytest.raises(ValueError, match="cells"):
        triplet_plane(np.zeros((2, 2)), [0, 1], cells=0)
