"""Every way of grouping beside its reference, cut at any threshold, and on what is hardly a set at all."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist
from sklearn.cluster import DBSCAN, HDBSCAN
from sklearn.metrics import adjusted_rand_score

from facenet_core.evaluation import connected_components
from facenet_core.evaluation.clustering.grouping import group_faces
from facenet_core.evaluation.clustering.linkage_tree import in_order_of_appearance
from facenet_core.evaluation.clustering.methods import CLUSTERINGS, why_not
from facenet_core.evaluation.clustering.score_curve import highest_of, score_curve

THRESHOLDS = (0.0, 0.5, 0.8, 0.9, 1.0, 1.1, 1.3, 4.0)


def crowd(people=12, each=6, size=16, noise=0.9, seed=0):
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), each)
    points = random.normal(size=(people, size))[person] + noise * random.normal(size=(people * each, size))
    return points / np.linalg.norm(points, axis=1, keepdims=True), person


def same_partition(one, other):
    return np.array_equal(in_order_of_appearance(one), in_order_of_appearance(other))


def test_single_linkage_is_what_chains_of_near_faces_reach():
    embeddings, _ = crowd()
    found = group_faces(embeddings, "single")
    assert len(found.links) == len(embeddings) - 1
    for threshold in THRESHOLDS:
        assert np.array_equal(found.at(threshold), connected_components(embeddings, threshold))


@pytest.mark.parametrize("method", ["single", "complete", "average"])
def test_linkages_equal_scipy_on_squared_distances(method):
    embeddings, _ = crowd(seed=1)
    tree, merges = group_faces(embeddings, method).tree, linkage(pdist(embeddings, "sqeuclidean"), method)
    assert tree.heights == pytest.approx(merges[:, 2], abs=1e-9)
    for threshold in (0.5, 0.9, 1.1):
        assert same_partition(tree.cut(threshold), fcluster(merges, threshold, "distance"))
        assert tree.groups_at(threshold) == len(set(tree.cut(threshold)))


@pytest.mark.parametrize("smallest", [2, 3, 5])
def test_dbscan_equals_scikit_learn_at_every_threshold(smallest):
    embeddings, _ = crowd(seed=2)
    found = group_faces(embeddings, "dbscan", smallest=smallest)
    for threshold in (0.6, 0.8, 0.9, 1.0, 1.2):
        labels = found.at(threshold)
        reference = DBSCAN(eps=threshold**0.5, min_samples=smallest).fit(embeddings)
        dense = np.zeros(len(embeddings), bool)
        dense[reference.core_sample_indices_] = True
        assert np.array_equal(labels < 0, reference.labels_ < 0)
        assert same_partition(labels[dense], reference.labels_[dense])
        for face in np.flatnonzero(~dense & (labels >= 0)):  # it may lie at the edge of several groups
            near = dense & (((embeddings - embeddings[face]) ** 2).sum(axis=1) <= threshold)
            assert labels[face] in labels[near]


@pytest.mark.parametrize("smallest", [2, 3, 5])
@pytest.mark.parametrize("noise", [0.3, 0.6])
def test_hdbscan_equals_scikit_learn_but_for_ties(smallest, noise):
    embeddings, _ = crowd(people=15, each=7, noise=noise, seed=0)
    reference = HDBSCAN(min_cluster_size=smallest, min_samples=smallest, copy=True).fit_predict(embeddings)
    assert same_partition(group_faces(embeddings, "hdbscan", smallest=smallest).fixed, reference)


@pytest.mark.parametrize("smallest", [3, 5])
def test_hdbscan_finds_the_same_in_any_order_of_the_faces(smallest):
    for seed in range(4):
        embeddings, _ = crowd(people=15, each=7, seed=seed)
        order = np.random.default_rng(seed).permutation(len(embeddings))
        mixed = group_faces(embeddings[order], "hdbscan", smallest=smallest).fixed
        found = group_faces(embeddings, "hdbscan", smallest=smallest).fixed
        assert same_partition(found[order], mixed)
        reference = HDBSCAN(min_cluster_size=smallest, min_samples=smallest, copy=True).fit_predict(embeddings)
        assert adjusted_rand_score(reference, found) > 0.8  # which ties it takes first depends on the order


@pytest.mark.parametrize("method", ["hdbscan", "k-means"])
def test_people_far_apart_are_found_without_a_threshold(method):
    embeddings, person = crowd(noise=0.2)
    assert adjusted_rand_score(person, group_faces(embeddings, method, people=12).at(0.0)) == 1


def test_k_means_repeats_with_its_seed():
    embeddings, _ = crowd(noise=2.0)
    one, same = (group_faces(embeddings, "k-means", people=5, seed=3).fixed for _ in range(2))
    assert np.array_equal(one, same)


@pytest.mark.parametrize("method", CLUSTERINGS)
@pytest.mark.parametrize("faces", [0, 1, 2, 5])
def test_hardly_any_faces_are_grouped(method, faces):
    if method == "k-means" and not faces:
        return
    embeddings = np.eye(5)[:faces].reshape(faces, 5)
    found = group_faces(embeddings, method, people=1, smallest=3)
    for threshold in THRESHOLDS:
        assert len(found.at(threshold)) == found.faces == faces


@pytest.mark.parametrize("method", CLUSTERINGS)
def test_equal_faces_are_one_person(method):
    face = np.random.default_rng(0).normal(size=128).astype(np.float32)
    labels = group_faces(np.tile(face, (9, 1)), method, people=1).at(0.0)
    assert len(set(labels.tolist())) == 1


@pytest.mark.parametrize("method", CLUSTERINGS)
def test_nan_names_its_row(method):
    with pytest.raises(ValueError, match="row 1"):
        group_faces([[1.0, 0.0], [np.nan, 0.0]], method, people=1)


def test_wrong_options_are_said():
    embeddings, _ = crowd()
    for options, said in (
        ({"method": "guessing"}, "method must be one of single"),
        ({"method": "k-means"}, "how many people there are"),
        ({"method": "k-means", "people": 73}, "between 1 and the 72 faces"),
        ({"method": "dbscan", "smallest": 1}, "smallest must be at least 2"),
    ):
        with pytest.raises(ValueError, match=said):
            group_faces(embeddings, **options)


def test_a_method_is_offered_up_to_its_size():
    assert all(why_not(method, 13_233) is None for method in CLUSTERINGS)
    for method, chosen in CLUSTERINGS.items():
        assert why_not(method, chosen.largest) is None
        reason = why_not(method, chosen.largest + 1)
        assert chosen.label in reason
        assert f"{chosen.largest:,}" in reason


def test_too_many_faces_are_refused_before_anything_is_computed():
    with pytest.raises(ValueError, match="not offered for 13,694 faces"):
        group_faces(np.zeros((CLUSTERINGS["average"].largest + 1, 1)), "average")


@pytest.mark.parametrize("method", ["single", "average", "dbscan", "hdbscan"])
def test_progress_rises_to_its_total(method):
    embeddings, _ = crowd()
    told = []
    group_faces(embeddings, method, progress=lambda done, total: told.append(done / total))
    assert told == sorted(told)
    assert told[-1] == 1


def test_progress_ends_what_is_cancelled():
    embeddings, _ = crowd()

    def cancel(done, total):
        raise KeyboardInterrupt

    for method in ("single", "average"):
        with pytest.raises(KeyboardInterrupt):
            group_faces(embeddings, method, progress=cancel)


def test_curves_go_from_everybody_alone_to_everybody_together():
    embeddings, person = crowd(noise=0.4)
    found = group_faces(embeddings, "average")
    curve = score_curve(found, person, highest_of(found))
    assert (curve.found[0], curve.found[-1], curve.people) == (72, 1, 12)
    assert np.isnan(curve.measures["pair_precision"][0])
    assert curve.measures["pair_recall"][-1] == 1
    assert len(set(found.at(curve.best).tolist())) == 12
    assert score_curve(group_faces(embeddings, "hdbscan"), person, 1.0) is None
