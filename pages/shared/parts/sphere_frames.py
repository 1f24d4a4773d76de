"""The frames of the sphere: where the faces of a run were at every epoch, or at every step."""

from pathlib import Path

import numpy as np
import streamlit as st

from facenet_core.runs.storage import RunFolder
from pages.shared.components.sphere import Film
from pages.shared.runs import readers
from pages.shared.runs.margins import margin_at

EVERYBODY = 3
MOST_FRAMES = 300


def epoch_film(run: RunFolder, *, group: int = EVERYBODY) -> Film | None:
    """Return the stored epochs of a run with two or three numbers a face; None where nothing is stored.

    Raises:
        RunDamaged: A file cannot be read.
    """
    epochs = run.epochs()
    if not epochs:
        return None
    positions = np.stack([readers.epoch(run, number).embeddings for number in epochs])
    margins = [margin_at(run, number) for number in epochs]
    return _film(run, positions, [epoch_word(number) for number in epochs], margins, group)


def step_film(run: RunFolder, *, group: int = EVERYBODY) -> Film | None:
    """Return every stored step, at most ``MOST_FRAMES`` of them, after the untrained network; None without steps."""
    steps, points = _points(str(run.path), _stamp(run))
    if not len(steps) or 0 not in run.epochs():
        return None
    per_epoch = run.record().steps_per_epoch or 1
    shown = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), MOST_FRAMES)).round().astype(int))
    positions = np.concatenate([readers.epoch(run, 0).embeddings[None], points[shown]])
    labels = [epoch_word(0), *(f"step {step}, epoch {(step - 1) // per_epoch + 1}" for step in steps[shown])]
    return _film(run, positions, labels, _margins_of(run, steps[shown]), group)


def epoch_word(epoch: int) -> str:
    """Return what a frame of whole epochs is called."""
    return "untrained" if epoch == 0 else f"epoch {epoch}"


def has_steps(run: RunFolder) -> bool:
    """Return whether the run stored its steps."""
    return _stamp(run)[0] > 0


def _stamp(run: RunFolder) -> tuple[int, int]:
    """Return how many files of steps there are, and when the last of them was written."""
    try:
        files = sorted(entry for entry in (run.path / "points").iterdir() if entry.suffix == ".npz")
        return len(files), files[-1].stat().st_mtime_ns if files else 0
    except OSError:
        return 0, 0


@st.cache_resource(max_entries=8, show_spinner=False)
def _points(path: str, stamp: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    return RunFolder(Path(path)).step_points()


def _margins_of(run: RunFolder, shown: np.ndarray) -> list[float]:
    """Return the margin that the run began with, and that of each of some steps."""
    stored, first = readers.steps(run), run.record().config.margin
    places = np.searchsorted(stored["step"], shown)
    known = [float(stored["margin"][place]) if place < len(stored["step"]) else first for place in places]
    return [known[0] if known else first, *known]


def _film(run: RunFolder, positions: np.ndarray, labels: list[str], margins: list[float], group: int) -> Film | None:
    faces = readers.tracked(run)
    if faces is None or positions.shape[2] > 3 or positions.shape[1] != len(faces):
        return None
    chosen = np.flatnonzero(faces.group == group) if group != EVERYBODY else np.arange(len(faces))
    if not len(chosen):
        return None
    return Film(
        positions=positions[:, chosen],
        labels=labels,
        faces=chosen,
        person=faces.person[chosen],
        group=faces.group[chosen],
        people=len(faces.names),
        margins=margins,
    )
