"""Images become embeddings with a trained network."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from facenet_core.config import TrainingConfig
from facenet_core.networks import build_network
from facenet_core.training.checkpoint import read_weights
from facenet_core.training.devices import Arithmetic, choose_device

IMAGES_AT_ONCE = 128


def as_input(images: Tensor, arithmetic: Arithmetic) -> Tensor:
    """Turn (B, H, W, 3) uint8 into (B, 3, H, W) in -1..1, in the precision and layout asked for."""
    precision = torch.bfloat16 if arithmetic.precision == "bfloat16" else torch.float32
    # Photographs lie channels last already; subtracted first, bfloat16 rounds only once, in the product.
    pixels = images.permute(0, 3, 1, 2).to(precision).sub_(127.5).mul_(1 / 127.5)
    return pixels if arithmetic.channels_last else pixels.contiguous()


def in_layout(network: nn.Module, layout: torch.memory_format) -> nn.Module:
    """Move the weights of ``network`` into a memory layout, in place."""
    return network.to(memory_format=layout)  # type: ignore[call-overload,no-any-return]  # torch's stubs lack it


def forward(network: nn.Module, pixels: Tensor, arithmetic: Arithmetic) -> Tensor:
    """Return (B, D) float32 embeddings in the precision asked for."""
    with torch.autocast(pixels.device.type, torch.bfloat16, enabled=arithmetic.precision == "bfloat16"):
        embeddings: Tensor = network(pixels)
    return embeddings.float()


def embed_images(
    network: nn.Module, images: np.ndarray, *, mirror: bool = False, arithmetic: Arithmetic | None = None
) -> np.ndarray:
    """Return the embeddings of images, with the network as it measures (not as it trains).

    Args:
        network: Any network of ``build_network``.
        images: (N, 110, 110, 3) uint8.
        mirror: Average the embedding of each image and of its mirror image (unit length stays unit length).
        arithmetic: How to compute; float32 by default.

    Returns:
        (N, D) float32.
    """
    arithmetic = arithmetic or Arithmetic(precision="float32", channels_last=True)
    device = next(network.parameters()).device
    trained = network.training
    network.eval()
    try:
        chunks = np.array_split(np.ascontiguousarray(images), range(IMAGES_AT_ONCE, len(images), IMAGES_AT_ONCE))
        with torch.inference_mode():
            parts = [
                _embed_some(network, torch.from_numpy(part).to(device), mirror, arithmetic).cpu()
                for part in chunks
                if len(part)
            ]
    finally:
        network.train(trained)
    embeddings: np.ndarray = torch.cat(parts).numpy() if parts else np.zeros((0, 0), np.float32)
    return embeddings


def _embed_some(network: nn.Module, images: Tensor, mirror: bool, arithmetic: Arithmetic) -> Tensor:
    pixels = as_input(images, arithmetic)
    embeddings = forward(network, pixels, arithmetic)
    if not mirror:
        return embeddings
    mean = (embeddings + forward(network, pixels.flip(3), arithmetic)) / 2
    lengths = embeddings.norm(dim=1, keepdim=True)
    if torch.allclose(lengths, torch.ones_like(lengths), atol=1e-3):  # the mean of two points on the sphere lies inside
        mean = torch.nn.functional.normalize(mean, dim=1)
    return mean


def restore_network(config: TrainingConfig, checkpoint: Path, device: str = "cpu") -> nn.Module:
    """Return a run's network with its stored weights, ready to embed.

    Args:
        config: The run's configuration.
        checkpoint: The run's checkpoint folder.
        device: Where it is to compute.

    Raises:
        CheckpointDamaged: The folder is missing or not what was written.
        DeviceMissing: The device is not there.
    """
    with torch.random.fork_rng(devices=[]):
        network = build_network(config.network, config.embedding_size, **config.network_options)
    read_weights(checkpoint, network)
    return in_layout(network.to(choose_device(device)), torch.channels_last).eval()
