"""The one job: move a run forward until its request is met."""

import contextlib
import errno
import os
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from facenet_core import files
from facenet_core.evaluation.pairs.one_point import ALL_ON_ONE_POINT
from facenet_core.faces import PictureError
from facenet_core.runs import attempts
from facenet_core.runs.cpu_turns import Turnstile
from facenet_core.runs.journal import Journal, Report
from facenet_core.runs.measured import MeasuredFaces, gather, write_measured
from facenet_core.runs.mid_run_changes import Changes
from facenet_core.runs.records import GROUPS, HELD_OUT, UNSEEN, EpochRecord, RunMissing, RunRequest, RunStatus
from facenet_core.runs.resume import Journey, name_faces, set_out
from facenet_core.runs.run_collapse import collapse_of, without_chance
from facenet_core.runs.step_points import StepPoints
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.tracked_faces import FINAL_RESAMPLES, measure_epoch, measure_group
from facenet_core.runs.weights import store_weights

_LOCK_TRIES = 5

Turn = Callable[[], AbstractContextManager[None]]


class _Rest(Exception):
    """The user wants the run to rest."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def advance(run_path: str, faces_root: str, report: Report | None = None) -> str:
    """Move a run forward until its request is met, whoever began it and however that ended.

    What goes wrong is told in the run's status; nothing is raised.

    Args:
        run_path: The run's folder.
        faces_root: Where prepared sets are kept.
        report: Called with every status that is written.

    Returns:
        The run's state; ``moving`` when another process moves it already, ``missing`` when it is gone.
    """
    try:
        return move_run(RunFolder(Path(run_path)), Path(faces_root), report).state
    except files.AlreadyLocked:
        return "moving"
    except RunMissing:
        return "missing"
    except Exception:  # the status tells
        return "failed"


def move_run(run: RunFolder, faces_root: Path, report: Report | None = None) -> RunStatus:
    """Do what ``advance`` does, and raise what went wrong besides telling it in the run's status.

    Raises:
        RunMissing: The run is gone.
        AlreadyLocked: Another process moves it.
        Exception: Whatever stopped it.
    """
    for tries_left in reversed(range(_LOCK_TRIES)):
        if not run.path.is_dir():
            raise RunMissing(f"There is no run {run.id}: it may have been deleted.")
        try:
            with files.locked(run.path / "lock"):
                return _move_locked(run, faces_root, report)
        except files.AlreadyLocked:
            if not tries_left:
                raise
            time.sleep(0.02)  # whoever writes a queued run's status holds the lock for a moment
    raise AssertionError("unreachable")


def _move_locked(run: RunFolder, faces_root: Path, report: Report | None) -> RunStatus:
    run.record()  # a folder that cannot be read is left as it is; its status says why
    journal = Journal(run, report)
    try:
        state, message = _move(run, faces_root, journal)
        attempts.forget(run)
        return journal.rest(state, message)
    except _Rest as rest:
        attempts.forget(run)
        return journal.rest(rest.state, f"{rest.state.capitalize()} before its next step.")
    except Exception as error:
        if not run.path.is_dir():
            raise RunMissing(f"Run {run.id} was deleted while it was training.") from error
        with contextlib.suppress(OSError):  # the disk is full: what was stored stays, the caller still hears of it
            journal.rest("failed", failure_sentence(error), "".join(traceback.format_exception(error)))
        raise


def _move(run: RunFolder, faces_root: Path, journal: Journal) -> tuple[str, str]:
    """Train until the request is met; return the state to rest in and a line about it."""
    attempts.count(run)
    inbox = _Inbox(run)

    def say(message: str) -> None:
        _rest_if_asked(inbox.read())
        journal.say(message)

    say("Getting ready.")
    journey = set_out(run, faces_root, say)
    return _Training(journey, journal, inbox, faces_root).until_met()


class _Training:
    """The loop over steps and epochs of one journey."""

    def __init__(self, journey: Journey, journal: Journal, inbox: "_Inbox", faces_root: Path) -> None:
        self.faces_root = faces_root
        self.run, self.trainer, self.journey = journey.run, journey.trainer, journey
        self.journal, self.inbox = journal, inbox
        self.changes = Changes(self.run, self.trainer)
        self.turn = _turns(self.trainer)
        self.points = StepPoints(self.run, self.trainer.steps_done, self.trainer.steps_per_epoch)
        self.saved = self.trainer.steps_done
        self.tracked_images = journey.faces.read(journey.tracked.index)  # 18 MB, looked at after every epoch

    def until_met(self) -> tuple[str, str]:
        trainer, per_epoch = self.trainer, self.trainer.steps_per_epoch
        self.journal.begin(trainer.steps_done, trainer.images_shown, trainer.total_epochs, per_epoch)
        if trainer.steps_done == 0 and not self.run.epochs():
            self._store_epoch()
        while True:
            request = self.inbox.read()
            if request.pause or request.stop:
                return self._rest(request)
            self.changes.take_up(request, trainer.steps_done)
            self.changes.apply(trainer)
            if trainer.steps_done >= goal_in_steps(request, trainer.total_epochs, per_epoch):
                return self._rest(request)
            with self.turn():
                report = trainer.step()
                if trainer.config.step_points:
                    self.points.add(trainer, self.journey.tracked.index)
            self.journal.add(report, trainer.total_epochs, per_epoch)
            if trainer.steps_done % per_epoch == 0:
                self.journal.write_steps()
                self.points.write()
                self._store_epoch()  # before its checkpoint: a kill in between does the epoch again, and leaves no gap
                self._save()

    def _store_epoch(self) -> None:
        trainer, tracked = self.trainer, self.journey.tracked
        epoch = trainer.epochs_done
        mirror = trainer.config.mirror and epoch == trainer.total_epochs
        with self.turn():
            embeddings = trainer.embed_images(self.tracked_images, mirror=mirror)
            loss = self.journal.epoch_loss() if epoch else None
            figures = measure_epoch(
                embeddings, tracked, epoch=epoch, loss=loss, mirror=mirror, seed=trainer.config.seed
            )
        store_weights(self.run, trainer.network, epoch, trainer.total_epochs)  # first: an epoch that is there has them
        figures["seconds"] = self.journal.seconds()
        self.run.write_epoch(EpochRecord(epoch=epoch, embeddings=embeddings, figures=figures))

    def _save(self) -> None:
        self.trainer.save(self.run.path / "checkpoint")
        self.saved = self.trainer.steps_done
        name_faces(self.journey, self.faces_root, now=False, say=self.journal.say)

    def _rest(self, request: RunRequest) -> tuple[str, str]:
        trainer = self.trainer
        self.journal.write_steps()
        self.points.write()
        if self.saved != trainer.steps_done:
            self._save()
        if trainer.epochs_done >= trainer.total_epochs:
            self.journal.stop_clock()
            return "finished", self._finish()
        state = "stopped" if request.stop else "paused"
        return state, f"{state.capitalize()} after step {trainer.steps_done:,}, in epoch {trainer.epochs_done + 1}."

    def _finish(self) -> str:
        """Measure the whole groups, with intervals, and say how good the network is."""
        name_faces(self.journey, self.faces_root, now=True, say=self.journal.say)
        values, measured = final_figures(self.journey, self.turn)
        if measured is not None:
            write_measured(self.run, measured)  # first: figures that are there have their faces
        collapse = collapse_of(self.run)
        if collapse.now:
            values = without_chance(values, collapse)
        self.run.write_verification(values)
        unseen = values["unseen"]
        accuracy = None if unseen is None else unseen["accuracy"]
        done = f"Finished after epoch {self.trainer.epochs_done}"
        if collapse.now:
            return f"{done}. {collapse.words}"
        if accuracy is None and unseen and ALL_ON_ONE_POINT in (unseen["note"] or ""):
            return f"{done}. {ALL_ON_ONE_POINT}"
        if accuracy is None:
            return f"{done}: there are too few people to measure it on people never seen."
        return f"{done}: right about {accuracy:.0%} of the pairs of people it has never seen."


def final_figures(journey: Journey, turn: Turn) -> tuple[dict[str, Any], MeasuredFaces | None]:
    """Return the verification figures of all held-out images and unseen people, with intervals, and those faces.

    They are embedded as exactly as every later look at the network does, also where it trains in bfloat16: what is
    printed here, what ``evaluate`` prints and what an export holds are the same numbers.
    """
    from facenet_core.training import embed_images

    config, people = journey.config, journey.faces.people
    epoch = journey.trainer.epochs_done
    values: dict[str, Any] = {"epoch": epoch, "mirror": config.mirror}
    groups = {}
    for code, indices in ((UNSEEN, journey.split.unseen), (HELD_OUT, journey.split.held_out)):
        with turn():
            embeddings = embed_images(journey.trainer.network, journey.faces.read(indices), mirror=config.mirror)
            found = measure_group(embeddings, people[indices], seed=config.seed, resamples=FINAL_RESAMPLES)
        values[GROUPS[code].replace("-", "_")] = found
        if found is not None:
            groups[code] = indices, embeddings
    values["notes"] = list(journey.trainer.notes)
    if not groups:
        return values, None
    return values, gather(journey.faces, groups, epoch=epoch, mirror=config.mirror, seed=config.seed)


def goal_in_steps(request: RunRequest, epochs: int, steps_per_epoch: int) -> int:
    """Return the steps after which the run is to rest."""
    goals = [epochs * steps_per_epoch]
    if request.until_epoch is not None:
        goals.append(request.until_epoch * steps_per_epoch)
    if request.until_step is not None:
        goals.append(request.until_step)
    return min(goals)


class _Inbox:
    """The run's request, read anew whenever the file was replaced."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._stamp: tuple[int, int] | None = None
        self._request = RunRequest()

    def read(self) -> RunRequest:
        found = os.stat(self._run.path / "request.json")
        stamp = (found.st_mtime_ns, found.st_ino)
        if stamp != self._stamp:
            self._request, self._stamp = self._run.request(), stamp
        return self._request


