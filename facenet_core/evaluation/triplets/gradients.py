"""What triplets teach: how strongly each kind pulls and pushes, and what to expect of a batch, for every margin."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, check_embeddings, check_people
from facenet_core.evaluation.triplets.anchors import Anchor, anchors


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pulls:
    """The gradient of the summed triplet loss, kind by kind.

    An active triplet's loss d_ap - d_an + margin has a gradient of length 2 sqrt(d_ap) at its positive and of
    length 2 sqrt(d_an) at its negative (squared distances, before the network); easy triplets have none. A
    triplet's pull is the sum of the two lengths.

    Attributes:
        margins: (M,) the margins.
        semi_hard: (M,) sum of the pulls of the semi-hard triplets.
        hard: (M,) sum of the pulls of the hard triplets, the same for every margin.
        loss: (M,) sum of the losses.
        hardest_pull: Mean of 2 sqrt(d_ap) over every anchor's farthest positive; NaN without triplets.
        hardest_push: Mean of 2 sqrt(d_an) over every anchor's nearest negative; NaN without triplets.
    """

    margins: Floats
    semi_hard: Floats
    hard: Floats
    loss: Floats
    hardest_pull: float
    hardest_push: float


def pulls_over_margins(embeddings: ArrayLike, people: ArrayLike, margins: ArrayLike) -> Pulls:
    """Sum what the triplets of each kind teach, for many margins at once and without building a triplet.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        margins: (M,) margins, at least 0.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or a margin is negative or no number.
    """
    wanted = np.asarray(margins, dtype=np.float64)
    if wanted.ndim != 1 or not (np.isfinite(wanted) & (wanted >= 0)).all():
        raise ValueError(f"margins must be a list of finite numbers of at least 0, got {margins!r}")
    sums = np.zeros((3, len(wanted)))  # all active pulls, hard pulls, losses
    hardest: list[tuple[float, float]] = []
    for anchor in anchors(embeddings, people):
        sums += _sums(anchor, wanted)
        hardest.append((anchor.positive_distances[-1], anchor.negative_distances[0]))
    lengths = 2 * np.sqrt(np.array(hardest)).mean(axis=0) if hardest else np.full(2, np.nan)
    return Pulls(
        margins=wanted,
        semi_hard=np.maximum(sums[0] - sums[1], 0),
        hard=sums[1],
        loss=sums[2],
        hardest_pull=float(lengths[0]),
        hardest_push=float(lengths[1]),
    )


def _sums(anchor: Anchor, margins: Floats) -> Floats:
    """Return (3, M) active pulls, hard pulls and losses of one anchor."""
    near, far = anchor.positive_distances[:, None], anchor.negative_distances
    pushes, lengths = (np.concatenate([[0.0], np.cumsum(column)]) for column in (2 * np.sqrt(far), far))
    active = np.searchsorted(far, near + margins, side="left")  # (positives, M) negatives that still teach
    hard = np.searchsorted(far, near, side="right")
    active = np.maximum(active, np.where(margins > 0, hard, 0))
    pulls = 2 * np.sqrt(near)
    return np.stack(
        [
            (active * pulls + pushes[active]).sum(axis=0),
            np.broadcast_to((hard * pulls + pushes[hard]).sum(axis=0), margins.shape),
            (active * (near + margins) - lengths[active]).sum(axis=0),
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BatchExpectation:
    """What a batch of P people x K images brings on average, with people and images drawn evenly.

    A triplet's kind does not depend on the rest of its batch, so the expected shares are those of one triplet drawn
    evenly: first the anchor's person, then two of their images, then another person and one of theirs.

    Attributes:
        easy: Expected share of easy triplets; NaN where there are no triplets.
        semi_hard: Expected share of semi-hard ones.
        hard: Expected share of hard ones.
        in_band: (pairs,) for each anchor-positive pair the chance that a negative drawn evenly is semi-hard.
        weight: (pairs,) chance of each pair; they add up to 1.
    """

    easy: float
    semi_hard: float
    hard: float
    in_band: Floats
    weight: Floats

    def pairs_served(self, people: int, images: int) -> float:
        """Return the expected share of anchor-positive pairs that find a semi-hard negative in their batch.

        The (P - 1) K negatives of a batch are taken as drawn independently.
        """
        return float(self.weight @ (1 - (1 - self.in_band) ** ((people - 1) * images)))


def batch_expectation(embeddings: ArrayLike, people: ArrayLike, margin: float) -> BatchExpectation:
    """Return what to expect of a batch drawn from these faces; people with one image cannot be drawn.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each.
        margin: Required gap between squared distances, above 0.

    Raises:
        ValueError: Lengths differ, an embedding is not finite, or the margin is not above 0.
    """
    if not margin > 0:
        raise ValueError(f"margin must be above 0, got {margin}")
    table = check_embeddings(embeddings)
    codes = check_people(people, len(table))
    kept = np.bincount(codes)[codes] >= 2 if len(codes) else np.zeros(0, np.bool_)
    table, codes = table[kept], check_people(codes[kept], int(kept.sum()))
    images = np.bincount(codes)
    shares, weights = [], []
    for anchor in anchors(table, codes):
        own = images[codes[anchor.index]]
        chances = np.cumsum(np.append(0.0, 1 / images[codes[anchor.negatives]])) / (len(images) - 1)
        hard = chances[np.searchsorted(anchor.negative_distances, anchor.positive_distances, side="right")]
        near = chances[np.searchsorted(anchor.negative_distances, anchor.positive_distances + margin, side="left")]
        shares.append(np.stack([hard, np.maximum(near - hard, 0)]))
        weights.append(np.full(own - 1, 1 / (len(images) * own * (own - 1))))
    if not shares:
        none = np.zeros(0)
        return BatchExpectation(easy=np.nan, semi_hard=np.nan, hard=np.nan, in_band=none, weight=none)
    (hard, band), weight = np.concatenate(shares, axis=1), np.concatenate(weights)
    return BatchExpectation(
        easy=float(1 - weight @ (hard + band)),
        semi_hard=float(weight @ band),
        hard=float(weight @ hard),
        in_band=np.minimum(band, 1.0),
        weight=weight,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSize:
    """A batch of P people x K images in numbers.

    Attributes:
        people: People (P).
        images_each: Images of each (K).
    """

    people: int
    images_each: int

    def __post_init__(self) -> None:
        if self.people < 1 or self.images_each < 1:
            raise ValueError(f"a batch needs people and images, got {self.people} x {self.images_each}")

    @property
    def images(self) -> int:
        """Images in the batch (B)."""
        return self.people * self.images_each

    @property
    def pairs(self) -> int:
        """Ordered anchor-positive pairs."""
        return self.images * (self.images_each - 1)

    @property
    def triplets(self) -> int:
        """Valid triplets."""
        return self.pairs * (self.images - self.images_each)
