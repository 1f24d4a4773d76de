"""Lesson: what changes from epoch to epoch?"""

import streamlit as st

from facenet_core.evaluation import confused_longest, face_course, silhouette
from pages.epochs import beside_map as epochs_beside
from pages.epochs import biography as biography_view
from pages.epochs import measured as epochs_data
from pages.epochs import over_epochs as epochs_view
from pages.epochs.biography import OF_TRIPLET, biography
from pages.epochs.confusion import confused_people
from pages.shared.components.face_map import play_faces
from pages.shared.controls.training import set_value
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.lesson.no_run import tracked_or_stop
from pages.shared.parts import map_player as map_view
from pages.shared.parts.take_home import take_home
from pages.shared.runs import readers
from pages.shared.runs.session import MOVING, engine, follow_with_maps, readable, run_chooser, run_in_view

TERMS = (
    "map",
    "embedding",
    "epoch",
    "step",
    "squared distance",
    "margin",
    "active triplet",
    "quiet",
    "silhouette",
    "seen people",
    "held-out images",
    "unseen people",
)

MEASURED_AT_ONCE, EVERY = 0.3, 0.5  # seconds
FIRST_TURNS = 3  # that leave the machine to the map

open_lesson(
    "What changes from epoch to epoch?",
    "Play the epochs and watch faces of one person gather; point at a face to see who is nearest to it in truth. "
    "Every figure below follows the player.",
    TERMS,
)

run = run_in_view(or_newest=True)
faces, epochs = tracked_or_stop(run)

status = run.status()
left, right = st.columns([2, 2.6], vertical_alignment="bottom")
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


def epoch_now() -> int:
    """Return the epoch in view; says that a run was deleted while it was being looked at."""
    run.record()
    return map_view.epoch_in_view(run.epochs() or epochs)


@st.fragment(key="epoch_side")
@readable
def beside() -> None:
    """Show the epoch in view in numbers; drawn again whenever the player stands on another epoch."""
    epoch = epoch_now()
    with st.container(key=epochs_beside.SIDE):
        epochs_beside.epoch_figures(readers.epoch(run, epoch).figures)
        epochs_beside.histograms(run, faces, epoch)
        found = readers.maps(run, method)
        if found is not None:
            st.caption(map_view.trust(found, method, epoch))


waiting = st.session_state.get("epochs_measured") != run.id and epochs_data.much_to_measure(run, faces)


def measured() -> bool:
    """Measure the epochs of a large run a piece at a time, so that the map stands first and is answered meanwhile."""
    of_run, turn, done = st.session_state.get("epochs_measuring", (run.id, 0, 0))
    if of_run != run.id:
        turn = done = 0
    at_once = 0 if turn <= FIRST_TURNS or map_view.plays() else MEASURED_AT_ONCE
    done, wanted = epochs_data.measure_for(run, faces, at_once, done)
    st.session_state["epochs_measuring"] = (run.id, turn + 1, done)
    when = ", when the player rests" if map_view.plays() else ""
    st.progress(done / wanted, f"Measuring the epochs for the figures below{when}: {done} of {wanted}")
    if done < wanted:
        return False
    del st.session_state["epochs_measuring"]
    st.session_state["epochs_measured"] = run.id
    st.rerun()


@readable
def below() -> None:
    """Show one group of faces at the epoch in view, and what to notice about it."""
    epoch = epoch_now()
    if waiting and not measured():
        return
    group = epochs_view.choose_group(faces)
    with st.container(key=epochs_view.BELOW):
        epochs_view.linked_figures(run, faces, epoch, group)
        chosen = map_view.chosen_faces(len(faces))
        notice(
            epochs_beside.points_to_notice(run, epoch, group)
            + epochs_view.points_to_notice(run, epoch, group)
            + epochs_beside.chosen_point(run, epoch, chosen)
        )


@st.fragment(key="epoch_confusion")
@readable
def predict_first() -> None:
    """Ask which two people stay confused longest."""
    if not waiting:
        confused_people(run, faces, epoch_now())


@st.fragment(key="epoch_biography")
@readable
def one_life() -> None:
    """Follow one face or triplet through all epochs."""
    if not waiting:
        with st.container(key=biography_view.BLOCK):
            biography(run, faces, epoch_now())


drawn = len(run.map_epochs(method))
growing = drawn < len(epochs) or status.state in MOVING
left, right = st.columns([3, 2])
with left:
    st.fragment(film, run_every=1.0 if growing else None, key="epoch_film")(method, drawn)
with right:
    beside()
st.fragment(below, run_every=EVERY if waiting else None, key="epoch_below")()
one_life()
predict_first()

try_this(
    [
        Move("Play from the untrained network", "try_play", map_view.command, {"frame": epochs[0], "play": True}),
        Move("Look at the last epoch", "try_last", map_view.command, {"frame": epochs[-1]}),
        Move("The same with PCA", "try_pca", set_value, {"map": "pca-2d"}),
        Move("Figures of unseen people", "try_unseen", set_value, {"group": 2}, disabled=not (faces.group == 2).any()),
        Move("A triplet's biography", "try_triplet", set_value, {"biography": OF_TRIPLET}),
    ]
)
show_code(film, play_faces, silhouette, face_course, confused_longest)
take_home(run)
