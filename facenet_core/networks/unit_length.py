"""The last layers of a FaceNet: exact numbers, on the unit sphere."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class UnitLength(nn.Module):
    """Scale each row to length 1, in float32 whatever comes in.

    Source: Schroff, Kalenichenko, Philbin, FaceNet (CVPR 2015), section 3.1: embeddings live on the unit hypersphere.
    """

    def forward(self, rows: Tensor) -> Tensor:
        """Map (B, D) float to (B, D) float32 of unit length; a row of zeros stays zero."""
        return F.normalize(rows.float(), dim=1)


class InFloat32(nn.Sequential):
    """Run its layers in float32 also under autocast.

    The last layers decide squared distances of 0.01, and around 2 bfloat16 has steps of that size.
    """

    def forward(self, input: Tensor) -> Tensor:
        """Map (B, ...) float of any precision to what the layers give, in float32."""
        with torch.autocast(input.device.type, enabled=False):
            result: Tensor = super().forward(input.float())  # type: ignore[no-untyped-call]
        return result
