"""Laboratory: how far can a map be trusted?"""

import streamlit as st

from facenet_core.runs.maps import draw_maps
from pages.maps import maps as maps_view
from pages.shared.controls.training import set_value
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.lesson.no_run import tracked_or_stop
from pages.shared.parts.map_player import epoch_in_view
from pages.shared.runs.session import readable, run_chooser, run_in_view

TERMS = ("map", "embedding", "epoch", "squared distance", "trustworthiness", "continuity", "stability", "jitter")

open_lesson(
    "How far can a map be trusted?",
    "Two maps of the same faces at the same epoch. Colour the faces by how far their place can be trusted, "
    "and click two to compare their true distance with that on the maps.",
    TERMS,
)

run = run_in_view(or_newest=True)
faces, epochs = tracked_or_stop(run)
maps_view.take_up_finished(run)

left, middle, right, last = st.columns([2, 3.4, 1.4, 3], vertical_alignment="bottom")
with left:
    epoch = st.selectbox("Epoch", epochs, index=epochs.index(epoch_in_view(epochs)), key=f"maps_epoch_{run.id}")
    st.query_params["epoch"] = str(epoch)
with middle:
    colouring = st.selectbox(
        "Colour",
        list(maps_view.COLOURINGS),
        index=3,
        format_func=maps_view.COLOURINGS.__getitem__,
        key="map_colour",
        bind="query-params",
        help=maps_view.COLOURING_HELP,
    )
with right:
    st.selectbox("Neighbours", maps_view.NEIGHBOURS, index=1, key="trust_neighbours", bind="query-params")
with last:
    run_chooser(run)


@readable
def side(letter: str) -> None:
    """One map with its settings, or the way to get it."""
    name = maps_view.choose_map(run, letter)
    names.append(name)
    maps_view.follow_job(run, letter)
    maps_view.show_map(run, faces, letter, name, epoch, colouring)


@readable
def figures() -> None:
    """What the maps are worth, in numbers and words."""
    left, right = st.columns(2, gap="medium")
    with left:
        maps_view.ruler(run, faces, epoch, names)
    with right:
        maps_view.not_to_read(names)
    maps_view.methods_table(run)
    notice(maps_view.points_to_notice(run, epoch, names))


@readable
def measure(waiting: bool) -> None:
    """Have the maps measured; while a worker is at it, look again, and draw everything once it is done."""
    at_work = maps_view.measure(run)
    if waiting and not at_work:
        st.rerun()
    if at_work and not waiting:
        st.fragment(measure, run_every=0.7)(True)


names: list[str] = []
measure(False)
for letter, place in zip(maps_view.SIDES, st.columns(2, gap="medium"), strict=True):
    with place:
        side(letter)
st.caption(maps_view.legend(faces, colouring))
st.toggle("Show the places with other seeds, too", key="ghosts", help="Small grey points, where they were drawn.")
figures()

try_this(
    [
        Move("Live beside polished", "try_polished", set_value, {"map_a": "umap-2d", "map_b": "umap-polished-2d"}),
        Move("Live beside drawn anew", "try_refit", set_value, {"map_a": "umap-2d", "map_b": "tsne-refit-2d"}),
        Move("Flat beside space", "try_space", set_value, {"map_a": "pca-2d", "map_b": "pca-3d"}),
        Move("Only who is in strange company", "try_strange", set_value, {"map_colour": "trustworthiness"}),
    ]
)
show_code(draw_maps, maps_view.points_to_notice)
