"""Losses without triplets, against pairs and classes written out as plain loops."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from facenet_core.choices import LOSSES
from facenet_core.config import TrainingConfig
from facenet_core.triplets import NotFinite
from facenet_core.triplets.batch_loss import batch_loss, build_batch_loss
from facenet_core.triplets.classification import ArcFace, Softmax
from facenet_core.triplets.contrastive import Contrastive
from facenet_core.triplets.metric_learning import adapted_loss

WITHOUT_TRIPLETS = [name for name, choice in LOSSES.items() if not choice.mines]
CONFIG = TrainingConfig(embedding_size=8)
PEOPLE = np.array([4, 4, 9, 9, 9, 30])


def rows(count: int, size: int = 8, seed: int = 0) -> Tensor:
    chance = torch.Generator().manual_seed(seed)
    return nn.functional.normalize(torch.randn(count, size, generator=chance, dtype=torch.float64)).requires_grad_()


def contrastive_by_hand(points: Tensor, labels: list[int], margin: float) -> float:
    together, apart = [], []
    for i in range(len(labels)):
        for j in range(i + 1, len(labels)):
            distance = float((points[i] - points[j]).norm())
            if labels[i] == labels[j]:
                together.append(distance**2 / 2)
            elif distance < margin:
                apart.append((margin - distance) ** 2 / 2)
    return sum(together) / max(1, len(together)) + sum(apart) / max(1, len(apart))


@pytest.mark.parametrize("margin", [0.5, 1.2, 2.0])
def test_contrastive_is_what_its_pairs_add_up_to(margin: float) -> None:
    labels = [0, 0, 0, 1, 1, 2, 3, 3]
    points = rows(8)
    expected = contrastive_by_hand(points.detach(), labels, margin)
    assert float(Contrastive(margin)(points, torch.tensor(labels)).detach()) == pytest.approx(expected)


def test_contrastive_has_a_gradient_where_two_people_are_one_point() -> None:
    points = torch.ones(4, 3).requires_grad_()
    Contrastive(1.0)(points, torch.tensor([0, 0, 1, 1])).backward()
    assert points.grad is not None
    assert bool(points.grad.isfinite().all())


def softmax_by_hand(scores: list[list[float]], own: list[int]) -> float:
    losses = [math.log(sum(math.exp(s) for s in row)) - row[o] for row, o in zip(scores, own, strict=True)]
    return sum(losses) / len(losses)


def test_softmax_is_the_cross_entropy_of_a_linear_layer() -> None:
    head = Softmax(torch.tensor([4, 9, 30]), 8, 16.0, torch.Generator().manual_seed(1)).double()
    points = 3 * rows(4).detach()  # of any length: the classifier brings them to length 1
    weight, bias = head.weight.tolist(), head.bias.tolist()
    unit = (points / points.norm(dim=1, keepdim=True)).tolist()
    scores = [
        [16 * sum(a * b for a, b in zip(row, w, strict=True)) + c for w, c in zip(weight, bias, strict=True)]
        for row in unit
    ]
    loss = head(points, torch.tensor([9, 4, 30, 9]))
    assert float(loss.detach()) == pytest.approx(softmax_by_hand(scores, [1, 0, 2, 1]))


@pytest.mark.parametrize("margin", [0.0, 0.3, 1.0])
def test_arcface_takes_the_margin_off_the_angle_of_the_own_person(margin: float) -> None:
    head = ArcFace(torch.tensor([4, 9, 30]), 8, 10.0, margin, torch.Generator().manual_seed(1)).double()
    points, own = rows(6, seed=3).detach(), [1, 0, 2, 1, 0, 2]
    unit = nn.functional.normalize(head.weight.detach())
    scores = []
    for row, o in zip(points, own, strict=True):
        angles = [math.acos(float(row @ w)) for w in unit]
        assert angles[o] + margin < math.pi  # where the formula is the paper's
        scores.append([10 * math.cos(a + margin if c == o else a) for c, a in enumerate(angles)])
    loss = head(points, torch.tensor([4, 9, 30])[own])
    assert float(loss.detach()) == pytest.approx(softmax_by_hand(scores, own))


def test_arcface_goes_on_falling_where_the_cosine_would_rise_again() -> None:
    head = ArcFace(torch.tensor([0, 1]), 2, 4.0, 0.6, torch.Generator().manual_seed(0)).double()
    with torch.no_grad():
        head.weight.copy_(torch.tensor([[1.0, 0.0], [0.0, 1.0]]))
    angles = torch.linspace(0, math.pi, 40, dtype=torch.float64)
    losses = []
    for angle in angles:
        points = torch.stack([angle.cos(), angle.sin()])[None].requires_grad_()
        loss = head(points, torch.tensor([0]))
        loss.backward()
        assert bool(points.grad.isfinite().all())  # also straight at the class and opposite to it
        losses.append(float(loss.detach()))
    own_scores = [4 * math.cos(a) for a in angles.tolist()]
    assert own_scores == sorted(own_scores, reverse=True)
    assert losses[-1] > losses[0]
    steps = np.diff(losses[20:])  # the other class falls behind as well, yet the loss never drops much
    assert steps.min() > -0.35


@pytest.mark.parametrize("name", ["softmax", "arcface"])
def test_equal_seeds_give_equal_weights_and_others_do_not(name: str) -> None:
    configs = [replace(CONFIG, loss=name, seed=seed) for seed in (7, 7, 8)]
    first, same, other = (build_batch_loss(config, PEOPLE).weight for config in configs)
    assert torch.equal(first, same)
    assert not torch.equal(first, other)
    assert first.shape == (3, 8)  # one row a person, however many images


@pytest.mark.parametrize("name", WITHOUT_TRIPLETS)
def test_a_batch_is_counted_though_no_triplet_is_chosen(name: str) -> None:
    loss = build_batch_loss(replace(CONFIG, loss=name), PEOPLE).double()
    points, labels = rows(6), torch.from_numpy(PEOPLE)
    result = batch_loss(points, labels, 0.2, loss)
    d = (points.detach()[:, None] - points.detach()[None]).square().sum(dim=2)
    triplets = [
        (d[a, p], d[a, n])
        for a in range(6)
        for p in range(6)
        for n in range(6)
        if a != p and PEOPLE[a] == PEOPLE[p] and PEOPLE[a] != PEOPLE[n]
    ]
    assert (result.mined, result.valid) == (0, len(triplets))
    assert result.active == sum(bool(near + 0.2 > far) for near, far in triplets)
    assert result.hard == sum(bool(near >= far) for near, far in triplets)
    same = [float(d[i, j]) for i in range(6) for j in range(i) if PEOPLE[i] == PEOPLE[j]]
    assert result.positive_distance == pytest.approx(sum(same) / len(same))
    result.loss.backward()
    assert float(points.grad.abs().sum()) > 0


@pytest.mark.parametrize("name", WITHOUT_TRIPLETS)
def test_one_image_each_is_a_result_and_no_error(name: str) -> None:
    people = np.array([1, 2])
    loss = build_batch_loss(replace(CONFIG, loss=name), people).double()
    result = batch_loss(rows(2), torch.from_numpy(people), 0.2, loss)
    assert result.valid == 0
    assert math.isnan(result.positive_distance)
    assert math.isfinite(float(result.loss.detach()))


def test_bad_input_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="loss must be one that learns without triplets, got 'triplet'"):
        build_batch_loss(CONFIG, PEOPLE)
    softmax = replace(CONFIG, loss="softmax")
    with pytest.raises(ValueError, match=r"people must be at least 2, .* got 1"):
        build_batch_loss(softmax, np.zeros(5, int))
    head = build_batch_loss(softmax, PEOPLE).double()
    with pytest.raises(ValueError, match=r"people whom the classifier knows, got \[7\]"):
        batch_loss(rows(2), torch.tensor([4, 7]), 0.2, head)
    with pytest.raises(NotFinite, match=r"rows \[0\] of 2"):
        batch_loss(rows(2).detach() * torch.tensor([[torch.nan], [1.0]]), torch.tensor([4, 9]), 0.2, head)
    with torch.no_grad():
        head.weight.fill_(torch.nan)
    with pytest.raises(NotFinite, match="the weights of its classifier"):
        batch_loss(rows(2), torch.tensor([4, 9]), 0.2, head)


def test_pytorch_metric_learning_says_the_same() -> None:
    losses = pytest.importorskip("pytorch_metric_learning.losses")
    points, labels = rows(12, seed=5).detach().float(), torch.arange(12) % 4
    head = ArcFace(torch.arange(4), 8, 16.0, 0.3, torch.Generator().manual_seed(2))
    theirs = losses.ArcFaceLoss(4, 8, margin=math.degrees(0.3), scale=16)
    with torch.no_grad():
        theirs.W.copy_(head.weight.T)
    assert float(head(points, labels).detach()) == pytest.approx(float(theirs(points, labels).detach()), rel=1e-4)
    with pytest.raises(ValueError, match="without weights of its own"):
        adapted_loss(theirs)
