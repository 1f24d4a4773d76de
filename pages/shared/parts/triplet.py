"""The triplet plane in pieces: whose triplets, the plane itself, the chosen triplet, what to notice."""

import contextlib
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import GROUPS, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Row, chart, gallery
from pages.shared.components.triplet_plane import PlaneView, plane
from pages.shared.figures import triangle as figures_triplets
from pages.shared.lesson.frame import Move
from pages.shared.parts import triplet_plane_data as plane_data
from pages.shared.parts.map_player import epoch_in_view
from pages.shared.parts.triplet_plane_data import MARGINS, PlaneData, Triplet, kind_of
from pages.shared.parts.triplet_words import gap_words, gradient_words
from pages.shared.runs import readers
from pages.shared.runs.margins import margin_at
from pages.shared.runs.session import UNREADABLE
from pages.shared.runs.totals import followed
from pages.shared.words import GROUP_NAMES, GROUP_WORDS

BATCH = "batch"
LABELS = dict(zip(GROUPS, GROUP_NAMES, strict=True)) | {BATCH: "one batch"}
SHORT = dict(zip(GROUPS, ("seen", "held-out", "unseen"), strict=True)) | {BATCH: "one batch"}
PLANE_HEIGHT = 500
FACE = 88
FIRST_MARGIN = 0.2  # where no run says another
RINGS = """<style>
.st-key-triplet_faces .row:nth-child(1) .face { outline: 4px solid #0072B2; }
.st-key-triplet_faces .row:nth-child(2) .face { outline: 4px solid #009E73; }
.st-key-triplet_faces .row:nth-child(3) .face { outline: 4px solid #D55E00; }
</style>"""


def choose_faces(faces: TrackedFaces) -> np.ndarray:
    """Ask whose triplets are shown; return their (N,) numbers."""
    there = [name for code, name in enumerate(GROUPS) if (faces.group == code).any()]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choice = st.segmented_control(
            "Triplets of",
            [*there, BATCH],
            format_func=SHORT.get,
            default=there[0],
            required=True,
            key="triplets_of",
            bind="query-params",
            help="All tracked faces of **seen** people, of **held-out** images or of **unseen** people, or "
            "**one batch** of P people with K images each, as training goes through them.",
        )
        batch = _batch(disabled=choice != BATCH)
    if choice != BATCH:
        return plane_data.rows_of_group(faces, GROUPS.index(choice))
    return plane_data.rows_of_batch(faces, *batch)


def whose(run: RunFolder, faces: TrackedFaces, rows: np.ndarray) -> str:
    """Return whose triplets are shown, and how many pictures they come from."""
    choice = st.session_state["triplets_of"]
    return f"one batch of {len(rows):,} pictures" if choice == BATCH else followed(run, faces, GROUPS.index(choice))


def _batch(*, disabled: bool) -> tuple[int, int, int]:
    """Ask for people, images of each and the number of the draw."""
    wanted = [("People (P)", "shown_people", 2, 50, 6), ("Images of each (K)", "shown_images", 2, 20, 4)]
    wanted.append(("Draw number", "shown_seed", 0, 10_000, 0))
    with st.popover("P × K", disabled=disabled, help="How large the batch is, and which one."):
        people, images, seed = (
            int(st.number_input(label, low, high, first, key=key, bind="query-params"))
            for label, key, low, high, first in wanted
        )
    return people, images, seed


def choose_epoch(run: RunFolder, epochs: list[int]) -> int:
    """Move through the stored epochs; 0 is the untrained network."""
    now = epoch_in_view(epochs)
    if len(epochs) == 1:
        st.caption("Only one epoch is stored so far." if epochs[0] else "Only the untrained network is stored so far.")
        return now
    key = f"plane_epoch_{run.id}"
    if st.session_state.get(key) not in epochs:
        st.session_state[key] = now
    last = epochs[-1]
    epoch = st.select_slider(
        "Epoch", epochs, key=key, format_func=lambda number: "untrained" if number == 0 else f"{number} of {last}"
    )
    st.session_state["epoch_in_view"] = epoch
    st.query_params["epoch"] = str(epoch)
    return epoch


