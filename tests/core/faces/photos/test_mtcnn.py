"""The three networks in numpy against torch's own layers with the same weights."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from facenet_core.faces.photos import mtcnn


def tensor(name: str) -> torch.Tensor:
    return torch.from_numpy(mtcnn.weights()[name])


def convolved(values: torch.Tensor, layer: str) -> torch.Tensor:
    found = F.conv2d(values, tensor(f"{layer}.kernel").permute(3, 2, 0, 1), tensor(f"{layer}.bias"))
    return F.prelu(found, tensor(f"{layer}.slope"))


def dense(values: torch.Tensor, layer: str) -> torch.Tensor:
    return values @ tensor(f"{layer}.kernel") + tensor(f"{layer}.bias")


def flat(values: torch.Tensor) -> torch.Tensor:
    return values.permute(0, 3, 2, 1).flatten(1)  # columns, rows, channels


@pytest.fixture
def pixels():
    def made(*shape: int) -> np.ndarray:
        return np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)

    return made


@pytest.mark.parametrize("size", [(12, 12), (31, 44)])
def test_proposals(pixels, size):
    picture = pixels(*size, 3)
    likely, moves = mtcnn.propose(picture)
    found = convolved(torch.from_numpy(picture).permute(2, 0, 1)[None], "proposal.1")
    found = convolved(convolved(F.max_pool2d(found, 2, 2, ceil_mode=True), "proposal.2"), "proposal.3")
    found = found[0].permute(1, 2, 0)
    np.testing.assert_allclose(likely, dense(found, "proposal.face").softmax(-1)[..., 1], atol=1e-5)
    np.testing.assert_allclose(moves, dense(found, "proposal.box"), atol=1e-5)


def test_judgements(pixels):
    patches = pixels(3, 24, 24, 3)
    likely, moves = mtcnn.judge(patches)
    found = F.max_pool2d(convolved(torch.from_numpy(patches).permute(0, 3, 1, 2), "judgement.1"), 3, 2, ceil_mode=True)
    found = flat(convolved(F.max_pool2d(convolved(found, "judgement.2"), 3, 2), "judgement.3"))
    found = F.prelu(dense(found, "judgement.4"), tensor("judgement.4.slope"))
    np.testing.assert_allclose(likely, dense(found, "judgement.face").softmax(-1)[:, 1], atol=1e-5)
    np.testing.assert_allclose(moves, dense(found, "judgement.box"), atol=1e-4)


def test_placements(pixels):
    patches = pixels(2, 48, 48, 3)
    likely, moves, points = mtcnn.place(patches)
    found = F.max_pool2d(convolved(torch.from_numpy(patches).permute(0, 3, 1, 2), "placement.1"), 3, 2, ceil_mode=True)
    found = F.max_pool2d(convolved(found, "placement.2"), 3, 2)
    found = F.max_pool2d(convolved(found, "placement.3"), 2, 2, ceil_mode=True)
    found = F.prelu(dense(flat(convolved(found, "placement.4")), "placement.5"), tensor("placement.5.slope"))
    np.testing.assert_allclose(likely, dense(found, "placement.face").softmax(-1)[:, 1], atol=1e-5)
    np.testing.assert_allclose(moves, dense(found, "placement.box"), atol=1e-4)
    np.testing.assert_allclose(points[:, :, 0], dense(found, "placement.points")[:, :5], atol=1e-4)
    np.testing.assert_allclose(points[:, :, 1], dense(found, "placement.points")[:, 5:], atol=1e-4)
