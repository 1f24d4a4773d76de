"""Losses and miners against triplets written out as plain loops.

Embeddings of whole numbers have exact distances, however they are computed: with them ties, duplicates and collapsed
batches are compared. Embeddings on the sphere have distances that are all different.
"""

import itertools
import math
from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from facenet_core.choices import CLOSED_FORMS as CHOSEN_CLOSED_FORMS
from facenet_core.choices import LOSSES, MINERS, Choice
from facenet_core.triplets import (
    NotFinite,
    batch_all_triplet_loss,
    batch_hard_triplet_loss,
    blocks,
    hardest_semi_hard_triplet_loss,
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
    return [(a, p, n) for a, p, n in all_triplets(labels) if d[a, p] < d[a, n] < d[a, p] + margin]


def hardest_semi_hard_by_hand(d: Tensor, labels: list[int], margin: float) -> list[Triplet]:
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


def hinge(gap: Tensor, margin: float) -> Tensor:
    return (gap + margin).relu()


def soft(gap: Tensor, margin: float) -> Tensor:
    return (1 + gap.exp()).log()


def loss_by_hand(rows: Tensor, triplets: list[Triplet], margin: float, form) -> tuple[float, float, list[float]]:
    """Return mean, sum and the gradient of the mean, one triplet after the other."""
    rows = rows.detach().double().requires_grad_()
    losses = []
    for a, p, n in triplets:
        d_ap, d_an = (rows[a] - rows[p]).square().sum(), (rows[a] - rows[n]).square().sum()
        losses.append(form(d_ap - d_an, margin))
    total = sum(losses, start=0.0 * rows.sum())
    mean = total / max(1, sum(bool(loss > 0) for loss in losses))
    mean.backward()
    return float(mean.detach()), float(total.detach()), rows.grad.flatten().tolist()


CLOSED_FORMS = {
    "all": (batch_all_triplet_loss, lambda d, labels, margin: all_triplets(labels), hinge),
    "semi-hard": (semi_hard_triplet_loss, semi_hard_by_hand, hinge),
    "hardest semi-hard": (hardest_semi_hard_triplet_loss, hardest_semi_hard_by_hand, hinge),
    "batch-hard": (batch_hard_triplet_loss, batch_hard_by_hand, hinge),
    "batch-hard, soft": (partial(batch_hard_triplet_loss, soft=True), batch_hard_by_hand, soft),
}


@st.composite
def labels_of_any_sizes(draw: st.DrawFn) -> list[int]:
    return draw(st.lists(st.integers(-1, 3), min_size=0, max_size=11))


@st.composite
def tied_batches(draw: st.DrawFn) -> tuple[Tensor, Tensor, float]:
    """Whole numbers: ties, duplicates, collapsed batches; margins that meet distances exactly."""
    labels = draw(labels_of_any_sizes())
    largest = draw(st.sampled_from([0, 1, 2, 4]))
    rows = [[draw(st.integers(0, largest)) for _ in range(2)] for _ in labels]
    kind = draw(st.sampled_from([torch.float32, torch.float64]))
    margin = draw(st.sampled_from([0.0, 0.5, 1.0, 3.0, 1000.0]))
    return torch.tensor(rows, dtype=kind).reshape(len(labels), 2), torch.tensor(labels, dtype=torch.int64), margin


@st.composite
def batches(draw: st.DrawFn) -> tuple[Tensor, Tensor, float]:
    """A batch on the sphere, of any class sizes, spread out or nearly collapsed, and a margin."""
    labels = draw(labels_of_any_sizes())
    generator = torch.Generator().manual_seed(draw(st.integers(0, 10_000)))
    rows = torch.randn(len(labels), 3, generator=generator, dtype=torch.float64)
    rows = rows * draw(st.sampled_from([1.0, 1.0, 0.01])) + draw(st.sampled_from([0.0, 3.0]))
    margin = draw(st.sampled_from([0.0, 0.01, 0.2, 1.0, 3.9]))
    return torch.nn.functional.normalize(rows), torch.tensor(labels, dtype=torch.int64), margin


def check_against_the_loops(batch: tuple[Tensor, Tensor, float], name: str) -> None:
    embeddings, labels, margin = batch
    loss, choose, form = CLOSED_FORMS[name]
    d, people = squared_distances(embeddings.double()), labels.tolist()
    valid, chosen = all_triplets(people), choose(d, people, margin)
    mean, total, gradient = loss_by_hand(embeddings, chosen, margin, form)
    rows = embeddings.clone().requires_grad_()
    result = loss(rows, labels, margin)
    result.loss.backward()
    single = rows.dtype == torch.float32
    near = partial(pytest.approx, rel=1e-5 if single else 1e-9, abs=1e-6 if single else 1e-9)
    assert float(result.loss.detach()) == near(mean)
    assert float(loss(embeddings, labels, margin, reduction="sum").loss) == near(total)
    assert rows.grad.flatten().tolist() == near(gradient)
    assert result.mined == len(chosen)
    assert result.valid == len(valid)
    assert result.easy == sum(bool(d[a, n] >= d[a, p] + margin) for a, p, n in valid)
    assert result.active == sum(bool(d[a, n] < d[a, p] + margin) for a, p, n in valid)
    assert result.semi_hard == sum(bool(d[a, p] < d[a, n] < d[a, p] + margin) for a, p, n in valid)
    assert result.hard == result.active - result.semi_hard
    if margin > 0:
        assert result.hard == sum(bool(d[a, n] <= d[a, p]) for a, p, n in valid)
    if chosen:
        assert result.positive_distance == near(sum(float(d[a, p]) for a, p, _ in chosen) / len(chosen))
        assert result.negative_distance == near(sum(float(d[a, n]) for a, _, n in chosen) / len(chosen))


@pytest.mark.parametrize("name", CLOSED_FORMS)
@settings(max_examples=120, deadline=None)
@given(batch=tied_batches())
def test_value_gradient_and_counts_equal_the_loops_also_on_ties(name: str, batch) -> None:
    check_against_the_loops(batch, name)


@pytest.mark.parametrize("name", CLOSED_FORMS)
@settings(max_examples=120, deadline=None)
@given(batch=batches())
def test_value_gradient_and_counts_equal_the_loops_on_the_sphere(name: str, batch) -> None:
    check_against_the_loops(batch, name)


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_blocks_do_not_change_anything(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = torch.Generator().manual_seed(4)
    rows = torch.randn(60, 5, generator=chance, dtype=torch.float64, requires_grad=True)
    labels = torch.randint(0, 9, (60,), generator=chance)
    loss = CLOSED_FORMS[name][0]

    def taken() -> tuple[list, list]:
        result = loss(rows, labels, 1.0)
        (gradient,) = torch.autograd.grad(result.loss, rows)
        numbers = [float(result.loss.detach()), result.valid, result.easy, result.hard, result.mined]
        return numbers, gradient.flatten().tolist()

    whole = taken()
    monkeypatch.setattr(blocks, "CPU_ELEMENTS", 250)  # four anchors at a time
    for once, in_blocks in zip(whole, taken(), strict=True):
        assert in_blocks == pytest.approx(once, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_computed_in_float32(dtype: torch.dtype) -> None:
    rows = torch.randn(12, 4, generator=torch.Generator().manual_seed(0)).to(dtype).requires_grad_()
    result = batch_all_triplet_loss(rows, torch.arange(12) // 3, 0.2)
    result.loss.backward()
    assert result.loss.dtype == torch.float32
    assert float(result.loss.detach()) == pytest.approx(
        float(batch_all_triplet_loss(rows.detach().float(), torch.arange(12) // 3, 0.2).loss)
    )
    assert rows.grad.dtype == dtype


@pytest.mark.parametrize(("miner", "loss"), CHOSEN_CLOSED_FORMS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_closed_form_says_what_its_miner_and_loss_say(miner: str, loss: str, dtype: torch.dtype) -> None:
    closed = Choice("", "", CHOSEN_CLOSED_FORMS[miner, loss]).load()
    rows = torch.nn.functional.normalize(torch.randn(100, 16, generator=torch.Generator().manual_seed(7), dtype=dtype))
    rows.requires_grad_()
    labels = torch.arange(100) // 4 % 20  # some people have eight images
    mined = mined_triplet_loss(rows, labels, 0.2, miner=MINERS[miner].load(), loss=LOSSES[loss].load())
    exact = closed(rows, labels, 0.2)
    names = ("mined", "valid", "active", "easy", "semi_hard", "hard")
    assert [getattr(exact, name) for name in names] == [getattr(mined, name) for name in names]
    close = 1e-5 if dtype == torch.float32 else 1e-12
    assert float(exact.loss.detach()) == pytest.approx(float(mined.loss.detach()), rel=close)
    assert exact.positive_distance == pytest.approx(mined.positive_distance, rel=close)
    assert exact.negative_distance == pytest.approx(mined.negative_distance, rel=close)
    gradients = [torch.autograd.grad(result.loss, rows)[0] for result in (exact, mined)]
    torch.testing.assert_close(*gradients, rtol=close * 10, atol=close)


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_equal_batches_give_equal_bits(name: str) -> None:
    rows = torch.randn(300, 8, generator=torch.Generator().manual_seed(1), requires_grad=True)
    labels = torch.arange(300) % 40
    loss = CLOSED_FORMS[name][0]
    once, again = (torch.autograd.grad(loss(rows, labels, 0.2).loss, rows)[0] for _ in range(2))
    assert torch.equal(once, again)


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


@pytest.mark.parametrize("loss", [loss for loss, _, _ in CLOSED_FORMS.values()], ids=list(CLOSED_FORMS))
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


@pytest.mark.parametrize(
    "labels", [[0, 0, 0], [0, 1, 2], [7], []], ids=["one person", "one image each", "a single image", "empty"]
)
@pytest.mark.parametrize(
    "loss", [batch_all_triplet_loss, semi_hard_triplet_loss, batch_hard_triplet_loss, random_triplet_loss]
)
def test_no_triplets_is_a_result_that_keeps_its_graph(loss, labels: list[int]) -> None:
    rows = torch.randn(len(labels), 3, requires_grad=True)
    result = loss(rows, torch.tensor(labels, dtype=torch.int64), 0.2)
    result.loss.backward()
    assert float(result.loss.detach()) == 0
    assert (result.valid, result.active, result.mined, result.easy, result.hard) == (0, 0, 0, 0, 0)
    assert math.isnan(result.positive_distance)
    assert rows.grad is not None
    assert not rows.grad.any()


@pytest.mark.parametrize(
    "loss", [*(loss for loss, _, _ in CLOSED_FORMS.values()), random_triplet_loss], ids=[*CLOSED_FORMS, "random"]
)
def test_wrong_input_is_named(loss) -> None:
    rows, labels = torch.randn(4, 2), torch.tensor([0, 0, 1, 1])
    with pytest.raises(ValueError, match=r"embeddings must be \(B, D\) float, got \(4, 2\) torch.int64"):
        loss(torch.ones(4, 2, dtype=torch.int64), labels, 0.2)
    with pytest.raises(ValueError, match=r"embeddings must be \(B, D\) float, got \(4,\)"):
        loss(rows[:, 0], labels, 0.2)
    with pytest.raises(ValueError, match=r"labels must be \(4,\) .* got \(3,\)"):
        loss(rows, labels[:3], 0.2)
    for wrong in (labels.float(), labels.bool()):
        with pytest.raises(ValueError, match=r"labels must be \(4,\) whole numbers.* got \(4,\) torch.(float32|bool)"):
            loss(rows, wrong, 0.2)
    for margin in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match=f"margin must be at least 0 and finite, got {margin}"):
            loss(rows, labels, margin)
    for bad in (math.nan, math.inf):
        rows[2, 0] = bad
        with pytest.raises(NotFinite, match=r"rows \[2\] of 4"):
            loss(rows, labels, 0.2)
    rows[2, 0] = 1e30
    with pytest.raises(NotFinite, match=r"finite squared distances, but they hold numbers up to 1e\+30"):
        loss(rows, labels, 0.2)


def test_an_unknown_reduction_is_refused() -> None:
    with pytest.raises(ValueError, match="reduction must be mean or sum, got 'median'"):
        batch_all_triplet_loss(torch.randn(4, 2), torch.tensor([0, 0, 1, 1]), 0.2, reduction="median")


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_a_graphics_card_says_the_same(name: str) -> None:
    rows = torch.nn.functional.normalize(torch.randn(500, 32, generator=torch.Generator().manual_seed(2)).double())
    labels = torch.arange(500) // 10
    there = rows.cuda().requires_grad_()
    here = rows.clone().requires_grad_()
    results = [CLOSED_FORMS[name][0](on, labels, 0.2) for on in (there, here)]
    assert results[0].valid == results[1].valid
    assert results[0].active == results[1].active
    gradients = [torch.autograd.grad(r.loss, on)[0].cpu() for r, on in zip(results, (there, here), strict=True)]
    torch.testing.assert_close(*gradients)


def test_equal_generators_draw_equal_triplets() -> None:
    rows, labels = torch.randn(8, 2), torch.arange(8) // 2
    drawn = [
        mined_triplet_loss(
            rows, labels, 0.2, miner=miners.random_negative, generator=torch.Generator().manual_seed(5)
        ).loss
        for _ in range(2)
    ]
    assert torch.equal(*drawn)
