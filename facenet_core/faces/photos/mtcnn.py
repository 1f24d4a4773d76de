"""The three networks of MTCNN in numpy: where a face could be, whether it is one, where its eyes are.

Zhang, Zhang, Li, Qiao, "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional Networks", IEEE
Signal Processing Letters 23 (2016). The weights are those of the package ``mtcnn`` 1.0.0 (MIT; see mtcnn.LICENSE
beside this file), halved to float16. Nothing here needs torch, so photos are looked at before it is loaded.
"""

import functools
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

Weights = dict[str, np.ndarray]

_FILE = Path(__file__).with_name("mtcnn.safetensors")


@functools.lru_cache(maxsize=1)
def weights() -> Weights:
    """Return all weights, float32: kernels (height, width, in, out), dense layers (in, out)."""
    from safetensors.numpy import load_file

    return {name: values.astype(np.float32) for name, values in load_file(_FILE).items()}


def propose(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Look at every place of a picture (H, W, 3) for a face of 12 pixels, in steps of 2 (P-Net).

    Returns:
        How likely a face is, (h, w) in 0..1; by how much its box has to move, (h, w, 4) in shares of the box.
    """
    found = _convolved(picture[None], "proposal.1")
    found = _most(found, 2, 2)
    found = _convolved(_convolved(found, "proposal.2"), "proposal.3")
    return _second_of(_dense(found, "proposal.face"))[0], _dense(found, "proposal.box")[0]


def judge(patches: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Look again at patches (N, 24, 24, 3) (R-Net).

    Returns:
        How likely each is a face, (N,); by how much its box has to move, (N, 4).
    """
    found = _most(_convolved(patches, "judgement.1"), 3, 2)
    found = _most(_convolved(found, "judgement.2"), 3, 2, whole=True)
    found = _flat(_convolved(found, "judgement.3"))
    found = _bent(_dense(found, "judgement.4"), "judgement.4")
    return _second_of(_dense(found, "judgement.face")), _dense(found, "judgement.box")


def place(patches: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Look a last time at patches (N, 48, 48, 3) (O-Net).

    Returns:
        How likely each is a face, (N,); by how much its box has to move, (N, 4); its points (N, 5, 2), x and y in
        shares of the box: the eyes, the nose, the corners of the mouth, each the one on the picture's left first.
    """
    found = _most(_convolved(patches, "placement.1"), 3, 2)
    found = _most(_convolved(found, "placement.2"), 3, 2, whole=True)
    found = _most(_convolved(found, "placement.3"), 2, 2)
    found = _flat(_convolved(found, "placement.4"))
    found = _bent(_dense(found, "placement.5"), "placement.5")
    points = _dense(found, "placement.points").reshape(-1, 2, 5).swapaxes(1, 2)
    return _second_of(_dense(found, "placement.face")), _dense(found, "placement.box"), points


def _convolved(values: np.ndarray, layer: str) -> np.ndarray:
    """Convolve (N, H, W, C) without padding, and apply PReLU."""
    kernel = weights()[f"{layer}.kernel"]
    side, _, channels, filters = kernel.shape
    windows = sliding_window_view(values, (side, side), axis=(1, 2)).transpose(0, 1, 2, 4, 5, 3)
    columns = windows.reshape(-1, side * side * channels)
    found = (columns @ kernel.reshape(-1, filters)).reshape(*windows.shape[:3], filters)
    found += weights()[f"{layer}.bias"]
    return _bent(found, layer)


def _dense(values: np.ndarray, layer: str) -> np.ndarray:
    found: np.ndarray = values @ weights()[f"{layer}.kernel"] + weights()[f"{layer}.bias"]
    return found


def _bent(values: np.ndarray, layer: str) -> np.ndarray:
    """Apply PReLU in place: what is negative is multiplied by the layer's slope."""
    negative = np.minimum(values, 0)
    negative *= weights()[f"{layer}.slope"] - 1
    values += negative
    return values


def _most(values: np.ndarray, side: int, step: int, *, whole: bool = False) -> np.ndarray:
    """Return the largest of each window of (N, H, W, C); windows that stick out count unless they must be whole."""
    _, height, width, _ = values.shape
    if not whole:
        down, across = (max(0, -(-(n - side) // step) * step + side - n) for n in (height, width))
        values = np.pad(values, ((0, 0), (0, down), (0, across), (0, 0)), constant_values=-np.inf)
        height, width = height + down, width + across
    rows, columns = (height - side) // step + 1, (width - side) // step + 1
    parts = [
        values[:, row : row + rows * step : step, column : column + columns * step : step][:, :rows, :columns]
        for row in range(side)
        for column in range(side)
    ]
    return functools.reduce(np.maximum, parts)


def _flat(values: np.ndarray) -> np.ndarray:
    """Return (N, everything), columns before rows, as these weights were trained."""
    return values.swapaxes(1, 2).reshape(len(values), -1)


def _second_of(scores: np.ndarray) -> np.ndarray:
    """Return the share of the second of two in a softmax."""
    share: np.ndarray = 1 / (1 + np.exp(scores[..., 0] - scores[..., 1]))
    return share
