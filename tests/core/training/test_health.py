"""The three numbers of a batch's embedding, against their definitions."""

import numpy as np
import pytest
import torch

from facenet_core.training.health import BatchHealth, batch_health


def measured(rows) -> BatchHealth:
    return BatchHealth(*batch_health(torch.as_tensor(np.asarray(rows, np.float32))).tolist())


@pytest.mark.parametrize("shape", [(7, 3), (5, 40), (2, 2)])
def test_they_are_what_their_definitions_say(shape):
    rows = np.random.default_rng(0).normal(size=shape)
    pairs = [((a - b) ** 2).sum() for i, a in enumerate(rows) for j, b in enumerate(rows) if i != j]
    eigenvalues = np.linalg.eigvalsh(np.cov(rows.T))
    found = measured(rows)
    assert found.spread == pytest.approx(np.mean(pairs), rel=1e-5)
    assert found.norm == pytest.approx(np.linalg.norm(rows, axis=1).mean(), rel=1e-5)
    assert found.rank == pytest.approx(eigenvalues.sum() ** 2 / (eigenvalues**2).sum(), rel=1e-4)


def test_one_point_has_no_spread_and_no_rank():
    found = measured(np.tile([0.6, 0.8, 0.0], (9, 1)))
    assert found == pytest.approx((0, 1, 0), abs=1e-6)


def test_two_clumps_have_rank_one():
    found = measured([[1, 0, 0]] * 4 + [[-1, 0, 0]] * 4)
    assert found.rank == pytest.approx(1)


@pytest.mark.parametrize("size", [1e-8, 1e12])
def test_the_rank_does_not_depend_on_the_size(size):
    rows = np.random.default_rng(1).normal(size=(8, 4))
    assert measured(rows * size).rank == pytest.approx(measured(rows).rank, rel=1e-3)


def test_one_face_and_numbers_that_are_not_finite_are_results():
    assert measured([[0.0, 1.0]]) == pytest.approx((0, 1, 0))
    assert np.isnan(measured([[np.nan, 1.0], [0.0, 1.0]]).spread)


def test_it_takes_part_in_no_gradient():
    rows = torch.randn(4, 3, requires_grad=True)
    assert not batch_health(rows).requires_grad
