"""A head that keeps where things are."""

import math

import torch
from torch import Tensor, nn


class WholeMap(nn.Module):
    """Weigh every place of every channel: a depthwise convolution as large as the map.

    Averaging the last map would forget where in the face a feature lies. Written as one small matrix
    product a channel, which trains several times faster on a CPU than the same depthwise convolution.

    Args:
        channels: Channels of the map (C).
        places: Its height times its width (S).
        views: Numbers taken from each channel (V).
    """

    def __init__(self, channels: int, places: int, views: int) -> None:
        super().__init__()
        bound = 1 / math.sqrt(places)  # the range that torch gives a convolution with this many inputs
        self.weight = nn.Parameter(torch.empty(channels, places, views).uniform_(-bound, bound))

    def forward(self, maps: Tensor) -> Tensor:
        """Map (B, C, H, W) with H x W = S to (B, C x V)."""
        if maps.requires_grad and maps.is_contiguous(memory_format=torch.channels_last):
            maps.register_hook(_channels_last)  # type: ignore[no-untyped-call]
        by_channel = maps.flatten(2).transpose(0, 1).contiguous()  # (C, B, S), laid out once for both directions
        return torch.bmm(by_channel, self.weight).transpose(0, 1).flatten(1)

    def multiply_adds(self) -> int:
        """Multiplications with a weight for one image."""
        return self.weight.numel()


def _channels_last(gradient: Tensor) -> Tensor:
    """Give the gradient the layout of its map: the layers before it walk both together, and mixed layouts are slow."""
    return gradient.contiguous(memory_format=torch.channels_last)
