"""What the user changes in mid-run, so that a run that was killed comes out like one that was not.

A change is stored with the step it first holds for before it is applied. A run that goes on from an
earlier checkpoint meets it again at the same step.
"""

from typing import TYPE_CHECKING, Any

from facenet_core.runs.records import RunRequest
from facenet_core.runs.storage import RunFolder

if TYPE_CHECKING:
    from facenet_core.training import Trainer

_SETTINGS = ("epochs", "margin", "learning_rate", "miner")


class Changes:
    """The stored changes of a run, and those still to be met."""

    def __init__(self, run: RunFolder, trainer: "Trainer") -> None:
        self._run = run
        self._all = run.changes()
        self._to_come = [change for change in self._all if change["step"] > trainer.steps_done]

    def take_up(self, request: RunRequest, steps_done: int) -> None:
        """Store what the request changes; it holds from the next step, or after those still to be met."""
        wanted = request.changes()
        current = self._current()
        new = {name: value for name, value in wanted.items() if value != current[name]}
        if not new:
            return
        step = max([steps_done + 1, *(change["step"] for change in self._all)])
        self._all.append({"step": step, **new})
        self._to_come.append(self._all[-1])
        self._run.write_changes(self._all)

    def apply(self, trainer: "Trainer") -> None:
        """Apply those that hold from the next step on."""
        while self._to_come and self._to_come[0]["step"] <= trainer.steps_done + 1:
            change = self._to_come.pop(0)
            trainer.change(**{name: change[name] for name in _SETTINGS if name in change})

    def _current(self) -> dict[str, Any]:
        config = self._run.record().config
        current: dict[str, Any] = {name: getattr(config, name) for name in _SETTINGS}
        for change in self._all:
            current.update({name: change[name] for name in _SETTINGS if name in change})
        return current
