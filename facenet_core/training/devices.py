"""Where a network computes, how precisely, and in which memory layout."""

import functools
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn

from facenet_core.config import TrainingConfig
from facenet_core.networks import build_network
from facenet_core.triplets import semi_hard_triplet_loss

MOST_THREADS = 4
"""Small networks on small pictures gain nothing from more threads, and a class shares the cores."""

CLEARLY_FASTER = 1.1
"""Anything else than float32, channels last, must be this much faster, so that noise does not decide."""


class DeviceMissing(ValueError):
    """The device that was asked for is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arithmetic:
    """How a network computes.

    Attributes:
        precision: ``float32`` or ``bfloat16`` (autocast).
        channels_last: Memory layout of images and convolutions.
    """

    precision: str
    channels_last: bool


def choose_device(name: str) -> torch.device:
    """Return the device called ``name``; ``auto`` takes a GPU where there is one.

    Raises:
        DeviceMissing: It is not there.
    """
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(device for device in ("cuda", "mps", "cpu") if there[device]))
    if not there.get(name, False):
        raise DeviceMissing(
            f"device {name!r} is not on this machine; there are: {', '.join(d for d in there if there[d])}. "
            "Choose one of them, or auto"
        )
    return torch.device(name)


def thread_count() -> int:
    """Return how many threads a run computes with: ``FACENET_THREADS`` or the cores, at most ``MOST_THREADS``.

    It does not depend on what else is running, because another number of threads gives other last digits.

    Raises:
        ValueError: ``FACENET_THREADS`` is no whole number above 0.
    """
    asked = os.environ.get("FACENET_THREADS")
    if asked is None:
        return min(os.cpu_count() or 1, MOST_THREADS)
    if not asked.isdigit() or int(asked) < 1:
        raise ValueError(f"FACENET_THREADS must be a whole number above 0, got {asked!r}")
    return int(asked)


def choose_arithmetic(config: TrainingConfig, device: torch.device) -> Arithmetic:
    """Return the precision and layout for a run: as asked, or the fastest on this machine.

    On a CPU the candidates are timed for a moment, once a process: without bfloat16 units bfloat16 is
    about 10 times slower than float32, with them up to 4 times faster.
    """
    if device.type == "cuda":
        precision = "bfloat16" if config.precision == "auto" else config.precision
        return Arithmetic(precision=precision, channels_last=True)
    if device.type == "mps":
        return Arithmetic(precision="float32" if config.precision == "auto" else config.precision, channels_last=False)
    if config.precision != "auto":
        return Arithmetic(precision=config.precision, channels_last=True)
    options = tuple(sorted(config.network_options.items()))
    return _fastest_on_cpu(config.network, config.embedding_size, options, torch.get_num_threads())


@functools.cache
def _fastest_on_cpu(
    network: str, embedding_size: int, options: tuple[tuple[str, bool | int | float | str], ...], threads: int
) -> Arithmetic:
    plain = Arithmetic(precision="float32", channels_last=True)
    others = (
        Arithmetic(precision="float32", channels_last=False),
        Arithmetic(precision="bfloat16", channels_last=True),
    )
    with torch.random.fork_rng(devices=[]):
        model = build_network(network, embedding_size, **dict(options)).train()
    seconds = _time_in_turn(model, (plain, *others))
    fastest = min(seconds, key=seconds.__getitem__)
    return fastest if seconds[fastest] * CLEARLY_FASTER < seconds[plain] else plain


def _time_in_turn(model: nn.Module, candidates: Sequence[Arithmetic], *, rounds: int = 5) -> dict[Arithmetic, float]:
    """Return the best of a few passes of each, in seconds; in turn, so that a busy moment slows them all."""
    times: dict[Arithmetic, list[float]] = {arithmetic: [] for arithmetic in candidates}
    for _ in range(rounds + 1):
        for arithmetic, taken in times.items():
            taken.append(_time_pass(model, arithmetic))
    return {arithmetic: min(taken[1:]) for arithmetic, taken in times.items()}  # the first also builds the kernels


def _time_pass(model: nn.Module, arithmetic: Arithmetic, *, images: int = 48) -> float:
    """Return the seconds of one forward and backward pass."""
    layout = torch.channels_last if arithmetic.channels_last else torch.contiguous_format
    model.to(memory_format=layout)  # type: ignore[call-overload]  # torch's stubs lack it
    pixels = torch.zeros(images, 3, 110, 110).contiguous(memory_format=layout)
    labels = torch.arange(images) // 4
    started = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16, enabled=arithmetic.precision == "bfloat16"):
        embeddings = model(pixels)
    semi_hard_triplet_loss(embeddings.float(), labels, 0.2).loss.backward()  # type: ignore[no-untyped-call]
    seconds = time.perf_counter() - started
    model.zero_grad(set_to_none=True)
    return seconds
