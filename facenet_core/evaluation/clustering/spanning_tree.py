"""The shortest links that hold all faces together: a minimum spanning tree, without the N x N distances."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from facenet_core.evaluation.pairs.distances import BLOCK_ELEMENTS, Floats, Integers, Points

Progress = Callable[[int, int], None]
TELL_EVERY = 256  # faces between two reports of progress


def silent(done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Links:
    """Links between faces that close no circle.

    Attributes:
        first: (M,) one face of each link.
        second: (M,) the other.
        squared_distance: (M,) how far apart they are, or for densities how far the farther of both has to reach.
    """

    first: Integers
    second: Integers
    squared_distance: Floats

    def __len__(self) -> int:
        return len(self.first)


def spanning_tree(
    ready: Points, reach: Floats | None = None, progress: Progress = silent, *, untie: float = 0.0
) -> Links:
    """Return the N - 1 shortest links that join all faces (Prim, 1957): one row of distances at a time.

    Single linkage is this tree with its long links cut. Every distance is computed once, memory is O(N).

    Args:
        ready: The N embeddings.
        reach: (N,) squared distance that each face needs at least to be linked; None for none. With the distance to
            the k-th nearest face these are the links of DBSCAN and HDBSCAN.
        progress: Called with (done, total) now and then; may raise to end it.
        untie: Share of the plain distance that is added to a link's length. With ``reach`` many links are equally
            long, and a little of it takes the nearest of them, in whatever order the faces come.
    """
    faces = len(ready)
    linked, links = max(0, faces - 1), np.empty((2, max(0, faces - 1)), np.int64)
    lengths = np.empty(linked)
    # Who is in the tree stands behind who is not, so that the rest is always one block of memory.
    rest = Points(rows=ready.rows.copy(), norms=ready.norms.copy(), step=ready.step)
    who, needs = np.arange(faces), None if reach is None else reach.copy()
    nearest, best = np.full(faces, faces - 1), np.full(faces, np.inf)
    for step in range(linked):
        left = linked - step  # who stands at place ``left`` came in last
        squared = rest.squared_distances(slice(left, left + 1), slice(0, left))[0]
        if needs is not None:
            squared = np.maximum(squared, np.maximum(needs[:left], needs[left])) + untie * squared
        closer = squared < best[:left]
        np.copyto(best[:left], squared, where=closer)
        nearest[:left][closer] = who[left]
        place = int(np.argmin(best[:left]))
        links[:, step], lengths[step] = (nearest[place], who[place]), best[place]
        for column in (rest.rows, rest.norms, who, nearest, best, *(() if needs is None else (needs,))):
            column[[place, left - 1]] = column[[left - 1, place]]
        if step % TELL_EVERY == 0:
            progress(step, linked)
    if linked:
        progress(linked, linked)
    return Links(first=links[0], second=links[1], squared_distance=lengths)


def distance_to_kth(ready: Points, k: int, progress: Progress = silent) -> Floats:
    """Return each face's squared distance to its k-th nearest face, itself the first; infinite where there are fewer.

    Args:
        ready: The N embeddings.
        k: At least 1.
        progress: Called with (done, total) now and then; may raise to end it.
    """
    faces = len(ready)
    if k > faces:
        return np.full(faces, np.inf)
    found = np.empty(faces)
    for rows in _blocks(faces):
        squared = ready.squared_distances(rows, slice(None))
        squared.partition(k - 1, axis=1)
        found[rows] = squared[:, k - 1]
        progress(rows.stop, faces)
    return found


def nearest_dense(ready: Points, reach: Floats, progress: Progress = silent) -> tuple[Floats, Integers]:
    """Return for each face how far it has to reach for a face that is dense by then, and which one that is.

    A face is dense from its own ``reach`` on; itself does not count.

    Args:
        ready: The N embeddings.
        reach: (N,) squared distance from which on each face is dense.
        progress: Called with (done, total) now and then; may raise to end it.

    Returns:
        (N,) squared distance, infinite for a single face, and (N,) the face.
    """
    faces = len(ready)
    far, whom = np.full(faces, np.inf), np.zeros(faces, np.int64)
    if faces < 2:
        return far, whom
    for rows in _blocks(faces):
        squared = np.maximum(ready.squared_distances(rows, slice(None)), reach[None, :])
        squared[np.arange(len(squared)), np.arange(rows.start, rows.stop)] = np.inf
        whom[rows] = np.argmin(squared, axis=1)
        far[rows] = squared[np.arange(len(squared)), whom[rows]]
        progress(rows.stop, faces)
    return far, whom


def _blocks(faces: int) -> list[slice]:
    height = max(1, BLOCK_ELEMENTS // max(1, faces))
    return [slice(top, min(faces, top + height)) for top in range(0, faces, height)]
