"""What a classifier says about faces: it always names one of the people it was trained on."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from facenet_core.evaluation.pairs.distances import Floats, Integers, check_embeddings
from facenet_core.evaluation.verification.intervals import Interval

RESAMPLES = 200
MIDDLE = (2.5, 97.5)  # percentiles around 95 of 100 draws


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classifier:
    """The last layer of a network that was trained as a classifier, C people by embeddings of D numbers.

    Attributes:
        people: (C,) whom its outputs stand for.
        weight: (C, D) float.
        bias: (C,) float, or empty for a classifier by angle.
        scale: What embeddings of unit length are multiplied by.
    """

    people: np.ndarray
    weight: np.ndarray
    bias: np.ndarray
    scale: float

    @property
    def parameters(self) -> int:
        """How many numbers were trained in it; they grow with the people."""
        return int(self.weight.size + self.bias.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Classified:
    """How often a classifier names the right person first.

    Attributes:
        images: Images it was asked about, all of people it knows.
        people: People on them.
        right: Those it named rightly.
        interval: Where the share lies for 95 of 100 draws of people; None with fewer than two.
    """

    images: int
    people: int
    right: int
    interval: Interval | None

    @property
    def accuracy(self) -> float | None:
        """The share named rightly; None without images."""
        return self.right / self.images if self.images else None


def classifier_parameters(people: int, embedding_size: int, *, bias: bool) -> int:
    """Return how many numbers the last layer of a classifier has: a row a person, so it grows with the people."""
    return people * (embedding_size + int(bias))


def classify(embeddings: ArrayLike, classifier: Classifier) -> Integers:
    """Return (N,) the person whom the classifier names for each of (N, D) embeddings; it never says "nobody".

    Raises:
        ValueError: An embedding is not finite, or of another size than the classifier's.
    """
    rows = check_embeddings(embeddings)
    if len(rows) and rows.shape[1] != classifier.weight.shape[1]:
        raise ValueError(
            f"embeddings must have the {classifier.weight.shape[1]} numbers that the classifier takes, "
            f"got {rows.shape[1]}"
        )
    if not len(rows):
        return np.zeros(0, np.int64)
    if len(classifier.bias):
        scores = classifier.scale * _unit(rows) @ classifier.weight.T.astype(np.float64) + classifier.bias
    else:
        scores = _unit(rows) @ _unit(classifier.weight.astype(np.float64)).T
    named: Integers = np.asarray(classifier.people, np.int64)[scores.argmax(axis=1)]
    return named


def classify_group(embeddings: ArrayLike, people: ArrayLike, classifier: Classifier, *, seed: int = 0) -> Classified:
    """Measure how often the classifier names the right person, on images it was not trained on.

    Args:
        embeddings: (N, D) numbers.
        people: (N,) person of each, all of them known to the classifier.
        classifier: The classifier.
        seed: Decides the draws of people for the interval.

    Raises:
        ValueError: Lengths differ, or somebody is unknown to the classifier: it could not be right about them.
    """
    true = np.asarray(people)
    named = classify(embeddings, classifier)
    if true.shape != named.shape:
        raise ValueError(f"people must name one person for each of {len(named)} embeddings, got shape {true.shape}")
    strangers = np.setdiff1d(true, classifier.people)
    if len(strangers):
        raise ValueError(f"people must be known to the classifier, but {strangers[:5].tolist()} are not")
    known, codes = np.unique(true, return_inverse=True)
    right: Floats = np.bincount(codes, weights=named == true, minlength=len(known)).astype(np.float64)
    return Classified(
        images=len(true),
        people=len(known),
        right=int(right.sum()),
        interval=_interval(right, np.bincount(codes, minlength=len(known)).astype(np.int64), seed),
    )


def _interval(right: Floats, images: Integers, seed: int) -> Interval | None:
    """Draw people, not images: images of one person are not independent."""
    count = len(images)
    if count < 2:
        return None
    drawn = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=RESAMPLES)
    low, high = np.percentile(drawn @ right / (drawn @ images), MIDDLE)
    return Interval(float(low), float(high))


def _unit(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit
