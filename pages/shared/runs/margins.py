"""A run's margin: at an epoch that is over, and at its next step."""

from facenet_core.runs.storage import RunFolder
from pages.shared.runs import readers


def margin_at(run: RunFolder, epoch: int) -> float:
    """Return the run's margin at an epoch: that of its last step; the untrained network has the one it began with."""
    steps = readers.steps(run)
    known = steps["epoch"] <= epoch
    margin = float(steps["margin"][known][-1]) if known.any() else run.record().config.margin
    return margin if 0 < margin < 4 else run.record().config.margin


def current_margin(run: RunFolder) -> float:
    """Return the margin that the run's next step will use."""
    changed = [change["margin"] for change in run.changes() if change.get("margin") is not None]
    return run.request().margin or (changed[-1] if changed else run.record().config.margin)
