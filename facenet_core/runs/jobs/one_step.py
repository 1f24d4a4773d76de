"""One training step of a run, taken apart: on a copy of its network, so that the run itself stays as it is."""

from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from facenet_core.choices import LOSSES, MINERS, choose
from facenet_core.faces import FacesError, FaceSet, open_faces
from facenet_core.runs.prepare_faces import prepare_once
from facenet_core.runs.records import RunDamaged, RunRecord
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.tracked_faces import make_thumbnails

if TYPE_CHECKING:
    from torch import Tensor

    from facenet_core.training import Trainer

COUNTS = ("valid", "easy", "semi_hard", "hard", "mined")
Answer = dict[str, np.ndarray | float | int | str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlowStep:
    """All that happens in one step, in plain arrays (B images, T mined triplets, D embedding size).

    Attributes:
        names: Name of each person of the batch.
        person: (B,) into ``names``.
        thumbnails: (B, 48, 48, 3) uint8.
        before: (B, D) embeddings before the step; ``after``, of the same images, after it.
        distances_before: (B, B) squared distances; ``distances_after`` alike.
        anchors: (T,) mined triplets, into the batch; ``positives`` and ``negatives`` alike.
        gradient: (B, D) of the loss, by the embeddings.
        places_before: (B, 2) embeddings along the two directions of most spread; ``places_after`` alike.
        arrows: (B, 2) minus the gradient, along the same directions.
        spread_shown: Share of the spread that the two directions hold.
        loss_before: Loss of the batch before the step; ``loss_after`` after it, mined anew.
        counts_before: Valid, easy, semi-hard, hard and mined triplets; ``counts_after`` alike.
        margin: The run's margin now.
        miner: The run's miner now; ``batch-hard`` for one that mines all images at once, which in a batch is the same.
        loss: The run's loss.
        optimiser: The run's optimiser.
        learning_rate: The one of this step: the highest of the run's schedule.
        weights: Numbers in the network that were changed.
        change: Length of the change of all weights, as a share of their length.
    """

    names: list[str]
    person: np.ndarray
    thumbnails: np.ndarray
    before: np.ndarray
    after: np.ndarray
    distances_before: np.ndarray
    distances_after: np.ndarray
    anchors: np.ndarray
    positives: np.ndarray
    negatives: np.ndarray
    gradient: np.ndarray
    places_before: np.ndarray
    places_after: np.ndarray
    arrows: np.ndarray
    spread_shown: float
    loss_before: float
    loss_after: float
    counts_before: np.ndarray
    counts_after: np.ndarray
    margin: float
    miner: str
    loss: str
    optimiser: str
    learning_rate: float
    weights: int
    change: float

    @classmethod
    def from_answer(cls, answer: Answer) -> "SlowStep":
        """Read what ``slow_motion`` returned."""
        values: dict[str, Any] = {field.name: answer[field.name] for field in fields(cls)}
        return cls(**values)


def slow_motion(run_path: str, faces_root: str, people: int, images: int, seed: int, trained: bool) -> Answer:
    """Take one step on a batch with a copy of a run's network, and look at the same batch again.

    Images are shown as they are, without augmentation, so that both looks see the same.

    Args:
        run_path: The run's folder.
        faces_root: Where prepared sets are kept.
        people: People in the batch (P), at most; those there are where there are fewer.
        images: Images of each (K), at most.
        seed: Which batch.
        trained: Begin with the last stored weights, else with the weights that the run began with.

    Returns:
        The fields of ``SlowStep``, ready to travel between processes.

    Raises:
        RunDamaged: The run has no weights yet, they cannot be read, or its faces are gone.
        ValueError: The faces cannot form a batch.
    """
    import torch

    run = RunFolder(Path(run_path))
    record = run.record()
    faces = _faces(record, Path(faces_root))
    threads = torch.get_num_threads()
    try:
        trainer = _trainer(record, faces, run.path / "checkpoint" if trained else None)
        return _step(trainer, _draw(trainer, people, images, seed))
    finally:
        torch.set_num_threads(threads)


def _faces(record: RunRecord, root: Path) -> FaceSet:
    if record.fingerprint is None:
        raise RunDamaged("This run has not begun: wait for its first epoch.")
    try:
        return open_faces(record.fingerprint, root=root)
    except FacesError as error:
        if record.config.faces.source == "synthetic":  # rendered anew, alike up to the rounding of single pixels
            return prepare_once(record.config.faces, root=root, progress=lambda *_: None, waiting=lambda: None)
        raise RunDamaged(
            "The faces of this run are no longer prepared on this computer: prepare them again on the page Faces."
        ) from error


def _trainer(record: RunRecord, faces: FaceSet, checkpoint: Path | None) -> "Trainer":
    """Return a trainer of the run's own, which nobody stores."""
    from facenet_core.training import CheckpointDamaged, Trainer

    config = replace(record.config, device="cpu", precision=record.precision or record.config.precision)
    trainer = Trainer(faces, config, threads=record.threads)
    if checkpoint is not None:
        try:
            trainer.load(checkpoint)
        except CheckpointDamaged as error:
            raise RunDamaged(f"{error}: delete the run or start it anew.") from error
    return trainer


def _draw(trainer: "Trainer", people: int, images: int, seed: int) -> np.ndarray:
    """Return (B,) images of the face set, those of one person together."""
    from facenet_core.triplets import PeopleSampler

    seen = trainer.split.seen
    labels = trainer.faces.people[seen]
    able = int(np.sum(np.unique(labels, return_counts=True)[1] >= 2))
    drawn = seen[PeopleSampler(labels, min(people, able), images, seed).draw()]
    batch: np.ndarray = drawn[np.argsort(trainer.faces.people[drawn], kind="stable")]
    return batch


def _step(trainer: "Trainer", index: np.ndarray) -> Answer:
    import torch

    faces, network = trainer.faces, trainer.network
    pixels, labels = torch.from_numpy(faces.read(index)), torch.from_numpy(faces.people[index])
    rate = trainer.learning_rate
    optimiser = trainer._optimiser
    for group in optimiser.param_groups:
        group["lr"] = rate
    weights = [weight.detach().clone() for weight in network.parameters()]
    before, loss, mined = _look(trainer, pixels, labels)
    before.retain_grad()
    optimiser.zero_grad(set_to_none=True)
    loss.loss.backward()
    optimiser.step()
    length = sum(float(old.square().sum()) for old in weights)
    moved = sum(float((w.detach() - old).square().sum()) for w, old in zip(network.parameters(), weights, strict=True))
    with torch.no_grad():
        after, again, _ = _look(trainer, pixels, labels)
    gradient = torch.zeros_like(before) if before.grad is None else before.grad
    people, person = np.unique(faces.people[index], return_inverse=True)
    return {
        "names": [str(faces.names[p]) for p in people],
        "person": person,
        "thumbnails": make_thumbnails(faces, index),
        **_points(*(tensor.detach().double().numpy() for tensor in (before, after, gradient))),
        **{name: column.numpy() for name, column in zip(("anchors", "positives", "negatives"), mined, strict=True)},
        "loss_before": float(loss.loss.detach()),
        "loss_after": float(again.loss),
        "counts_before": np.array([getattr(loss, name) for name in COUNTS]),
        "counts_after": np.array([getattr(again, name) for name in COUNTS]),
        "margin": float(trainer.margin),
        "miner": _miner(trainer),
        "loss": trainer.config.loss,
        "optimiser": trainer.config.optimiser,
        "learning_rate": rate,
        "weights": sum(weight.numel() for weight in weights),
        "change": float(np.sqrt(moved / length)) if length else 0.0,
    }


def _miner(trainer: "Trainer") -> str:
    """Return the name of what mines within a batch."""
    mine = choose("miner", MINERS, trainer.miner).load()
    return "batch-hard" if getattr(mine, "once_an_epoch", False) else trainer.miner


def _look(trainer: "Trainer", pixels: "Tensor", labels: "Tensor") -> tuple["Tensor", Any, tuple["Tensor", ...]]:
    """Embed a batch as training does and mine it; return embeddings, loss and the mined triplets."""
    import torch

    from facenet_core.training.embedding import as_input, forward
    from facenet_core.triplets import Triplets, mined_triplet_loss
    from facenet_core.triplets.batch_loss import batch_loss

    mine = choose("miner", MINERS, _miner(trainer)).load()
    kept: list[Triplets] = []

    def watched(*args: Any) -> Triplets:
        kept.append(mine(*args))
        return kept[-1]

    embeddings = forward(trainer.network, as_input(pixels, trainer.arithmetic), trainer.arithmetic)
    if trainer.whole_batch is not None:  # of a loss that takes the batch as it is: no triplet is mined
        none = torch.zeros(0, dtype=torch.int64)
        return embeddings, batch_loss(embeddings, labels, trainer.margin, trainer.whole_batch), (none, none, none)
    found = mined_triplet_loss(
        embeddings,
        labels,
        trainer.margin,
        miner=watched,
        loss=choose("loss", LOSSES, trainer.config.loss).load(),
        generator=torch.Generator().manual_seed(0),
    )
    return embeddings, found, (kept[0].anchors, kept[0].positives, kept[0].negatives)


def _points(before: np.ndarray, after: np.ndarray, gradient: np.ndarray) -> dict[str, Any]:
    """Return embeddings, distances, and places along the two directions in which both looks spread most."""
    both = np.concatenate([before, after])
    middle = both.mean(axis=0)
    _, lengths, directions = np.linalg.svd(both - middle, full_matrices=False)
    plane = directions[:2].T  # (D, 2)
    spread = float(np.sum(lengths**2))
    return {
        "before": before.astype(np.float32),
        "after": after.astype(np.float32),
        "gradient": gradient.astype(np.float32),
        "distances_before": _squared_distances(before),
        "distances_after": _squared_distances(after),
        "places_before": ((before - middle) @ plane).astype(np.float32),
        "places_after": ((after - middle) @ plane).astype(np.float32),
        "arrows": (-gradient @ plane).astype(np.float32),
        "spread_shown": float(np.sum(lengths[:2] ** 2)) / spread if spread > 0 else 1.0,
    }


def _squared_distances(points: np.ndarray) -> np.ndarray:
    distances: np.ndarray = np.sum((points[:, None] - points[None]) ** 2, axis=2).astype(np.float32)
    return distances
