"""Whose a group is, who is wrong in it, the chain that joined two people, and the tree as it is drawn."""

import numpy as np
import pytest

from facenet_core.evaluation.clustering.dendrogram import lay_out
from facenet_core.evaluation.clustering.found_groups import find_chain, find_groups, links_within
from facenet_core.evaluation.clustering.grouping import group_faces
from facenet_core.evaluation.clustering.linkage_tree import faces_below, meeting_of, tree_from_links


def test_groups_stand_by_size_with_their_main_person_first():
    found = find_groups(np.array([4, 2, 2, 4, 2, -1]), np.array([9, 5, 7, 9, 7, 5]))
    assert [group.tolist() for group in found.members] == [[2, 4, 1], [0, 3], [5]]
    assert found.main.tolist() == [1, 2, 0]
    assert np.flatnonzero(found.wrong).tolist() == [1]
    assert found.wrong_in.tolist() == [1, 0, 0]
    assert found.most_wrong_first().tolist() == [0, 1, 2]


def test_nobody_is_wrong_where_nobody_knows():
    found = find_groups(np.array([0, 0, 1]), None)
    assert not found.wrong.any()
    assert found.main.tolist() == [-1, -1]


def test_no_face_is_no_group():
    assert len(find_groups(np.zeros(0, np.int64), np.zeros(0, np.int64))) == 0


def test_a_chain_leads_from_one_person_to_another():
    embeddings = np.array([[0.0], [1.0], [2.1], [3.0], [9.0]])  # squared links 1, 1.21, 0.81 and 36
    people = np.array([0, 0, 1, 1, 2])
    links = group_faces(embeddings, "single").links
    chain = find_chain(links, 0, 3, people, embeddings)
    assert chain.faces.tolist() == [0, 1, 2, 3]
    assert chain.squared_distance == pytest.approx([1.0, 1.21, 0.81])
    assert chain.wrong.tolist() == [False, True, False]
    assert (chain.first_wrong, chain.longest) == (1, 1)
    assert chain.direct == pytest.approx(9)
    near = links_within(links, np.arange(5), 2.0)
    assert find_chain(near, 0, 4, people, embeddings) is None


def test_every_link_of_a_chain_is_within_the_threshold():
    random = np.random.default_rng(0)
    embeddings, people = random.normal(size=(60, 3)), np.arange(60) % 7
    found = group_faces(embeddings, "single")
    labels = found.at(1.5)
    group = find_groups(labels, people).members[0]
    chain = find_chain(links_within(found.links, group, 1.5), int(group[0]), int(group[-1]), people, embeddings)
    apart = ((embeddings[chain.faces[:-1]] - embeddings[chain.faces[1:]]) ** 2).sum(axis=1)
    assert chain.squared_distance == pytest.approx(apart)
    assert chain.squared_distance.max() <= 1.5


@pytest.mark.parametrize("most_rows", [1, 2, 10, 500])
def test_a_tree_is_drawn_without_crossing_arms(most_rows):
    random = np.random.default_rng(1)
    people = np.repeat(np.arange(10), 5)
    tree = group_faces(random.normal(size=(50, 4)), "average").tree
    drawn = lay_out(tree, people, most_rows)
    assert len(drawn.row_face) == min(50, most_rows) == len(drawn) + 1
    assert drawn.row_faces.sum() == 50
    assert (drawn.starts <= drawn.heights[:, None]).all()
    for bar in range(len(drawn)):
        low, high = np.sort(drawn.rows[bar])
        inside = (drawn.rows > low) & (drawn.rows < high)
        assert not (inside & (drawn.starts < drawn.heights[bar]) & (drawn.heights[:, None] > drawn.heights[bar])).any()


def test_what_joins_people_is_called_mixed():
    tree = group_faces(np.array([[0.0], [0.1], [5.0], [5.2], [9.0]]), "single").tree
    drawn = lay_out(tree, np.array([0, 0, 1, 1, 1]))
    assert drawn.mixed.tolist() == [False, False, False, True]
    assert not lay_out(tree, None).mixed.any()


@pytest.mark.parametrize("faces", [0, 1])
def test_a_tree_without_a_merge_has_a_row_for_each_face(faces):
    drawn = lay_out(group_faces(np.zeros((faces, 2)), "single").tree, None)
    assert (len(drawn), len(drawn.row_face)) == (0, faces)


def test_faces_that_are_never_dense_are_drawn_behind_the_others():
    drawn = lay_out(group_faces(np.eye(3), "dbscan", smallest=5).tree, None)
    assert np.isfinite(drawn.heights).all()


def test_the_merge_that_brought_two_faces_together_is_found():
    tree = group_faces(np.array([[0.0], [0.1], [5.0], [5.2], [9.0]]), "average").tree
    for one in range(5):
        for other in range(one):
            merge = meeting_of(tree, one, other)
            together, before = (tree.cut(height) for height in (tree.heights[merge], tree.heights[merge] - 1e-9))
            assert together[one] == together[other]
            assert before[one] != before[other]
    assert faces_below(tree, 5 + 3).tolist() == [0, 1, 2, 3, 4]
    assert faces_below(tree, 2).tolist() == [2]
    half = tree_from_links(3, np.array([0]), np.array([1]), np.array([0.5]))
    assert meeting_of(half, 0, 2) is None
