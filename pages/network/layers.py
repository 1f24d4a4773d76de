"""A face layer by layer: sizes, channels, and the faces that set a channel off most."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.runs.jobs import network_inspection as looking
from facenet_core.runs.jobs.network_inspection import ChannelFaces, Layer
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.network import figures as figures_network
from pages.network.subject import Subject, ask
from pages.shared.components.chart import Row, gallery, send_sprites
from pages.shared.figures.contact_sheet import COLUMNS, atlas_image
from pages.shared.runs import readers
from pages.shared.runs.totals import all_followed
from pages.shared.words import plain

CHANNEL_SIDE, FACE_SIDE = 88, 104
CHANNELS_SHOWN = 18


def layers_of(run: RunFolder, epoch: int) -> list[Layer] | None:
    """Have a worker list the network's layers."""
    found: list[Layer] | None = ask(run, epoch, looking.list_layers, str(run.path), epoch)
    return found


def layer_table(layers: list[Layer]) -> None:
    """Show every layer with its sizes."""
    st.caption("Work: million multiplications with a weight for one picture.")
    rows = [
        f"| {number} | {plain(layer.kind)} | {_size(layer.output_shape)} | {layer.parameters:,} "
        f"| {layer.multiply_adds / 1e6:.2f} |"
        for number, layer in enumerate(layers, 1)
    ]
    total = (sum(layer.parameters for layer in layers), sum(layer.multiply_adds for layer in layers))
    head = "| | layer | leaves | weights | work |\n|--:|---|---|--:|--:|\n| | picture | 3×110×110 | | |\n"
    st.markdown(head + "\n".join(rows) + f"\n| | **together** | | **{total[0]:,}** | **{total[1] / 1e6:.2f}** |")


def _size(shape: tuple[int, ...]) -> str:
    return "×".join(f"{side:,}" for side in shape)


def choose_layer(run: RunFolder, layers: list[Layer]) -> Layer | None:
    """Have the reader choose a layer that gives maps; None where the network has none."""
    choices = {layer.name: (number, layer) for number, layer in enumerate(layers, 1) if layer.has_maps}
    if not choices:
        st.info("No layer of this network gives maps: it makes a list of numbers at once.", icon=":material/grid_off:")
        return None

    def words(name: str) -> str:
        number, layer = choices[name]
        return f"{number} · {layer.kind} · {_size(layer.output_shape)}"

    name = st.selectbox("Look at the maps of layer", list(choices), format_func=words, key=f"network_layer_{run.id}")
    return choices[name][1]


def channels(run: RunFolder, epoch: int, subject: Subject, layer: Layer) -> int | None:
    """Show the channels that answer most to this face; return the one that is chosen."""
    maps = ask(run, epoch, looking.look_into_layer, str(run.path), epoch, subject.face, layer.name, subject=subject)
    if maps is None:
        return None
    maps = maps.astype(np.float32)
    order = np.argsort(-maps.reshape(len(maps), -1).max(axis=1), kind="stable")[:CHANNELS_SHOWN]
    channel = _chosen_channel(run, layer, len(maps), int(order[0]))
    if channel not in order:
        order[-1] = channel
    low, high = float(np.quantile(maps, 0.01)), float(np.quantile(maps, 0.998))
    if high - low < 1e-6:
        st.info("This layer answers the same everywhere on this face.", icon=":material/texture:")
    pictures = figures_network.channel_pictures(maps[order], CHANNEL_SIDE, low, high)
    sprites = send_sprites(
        atlas_image(pictures), [""] * len(order), columns=COLUMNS, size=CHANNEL_SIDE, key="network_channels"
    )
    rows = [
        Row(faces=(place,), caption=f"channel {number}", note="chosen" if number == channel else "")
        for place, number in enumerate(order.tolist())
    ]
    gallery(
        rows,
        sprites,
        key="network_channels",
        alt=f"Maps of {len(order)} channels of {layer.kind}; yellow is the strongest answer.",
        size=CHANNEL_SIDE,
        on_click=lambda number: choose_channel(run, layer, order, number),
    )
    st.caption(
        f"The {len(order)} of {len(maps)} channels that answer most to this face, one scale for all: dark blue "
        f"{low:.1f}, yellow {high:.1f}. Click a channel to see which faces set it off most."
    )
    return channel


