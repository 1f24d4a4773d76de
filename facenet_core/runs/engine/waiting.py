"""How long a run waits for a worker: who is before it, and what is known about how long they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from facenet_core.config import TrainingConfig
from facenet_core.runs.advance import goal_in_steps
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.studies.atlas_progress import expected_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Where a run stands in the queue.

    Attributes:
        place: 1 for the one that begins next.
        waiting: How many wait.
        before: The run whose end it waits for first: the next in the queue before it, else one that trains.
        seconds: About how long until it begins; None where that cannot be known.
    """

    place: int
    waiting: int
    before: str | None
    seconds: float | None


def wait_of(root: Path, run_id: str, queue: Sequence[str], training: Sequence[str]) -> Wait | None:
    """Return where a run stands in the queue; None where it does not wait there.

    Args:
        root: The folder of all runs.
        run_id: The run.
        queue: The runs that wait, in order.
        training: The runs that train now; as many train at once.
    """
    if run_id not in queue:
        return None
    ahead = list(queue[: queue.index(run_id)])
    before = ahead[-1] if ahead else training[0] if len(training) == 1 else None
    seconds = _seconds_until_begun(root, ahead, training)
    return Wait(place=len(ahead) + 1, waiting=len(queue), before=before, seconds=seconds)


def _seconds_until_begun(root: Path, ahead: Sequence[str], training: Sequence[str]) -> float | None:
    """Return when a place comes free for the one behind ``ahead``, each taking the first place that is free."""
    if not training:
        return None
    runs = [RunFolder(root / run_id) for run_id in training]
    free_in = [seconds_to_go(run, runs) for run in runs]
    for run_id in ahead:
        known = [seconds for seconds in free_in if seconds is not None]
        takes = seconds_to_go(RunFolder(root / run_id), runs)
        if len(known) < len(free_in) or takes is None:
            return None  # it may come free at any time
        free_in[free_in.index(min(known))] = min(known) + takes
    known = [seconds for seconds in free_in if seconds is not None]
    return min(known) if len(known) == len(free_in) else None


def seconds_to_go(run: RunFolder, training: Sequence[RunFolder]) -> float | None:
    """Return about how long a run takes until it rests, as it is asked for now; None where that cannot be known.

    Its own rate counts; one that has not begun is taken to be as quick as those of the same network that train now,
    else as the quickest of the latest finished ones.
    """
    try:
        record, request, status = run.record(), run.request(), run.status()
    except ValueError:
        return None
    left = _images_left(run)
    if left is None:
        return None
    if status.images_per_second > 0:
        return left / status.images_per_second
    rates = [rate for other in training if (rate := _rate_like(other, record.config)) > 0]
    if rates:
        return left / (sum(rates) / len(rates))
    whole = expected_seconds(run.path.parent, [record.config], record.images)
    shown = _images_of(record.config, record.images)
    epochs = request.epochs or record.config.epochs
    return None if whole is None or not shown else whole * left / (shown * epochs)


def _rate_like(run: RunFolder, config: TrainingConfig) -> float:
    try:
        return run.status().images_per_second if run.record().config.network == config.network else 0.0
    except ValueError:
        return 0.0


def _images_left(run: RunFolder) -> float | None:
    """Return how many training images a run still shows before it rests; None before that is known."""
    record, request, status = run.record(), run.request(), run.status()
    config, epochs = record.config, request.epochs or record.config.epochs
    an_epoch = _images_of(config, record.images)
    if record.steps_per_epoch:
        a_step = status.images_shown / status.step if status.step else (an_epoch or 0) / record.steps_per_epoch
        steps = goal_in_steps(request, epochs, record.steps_per_epoch) - status.step
        return max(0, steps) * a_step if a_step else None
    if request.until_step is not None:  # it has not begun: a batch of its settings, where they name one
        return None if config.people_per_batch is None else float(config.people_per_batch * config.images_per_person)
    return None if an_epoch is None else float(an_epoch * min(epochs, request.until_epoch or epochs))


def _images_of(config: TrainingConfig, images: int | None) -> int | None:
    """Return how many images an epoch shows; None where neither the set nor the settings say."""
    people, each = config.faces.people, config.faces.images
    return images or (people * each if people and each else None)
