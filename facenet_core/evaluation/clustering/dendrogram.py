"""A linkage tree laid out to be drawn: rows of faces, and the arms that join them from left to right."""

from dataclasses import dataclass

import numpy as np

from facenet_core.evaluation.clustering.linkage_tree import LinkageTree
from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers

MOST_ROWS = 120


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dendrogram:
    """The last merges of a tree; what was joined before them is one row.

    Attributes:
        starts: (M, 2) squared distance at which the two arms of each merge begin.
        rows: (M, 2) row of each arm, halves in between.
        heights: (M,) squared distance at which they meet, ascending.
        mixed: (M,) whether different people are joined by then.
        row_face: (R,) a face that stands for each row.
        row_faces: (R,) how many faces it has.
        row_start: (R,) squared distance at which the row was complete, 0 for a single face.
        row_mixed: (R,) whether different people are in it.
    """

    starts: Floats
    rows: Floats
    heights: Floats
    mixed: Booleans
    row_face: Integers
    row_faces: Integers
    row_start: Floats
    row_mixed: Booleans

    def __len__(self) -> int:
        return len(self.heights)


def lay_out(tree: LinkageTree, people: Integers | None, most_rows: int = MOST_ROWS) -> Dendrogram:
    """Lay a tree out so that no two arms cross; of a large one the last merges only.

    Args:
        tree: The tree.
        people: (N,) person of each face; None where nobody knows, and nothing is called mixed.
        most_rows: Rows at most, at least 1.
    """
    nodes = _look_at_nodes(tree, people)
    drawn = min(len(tree.heights), most_rows - 1)
    hidden = len(tree.heights) - drawn  # merges that happened inside the rows
    order = _rows_from_top(tree, nodes, hidden)
    place = {node: float(row) for row, node in enumerate(order)}
    rows = np.empty((drawn, 2))
    for merge in range(hidden, len(tree.heights)):
        ends = [place[int(tree.first[merge])], place[int(tree.second[merge])]]
        rows[merge - hidden] = ends
        place[tree.faces + merge] = sum(ends) / 2
    ends_of = np.stack([tree.first[hidden:], tree.second[hidden:]], axis=1)
    at, top = np.array(order, np.int64), tree.faces + hidden
    return Dendrogram(
        starts=nodes.height[ends_of],
        rows=rows,
        heights=nodes.height[top:],
        mixed=nodes.person[top:] == _MIXED,
        row_face=nodes.face[at],
        row_faces=nodes.size[at],
        row_start=nodes.height[at],
        row_mixed=nodes.person[at] == _MIXED,
    )


_MIXED = -2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Nodes:
    """What is known of every node: height, faces, one of them, and whose it is (``_MIXED``: several people's)."""

    height: Floats
    size: Integers
    face: Integers
    person: Integers


def _look_at_nodes(tree: LinkageTree, people: Integers | None) -> _Nodes:
    """Go through all merges once; an infinite height (a face that is never dense) is drawn behind all others."""
    finite = tree.heights[np.isfinite(tree.heights)]
    heights = np.minimum(tree.heights, 1.05 * finite.max(initial=0.0) if len(finite) else 4.0)
    size, face = [1] * tree.faces, list(range(tree.faces))
    person = [-1] * tree.faces if people is None else [int(code) for code in people]
    for one, other in zip(tree.first.tolist(), tree.second.tolist(), strict=True):
        size.append(size[one] + size[other])
        face.append(face[one] if size[one] >= size[other] else face[other])
        person.append(person[one] if person[one] == person[other] else _MIXED)
    return _Nodes(
        height=np.concatenate([np.zeros(tree.faces), heights]),
        size=np.array(size, np.int64),
        face=np.array(face, np.int64),
        person=np.array(person, np.int64),
    )


def _rows_from_top(tree: LinkageTree, nodes: _Nodes, hidden: int) -> list[int]:
    """Return the nodes that are rows, the larger side of every merge first."""
    waiting = [tree.faces + len(tree.heights) - 1] if tree.faces else []
    order = []
    while waiting:
        node = waiting.pop()
        merge = node - tree.faces
        if merge < hidden:
            order.append(node)
            continue
        smaller, larger = sorted((int(tree.first[merge]), int(tree.second[merge])), key=lambda end: nodes.size[end])
        waiting += [smaller, larger]
    return order
