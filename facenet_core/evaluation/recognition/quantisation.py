"""Embeddings in fewer bytes, and what that costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, pair_distances
from facenet_core.evaluation.verification.thresholds import best_threshold
from facenet_core.evaluation.verification.verification import verify_group

BYTE_STEPS = 127  # to each side of zero


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageCost:
    """What it costs to keep embeddings in fewer bytes.

    Attributes:
        name: A name in ``STORAGES``.
        bytes_per_face: Bytes that one embedding takes.
        pairs: Pairs of faces measured.
        accuracy: As ``verify_group``; None where the group is too small.
        changed: Pairs that get another answer than from the exact numbers, at the best threshold of those.
        largest_change: Largest change of a pair's squared distance.
    """

    name: str
    bytes_per_face: int
    pairs: int
    accuracy: float | None
    changed: int
    largest_change: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """A way to keep embeddings: how many bits a number takes, and what is left of it."""

    bits: int
    kept: Callable[[Floats], Floats]


def in_steps(embeddings: Floats, bits: int) -> Floats:
    """Round every number to one of 2^bits - 1 evenly spaced steps between minus and plus the largest of all.

    The steps are the same for every face, so whole bytes can be compared as they lie.

    Args:
        embeddings: (N, D) numbers.
        bits: At least 2; 8 makes a number a byte.

    Returns:
        (N, D) what the whole numbers stand for.

    Raises:
        ValueError: ``bits`` is below 2.
    """
    if bits < 2:
        raise ValueError(f"bits must be at least 2, so that there is a zero and a step to each side of it, got {bits}")
    step = step_of(embeddings, bits)
    if step == 0:
        return embeddings.copy()
    rounded: Floats = np.rint(embeddings / step) * step
    return rounded


def step_of(embeddings: Floats, bits: int) -> float:
    """Return the step with which the largest of all numbers, above or below zero, just fits; 0 for zeros."""
    largest = float(np.abs(embeddings).max(initial=0))
    return largest / float(2 ** (bits - 1) - 1)


def _signs(embeddings: Floats) -> Floats:
    """Keep one bit, above zero or not; all numbers equally large, so that lengths stay as they are on average."""
    return np.where(embeddings > 0, 1.0, -1.0) * float(np.sqrt(np.mean(embeddings**2)) if embeddings.size else 0)


STORAGES: Mapping[str, Storage] = {
    "float32": Storage(bits=32, kept=lambda rows: rows),
    "float16": Storage(bits=16, kept=lambda rows: rows.astype(np.float16).astype(np.float64)),
    "bytes": Storage(bits=8, kept=lambda rows: in_steps(rows, 8)),
    "4 bits": Storage(bits=4, kept=lambda rows: in_steps(rows, 4)),
    "signs": Storage(bits=1, kept=_signs),
}


def storage_costs(embeddings: ArrayLike, people: ArrayLike, *, seed: int = 0) -> tuple[StorageCost, ...]:
    """Measure verification with embeddings kept in ever fewer bytes, in the order of ``STORAGES``.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        seed: Decides the halves of the people, the same for every storage.

    Raises:
        ValueError: Lengths differ, or an embedding is not finite.
    """
    exact = np.asarray(embeddings, np.float64)
    pairs = pair_distances(exact, people)
    threshold = best_threshold(pairs.squared_distance, pairs.same)[0]
    line = np.inf if threshold is None else threshold  # without both kinds of pairs nothing is decided
    costs = []
    for name, storage in STORAGES.items():
        kept = storage.kept(exact)
        squared = pair_distances(kept, people).squared_distance
        costs.append(
            StorageCost(
                name=name,
                bytes_per_face=-(-exact.shape[1] * storage.bits // 8),
                pairs=len(squared),
                accuracy=verify_group(kept, people, seed=seed).accuracy,
                changed=int(np.sum((squared <= line) != (pairs.squared_distance <= line))),
                largest_change=float(np.abs(squared - pairs.squared_distance).max(initial=0)),
            )
        )
    return tuple(costs)
