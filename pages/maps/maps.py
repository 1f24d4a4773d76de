"""Maps side by side: drawn on request, coloured by how far to trust them, measured with a ruler."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.choices import MAPS
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.map_config import METRICS, MapSettings, chosen, read_key
from facenet_core.runs.jobs import maps as map_jobs
from facenet_core.runs.maps import map_outdated
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.maps.figures import trusted_map
from pages.shared.components.chart import Row, chart, gallery
from pages.shared.figures.colours import person_colours
from pages.shared.parts.run_progress import map_legend
from pages.shared.runs import map_readers, readers
from pages.shared.runs.map_readers import map_label
from pages.shared.runs.session import MOVING, engine, tell
from pages.shared.words import GROUP_WORDS, plain

SIDES = {"a": "Left map", "b": "Right map"}
STARTING = {"a": "umap-2d", "b": "tsne-refit-2d"}
COLOURINGS = {
    "person": "Person",
    "trustworthiness": "Trustworthiness",
    "continuity": "Continuity",
    "kept": "Neighbours kept",
    "jitter": "Jitter",
}
COLOURING_HELP = (
    "**Trustworthiness**: are a face's neighbours on the map its neighbours in truth? **Continuity**: are its true "
    "neighbours its neighbours on the map? **Neighbours kept**: which share of them is the same. **Jitter**: how far "
    "it lies elsewhere when the map is drawn with other seeds, beside the map's spread. Dark is bad."
)
NEIGHBOURS = (5, 10, 15, 30)
MAP_HEIGHT = 460
NOT_TO_READ = {
    "umap": (
        "the distance between two far clusters, their size and their density mean nothing; only who is near whom does",
    ),
    "tsne": (
        "every cluster gets about the same density: a wide cluster is not a varied person, "
        "and the gap between two clusters is no measure",
    ),
    "pca": ("what lies together may be far apart along the directions that are not drawn",),
}


# Drawing


def take_up_finished(run: RunFolder) -> None:
    """Show the map that a finished job has drawn; called before the widgets are."""
    for side in SIDES:
        job_id = st.session_state.get(_job_key(run, side))
        job = tell(engine().job, job_id) if job_id else None
        if job is not None and job.state == "finished":
            del st.session_state[_job_key(run, side)]
            if job.result and "map" in job.result and "epoch" not in job.result:
                st.session_state[f"map_{side}"] = job.result["map"]


def choose_map(run: RunFolder, side: str) -> str:
    """Choose the map of one side, its settings behind a button beside it."""
    offered = map_readers.offered_maps(run)
    left, right = st.columns([2.4, 1], vertical_alignment="bottom")
    with left:
        name = st.selectbox(
            SIDES[side],
            offered,
            index=offered.index(STARTING[side]),
            format_func=lambda one: map_label(run, one),
            key=f"map_{side}",
            bind="query-params",
            help="  \n".join(f"**{choice.label}**: {choice.about}" for choice in MAPS.values()),
        )
    with right, st.popover("Settings", icon=":material/tune:", key=f"map_settings_{side}", width="stretch"):
        _settings(run, side, name)
    return str(name)


def _settings(run: RunFolder, side: str, name: str) -> None:
    key = read_key(name)
    options = MAPS[key.method].options or {}
    now = chosen(key.method, MapSettings.from_json(run.map_settings(name)))
    values: dict[str, Any] = {}
    at = f"{side}_{name}"
    if "neighbours" in options:
        values["neighbours"] = int(
            st.number_input("Neighbours", 2, 200, now["neighbours"], key=f"nb_{at}", help=options["neighbours"])
        )
    if "min_dist" in options:
        now_at, about = float(now["min_dist"]), options["min_dist"]
        label = "Least distance (min_dist)"
        values["min_dist"] = float(st.slider(label, 0.0, 0.99, now_at, 0.01, key=f"md_{at}", help=about))
    if "metric" in options:
        about = "  \n".join(f"**{metric}**: {words}" for metric, words in METRICS.items())
        metrics = list(METRICS)
        values["metric"] = st.selectbox("Metric", metrics, metrics.index(now["metric"]), key=f"mt_{at}", help=about)
    if "seed" in options:
        seed = run.record().config.seed if now["seed"] is None else now["seed"]
        values["seed"] = int(st.number_input("Seed", 0, 2**32 - 1, seed, key=f"sd_{at}", help=options["seed"]))
    if "basis_epoch" in options:
        values["basis_epoch"] = _basis(run, now["basis_epoch"], at)
    label = "Draw this map" if not run.map_epochs(name) else "Draw a map with these settings"
    st.button(label, key=f"draw_{side}", type="primary", on_click=draw, args=(run, side, key, values))
    st.caption("A map of other settings is kept beside this one.")


def _basis(run: RunFolder, now: int | None, at: str) -> int | None:
    epochs = run.epochs()
    options = [None, *epochs]
    return st.selectbox(
        "Axes of",
        options,
        options.index(now) if now in options else 0,
        format_func=lambda epoch: "the last epoch" if epoch is None else f"epoch {epoch}",
        key=f"bs_{at}",
    )


def draw(run: RunFolder, side: str, key: Any, values: dict[str, Any]) -> None:
    """Have a worker draw a map, and follow it on one side."""
    try:
        settings = MapSettings(**values).to_json()
    except ValueError as error:
        st.session_state["problem"] = str(error)
        return
    arguments = (str(run.path), key.method, key.dimensions, settings, neighbours_now())
    job_id = tell(engine().start_job, "map", map_jobs.draw_chosen_map, *arguments)
    if job_id:
        st.session_state[_job_key(run, side)] = job_id


def neighbours_now() -> int:
    """Return how many neighbours are compared."""
    return int(st.session_state.get("trust_neighbours", map_jobs.TRUST_NEIGHBOURS))


def follow_job(run: RunFolder, side: str) -> None:
    """Show how far the job of one side is; cancel it on request."""
    job_id = st.session_state.get(_job_key(run, side))
    if job_id is None:
        return
    job = tell(engine().job, job_id)
    state = job.state if job else "gone"
    st.fragment(_progress, run_every=0.5 if state in ("queued", "running") else None)(side, job_id, state)


def _progress(side: str, job_id: str, shown: str) -> None:
    job = tell(engine().job, job_id)
    state = job.state if job else "gone"
    if state != shown:
        st.rerun()
    if job is None:
        st.warning("This job is not known any more: start it again.", icon=":material/search_off:")
    elif state == "queued":
        st.progress(0.0, text=engine().state().warming or "Waiting for a free worker")
    elif state == "running":
        words = f"{job.done:,} of {job.total:,} {job.what}" if job.total else (job.message or "Begun")
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=plain(words))
        st.button("Cancel", key=f"cancel_{side}", on_click=tell, args=(engine().cancel_job, job_id))
    elif state == "failed":
        st.error(plain(job.message), icon=":material/error:")


def _job_key(run: RunFolder, side: str) -> str:
    return f"map job {run.id} {side}"


# Showing


def show_map(run: RunFolder, faces: TrackedFaces, side: str, name: str, epoch: int, colouring: str) -> None:
    """Show the map of one side at the epoch in view, or how to get it."""
    found = readers.maps(run, name) if run.map_epochs(name) else None
    busy = st.session_state.get(_job_key(run, side)) is not None
    settings = run.map_settings(name)
    if found is None:
        st.info(f"This run has no such map yet. {MAPS[read_key(name).method].about}", icon=":material/map:")
        _draw_button(run, side, name, settings, "Draw this map", busy)
        return
    if map_outdated(run, name):
        st.caption(f"Drawn for {len(found.epochs)} of {len(run.epochs())} epochs.")
        _draw_button(run, side, name, settings, "Draw it for all epochs", busy or run.status().state in MOVING)
    at = found.epochs.index(epoch) if epoch in found.epochs else len(found.epochs) - 1
    if epoch not in found.epochs:
        st.caption(f"It has no epoch {epoch} yet: this is epoch {found.epochs[at]}.")
    seeds = map_readers.other_seeds(run, name, found.epochs[at])
    values = _values(run, name, found.epochs[at], colouring, seeds)
    palette = person_colours(len(faces.names))
    figure = trusted_map(
        found.positions[at],
        faces.group,
        colours=[palette[p] for p in faces.person] if values is None else None,
        values=values,
        measure=colouring,
        pair=pair(faces),
        ghosts=seeds.positions if seeds is not None and st.session_state.get("ghosts") else None,
    )
    chart(
        figure,
        key=f"map_chart_{side}",
        alt=_alt(run, name, found.epochs[at], colouring, values),
        height=MAP_HEIGHT,
        epoch=found.epochs[at],
        sprites=readers.sprites(run, f"map_chart_{side}"),
        on_click=point_at,
    )
    if found.notes[at]:
        st.caption(plain(found.notes[at]))
    st.caption(summary(run, name, found.epochs[at]))
    _seeds_button(run, side, name, found.epochs[at], seeds, busy)


def _draw_button(run: RunFolder, side: str, name: str, settings: dict[str, Any], label: str, disabled: bool) -> None:
    arguments = (run, side, read_key(name), settings)
    st.button(label, key=f"draw_now_{side}", type="primary", disabled=disabled, on_click=draw, args=arguments)


def _values(
    run: RunFolder, name: str, epoch: int, colouring: str, seeds: map_readers.OtherSeeds | None
) -> np.ndarray | None:
    """Return what the faces are coloured by; None where that is the person, or not measured yet."""
    if colouring == "jitter":
        return None if seeds is None else seeds.jitter
    measured = map_readers.trust(run, name, neighbours_now())
    if colouring == "person" or measured is None or epoch not in measured.epochs:
        return None
    return np.asarray(measured.values[map_readers.MEASURES.index(colouring), measured.epochs.index(epoch)])


def _alt(run: RunFolder, name: str, epoch: int, colouring: str, values: np.ndarray | None) -> str:
    shown = "coloured by person"
    if values is not None and len(values):
        shown = f"coloured by {COLOURINGS[colouring].lower()}, {np.nanmin(values):.2f} to {np.nanmax(values):.2f}"
    return f"{map_label(run, name)}, epoch {epoch}, a point for every face, {shown}."


def summary(run: RunFolder, name: str, epoch: int) -> str:
    """Say in one line how far the map of an epoch may be trusted."""
    measured = map_readers.trust(run, name, neighbours_now())
    if measured is None or epoch not in measured.epochs:
        return "How far to trust this map is being measured."
    trusted, continuous, kept = measured.values[:, measured.epochs.index(epoch)].mean(axis=1)
    return (
        f"Epoch {epoch}, {neighbours_now()} neighbours of each face: trustworthiness {trusted:.2f}, "
        f"continuity {continuous:.2f}, {kept:.0%} of the neighbours kept."
    )


def _seeds_button(
    run: RunFolder, side: str, name: str, epoch: int, seeds: map_readers.OtherSeeds | None, busy: bool
) -> None:
    if read_key(name).method == "pca":
        st.caption("Principal components have no seed: this map always comes out the same.")
    elif seeds is not None:
        middle = f"{np.median(seeds.jitter):.2f}" if len(seeds.jitter) else "0"
        st.caption(
            f"Drawn anew from random starts with {len(seeds.positions)} other seeds, the middle face lies {middle} "
            "spreads away from here."
        )
    else:
        st.button(
            "Draw this epoch with other seeds",
            key=f"seeds_{side}",
            icon=":material/casino:",
            disabled=busy,
            on_click=_draw_seeds,
            args=(run, side, name, epoch),
        )


def _draw_seeds(run: RunFolder, side: str, name: str, epoch: int) -> None:
    job_id = tell(engine().start_job, "seeds", map_jobs.draw_other_seeds, str(run.path), name, epoch)
    if job_id:
        st.session_state[_job_key(run, side)] = job_id


def legend(faces: TrackedFaces, colouring: str) -> str:
    """Say what colours and forms mean."""
    words = map_legend(faces.group)
    if colouring == "person":
        return words + " Click two faces to measure."
    return words.replace("Colour is the person.", "Dark faces are not to be trusted where they lie.") + (
        " Click two faces to measure."
    )


# Measuring


def point_at(face: Any) -> None:
    """Lay one end of the ruler at a clicked face; the end before the last is let go."""
    before = [one for one in st.session_state.get("ruler", ()) if one != int(face)]
    st.session_state["ruler"] = (*before[-1:], int(face))


def pair(faces: TrackedFaces) -> tuple[int, ...]:
    """Return the faces that the ruler lies at: none, one or two."""
    return tuple(face for face in st.session_state.get("ruler", ()) if 0 <= face < len(faces))


def ruler(run: RunFolder, faces: TrackedFaces, epoch: int, names: list[str]) -> None:
    """Show the true distance of the two chosen faces beside their distances on the maps."""
    st.markdown("**The ruler**")
    ends = pair(faces)
    if len(ends) < 2:
        st.caption("Click two faces on a map: here stands how far apart they are in truth, and on each map.")
        return
    left, right = st.columns([1, 2.2], vertical_alignment="center")
    with left:
        rows = [
            Row(faces=(face,), caption=f"{end}: {faces.names[faces.person[face]]}", note=GROUP_WORDS[faces.group[face]])
            for end, face in zip("AB", ends, strict=True)
        ]
        gallery(rows, readers.sprites(run, "ruler"), key="ruler", alt="The two measured faces.", size=72)
    points = readers.epoch(run, epoch).embeddings.astype(np.float64)
    with right:
        lines = [f"| in truth | squared distance {distance_words(_squared(points, ends))} | {_rank(points, ends)} |"]
        for name in dict.fromkeys(names):
            found = readers.maps(run, name) if run.map_epochs(name) else None
            if found is not None and epoch in found.epochs:
                places = found.positions[found.epochs.index(epoch)].astype(np.float64)
                lines.append(f"| {plain(map_label(run, name))} | {_in_spreads(places, ends)} | {_rank(places, ends)} |")
        st.markdown("| | distance of A and B | B among A's neighbours |\n|---|---|---|\n" + "\n".join(lines))


def _squared(points: np.ndarray, ends: tuple[int, ...]) -> float:
    return float(((points[ends[0]] - points[ends[1]]) ** 2).sum())


def _rank(points: np.ndarray, ends: tuple[int, ...]) -> str:
    squared = ((points - points[ends[0]]) ** 2).sum(axis=1)
    nearer = int((squared < squared[ends[1]]).sum()) - int(squared[ends[0]] < squared[ends[1]])
    return f"place {nearer + 1:,} of {len(points) - 1:,}"


def _in_spreads(places: np.ndarray, ends: tuple[int, ...]) -> str:
    width = float(np.sqrt(((places - places.mean(axis=0)) ** 2).sum(axis=1).mean()))
    return f"{np.sqrt(_squared(places, ends)) / width:.2f} spreads of the map" if width > 0 else "one point"


# Comparing


def measure(run: RunFolder) -> bool:
    """Have a worker measure the drawn maps that are not measured yet; return whether it is still at it."""
    waiting = False
    asked = st.session_state.setdefault("measuring", {})
    for name in map_readers.drawn_maps(run):
        if map_readers.trust(run, name, neighbours_now()) is not None:
            continue
        stamps = tuple(run.map_stamp(name, epoch) for epoch in run.map_epochs(name))
        question = (run.id, name, neighbours_now(), stamps)
        if question not in asked:
            for old in [one for one in asked if one[:3] == question[:3]]:
                del asked[old]
            asked[question] = tell(engine().ask, map_jobs.measure_map, str(run.path), name, neighbours_now())
        future = asked[question]
        if future is not None and not future.done():
            waiting = True
        elif future is not None and future.exception() is not None:
            st.caption(f"{plain(map_label(run, name))}: {plain(str(future.exception()))}")
    return waiting


def methods_table(run: RunFolder) -> None:
    """Show every drawn map of this run in numbers."""
    rows = []
    for name in map_readers.drawn_maps(run):
        measured = map_readers.trust(run, name, neighbours_now())
        seconds = map_readers.seconds_each(run, name)
        cells = ["-"] * 4
        if measured is not None:
            cells = [_number(measured.stability), *(_number(float(part.mean())) for part in measured.values)]
        cells.append(_number(seconds))
        late = " (older epochs only)" if map_outdated(run, name) else ""
        rows.append(f"| {plain(map_label(run, name))}{late} | {len(run.map_epochs(name))} | {' | '.join(cells)} |")
    st.markdown("**Every map of this run, all its epochs**")
    if not rows:
        st.caption("No map is drawn yet.")
        return
    head = (
        "| map | epochs | stability (0: still) | trustworthiness | continuity | neighbours kept | seconds an epoch |\n"
        "|---|--:|--:|--:|--:|--:|--:|\n"
    )
    with st.container(key="methods_table"):
        st.markdown(head + "\n".join(rows))
    st.html("<style>.st-key-methods_table { overflow-x: auto; }</style>")  # on a phone the table scrolls, not the page
    st.caption(
        "Stability: how far the middle face moves from one epoch to the next, in spreads of the map, mean over the "
        f"epochs. The other figures look at the {neighbours_now()} nearest of each face, mean over faces and epochs."
    )


def not_to_read(names: list[str]) -> None:
    """Say in words what must not be read off the maps in view."""
    st.markdown("**Not to be read off a map**")
    for method in dict.fromkeys(read_key(name).method.partition("-")[0] for name in names):
        label = MAPS[method].label
        st.markdown("\n".join(f"- {label}: {words}." for words in NOT_TO_READ[method]))
    st.markdown("- Any: left, right, up and down have no meaning, and two people that touch may be far apart in truth.")


def points_to_notice(run: RunFolder, epoch: int, names: list[str]) -> list[str]:
    """Return what the two maps show now, with their numbers."""
    points = []
    for name in dict.fromkeys(names):
        measured = map_readers.trust(run, name, neighbours_now())
        if measured is None or epoch not in measured.epochs:
            continue
        kept = measured.values[2, measured.epochs.index(epoch)]
        lost = float((kept < 0.5).mean()) if len(kept) else 0.0
        label = plain(map_label(run, name))
        points.append(f"{label}: {lost:.0%} of the faces keep less than half of their true neighbours.")
        if np.isfinite(measured.stability):
            points.append(
                f"{label}: the middle face moves {measured.stability:.2f} spreads an epoch"
                + (": such a film shows jumps that the network never made." if measured.stability > 0.5 else ".")
            )
    return points or ["Draw a map, and its figures stand here."]


def _number(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "-"
