"""The network of the small notebook project that this laboratory grew from, its peculiarities as options.

Six stages of 3x3 convolutions, each ended by max pooling, that hand on what came in beside what they
found. The small project listed the last map of its first four stages twice and left the second one out;
it had no unit length and multiplied a tanh by 128. 6,519,328 parameters at 128 dimensions.
"""

from itertools import pairwise

import torch
from torch import Tensor, nn

from facenet_core.networks.unit_length import InFloat32, UnitLength


class Stage(nn.Module):
    """3x3 convolutions with ReLU whose maps are handed on side by side, then 2x2 max pooling.

    Args:
        inputs: Channels that come in.
        filters: Channels of each convolution.
        convolutions: How many there are.
        hand_on: Which maps are handed on, in order; 0 is what came in, i the i-th convolution's output.
    """

    def __init__(self, inputs: int, filters: int, convolutions: int, hand_on: tuple[int, ...]) -> None:
        super().__init__()
        sizes = [inputs] + [filters] * convolutions
        self.convolutions = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(sizes))
        self.pool = nn.MaxPool2d(2)
        self.hand_on = hand_on
        self.outputs = sum(sizes[i] for i in hand_on)

    def forward(self, image: Tensor) -> Tensor:
        """Map (B, inputs, H, W) to (B, outputs, H // 2, W // 2)."""
        maps = [image]
        for convolution in self.convolutions:
            maps.append(torch.relu(convolution(maps[-1])))
        pooled: Tensor = self.pool(torch.cat([maps[i] for i in self.hand_on], dim=1))
        return pooled


class Times(nn.Module):
    """Multiply by a constant."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, rows: Tensor) -> Tensor:
        """Map (B, D) to (B, D)."""
        return rows * self.factor


def build(embedding_size: int, *, unit_length: bool = False, scale: float = 128.0, tanh: bool = True) -> nn.Module:
    """Return the network: (B, 3, 110, 110) float in -1..1 -> (B, D) float.

    Args:
        embedding_size: Numbers in an embedding (D).
        unit_length: Scale every embedding to length 1 (then ``scale`` has no effect).
        scale: Multiply the output by this.
        tanh: Squash the output to -1..1 first.

    Raises:
        ValueError: ``scale`` is not above 0.
    """
    if not scale > 0:
        raise ValueError(f"scale must be above 0, got {scale}")
    twice_the_last = (1, 3, 3)
    stages = [Stage(3, 32, 3, twice_the_last)]
    for filters in (32, 64, 64):
        stages.append(Stage(stages[-1].outputs, filters, 3, (0, *twice_the_last)))
    stages.append(Stage(stages[-1].outputs, 128, 4, (0, 1, 2, 3, 4)))
    stages.append(Stage(stages[-1].outputs, 256, 4, (1, 2, 3, 4)))  # (B, 1024, 1, 1)
    head: list[nn.Module] = [nn.Linear(stages[-1].outputs, 512), nn.Linear(512, embedding_size)]
    if tanh:
        head.append(nn.Tanh())
    head.append(UnitLength() if unit_length else Times(scale))
    return nn.Sequential(*stages, nn.Flatten(), InFloat32(*head))
