"""How far an atlas is, how long it still takes, and what moves all its runs at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from facenet_core.config import TrainingConfig
from facenet_core.runs.records import RunStatus
from facenet_core.runs.storage import RunFolder, list_runs

if TYPE_CHECKING:
    from facenet_core.runs.engine.engine import Engine

OF_EACH_RUN = 2.0
"""Seconds that a run takes besides its epochs: opening, loading, and measuring the finished network."""

_LOOKED_AT = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class AtlasProgress:
    """How far the runs of an atlas are.

    Attributes:
        runs: Those there are.
        finished: Trained to their end.
        running: Training now.
        waiting: In the queue.
        resting: Paused, stopped or failed.
        failed: The sentences of those that failed.
        share: Of all steps, in 0..1.
        seconds_left: None while it cannot be said.
    """

    runs: int
    finished: int
    running: int
    waiting: int
    resting: int
    failed: tuple[str, ...]
    share: float
    seconds_left: float | None

    @property
    def moving(self) -> bool:
        """Whether a run trains or waits for its turn."""
        return self.running + self.waiting > 0


def progress_of(statuses: Sequence[RunStatus]) -> AtlasProgress:
    """Return how far runs are by what they tell of themselves.

    Runs that train at once take turns, so each of them counts the other's seconds too: a second of each of two
    runs is one second on the clock.
    """
    count = len(statuses)
    state = [status.state for status in statuses]
    running, waiting = state.count("running"), state.count("queued")
    shares = [1.0 if s.state == "finished" else min(1.0, s.step / s.steps) if s.steps else 0.0 for s in statuses]
    return AtlasProgress(
        runs=count,
        finished=state.count("finished"),
        running=running,
        waiting=waiting,
        resting=count - state.count("finished") - running - waiting,
        failed=tuple(s.message for s in statuses if s.state == "failed"),
        share=sum(shares) / count if count else 0.0,
        seconds_left=_seconds_left(statuses, shares) if running + waiting else None,
    )


def _seconds_left(statuses: Sequence[RunStatus], shares: Sequence[float]) -> float | None:
    done = [(status, share) for status, share in zip(statuses, shares, strict=True) if share > 0 and status.seconds > 0]
    if not done:
        return None
    each = sum(status.seconds for status, _ in done) / sum(share for _, share in done)  # a whole run, on its own clock
    moving = [status.state in ("queued", "running") for status in statuses]
    left = sum(1 - share for share, moves in zip(shares, moving, strict=True) if moves)
    at_once = min(2, sum(moving)) if any(s.state == "running" for s in statuses) else 1
    return left * each / at_once + OF_EACH_RUN * sum(moving)


def expected_seconds(runs_root: Path, plans: Sequence[TrainingConfig], images: int | None = None) -> float | None:
    """Return how long plans would take here, by the quickest of the latest finished runs of the same network.

    Args:
        runs_root: The folder of all runs.
        plans: The configurations.
        images: Training images of each where the configuration leaves them open.

    Returns:
        Seconds; None where no such run has finished here, or where it is not known how many images there are.
    """
    total = 0
    for plan in plans:
        people, each = plan.faces.people, plan.faces.images
        shown = people * each if people and each else images
        if not shown:
            return None
        total += shown * plan.epochs
    rates = _seconds_an_image(runs_root, {plan.network for plan in plans})
    return total * min(rates) + OF_EACH_RUN * len(plans) if rates else None


def _seconds_an_image(runs_root: Path, networks: set[str]) -> list[float]:
    rates = []
    for run in list_runs(runs_root)[:_LOOKED_AT]:
        status = run.status()
        measured = status.state == "finished" and status.images_shown and status.seconds
        if measured and run.record().config.network in networks:
            rates.append(status.seconds / status.images_shown)
    return rates


def pause_all(engine: "Engine", runs: Sequence[RunFolder]) -> None:
    """Have all runs rest that train or wait; they go on where they were with ``play_all``."""
    for run in reversed(runs):  # those that wait first, so that none slips into a place that comes free
        if run.status().state in ("queued", "running"):
            engine.request(run.id, pause=True)


def stop_all(engine: "Engine", runs: Sequence[RunFolder]) -> None:
    """End all runs that are not finished where they are."""
    for run in reversed(runs):
        if run.status().state in ("queued", "running", "paused"):
            engine.request(run.id, stop=True)


def play_all(engine: "Engine", runs: Sequence[RunFolder]) -> None:
    """Have all runs train to their end that rest before it."""
    for run in runs:
        if run.status().state in ("paused", "stopped", "failed"):
            engine.request(run.id)
