"""LFW's View 2 with a network for each fold: what each is worth, and all of them together as LFW reports it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.lfw.files import PairList, Picture, picture_name
from facenet_core.evaluation.lfw.pairs import formed_pairs
from facenet_core.evaluation.pairs.distances import Booleans, Floats, check_embeddings
from facenet_core.evaluation.pairs.ranking import Ranks, rank
from facenet_core.evaluation.verification.thresholds import best_threshold, val_at_far_json, val_at_far_levels

# Where the averaged curve is read: closely at its beginning, which a fold of 300 different pairs shows in steps.
CURVE_FAR = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, *(round(0.1 + 0.05 * step, 2) for step in range(19)))


@dataclass(frozen=True, slots=True, kw_only=True)
class View2Fold:
    """A fold measured by a network that never saw its people.

    Attributes:
        fold: Its number, from 1.
        pairs: Pairs that could be formed.
        missing: The others, by the names of their pictures.
        threshold: Chosen on pairs of other folds.
        accuracy: Share of the pairs told rightly with it; None where that cannot be had.
        threshold_of_all_others: Chosen on the pairs of all other folds, of people trained on too.
        accuracy_of_all_others: With that threshold; lower as a rule, since those people's distances are smaller.
        squared_distances: Of the pairs, in the order of the file.
        same: Which of them show one person.
    """

    fold: int
    pairs: int
    missing: tuple[tuple[str, str], ...]
    threshold: float | None
    accuracy: float | None
    threshold_of_all_others: float | None
    accuracy_of_all_others: float | None
    squared_distances: tuple[float, ...]
    same: tuple[bool, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain numbers and lists."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote."""
        missing = tuple((str(first), str(second)) for first, second in values["missing"])
        lists = {name: tuple(values[name]) for name in ("squared_distances", "same")}
        return cls(**(dict(values) | lists | {"missing": missing}))

    def ranks(self) -> Ranks:
        """Rank same pairs among different ones."""
        squared, same = np.array(self.squared_distances), np.array(self.same, dtype=np.bool_)
        return rank(np.sort(squared[same]), np.sort(squared[~same])).ranks()


def measure_fold(
    folds: Sequence[PairList], fold: int, chosen_on: Sequence[int], lookup: Mapping[Picture, int], embeddings: ArrayLike
) -> View2Fold:
    """Measure one fold with thresholds from others.

    Args:
        folds: The pairs of all folds.
        fold: The one to measure, from 1.
        chosen_on: The folds that the threshold is chosen on, from 1.
        lookup: The row in ``embeddings`` of each picture (name, number) that there is.
        embeddings: (N, D) numbers.

    Raises:
        ValueError: ``fold`` is among ``chosen_on``, a number is none of a fold, or an embedding is not finite.
    """
    numbers = range(1, len(folds) + 1)
    if fold not in numbers or not set(chosen_on) <= set(numbers) - {fold}:
        raise ValueError(f"fold {fold} must be measured with a threshold from others of 1 to {len(folds)}")
    table = check_embeddings(embeddings)
    squared, same, where = formed_pairs(folds, lookup, table)
    here = where == fold - 1
    threshold, accuracy = _applied(squared, same, np.isin(where, np.array(chosen_on) - 1), here)
    all_others, accuracy_of_all_others = _applied(squared, same, ~here, here)
    pairs = folds[fold - 1]
    missing = [
        (picture_name(first), picture_name(second))
        for first, second in zip(pairs.first, pairs.second, strict=True)
        if first not in lookup or second not in lookup
    ]
    return View2Fold(
        fold=fold,
        pairs=int(here.sum()),
        missing=tuple(missing),
        threshold=threshold,
        accuracy=accuracy,
        threshold_of_all_others=all_others,
        accuracy_of_all_others=accuracy_of_all_others,
        squared_distances=tuple(squared[here].tolist()),
        same=tuple(same[here].tolist()),
    )


def _applied(squared: Floats, same: Booleans, there: Booleans, here: Booleans) -> tuple[float | None, float | None]:
    """Return the best threshold there and its accuracy here."""
    threshold, _ = best_threshold(squared[there], same[there])
    if threshold is None or not here.any():
        return threshold, None
    return threshold, float(((squared[here] <= threshold) == same[here]).mean())


def summarise_folds(folds: Sequence[View2Fold]) -> dict[str, Any]:
    """Return mean accuracy, its standard error over the folds, and the curve, as plain numbers.

    The standard error is that of LFW: the standard deviation over the folds (n - 1) by the square root of their
    number. ``roc`` is VAL averaged over the folds at equal FAR. ``auc``, ``eer`` and ``val_at_far`` are those of all
    folds' pairs pooled, as if one network had measured them.
    """
    accuracies = [fold.accuracy for fold in folds if fold.accuracy is not None]
    mean, error = _mean(accuracies)
    of_all_others, of_all_others_error = _mean(
        [fold.accuracy_of_all_others for fold in folds if fold.accuracy_of_all_others is not None]
    )
    squared = np.concatenate([np.zeros(0), *(fold.squared_distances for fold in folds)])
    same = np.concatenate([np.zeros(0, np.bool_), *(np.array(fold.same, np.bool_) for fold in folds)])
    pooled = rank(np.sort(squared[same]), np.sort(squared[~same])).ranks()
    return {
        "pairs": sum(fold.pairs for fold in folds),
        "missing_pairs": sum(len(fold.missing) for fold in folds),
        "missing": [list(pair) for fold in folds for pair in fold.missing],
        "accuracy": mean,
        "standard_error": error,
        "threshold": best_threshold(squared, same)[0],
        "accuracy_threshold_of_all_others": of_all_others,
        "standard_error_threshold_of_all_others": of_all_others_error,
        "auc": pooled.auc(),
        "eer": pooled.equal_error_rate(),
        **val_at_far_json(val_at_far_levels(pooled)),
        "roc": _averaged([ranks for ranks in (fold.ranks() for fold in folds) if ranks.both_kinds]),
    }


def _mean(values: Sequence[float]) -> tuple[float | None, float | None]:
    if not values:
        return None, None
    error = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return float(np.mean(values)), error


def _averaged(folds: Sequence[Ranks]) -> dict[str, Any]:
    vals = np.array([[ranks.val_at(far)[0] for far in CURVE_FAR] for ranks in folds]).reshape(-1, len(CURVE_FAR))
    return {
        "kind": "VAL averaged over the folds at equal FAR",
        "folds": len(folds),
        "far": list(CURVE_FAR),
        "val": vals.mean(axis=0).tolist() if len(folds) else [],
    }
