"""A linkage tree: who is joined with whom at which distance; cut at any threshold, it gives groups at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, Integers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkageTree:
    """Every merge of a hierarchical clustering, the nearest first.

    A node is a number: 0..N-1 are the faces, N + i is what merge i made.

    Attributes:
        faces: N.
        first: (N - 1,) node that is joined.
        second: (N - 1,) node that it is joined with.
        heights: (N - 1,) squared distance at which that happens, ascending.
    """

    faces: int
    first: Integers
    second: Integers
    heights: Floats

    def merges_upto(self, threshold: float) -> int:
        """Return how many merges happen at or below a threshold."""
        return int(np.searchsorted(self.heights, threshold, side="right"))

    def groups_at(self, threshold: float) -> int:
        """Return how many groups there are at a threshold."""
        return self.faces - self.merges_upto(threshold)

    def cut(self, threshold: float) -> Integers:
        """Return the group of each face at a threshold, (N,), numbered from 0 in order of first appearance."""
        merges = self.merges_upto(threshold)
        parent = np.arange(self.faces + merges)
        made = self.faces + np.arange(merges)
        parent[self.first[:merges]] = made
        parent[self.second[:merges]] = made
        while not np.array_equal(parent, further := parent[parent]):
            parent = further
        return in_order_of_appearance(parent[: self.faces])


def in_order_of_appearance(labels: ArrayLike) -> Integers:
    """Number groups from 0 in the order in which they first appear; -1, nobody's group, stays."""
    given = np.asarray(labels, dtype=np.int64)
    numbered = np.full(len(given), -1, dtype=np.int64)
    grouped = given >= 0
    _, first, inverse = np.unique(given[grouped], return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    numbered[grouped] = rank[inverse]
    return numbered


def tree_from_links(faces: int, first: Integers, second: Integers, squared_distances: Floats) -> LinkageTree:
    """Turn the links of a spanning tree, or of a forest, into the merges they cause.

    Args:
        faces: N.
        first: (M,) one face of each link; no two links close a circle.
        second: (M,) the other.
        squared_distances: (M,) at which they are joined.
    """
    order = np.argsort(squared_distances, kind="stable")
    above = list(range(faces + len(order)))  # each node points towards the one it is now part of
    left, right = np.empty(len(order), np.int64), np.empty(len(order), np.int64)
    for merge, (one, other) in enumerate(zip(first[order].tolist(), second[order].tolist(), strict=True)):
        a, b = _top(above, one), _top(above, other)
        left[merge], right[merge] = a, b
        above[a] = above[b] = faces + merge
    return LinkageTree(faces=faces, first=left, second=right, heights=squared_distances[order].astype(np.float64))


def _top(above: list[int], node: int) -> int:
    while above[node] != node:
        above[node] = above[above[node]]  # halves the way for whoever asks next
        node = above[node]
    return node


def meeting_of(tree: LinkageTree, one: int, other: int) -> int | None:
    """Return the merge that brought two different faces together; None where none did."""
    merges = np.arange(len(tree.heights))
    above = np.full(tree.faces + len(merges), -1, dtype=np.int64)
    above[tree.first], above[tree.second] = merges, merges
    ways = []
    for face in (one, other):
        way, merge = [], int(above[face])
        while merge >= 0:
            way.append(merge)
            merge = int(above[tree.faces + merge])
        ways.append(way)
    common = set(ways[0]) & set(ways[1])
    return min(common) if common else None


def faces_below(tree: LinkageTree, node: int) -> Integers:
    """Return the faces of a node, in order."""
    waiting, found = [node], []
    while waiting:
        below = waiting.pop()
        if below < tree.faces:
            found.append(below)
        else:
            waiting += [int(tree.first[below - tree.faces]), int(tree.second[below - tree.faces])]
    return np.array(sorted(found), dtype=np.int64)
