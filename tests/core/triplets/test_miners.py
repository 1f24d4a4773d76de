"""What each miner may choose, and losses over what they chose, against plain loops."""

import math
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from facenet_core.choices import LOSSES, MINERS
from facenet_core.triplets import Triplets, mined_triplet_loss, miners, offline, squared_distances
from facenet_core.triplets.losses import distance_triplet_loss, n_pair_loss, soft_margin_loss
from facenet_core.triplets.offline import offline_hardest

MINED = [name for name, choice in LOSSES.items() if choice.mines]


@st.composite
def batches(draw: st.DrawFn) -> tuple[torch.Tensor, torch.Tensor]:
    labels = draw(st.lists(st.integers(0, 3), min_size=0, max_size=10))
    rows = torch.randn(len(labels), 4, generator=torch.Generator().manual_seed(draw(st.integers(0, 999)))).double()
    if draw(st.integers(0, 5)) == 0:
        rows[:] = 1
    return torch.nn.functional.normalize(rows), torch.tensor(labels, dtype=torch.int64)


def listed(chosen: Triplets) -> list[tuple[int, int, int]]:
    return list(zip(chosen.anchors.tolist(), chosen.positives.tolist(), chosen.negatives.tolist(), strict=True))


def is_triplet(labels: torch.Tensor, a: int, p: int, n: int) -> bool:
    return a != p and bool(labels[a] == labels[p]) and bool(labels[a] != labels[n])


@settings(max_examples=100, deadline=None)
@given(batches(), st.sampled_from([0.05, 0.5, 3.0]))
def test_a_drawn_semi_hard_negative_is_one_and_no_pair_with_one_is_left_out(batch, margin: float) -> None:
    rows, labels = batch
    d = squared_distances(rows)
    chosen = listed(miners.semi_hard_random(d, labels, margin))
    assert all(is_triplet(labels, *t) and d[t[0], t[1]] < d[t[0], t[2]] < d[t[0], t[1]] + margin for t in chosen)
    assert [t[:2] for t in chosen] == [t[:2] for t in listed(miners.semi_hard(d, labels, margin))]


def test_semi_hard_negatives_are_drawn_with_equal_chances() -> None:
    d = torch.tensor([[0, 1.0, 1.1, 1.2, 1.3, 0.5, 9.0]]).repeat(7, 1)
    labels = torch.tensor([0, 0, 1, 2, 3, 4, 5])
    chance = torch.Generator().manual_seed(0)
    drawn = Counter(int(miners.semi_hard_random(d, labels, 0.5, chance).negatives[0]) for _ in range(900))
    assert set(drawn) == {2, 3, 4}
    assert all(240 < count < 360 for count in drawn.values())


@settings(max_examples=100, deadline=None)
@given(batches())
def test_an_easy_positive_is_the_nearest_and_its_negative_the_next(batch) -> None:
    rows, labels = batch
    d = squared_distances(rows)
    expected = []
    for a in range(len(labels)):
        positives = [p for p in range(len(labels)) if p != a and labels[p] == labels[a]]
        if positives:
            p = min(positives, key=lambda p: d[a, p])
            beyond = [n for n in range(len(labels)) if labels[n] != labels[a] and d[a, n] > d[a, p]]
            if beyond:
                expected.append((a, p, min(beyond, key=lambda n: d[a, n])))
    assert listed(miners.easy_positive(d, labels, 0.2)) == expected


@settings(max_examples=60, deadline=None)
@given(batches())
def test_distance_weighted_negatives_are_near_enough(batch) -> None:
    rows, labels = batch
    d = squared_distances(rows)
    chosen = listed(miners.distance_weighted(rows, labels, 0.2))
    assert all(is_triplet(labels, *t) and d[t[0], t[2]] < 1.4**2 for t in chosen)


def test_distance_weighting_draws_near_and_far_alike() -> None:
    """On the sphere nearly everybody is at 1.41; drawn by weight, the nearer ones come up as often."""
    rows = torch.nn.functional.normalize(torch.randn(800, 8, generator=torch.Generator().manual_seed(0)))
    rows[1] = rows[0]
    labels = torch.cat([torch.tensor([0, 0]), torch.arange(1, 799)])
    d = squared_distances(rows)[0].sqrt()
    chance = torch.Generator().manual_seed(1)
    drawn = torch.stack([d[miners.distance_weighted(rows, labels, 0.2, chance).negatives[0]] for _ in range(100)])
    everybody = d[2:][d[2:] < 1.4]
    assert float((everybody < 1.0).double().mean()) < 0.2
    assert 0.4 < float((drawn < 1.0).double().mean()) < 0.8


