"""A trainer's whole state as files: weights and optimiser as safetensors, random states and counters as JSON.

``state.json`` names the two safetensors files and their digests and is written last, so a checkpoint
changes as a whole: until then, and after a kill, the one before is still there.
"""

import hashlib
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from facenet_core.files import read_json, sync_folder, write_bytes, write_json

STATE = "state.json"


class CheckpointDamaged(RuntimeError):
    """The stored state cannot be read: a file is missing, cut short or changed."""


def write_checkpoint(folder: Path, stamp: int, tensors: dict[str, dict[str, Tensor]], state: dict[str, Any]) -> None:
    """Write a checkpoint in place of the one before.

    Args:
        folder: Made where it is missing.
        stamp: Steps done; part of the file names, so that the one before stays whole.
        tensors: Files by name, each with its tensors.
        state: Everything else, as JSON values.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for name, content in tensors.items():
        data = save({key: tensor.contiguous() for key, tensor in content.items()})
        file = f"{name}-{stamp:08d}.safetensors"
        write_bytes(folder / file, data)
        files[name] = {"file": file, "sha256": hashlib.sha256(data).hexdigest()}
    sync_folder(folder)
    write_json(folder / STATE, state | {"files": files})
    kept = {entry["file"] for entry in files.values()} | {STATE}
    for path in folder.iterdir():
        if path.name not in kept:
            path.unlink(missing_ok=True)


def read_checkpoint(folder: Path) -> tuple[dict[str, dict[str, Tensor]], dict[str, Any]]:
    """Return the tensors of every file and the state.

    Raises:
        CheckpointDamaged: Something is missing or not what was written.
    """
    state = _read_state(folder)
    return {name: _read_tensors(folder, state, name) for name in state["files"]}, state


def read_weights(folder: Path, network: nn.Module) -> None:
    """Put the stored weights into ``network``.

    Raises:
        CheckpointDamaged: They are missing, damaged, or of another network.
    """
    put_weights(network, _read_tensors(folder, _read_state(folder), "weights"), folder)


def put_weights(network: nn.Module, weights: dict[str, Tensor], folder: Path) -> None:
    """Load ``weights`` into ``network``; another network's weights are a ``CheckpointDamaged``."""
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise CheckpointDamaged(f"the weights in {folder} belong to another network than the run's") from error


def _read_state(folder: Path) -> dict[str, Any]:
    try:
        state = read_json(folder / STATE)
        if not isinstance(state["files"]["weights"]["file"], str):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointDamaged(f"the checkpoint in {folder} is damaged: {STATE} cannot be read") from error
    return state


def _read_tensors(folder: Path, state: dict[str, Any], name: str) -> dict[str, Tensor]:
    entry = state["files"][name]
    path = folder / Path(entry["file"]).name  # a file of this folder, whatever the state says
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != entry["sha256"]:
            raise ValueError("digest differs")
        tensors: dict[str, Tensor] = load(data)
    except (OSError, ValueError, SafetensorError) as error:
        raise CheckpointDamaged(
            f"the checkpoint in {folder} is damaged: {path.name} is not what was written"
        ) from error
    return tensors


def flatten_optimiser(optimiser: torch.optim.Optimizer) -> tuple[dict[str, Tensor], list[dict[str, Any]]]:
    """Split an optimiser's state into tensors named ``parameter.entry`` and JSON parameter groups."""
    state = optimiser.state_dict()
    tensors = {
        f"{parameter}.{name}": value if isinstance(value, Tensor) else torch.tensor(value)
        for parameter, entries in state["state"].items()
        for name, value in entries.items()
    }
    return tensors, state["param_groups"]


def restore_optimiser(
    optimiser: torch.optim.Optimizer, tensors: dict[str, Tensor], groups: list[dict[str, Any]]
) -> None:
    """Put back what ``flatten_optimiser`` took apart."""
    entries: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        parameter, _, name = key.partition(".")
        entries.setdefault(int(parameter), {})[name] = tensor
    optimiser.load_state_dict({"state": entries, "param_groups": groups})
    for weights, stored in optimiser.state.items():
        for name, value in stored.items():
            if value.shape == weights.shape:  # a fused step walks both in memory order: same layout, same element
                stored[name] = torch.empty_like(weights).copy_(value)
