"""A threshold on a page: where its line opens and whence that number comes, what it moves along, and who moved it.

The line opens at the run's own threshold. Once it was moved it stays where it was put, for that run: another run opens
at its own, and coming back finds the line where it was left. A threshold in the link comes before both.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation import best_threshold
from facenet_core.evaluation.pairs.ruler import ORDINARY, Ruler, distance_words
from facenet_core.runs.records import SEEN
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.thresholds.own import RunThreshold, run_threshold
from pages.shared.components.chart import DragLine, Shows, Slider
from pages.shared.runs import readers


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Where a line opens.

    Attributes:
        value: The squared distance.
        words: Where that comes from, a sentence.
        own: The run's own threshold, with what stands behind it; None where it has none.
    """

    value: float
    words: str
    own: RunThreshold | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThresholdLine:
    """One threshold: a slider, and the lines to drag that go with it.

    Attributes:
        key: The slider's key, which is also its name in the link.
        channel: Where figures hear of its moves.
        label: What it says above the slider.
    """

    key: str
    channel: str
    label: str

    @property
    def sliders(self) -> tuple[Slider, ...]:
        """The slider as figures know it."""
        return (Slider(key=self.key),)

    def slider(self, run: RunFolder, ruler: Ruler, opens_at: float) -> float:
        """Show the slider, for the keyboard, and return where it stands.

        Args:
            run: The run in view.
            ruler: What it moves along.
            opens_at: Where it stands before anybody moved it.
        """
        state = st.session_state
        before, now = state.get(self._place), (run.id, ruler)
        if before is None:
            self._take_from_link(run, ruler)
        state[self._place] = now
        start = ruler.nearest(opens_at)
        wanted = self._moved.get(run.id, start)
        if not ruler.holds(wanted):  # of an epoch with other distances
            wanted = start
        if state.get(self.key, start) != wanted:
            state[self.key] = wanted
        value = float(
            st.slider(
                self.label,
                0.0,
                ruler.highest,
                start,
                ruler.step,
                f"%.{ruler.digits}f",
                key=self.key,
                bind="query-params",
                on_change=self._keep,
            )
        )
        if value == wanted:
            return value
        if before is not None and before != now:
            st.rerun()  # another slider begins at what the link said when the page was opened: a second run mends it
        self._moved[run.id] = value  # from the link, or from the browser's history
        return value

    def move(self, value: Any) -> None:
        """Put the line somewhere: to where it was dragged, or where a button says."""
        run_id, ruler = st.session_state.get(self._place, (st.session_state.get("run_in_view"), None))
        place = float(value) if ruler is None else ruler.nearest(float(value))
        if run_id is not None:
            self._moved[run_id] = place
        if ruler is not None:
            st.session_state[self.key] = place

    def shows(self, threshold: float, *blocks: str) -> Shows:
        """Return that words and numbers in some containers are of this threshold."""
        words = f"threshold {self.ruler.said(threshold)}"
        return Shows(channel=self.channel, at=threshold, words=words, blocks=blocks)

    def drag(self, threshold: float, *, highest: float | None = None, label: str = "threshold") -> DragLine:
        """Return the line to drag on a figure.

        Args:
            threshold: Where it stands.
            highest: Where the figure's axis ends, unless that is where the slider does.
            label: What it is called.
        """
        ruler = self.ruler
        end = ruler.highest if highest is None else highest
        return DragLine(x=min(threshold, end), label=label, low=0.0, high=end, step=ruler.step, channel=self.channel)

    @property
    def ruler(self) -> Ruler:
        """What the slider moved along when it was last shown."""
        place = st.session_state.get(self._place)
        return ORDINARY if place is None else place[1]

    def _keep(self) -> None:
        self._moved[st.session_state[self._place][0]] = float(st.session_state[self.key])

    def _take_from_link(self, run: RunFolder, ruler: Ruler) -> None:
        try:
            value = float(st.query_params.get(self.key, "nan"))
        except ValueError:  # no number: the slider takes it out of the link
            return
        if math.isfinite(value) and value >= 0:
            self._moved[run.id] = min(value, ruler.highest)  # beyond all distances is at their end

    @property
    def _place(self) -> str:
        return f"{self.key}_along"

    @property
    def _moved(self) -> dict[str, float]:
        """Where the line was put, by run."""
        moved: dict[str, float] = st.session_state.setdefault(f"{self.key}_moved", {})
        return moved


def own_threshold(run: RunFolder, epoch: int | None = None) -> RunThreshold | None:
    """Return a run's own threshold, that of its last epoch if none is named; None where it has none."""
    wanted = epoch if epoch is not None else max(run.epochs(), default=-1)
    return _own(str(run.path), wanted, readers.final_stamp(run), readers.epoch_stamp(run, wanted))


@st.cache_resource(max_entries=64, show_spinner=False)
def _own(path: str, epoch: int, *stamps: int) -> RunThreshold | None:
    run = RunFolder(Path(path))
    return run_threshold(run, epoch if epoch >= 0 else None, collapse=readers.collapse(run))


def opening(run: RunFolder, epoch: int) -> Opening:
    """Return where a line opens at an epoch: at the run's own threshold there, if it has one.

    Raises:
        RunDamaged: What the run stored cannot be read.
    """
    own = own_threshold(run, epoch)
    if own is not None:
        words = f"This run's own threshold is {distance_words(own.value)}: {own.origin}."
        return Opening(value=own.value, words=words, own=own)
    seen = readers.group_pairs(run, epoch, SEEN)
    best = None if seen is None else best_threshold(seen.pairs.squared_distance, seen.pairs.same)[0]
    if best is not None:
        words = (
            f"This run has set nobody aside to choose a threshold on. {distance_words(best)} is best on the "
            f"{len(seen.pairs):,} pairs of the people it trained on, which flatters."
        )
        return Opening(value=best, words=words)
    middle = (
        float(np.median(seen.pairs.squared_distance)) if seen is not None else readers.ruler(run, epoch).highest / 2
    )
    return Opening(
        value=middle,
        words=(
            "This run has no threshold of its own: that takes same and different pairs of people it did not train on. "
            "The line opens in the middle of the distances."
        ),
    )
