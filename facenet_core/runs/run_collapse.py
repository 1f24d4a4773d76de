"""Has a run collapsed, and at which epochs? One answer for every page, command and export.

``diagnose_collapse`` reads it from the steps. Faces on one point are still told apart a little by what is left of
their distances, a ten-thousandth of what they should be. A figure of that promises what no threshold keeps, so none is
given for the epochs at which the faces were one point.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.evaluation.triplets.collapse import CollapseReport, diagnose_collapse, settings_now
from facenet_core.runs.records import GROUPS, RunDamaged, RunStatus
from facenet_core.runs.storage import RunFolder

MEANINGLESS = (
    "accuracy",
    "standard_error",
    "threshold",
    "threshold_far",
    "auc",
    "eer",
    "intervals",
)  # of faces on one point


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCollapse:
    """Whether and when a run's faces were one point.

    Attributes:
        report: What the steps say in all.
        ends: The last step of every epoch that has steps.
    """

    report: CollapseReport
    ends: Mapping[int, int]

    @property
    def now(self) -> bool:
        """Whether all faces lie on one point as the run stands."""
        return self.report.verdict == "collapsed" and self.report.kind == "point"

    def at(self, epoch: int) -> bool:
        """Return whether all faces lay on one point when an epoch ended."""
        since, end = self.report.since, self.ends.get(epoch)
        if self.report.kind != "point" or self.report.verdict not in ("collapsed", "recovered"):
            return False
        if since is None or end is None or end < since:
            return False
        return self.report.until is None or end < self.report.until

    @property
    def words(self) -> str:
        """What a reader is told about a run that has collapsed; empty for one that has not."""
        return f"{self.sentence} {self.report.cause} Train again with {self.report.cure_words}." if self.now else ""

    @property
    def sentence(self) -> str:
        """The same without cause and cure."""
        apart = distance_words(self.report.spread)
        return (
            f"Collapsed: since step {self.report.since:,} all faces lie on one point, {apart} apart on average where "
            "a filled sphere has 2. No distance tells people apart, so no accuracy and no threshold is given."
        )


def collapse_of(run: RunFolder) -> RunCollapse:
    """Read from a run's steps whether it has collapsed.

    Raises:
        RunDamaged: The steps cannot be read.
    """
    return collapse_in(run, run.steps())


def collapse_in(run: RunFolder, steps: Mapping[str, np.ndarray]) -> RunCollapse:
    """Return the same for steps that were read already."""
    report = diagnose_collapse(steps, settings_now(run.record().config, run.changes()))
    ends = dict(zip(steps["epoch"].tolist(), steps["step"].tolist(), strict=True))  # the last of each epoch stays
    return RunCollapse(report=report, ends=ends)


def message_of(run: RunFolder, status: RunStatus) -> str:
    """Return the last line about a run; one that has collapsed says so, whatever an earlier version promised of it."""
    if status.state != "finished" or not status.step:
        return status.message
    try:
        words = collapse_of(run).words
    except RunDamaged:  # said where the run is opened
        words = ""
    return f"Finished after epoch {status.epoch}. {words}" if words else status.message


def figures_of(run: RunFolder, collapse: RunCollapse | None = None) -> list[dict[str, Any]]:
    """Return the figures of every stored epoch, without those that mean nothing.

    Args:
        run: The run.
        collapse: What is known of its collapse; read if left out.
    """
    collapse = collapse or collapse_of(run)
    return [
        without_chance(figures, collapse) if collapse.at(int(figures["epoch"])) else figures
        for figures in run.figures()
    ]


def final_figures_of(run: RunFolder, collapse: RunCollapse | None = None) -> dict[str, Any] | None:
    """Return the figures over the whole groups, without those that mean nothing; None where there are none."""
    figures = run.verification()
    if figures is None:
        return None
    collapse = collapse or collapse_of(run)
    return without_chance(figures, collapse) if collapse.at(int(figures.get("epoch", -1))) else figures


def without_chance(figures: Mapping[str, Any], collapse: RunCollapse) -> dict[str, Any]:
    """Return an epoch's figures with nothing in place of those that faces on one point leave to chance."""
    names = (group.replace("-", "_") for group in GROUPS)
    groups = {name: nothing_known(figures[name], collapse) for name in names if figures.get(name)}
    return dict(figures) | groups | {"collapsed": True}


def nothing_known(figures: Mapping[str, Any], collapse: RunCollapse) -> dict[str, Any]:
    """Return the figures of one group or one list of pairs with nothing in place of those that mean nothing."""
    gone: dict[str, Any] = dict.fromkeys(name for name in MEANINGLESS if name in figures)
    gone |= {name: {} for name in ("val_at_far", "val_at_far_behind") if name in figures}
    return dict(figures) | gone | {"note": collapse.sentence}
