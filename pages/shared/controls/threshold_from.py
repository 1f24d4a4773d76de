"""Whose faces a line's threshold comes from: the run's own, or a saved one; and whether the faces at hand are alike."""

from pathlib import Path

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.thresholds.in_use import ThresholdInUse, likeness, pair_words, threshold_in_use, warnings_of
from facenet_core.runs.thresholds.saved import FOLDER, saved_names
from pages.shared.controls.threshold_line import ThresholdLine
from pages.shared.runs import readers
from pages.shared.runs.session import UNREADABLE
from pages.shared.words import plain

OWN = "this run's own faces"
HELP = (
    "A threshold holds for faces like those it was chosen on. `evaluate RUN --path DIR --save-threshold NAME` in a "
    "terminal chooses one on any folder of people and keeps it with the run."
)


def in_use(run: RunFolder, name: str | None = None, epoch: int | None = None) -> ThresholdInUse | None:
    """Return a saved threshold, or the run's own at an epoch, with the distances behind it; None where it has none.

    Raises:
        ValueError: A file of it cannot be read, or is gone.
    """
    last = max(run.epochs(), default=-1)
    at = last if epoch is None else epoch
    stamps = readers.final_stamp(run), readers.epoch_stamp(run, at), _stamp(run, name)
    return _in_use(str(run.path), name, at, *stamps)


@st.cache_resource(max_entries=32, show_spinner=False)
def _in_use(path: str, name: str | None, epoch: int, *stamps: int) -> ThresholdInUse | None:
    return threshold_in_use(RunFolder(Path(path)), name, epoch=epoch if epoch >= 0 else None)


def _stamp(run: RunFolder, name: str | None) -> int:
    try:
        return 0 if name is None else (run.path / FOLDER / f"{name}.json").stat().st_mtime_ns
    except OSError:
        return 0


def choose_origin(run: RunFolder, key: str, line: ThresholdLine | None = None, own: float | None = None) -> str | None:
    """Offer the thresholds that were saved with a run; return the name of the one chosen, None for the run's own.

    Args:
        run: The run.
        key: Of the choice.
        line: Put where the chosen threshold says.
        own: Where the line goes for the run's own.
    """
    names = saved_names(run)
    if not names:
        return None
    if st.session_state.get(key) not in (OWN, *names):
        st.session_state.pop(key, None)
    chosen = st.selectbox(
        "Threshold from", [OWN, *names], key=key, help=HELP, on_change=_take, args=(run, key, line, own)
    )
    return None if chosen == OWN else str(chosen)


def _take(run: RunFolder, key: str, line: ThresholdLine | None, own: float | None) -> None:
    """Put the line where the chosen threshold says."""
    chosen = st.session_state[key]
    value = own
    if chosen != OWN:
        try:
            found = in_use(run, chosen)
        except UNREADABLE:  # said where its words are shown
            return
        value = None if found is None else found.value
    if line is not None and value is not None:
        line.move(value)


def saved_words(run: RunFolder, name: str, epoch: int) -> str:
    """Return where a saved threshold comes from, in sentences that Markdown shows letter by letter."""
    try:
        found = in_use(run, name)
    except UNREADABLE as error:
        return plain(str(error))
    if found is None:
        return ""
    words = [f"The threshold {distance_words(found.value)} was {found.origin}.", *warnings_of(found)]
    if epoch != max(run.epochs(), default=epoch):
        words.append("It was measured with the last network, not with that of the epoch in view.")
    return plain(" ".join(words))


def warn_if_unlike(
    run: RunFolder, name: str | None, embeddings: np.ndarray, people: np.ndarray | None, epoch: int | None = None
) -> None:
    """Say where the distances of faces at hand do not look like those behind a threshold.

    Args:
        run: The run whose network saw them.
        name: Of a saved threshold; None for the run's own.
        embeddings: (N, D) of the faces at hand.
        people: (N,) who is on each; None where nobody knows.
        epoch: The epoch of the network.
    """
    try:
        found = in_use(run, name, epoch)
    except UNREADABLE:  # said where its words are shown
        return
    if found is None or not np.isfinite(embeddings).all():
        return
    alike = likeness(found, embeddings, people)
    if alike.unlike:
        st.warning(plain(warnings_of(found, alike)[-1]), icon=":material/compare:")


def say_where(run: RunFolder, key: str, squared_distance: float) -> None:
    """Say where the distance of two photos lies among those of the faces behind the threshold that is chosen."""
    chosen = st.session_state.get(key, OWN)
    try:
        found = in_use(run, None if chosen == OWN else chosen)
    except UNREADABLE:  # said where its words are shown
        return
    words = None if found is None else pair_words(found, squared_distance)
    if words is not None:
        st.caption(words)
