"""Weights of every epoch: stored while training, thinned out in long runs, read back, and never in the way."""

import numpy as np
import pytest
import torch

from facenet_core.networks import build_network
from facenet_core.runs import RunRequest, advance, delete_run
from facenet_core.runs.records import RunDamaged, RunMissing
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.weights import (
    epochs_with_weights,
    keep_every,
    load_network,
    store_weights,
    stored_weights,
    weights_stamp,
)
from facenet_core.training import embed_images, restore_network


@pytest.fixture
def play(faces_root):
    def play_(run, **wishes):
        run.write_request(RunRequest(**(run.request().changes() | wishes)))
        return advance(str(run.path), str(faces_root))

    return play_


@pytest.fixture
def finished(make_run, play):
    run = make_run()
    play(run)
    return run


def test_training_stores_the_weights_of_every_epoch(finished):
    assert stored_weights(finished) == [0, 1, 2, 3]
    assert epochs_with_weights(finished) == [0, 1, 2, 3]


def test_stored_weights_are_those_of_the_checkpoint_but_for_half_of_their_digits(finished):
    images = np.random.default_rng(0).integers(0, 255, (4, 110, 110, 3), np.uint8)
    exact = restore_network(finished.record().config, finished.path / "checkpoint")
    np.testing.assert_allclose(
        embed_images(load_network(finished, 3), images), embed_images(exact, images), rtol=0, atol=0.005
    )
    file = finished.path / "weights" / "0003.safetensors"
    full = sum(tensor.numel() * tensor.element_size() for tensor in exact.state_dict().values())
    assert file.stat().st_size < 0.6 * full


def test_epochs_differ(finished):
    first, last = (next(load_network(finished, epoch).parameters()) for epoch in (0, 3))
    assert not torch.equal(first, last)


def test_weights_in_pieces_equal_those_in_one_go(make_run, play, finished):
    pieces = make_run()
    for step in (1, 2, 4, 6, 7):
        play(pieces, until_step=step)
    play(pieces)
    for epoch in range(4):
        name = f"weights/{epoch:04}.safetensors"
        assert (pieces.path / name).read_bytes() == (finished.path / name).read_bytes()


def test_a_run_goes_on_without_its_stored_weights(make_run, play, finished, weights_of):
    run = make_run()
    play(run, until_epoch=1)
    for file in (run.path / "weights").iterdir():
        file.write_bytes(b"half a fi")
    assert play(run) == "finished"
    assert weights_of(run) == weights_of(finished)


def test_an_older_run_has_the_network_of_its_checkpoint(finished):
    for file in (finished.path / "weights").iterdir():
        file.unlink()
    assert epochs_with_weights(finished) == [3]
    assert load_network(finished, 3)
    with pytest.raises(RunMissing, match="no weights of epoch 2"):
        load_network(finished, 2)


def test_a_checkpoint_in_the_middle_of_an_epoch_is_no_epoch(make_run, play):
    run = make_run()
    play(run, until_step=4)
    assert epochs_with_weights(run) == [0, 1]
    with pytest.raises(RunMissing):
        load_network(run, 2)


def test_a_run_that_has_not_begun_has_none(make_run):
    run = make_run()
    assert epochs_with_weights(run) == []
    assert weights_stamp(run, 0) == 0


@pytest.mark.parametrize("damage", [b"", b"half a fi", "other network"])
def test_damaged_weights_are_a_sentence(finished, damage):
    file = finished.path / "weights" / "0002.safetensors"
    if damage == "other network":
        store_weights(finished, build_network("seed", 16), 2, 3)
    else:
        file.write_bytes(damage)
    with pytest.raises(RunDamaged, match="choose another epoch"):
        load_network(finished, 2)
    assert load_network(finished, 1)


def test_deleting_a_run_deletes_its_weights(finished):
    delete_run(finished.path.parent, finished.id)
    assert not finished.path.exists()


@pytest.mark.parametrize(
    ("size", "epochs", "every"), [(1, 15, 1), (10, 8, 1), (10, 15, 2), (13, 15, 4), (10, 1000, 128), (1000, 4, 4)]
)
def test_how_many_epochs_are_kept(size, epochs, every):
    assert keep_every(size, epochs, most=100) == every
    if every < epochs:
        kept = {epoch for epoch in range(epochs + 1) if epoch % every == 0} | {epochs}
        assert len(kept) * size <= 100


def test_a_long_run_keeps_the_untrained_the_last_and_some_between(tmp_path, monkeypatch):
    network, run = torch.nn.Linear(100, 100), RunFolder(tmp_path)  # 20,400 bytes
    monkeypatch.setattr("facenet_core.runs.weights.keep_every", lambda size, epochs: keep_every(size, epochs, 120_000))
    for epoch in range(4):
        store_weights(run, network, epoch, 3)
    assert stored_weights(run) == [0, 1, 2, 3]
    for epoch in range(4, 11):  # made longer: what was kept is thinned out, too
        store_weights(run, network, epoch, 10)
    assert stored_weights(run) == [0, 4, 8, 10]


def test_numbers_too_large_for_half_precision_stay_as_they_are(tmp_path):
    from safetensors.torch import load

    network = torch.nn.Linear(2, 2)
    network.weight.data.fill_(1e6)
    store_weights(RunFolder(tmp_path), network, 0, 1)
    stored = load((tmp_path / "weights" / "0000.safetensors").read_bytes())
    assert stored["weight"].tolist() == [[1e6, 1e6], [1e6, 1e6]]
    assert stored["bias"].dtype == torch.float32