def margin_in_view(run: RunFolder, epoch: int) -> float:
    """Return the margin of the link, or the one last looked at, or the run's own; one of the slider's."""
    for wanted in (st.query_params.get("plane_margin"), st.session_state.get("plane_margin")):
        try:
            margin = float(wanted)
            return float(MARGINS[plane_data.at(margin)]) if np.isfinite(margin) else run_margin(run, epoch)
        except (TypeError, ValueError):
            continue
    return run_margin(run, epoch)


def run_margin(run: RunFolder, epoch: int) -> float:
    """Return the slider's margin nearest to the one that the run was trained with at an epoch."""
    return float(MARGINS[plane_data.at(margin_at(run, epoch))])


def set_margin(value: Any) -> None:
    """Take over the margin that was moved on the plane, into the link too."""
    margin = float(MARGINS[plane_data.at(float(value))])
    st.session_state["plane_margin"] = margin
    st.query_params["plane_margin"] = f"{margin:g}"


def set_epoch(run_id: str, epoch: int) -> None:
    """Show another epoch, as the moves of "Try this" do."""
    st.session_state[f"plane_epoch_{run_id}"] = epoch
    st.session_state["epoch_in_view"] = epoch
    st.query_params["epoch"] = str(epoch)


def triplet_in_view(faces: TrackedFaces, data: PlaneData, margin: float) -> Triplet | None:
    """Return the chosen triplet where its faces are among those shown, else one to begin with."""
    chosen = parse_triplet(st.query_params.get("triplet", ""), faces)
    if chosen is not None and np.isin(chosen, data.rows).all():
        return chosen
    return plane_data.typical(data, margin)


def parse_triplet(text: str, faces: TrackedFaces) -> Triplet | None:
    """Return the triplet that a link names, None where it names none of these faces."""
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isdecimal() and int(part) < len(faces) for part in parts):
        return None
    anchor, positive, negative = (int(part) for part in parts)
    person = faces.person
    good = anchor != positive and person[anchor] == person[positive] != person[negative]
    return (anchor, positive, negative) if good else None


def choose_triplet(data: PlaneData, value: Any) -> None:
    """Take over what was chosen on the plane: a point, or one triplet of half a cell."""
    if isinstance(value, list):
        column, row, above = (int(part) for part in value)
        st.session_state["plane_cell"] = {"cell": (column, row, bool(above)), "number": 0}
        _show(plane_data.in_half_cell(data, column, row, bool(above), 0))
    elif data.single is not None and 0 <= int(value) < len(data.single):
        st.session_state.pop("plane_cell", None)
        found, place = data.single, int(value)
        columns = (found.anchor, found.positive, found.negative)
        _show(tuple(int(data.rows[column[place]]) for column in columns))


def another(data: PlaneData) -> None:
    """Choose another triplet of the same place."""
    chosen = st.session_state.get("plane_cell")
    if chosen:
        chosen["number"] += 1
        _show(plane_data.in_half_cell(data, *chosen["cell"], chosen["number"]))


def choose_kind(data: PlaneData, low: float, high: float) -> None:
    """Choose a triplet whose d_an - d_ap lies in a range, as the moves of "Try this" do."""
    st.session_state.pop("plane_cell", None)
    _show(plane_data.with_gap(data, low, high))


def _show(triplet: Triplet | None) -> None:
    if triplet is not None:
        st.query_params["triplet"] = "-".join(map(str, triplet))


