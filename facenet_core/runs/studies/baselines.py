"""The runs that say what a run's figure means: the same network, faces, batches and seed with other losses.

Which run is whose baseline is not stored anywhere: it is read from the configurations. So a run that was trained by
hand counts, one that was deleted is trained anew, and a restarted server knows as much as before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from facenet_core.choices import LOSSES, learns_from_triplets
from facenet_core.config import TrainingConfig
from facenet_core.evaluation import settings_now
from facenet_core.runs.records import RunDamaged, RunMissing, RunRecord, RunTooNew
from facenet_core.runs.storage import RunFolder, list_runs

if TYPE_CHECKING:
    from facenet_core.runs.engine.engine import Engine

COMPARED_LOSSES = ("contrastive", "softmax", "arcface", "triplet")
_OF_LOSSES = frozenset(name for choice in LOSSES.values() for name in choice.options or {})
_NOT_DECIDING = ("device", "precision", "step_points")  # where and how closely it is watched, not what it learns
_LOOKED_AT = 300  # newest runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """A loss beside a run's own.

    Attributes:
        loss: A name in ``COMPARED_LOSSES``.
        config: What its run is trained with: the run's settings and this loss.
        run: The run that was trained so; None where there is none yet.
    """

    loss: str
    config: TrainingConfig
    run: RunFolder | None


def baselines_of(run: RunFolder, runs_root: Path) -> list[Baseline]:
    """Return the other losses that a run is set beside, each with the run that was trained with it.

    Where several were, a finished one counts before one that moves, and that before one at rest; then the newest.
    """
    record = run.record()
    own = settings_now(record.config, run.changes())
    wanted = {
        loss: replace(own, loss=loss, step_points=False) for loss in COMPARED_LOSSES if loss != record.config.loss
    }
    found: dict[str, list[RunFolder]] = {loss: [] for loss in wanted}
    for other in list_runs(runs_root)[:_LOOKED_AT]:
        try:
            theirs = other.record()
            loss = theirs.config.loss
            if other.id != run.id and loss in wanted and _is_trained_so(other, theirs, wanted[loss], record):
                found[loss].append(other)
        except (RunDamaged, RunTooNew, RunMissing):
            continue
    return [
        Baseline(loss=loss, config=config, run=min(found[loss], key=_rank, default=None))
        for loss, config in wanted.items()
    ]


def _is_trained_so(run: RunFolder, record: RunRecord, config: TrainingConfig, beside: RunRecord) -> bool:
    if not same_faces(record, beside):
        return False
    return deciding(settings_now(record.config, run.changes())) == deciding(config) and not any(
        change.get(name) is not None for change in run.changes() for name in ("margin", "learning_rate", "miner")
    )


def same_faces(first: RunRecord, second: RunRecord) -> bool:
    """Return whether two runs learned from the same faces, as far as is known.

    Synthetic faces are drawn from their settings: on another computer single pixels are rounded otherwise, and the
    shipped example's set has another fingerprint than the same set drawn here.
    """
    if first.fingerprint is None or second.fingerprint is None or first.fingerprint == second.fingerprint:
        return True
    return first.config.faces == second.config.faces and first.config.faces.source == "synthetic"


def deciding(config: TrainingConfig) -> dict[str, Any]:
    """Return the settings that decide what a run learns: not those of other losses, nor where it is computed."""
    values = config.to_json()
    own = set((LOSSES[config.loss].options if config.loss in LOSSES else None) or {})
    idle = {*_NOT_DECIDING, *(_OF_LOSSES - own)}
    if not learns_from_triplets(config.loss):
        idle |= {"margin", "miner"}
    return {name: value for name, value in values.items() if name not in idle}


def _rank(run: RunFolder) -> int:
    state = run.status().state
    return 0 if state == "finished" else 1 if state in ("running", "queued") else 2


def begin_baselines(engine: "Engine", run: RunFolder, owner: str | None = None) -> list[str]:
    """Begin the runs that are missing, one after another in the engine's queue, and go on with those at rest.

    Returns:
        The runs that were asked for; empty where all are trained or under way.

    Raises:
        ValueError: The run's settings cannot be trained.
        EngineReadOnly: Another program works on the data folder.
    """
    record = run.record()
    asked = []
    for baseline in baselines_of(run, engine.data / "runs"):
        if baseline.run is None:
            name = f"{LOSSES[baseline.loss].label} beside {called(record)}"
            asked.append(engine.train(baseline.config, name=name, owner=owner))
        elif baseline.run.status().state in ("paused", "stopped", "failed"):
            engine.request(baseline.run.id)
            asked.append(baseline.run.id)
    return asked


def called(record: RunRecord) -> str:
    """Return how a run is called in the names of its baselines."""
    return (record.name or record.run)[:80]


def unfinished(baselines: Sequence[Baseline]) -> list[Baseline]:
    """Return those that are not trained to their end."""
    return [baseline for baseline in baselines if baseline.run is None or baseline.run.status().state != "finished"]
