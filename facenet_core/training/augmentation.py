"""How training images are varied, each image of each batch anew."""

import torch
from torch import Tensor

from facenet_core.config import AugmentationConfig


def augment(images: Tensor, config: AugmentationConfig, generator: torch.Generator) -> Tensor:
    """Return varied copies of a batch.

    What is drawn comes from a CPU generator, so that a batch is varied alike on every device.

    Args:
        images: (B, H, W, 3) uint8.
        config: What is varied, and how far.
        generator: Source of chance, on the CPU.

    Returns:
        (B, H, W, 3) uint8 on the device of ``images``.
    """
    count, height, width, _ = images.shape
    if config.shift:
        rows, columns = _positions(count, height, width, config, generator)
        images = _take(images, rows.to(images.device), columns.to(images.device))
    elif config.flip:
        images = _flip(images, _mirrored(count, config, generator).to(images.device))
    if config.brightness:
        factors = 1 + config.brightness * (2 * torch.rand(count, 1, 1, 1, generator=generator) - 1)
        images = (images * factors.to(images.device)).clamp_(0, 255).to(torch.uint8)
    if config.cut_out:
        images = _cut_out(images, config.cut_out, generator)
    return images


def _moves(count: int, config: AugmentationConfig, generator: torch.Generator) -> Tensor:
    """Return (2, B, 1) int32, how far each image moves down and to the right."""
    return torch.randint(-config.shift, config.shift + 1, (2, count, 1), generator=generator, dtype=torch.int32)


def _mirrored(count: int, config: AugmentationConfig, generator: torch.Generator) -> Tensor:
    """Return (B,) bool, which images are flipped."""
    return torch.rand(count, generator=generator) < 0.5 if config.flip else torch.zeros(count, dtype=torch.bool)


def _positions(
    count: int, height: int, width: int, config: AugmentationConfig, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Return which row and column each pixel is taken from: (B, H) and (B, W) int32; past the edge, the edge."""
    moves = _moves(count, config, generator)
    rows = (torch.arange(height, dtype=torch.int32) + moves[0]).clamp_(0, height - 1)
    columns = (torch.arange(width, dtype=torch.int32) + moves[1]).clamp_(0, width - 1)
    mirrored = _mirrored(count, config, generator)
    return rows, torch.where(mirrored[:, None], columns.flip(1), columns)


def _flip(images: Tensor, mirrored: Tensor) -> Tensor:
    """Mirror some images; several times faster than taking every pixel from its place."""
    if images.device.type != "cpu":
        return torch.where(mirrored[:, None, None, None], images.flip(2), images)
    pixels, chosen = images.numpy(), mirrored.numpy()
    varied = pixels.copy()
    # Whole images are picked faster by numpy, rows of pixels are turned round faster by torch.
    varied[chosen] = torch.from_numpy(pixels[chosen]).flip(2).numpy()
    return torch.from_numpy(varied)


def _take(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Gather whole pixels through one flat index, several times faster than indexing three dimensions at once."""
    count, height, width, channels = images.shape
    first = torch.arange(count, dtype=torch.int32, device=images.device)[:, None] * height
    flat = ((first + rows) * width)[:, :, None] + columns[:, None, :]  # (B, H, W)
    return images.reshape(-1, channels).index_select(0, flat.flatten()).view(images.shape)


def _cut_out(images: Tensor, side: int, generator: torch.Generator) -> Tensor:
    """Put a mid-grey square somewhere on each image, partly outside at the edges as likely as inside."""
    count, height, width, _ = images.shape
    top = torch.randint(-side // 2, height - side // 2, (count, 1), generator=generator)
    left = torch.randint(-side // 2, width - side // 2, (count, 1), generator=generator)
    in_rows = (torch.arange(height) >= top) & (torch.arange(height) < top + side)  # (B, H)
    in_columns = (torch.arange(width) >= left) & (torch.arange(width) < left + side)  # (B, W)
    square = (in_rows[:, :, None] & in_columns[:, None, :])[..., None]  # (B, H, W, 1)
    return images.masked_fill(square.to(images.device), 127)
