"""LFW's protocol: thresholds from some of the listed pairs, applied to the others."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.lfw.files import PairList, Picture, picture_name, pictures_missing
from facenet_core.evaluation.pairs.distances import Booleans, Floats, Integers, check_embeddings
from facenet_core.evaluation.pairs.one_point import ALL_ON_ONE_POINT, on_one_point
from facenet_core.evaluation.pairs.ranking import FAR_LEVELS, rank
from facenet_core.evaluation.verification.thresholds import ValAtFar, best_threshold, val_at_far_json, val_at_far_levels


@dataclass(frozen=True, slots=True, kw_only=True)
class FoldResult:
    """What a threshold from the other folds is worth on one.

    Attributes:
        pairs: Pairs of this fold that could be formed.
        accuracy: Share of them that is told rightly.
        threshold: The threshold, chosen without them.
    """

    pairs: int
    accuracy: float
    threshold: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LfwResult:
    """Verification on listed pairs.

    Attributes:
        pairs: Pairs measured.
        missing_pairs: Pairs that could not be formed because a picture is missing.
        missing_pictures: The missing pictures' file names.
        accuracy: Mean over the folds, each with the threshold from the others; None where that cannot be had.
        standard_error: Of that mean, across the folds; None for one set of pairs.
        threshold: Best threshold on all pairs together, the one to use for faces to come.
        auc: Area under the curve of all pairs together, ties counting half.
        eer: Equal error rate of all pairs together.
        val_at_far: VAL at false accept rates, all pairs together.
        folds: Each fold; for one set its two halves.
        note: Why nothing is measured; None where something is.
    """

    pairs: int
    missing_pairs: int
    missing_pictures: tuple[str, ...]
    accuracy: float | None
    standard_error: float | None
    threshold: float | None
    auc: float | None
    eer: float | None
    val_at_far: Mapping[str, ValAtFar]
    folds: tuple[FoldResult, ...]
    note: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the figures as plain numbers, lists and dictionaries."""
        names = ("pairs", "missing_pairs", "accuracy", "standard_error", "threshold", "auc", "eer")
        values: dict[str, Any] = {name: getattr(self, name) for name in names}
        values |= val_at_far_json(self.val_at_far)
        return values | {
            "missing_pictures": list(self.missing_pictures),
            "folds": [asdict(fold) for fold in self.folds],
            "note": self.note,
        }


def evaluate_pairs(
    folds: Sequence[PairList],
    lookup: Mapping[Picture, int],
    embeddings: ArrayLike,
    *,
    far_levels: Mapping[str, float] = FAR_LEVELS,
) -> LfwResult:
    """Measure verification on pairs as read by ``read_pairs``.

    With several folds, each is measured with the threshold chosen on all the others. One set of pairs is split in
    two halves, every other same pair and every other different pair of the file, and each half is measured with
    the threshold chosen on the other. A threshold is chosen for balanced accuracy; the accuracy itself is the share
    of pairs told rightly, as LFW counts it.

    Args:
        folds: The listed pairs.
        lookup: The row in ``embeddings`` of each picture (name, number); pictures it lacks are counted and named.
        embeddings: (N, D) numbers.
        far_levels: The false accept rates, by name, that VAL is returned at.

    Raises:
        ValueError: An embedding is not finite, or a row does not exist.
    """
    table = check_embeddings(embeddings)
    squared, same, fold = formed_pairs(folds, lookup, table)
    formed, note = len(squared), None
    if formed and on_one_point(table[sorted(set(lookup.values()))]):
        squared, same, fold, note = squared[:0], same[:0], fold[:0], ALL_ON_ONE_POINT
    results = _cross_validate(squared, same, fold)
    ranks = rank(np.sort(squared[same]), np.sort(squared[~same])).ranks()
    accuracies = np.array([result.accuracy for result in results])
    spread = float(accuracies.std(ddof=1) / np.sqrt(len(accuracies))) if len(folds) > 1 and len(results) > 1 else None
    return LfwResult(
        pairs=formed,
        missing_pairs=sum(len(pairs) for pairs in folds) - formed,
        missing_pictures=tuple(picture_name(picture) for picture in pictures_missing(folds, lookup)),
        accuracy=float(accuracies.mean()) if len(results) > 1 else None,
        standard_error=spread,
        threshold=best_threshold(squared, same)[0],
        auc=ranks.auc(),
        eer=ranks.equal_error_rate(),
        val_at_far=val_at_far_levels(ranks, far_levels),
        folds=results,
        note=note,
    )


def formed_pairs(
    folds: Sequence[PairList], lookup: Mapping[Picture, int], table: Floats
) -> tuple[Floats, Booleans, Integers]:
    """Return squared distance, kind and fold (M,) of the pairs whose pictures are there; halves for a single fold."""
    rows = []
    for number, pairs in enumerate(folds):
        for position, (a, b, same) in enumerate(zip(pairs.first, pairs.second, pairs.same, strict=True)):
            if a in lookup and b in lookup:
                rows.append((lookup[a], lookup[b], int(same), number if len(folds) > 1 else position % 2))
    first, second, same, fold = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    largest = int(max(first.max(initial=0), second.max(initial=0)))
    if len(rows) and (largest >= len(table) or min(first.min(), second.min()) < 0):
        raise ValueError(f"lookup must point to rows 0..{len(table) - 1} of embeddings, got {largest}")
    difference = table[first] - table[second]
    return np.einsum("md,md->m", difference, difference), same.astype(np.bool_), fold


def _cross_validate(squared: Floats, same: Booleans, fold: Integers) -> tuple[FoldResult, ...]:
    results = []
    for number in np.unique(fold):
        here = fold == number
        threshold, _ = best_threshold(squared[~here], same[~here])
        if threshold is not None:
            accuracy = float(((squared[here] <= threshold) == same[here]).mean())
            results.append(FoldResult(pairs=int(here.sum()), accuracy=accuracy, threshold=threshold))
    return tuple(results)
