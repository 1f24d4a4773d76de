"""One training run in memory: a step, an epoch, and the state to go on from."""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from facenet_core.choices import CLOSED_FORMS, LOSSES, MINERS, Choice, choose
from facenet_core.config import TrainingConfig, check_learning_rate, check_margin
from facenet_core.faces import FaceSet, FaceSplit, split_faces
from facenet_core.networks import build_network
from facenet_core.training.augmentation import augment
from facenet_core.training.checkpoint import (
    CheckpointDamaged,
    flatten_optimiser,
    put_weights,
    read_checkpoint,
    restore_optimiser,
    write_checkpoint,
)
from facenet_core.training.devices import Arithmetic, choose_arithmetic, choose_device, thread_count
from facenet_core.training.embedding import as_input, embed_images, forward, in_layout
from facenet_core.training.health import BatchHealth, batch_health
from facenet_core.training.images import TrainingImages
from facenet_core.training.offline import OfflineRound
from facenet_core.training.optimisers import build_optimiser
from facenet_core.training.schedule import learning_rate_at
from facenet_core.triplets import NotFinite, PeopleSampler, TripletLoss, Triplets, mined_triplet_loss
from facenet_core.triplets.batch_loss import batch_loss, build_batch_loss
from facenet_core.triplets.losses import Loss, Miner


