"""A network by its name in ``choices.NETWORKS``."""

from torch import nn

from facenet_core.choices import NETWORKS, check_network_options, choose
from facenet_core.config import OptionValue


def build_network(name: str = "classroom", embedding_size: int = 128, **options: OptionValue) -> nn.Module:
    """Build a network with fresh weights from torch's global random state.

    Args:
        name: A name in ``choices.NETWORKS``.
        embedding_size: Numbers in an embedding (D), in 2..512.
        **options: Options of this network, as listed in its choice.

    Returns:
        A module that maps (B, 3, 110, 110) float in -1..1 to (B, D) float.

    Raises:
        ValueError: The name or an option is unknown, or the size is out of range.
    """
    choice = choose("network", NETWORKS, name)
    if not 2 <= embedding_size <= 512:
        raise ValueError(f"embedding_size must lie between 2 and 512, got {embedding_size}")
    check_network_options(name, options)
    network = choice.load()(embedding_size, **options)
    if not isinstance(network, nn.Module):
        raise ValueError(f"{choice.implementation} must return a torch module, got {type(network).__name__}")
    return network
