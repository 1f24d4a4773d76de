"""Losses and miners against triplets written out as plain loops."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from facenet_core.triplets import (
    NotFinite,
    batch_all_triplet_loss,
    batch_hard_triplet_loss,
    mined_triplet_loss,
    miners,
    random_triplet_loss,
    semi_hard_triplet_loss,
    squared_distances,
)

Triplet = tuple[int, int, int]


def all_triplets(labels: list[int]) -> list[Triplet]:
    everybody = range(len(labels))
    return [
        (a, p, n)
        for a, p, n in itertools.product(everybody, repeat=3)
        if a != p and labels[a] == labels[p] and labels[a] != labels[n]
    ]


def semi_hard_by_hand(d: Tensor, labels: list[int], margin: float) -> list[Triplet]:
    chosen = []
    for a, p in sorted({(a, p) for a, p, _ in all_triplets(labels)}):
        band = [n for n in range(len(labels)) if labels[n] != labels[a] and d[a, p] < d[a, n] < d[a, p] + margin]
        if band:
            chosen.append((a, p, min(band, key=lambda n: d[a, n])))
    return chosen


def batch_hard_by_hand(d: Tensor, labels: list[int], margin: float) -> list[Triplet]:
    chosen = []
    for a in sorted({a for a, _, _ in all_triplets(labels)}):
        positives = [p for p in range(len(labels)) if p != a and labels[p] == labels[a]]
        negatives = [n for n in range(len(labels)) if labels[n] != labels[a]]
        chosen.append((a, max(positives, key=lambda p: d[a, p]), min(negatives, key=lambda n: d[a, n])))
    return chosen


def loss_by_hand(d: Tensor, triplets: list[Triplet], margin: float) -> float:
    gaps = [max(0.0, float(d[a, p] - d[a, n]) + margin) for a, p, n in triplets]
    above = [gap for gap in gaps if gap > 0]
    return sum(above) / len(above) if above else 0.0


@st.composite
def batches(draw: st.DrawFn) -> tuple[Tensor, Tensor, float]:
    """A batch of any class sizes, with duplicates, collapsed or spread out, and a margin."""
    labels = draw(st.lists(st.integers(0, 3), min_size=1, max_size=10))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 10_000)))
    rows = torch.randn(len(labels), 3, generator=generator, dtype=torch.float64)
    if draw(st.booleans()):
        rows[draw(st.integers(0, len(labels) - 1))] = rows[0]
    if draw(st.integers(0, 9)) == 0:
        rows[:] = rows[0]
    return torch.nn.functional.normalize(rows), torch.tensor(labels), draw(st.sampled_from([0.01, 0.2, 1.0, 3.9]))


@settings(max_examples=200, deadline=None)
@given(batches())
def test_every_loss_and_count_equals_the_loops(batch: tuple[Tensor, Tensor, float]) -> None:
    embeddings, labels, margin = batch
    d, people = squared_distances(embeddings), labels.tolist()
    valid = all_triplets(people)
    by_hand = {
        batch_all_triplet_loss: valid,
        semi_hard_triplet_loss: semi_hard_by_hand(d, people, margin),
        batch_hard_triplet_loss: batch_hard_by_hand(d, people, margin),
    }
    for loss, triplets in by_hand.items():
        result = loss(embeddings, labels, margin)
        assert float(result.loss) == pytest.approx(loss_by_hand(d, triplets, margin), abs=1e-9)
        assert result.mined == len(triplets)
        assert result.valid == len(valid)
        assert result.hard == sum(bool(d[a, n] <= d[a, p]) for a, p, n in valid)
        assert result.semi_hard == sum(bool(d[a, p] < d[a, n] < d[a, p] + margin) for a, p, n in valid)
        assert result.easy == sum(bool(d[a, n] >= d[a, p] + margin) for a, p, n in valid)
        assert result.active == result.semi_hard + result.hard


@settings(max_examples=50, deadline=None)
@given(batches())
def test_a_random_negative_is_always_of_another_person(batch: tuple[Tensor, Tensor, float]) -> None:
    embeddings, labels, margin = batch
    chosen = miners.random_negative(squared_distances(embeddings), labels, margin)
    triplets = set(zip(chosen.anchors.tolist(), chosen.positives.tolist(), chosen.negatives.tolist(), strict=True))
    valid = set(all_triplets(labels.tolist()))
    assert triplets <= valid
    assert {(a, p) for a, p, _ in triplets} == {(a, p) for a, p, _ in valid}


def test_distances_are_those_of_the_definition() -> None:
    rows = torch.randn(6, 4, dtype=torch.float64) * 100
    expected = torch.tensor([[float((a - b).square().sum()) for b in rows] for a in rows], dtype=torch.float64)
    torch.testing.assert_close(squared_distances(rows), expected)
    assert squared_distances(rows).diagonal().tolist() == [0.0] * 6


@pytest.mark.parametrize("loss", [batch_all_triplet_loss, semi_hard_triplet_loss, batch_hard_triplet_loss])
def test_gradients_are_those_of_the_definition(loss) -> None:
    labels = torch.tensor([0, 0, 0, 1, 1, 2])
    rows = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(3), requires_grad=True)
    assert torch.autograd.gradcheck(lambda e: loss(e, labels, 1.7).loss, (rows,))


def test_a_collapsed_batch_has_the_margin_as_loss_and_finite_gradients() -> None:
    rows = torch.ones(6, 4, requires_grad=True)
    result = batch_hard_triplet_loss(rows, torch.tensor([0, 0, 1, 1, 2, 2]), 0.2)
    result.loss.backward()
    assert float(result.loss.detach()) == pytest.approx(0.2)
    assert result.hard == result.valid == 24
    assert rows.grad is not None
    assert rows.grad.isfinite().all()


def test_an_anchor_is_never_its_own_positive() -> None:
    collapsed = torch.zeros(4, 4)
    chosen = miners.batch_hard(collapsed, torch.tensor([0, 0, 1, 1]), 0.2)
    assert (chosen.anchors != chosen.positives).all()


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2], [7]], ids=["one person", "one image each", "a single image"])
@pytest.mark.parametrize(
    "loss", [batch_all_triplet_loss, semi_hard_triplet_loss, batch_hard_triplet_loss, random_triplet_loss]
)
def test_no_triplets_is_a_result_that_keeps_its_graph(loss, labels: list[int]) -> None:
    rows = torch.randn(len(labels), 3, requires_grad=True)
    result = loss(rows, torch.tensor(labels), 0.2)
    result.loss.backward()
    assert float(result.loss.detach()) == 0
    assert (result.valid, result.active, result.mined) == (0, 0, 0)
    assert math.isnan(result.positive_distance)
    assert rows.grad is not None
    assert not rows.grad.any()


def test_wrong_input_is_named() -> None:
    rows, labels = torch.randn(4, 2), torch.tensor([0, 0, 1, 1])
    with pytest.raises(ValueError, match=r"embeddings must be \(B, D\) float"):
        semi_hard_triplet_loss(torch.ones(4, 2, dtype=torch.int64), labels, 0.2)
    with pytest.raises(ValueError, match=r"labels must be \(4,\)"):
        semi_hard_triplet_loss(rows, labels[:3], 0.2)
    with pytest.raises(ValueError, match="margin must be at least 0, got -1"):
        semi_hard_triplet_loss(rows, labels, -1)
    with pytest.raises(ValueError, match="margin must be at least 0, got nan"):
        semi_hard_triplet_loss(rows, labels, math.nan)
    rows[2, 0] = math.nan
    with pytest.raises(NotFinite, match=r"rows \[2\] of 4"):
        semi_hard_triplet_loss(rows, labels, 0.2)


def test_equal_generators_draw_equal_triplets() -> None:
    rows, labels = torch.randn(8, 2), torch.arange(8) // 2
    drawn = [
        mined_triplet_loss(
            rows, labels, 0.2, miner=miners.random_negative, generator=torch.Generator().manual_seed(5)
        ).loss
        for _ in range(2)
    ]
    assert torch.equal(*drawn)
