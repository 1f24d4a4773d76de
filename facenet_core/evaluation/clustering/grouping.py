"""Faces grouped by person.

Whatever depends on a threshold comes back as a tree, so that every threshold can be tried without computing anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.clustering.linkage_tree import LinkageTree, in_order_of_appearance, tree_from_links
from facenet_core.evaluation.clustering.methods import AT_ONCE, CLUSTERINGS, why_not
from facenet_core.evaluation.clustering.spanning_tree import (
    Links,
    Progress,
    distance_to_kth,
    nearest_dense,
    silent,
    spanning_tree,
)
from facenet_core.evaluation.pairs.distances import Floats, Integers, Points, check_embeddings, points

K_MEANS_TIMES = 40  # rounds at most


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grouping:
    """What a method found.

    Attributes:
        method: A name in ``CLUSTERINGS``.
        faces: N.
        tree: Every merge; None where no threshold decides.
        links: The spanning tree that the groups of single linkage, DBSCAN and HDBSCAN come from; None for the others.
        fixed: (N,) the groups where no threshold decides, -1 for a face in none; None for the others.
        reach: (N,) squared distance from which on a face is dense (DBSCAN); None for the others.
        edge: (N,) squared distance from which on a face that is not dense belongs to a dense one (DBSCAN).
        edge_of: (N,) that dense face (DBSCAN).
    """

    method: str
    faces: int
    tree: LinkageTree | None = None
    links: Links | None = None
    fixed: Integers | None = None
    reach: Floats | None = field(default=None, repr=False)
    edge: Floats | None = field(default=None, repr=False)
    edge_of: Integers | None = field(default=None, repr=False)

    def at(self, threshold: float) -> Integers:
        """Return the group of each face, (N,), numbered by first appearance; -1 for a face in no group."""
        if self.tree is None:
            return np.zeros(0, np.int64) if self.fixed is None else self.fixed
        labels = self.tree.cut(threshold)
        if self.reach is None or self.edge is None or self.edge_of is None:
            return labels
        sparse = self.reach > threshold
        own = np.where(self.edge <= threshold, labels[self.edge_of], -1)
        return in_order_of_appearance(np.where(sparse, own, labels))


def group_faces(
    embeddings: ArrayLike,
    method: str = "single",
    *,
    smallest: int = 3,
    people: int | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Grouping:
    """Group faces by person.

    Distances are squared ones throughout: average linkage averages squared distances. DBSCAN and single linkage are
    computed here in blocks of numpy, since scikit-learn's need a neighbourhood list that grows with the threshold;
    complete and average linkage are scipy's, k-means and the choice of HDBSCAN's groups scikit-learn's.

    Args:
        embeddings: (N, D) numbers.
        method: A name in ``CLUSTERINGS``.
        smallest: Faces, itself included, that make a face dense (DBSCAN) or that make a group (HDBSCAN); at least 2.
        people: How many people there are, for k-means.
        seed: Decides where k-means begins.
        progress: Called with (done, total) now and then; may raise to end it.

    Raises:
        ValueError: There is no such method, it cannot group so many faces, an option is out of range, or an
            embedding is not finite.
    """
    if method not in CLUSTERINGS:
        raise ValueError(f"method must be one of {', '.join(CLUSTERINGS)}, got {method!r}")
    table = check_embeddings(embeddings)
    reason = why_not(method, len(table))
    if reason is not None:
        raise ValueError(reason)
    if smallest < 2:
        raise ValueError(f"smallest must be at least 2, got {smallest}")
    if method == "k-means":
        return _fixed(method, _k_means(table, people, seed))
    if len(table) < 2 and method != "dbscan":
        return _few(method, len(table))
    ready = points(table)
    if method == "hdbscan":
        return _hdbscan(ready, smallest, progress)
    if method == "dbscan":
        return _dbscan(ready, smallest, progress)
    if method == "single":
        links = spanning_tree(ready, progress=progress)
        tree = tree_from_links(len(ready), links.first, links.second, links.squared_distance)
        return Grouping(method=method, faces=len(ready), tree=tree, links=links)
    return Grouping(method=method, faces=len(ready), tree=_scipy_tree(ready, method, progress))


def _fixed(method: str, labels: Integers) -> Grouping:
    return Grouping(method=method, faces=len(labels), fixed=in_order_of_appearance(labels))


def _few(method: str, faces: int) -> Grouping:
    """Group no face, or a single one."""
    if method == "hdbscan":
        return _fixed(method, np.full(faces, -1, np.int64))
    nothing = np.zeros(0, np.int64)
    tree = LinkageTree(faces=faces, first=nothing, second=nothing, heights=np.zeros(0))
    links = Links(first=nothing, second=nothing, squared_distance=np.zeros(0)) if method == "single" else None
    return Grouping(method=method, faces=faces, tree=tree, links=links)


def _dbscan(ready: Points, smallest: int, progress: Progress) -> Grouping:
    """DBSCAN (Ester and others, 1996) at every threshold: links between faces once both are dense."""
    thirds = _in_parts(progress, 3)
    reach = distance_to_kth(ready, smallest, thirds(0))
    edge, edge_of = nearest_dense(ready, reach, thirds(1))
    links = spanning_tree(ready, reach, thirds(2))
    tree = tree_from_links(len(ready), links.first, links.second, links.squared_distance)
    return Grouping(method="dbscan", faces=len(ready), tree=tree, links=links, reach=reach, edge=edge, edge_of=edge_of)


def _in_parts(progress: Progress, parts: int) -> Callable[[int], Progress]:
    def part(number: int) -> Progress:
        return lambda done, total: progress(number * total + done, parts * total)

    return part


def _scipy_tree(ready: Points, method: str, progress: Progress) -> LinkageTree:
    from scipy.cluster.hierarchy import linkage

    merges = linkage(_all_pairs(ready, progress), method)
    progress(2 * len(ready), 2 * len(ready))
    nodes = merges[:, :2].astype(np.int64)
    heights = np.maximum.accumulate(merges[:, 2])  # rounding must not put a merge before its parts
    return LinkageTree(faces=len(ready), first=nodes[:, 0], second=nodes[:, 1], heights=heights)


def _all_pairs(ready: Points, progress: Progress) -> Floats:
    """Return the squared distances of all pairs in scipy's order, (N (N - 1) / 2,): row by row above the diagonal."""
    faces = len(ready)
    pairs, start = np.empty(faces * (faces - 1) // 2), 0
    for top in range(faces - 1):
        height = 64
        if top % height == 0:
            block = ready.squared_distances(slice(top, top + height), slice(top, None))
            progress(top, 2 * faces)
        row = block[top % height, top % height + 1 :]
        pairs[start : start + len(row)] = row
        start += len(row)
    return pairs


def _hdbscan(ready: Points, smallest: int, progress: Progress) -> Grouping:
    """HDBSCAN (Campello and others, 2013): DBSCAN's spanning tree from here, the lasting groups from scikit-learn.

    scikit-learn gets the tree alone, as the only distances there are: every face's nearest neighbour in it is then
    its own reach, so with ``min_samples=1`` nothing is changed, and the N x N distances are never needed. Equally long
    links are taken nearest first; scikit-learn takes them as the faces come, and its groups change with their order.
    """
    from scipy.sparse import coo_array
    from sklearn.cluster import HDBSCAN

    faces = len(ready)
    if faces < smallest:
        return _fixed("hdbscan", np.full(faces, -1, np.int64))
    halves = _in_parts(progress, 2)
    links = spanning_tree(ready, distance_to_kth(ready, smallest, halves(0)), halves(1), untie=1e-9)
    length = np.maximum(np.sqrt(links.squared_distance), 1e-9)  # a stored 0 would be no link
    ends = np.concatenate([links.first, links.second]), np.concatenate([links.second, links.first])
    tree = coo_array((np.concatenate([length, length]), ends), shape=(faces, faces)).tocsr()
    model = HDBSCAN(min_cluster_size=smallest, min_samples=1, metric="precomputed", copy=True)
    labels = in_order_of_appearance(model.fit_predict(tree))
    return Grouping(method="hdbscan", faces=faces, links=links, fixed=labels)


def _k_means(table: Floats, people: int | None, seed: int) -> Integers:
    if people is None:
        raise ValueError("k-means has to be told how many people there are: give their number")
    if not 1 <= people <= len(table):
        raise ValueError(f"people must lie between 1 and the {len(table)} faces there are, got {people}")
    import warnings

    from sklearn.cluster import KMeans
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different points than people: fewer groups then
        means = KMeans(people, n_init=4 if len(table) <= AT_ONCE else 1, max_iter=K_MEANS_TIMES, random_state=seed)
        return np.asarray(means.fit_predict(table.astype(np.float32)), np.int64)