class TrainingFailed(RuntimeError):
    """The run cannot go on; the message says at which step and the likely cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """What one step did.

    Attributes:
        step: 1-based, over the whole run.
        epoch: 1-based epoch that the step belongs to.
        images: Images in the batch.
        loss: Mean over the mined triplets with a loss above 0, or what a loss without triplets makes of the batch.
        mined: Triplets that the miner chose; 0 with a loss without triplets, though all are counted below.
        valid: Triplets the batch holds; each is easy, semi-hard or hard.
        active: Valid triplets with a loss above 0.
        easy: d_an >= d_ap + margin.
        semi_hard: d_ap < d_an < d_ap + margin.
        hard: d_an <= d_ap.
        positive_distance: Mean squared distance d_ap of the mined triplets, or of all same pairs with a loss without
            triplets; NaN without any.
        negative_distance: Mean squared distance d_an, of different pairs, alike.
        margin: The margin of this step.
        learning_rate: The learning rate of this step.
        miner: The miner of this step.
        seconds: Time the step took.
        spread: Mean squared distance between two different faces of the batch.
        norm: Mean length of the batch's embeddings.
        rank: Effective number of directions in which they differ; see ``batch_health``.
    """

    step: int
    epoch: int
    images: int
    loss: float
    mined: int
    valid: int
    active: int
    easy: int
    semi_hard: int
    hard: int
    positive_distance: float
    negative_distance: float
    margin: float
    learning_rate: float
    miner: str
    seconds: float
    spread: float
    norm: float
    rank: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochReport:
    """What one epoch did: its steps and the mean of their losses."""

    epoch: int
    steps: tuple[StepReport, ...]
    loss: float
    seconds: float


class Trainer:
    """Train a network on a face set.

    Equal faces, configuration and threads give equal numbers on one machine, also when the state was
    stored and taken up by another trainer in between.

    Args:
        faces: The face set.
        config: Everything that decides the run.
        split: Who is trained on; from the configuration and its seed where it is left out.
        threads: CPU threads; ``thread_count()`` where it is left out.
        miner: A miner of one's own, or of pytorch-metric-learning, in place of the configuration's.
        loss: A loss of one's own, or of pytorch-metric-learning, in place of the configuration's.

    Raises:
        ValueError: The faces or the configuration cannot be trained with.
        DeviceMissing: The device asked for is not there.
    """

    def __init__(
        self,
        faces: FaceSet,
        config: TrainingConfig,
        *,
        split: FaceSplit | None = None,
        threads: int | None = None,
        miner: Miner | nn.Module | None = None,
        loss: Loss | nn.Module | None = None,
    ) -> None:
        torch.set_num_threads(threads or thread_count())
        self.faces = faces
        self.config = config
        wanted = config.faces
        self.split = split or split_faces(
            faces, people=wanted.people, images=wanted.images, people_list=wanted.people_list, seed=config.seed
        )
        self.device = choose_device(config.device)
        self.arithmetic: Arithmetic = choose_arithmetic(config, self.device)
        self.margin = config.margin
        self.learning_rate = config.learning_rate
        self.miner = config.miner if miner is None else getattr(miner, "__name__", type(miner).__name__)
        self.total_epochs = config.epochs
        self.steps_done = 0
        self.images_shown = 0
        self._mine: Any = choose("miner", MINERS, config.miner).load() if miner is None else miner
        self._loss: Any = choose("loss", LOSSES, config.loss).load() if loss is None else loss
        self.whole_batch: nn.Module | None = None  # of a loss that learns without triplets, with its weights
        self._loss_name = config.loss if loss is None else None
        self._closed_form = self._find_closed_form()
        self._round: OfflineRound | None = None  # of a miner that mines once an epoch
        self._labels = faces.people[self.split.seen]
        self._sampler = PeopleSampler.for_training(self._labels, config)
        batch = self._sampler.people_per_batch * config.images_per_person
        self.steps_per_epoch = max(1, round(len(self._labels) / batch))
        self._chance = torch.Generator().manual_seed(config.seed + 1)  # augmentation
        self._miner_chance = torch.Generator(self.device).manual_seed(config.seed + 2)
        self._images = TrainingImages(faces, self.split.seen, self.device)
        with torch.random.fork_rng():
            torch.manual_seed(config.seed)
            self.network = build_network(config.network, config.embedding_size, **config.network_options)
            self._network_chance = torch.get_rng_state()  # dropout goes on from here, whoever else draws meanwhile
        in_layout(self.network.to(self.device), self._layout()).train()
        if loss is None and not LOSSES[config.loss].mines:
            self.whole_batch = build_batch_loss(config, self._labels).to(self.device)
        learning = self.network if self.whole_batch is None else nn.ModuleList([self.network, self.whole_batch])
        self._optimiser = build_optimiser(learning, config)

    def _find_closed_form(self) -> Callable[[Tensor, Tensor, float], TripletLoss] | None:
        known = CLOSED_FORMS.get((self.miner, self._loss_name)) if self._loss_name and self.miner in MINERS else None
        return None if known is None else Choice("", "", known).load()

    def _layout(self) -> torch.memory_format:
        return torch.channels_last if self.arithmetic.channels_last else torch.contiguous_format

    @property
    def epochs_done(self) -> int:
        """Whole epochs done."""
        return self.steps_done // self.steps_per_epoch

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user should know about the faces of this run."""
        return self.split.notes

    def change(
        self,
        *,
        margin: float | None = None,
        learning_rate: float | None = None,
        miner: str | None = None,
        epochs: int | None = None,
    ) -> None:
        """Change settings from the next step on.

        Raises:
            ValueError: A value is out of range; nothing is changed then.
        """
        mine = choose("miner", MINERS, miner).load() if miner is not None else self._mine
        changed = replace(self.config, epochs=self.total_epochs if epochs is None else epochs)  # checks the epochs
        self.margin = self.margin if margin is None else check_margin(margin)
        self.learning_rate = self.learning_rate if learning_rate is None else check_learning_rate(learning_rate)
        self.miner = self.miner if miner is None else miner
        self._mine = mine
        self._closed_form = self._find_closed_form()
        self.total_epochs = changed.epochs

    def step(self) -> StepReport:
        """Train on one batch.

        Raises:
            TrainingFailed: The numbers are no longer finite.
        """
        started = time.perf_counter()
        positions, triplets = self._draw()
        rate = self._set_learning_rate()
        images = augment(self._images.read(positions), self.config.augmentation, self._chance)
        labels = torch.from_numpy(self._labels[positions])
        try:
            result, health = self._learn(images, labels, triplets)
        except NotFinite as error:
            raise TrainingFailed(self._why_not_finite(rate)) from error
        self.steps_done += 1
        self.images_shown += len(positions)
        return StepReport(
            step=self.steps_done,
            epoch=(self.steps_done - 1) // self.steps_per_epoch + 1,
            images=len(positions),
            loss=float(result.loss.detach()),
            mined=result.mined,
            valid=result.valid,
            active=result.active,
            easy=result.easy,
            semi_hard=result.semi_hard,
            hard=result.hard,
            positive_distance=result.positive_distance,
            negative_distance=result.negative_distance,
            margin=self.margin,
            learning_rate=rate,
            miner=self.miner,
            **health._asdict(),
            seconds=time.perf_counter() - started,
        )

    def _draw(self) -> tuple[np.ndarray, Triplets | None]:
        """Return the images of the next step, and its triplets where they are mined once an epoch."""
        if self.whole_batch is not None or not getattr(self._mine, "once_an_epoch", False):
            self._round = None
            return self._sampler.draw(), None
        if self._round is None or self._round.epoch != self.epochs_done:
            embeddings = torch.from_numpy(self._embed_seen()).to(self.device)
            mined = self._mine(embeddings, torch.from_numpy(self._labels).to(self.device))
            self._round = OfflineRound.shuffled(mined, self.epochs_done, self._miner_chance)
        return self._round.part(self.steps_done % self.steps_per_epoch, self.steps_per_epoch)

    def _embed_seen(self) -> np.ndarray:
        """Return (S, D) float32 of all images trained on, read a few at a time."""
        parts = np.array_split(self.split.seen, range(1024, len(self.split.seen), 1024))
        return np.concatenate([self.embed(part) for part in parts])

    def _set_learning_rate(self) -> float:
        steps = self.total_epochs * self.steps_per_epoch
        rate = learning_rate_at(self.steps_done, steps, self.learning_rate, self.config.schedule)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        return rate

    def _learn(self, images: Tensor, labels: Tensor, triplets: Triplets | None) -> tuple[TripletLoss, BatchHealth]:
        outside = torch.get_rng_state()
        torch.set_rng_state(self._network_chance)
        embeddings = forward(self.network, as_input(images, self.arithmetic), self.arithmetic)  # (B, D)
        self._network_chance = torch.get_rng_state()
        torch.set_rng_state(outside)
        result = self._lose(embeddings, labels, triplets)
        health = batch_health(embeddings)
        self._optimiser.zero_grad(set_to_none=True)
        result.loss.backward()  # type: ignore[no-untyped-call]
        self._optimiser.step()
        return result, BatchHealth(*health.tolist())

    def _lose(self, embeddings: Tensor, labels: Tensor, triplets: Triplets | None) -> TripletLoss:
        if self._closed_form is not None:
            return self._closed_form(embeddings, labels, self.margin)
        if self.whole_batch is not None:
            return batch_loss(embeddings, labels, self.margin, self.whole_batch)
        mine = self._mine if triplets is None else lambda *_: triplets.to(embeddings.device)
        return mined_triplet_loss(
            embeddings, labels, self.margin, miner=mine, loss=self._loss, generator=self._miner_chance
        )

    def _why_not_finite(self, rate: float) -> str:
        if self.learning_rate > TrainingConfig().learning_rate:
            cause = f"the learning rate of {rate:.3g} is probably too high: try a tenth of it"
        elif self.arithmetic.precision == "bfloat16":
            cause = "bfloat16 is probably too coarse for these settings: choose float32"
        else:
            cause = "the embeddings have probably grown without bound: choose unit length or a smaller learning rate"
        return f"step {self.steps_done + 1}: the loss is no longer a number; {cause}"

    def epoch(self) -> EpochReport:
        """Train until the epoch under way, or the next one, is whole."""
        started = time.perf_counter()
        steps = [self.step()]
        while self.steps_done % self.steps_per_epoch:
            steps.append(self.step())
        return EpochReport(
            epoch=self.epochs_done,
            steps=tuple(steps),
            loss=float(np.mean([report.loss for report in steps])),
            seconds=time.perf_counter() - started,
        )

    def embed(self, indices: np.ndarray, *, mirror: bool = False) -> np.ndarray:
        """Return (n, D) float32 embeddings of faces of the set; see ``embed_images``."""
        return self.embed_images(self.faces.read(indices), mirror=mirror)

    def embed_images(self, images: np.ndarray, *, mirror: bool = False) -> np.ndarray:
        """Return (n, D) float32 embeddings of (n, 110, 110, 3) uint8 images; see ``training.embed_images``."""
        return embed_images(self.network, images, mirror=mirror, arithmetic=self.arithmetic)

    def save(self, folder: Path) -> None:
        """Store the whole state in ``folder``, in place of what it held, as a whole or not at all."""
        optimiser, groups = flatten_optimiser(self._optimiser)
        state = {
            "steps_done": self.steps_done,
            "images_shown": self.images_shown,
            "total_epochs": self.total_epochs,
            "margin": self.margin,
            "learning_rate": self.learning_rate,
            "miner": self.miner,
            "precision": self.arithmetic.precision,
            "channels_last": self.arithmetic.channels_last,
            "optimiser_groups": groups,
            "sampler": self._sampler.state(),
            "chance": _as_text(self._chance.get_state()),
            "miner_chance": _as_text(self._miner_chance.get_state()),
            "network_chance": _as_text(self._network_chance),
        }
        tensors = {"weights": self.network.state_dict(), "optimiser": optimiser}
        if self.whole_batch is not None and self.whole_batch.state_dict():
            tensors["head"] = self.whole_batch.state_dict()
        if self._round is not None:
            state["mined_at_epoch"] = self._round.epoch
            tensors["mined"] = {"triples": torch.from_numpy(self._round.triples)}
        write_checkpoint(folder, self.steps_done, tensors, state)

    def load(self, folder: Path) -> None:
        """Go on from what ``save`` stored.

        Raises:
            CheckpointDamaged: It cannot be read, or belongs to another run.
        """
        tensors, state = read_checkpoint(folder)
        try:
            self._restore(tensors, state, folder)
        except (KeyError, TypeError, ValueError) as error:
            raise CheckpointDamaged(f"the checkpoint in {folder} is damaged: {error!r}") from error

    def _restore(self, tensors: dict[str, dict[str, Tensor]], state: dict[str, Any], folder: Path) -> None:
        self.arithmetic = Arithmetic(precision=state["precision"], channels_last=state["channels_last"])
        put_weights(self.network, tensors["weights"], folder)
        in_layout(self.network, self._layout())
        if self.whole_batch is not None and self.whole_batch.state_dict():
            put_weights(self.whole_batch, tensors["head"], folder)
        restore_optimiser(self._optimiser, tensors["optimiser"], state["optimiser_groups"])
        self._sampler.restore(state["sampler"])
        self._chance.set_state(_from_text(state["chance"]))
        self._miner_chance.set_state(_from_text(state["miner_chance"]))
        self._network_chance = _from_text(state["network_chance"])
        miner = state["miner"] if state["miner"] != self.miner else None  # one of one's own is handed over, not named
        self.change(margin=state["margin"], learning_rate=state["learning_rate"], miner=miner)
        self._round = None
        if "mined" in tensors:
            self._round = OfflineRound(tensors["mined"]["triples"].numpy(), int(state["mined_at_epoch"]))
        self.total_epochs = int(state["total_epochs"])
        self.steps_done = int(state["steps_done"])
        self.images_shown = int(state["images_shown"])


def _as_text(state: Tensor) -> str:
    return base64.b64encode(state.numpy().tobytes()).decode()


def _from_text(text: str) -> Tensor:
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.uint8)
