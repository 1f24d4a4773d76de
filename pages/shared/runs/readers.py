"""Stored state, read once per change: every cache is keyed on the run, the epoch and the file's time."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation import PairDistances, distance_histograms, pair_distances
from facenet_core.evaluation.pairs.ruler import Ruler, ruler_for_faces
from facenet_core.runs.records import EpochRecord, RunDamaged, TrackedFaces
from facenet_core.runs.run_collapse import RunCollapse, collapse_of, without_chance
from facenet_core.runs.storage import STEP_COLUMNS, RunFolder
from pages.shared.components.chart import Frames, Sprites, send_frames, send_sprites
from pages.shared.components.face_map import Cast, MapFilm, Near, cast_json, send_cast, send_film, send_near
from pages.shared.figures.contact_sheet import COLUMNS, TALLEST, quick_atlas
from pages.shared.figures.distances import BINS, LARGEST
from pages.shared.words import GROUP_WORDS

MOST_PAIRED = 2_000  # faces of a group whose pairs are listed: two million pairs; runs follow at most 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFrames:
    """Every stored map of one method.

    Attributes:
        epochs: The F epochs, in order.
        positions: (F, T, 2 or 3) float32.
        trustworthiness: (F,) in 0..1, NaN where it has no meaning.
        notes: What is different about each, None where nothing is.
    """

    epochs: tuple[int, ...]
    positions: np.ndarray
    trustworthiness: np.ndarray
    notes: tuple[str | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPairs:
    """All pairs of one group at one epoch, with what is asked of them at every move of the threshold.

    Attributes:
        pairs: The pairs; ``first`` and ``second`` are numbers of tracked faces.
        same: Sorted squared distances of the same-person pairs.
        different: Sorted squared distances of the different-person pairs.
        bars: The two histograms.
        ruler: What a threshold moves along at this epoch, in whatever group; the histograms end where it does.
    """

    pairs: PairDistances
    same: np.ndarray
    different: np.ndarray
    bars: tuple[np.ndarray, np.ndarray]
    ruler: Ruler


def steps(run: RunFolder) -> dict[str, np.ndarray]:
    """Return the columns of all steps, empty before the first."""
    found = _steps(str(run.path), _newest(run.path / "steps"))
    return found if "step" in found else no_steps()


def no_steps() -> dict[str, np.ndarray]:
    """Return the columns of a run without steps."""
    return {name: np.empty(0) for name in STEP_COLUMNS}


@st.cache_resource(max_entries=32, show_spinner=False)
def _steps(path: str, stamp: tuple[int, int]) -> dict[str, np.ndarray]:
    return RunFolder(Path(path)).steps()


def collapse(run: RunFolder) -> RunCollapse:
    """Return whether and when the run's faces were one point."""
    return _collapse(str(run.path), _newest(run.path / "steps"), _time(run.path / "changes.json"))


@st.cache_resource(max_entries=64, show_spinner=False)
def _collapse(path: str, *stamps: object) -> RunCollapse:
    return collapse_of(RunFolder(Path(path)))


def figures(run: RunFolder) -> list[dict[str, Any]]:
    """Return the figures of every stored epoch, without those that faces on one point leave to chance."""
    found, fallen = _all_figures(str(run.path), _newest(run.path / "epochs")), collapse(run)
    return [without_chance(one, fallen) if fallen.at(int(one["epoch"])) else one for one in found]


@st.cache_resource(max_entries=32, show_spinner=False)
def _all_figures(path: str, stamp: tuple[int, int]) -> list[dict[str, Any]]:
    return RunFolder(Path(path)).figures()


def final_stamp(run: RunFolder) -> int:
    """Return when the final figures were written, for caches over them; 0 where there are none."""
    return _time(run.path / "verification.json")


def tracked(run: RunFolder) -> TrackedFaces | None:
    """Return the faces that the run follows; None before it first moved."""
    time = _time(run.path / "faces.npz")
    return _tracked(str(run.path), time) if time else None


