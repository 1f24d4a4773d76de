"""Writes run folders as training would, in a moment: for tests of pages, and to look at pages without training."""

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.runs.records import EpochRecord, MapRecord, RunStatus, TrackedFaces
from facenet_core.runs.storage import RunFolder, create_run

STEPS_PER_EPOCH = 10
IMAGES_PER_STEP = 100


def make_run(
    root: Path,
    *,
    state: str = "finished",
    epochs_done: int = 5,
    epochs: int = 5,
    people: int = 12,
    each: int = 6,
    names: list[str] | None = None,
    unseen: bool = True,
    maps: tuple[str, ...] = ("umap-2d", "pca-2d", "pca-3d"),
    margin: float = 0.2,
    message: str = "",
    seed: int = 0,
    weights: tuple[int, ...] = (),
    network: str = "classroom",
    loss: str = "triplet",
) -> RunFolder:
    """Write a run whose people gather from epoch to epoch; the last third of them is unseen.

    ``weights`` are the epochs whose (untrained) networks are stored.
    """
    config = TrainingConfig(
        faces=FacesConfig(people=max(2, people), images=max(2, each)),
        network=network,
        epochs=epochs,
        margin=margin,
        loss=loss,
        seed=seed,
    )
    run = create_run(root, config)
    random = np.random.default_rng(seed)
    if state == "queued":
        return run
    tracked = _tracked(people, each, names, unseen)
    run.write_record(
        replace(run.record(), fingerprint="0" * 16, people=people, images=people * each, steps_per_epoch=10)
    )
    run.write_tracked(tracked, _thumbnails(tracked, random))
    centres = random.normal(size=(people, 32))
    noise = random.normal(size=(len(tracked), 32))
    for epoch in range(epochs_done + 1):
        embeddings = _embeddings(tracked, centres, noise, epoch)
        run.write_epoch(EpochRecord(epoch=epoch, embeddings=embeddings, figures=_figures(tracked, embeddings, epoch)))
        for method in maps:
            size = 3 if method.endswith("3d") else 2
            positions = embeddings[:, :size].astype(np.float32) * 5
            run.write_map(method, MapRecord(epoch=epoch, positions=positions, trustworthiness=0.98 - 0.2 / (1 + epoch)))
        if epoch:
            run.write_steps(epoch, _steps(epoch, epoch * STEPS_PER_EPOCH, epochs_done * STEPS_PER_EPOCH, margin))
    for epoch in weights:
        _store_network(run, config, epoch)
    run.write_status(_status(state, epochs_done, epochs, message))
    return run


def _store_network(run: RunFolder, config: TrainingConfig, epoch: int) -> None:
    import torch

    from facenet_core.networks import build_network
    from facenet_core.runs.weights import store_weights

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(epoch)
        network = build_network(config.network, config.embedding_size)
    store_weights(run, network, epoch, config.epochs)


def _status(state: str, done: int, epochs: int, message: str) -> RunStatus:
    steps = done * STEPS_PER_EPOCH
    shown = steps * IMAGES_PER_STEP
    return RunStatus(
        state=state,
        epoch=done,
        step=steps,
        epochs=epochs,
        steps=epochs * STEPS_PER_EPOCH,
        message=message or f"step {steps}: 212 of 1,900 triplets still teach",
        details="Traceback (most recent call last): ..." if state == "failed" else "",
        heartbeat=time.time(),
        images_shown=shown,
        images_per_second=1024.0 if state == "running" else 0.0,
        seconds=shown / 1024,
    )


def _tracked(people: int, each: int, names: list[str] | None, unseen: bool) -> TrackedFaces:
    person = np.repeat(np.arange(people), each)
    place = np.tile(np.arange(each), people)
    group = np.where(place >= each - 2, 1, 0)  # two images of every seen person are held out
    if unseen:
        group = np.where(person >= people * 2 // 3, 2, group)
    names = (names or []) + [f"person {i + 1:02}" for i in range(len(names or []), people)]
    files = [f"{names[p].replace('/', ' ')}/{k + 1:02}.png" for p, k in zip(person, place, strict=True)]
    return TrackedFaces(
        index=np.arange(len(person)),
        person=person.astype(np.int32),
        group=group.astype(np.uint8),
        names=np.array(names),
        files=np.array(files),
    )


def _thumbnails(tracked: TrackedFaces, random: np.random.Generator) -> np.ndarray:
    tones = random.integers(60, 220, size=(int(tracked.person.max()) + 1, 3))
    rows, columns = np.mgrid[:48, :48]
    face = ((rows - 24) ** 2 / 400 + (columns - 24) ** 2 / 250) < 1  # an oval on a ground
    pictures = np.full((len(tracked), 48, 48, 3), 200, np.uint8)
    pictures[:, face] = tones[tracked.person][:, None, :]
    return pictures


def _embeddings(tracked: TrackedFaces, centres: np.ndarray, noise: np.ndarray, epoch: int) -> np.ndarray:
    points = centres[tracked.person] * (0.3 + 0.25 * epoch) + noise + 2.0 / (1 + epoch)
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def _figures(tracked: TrackedFaces, embeddings: np.ndarray, epoch: int) -> dict[str, object]:
    figures: dict[str, object] = {"epoch": epoch, "loss": 0.3 / (1 + epoch) if epoch else None, "spread": 1.9}
    for code, name in enumerate(("seen", "held_out", "unseen")):
        count = int((tracked.group == code).sum())
        pairs = count * (count - 1) // 2
        figures[name] = None
        if count:
            figures[name] = {
                "pairs": pairs,
                "same": pairs // 10,
                "different": pairs - pairs // 10,
                "accuracy": 0.8 - 0.25 / (1 + epoch),
                "threshold": 1.1,
                "auc": 0.7,
                "eer": 0.3,
                "val_at_far": {"0.1": {"val": 0.5, "far_pairs": pairs - pairs // 10}},
                "mean_same": 1.0,
                "mean_different": 1.9,
            }
    return figures


def _steps(epoch: int, last: int, of: int, margin: float) -> dict[str, np.ndarray]:
    step = np.arange(last - STEPS_PER_EPOCH + 1, last + 1)
    falling = np.exp(-2 * step / max(1, of))
    valid = np.full(len(step), 1900)
    active = (valid * falling * 0.8).astype(int)
    return {
        "step": step,
        "epoch": np.full(len(step), epoch),
        "loss": 0.25 * falling + 0.01 * np.sin(step),
        "valid": valid,
        "active": active,
        "easy": valid - active,
        "semi_hard": active * 2 // 3,
        "hard": active - active * 2 // 3,
        "positive_distance": 1.2 * falling + 0.3,
        "negative_distance": 1.7 - 0.5 * falling,
        "margin": np.full(len(step), margin),
        "learning_rate": np.full(len(step), 1e-3),
        "seconds": np.full(len(step), 0.1),
    }
