"""The classroom network: a small FaceNet that trains while one watches.

It shrinks the picture at once, where a convolution costs most, and ends in weights for every place of
the last map instead of an average, so that it still knows where in the face a feature lies. Further
shrinking is done by max pooling: a strided convolution costs a CPU several times more backwards.
"""

from torch import nn

from facenet_core.networks.unit_length import InFloat32, UnitLength
from facenet_core.networks.whole_map import WholeMap


def build(embedding_size: int) -> nn.Module:
    """Return the network: (B, 3, 110, 110) float in -1..1 -> (B, D) float32 of unit length.

    Args:
        embedding_size: Numbers in an embedding (D).
    """
    return nn.Sequential(
        nn.Conv2d(3, 32, 6, stride=4, padding=2, bias=False),  # (B, 32, 28, 28)
        *_pooled(32),  # (B, 32, 14, 14)
        nn.Conv2d(32, 64, 3, padding=1, bias=False),  # (B, 64, 14, 14)
        *_pooled(64),  # (B, 64, 7, 7)
        nn.Conv2d(64, 160, 3, padding=1, bias=False),  # (B, 160, 7, 7)
        nn.BatchNorm2d(160),
        nn.ReLU(inplace=True),
        WholeMap(160, 7 * 7, views=4),  # (B, 640)
        nn.BatchNorm1d(640),
        InFloat32(nn.Linear(640, embedding_size), UnitLength()),
    )


def _pooled(channels: int) -> tuple[nn.Module, ...]:
    """Shrink a map, then normalise it: a quarter of the places to normalise, and equally good.

    The largest of four neighbours lies about 0.7 above the mean of all and varies by 0.7: beginning there, the
    units are as often on as if each place had been normalised first.
    """
    norm = nn.BatchNorm2d(channels)
    nn.init.constant_(norm.weight, 0.7)
    nn.init.constant_(norm.bias, 0.7)
    return nn.MaxPool2d(2), norm, nn.ReLU(inplace=True)
