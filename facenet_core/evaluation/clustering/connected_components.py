"""Clustering: faces linked by chains of near neighbours form one group."""

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import BLOCK_ELEMENTS, Integers, check_embeddings, points


def connected_components(embeddings: ArrayLike, threshold: float) -> Integers:
    """Group faces so that any two at most ``threshold`` apart are in one group.

    This is single-linkage clustering cut at the threshold: a group can be wider than the threshold, as a chain.
    Distances are computed in blocks; memory is O(N) and one block.

    Args:
        embeddings: (N, D) numbers.
        threshold: Largest squared distance of a link.

    Returns:
        (N,) group of each face, numbered from 0 in order of first appearance.

    Raises:
        ValueError: An embedding is not finite.
    """
    table = check_embeddings(embeddings)
    ready, faces, top = points(table), len(table), 0
    parent = np.arange(faces)  # everybody points at the smallest face of their group that is known so far
    while top < faces:
        height = max(1, BLOCK_ELEMENTS // (faces - top))
        linked = ready.squared_distances(slice(top, top + height), slice(top, None)) <= threshold
        first, second = np.nonzero(linked)
        parent = _join(parent, first + top, second + top)
        top += height
    return _renumber(parent)


def _join(parent: Integers, first: Integers, second: Integers) -> Integers:
    """Join the groups at the two ends of each link."""
    while True:
        a, b = parent[first], parent[second]
        apart = a != b
        if not apart.any():
            return parent
        first, second = first[apart], second[apart]
        np.minimum.at(parent, np.maximum(a, b)[apart], np.minimum(a, b)[apart])
        while not np.array_equal(parent, parent[parent]):
            parent = parent[parent]


def _renumber(parent: Integers) -> Integers:
    """Number groups from 0; a group's smallest face is its first appearance."""
    return np.unique(parent, return_inverse=True)[1].astype(np.int64)
