"""What groups that were found are worth beside the people that are there."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, Integers, check_people


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupingScores:
    """How well groups agree with people; a face that belongs to no group counts as a group of its own.

    Attributes:
        found: Groups found.
        people: People there are.
        pair_precision: Of the pairs of faces in one group, the share of one person; None where no two are together.
        pair_recall: Of the pairs of faces of one person, the share in one group; None where nobody has two faces.
        pair_f: Harmonic mean of both, by counts of pairs; None where there is no pair of either kind.
        b_cubed_precision: For a face at random, the share of its group that is the same person, itself included.
        b_cubed_recall: For a face at random, the share of its person that is in its group, itself included.
        b_cubed_f: Harmonic mean of both (Bagga and Baldwin, 1998).
        mutual_information: Normalised by the mean of both entropies (NMI), 0..1.
        adjusted_rand: 1 for equal, about 0 for groups drawn at random (Hubert and Arabie, 1985).
    """

    found: int
    people: int
    pair_precision: float | None
    pair_recall: float | None
    pair_f: float | None
    b_cubed_precision: float
    b_cubed_recall: float
    b_cubed_f: float
    mutual_information: float
    adjusted_rand: float


def score_groups(labels: ArrayLike, people: ArrayLike) -> GroupingScores:
    """Compare groups with people, in time and memory of N log N: no pair is listed.

    Args:
        labels: (N,) group of each face; -1 for a face in no group.
        people: (N,) person of each.

    Raises:
        ValueError: There is no face, or lengths differ.
    """
    found = alone_as_groups(labels)
    if not len(found):
        raise ValueError("labels must hold at least one face, got none")
    truth = check_people(people, len(found))
    cells, groups, persons = _table(found, truth)
    faces = len(found)
    together, same = _pairs(groups), _pairs(persons)
    right = _pairs(cells.counts)
    precision = float(cells.counts @ (cells.counts / groups[cells.group])) / faces
    recall = float(cells.counts @ (cells.counts / persons[cells.person])) / faces
    return GroupingScores(
        found=len(groups),
        people=len(persons),
        pair_precision=right / together if together else None,
        pair_recall=right / same if same else None,
        pair_f=2 * right / (together + same) if together + same else None,
        b_cubed_precision=precision,
        b_cubed_recall=recall,
        b_cubed_f=2 * precision * recall / (precision + recall),
        mutual_information=_mutual_information(cells, groups, persons),
        adjusted_rand=_adjusted_rand(right, together, same, faces * (faces - 1) / 2),
    )


def alone_as_groups(labels: ArrayLike) -> Integers:
    """Give every face in no group (-1) a group of its own, and number groups from 0.

    Raises:
        ValueError: Labels are no list of whole numbers.
    """
    given = np.asarray(labels)
    if given.ndim != 1 or (len(given) and given.dtype.kind not in "iu"):
        raise ValueError(f"labels must be a list of whole numbers, got {given.dtype} of shape {given.shape}")
    own = given.astype(np.int64)
    alone = own < 0
    own[alone] = own.max(initial=-1) + 1 + np.arange(alone.sum())
    return np.unique(own, return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """The occupied cells of the table of groups against people."""

    group: Integers
    person: Integers
    counts: Floats


def _table(found: Integers, truth: Integers) -> tuple[_Cells, Floats, Floats]:
    people = int(truth.max()) + 1
    codes, counts = np.unique(found * people + truth, return_counts=True)
    cells = _Cells(group=codes // people, person=codes % people, counts=counts.astype(np.float64))
    return cells, np.bincount(found).astype(np.float64), np.bincount(truth).astype(np.float64)


def _pairs(counts: Floats) -> float:
    return float(counts @ (counts - 1)) / 2


def _mutual_information(cells: _Cells, groups: Floats, persons: Floats) -> float:
    if len(groups) == len(persons) == 1:
        return 1.0
    share = cells.counts / cells.counts.sum()
    expected = groups[cells.group] * persons[cells.person] / cells.counts.sum() ** 2
    information = float(share @ np.log(share / expected))
    mean = (_entropy(groups) + _entropy(persons)) / 2
    return min(1.0, max(0.0, information / mean)) if information > 1e-12 else 0.0


def _entropy(counts: Floats) -> float:
    share = counts / counts.sum()
    return -float(share @ np.log(share))


def _adjusted_rand(right: float, together: float, same: float, pairs: float) -> float:
    if right == together == same:  # equal groups; a single face, too
        return 1.0
    expected = together * same / pairs
    return (right - expected) / ((together + same) / 2 - expected)