@st.cache_resource(max_entries=32, show_spinner=False)
def _tracked(path: str, stamp: int) -> TrackedFaces | None:
    return RunFolder(Path(path)).tracked()


def thumbnails(run: RunFolder) -> np.ndarray | None:
    """Return (T, 48, 48, 3) uint8, the tracked faces."""
    time = _time(run.path / "thumbnails.npz")
    return _thumbnails(str(run.path), time) if time else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _thumbnails(path: str, stamp: int) -> np.ndarray | None:
    return RunFolder(Path(path)).thumbnails()


def sprites(run: RunFolder, key: str) -> Sprites | None:
    """Send the tracked faces and their captions for hovering; None before there are any, or where they are too many."""
    time = _time(run.path / "thumbnails.npz")
    faces = tracked(run)
    if not time or faces is None:
        return None
    atlas, side = _atlas(str(run.path), time)
    if not atlas:
        return None
    return send_sprites(atlas, captions(faces), columns=COLUMNS, size=side, key=key)


@st.cache_resource(max_entries=8, show_spinner=False)
def _atlas(path: str, stamp: int) -> tuple[bytes, int]:
    pictures = RunFolder(Path(path)).thumbnails()
    if pictures is None or -(-len(pictures) // COLUMNS) * pictures.shape[1] > TALLEST:
        return b"", 1  # no pictures, or more than one image can hold: dots stand for the faces
    return quick_atlas(pictures), pictures.shape[1]


def captions(faces: TrackedFaces) -> list[str]:
    """Return name and group of each tracked face."""
    return [f"{faces.names[p]}\n{GROUP_WORDS[g]}" for p, g in zip(faces.person, faces.group, strict=True)]


def epoch(run: RunFolder, number: int) -> EpochRecord:
    """Return a stored epoch, its figures as ``figures`` has them; raises RunMissing where it is not stored."""
    found = _epoch(str(run.path), number, _time(run.path / "epochs" / f"{number:04}.npz"))
    fallen = collapse(run)
    return replace(found, figures=without_chance(found.figures, fallen)) if fallen.at(number) else found


@st.cache_resource(max_entries=32, show_spinner=False)
def _epoch(path: str, number: int, stamp: int) -> EpochRecord:
    return RunFolder(Path(path)).epoch(number)


def epoch_stamp(run: RunFolder, number: int) -> int:
    """Return when an epoch was written, for caches over it; 0 where it is not stored."""
    return _time(run.path / "epochs" / f"{number:04}.npz")


def faces_stamp(run: RunFolder) -> int:
    """Return when the tracked faces were written, for caches over them; 0 before the run first moved."""
    return _time(run.path / "faces.npz")


def group_pairs(run: RunFolder, number: int, group: int) -> GroupPairs | None:
    """Return all pairs of one group at one epoch; None when the group has not two faces."""
    time = _time(run.path / "epochs" / f"{number:04}.npz")
    return _group_pairs(str(run.path), number, group, time)


@st.cache_resource(max_entries=64, show_spinner=False)
def _group_pairs(path: str, number: int, group: int, stamp: int) -> GroupPairs | None:
    pairs = _pairs(RunFolder(Path(path)), number, group)
    if pairs is None:
        return None
    along = ruler(RunFolder(Path(path)), number)
    return GroupPairs(
        pairs=pairs,
        same=np.sort(pairs.squared_distance[pairs.same]),
        different=np.sort(pairs.squared_distance[~pairs.same]),
        bars=histogram_bars(pairs, along.highest),
        ruler=along,
    )


def group_bars(
    run: RunFolder, number: int, group: int, largest: float = LARGEST
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return both histograms of a group at one epoch, where many epochs are wanted and nothing else of them."""
    return _group_bars(str(run.path), number, group, largest, epoch_stamp(run, number))


@st.cache_resource(max_entries=1_000, show_spinner=False)
def _group_bars(path: str, number: int, group: int, largest: float, stamp: int) -> tuple[np.ndarray, np.ndarray] | None:
    pairs = _pairs(RunFolder(Path(path)), number, group)
    return None if pairs is None else histogram_bars(pairs, largest)


def _pairs(run: RunFolder, number: int, group: int) -> PairDistances | None:
    faces = tracked(run)
    chosen = np.flatnonzero(faces.group == group)[:MOST_PAIRED] if faces is not None else np.empty(0, int)
    if faces is None or len(chosen) < 2:
        return None
    embeddings = epoch(run, number).embeddings
    if len(embeddings) != len(faces):
        raise RunDamaged(f"Epoch {number} of run {run.id} does not fit its faces: delete the run or start it anew.")
    chosen = chosen[np.isfinite(embeddings[chosen]).all(axis=1)]  # a network that failed leaves numbers that are none
    found = pair_distances(embeddings[chosen], faces.person[chosen])
    return PairDistances(
        first=chosen[found.first], second=chosen[found.second], squared_distance=found.squared_distance, same=found.same
    )


def ruler(run: RunFolder, number: int) -> Ruler:
    """Return what a threshold moves along at an epoch: it fits the distances of all faces that are followed."""
    return _ruler(str(run.path), number, epoch_stamp(run, number))


@st.cache_resource(max_entries=64, show_spinner=False)
def _ruler(path: str, number: int, stamp: int) -> Ruler:
    return ruler_for_faces(epoch(RunFolder(Path(path)), number).embeddings)


def histogram_bars(pairs: PairDistances, largest: float = LARGEST) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of same and of different pairs in each bin; what lies beyond ``largest`` is in the last."""
    found = distance_histograms(pairs.squared_distance, pairs.same, bins=BINS, upper=largest)
    width = largest / BINS
    return found.same * width, found.different * width


def maps(run: RunFolder, method: str) -> MapFrames | None:
    """Return every stored map of a method; None while there is none."""
    newest = map_stamp(run, method)
    return _maps(str(run.path), method, newest) if newest[0] else None


def map_stamp(run: RunFolder, method: str) -> tuple[int, int]:
    """Return how many maps of a method are stored, and when the last was written, for caches over them."""
    return _newest(run.path / "maps" / method)


@st.cache_resource(max_entries=16, show_spinner=False)
def _maps(path: str, method: str, stamp: tuple[int, int]) -> MapFrames:
    run = RunFolder(Path(path))
    records = [run.map(method, number) for number in run.map_epochs(method)]
    return MapFrames(
        epochs=tuple(record.epoch for record in records),
        positions=np.stack([record.positions for record in records]).astype(np.float32),
        trustworthiness=np.array([record.trustworthiness for record in records]),
        notes=tuple(record.note for record in records),
    )


def frames(found: MapFrames, key: str) -> Frames:
    """Send the positions of all epochs to the player."""
    return send_frames(found.positions, list(found.epochs), key=key)


def film(found: MapFrames, key: str) -> MapFilm:
    """Send the positions of all epochs to the map of faces."""
    return send_film(found.positions, found.epochs, key=key)


def cast(run: RunFolder, key: str) -> Cast:
    """Send who is on the map of faces, with their pictures where the run has them."""
    return send_cast(_people(str(run.path), _time(run.path / "faces.npz")), sprites(run, key), key=key)


@st.cache_resource(max_entries=8, show_spinner=False)
def _people(path: str, stamp: int) -> bytes:
    return cast_json(_tracked(path, stamp))


def near(run: RunFolder, number: int | None, key: str) -> Near | None:
    """Send the embeddings of an epoch that the map asked for; None where it asked for none, or the run has it not."""
    if number is None or not _time(run.path / "epochs" / f"{number:04}.npz"):
        return None
    return send_near(epoch(run, number).embeddings, number, key=key)


def _time(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def _newest(folder: Path) -> tuple[int, int]:
    """Return how many files a folder holds, and when the last of them was written."""
    try:
        files = sorted(entry for entry in folder.iterdir() if entry.suffix == ".npz")
    except OSError:
        return 0, 0
    return len(files), _time(files[-1]) if files else 0
