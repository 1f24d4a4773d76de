"""What can be asked of a run in each state, and what would come of it."""

from dataclasses import dataclass, field, replace
from typing import Any

from facenet_core.runs.records import RunRequest, RunStatus

MORE_EPOCHS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RunButton:
    """A button that moves a run.

    Attributes:
        label: What it says.
        key: Its key.
        icon: Streamlit's name of its icon.
        about: What it does now, or why it does nothing.
        wish: What it asks of the run.
        enabled: Whether it does anything.
    """

    label: str
    key: str
    icon: str
    about: str
    wish: dict[str, Any] = field(default_factory=dict)
    enabled: bool = True


def buttons_of(status: RunStatus, wish: RunRequest) -> list[RunButton]:
    """Return the buttons of a run, in their order.

    Args:
        status: Where it stands.
        wish: What is asked of it until now; a waiting run does that when its turn comes.
    """
    buttons = _buttons(status)
    return [_of_waiting(button, wish) for button in buttons] if status.state == "queued" else buttons


def _buttons(status: RunStatus) -> list[RunButton]:
    resting = status.state in ("paused", "stopped", "queued")
    moving = status.state in ("running", "queued")
    unfinished = resting and (status.steps == 0 or status.step < status.steps)
    step, epoch = {"until_step": status.step + 1}, {"until_epoch": status.epoch + 1}
    return [
        RunButton(
            label="Play",
            key="play",
            icon=":material/play_arrow:",
            about="Go on to the last epoch asked for." if unfinished else _why_not(status),
            enabled=unfinished or status.state == "failed",
        ),
        RunButton(
            label="Pause",
            key="pause",
            icon=":material/pause:",
            about="Rest after this step.",
            wish={"pause": True},
            enabled=moving,
        ),
        RunButton(
            label="Step",
            key="step",
            icon=":material/skip_next:",
            about="Train one batch." if unfinished else _why_not(status),
            wish=step,
            enabled=unfinished,
        ),
        RunButton(
            label="Epoch",
            key="epoch",
            icon=":material/fast_forward:",
            about="Train one epoch." if unfinished else _why_not(status),
            wish=epoch,
            enabled=unfinished,
        ),
        RunButton(
            label="Stop",
            key="stop",
            icon=":material/stop:",
            about="End this run here.",
            wish={"stop": True},
            enabled=moving or status.state == "paused",
        ),
    ]


def _why_not(status: RunStatus) -> str:
    if status.state == "running":
        return "It trains already: pause it first."
    if status.state == "failed":
        return "Play tries again from the last checkpoint."
    return "It is at its end: make it longer first."


_WAITING = {
    "play": "When its turn comes: train to the last epoch asked for.",
    "pause": "Leave the queue; Play lines it up again, at the end.",
    "step": "When its turn comes: train one batch, then rest.",
    "epoch": "When its turn comes: train one epoch, then rest.",
    "stop": "Leave the queue and end this run here.",
}


def _of_waiting(button: RunButton, wish: RunRequest) -> RunButton:
    """Return a button of a run that waits: it changes what the run does when its turn comes, and keeps its place."""
    about = _WAITING[button.key]
    goals = {"until_step": wish.until_step, "until_epoch": wish.until_epoch}
    asked = {name: goal for name, goal in goals.items() if goal is not None}
    if button.wish == asked:
        return replace(button, about=f"That is what it waits for already. {about}", enabled=False)
    return replace(button, about=about)
