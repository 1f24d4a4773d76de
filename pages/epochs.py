"""Lesson: what changes from epoch to epoch?"""

import streamlit as st

from pages.shared import map_view, readers
from pages.shared.controls import set_value
from pages.shared.face_map import play_faces
from pages.shared.lesson import Move, notice, open_lesson, show_code, try_this
from pages.shared.no_run import tracked_or_stop
from pages.shared.session import MOVING, engine, follow_with_maps, readable, run_chooser, run_in_view
from pages.shared.take_home import take_home
from pages.shared.words import GROUP_NAMES

TERMS = ("map", "embedding", "epoch", "squared distance", "seen people", "held-out images", "unseen people")

open_lesson(
    "What changes from epoch to epoch?",
    "Play the epochs and watch faces of one person gather; point at a face to see who is nearest to it in truth. "
    "Beside it, how far apart the same person and different people are.",
    TERMS,
)

run = run_in_view(or_newest=True)
faces, epochs = tracked_or_stop(run)

status = run.status()
left, middle, right = st.columns([2, 2.6, 2.6], vertical_alignment="bottom")
with left:
    method = st.segmented_control(
        "Map",
        map_view.offered(run),
        format_func=lambda name: map_view.method_label(run, name),
        default="umap-2d",
        required=True,
        key="map",
        bind="query-params",
        help=map_view.METHOD_HELP,
    )
with middle:
    groups = [int(group) for group in sorted(set(faces.group.tolist()))]
    group = st.segmented_control(
        "Distances of",
        groups,
        format_func=lambda code: GROUP_NAMES[code],
        default=groups[-1],
        required=True,
        key="group",
        help="Seen people were trained on; how a network fares shows on people it has never seen.",
    )
with right:
    run_chooser(run)

follow_with_maps(run, method)


@readable
def film(method: str, drawn: int) -> None:
    """Play the maps; while maps are still being drawn this part looks for new ones by itself."""
    run.record()  # says that a run was deleted while it was being looked at
    found = readers.maps(run, method)
    if found is None:
        waiting = "The workers are warming up." if engine().state().warming else "The map is being drawn by a worker."
        st.info(f"{waiting} PCA is there at once.", icon=":material/hourglass_empty:")
        return
    if len(found.epochs) != drawn and len(found.epochs) == len(run.epochs()) and run.status().state not in MOVING:
        st.rerun()
    map_view.player(run, faces, found, method, map_view.epoch_in_view(list(found.epochs)))


@st.fragment(key="epoch_side")
@readable
def beside() -> None:
    """Show the epoch in view in numbers; drawn again whenever the player stands on another epoch."""
    run.record()
    epoch = map_view.epoch_in_view(run.epochs())
    map_view.epoch_figures(run.epoch(epoch).figures, status)
    map_view.histogram(run, epoch, group)
    found = readers.maps(run, method)
    if found is not None:
        st.caption(map_view.trust(found, method, epoch))
    chosen = map_view.chosen_faces(len(faces))
    notice(map_view.points_to_notice(run, epoch, group) + map_view.chosen_point(run, epoch, chosen))


drawn = len(run.map_epochs(method))
growing = drawn < len(epochs) or status.state in MOVING
left, right = st.columns([3, 2])
with left:
    st.fragment(film, run_every=1.0 if growing else None, key="epoch_film")(method, drawn)
with right:
    beside()

try_this(
    [
        Move("Play from the untrained network", "try_play", map_view.command, {"frame": epochs[0], "play": True}),
        Move("Look at the last epoch", "try_last", map_view.command, {"frame": epochs[-1]}),
        Move("The same with PCA", "try_pca", set_value, {"map": "pca-2d"}),
        Move("Only unseen people's distances", "try_unseen", set_value, {"group": 2}, disabled=2 not in groups),
    ]
)
show_code(film, play_faces, map_view.points_to_notice)
take_home(run)