def _channel_key(run: RunFolder, layer: Layer) -> str:
    return f"network_channel_{run.id}_{layer.name.replace('.', '_')}"


def _chosen_channel(run: RunFolder, layer: Layer, count: int, strongest: int) -> int:
    key = _channel_key(run, layer)
    st.session_state.setdefault(key, strongest)
    return int(st.number_input(f"Channel, 0 to {count - 1}", 0, count - 1, key=key, width=220))


def choose_channel(run: RunFolder, layer: Layer, order: np.ndarray, number: Any) -> None:
    """Take over the channel that was clicked."""
    if number is not None and 0 <= int(number) < len(order):
        st.session_state[_channel_key(run, layer)] = int(order[int(number)])


def strongest_faces(
    run: RunFolder, faces: TrackedFaces, faces_root: str, epoch: int, layer: Layer, channel: int
) -> ChannelFaces | None:
    """Show the tracked faces that set a channel off most, and where in them."""
    found: ChannelFaces | None = ask(
        run, epoch, looking.find_strongest_faces, str(run.path), faces_root, epoch, layer.name
    )
    thumbnails = readers.thumbnails(run)
    if found is None or thumbnails is None or channel >= len(found.faces):
        return None
    st.markdown(f"**The faces of this run that set channel {channel} off most**")
    chosen, strengths = found.faces[channel], found.strengths[channel]
    if float(np.ptp(found.strengths[channel])) < 1e-9 and float(np.abs(strengths).max()) < 1e-9:
        st.info(
            "None: this channel stays at zero for every face. Choose another one.", icon=":material/do_not_disturb:"
        )
        return found
    large = figures_network.resized(thumbnails[chosen], FACE_SIDE)
    pictures = figures_network.marked(large, found.places[channel])
    sprites = send_sprites(
        atlas_image(pictures), [""] * len(chosen), columns=COLUMNS, size=FACE_SIDE, key="network_strongest"
    )
    rows = [
        Row(faces=(place,), caption=str(faces.names[faces.person[face]]), note=f"{strength:.2f}")
        for place, (face, strength) in enumerate(zip(chosen, strengths, strict=True))
    ]
    gallery(
        rows,
        sprites,
        key="network_strongest",
        alt=f"The {len(chosen)} faces with the strongest answers of channel {channel}.",
        size=FACE_SIDE,
    )
    st.caption(f"Out of {all_followed(run, faces)}. The amber frame lies where the answer is strongest.")
    return found


def points_about_layers(
    layers: list[Layer], layer: Layer | None, channel: int | None, found: ChannelFaces | None, faces: TrackedFaces
) -> list[str]:
    """Return what the layers show, with their numbers."""
    heaviest = max(layers, key=lambda one: one.parameters)
    busiest = max(layers, key=lambda one: one.multiply_adds)
    weights, work = (sum(getattr(one, name) for one in layers) for name in ("parameters", "multiply_adds"))
    points = [
        f"36,300 numbers of a picture become {layers[-1].output_shape[-1]:,}. Layer {layers.index(heaviest) + 1} "
        f"({plain(heaviest.kind)}) holds {heaviest.parameters / max(1, weights):.0%} of the weights, "
        f"layer {layers.index(busiest) + 1} ({plain(busiest.kind)}) does "
        f"{busiest.multiply_adds / max(1, work):.0%} of the work.",
    ]
    if layer is not None:
        side = 110 / layer.output_shape[1]
        points.append(
            f"One cell of these maps stands for about {side:.0f} × {side:.0f} pixels: the deeper the layer, "
            "the coarser where, and the richer what."
        )
    if found is not None and channel is not None:
        people = faces.person[found.faces[channel]]
        most = int(np.bincount(people).max())
        points.append(
            f"The {len(people)} strongest faces of channel {channel} are of {len(np.unique(people))} people; "
            f"the most frequent has {most}. A channel that knew one person would show one."
        )
    return points
