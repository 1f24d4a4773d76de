"""Lesson: what does the network see?"""

import streamlit as st

from facenet_core.evaluation.recognition import quantisation as quantising
from facenet_core.runs.weights import epochs_with_weights
from pages.network import embedding as network_embedding
from pages.network import fewer_bytes as network_bytes
from pages.network import filters as network_filters
from pages.network import layers as network_layers
from pages.network import occlusion as network_places
from pages.network import subject as looking
from pages.shared.controls.training import set_value
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.lesson.no_run import tracked_or_stop
from pages.shared.parts.map_player import epoch_in_view
from pages.shared.runs.session import UNREADABLE, faces_folder, readable, run_chooser, run_in_view
from pages.shared.words import GROUP_NAMES, plain

TERMS = ("embedding", "squared distance", "channel", "occlusion map", "gradient × input", "epoch", "unseen people")
PLACES, LAYERS, STRIP, FILTERS, BYTES = "places", "layers", "embedding", "filters", "bytes"
VIEWS = {
    PLACES: "What counts in a face",
    LAYERS: "Layer by layer",
    STRIP: "The embedding",
    FILTERS: "The first filters",
    BYTES: "In bytes",
}
OF_RUN, OF_READER = "A face of this run", "Your own photo"
SOURCE = "networks/looking.py"

open_lesson(
    "What does the network see?",
    "Hide a part of a face and measure how far the face moves: where it moves most, the network looks. "
    "Then follow the face through the layers to the numbers that are left of it.",
    TERMS,
)

run = run_in_view(or_newest=True)
faces, epochs = tracked_or_stop(run)

view = st.segmented_control(
    "Show",
    list(VIEWS),
    format_func=VIEWS.get,
    default=PLACES,
    required=True,
    key="look",
    bind="query-params",
    label_visibility="collapsed",
)
inside = epochs if view == BYTES else [epoch for epoch in epochs_with_weights(run) if epoch in epochs]
left, middle, right = st.columns([2, 1, 2.4], vertical_alignment="bottom")
with right:
    run_chooser(run)
if not inside:
    st.info(
        "The weights of this run are not stored, so nobody can look into its network; what its embeddings cost "
        "in bytes can be seen. Runs trained from now on keep the weights of their epochs.",
        icon=":material/visibility_off:",
    )
    st.button("Show its embeddings in bytes", key="network_to_bytes", on_click=set_value, kwargs={"look": BYTES})
    st.stop()
wanted = epoch_in_view(epochs)
at = wanted if wanted in inside else min(inside, key=lambda epoch: abs(epoch - wanted))
with middle:
    epoch = st.selectbox(
        "Epoch", inside, index=inside.index(at), key=f"network_epoch_{run.id}_{view == BYTES}", disabled=view == FILTERS
    )
with left:
    if view in (PLACES, LAYERS, STRIP):
        whose = st.segmented_control(
            "Whose face", [OF_RUN, OF_READER], default=OF_RUN, required=True, key="network_whose"
        )
    elif view == BYTES:
        groups = [int(group) for group in sorted(set(faces.group.tolist()))]
        group = st.segmented_control(
            "Pairs of",
            groups,
            format_func=lambda code: GROUP_NAMES[code],
            default=groups[-1],
            required=True,
            key="network_group",
        )
if len(inside) < len(epochs):
    missing = f" Epoch {wanted} is not among them." if wanted not in inside else ""
    kept = ", ".join(map(str, inside)) if len(inside) < 12 else f"{len(inside)} of {len(epochs)}"
    st.caption(f"This run keeps the weights of these epochs: {kept}.{missing}")
elif view != FILTERS:
    st.query_params["epoch"] = str(epoch)


def subject() -> looking.Subject | None:
    """Return the face that is looked at; None while none is chosen, or where it cannot be read."""
    try:
        if whose == OF_READER:
            return looking.own_photo(run, faces)
        chosen = looking.two_of_the_run(run, faces)
        looking.offer_faces(run)
        return chosen
    except UNREADABLE as error:
        st.error(plain(str(error)), icon=":material/broken_image:")
        return None


@readable
def places() -> None:
    """Show which part of the face its distance hangs on."""
    chosen = subject()
    look = network_places.look_of(run, epoch, chosen) if chosen else None
    if chosen is None or look is None:
        return
    network_places.where_it_looks(chosen, look)
    notice(network_places.points_about_places(run, epoch, chosen, look))


@readable
def layers() -> None:
    """Show what leaves each layer, and which faces set a channel off."""
    chosen = subject()
    found = network_layers.layers_of(run, epoch) if chosen else None
    if chosen is None or not found:
        return
    left, right = st.columns([2, 3])
    with left:
        st.image(chosen.face, width=170, alt=f"The face: {chosen.name}")
        network_layers.layer_table(found)
    channel = strongest = None
    with right:
        layer = network_layers.choose_layer(run, found)
        if layer is not None:
            channel = network_layers.channels(run, epoch, chosen, layer)
    if layer is not None and channel is not None:
        strongest = network_layers.strongest_faces(run, faces, str(faces_folder()), epoch, layer, channel)
    notice(network_layers.points_about_layers(found, layer, channel, strongest, faces))


@readable
def strip() -> None:
    """Show the embedding beside another face's."""
    chosen = subject()
    look = network_places.look_of(run, epoch, chosen) if chosen else None
    if chosen is None or look is None:
        return
    network_embedding.embedding_strips(chosen, look)
    notice(network_embedding.points_about_strips(chosen, look))


@readable
def filters() -> None:
    """Show the first filters over the epochs."""
    found = network_filters.filters_film(run, inside)
    if found is not None:
        notice(network_filters.points_about_filters(found))


@readable
def in_bytes() -> None:
    """Show what embeddings in fewer bytes cost."""
    costs = network_bytes.storage_costs(run, epoch, group)
    if costs is not None:
        notice(network_bytes.points_about_bytes(costs))


DRAW = {PLACES: places, LAYERS: layers, STRIP: strip, FILTERS: filters, BYTES: in_bytes}
CODE = {
    PLACES: (looking.source_of(SOURCE, "occlusion", "gradient_times_input"),),
    LAYERS: (looking.source_of(SOURCE, "layer_maps", "strongest_pictures"),),
    STRIP: (looking.source_of(SOURCE, "embed"),),
    FILTERS: (looking.source_of(SOURCE, "colour_filters"),),
    BYTES: (quantising.in_steps, quantising.storage_costs),
}
DRAW[view]()

at_start = {f"network_epoch_{run.id}_False": inside[0], "look": PLACES}
try_this(
    [
        Move("The same face, untrained", "try_untrained", set_value, at_start, disabled=inside[0] != 0),
        Move("Follow it through the layers", "try_layers", set_value, {"look": LAYERS}),
        Move("Watch the first filters change", "try_filters", set_value, {"look": FILTERS}),
        Move("Keep a face in 128 bytes", "try_bytes", set_value, {"look": BYTES}),
    ]
)
show_code(*CODE[view])
