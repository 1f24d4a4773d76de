"""A trainer learns, repeats itself, and goes on from a stored state as if nothing had happened."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from facenet_core.choices import CLOSED_FORMS, LOSSES, MINERS
from facenet_core.config import AugmentationConfig, FacesConfig, TrainingConfig
from facenet_core.faces import FaceSet
from facenet_core.training import CheckpointDamaged, DeviceMissing, Trainer, TrainingFailed, restore_network

SMALL = TrainingConfig(
    faces=FacesConfig(people=6, images=6),
    embedding_size=8,
    people_per_batch=3,
    images_per_person=3,
    epochs=4,
    device="cpu",
    precision="float32",
    augmentation=AugmentationConfig(flip=True, shift=3, cut_out=10, brightness=0.2),
)


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> FaceSet:
    """Ten people as blurred patches of their own, ten noisy images each."""
    chance = np.random.default_rng(0)
    patches = chance.integers(0, 200, (10, 11, 11, 3)).repeat(10, 1).repeat(10, 2)
    people = np.repeat(np.arange(10), 10).astype(np.int32)
    images = (patches[people] + chance.integers(0, 55, (100, 110, 110, 3))).astype(np.uint8)
    return FaceSet(
        images=images,
        people=people,
        names=tuple(f"person {i}" for i in range(10)),
        files=tuple(f"{i}.png" for i in range(100)),
        source="folder",
        fingerprint="0" * 16,
        folder=tmp_path_factory.mktemp("faces"),
    )


def weights(trainer: Trainer) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in trainer.network.state_dict().items()}


def test_the_loss_of_easy_people_falls(faces: FaceSet) -> None:
    trainer = Trainer(faces, replace(SMALL, epochs=10, miner="batch-all"), threads=1)
    shares = [np.mean([s.active / s.valid for s in trainer.epoch().steps]) for _ in range(10)]
    assert shares[-1] < shares[0] / 2


def test_reports_count_what_was_shown(faces: FaceSet) -> None:
    trainer = Trainer(faces, SMALL, threads=1)
    assert trainer.steps_per_epoch == 4  # 36 images in batches of 9
    report = trainer.epoch()
    assert [s.step for s in report.steps] == [1, 2, 3, 4]
    assert {s.epoch for s in report.steps} == {1}
    assert trainer.images_shown == 36 == sum(s.images for s in report.steps)
    assert all(s.valid == 9 * 2 * 6 == s.easy + s.semi_hard + s.hard for s in report.steps)


def test_an_epoch_begun_in_steps_is_ended_by_epoch(faces: FaceSet) -> None:
    trainer = Trainer(faces, SMALL, threads=1)
    trainer.step()
    assert len(trainer.epoch().steps) == 3
    assert trainer.epochs_done == 1


@pytest.mark.parametrize("miner", MINERS)
def test_resuming_equals_never_having_stopped_byte_for_byte(faces: FaceSet, tmp_path: Path, miner: str) -> None:
    config = replace(SMALL, miner=miner)
    undisturbed = Trainer(faces, config, threads=1)
    expected = [undisturbed.step() for _ in range(12)]
    stopped = Trainer(faces, config, threads=1)
    for _ in range(5):
        stopped.step()
    stopped.save(tmp_path / "checkpoint")
    torch.manual_seed(123)  # whoever else draws in between must not matter
    resumed = Trainer(faces, replace(config, seed=0), threads=1)
    resumed.load(tmp_path / "checkpoint")
    reports = [resumed.step() for _ in range(7)]
    assert weights(resumed) == weights(undisturbed)
    told = [[repr(replace(r, seconds=0)) for r in some] for some in (reports, expected[5:])]  # NaN is not NaN
    assert told[0] == told[1]
    assert resumed.images_shown == undisturbed.images_shown


@pytest.mark.parametrize("loss", ["contrastive", "softmax", "arcface"])
def test_a_loss_without_triplets_resumes_byte_for_byte_with_its_own_weights(
    faces: FaceSet, tmp_path: Path, loss: str
) -> None:
    config = replace(SMALL, loss=loss, miner="offline-hardest")  # the miner has nothing to do
    undisturbed = Trainer(faces, config, threads=1)
    expected = [undisturbed.step() for _ in range(6)]
    stopped = Trainer(faces, config, threads=1)
    for _ in range(3):
        stopped.step()
    stopped.save(tmp_path)
    assert bool(list(tmp_path.glob("head-*.safetensors"))) == (loss != "contrastive")
    torch.manual_seed(123)
    resumed = Trainer(faces, replace(config, seed=0), threads=1)
    resumed.load(tmp_path)
    reports = [resumed.step() for _ in range(3)]
    assert [repr(replace(r, seconds=0)) for r in reports] == [repr(replace(r, seconds=0)) for r in expected[3:]]
    assert weights(resumed) == weights(undisturbed)
    own = [trainer.whole_batch.state_dict() for trainer in (resumed, undisturbed)]
    assert all(torch.equal(own[0][name], own[1][name]) for name in own[1])
    assert all(report.mined == 0 and report.valid == 9 * 2 * 6 for report in reports)


def test_a_classifier_begins_on_the_network_that_triplets_begin_on(faces: FaceSet) -> None:
    before = [weights(Trainer(faces, replace(SMALL, loss=loss), threads=1)) for loss in ("triplet", "softmax")]
    assert before[0] == before[1]


def test_a_classifier_learns_with_the_network(faces: FaceSet) -> None:
    trainer = Trainer(faces, replace(SMALL, loss="softmax"), threads=1)
    before = trainer.whole_batch.weight.detach().clone()
    trainer.step()
    assert not torch.equal(before, trainer.whole_batch.weight)
    with torch.no_grad():
        trainer.whole_batch.weight.fill_(torch.nan)
    with pytest.raises(TrainingFailed, match="step 2: the loss is no longer a number"):
        trainer.step()


def test_a_checkpoint_without_its_classifier_is_damaged(faces: FaceSet, tmp_path: Path) -> None:
    trainer = Trainer(faces, replace(SMALL, loss="arcface"), threads=1)
    trainer.save(tmp_path)
    next(tmp_path.glob("head-*")).unlink()
    with pytest.raises(CheckpointDamaged, match=r"head-.* is not what was written"):
        trainer.load(tmp_path)


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_teaches(faces: FaceSet, loss: str) -> None:
    trainer = Trainer(faces, replace(SMALL, epochs=8, miner="random", loss=loss), threads=1)
    shares = [np.mean([s.active / s.valid for s in trainer.epoch().steps]) for _ in range(8)]
    assert shares[-1] < 0.7 * shares[0]


@pytest.mark.parametrize(("miner", "loss"), CLOSED_FORMS)
def test_a_closed_form_trains_as_its_miner_and_loss_do(faces: FaceSet, miner: str, loss: str) -> None:
    config = replace(SMALL, miner=miner, loss=loss)
    closed, plain = Trainer(faces, config, threads=1), Trainer(faces, config, threads=1)
    assert closed._closed_form is not None
    plain._closed_form = None
    for _ in range(3):
        ours, theirs = closed.step(), plain.step()
        names = ("mined", "valid", "active", "easy", "semi_hard", "hard")
        assert [getattr(ours, name) for name in names] == [getattr(theirs, name) for name in names]
        assert ours.loss == pytest.approx(theirs.loss, rel=1e-3)  # rounding, grown by the steps before


def test_offline_mining_makes_every_image_an_anchor_once_an_epoch(faces: FaceSet) -> None:
    trainer = Trainer(faces, replace(SMALL, miner="offline-hardest"), threads=1)
    before = torch.from_numpy(trainer.embed(trainer.split.seen)).double()
    report = trainer.epoch()
    assert sum(step.mined for step in report.steps) == 36
    anchors, positives, negatives = trainer._round.triples
    assert sorted(anchors) == list(range(36))
    squared = torch.cdist(before, before).square()
    people = faces.people[trainer.split.seen]
    for a, p, n in zip(anchors, positives, negatives, strict=True):
        mates, others = (people == people[a]) & (np.arange(36) != a), people != people[a]
        assert float(squared[a, p]) == pytest.approx(float(squared[a][mates].max()), rel=1e-4)
        assert float(squared[a, n]) == pytest.approx(float(squared[a][others].min()), rel=1e-4)
    mined = trainer._round
    trainer.step()
    assert trainer._round is not mined  # the network has moved: the next epoch is mined anew


def test_a_miner_changed_in_mid_epoch_holds_from_the_next_step(faces: FaceSet, tmp_path: Path) -> None:
    def third_step_on(trainer: Trainer) -> list[str]:
        trainer.change(miner="offline-hardest")
        return [trainer.step().miner, trainer.step().miner]

    undisturbed, stopped = Trainer(faces, SMALL, threads=1), Trainer(faces, SMALL, threads=1)
    for trainer in (undisturbed, stopped):
        assert [trainer.step().miner, trainer.step().miner] == ["semi-hard", "semi-hard"]
    stopped.save(tmp_path)
    resumed = Trainer(faces, SMALL, threads=1)
    resumed.load(tmp_path)
    assert third_step_on(undisturbed) == third_step_on(resumed) == ["offline-hardest", "offline-hardest"]
    for trainer in (undisturbed, resumed):
        trainer.change(miner="batch-all")
        assert trainer.step().images == 9
        trainer.save(tmp_path / "after")
        assert not list((tmp_path / "after").glob("mined-*"))
    assert weights(resumed) == weights(undisturbed)


def test_a_changed_margin_survives_the_checkpoint(faces: FaceSet, tmp_path: Path) -> None:
    trainer = Trainer(faces, SMALL, threads=1)
    trainer.change(margin=0.7, learning_rate=0.01, miner="random", epochs=9)
    trainer.step()
    trainer.save(tmp_path)
    resumed = Trainer(faces, SMALL, threads=1)
    resumed.load(tmp_path)
    report = resumed.step()
    assert (report.margin, report.miner, resumed.learning_rate, resumed.total_epochs) == (0.7, "random", 0.01, 9)


def test_a_refused_change_changes_nothing(faces: FaceSet) -> None:
    trainer = Trainer(faces, SMALL, threads=1)
    for change in ({"margin": 4.0}, {"miner": "wishful"}, {"learning_rate": 0.0}, {"epochs": 0}):
        with pytest.raises(ValueError, match=next(iter(change))):
            trainer.change(**change)
    assert (trainer.margin, trainer.miner, trainer.total_epochs) == (0.2, "semi-hard", 4)


def test_equal_seeds_give_equal_reports_and_others_do_not(faces: FaceSet) -> None:
    losses = [Trainer(faces, replace(SMALL, seed=s), threads=1).epoch().loss for s in (3, 3, 4)]
    assert losses[0] == losses[1] != losses[2]


def test_a_loss_that_is_no_number_stops_with_step_and_cause(faces: FaceSet) -> None:
    trainer = Trainer(faces, replace(SMALL, learning_rate=9.0), threads=1)
    trainer.step()
    with torch.no_grad():
        next(trainer.network.parameters()).fill_(torch.nan)
    with pytest.raises(TrainingFailed, match=r"step 2: .*learning rate of .* too high"):
        trainer.step()


def test_mirrored_embeddings_stay_on_the_sphere(faces: FaceSet) -> None:
    trainer = Trainer(faces, SMALL, threads=1)
    some = np.array([5, 3, 90])
    plain, mirrored = trainer.embed(some), trainer.embed(some, mirror=True)
    np.testing.assert_allclose(np.linalg.norm(mirrored, axis=1), 1, atol=1e-6)
    flipped = trainer.embed_images(faces.read(some)[:, :, ::-1], mirror=True)
    np.testing.assert_allclose(mirrored, flipped, atol=1e-5)  # an image and its mirror image are one
    assert np.abs(plain - mirrored).max() > 1e-4
    assert trainer.embed(np.array([], dtype=int)).shape[0] == 0


def test_measuring_does_not_change_training(faces: FaceSet) -> None:
    watched, alone = Trainer(faces, SMALL, threads=1), Trainer(faces, SMALL, threads=1)
    for _ in range(3):
        watched.embed(np.arange(20), mirror=True)
        watched.step()
        alone.step()
    assert weights(watched) == weights(alone)


def test_a_stored_network_embeds_as_the_trainer_did(faces: FaceSet, tmp_path: Path) -> None:
    from facenet_core.training import embed_images

    trainer = Trainer(faces, SMALL, threads=1)
    trainer.epoch()
    trainer.save(tmp_path)
    restored = restore_network(SMALL, tmp_path)
    np.testing.assert_allclose(embed_images(restored, faces.read([1, 2])), trainer.embed(np.array([1, 2])), atol=1e-6)


@pytest.mark.parametrize("damage", ["cut short", "changed", "missing", "no state", "state is no JSON"])
def test_a_damaged_checkpoint_is_refused(faces: FaceSet, tmp_path: Path, damage: str) -> None:
    trainer = Trainer(faces, SMALL, threads=1)
    trainer.save(tmp_path)
    weight_file = next(tmp_path.glob("weights-*"))
    data = weight_file.read_bytes()
    if damage == "cut short":
        weight_file.write_bytes(data[:-9])
    elif damage == "changed":
        weight_file.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    elif damage == "missing":
        weight_file.unlink()
    elif damage == "no state":
        (tmp_path / "state.json").unlink()
    else:
        (tmp_path / "state.json").write_text("{")
    with pytest.raises(CheckpointDamaged, match="damaged"):
        trainer.load(tmp_path)


def test_anothers_checkpoint_is_refused(faces: FaceSet, tmp_path: Path) -> None:
    Trainer(faces, SMALL, threads=1).save(tmp_path)
    with pytest.raises(CheckpointDamaged, match="another network"):
        Trainer(faces, replace(SMALL, embedding_size=9), threads=1).load(tmp_path)


def test_a_new_checkpoint_takes_the_place_of_the_old_one(faces: FaceSet, tmp_path: Path) -> None:
    trainer = Trainer(faces, SMALL, threads=1)
    trainer.save(tmp_path)
    trainer.step()
    trainer.save(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "optimiser-00000001.safetensors",
        "state.json",
        "weights-00000001.safetensors",
    ]


def test_more_people_per_batch_than_there_are_is_refused(faces: FaceSet) -> None:
    with pytest.raises(ValueError, match=r"people_per_batch is 25, but only 6 people"):
        Trainer(faces, replace(SMALL, people_per_batch=25), threads=1)
    assert Trainer(faces, replace(SMALL, people_per_batch=None), threads=1).step().images == 6 * 3


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_a_device_that_is_not_there_is_refused(faces: FaceSet) -> None:
    with pytest.raises(DeviceMissing, match=r"'cuda' is not on this machine; there are: .*cpu"):
        Trainer(faces, replace(SMALL, device="cuda"), threads=1)


@pytest.mark.parametrize("optimiser", ["adamw", "adagrad", "sgd"])
def test_every_optimiser_goes_on_from_its_state(faces: FaceSet, tmp_path: Path, optimiser: str) -> None:
    config = replace(SMALL, optimiser=optimiser)
    undisturbed, stopped = Trainer(faces, config, threads=1), Trainer(faces, config, threads=1)
    for _ in range(3):
        undisturbed.step()
    stopped.step()
    stopped.save(tmp_path)
    resumed = Trainer(faces, config, threads=1)
    resumed.load(tmp_path)
    resumed.step()
    resumed.step()
    assert weights(resumed) == weights(undisturbed)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_on_a_gpu_the_images_lie_on_the_card_and_the_loss_falls(faces: FaceSet, tmp_path: Path) -> None:
    trainer = Trainer(faces, replace(SMALL, device="cuda", precision="auto", epochs=10, miner="batch-all"))
    assert trainer.arithmetic.precision == "bfloat16"
    assert next(trainer.network.parameters()).is_cuda
    shares = [np.mean([s.active / s.valid for s in trainer.epoch().steps]) for _ in range(10)]
    assert shares[-1] < shares[0] / 2
    trainer.save(tmp_path)
    resumed = Trainer(faces, replace(SMALL, device="cuda", precision="auto", epochs=10, miner="batch-all"))
    resumed.load(tmp_path)
    assert resumed.step().step == trainer.steps_done + 1
