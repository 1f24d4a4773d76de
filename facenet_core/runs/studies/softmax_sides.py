"""A classifier and an embedding of the same people, trained and measured, before and after others come."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from facenet_core.config import TrainingConfig
from facenet_core.evaluation import is_right, rank_people, share_over_people
from facenet_core.evaluation.recognition.classifier_answers import Classifier, classify
from facenet_core.evaluation.recognition.galleries import Gallery
from facenet_core.faces import FaceSet, FaceSplit

if TYPE_CHECKING:
    from facenet_core.training import Trainer

NEW_PEOPLE = 5
HELD_OUT = 4  # pictures of everybody that nobody is trained on or enrolled with


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How much is trained for one number of people: images of each, epochs."""

    images: int
    epochs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one of the two brought.

    Attributes:
        seconds: Of training.
        right: Share of held-out images named rightly, of the people trained on.
        low: Lower end of its 95 % interval over people.
        high: Upper end.
        new_seconds: What it took until the new people were known.
        new_right: Share of their other photos named rightly then, among everybody.
        old_right: Share of the first people's held-out images named rightly then.
        new_parameters: Trainable numbers of the last layer for everybody, new people included; 0 for an embedding.
    """

    seconds: float
    right: float
    low: float | None
    high: float | None
    new_seconds: float
    new_right: float
    old_right: float
    new_parameters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Both sides for one number of people.

    Attributes:
        people: Trained on.
        images: Of each.
        images_shown: In one training, the same for both.
        probes: Held-out images of the people trained on.
        new_probes: Other photos of the new people.
        embedding: Triplets, and a gallery.
        classifier: The same network with a last layer of one output a person.
        made: Unix seconds.
    """

    people: int
    images: int
    images_shown: int
    probes: int
    new_probes: int
    embedding: Side
    classifier: Side
    made: float


def measure_both(
    faces: FaceSet, config: TrainingConfig, people: int, plan: Plan, tell: Callable[[str, int, int], None]
) -> Story:
    """Train both and measure them before and after new people came.

    Args:
        faces: At least ``people`` people and ``NEW_PEOPLE`` more, ``plan.images`` pictures and ``HELD_OUT`` more each.
        config: Everything but the loss.
        people: How many are trained on; those who follow are new.
        plan: Images and epochs.
        tell: Called with the part, steps done and steps in all; may raise to end it.
    """
    first = divided(faces, people, plan.images)
    everybody = divided(faces, people + NEW_PEOPLE, plan.images)
    new = np.setdiff1d(everybody.seen, first.seen), np.setdiff1d(everybody.held_out, first.held_out)
    trainer, seconds = _trained(faces, config, first, lambda done, total: tell("embedding", done, total))
    embedding = _embedding_side(trainer, faces, first, new, seconds)
    shown = trainer.images_shown
    softmax = replace(config, loss="softmax")
    once, seconds = _trained(faces, softmax, first, lambda done, total: tell("classifier", done, total))
    again, more = _trained(faces, softmax, everybody, lambda done, total: tell("again", done, total))
    return Story(
        people=people,
        images=plan.images,
        images_shown=shown,
        probes=len(first.held_out),
        new_probes=len(new[1]),
        embedding=embedding,
        classifier=_classifier_side(once, again, faces, first, new[1], seconds, more),
        made=time.time(),
    )


def divided(faces: FaceSet, people: int, images: int) -> FaceSplit:
    """Return the first ``images`` pictures of the first people as seen, ``HELD_OUT`` others of them as held out."""
    seen, held_out = [], []
    for person in range(people):
        own = np.flatnonzero(faces.people == person)
        seen.append(own[:images])
        held_out.append(own[images : images + HELD_OUT])
    return FaceSplit(
        seen=np.sort(np.concatenate(seen)),
        held_out=np.sort(np.concatenate(held_out)),
        unseen=np.zeros(0, np.int64),
        people_seen=np.arange(people),
    )


def _trained(
    faces: FaceSet, config: TrainingConfig, split: FaceSplit, tell: Callable[[int, int], None]
) -> tuple["Trainer", float]:
    """Train to the end, a step a turn; return the trainer and the seconds of its steps."""
    import torch

    from facenet_core.runs.cpu_turns import Turnstile
    from facenet_core.training import Trainer

    trainer, seconds = Trainer(faces, config, split=split), 0.0
    turnstile, total = Turnstile(torch.get_num_threads()), config.epochs * trainer.steps_per_epoch
    for done in range(1, total + 1):
        with turnstile.turn():
            started = time.perf_counter()
            trainer.step()
            seconds += time.perf_counter() - started
        tell(done, total)
    return trainer, seconds


def _embedding_side(
    trainer: "Trainer", faces: FaceSet, first: FaceSplit, new: tuple[np.ndarray, np.ndarray], seconds: float
) -> Side:
    """Recognise by the nearest photo of a gallery; the new people are added to it, and the clock runs for that."""
    points, probes = trainer.embed(first.seen), trainer.embed(first.held_out)
    gallery = Gallery(points, faces.people[first.seen])
    before = is_right(rank_people(points, faces.people[first.seen], probes), faces.people[first.held_out])
    share, interval = share_over_people(before[None], faces.people[first.held_out]).at(0)
    started = time.perf_counter()
    added = trainer.embed(new[0])
    gallery.add(added, faces.people[new[0]])
    new_seconds = time.perf_counter() - started
    wanted = np.concatenate([first.held_out, new[1]])
    named = gallery.nearest(trainer.embed(wanted)).person[:, 0]
    right = named == faces.people[wanted]
    return Side(
        seconds=seconds,
        right=share,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        new_seconds=new_seconds,
        new_right=float(right[len(first.held_out) :].mean()),
        old_right=float(right[: len(first.held_out)].mean()),
        new_parameters=0,
    )


def _classifier_side(
    once: "Trainer",
    again: "Trainer",
    faces: FaceSet,
    first: FaceSplit,
    new: np.ndarray,
    seconds: float,
    new_seconds: float,
) -> Side:
    right = _named(once, first.held_out) == faces.people[first.held_out]
    share, interval = share_over_people(right[None], faces.people[first.held_out]).at(0)
    return Side(
        seconds=seconds,
        right=share,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        new_seconds=new_seconds,
        new_right=float((_named(again, new) == faces.people[new]).mean()),
        old_right=float((_named(again, first.held_out) == faces.people[first.held_out]).mean()),
        new_parameters=_classifier_of(again).parameters,
    )


def _named(trainer: "Trainer", places: np.ndarray) -> np.ndarray:
    return classify(trainer.embed(places), _classifier_of(trainer))


def _classifier_of(trainer: "Trainer") -> Classifier:
    tensors = {} if trainer.whole_batch is None else trainer.whole_batch.state_dict()
    arrays = {name: tensor.detach().cpu().numpy() for name, tensor in tensors.items()}
    return Classifier(
        people=arrays["people"], weight=arrays["weight"], bias=arrays["bias"], scale=trainer.config.logit_scale
    )
