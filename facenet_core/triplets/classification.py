"""Losses that teach an embedding by way of a classifier: one output for each person trained on.

The classifier is thrown away afterwards, and the embedding is measured as every other. It knows only the people it was
trained on, and its weights grow with them. It works on embeddings of unit length, whatever the network gives.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from facenet_core.config import TrainingConfig

SMALLEST_SINE_SQUARED = 1e-6
"""Below it the sine of an angle has no gradient: at 0 it would be infinite."""


class Softmax(nn.Module):
    """A linear classifier on embeddings of unit length times a scale, and its cross-entropy.

    Without the scale the classifier could never be sure: the outputs of unit lengths lie too close together.
    Source: Ranjan, Castillo, Chellappa, L2-constrained Softmax Loss (arXiv 1703.09507).

    Args:
        people: (C,) int64 in ascending order, the people it tells apart.
        size: Numbers in an embedding (D).
        scale: Length that embeddings are brought to.
        chance: Draws the first weights.
    """

    people: Tensor

    def __init__(self, people: Tensor, size: int, scale: float, chance: torch.Generator) -> None:
        super().__init__()
        self.scale = scale
        self.register_buffer("people", people)
        self.weight = _first_weights(len(people), size, chance)
        self.bias = nn.Parameter(torch.zeros(len(people)))

    def scores(self, embeddings: Tensor) -> Tensor:
        """Map (B, D) embeddings to (B, C) scores, the highest for the person it takes them for."""
        return F.linear(self.scale * F.normalize(embeddings, dim=1), self.weight, self.bias)

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Map (B, D) embeddings and (B,) people to the mean cross-entropy."""
        return F.cross_entropy(self.scores(embeddings), class_of(labels, self.people))


class ArcFace(nn.Module):
    """A classifier by the angle between embedding and class, whose own class has to be nearer by an angle.

    Scores are scale * cos(angle), and for the face's own person scale * cos(angle + margin). Beyond pi - margin, where
    the cosine would rise again, it goes on falling in a straight line, as the authors' code has it.
    Source: Deng, Guo, Xue, Zafeiriou, ArcFace (CVPR 2019), equation 3.

    Args:
        people: (C,) int64 in ascending order, the people it tells apart.
        size: Numbers in an embedding (D).
        scale: What the cosines are multiplied by.
        margin: The angle, in radians.
        chance: Draws the first weights.
    """

    people: Tensor

    def __init__(self, people: Tensor, size: int, scale: float, margin: float, chance: torch.Generator) -> None:
        super().__init__()
        self.scale, self.margin = scale, margin
        self.register_buffer("people", people)
        self.weight = _first_weights(len(people), size, chance)

    def scores(self, embeddings: Tensor) -> Tensor:
        """Map (B, D) embeddings to (B, C) scores without the margin, as they are used once it is trained."""
        return self.scale * F.linear(F.normalize(embeddings, dim=1), F.normalize(self.weight, dim=1))

    def forward(self, embeddings: Tensor, labels: Tensor) -> Tensor:
        """Map (B, D) embeddings and (B,) people to the mean cross-entropy with the margin."""
        own = class_of(labels, self.people)[:, None]  # (B, 1)
        scores = self.scores(embeddings)  # (B, C)
        cosine = scores.gather(1, own) / self.scale
        sine = (1 - cosine.square()).clamp(min=SMALLEST_SINE_SQUARED).sqrt()
        harder = cosine * math.cos(self.margin) - sine * math.sin(self.margin)  # cos(angle + margin)
        beyond = cosine - self.margin * math.sin(self.margin)
        harder = torch.where(cosine > -math.cos(self.margin), harder, beyond)
        return F.cross_entropy(scores.scatter(1, own, self.scale * harder), own[:, 0])


def softmax(people: Tensor, config: TrainingConfig, chance: torch.Generator) -> nn.Module:
    """Return the classifier of a run, with fresh weights."""
    return Softmax(people, config.embedding_size, config.logit_scale, chance)


def arcface(people: Tensor, config: TrainingConfig, chance: torch.Generator) -> nn.Module:
    """Return the classifier of a run, with fresh weights."""
    return ArcFace(people, config.embedding_size, config.logit_scale, config.angular_margin, chance)


def class_of(labels: Tensor, people: Tensor) -> Tensor:
    """Return (B,) the place of each label among (C,) people in ascending order.

    Raises:
        ValueError: A label is none of them.
    """
    places = torch.searchsorted(people, labels.to(torch.int64)).clamp(max=len(people) - 1)
    strangers = labels[people[places] != labels]
    if len(strangers):
        raise ValueError(f"labels must be people whom the classifier knows, got {sorted(set(strangers.tolist()))[:5]}")
    return places


def _first_weights(people: int, size: int, chance: torch.Generator) -> nn.Parameter:
    """Return (C, D) rows of length about 1, in any direction."""
    return nn.Parameter(torch.randn(people, size, generator=chance) * size**-0.5)
