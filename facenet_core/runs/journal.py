"""What a moving run tells the world: its status and the steps of the epoch under way, a few times a second."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from facenet_core.choices import learns_from_triplets
from facenet_core.runs.records import RunStatus
from facenet_core.runs.storage import STEP_COLUMNS, RunFolder

if TYPE_CHECKING:
    from facenet_core.training import StepReport

Report = Callable[[RunStatus], None]

WRITE_EVERY = 0.4
"""Seconds between two reports: pages look once a second, and each report is two flushed files."""


class Journal:
    """Writes status and steps of one run.

    Args:
        run: The run; the caller holds its lock.
        report: Called with every status that is written.
    """

    def __init__(self, run: RunFolder, report: Report | None = None) -> None:
        self._run = run
        self._report = report or (lambda status: None)
        self._mines = learns_from_triplets(run.record().config.loss)
        self._rows: list[tuple[Any, ...]] = []
        self._epoch = 1
        self._written = -WRITE_EVERY
        self._images = 0
        self._busy = 0.0
        before = run.status()
        self._seconds_before = before.seconds
        self._started: float | None = None
        self._ended: float | None = None
        self.status = replace(before, state="running", details="", message=before.message)

    def say(self, message: str) -> None:
        """Tell what is going on before the first step."""
        if message != self.status.message:
            self._put(message=message, urgent=self.status.message == "" or not message.startswith("Preparing"))

    def begin(self, steps_done: int, images_shown: int, epochs: int, steps_per_epoch: int) -> None:
        """Start the clock of the training, at the step that was taken up."""
        self._started = time.perf_counter()
        self._epoch = steps_done // steps_per_epoch + 1
        self._rows = self._kept_rows(steps_done)
        self.status = replace(
            self.status,
            epoch=steps_done // steps_per_epoch,
            step=steps_done,
            epochs=epochs,
            steps=epochs * steps_per_epoch,
            images_shown=images_shown,
        )

    def add(self, report: "StepReport", epochs: int, steps_per_epoch: int) -> None:
        """Take in what one step did."""
        if report.epoch != self._epoch:
            self._epoch, self._rows = report.epoch, []
        self._rows.append(tuple(getattr(report, name) for name in STEP_COLUMNS))
        self._images += report.images
        self._busy += report.seconds
        self.status = replace(
            self.status,
            epoch=report.step // steps_per_epoch,
            step=report.step,
            epochs=epochs,
            steps=epochs * steps_per_epoch,
            images_shown=self.status.images_shown + report.images,
        )
        if time.monotonic() - self._written >= WRITE_EVERY or report.step == 1:
            self.write_steps()
            self._put(message=what_happened(report, mines=self._mines), urgent=True)

    def epoch_loss(self) -> float | None:
        """Return the mean loss of the steps of the epoch under way."""
        losses = [row[list(STEP_COLUMNS).index("loss")] for row in self._rows]
        return float(np.mean(losses)) if losses else None

    def write_steps(self) -> None:
        """Write the steps of the epoch under way."""
        if self._rows:
            columns = zip(STEP_COLUMNS.items(), zip(*self._rows, strict=True), strict=True)
            self._run.write_steps(self._epoch, {name: np.array(v, dtype) for (name, dtype), v in columns})

    def rest(self, state: str, message: str, details: str = "") -> RunStatus:
        """Write the last status of this journey."""
        self.status = replace(self.status, state=state, details=details)
        self._put(message=message, urgent=True)
        return self.status

    def seconds(self) -> float:
        """Return the training time of the run so far."""
        if self._started is None:
            return self._seconds_before
        return self._seconds_before + (self._ended or time.perf_counter()) - self._started

    def stop_clock(self) -> None:
        """End the training time: what follows measures the trained network."""
        self._ended = time.perf_counter()

    def _put(self, *, message: str, urgent: bool) -> None:
        now = time.monotonic()
        if not urgent and now - self._written < WRITE_EVERY:
            return
        rate = self._images / self._busy if self._busy else self.status.images_per_second
        self._written, self._images, self._busy = now, 0, 0.0
        self.status = replace(
            self.status, message=message, heartbeat=time.time(), seconds=self.seconds(), images_per_second=rate
        )
        self._report(self.status)
        self._run.write_status(self.status)

    def _kept_rows(self, steps_done: int) -> list[tuple[Any, ...]]:
        """Return the stored steps of the epoch under way; those after the checkpoint will be done again."""
        columns = self._run.steps_of(self._epoch)
        if columns is None:
            return []
        keep = columns["step"] <= steps_done
        return list(zip(*(columns[name][keep].tolist() for name in STEP_COLUMNS), strict=True))


def what_happened(report: "StepReport", *, mines: bool = True) -> str:
    """Return a plain line about a step; a loss that does not mine is not taught by triplets, they are only counted."""
    if report.valid == 0:
        return f"Step {report.step}: no triplet in this batch, nobody is in it twice."
    if not mines:
        return (
            f"Step {report.step}: loss {float(report.loss):.3f}; "
            f"{report.valid - report.active:,} of {report.valid:,} triplets keep the margin."
        )
    if report.active == 0:
        return f"Step {report.step}: none of {report.valid:,} triplets teaches any more."
    return f"Step {report.step}: {report.active:,} of the batch's {report.valid:,} triplets still teach."
