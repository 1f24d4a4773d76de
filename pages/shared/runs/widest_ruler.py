"""One scale for all epochs of a run."""

from facenet_core.evaluation.pairs.ruler import ORDINARY, Ruler
from facenet_core.runs.storage import RunFolder
from pages.shared.runs import readers


def widest_ruler(run: RunFolder) -> Ruler:
    """Return what fits all epochs: the ruler of the epoch whose faces lie farthest apart."""
    spreads = [(float(one.get("spread") or 0.0), int(one["epoch"])) for one in readers.figures(run)]
    return readers.ruler(run, max(spreads)[1]) if spreads else ORDINARY