def the_plane(run: RunFolder, data: PlaneData, epoch: int, margin: float, chosen: Triplet | None, whose: str) -> None:
    """Draw the plane with the chosen triplet and its way through the epochs."""
    easy, semi_hard, hard = data.counts.tolist()
    at = plane_data.at(margin)
    found = data.single
    shown = np.stack([data.plane.below, data.plane.above]).astype(np.float64)
    numbers = shown if found is None else np.stack([found.positive_distance, found.negative_distance])
    trail = way(run, chosen) if chosen else ()
    plane(
        PlaneView(
            upper=data.plane.upper,
            numbers=numbers,
            margins=MARGINS.tolist(),
            easy=easy,
            semi_hard=semi_hard,
            hard=hard,
            semi_hard_pull=data.pulls.semi_hard.tolist(),
            hard_pull=data.pulls.hard.tolist(),
            margin=margin,
            own=(own := run_margin(run, epoch)),
            epoch=epoch,
            zoom=1 if data.plane.below[data.plane.cells // 2 :].any() else 2,
            chosen=plane_data.distances_of(run, epoch, chosen)[:2] if chosen else None,
            trail=trail,
            empty="" if data.valid else "No triplet here: it takes two people, one of them with two images.",
        ),
        key="triplet_plane",
        alt=(
            f"The plane of {data.valid:,} triplets of {whose}: distance to the positive against distance to the "
            f"negative. At margin {margin:.2f}, {easy[at]:,} are easy, {semi_hard[at]:,} semi-hard, {hard[at]:,} hard."
            + ("" if margin == own else f" The run was trained with a margin of {own:.2f}.")
        ),
        height=PLANE_HEIGHT,
        on_pick=partial(choose_triplet, data),
        on_margin=set_margin,
    )


def way(run: RunFolder, triplet: Triplet) -> tuple[tuple[float, float], ...]:
    """Return where a triplet lay in every stored epoch that can be read."""
    stamps = tuple((epoch, readers.epoch_stamp(run, epoch)) for epoch in run.epochs())
    return _way(str(run.path), stamps, triplet)


@st.cache_data(max_entries=64, show_spinner=False)
def _way(path: str, stamps: tuple[tuple[int, int], ...], triplet: Triplet) -> tuple[tuple[float, float], ...]:
    run = RunFolder(Path(path))
    places = []
    for epoch, _ in stamps:
        with contextlib.suppress(*UNREADABLE, IndexError):
            places.append(plane_data.distances_of(run, epoch, triplet)[:2])
    return tuple(place for place in places if np.isfinite(place).all())


def the_triplet(run: RunFolder, faces: TrackedFaces, data: PlaneData, epoch: int, margin: float, chosen: Any) -> None:
    """Show three faces, their distances, what the loss says and what the gradient would do."""
    if chosen is None:
        return
    near, far, across = plane_data.distances_of(run, epoch, chosen)
    kind = kind_of(near, far, margin)
    st.html(RINGS)
    rows = [
        Row(faces=(face,), caption=f"{role}: {faces.names[faces.person[face]]}", note=GROUP_WORDS[faces.group[face]])
        for role, face in zip(("Anchor", "Positive", "Negative"), chosen, strict=True)
    ]
    gallery(
        rows,
        readers.sprites(run, "triplet_faces"),
        key="triplet_faces",
        alt="Anchor, positive and negative of the chosen triplet.",
        size=FACE,
    )
    loss = max(0.0, near - far + margin)
    st.markdown(
        f"**{kind.capitalize()}**: {gap_words(near, far, margin)}  \n"
        f"loss = max(0, d(a,p) − d(a,n) + margin) = max(0, {distance_words(near, far)} − "
        f"{distance_words(far, near)} + {margin:.2f}) = **{distance_words(loss)}**"
    )
    chart(
        figures_triplets.triangle(near, far, across, kind != "easy"),
        key="triplet_triangle",
        alt=f"Anchor, positive and negative in the plane they span. {gradient_words(near, far, across, kind)}",
        height=210,
        epoch=epoch,
    )
    st.caption(
        f"{gradient_words(near, far, across, kind)} On the plane, the ring is this triplet and the line its way "
        "through the epochs."
    )
    if st.session_state.get("plane_cell"):
        st.button("Another one from this place", key="another_triplet", on_click=another, args=(data,))


def moves(run: RunFolder, data: PlaneData, epochs: list[int], margin: float) -> list[Move]:
    """Return what to try on the plane."""
    semi_hard, hard = (int(data.counts[kind, plane_data.at(margin)]) for kind in (1, 2))
    return [
        Move("The untrained network", "try_first_epoch", set_epoch, {"run_id": run.id, "epoch": epochs[0]}),
        Move("The last epoch", "try_last_epoch", set_epoch, {"run_id": run.id, "epoch": epochs[-1]}),
        Move("A large margin: 1.00", "try_large_margin", set_margin, {"value": 1.0}),
        Move("A small margin: 0.05", "try_small_margin", set_margin, {"value": 0.05}),
        Move(
            "Show me a semi-hard triplet",
            "try_semi_hard",
            choose_kind,
            {"data": data, "low": plane_data.tie(data), "high": margin},
            disabled=not semi_hard,
        ),
        Move(
            "Show me a hard one",
            "try_hard",
            choose_kind,
            {"data": data, "low": -np.inf, "high": plane_data.tie(data)},
            disabled=not hard,
        ),
    ]
