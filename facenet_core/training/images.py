"""Where a trainer reads its images: from the card when all of them fit, from memory when they are few, or mapped."""

import numpy as np
import torch
from torch import Tensor

from facenet_core.faces import FaceSet

SHARE_OF_CARD = 0.5
"""Share of the free memory of a GPU that the images may take; the rest is for the network and its gradients."""

FEW_BYTES = 64 * 2**20
"""Images of this size at most are read into memory once: a mapped image costs several times as much at every step."""


class TrainingImages:
    """The images of a run by index.

    Args:
        faces: The face set.
        indices: (S,) int64, those trained on.
        device: Where batches are wanted.
    """

    def __init__(self, faces: FaceSet, indices: np.ndarray, device: torch.device) -> None:
        self._faces = faces
        self._indices = indices
        self._device = device
        self._size = len(indices) * int(np.prod(faces.images.shape[1:]))
        self._keeps = faces.growing is None  # to read all would be to wait for all
        self._on_card = torch.from_numpy(faces.read(indices)).to(device) if self._fit_on_card() else None
        few = self._keeps and self._size <= FEW_BYTES
        self._in_memory = faces.read(indices) if self._on_card is None and few else None

    def _fit_on_card(self) -> bool:
        if self._device.type != "cuda" or not self._keeps:
            return False
        free, _ = torch.cuda.mem_get_info(self._device)
        return self._size < SHARE_OF_CARD * free

    def read(self, positions: np.ndarray) -> Tensor:
        """Return (B, H, W, 3) uint8 on the device; ``positions`` point into ``indices``."""
        if self._on_card is not None:
            return self._on_card[torch.from_numpy(positions).to(self._device)]
        if self._in_memory is not None:
            return torch.from_numpy(self._in_memory[positions]).to(self._device)
        return torch.from_numpy(self._faces.read(self._indices[positions])).to(self._device)
