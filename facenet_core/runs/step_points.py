"""Where the tracked faces lie after every step: for small runs whose space can be looked at as it is."""

from typing import TYPE_CHECKING

import numpy as np

from facenet_core.runs.storage import RunFolder

if TYPE_CHECKING:
    from facenet_core.training import Trainer

MOST_STEPS = 2000
"""Steps that are stored; 500 faces in three numbers take 6 KB a step, so a run stays below 12 MB."""


class StepPoints:
    """Collects the points of the epoch under way and stores them beside its steps.

    They are measured by the network as it stands, which draws no random number and changes no weight, so that a run
    with them equals one without. Steps that a resumed run does again replace what was stored of them.

    Args:
        run: The run; the caller holds its lock.
        steps_done: Steps done before.
        steps_per_epoch: Batches in an epoch.
    """

    def __init__(self, run: RunFolder, steps_done: int, steps_per_epoch: int) -> None:
        self._run = run
        self._per_epoch = steps_per_epoch
        self._epoch = steps_done // steps_per_epoch + 1
        self._rows: dict[int, np.ndarray] = {}
        stored = run.step_points_of(self._epoch)
        if stored is not None:
            steps, points = stored
            self._rows = {int(s): p for s, p in zip(steps, points, strict=True) if s <= steps_done}

    def add(self, trainer: "Trainer", index: np.ndarray) -> None:
        """Measure the faces ``index`` after the step just done."""
        step = trainer.steps_done
        if step > MOST_STEPS:
            return
        epoch = (step - 1) // self._per_epoch + 1
        if epoch != self._epoch:
            self._epoch, self._rows = epoch, {}
        self._rows[step] = trainer.embed(index)

    def write(self) -> None:
        """Store the steps of the epoch under way."""
        if self._rows:
            self._run.write_step_points(self._epoch, np.array(list(self._rows)), np.stack(list(self._rows.values())))
