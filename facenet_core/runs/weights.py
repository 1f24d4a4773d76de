"""The weights of a run's epochs, small enough to keep: what a lesson needs to look into the network of any epoch.

A run goes on from its checkpoint, never from these: they are half as exact.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from facenet_core import files
from facenet_core.runs.records import RunDamaged, RunMissing
from facenet_core.runs.storage import RunFolder

if TYPE_CHECKING:
    from torch import Tensor, nn

FOLDER = "weights"
MOST_BYTES = 100_000_000
"""What a run's weights may take: a longer run, or a larger network, keeps every second epoch, or every fourth."""


def store_weights(run: RunFolder, network: "nn.Module", epoch: int, epochs: int) -> None:
    """Store a network's weights if this epoch is one of those that are kept, and drop those that are not any more.

    Matrices and filters are stored as float16, which moves a squared distance by about 0.001; what has one
    dimension, such as the statistics of a normalisation, stays as it is.

    Args:
        run: The run.
        network: Its network as it is after the epoch.
        epoch: The epoch, 0 for the untrained network.
        epochs: How many the run is to have.
    """
    from safetensors.torch import save

    tensors = {name: _small(tensor) for name, tensor in network.state_dict().items()}
    size = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    every = keep_every(size, epochs)
    if not _kept(epoch, every, epochs):
        return
    folder = run.path / FOLDER
    folder.mkdir(exist_ok=True)
    files.write_bytes(_file(run, epoch), save(tensors))
    if every > 1:  # the run became longer, and keeps fewer from now on
        for other in stored_weights(run):
            if other < epoch and not _kept(other, every, epochs):
                _file(run, other).unlink(missing_ok=True)


def keep_every(size: int, epochs: int, most: int = MOST_BYTES) -> int:
    """Return 1, 2, 4, ...: every how many epochs weights of ``size`` bytes are kept, so that all fit into ``most``.

    The untrained network and the last epoch are always kept.
    """
    every = 1
    while (epochs // every + 2) * size > most and every < epochs:
        every *= 2
    return every


def _kept(epoch: int, every: int, epochs: int) -> bool:
    return epoch % every == 0 or epoch == epochs


def stored_weights(run: RunFolder) -> list[int]:
    """Return the epochs whose weights are stored in the folder of their own, in order."""
    try:
        names = [path.stem for path in (run.path / FOLDER).iterdir() if path.suffix == ".safetensors"]
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(int(name) for name in names if name.isdecimal())


def epochs_with_weights(run: RunFolder) -> list[int]:
    """Return the epochs whose network can be looked into, in order: the stored ones, and that of the checkpoint."""
    at = _checkpoint_epoch(run)
    return sorted({*stored_weights(run), *([] if at is None else [at])})


def load_network(run: RunFolder, epoch: int) -> "nn.Module":
    """Return the network as it was after an epoch, ready to measure on the processor.

    Raises:
        RunMissing: That epoch's weights are not stored.
        RunDamaged: They are stored but cannot be read, or belong to another network.
        ValueError: The run's network is none that can be chosen.
    """
    from facenet_core.training import CheckpointDamaged, restore_network

    if _file(run, epoch).exists():
        return _load_stored(run, epoch)
    if _checkpoint_epoch(run) != epoch:
        raise RunMissing(f"Run {run.id} has no weights of epoch {epoch}: choose one of the epochs that it has.")
    try:
        return restore_network(run.record().config, run.path / "checkpoint")
    except CheckpointDamaged as error:
        raise RunDamaged(f"{error}: choose another epoch, or delete the run.") from error


def weights_stamp(run: RunFolder, epoch: int) -> int:
    """Return a number that changes when an epoch's weights do; 0 where there are none."""
    for path in (_file(run, epoch), run.path / "checkpoint" / "state.json"):
        if path.exists():
            return path.stat().st_mtime_ns
    return 0


def _load_stored(run: RunFolder, epoch: int) -> "nn.Module":
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load

    from facenet_core.networks import build_network

    config = run.record().config
    with torch.random.fork_rng(devices=[]):
        network = build_network(config.network, config.embedding_size, **config.network_options)
    try:
        network.load_state_dict(load(_file(run, epoch).read_bytes()))
    except FileNotFoundError:
        raise RunMissing(f"The weights of epoch {epoch} were just removed: choose another epoch.") from None
    except (OSError, ValueError, SafetensorError, RuntimeError) as error:
        raise RunDamaged(
            f"The weights of epoch {epoch} of run {run.id} are damaged or of another network: choose another epoch."
        ) from error
    return network.eval()


def _small(tensor: "Tensor") -> "Tensor":
    """Return matrices and filters as float16, unless a number in them is too large for it."""
    import torch

    own = tensor.detach().cpu().contiguous()
    if own.dtype != torch.float32 or own.ndim < 2 or not own.numel():
        return own
    half = own.half()
    return half if bool(torch.isfinite(half).all()) else own


def _file(run: RunFolder, epoch: int) -> Path:
    return run.path / FOLDER / f"{epoch:04}.safetensors"


def _checkpoint_epoch(run: RunFolder) -> int | None:
    """Return the epoch that the checkpoint stands at; None in the middle of one, and before the first."""
    try:
        steps = int(files.read_json(run.path / "checkpoint" / "state.json")["steps_done"])
        per_epoch = run.record().steps_per_epoch
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return steps // per_epoch if per_epoch and steps % per_epoch == 0 else None
