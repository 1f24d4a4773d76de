"""Groups that were found, one by one: whose they are, who is wrong in them, and the chain that joined two people."""

from dataclasses import dataclass

import numpy as np

from facenet_core.evaluation.clustering.scores import alone_as_groups
from facenet_core.evaluation.clustering.spanning_tree import Links
from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers, check_people


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundGroups:
    """What was found, the largest group first; a face in no group is a group of its own.

    Attributes:
        labels: (N,) group of each face.
        members: For each group its faces, those of its main person first.
        main: (G,) the person most of its faces show, as a code of ``check_people``; -1 where nobody knows.
        wrong: (N,) whether a face shows somebody else than its group's main person.
    """

    labels: Integers
    members: tuple[Integers, ...]
    main: Integers
    wrong: Booleans

    def __len__(self) -> int:
        return len(self.members)

    @property
    def wrong_in(self) -> Integers:
        """(G,) how many faces are wrong in each group."""
        return np.bincount(self.labels[self.wrong], minlength=len(self.members)).astype(np.int64)

    @property
    def sizes(self) -> Integers:
        """(G,) how many faces each group has."""
        return np.bincount(self.labels, minlength=len(self.members)).astype(np.int64)

    def most_wrong_first(self) -> Integers:
        """Return the groups in order of their wrong faces; the larger first among equals."""
        return np.argsort(-self.wrong_in, kind="stable")


def find_groups(labels: Integers, people: Integers | None) -> FoundGroups:
    """Look at groups one by one.

    Args:
        labels: (N,) group of each face; -1 for a face in no group.
        people: (N,) person of each; None where nobody knows.
    """
    found = alone_as_groups(labels)
    sizes = np.bincount(found)
    by_size = np.argsort(-sizes, kind="stable")
    place = np.empty(len(sizes), np.int64)
    place[by_size] = np.arange(len(sizes))
    numbered = place[found]
    truth = None if people is None else check_people(people, len(found))
    main = np.full(len(sizes), -1, np.int64) if truth is None else _main_people(numbered, truth, len(sizes))
    wrong = np.zeros(len(found), np.bool_) if truth is None else truth != main[numbered]
    order = np.lexsort((np.arange(len(found)), wrong, numbered))
    ends = np.cumsum(sizes[by_size])[:-1]
    members = tuple(np.split(order, ends)) if len(found) else ()
    return FoundGroups(labels=numbered, members=members, main=main, wrong=wrong)


def _main_people(labels: Integers, truth: Integers, groups: int) -> Integers:
    """Return the most frequent person of each group; of several the one with the smallest code."""
    people = int(truth.max(initial=-1)) + 1
    cells, counts = np.unique(labels * people + truth, return_counts=True)
    order = np.lexsort((cells, -counts))
    main = np.full(groups, -1, np.int64)
    main[(cells[order] // people)[::-1]] = (cells[order] % people)[::-1]  # written last: the most frequent
    return main


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chain:
    """Faces from one to another, each linked to the next.

    Attributes:
        faces: (L,) the faces, both ends included.
        squared_distance: (L - 1,) of each link.
        wrong: (L - 1,) whether a link joins two people.
        direct: Squared distance of both ends.
    """

    faces: Integers
    squared_distance: Floats
    wrong: Booleans
    direct: float

    @property
    def longest(self) -> int:
        """Number of the longest link: a threshold below it breaks the chain."""
        return int(np.argmax(self.squared_distance))

    @property
    def first_wrong(self) -> int | None:
        """Number of the link that joined two people first, as the threshold grew; None where none did."""
        if not self.wrong.any():
            return None
        return int(np.argmin(np.where(self.wrong, self.squared_distance, np.inf)))


def find_chain(links: Links, start: int, end: int, people: Integers, embeddings: np.ndarray) -> Chain | None:
    """Return the way from one face to another along links; None where there is none.

    Args:
        links: Links that close no circle: of the spanning tree, or those up to a threshold.
        start: A face.
        end: Another face.
        people: (N,) person of each face.
        embeddings: (N, D) numbers.
    """
    way = _way(links, start, end)
    if way is None:
        return None
    faces = np.array([start, *(face for _, face in way)], np.int64)
    squared = links.squared_distance[[link for link, _ in way]]
    apart = embeddings[start].astype(np.float64) - embeddings[end].astype(np.float64)
    wrong = people[faces[:-1]] != people[faces[1:]]
    return Chain(faces=faces, squared_distance=squared, wrong=wrong, direct=float(apart @ apart))


def _way(links: Links, start: int, end: int) -> list[tuple[int, int]] | None:
    """Return (link, face reached) from start to end."""
    beside: dict[int, list[tuple[int, int]]] = {}
    for link, (one, other) in enumerate(zip(links.first.tolist(), links.second.tolist(), strict=True)):
        beside.setdefault(one, []).append((link, other))
        beside.setdefault(other, []).append((link, one))
    came: dict[int, tuple[int, int]] = {start: (-1, start)}
    waiting = [start]
    while waiting and end not in came:
        face = waiting.pop()
        for link, other in beside.get(face, []):
            if other not in came:
                came[other] = link, face
                waiting.append(other)
    if end not in came:
        return None
    way, face = [], end
    while face != start:
        link, before = came[face]
        way.append((link, face))
        face = before
    return way[::-1]


def links_within(links: Links, members: Integers, threshold: float) -> Links:
    """Return the links between members of a group that are at most the threshold long."""
    inside = np.isin(links.first, members) & np.isin(links.second, members) & (links.squared_distance <= threshold)
    return Links(
        first=links.first[inside], second=links.second[inside], squared_distance=links.squared_distance[inside]
    )
