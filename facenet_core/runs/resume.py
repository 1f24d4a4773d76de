"""How a run gets moving: its faces opened, its trainer built, its last checkpoint taken up."""

import platform
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from facenet_core.config import TrainingConfig, check_people_per_batch
from facenet_core.faces import FacesError, FaceSet, FaceSplit, open_faces, split_faces
from facenet_core.faces.folders.reading_notes import reading_notes
from facenet_core.faces.left_out import left_out_words
from facenet_core.faces.synthetic import growing_set
from facenet_core.runs.engine.workers.warm_up import draws_ahead
from facenet_core.runs.prepare_faces import prepare_once
from facenet_core.runs.records import RunRecord, TrackedFaces
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.tracked_faces import choose_tracked, make_thumbnails

if TYPE_CHECKING:
    from facenet_core.training import Trainer

Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A run in memory, ready for its next step."""

    run: RunFolder
    faces: FaceSet
    split: FaceSplit
    tracked: TrackedFaces
    trainer: "Trainer"

    @property
    def config(self) -> TrainingConfig:
        """What decides the run."""
        return self.trainer.config


def set_out(run: RunFolder, faces_root: Path, say: Say) -> Journey:
    """Take a run up where its last checkpoint left it, or at its very beginning.

    Args:
        run: The run; the caller holds its lock.
        faces_root: Where prepared sets are kept.
        say: Called with a line for the status whenever there is news.

    Raises:
        ValueError: The run, its faces or its device cannot be used; the message is for its owner.
        CheckpointDamaged: The stored state is not what was written.
    """
    record = run.record()
    _check_device(record)
    faces = _open_faces(record, faces_root, say)
    say("Loading the network.")
    trainer = _build_trainer(record, faces)
    if (run.path / "checkpoint" / "state.json").exists():
        trainer.load(run.path / "checkpoint")
    tracked = run.tracked()
    if tracked is None:
        tracked = choose_tracked(faces, trainer.split)
        run.write_tracked(tracked, make_thumbnails(faces, tracked.index))
    if trainer.steps_done == 0:  # fixes precision and layout, which another look might choose differently
        trainer.save(run.path / "checkpoint")
    if record.device is None:
        run.write_record(_complete(record, trainer))
    return Journey(run=run, faces=faces, split=trainer.split, tracked=tracked, trainer=trainer)


def _check_device(record: RunRecord) -> None:
    """Say that a device is missing before minutes are spent on faces."""
    if record.config.device not in ("auto", "cpu"):
        from facenet_core.training import choose_device

        choose_device(record.config.device)


def _open_faces(record: RunRecord, root: Path, say: Say) -> FaceSet:
    if record.fingerprint is not None:
        try:
            return open_faces(record.fingerprint, root=root)
        except FacesError:
            pass  # tidied away: it can be prepared again
    say("Opening the faces.")
    wanted = record.config.faces
    if record.fingerprint is None and wanted.source == "synthetic" and wanted.path is None and draws_ahead(root):
        return growing_set(people=wanted.people, images=wanted.images, root=root)
    faces = _prepare(record.config, root, say)
    if record.fingerprint not in (None, faces.fingerprint):
        raise FacesError(
            "The faces are no longer those that this run began with: bring the old ones back or start a new run."
        )
    return faces


def _prepare(config: TrainingConfig, root: Path, say: Say) -> FaceSet:
    return prepare_once(
        config.faces,
        root=root,
        progress=lambda done, total, what: say(f"Preparing the faces: {done:,} of {total:,} {what}."),
        waiting=lambda: say("Preparing the faces, in another worker."),
    )


def name_faces(journey: Journey, faces_root: Path, *, now: bool, say: Say) -> None:
    """Write down which set a run trains on, where it began before all of that was drawn.

    Args:
        journey: The run in memory.
        faces_root: Where prepared sets are kept.
        now: Whether to draw what is missing; otherwise nothing is done before all is there.
        say: Called with a line for the status whenever there is news.
    """
    growing, record = journey.faces.growing, journey.run.record()
    if growing is not None and record.fingerprint is None and (now or growing.drawn().all()):
        faces = _prepare(record.config, faces_root, say)
        journey.run.write_record(replace(record, fingerprint=faces.fingerprint))


def _build_trainer(record: RunRecord, faces: FaceSet) -> "Trainer":
    config = record.config
    split = split_faces(
        faces,
        people=config.faces.people,
        images=config.faces.images,
        people_list=config.faces.people_list,
        seed=config.seed,
    )
    check_batch(config, faces, split)
    from facenet_core.training import Trainer  # takes seconds: what is wrong has been said by now

    chosen = replace(
        config, device=record.device or config.device, precision=record.precision or config.precision
    )  # what was chosen at the start, so that the run goes on bit for bit
    return Trainer(faces, chosen, split=split, threads=record.threads)


def check_batch(config: TrainingConfig, faces: FaceSet, split: FaceSplit) -> None:
    """Raise ValueError where the people trained on are too few for a batch as it was asked for."""
    if config.people_per_batch is not None:
        images = np.bincount(faces.people[split.seen], minlength=len(faces.names))
        check_people_per_batch(config.people_per_batch, int((images >= 2).sum()))


def _complete(record: RunRecord, trainer: "Trainer") -> RunRecord:
    import torch

    left_out = left_out_words(trainer.faces, trainer.split)
    return replace(
        record,
        fingerprint=trainer.faces.fingerprint or None,  # of a set that is still drawn
        versions=_versions(),
        notes=(*trainer.notes, *([left_out] if left_out else []), *reading_notes(trainer.faces)),
        people=len(trainer.split.people_seen),
        images=len(trainer.split.seen),
        steps_per_epoch=trainer.steps_per_epoch,
        device=trainer.device.type,
        precision=trainer.arithmetic.precision,
        threads=torch.get_num_threads(),
    )


def _versions() -> dict[str, str]:
    import torch

    try:
        own = version("facenet-lab")
    except PackageNotFoundError:  # run from its folder, not installed
        own = "source"
    return {
        "facenet-lab": own,
        "python": platform.python_version(),
        "torch": str(torch.__version__),
        "numpy": np.__version__,
    }
