"""Looking into any network: what leaves its layers, and which part of a picture a distance hangs on.

Layers are found by walking the modules, so a network of one's own is looked into like the others.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

GREY = 0.0  # of pixels in -1..1: what training's cut-out puts on a face, too
AT_ONCE = 64  # pictures in a forward pass: their maps stay in the processor's caches


class Occlusion(NamedTuple):
    """Squared distances with a grey square on the picture.

    Attributes:
        squared_distances: (n, n) float32; row and column of the square's place.
        starts: (n,) int, the square's first pixel at each place; the same for rows and columns.
    """

    squared_distances: np.ndarray
    starts: np.ndarray


class Strongest(NamedTuple):
    """The pictures that set each channel off most.

    Attributes:
        pictures: (C, k) int, strongest first.
        strengths: (C, k) float32, the channel's largest output on each.
        places: (C, k, 2) float32, row and column of that output as shares of the map's height and width.
    """

    pictures: np.ndarray
    strengths: np.ndarray
    places: np.ndarray


def embed(network: nn.Module, pixels: Tensor) -> Tensor:
    """Return (B, D) float32 embeddings of pixels (B, 3, H, W) in -1..1, as the network measures."""
    network.eval()
    with torch.inference_mode():
        embeddings: Tensor = network(pixels)
    return embeddings.float()


def layer_maps(network: nn.Module, pixels: Tensor, layer: str) -> Tensor:
    """Return what leaves a layer.

    Args:
        network: Any network.
        pixels: (B, 3, H, W) float in -1..1.
        layer: Its path in the module, as in the layer table.

    Returns:
        (B, C, h, w) float32, of the last time where the layer is used several times.

    Raises:
        ValueError: There is no such layer, or what leaves it is no map.
    """
    modules = dict(network.named_modules())
    if layer not in modules:
        raise ValueError(f"layer must be one of the network's, such as {next(iter(modules), '')!r}, got {layer!r}")
    left: list[Tensor] = []

    def keep(_: nn.Module, __: tuple[Tensor, ...], output: Tensor) -> None:
        left[:] = [output.float().clone()]  # a layer that works in place comes next and would overwrite it

    hook = modules[layer].register_forward_hook(keep)
    try:
        embed(network, pixels)
    finally:
        hook.remove()
    if not left or left[0].ndim != 4:
        raise ValueError(f"layer {layer!r} gives no maps: choose one whose output has a height and a width")
    return left[0]


def occlusion(
    network: nn.Module, pixels: Tensor, reference: Tensor, *, square: int = 22, places: int = 23
) -> Occlusion:
    """Move a grey square over a picture and measure how far it then is from another picture's embedding.

    Source: Zeiler and Fergus, Visualizing and Understanding Convolutional Networks (ECCV 2014), section 4.2.

    Args:
        network: Any network.
        pixels: (3, H, W) float in -1..1; height and width are equal.
        reference: (D,) embedding of the other picture.
        square: Side of the square in pixels.
        places: Places of the square along each side, spread evenly from edge to edge.

    Raises:
        ValueError: The square does not fit, or there are fewer than two places.
    """
    size = pixels.shape[-1]
    if not 1 <= square < size or places < 2:
        raise ValueError(f"a square of 1..{size - 1} pixels at 2 places or more is needed, got {square} at {places}")
    starts = np.rint(np.linspace(0, size - square, places)).astype(int)
    corners = [(top, left) for top in starts.tolist() for left in starts.tolist()]
    distances = []
    for begin in range(0, len(corners), AT_ONCE):
        some = corners[begin : begin + AT_ONCE]
        hidden = pixels.repeat(len(some), 1, 1, 1)  # (b, 3, H, W)
        for picture, (top, left) in zip(hidden, some, strict=True):
            picture[:, top : top + square, left : left + square] = GREY
        hidden = hidden.contiguous(memory_format=torch.channels_last)
        distances.append((embed(network, hidden) - reference).square().sum(dim=1))
    table = torch.cat(distances).reshape(places, places).cpu().numpy()
    return Occlusion(squared_distances=table, starts=starts)


def gradient_times_input(network: nn.Module, pixels: Tensor, reference: Tensor) -> np.ndarray:
    """Return how the squared distance to another picture would change if each pixel turned grey.

    That is the first term of its Taylor series: minus gradient times input, grey being zero. It is exact where
    the distance is linear in the pixels, and a forecast anywhere else.

    Source: Shrikumar, Greenside, Kundaje, Learning Important Features Through Propagating Activation Differences
    (ICML 2017), where it is the method compared with.

    Args:
        network: Any network.
        pixels: (3, H, W) float in -1..1.
        reference: (D,) embedding of the other picture.

    Returns:
        (H, W) float32, summed over the colours.
    """
    network.eval()
    frozen = [weights.requires_grad for weights in network.parameters()]
    network.requires_grad_(False)  # only the pixels' gradient is wanted
    try:
        with torch.enable_grad():
            face = pixels.detach().clone()[None].requires_grad_()
            squared = (network(face).float() - reference.detach().clone()).square().sum()
            (gradient,) = torch.autograd.grad(squared, face)
    finally:
        for weights, wanted in zip(network.parameters(), frozen, strict=True):
            weights.requires_grad_(wanted)
    change: np.ndarray = -(gradient * face.detach())[0].sum(dim=0).cpu().numpy()
    return change


def strongest_pictures(network: nn.Module, pixels: Tensor, layer: str, most: int = 9) -> Strongest:
    """Find the pictures on which each channel of a layer answers most strongly anywhere.

    Args:
        network: Any network.
        pixels: (B, 3, H, W) float in -1..1.
        layer: A layer that gives maps.
        most: Pictures to name for each channel.

    Raises:
        ValueError: There is no picture, or the layer gives no maps.
    """
    if not len(pixels):
        raise ValueError("pictures must hold at least one, got none")
    values, places, width = [], [], 1
    for some in torch.split(pixels, AT_ONCE):
        maps = layer_maps(network, some, layer)  # (b, C, h, w)
        height, width = maps.shape[2:]
        largest, place = maps.flatten(2).max(dim=2)  # (b, C)
        values.append(largest)
        places.append(place)
    best = torch.cat(values).T.topk(min(most, len(pixels)), dim=1)  # (C, k)
    place = torch.cat(places).T.gather(1, best.indices)
    middle = torch.stack(
        [(place // width + 0.5) / height, (place % width + 0.5) / width], dim=2
    )  # of the place, not its corner
    return Strongest(
        pictures=best.indices.cpu().numpy(), strengths=best.values.cpu().numpy(), places=middle.float().cpu().numpy()
    )


def colour_filters(network: nn.Module) -> tuple[str, np.ndarray] | None:
    """Return the first convolution that looks at the colours themselves.

    Returns:
        Its path and its weights (F, 3, h, w) float32; None where the network has none.
    """
    for name, module in network.named_modules():
        if isinstance(module, nn.Conv2d) and module.weight.shape[1] == 3 and module.groups == 1:
            return name, module.weight.detach().float().cpu().numpy()
    return None
