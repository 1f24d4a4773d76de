"""A run's own threshold, and where it comes from: one answer for every page and command."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from facenet_core.runs.records import HELD_OUT, UNSEEN
from facenet_core.runs.run_collapse import RunCollapse, collapse_of
from facenet_core.runs.storage import RunFolder

CHOSEN_ON = {"unseen": UNSEEN, "held_out": HELD_OUT}  # in this order: thresholds of people trained on are too small
WORDS = {"unseen": "people it never trained on", "held_out": "held-out images of the people it trained on"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunThreshold:
    """The threshold that a run's stored figures name, and the pairs that it was chosen on.

    Attributes:
        value: The largest squared distance that counts as one person.
        group: Whose pairs it is best on: ``unseen`` or ``held_out``.
        epoch: The epoch of the network that measured them.
        whole: Whether all faces of the group were measured, as at the end of a training, or just the tracked ones.
        people: People behind it; None where the run did not store that.
        images: Their pictures; None where the run did not store that.
        pairs: Their pairs.
        far: Share of the different pairs it accepts; None where neither that nor the faces are stored.
        accuracy: Right answers of thresholds chosen in the same way on half of the people and applied to the others;
            None where there are too few.
    """

    value: float
    group: str
    epoch: int
    whole: bool
    pairs: int
    people: int | None = None
    images: int | None = None
    far: float | None = None
    accuracy: float | None = None

    @property
    def code(self) -> int:
        """The group as ``TrackedFaces.group`` numbers it."""
        return CHOSEN_ON[self.group]

    @property
    def origin(self) -> str:
        """Where it comes from, as the end of a sentence: ``best on the 19,900 pairs of 20 people it never ...``."""
        who = WORDS[self.group] if self.people is None else f"{self.people:,} {WORDS[self.group]}"
        accepts = "" if self.far is None else f", of which it accepts {100 * self.far:.1f} % of the different ones"
        return f"best on the {self.pairs:,} pairs of {who}, at epoch {self.epoch}{accepts}"


def run_threshold(
    run: RunFolder, epoch: int | None = None, *, collapse: RunCollapse | None = None
) -> RunThreshold | None:
    """Return the threshold that is best on people the run never saw, else on held-out images; None without any.

    The figures over whole groups, taken when training ended, come before those of the tracked faces. A network that
    puts all faces on one point has none.

    Args:
        run: The run.
        epoch: The epoch whose network it is for; the last one if left out.
        collapse: What is known of the run's collapse; read if left out.

    Raises:
        RunDamaged: The figures cannot be read.
        RunMissing: The epoch is not stored.
    """
    wanted = epoch if epoch is not None else max(run.epochs(), default=None)
    final = run.verification() or {}
    stored = [(final, True)] if epoch is None or final.get("epoch") == epoch else []
    if wanted is not None:
        stored.append((run.epoch(wanted).figures, False))
    collapse = collapse or collapse_of(run)
    for group in CHOSEN_ON:
        for figures, whole in stored:
            found, at = figures.get(group), int(figures.get("epoch", wanted or 0))
            if found and _usable(found.get("threshold")) and not collapse.at(at):
                return _described(run, found, group, at, whole=whole)
    return None


def _usable(threshold: Any) -> bool:
    return isinstance(threshold, int | float) and bool(np.isfinite(threshold))


def _described(run: RunFolder, found: Mapping[str, Any], group: str, epoch: int, *, whole: bool) -> RunThreshold:
    value, far = float(found["threshold"]), found.get("threshold_far")
    return RunThreshold(
        value=value,
        group=group,
        epoch=epoch,
        whole=whole,
        pairs=int(found.get("pairs", 0)),
        people=found.get("people"),
        images=found.get("images"),
        far=_far_of_tracked(run, CHOSEN_ON[group], epoch, value) if far is None else float(far),
        accuracy=found.get("accuracy"),
    )


def _far_of_tracked(run: RunFolder, code: int, epoch: int, threshold: float) -> float | None:
    """Return the share of the tracked faces' different pairs accepted: runs of earlier versions did not store it."""
    from facenet_core.evaluation.pairs.distances import pair_distances  # the first page needs none of it

    faces = run.tracked()
    if faces is None or epoch not in run.epochs():
        return None
    chosen, points = faces.group == code, run.epoch(epoch).embeddings
    if len(points) != len(chosen) or not np.isfinite(points).all() or chosen.sum() < 2:
        return None
    pairs = pair_distances(points[chosen], faces.person[chosen])
    different = pairs.squared_distance[~pairs.same]
    return float(np.mean(different <= threshold)) if len(different) else None
