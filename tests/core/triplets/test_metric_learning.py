"""Equal to pytorch-metric-learning, and its miners and losses taken as they are."""

import pytest
import torch

from facenet_core.triplets import (
    batch_all_triplet_loss,
    batch_hard_triplet_loss,
    mined_triplet_loss,
    miners,
    semi_hard_triplet_loss,
)

peer = pytest.importorskip("pytorch_metric_learning", reason="pytorch-metric-learning is not installed")
from pytorch_metric_learning import distances, losses  # noqa: E402
from pytorch_metric_learning import miners as peer_miners  # noqa: E402

MARGIN = 0.2
SQUARED = distances.LpDistance(normalize_embeddings=False, p=2, power=2)
HINGE = losses.TripletMarginLoss(margin=MARGIN, distance=SQUARED)
MINERS = {
    "all": None,
    "semi-hard": peer_miners.TripletMarginMiner(margin=MARGIN, distance=SQUARED, type_of_triplets="semihard"),
    "hard": peer_miners.BatchHardMiner(distance=SQUARED),
}
OURS = {"all": batch_all_triplet_loss, "semi-hard": semi_hard_triplet_loss, "hard": batch_hard_triplet_loss}


@pytest.fixture(params=[0, 1, 2])
def batch(request: pytest.FixtureRequest) -> tuple[torch.Tensor, torch.Tensor]:
    chance = torch.Generator().manual_seed(request.param)
    labels = torch.randint(0, 8, (60,), generator=chance)
    rows = torch.randn(60, 16, generator=chance, dtype=torch.float64) + 0.6 * torch.nn.functional.one_hot(labels, 16)
    return torch.nn.functional.normalize(rows).requires_grad_(), labels


@pytest.mark.parametrize("kind", MINERS)
def test_value_and_gradient_equal_the_peers(kind: str, batch) -> None:
    rows, labels = batch
    miner = MINERS[kind]
    theirs = HINGE(rows, labels) if miner is None else HINGE(rows, labels, miner(rows, labels))
    ours = OURS[kind](rows, labels, MARGIN).loss
    assert float(ours.detach()) == pytest.approx(float(theirs.detach()), rel=1e-9)
    torch.testing.assert_close(torch.autograd.grad(ours, rows)[0], torch.autograd.grad(theirs, rows)[0])


@pytest.mark.parametrize("kind", ["semi-hard", "hard"])
def test_a_peers_miner_is_taken_as_it_is(kind: str, batch) -> None:
    rows, labels = batch
    result = mined_triplet_loss(rows, labels, MARGIN, miner=MINERS[kind])
    assert float(result.loss.detach()) == pytest.approx(float(OURS[kind](rows, labels, MARGIN).loss.detach()))
    assert result.mined == OURS[kind](rows, labels, MARGIN).mined


@pytest.mark.parametrize(
    "loss",
    [HINGE, losses.ContrastiveLoss(distance=SQUARED), losses.MultiSimilarityLoss()],
    ids=lambda o: type(o).__name__,
)
@pytest.mark.parametrize("miner", [MINERS["semi-hard"], peer_miners.MultiSimilarityMiner()], ids=["triplets", "pairs"])
def test_a_peers_loss_gets_what_a_peers_miner_chose(loss, miner, batch) -> None:
    rows, labels = batch
    result = mined_triplet_loss(rows, labels, MARGIN, miner=miner, loss=loss)
    theirs = loss(rows, labels, miner(rows, labels))
    assert float(result.loss.detach()) == pytest.approx(float(theirs.detach()))
    torch.testing.assert_close(torch.autograd.grad(result.loss, rows)[0], torch.autograd.grad(theirs, rows)[0])


def test_a_peers_loss_takes_our_miners_triplets(batch) -> None:
    rows, labels = batch
    result = mined_triplet_loss(rows, labels, MARGIN, miner=miners.semi_hard, loss=HINGE)
    assert float(result.loss.detach()) == pytest.approx(
        float(mined_triplet_loss(rows, labels, MARGIN, miner=miners.semi_hard).loss.detach())
    )


def test_pairs_become_all_their_triplets(batch) -> None:
    rows, labels = batch
    result = mined_triplet_loss(rows, labels, MARGIN, miner=peer_miners.PairMarginMiner(pos_margin=0, neg_margin=9))
    assert result.mined == result.valid


def test_a_loss_with_weights_of_its_own_is_refused(batch) -> None:
    rows, labels = batch
    with pytest.raises(ValueError, match="without weights of its own, got ArcFaceLoss"):
        mined_triplet_loss(rows, labels, MARGIN, miner=miners.batch_all, loss=losses.ArcFaceLoss(8, 16))


class Odd(torch.nn.Module):
    """Returns what no miner returns."""

    def forward(self, embeddings: torch.Tensor, labels: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return (labels, labels)


def test_what_is_no_miner_is_refused(batch) -> None:
    with pytest.raises(ValueError, match="got 2 tensors: Odd is no miner of triplets or pairs"):
        mined_triplet_loss(*batch, MARGIN, miner=Odd())
