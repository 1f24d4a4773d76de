"""What a network is made of, read from the module itself."""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from facenet_core.config import OptionValue
from facenet_core.networks.building import build_network

IMAGE_SHAPE = (3, 110, 110)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerRow:
    """One layer in the order of its work.

    Attributes:
        name: Its path in the module, such as ``3.convolutions.0``.
        kind: Its class.
        output_shape: Shape of its output for one image, without the batch.
        parameters: Trainable numbers in it.
        multiply_adds: Multiplications with a weight for one image.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    multiply_adds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkTable:
    """A network's layers and their sums."""

    layers: tuple[LayerRow, ...]
    parameters: int
    multiply_adds: int


def describe_network(name: str, embedding_size: int = 128, **options: OptionValue) -> NetworkTable:
    """Return the layer table of a network in ``choices.NETWORKS`` for 110x110 images.

    Raises:
        ValueError: As ``build_network``.
    """
    with torch.random.fork_rng(devices=[]):
        return layer_table(build_network(name, embedding_size, **options))


def layer_table(network: nn.Module) -> NetworkTable:
    """Return the layers of ``network`` as one grey image passes through a copy of it."""
    network = copy.deepcopy(network).to("cpu").eval()
    rows: list[LayerRow] = []
    for name, module in network.named_modules():
        if not list(module.children()):
            module.register_forward_hook(_recorder(name, rows))
    with torch.no_grad():
        network(torch.zeros(1, *IMAGE_SHAPE))
    return NetworkTable(
        layers=tuple(rows),
        parameters=sum(p.numel() for p in network.parameters()),
        multiply_adds=sum(row.multiply_adds for row in rows),
    )


def _recorder(name: str, rows: list[LayerRow]):  # type: ignore[no-untyped-def]  # torch's hook type is private
    def record(module: nn.Module, _: tuple[Tensor, ...], output: Tensor) -> None:
        rows.append(
            LayerRow(
                name=name,
                kind=type(module).__name__,
                output_shape=tuple(output.shape[1:]),
                parameters=sum(p.numel() for p in module.parameters()),
                multiply_adds=_multiply_adds(module, output),
            )
        )

    return record


def _multiply_adds(module: nn.Module, output: Tensor) -> int:
    """Weights met by each output number, times the output numbers of one image; a layer of one's own may say it."""
    own = getattr(module, "multiply_adds", None)
    if callable(own):
        return int(own())
    if isinstance(module, nn.Conv2d | nn.Linear):
        return output[0].numel() * module.weight[0].numel()
    return 0
