"""The classroom network: a small FaceNet that trains while one watches.

It shrinks the picture at once, where a convolution costs most, and ends in weights for every place of
the last map instead of an average, so that it still knows where in the face a feature lies. Further
shrinking is done by max pooling: a strided convolution costs a CPU several times more backwards.
"""

from torch import nn

from facenet_core.networks.unit_length import InFloat32, UnitLength
from facenet_core.networks.whole_map import WholeMap


def build(embedding_size: int, *, unit_length: bool = True, batch_norm: bool = True) -> nn.Module:
    """Return the network: (B, 3, 110, 110) float in -1..1 -> (B, D) float32 of unit length.

    Args:
        embedding_size: Numbers in an embedding (D).
        unit_length: Scale every embedding to length 1; without it nothing holds the lengths.
        batch_norm: Normalise over the batch after each layer. It keeps the faces of a batch apart in every
            feature; without it a network collapses far more easily.
    """
    last = [nn.Linear(640, embedding_size), *([UnitLength()] if unit_length else [])]
    return nn.Sequential(
        *_convolution(3, 32, batch_norm, size=6, stride=4, padding=2, pool=True),  # (B, 32, 14, 14)
        *_convolution(32, 64, batch_norm, pool=True),  # (B, 64, 7, 7)
        *_convolution(64, 160, batch_norm),  # (B, 160, 7, 7)
        WholeMap(160, 7 * 7, views=4),  # (B, 640)
        *([nn.BatchNorm1d(640)] if batch_norm else []),
        InFloat32(*last),
    )


def _convolution(
    inputs: int,
    outputs: int,
    batch_norm: bool,
    *,
    size: int = 3,
    stride: int = 1,
    padding: int = 1,
    pool: bool = False,
) -> list[nn.Module]:
    """Convolve, shrink, then normalise: a quarter of the places to normalise, and equally good."""
    convolution = nn.Conv2d(inputs, outputs, size, stride=stride, padding=padding, bias=not batch_norm)
    shrink = [nn.MaxPool2d(2)] if pool else []
    normalise = [_norm_after_pool(outputs) if pool else nn.BatchNorm2d(outputs)] if batch_norm else []
    return [convolution, *shrink, *normalise, nn.ReLU(inplace=True)]


def _norm_after_pool(channels: int) -> nn.Module:
    """Begin where each place would be, had it been normalised before pooling.

    The largest of four neighbours lies about 0.7 above the mean of all and varies by 0.7; so units are on as often.
    """
    norm = nn.BatchNorm2d(channels)
    nn.init.constant_(norm.weight, 0.7)
    nn.init.constant_(norm.bias, 0.7)
    return norm