def _rest_if_asked(request: RunRequest) -> None:
    if request.stop or request.pause:
        raise _Rest("stopped" if request.stop else "paused")


def _turns(trainer: Any) -> Turn:
    if trainer.device.type != "cpu":
        return contextlib.nullcontext
    import torch

    return Turnstile(torch.get_num_threads()).turn


def failure_sentence(error: Exception) -> str:
    """Return what a user should read about a failure: what is wrong and what to do."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: make room and play the run again, it goes on from its last checkpoint."
    if isinstance(error, OSError):
        return f"A file could not be read or written ({error}): check the folder and the disk, then play the run again."
    if isinstance(error, ValueError | attempts.GivenUp):
        return f"{_sentence(error)}."
    from facenet_core.training import CheckpointDamaged, TrainingFailed

    if isinstance(error, CheckpointDamaged):
        return f"{_sentence(error)}: delete the run or start it anew."
    if isinstance(error, TrainingFailed):
        return f"{_sentence(error)}."
    return f"Something unexpected stopped the run ({type(error).__name__}: {error}): play it again or report this."


def _sentence(error: Exception) -> str:
    text = str(error).strip().rstrip(".")
    first = text.split(" ", 1)[0]
    is_name = "_" in first or "." in first.rstrip(".")  # people_per_batch and pairs.txt stay as they are written
    is_name |= isinstance(error, PictureError)  # which begins with the name of a file, or of a folder
    return text if is_name else text[:1].upper() + text[1:]
