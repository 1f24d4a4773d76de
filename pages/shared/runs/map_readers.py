"""What is stored of a run's maps besides positions: their names, how far to trust them, other seeds."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from facenet_core.choices import MAPS
from facenet_core.map_config import MAP_METHODS, read_key
from facenet_core.runs.records import RunDamaged
from facenet_core.runs.storage import RunFolder

MEASURES = ("trustworthiness", "continuity", "kept")


@dataclass(frozen=True, slots=True, kw_only=True)
class MapTrust:
    """How far every face of a map can be trusted.

    Attributes:
        epochs: The E epochs, in order.
        values: (3, E, N), a layer for each of ``MEASURES``.
        moves: (E,) median move / spread from the epoch before, NaN for the first.
    """

    epochs: tuple[int, ...]
    values: np.ndarray
    moves: np.ndarray

    @property
    def stability(self) -> float:
        """Mean of the moves; NaN for a single epoch."""
        known = self.moves[np.isfinite(self.moves)]
        return float(known.mean()) if len(known) else float("nan")


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSeeds:
    """The map of one epoch drawn anew with other seeds.

    Attributes:
        positions: (S, N, d) float32, laid over the map.
        jitter: (N,) median distance of a face to its other places / the spread.
    """

    positions: np.ndarray
    jitter: np.ndarray


def drawn_maps(run: RunFolder) -> list[str]:
    """Return the names of the maps that a run has, in the order of the methods; variants after the plain one."""
    found = []
    for name in run.maps():
        try:
            key = read_key(name)
        except ValueError:  # of a later version
            continue
        if run.map_epochs(name):
            found.append((list(MAPS).index(key.method), key.dimensions, key.variant, name))
    return [name for *_, name in sorted(found)]


def offered_maps(run: RunFolder) -> list[str]:
    """Return every map that can be chosen: all methods, and the variants that were drawn."""
    variants = [name for name in drawn_maps(run) if name not in MAP_METHODS]
    return [*MAP_METHODS, *variants]


def map_label(run: RunFolder, name: str) -> str:
    """Return how a map is called: its method, its dimensions, and what was chosen differently."""
    key = read_key(name)
    words = [MAPS[key.method].label, f"{key.dimensions}-D"]
    for option, value in (run.map_settings(name) if key.variant else {}).items():
        words.append(
            {"neighbours": "{} neighbours", "min_dist": "min_dist {}", "metric": "{}", "seed": "seed {}"}.get(
                option, "axes of epoch {}"
            ).format(value)
        )
    return " · ".join(words)


def trust(run: RunFolder, name: str, neighbours: int) -> MapTrust | None:
    """Return how far a map can be trusted; None while that was not measured, or of maps that are gone since."""
    found = _trust(str(run.path), name, neighbours, _time(run.path / "maps" / name / "trust" / f"{neighbours}.npz"))
    if found is None:
        return None
    stamps, measured = found
    epochs = run.map_epochs(name)
    return measured if [run.map_stamp(name, epoch) for epoch in epochs] == list(stamps) else None


@st.cache_resource(max_entries=64, show_spinner=False)
def _trust(path: str, name: str, neighbours: int, stamp: int) -> tuple[tuple[int, ...], MapTrust] | None:
    try:
        arrays = RunFolder(Path(path)).map_arrays(name, f"trust/{neighbours}") if stamp else None
    except RunDamaged:  # it is measured again
        arrays = None
    if arrays is None:
        return None
    values = np.stack([arrays[measure] for measure in MEASURES])
    measured = MapTrust(epochs=tuple(arrays["epochs"].tolist()), values=values, moves=arrays["moves"])
    return tuple(arrays["stamps"].tolist()), measured


def other_seeds(run: RunFolder, name: str, epoch: int) -> OtherSeeds | None:
    """Return a map with other seeds; None while that was not drawn, or of a map that is gone since."""
    found = _seeds(str(run.path), name, epoch, _time(run.path / "maps" / name / "seeds" / f"{epoch:04}.npz"))
    return found[1] if found is not None and found[0] == run.map_stamp(name, epoch) else None


@st.cache_resource(max_entries=16, show_spinner=False)
def _seeds(path: str, name: str, epoch: int, stamp: int) -> tuple[int, OtherSeeds] | None:
    try:
        arrays = RunFolder(Path(path)).map_arrays(name, f"seeds/{epoch:04}") if stamp else None
    except RunDamaged:  # it can be drawn again
        arrays = None
    if arrays is None:
        return None
    return int(arrays["stamp"]), OtherSeeds(positions=arrays["positions"], jitter=arrays["jitter"])


def seconds_each(run: RunFolder, name: str) -> float:
    """Return the mean seconds that a map of one epoch took; NaN where that is not known."""
    epochs = run.map_epochs(name)
    return _seconds(str(run.path), name, tuple(run.map_stamp(name, epoch) for epoch in epochs))


@st.cache_resource(max_entries=64, show_spinner=False)
def _seconds(path: str, name: str, stamps: tuple[int, ...]) -> float:
    run = RunFolder(Path(path))
    took = np.array([run.map(name, epoch).seconds for epoch in run.map_epochs(name)])
    known = took[np.isfinite(took)]
    return float(known.mean()) if len(known) else float("nan")


def _time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
