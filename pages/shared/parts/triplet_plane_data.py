"""What the triplet plane needs of a run's epoch: which faces, where their triplets lie, how many are of each kind."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from facenet_core.evaluation import (
    Pulls,
    SingleTriplets,
    TripletPlane,
    census_over_margins,
    pulls_over_margins,
    single_triplets,
    spread,
    triplet_plane,
    triplets_near,
)
from facenet_core.runs.records import SEEN, RunDamaged, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.runs import readers
from pages.shared.runs.readers import epoch as read_epoch

MARGINS = np.round(np.arange(1, 31) * 0.05, 2)  # those of the slider, each a whole number of cells
MOST_SINGLE = 3_000  # triplets shown as points; more are shown as a density
KINDS = ("easy", "semi-hard", "hard")

Triplet = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaneData:
    """The triplets of some faces at one epoch.

    Attributes:
        rows: (N,) numbers of the tracked faces.
        embeddings: (N, D) their embeddings.
        people: (N,) their people.
        plane: Where the triplets lie.
        single: The triplets one by one, None where there are too many.
        counts: (3, M) easy, semi-hard and hard triplets at each of ``MARGINS``.
        pulls: What they teach at each of ``MARGINS``.
        spread: Mean squared distance of two faces; None for fewer than two.
    """

    rows: np.ndarray
    embeddings: np.ndarray
    people: np.ndarray
    plane: TripletPlane
    single: SingleTriplets | None
    counts: np.ndarray
    pulls: Pulls
    spread: float | None

    @property
    def valid(self) -> int:
        """All triplets."""
        return int(self.counts[:, 0].sum())


def at(margin: float) -> int:
    """Return which of ``MARGINS`` a margin is nearest to."""
    return int(np.abs(MARGINS - margin).argmin())


def rows_of_group(faces: TrackedFaces, group: int) -> np.ndarray:
    """Return the tracked faces of one group."""
    return np.flatnonzero(faces.group == group)


def rows_of_batch(faces: TrackedFaces, people: int, images: int, seed: int) -> np.ndarray:
    """Draw a batch from the tracked seen faces, or from all where none is seen: P people with up to K images each."""
    among = rows_of_group(faces, SEEN)
    among = among if len(among) else np.arange(len(faces))
    chance = np.random.default_rng(seed)
    persons, counts = np.unique(faces.person[among], return_counts=True)
    able = persons[counts >= 2]
    drawn = chance.choice(able, min(people, len(able)), replace=False)
    parts = [among[faces.person[among] == person] for person in drawn]
    parts = [chance.choice(own, min(images, len(own)), replace=False) for own in parts]
    return np.sort(np.concatenate(parts)) if parts else among[:0]


def plane_data(run: RunFolder, faces: TrackedFaces, epoch: int, rows: np.ndarray) -> PlaneData:
    """Return the triplets of some tracked faces at a stored epoch."""
    time = readers.epoch_stamp(run, epoch)
    people = tuple(faces.person[rows].tolist())
    return _plane_data(str(run.path), epoch, time, tuple(rows.tolist()), people)


@st.cache_resource(max_entries=64, show_spinner=False)
def _plane_data(path: str, epoch: int, stamp: int, rows: tuple[int, ...], people: tuple[int, ...]) -> PlaneData:
    chosen, who = np.array(rows, np.int64), np.array(people, np.int64)
    run = RunFolder(Path(path))
    try:
        embeddings = read_epoch(run, epoch).embeddings[chosen]
        plane = triplet_plane(embeddings, who)
    except (ValueError, IndexError) as error:
        raise RunDamaged(f"Epoch {epoch} of run {run.id} cannot be shown ({error}): choose another epoch.") from error
    few = int(plane.below.sum() + plane.above.sum()) <= MOST_SINGLE
    return PlaneData(
        rows=chosen,
        embeddings=embeddings,
        people=who,
        plane=plane,
        single=single_triplets(embeddings, who) if few else None,
        counts=_counts(embeddings, who),
        pulls=pulls_over_margins(embeddings, who, MARGINS),
        spread=spread(embeddings),
    )


def _counts(embeddings: np.ndarray, people: np.ndarray) -> np.ndarray:
    found = census_over_margins(embeddings, people, MARGINS)
    return np.stack([found.easy, found.semi_hard, np.full(len(MARGINS), found.hard)])


def in_half_cell(data: PlaneData, column: int, row: int, above: bool, number: int) -> Triplet | None:
    """Return one of the triplets of half a cell, as tracked faces; another ``number``, another one of them."""
    width = data.plane.width
    near, far = (_span(cell, data.plane.cells, width) for cell in (column, row))
    steps = row - column - (0 if above else 1)
    gap = [steps * width, (steps + 1) * width]
    gap = [end or tie(data) for end in gap]  # a tie is hard, below the diagonal
    found = triplets_near(data.embeddings, data.people, near, far, (gap[0], gap[1]))
    return pick(data, found, number) if len(found) else None


def _span(cell: int, cells: int, width: float) -> tuple[float, float]:
    """Return the ends of a cell; the last one holds all that lies beyond."""
    return round(cell * width, 12), np.inf if cell == cells - 1 else round((cell + 1) * width, 12)


def tie(data: PlaneData) -> float:
    """Return a distance smaller than any between two different values, and larger than a tie."""
    return 1e-13 * data.plane.upper


def pick(data: PlaneData, found: SingleTriplets, number: int) -> Triplet:
    """Return a triplet of a list as tracked faces; following numbers lie far apart in the list."""
    place = round(number * 0.618 * len(found)) % len(found)
    anchor, positive, negative = (int(data.rows[c[place]]) for c in (found.anchor, found.positive, found.negative))
    return anchor, positive, negative


def with_gap(data: PlaneData, low: float, high: float, number: int = 1) -> Triplet | None:
    """Return a triplet whose d_an - d_ap lies from ``low`` to below ``high``, None where there is none."""
    whole = (0.0, np.inf)
    found = triplets_near(data.embeddings, data.people, whole, whole, (low, high))
    return pick(data, found, number) if len(found) else None


def typical(data: PlaneData, margin: float) -> Triplet | None:
    """Return a triplet to begin with: one in the middle of the band where there is one, else the next best."""
    ranges = [(margin / 4, margin * 3 / 4), (tie(data), margin), (-np.inf, tie(data)), (margin, np.inf)]
    return next((found for low, high in ranges if (found := with_gap(data, low, high)) is not None), None)


def distances_of(run: RunFolder, epoch: int, triplet: Triplet) -> tuple[float, float, float]:
    """Return the squared distances d_ap, d_an and d_pn of three tracked faces."""
    points = read_epoch(run, epoch).embeddings[list(triplet)].astype(np.float64)
    sides = ((0, 1), (0, 2), (1, 2))
    return tuple(float(np.sum((points[first] - points[second]) ** 2)) for first, second in sides)


def kind_of(near: float, far: float, margin: float) -> str:
    """Return the kind of a triplet; ties go as in the census."""
    if far <= near:
        return "hard"
    return "easy" if far >= near + margin else "semi-hard"