@settings(max_examples=60, deadline=None)
@given(batches())
def test_offline_hardest_is_the_plain_search(batch) -> None:
    rows, labels = batch
    before, offline.BLOCK_ELEMENTS = offline.BLOCK_ELEMENTS, 20
    try:
        chosen = listed(offline_hardest(rows, labels))
    finally:
        offline.BLOCK_ELEMENTS = before
    d = squared_distances(rows)
    usable = [
        a
        for a in range(len(labels))
        if any(is_triplet(labels, a, p, n) for p in range(len(labels)) for n in range(len(labels)))
    ]
    assert [a for a, _, _ in chosen] == usable
    for a, p, n in chosen:
        assert is_triplet(labels, a, p, n)
        assert float(d[a, p]) == pytest.approx(
            max(float(d[a, i]) for i in range(len(labels)) if labels[i] == labels[a])
        )
        assert float(d[a, n]) == pytest.approx(
            min(float(d[a, i]) for i in range(len(labels)) if labels[i] != labels[a])
        )


@settings(max_examples=60, deadline=None)
@given(batches())
def test_losses_equal_their_formulas(batch) -> None:
    rows, labels = batch
    d = squared_distances(rows)
    triplets = miners.batch_all(d, labels, 0.2)
    plain = [(float(d[a, p]), float(d[a, n])) for a, p, n in listed(triplets)]
    soft = [math.log1p(math.exp(p - n)) for p, n in plain]
    assert float(soft_margin_loss(d, triplets, 0.2)) == pytest.approx(sum(soft) / max(1, len(soft)))
    hinged = [gap for p, n in plain if (gap := math.sqrt(p) - math.sqrt(n) + 0.2) > 0]
    assert float(distance_triplet_loss(d, triplets, 0.2)) == pytest.approx(sum(hinged) / max(1, len(hinged)), abs=1e-6)
    by_pair: dict[tuple[int, int], float] = {}
    for (a, p, _), (d_ap, d_an) in zip(listed(triplets), plain, strict=True):
        by_pair[a, p] = by_pair.get((a, p), 0.0) + math.exp((d_ap - d_an) / 2)
    pairs = [math.log1p(total) for total in by_pair.values()]
    assert float(n_pair_loss(d, triplets, 0.2)) == pytest.approx(sum(pairs) / max(1, len(pairs)))


def test_n_pair_does_not_overflow() -> None:
    rows = torch.tensor([[0.0, 0], [300, 0], [0, 1], [0, 2]], requires_grad=True)
    result = mined_triplet_loss(rows, torch.tensor([0, 0, 1, 1]), 0.2, miner=miners.batch_all, loss=n_pair_loss)
    result.loss.backward()
    assert result.loss.isfinite()
    assert rows.grad.isfinite().all()


@pytest.mark.parametrize("loss", MINED)
@pytest.mark.parametrize("miner", [name for name in MINERS if name != "offline-hardest"])
@pytest.mark.parametrize(
    "labels", [[0, 0, 1, 1, 1], [0, 0, 0], [0, 1, 2], []], ids=["two people", "one person", "one image each", "empty"]
)
def test_every_miner_goes_with_every_loss_also_on_a_collapsed_batch(miner: str, loss: str, labels: list[int]) -> None:
    rows = torch.ones(len(labels), 3, requires_grad=True)
    people = torch.tensor(labels, dtype=torch.int64)
    result = mined_triplet_loss(rows, people, 0.2, miner=MINERS[miner].load(), loss=LOSSES[loss].load())
    result.loss.backward()
    assert rows.grad is not None
    assert rows.grad.isfinite().all()
    assert result.valid == (2 * 1 * 3 + 3 * 2 * 2 if len(labels) == 5 else 0)
    if not result.mined:
        assert float(result.loss.detach()) == 0


@pytest.mark.parametrize("loss", MINED)
def test_gradients_of_the_losses_are_those_of_their_values(loss: str) -> None:
    labels = torch.tensor([0, 0, 0, 1, 1, 2])
    rows = torch.randn(6, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(5), requires_grad=True)

    def value(embeddings: torch.Tensor) -> torch.Tensor:
        return mined_triplet_loss(embeddings, labels, 1.1, miner=miners.batch_all, loss=LOSSES[loss].load()).loss

    assert torch.autograd.gradcheck(value, (rows,))
