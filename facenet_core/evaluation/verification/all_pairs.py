"""VAL against FAR over all pairs of many faces: every pair is counted, none is kept."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.blocks import PairBlocks, finite
from facenet_core.evaluation.pairs.counting import SortedPairs, exact_ranks, grid_ranks
from facenet_core.evaluation.pairs.distances import Integers, check_people
from facenet_core.evaluation.pairs.group_pairs import choose_people
from facenet_core.evaluation.pairs.ranking import Ranks
from facenet_core.evaluation.verification.roc import PairRoc, curve_of

EXACT_SAME_PAIRS = 600_000
GRID = 1 << 20
LARGEST_GALLERY = 100_000  # faces whose pairs are all compared: 5 billion


def all_pairs_roc(
    embeddings: ArrayLike,
    people: ArrayLike,
    *,
    exact_same_pairs: int = EXACT_SAME_PAIRS,
    grid: int = GRID,
    largest: int = LARGEST_GALLERY,
    seed: int = 0,
    threads: int | None = None,
) -> PairRoc:
    """Compare every pair of faces and return VAL against FAR, ties as scikit-learn counts them.

    Distances of same pairs are held; different pairs pass by in blocks and are counted between them, so memory is
    O(same pairs) and some blocks, never N x N, and **every figure is exact**: ``auc_error`` is 0.

    With more than ``exact_same_pairs`` same pairs both kinds are counted on a grid of ``grid`` equal steps, and
    pairs within one step count as ties. Every point of the curve is still exact, thresholds are ends of steps. A
    second pass sorts the pairs in those steps where the equal error rate and VAL at the usual false accept rates
    (``FAR_LEVELS``) lie, so that these are exact too, unless such a step holds more than ``MOST_REFINED`` pairs.
    The bounds: ``auc`` is off by at most ``auc_error``, half the share of pairs of both kinds that fell into one
    step; VAL at any other rate is that of the last step within the rate, so it is too low by at most the share of
    same pairs in the next step.

    With more than ``largest`` faces, people are drawn at random, all their pictures with them, until that many
    faces are together; ``note`` says so. Figures are then those of the people drawn.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        exact_same_pairs: Largest number of same pairs whose distances are held.
        grid: Number of steps otherwise, a power of two.
        largest: Largest number of faces whose pairs are all compared.
        seed: Decides who is drawn.
        threads: How many count at once; None means the cores, at most four.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or ``grid`` is no power of two.
    """
    table = finite(embeddings)
    codes = check_people(people, len(table))
    if grid < 2 or grid & (grid - 1):
        raise ValueError(f"grid must be a power of two, got {grid}")
    notes = []
    chosen = _drawn(codes, largest, seed)
    if len(chosen) < len(codes):
        notes.append(
            f"Measured on {len(chosen):,} of {len(codes):,} faces: people drawn at random, to stay within {largest:,}."
        )
    order = chosen[np.argsort(codes[chosen], kind="stable")]
    counts = np.unique(codes[order], return_counts=True)[1]
    pairs = SortedPairs(blocks=PairBlocks(table, order), ends=np.repeat(np.cumsum(counts), counts), threads=threads)
    same = int((counts * (counts - 1) // 2).sum())
    different = len(order) * (len(order) - 1) // 2 - same
    ranks, error = (
        (exact_ranks(pairs, same, different), 0.0)
        if same <= exact_same_pairs
        else grid_ranks(pairs, grid.bit_length() - 1)
    )
    notes += _what_is_missing(ranks, same, different)
    far, val, thresholds = curve_of(ranks)
    return PairRoc(
        far=far,
        val=val,
        thresholds=thresholds,
        auc=ranks.auc(),
        eer=ranks.equal_error_rate(),
        faces=len(order),
        pairs=same + different,
        same=same,
        different=different,
        auc_error=error,
        note=" ".join(notes) or None,
        ranks=ranks,
    )


def _drawn(codes: Integers, largest: int, seed: int) -> Integers:
    """Return the faces of people drawn at random, at most ``largest``; faces at random where nobody fits."""
    if len(codes) <= largest:
        return np.arange(len(codes))
    generator = np.random.default_rng(seed)
    people = choose_people(np.bincount(codes), largest, generator)
    if people.any():
        return np.flatnonzero(people[codes])
    return np.sort(generator.permutation(len(codes))[:largest])


def _what_is_missing(ranks: Ranks, same: int, different: int) -> Iterator[str]:
    if not same or not different:
        yield f"There are {same:,} same and {different:,} different pairs: nothing to tell apart."
    elif len(ranks.distances) == 1 and ranks.below[0] == 0 and ranks.upto[0] == different:
        yield "All distances are equal: no threshold tells anybody apart."
