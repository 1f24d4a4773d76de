"""Pictures that are compared with themselves or with a copy, found by embeddings that are the same; and said."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from facenet_core.cli.pictures import ALIKE
from facenet_core.evaluation import Gallery
from facenet_core.evaluation.lfw.files import PairList, Picture

Plain = Callable[[int], bool]  # whether a picture has no features: such pictures are embedded alike and are no copies


def copies_within(embeddings: np.ndarray, names: Sequence[str], plain: Plain) -> list[str]:
    """Return a sentence on pictures of a group that are there twice; the nearest of each is looked at."""
    near = Gallery(embeddings, np.arange(len(names))).nearest(embeddings, 1, leave_out=np.arange(len(names)))
    twins = [
        (min(one, other), max(one, other))
        for one, other in enumerate(near.index[:, 0].tolist())
        if near.squared_distance[one, 0] <= ALIKE
    ]
    if len(twins) == len(names) > 2:  # everywhere the same: a collapsed network, not copies
        return []
    twins = [(first, second) for first, second in twins if not plain(first)]
    if not twins:
        return []
    first, second = twins[0]
    return [
        f"{len(twins):,} pictures are there twice, such as {names[first]} and {names[second]}: "
        "they flatter the figures."
    ]


def copies_in_pairs(
    folds: Sequence[PairList], lookup: Mapping[Picture, int], embeddings: np.ndarray, plain: Plain
) -> list[str]:
    """Return a sentence on listed pairs whose two pictures are the same one."""
    found = [
        (first, second)
        for fold in folds
        for first, second in zip(fold.first, fold.second, strict=True)
        if first in lookup and second in lookup and _same(embeddings, lookup[first], lookup[second])
    ]
    found = [(first, second) for first, second in found if not plain(lookup[first])]
    if not found:
        return []
    what = "1 pair compares" if len(found) == 1 else f"{len(found):,} pairs compare"
    first, second = (f"{name} {number}" for name, number in found[0])
    return [
        f"{what} a picture with itself or a copy, such as {first} and {second}: "
        "that flatters the figures or spoils them."
    ]


def _same(embeddings: np.ndarray, first: int, second: int) -> bool:
    return float(np.sum((embeddings[first].astype(np.float64) - embeddings[second]) ** 2)) <= ALIKE
