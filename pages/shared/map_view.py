"""The stored epochs as a film: faces on a map, and what the epoch in view means in numbers."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.runs.records import RunStatus, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared import figures_distances, figures_map, map_readers, readers
from pages.shared.chart import Command, chart
from pages.shared.face_map import LONGEST, faces_from_text, faces_to_text, play_faces
from pages.shared.readers import GroupPairs, MapFrames
from pages.shared.training_view import map_legend, picture_legend
from pages.shared.words import GROUP_NAMES, plain, trust_sentence

METHODS = {"umap-2d": "UMAP", "pca-2d": "PCA", "pca-3d": "PCA in 3-D"}
METHOD_HELP = (
    "**UMAP** keeps neighbours together and gives up distances between clusters. **PCA** turns the sphere so that most "
    "of the spread is seen; it is the same turn for every epoch. In 3-D, drag to turn it."
)
MAP_HEIGHT = 560
HISTOGRAM_HEIGHT = 330


def offered(run: RunFolder) -> list[str]:
    """Return the maps that can be watched: those drawn by themselves, and the others that this run has."""
    return [*METHODS, *(name for name in map_readers.drawn_maps(run) if name not in METHODS)]


def method_label(run: RunFolder, method: str) -> str:
    """Return how a map is called."""
    return METHODS.get(method) or map_readers.map_label(run, method)


def player(run: RunFolder, faces: TrackedFaces, found: MapFrames, method: str, epoch: int) -> None:
    """Play the maps of all epochs in the browser; the epoch in view comes back and moves what stands beside."""
    key = f"player_{method}"
    if st.session_state.get("no_canvas"):
        plain_player(run, faces, found, method, epoch)
        return
    play_faces(
        readers.film(found, key),
        readers.cast(run, key),
        key=key,
        identity=run.id,
        space=method,
        height=MAP_HEIGHT,
        epoch=epoch,
        chosen=chosen_faces(len(faces)),
        near=readers.near(run, st.session_state.get("near_wanted"), key),
        command=st.session_state.get("player_command"),
        on_frame=look_at,
        on_select=choose,
        on_near=want_near,
        on_trouble=no_canvas,
    )
    st.caption(picture_legend(faces.group))


def plain_player(run: RunFolder, faces: TrackedFaces, found: MapFrames, method: str, epoch: int) -> None:
    """Play the maps on a chart, where the browser has no canvas to draw faces on."""
    st.caption("This browser draws no pictures on a map: here is the plain chart.")
    at = found.epochs.index(epoch) if epoch in found.epochs else len(found.epochs) - 1
    figure = figures_map.face_map(
        found.positions[at],
        faces.person,
        faces.group,
        len(faces.names),
        extent=found.positions.reshape(-1, found.positions.shape[2]),
    )
    chart(
        figure,
        key=f"chart_{method}",
        alt=f"Map of {len(faces)} faces of {len(faces.names)} people at epoch {epoch}, a point for every face.",
        height=MAP_HEIGHT,
        epoch=epoch,
        sprites=readers.sprites(run, f"chart_{method}"),
        frames=readers.frames(found, f"chart_{method}"),
        command=st.session_state.get("player_command"),
        on_frame=look_at,
    )
    st.caption(map_legend(faces.group))


def no_canvas(_word: Any) -> None:
    """Remember that this browser needs the plain chart."""
    st.session_state["no_canvas"] = True


def want_near(epoch: Any) -> None:
    """Send the embeddings of an epoch with the next drawing: the browser finds the neighbours itself."""
    st.session_state["near_wanted"] = int(epoch)
    st.rerun("epoch_film")


def choose(faces: Any) -> None:
    """Take over the faces chosen on the map, into the link too, and redraw what stands beside it."""
    text = faces_to_text(int(face) for face in faces)
    if text and len(text) <= LONGEST:
        st.query_params["faces"] = text
    else:
        st.query_params.pop("faces", None)
    st.session_state["faces_chosen"] = [int(face) for face in faces]
    st.rerun("epoch_side")


def chosen_faces(count: int) -> list[int]:
    """Return the faces of the link, or those last chosen where a link has no room for them."""
    if "faces" in st.query_params:
        return faces_from_text(st.query_params["faces"], count)
    return [face for face in st.session_state.get("faces_chosen", []) if face < count]


def look_at(epoch: Any) -> None:
    """Take over the epoch that the player shows, into the link too, and redraw what stands beside it."""
    st.session_state["epoch_in_view"] = int(epoch)
    st.query_params["epoch"] = str(int(epoch))
    st.rerun("epoch_side")


def command(frame: int | None = None, *, play: bool = False) -> None:
    """Move the player, as the moves of "Try this" do."""
    last = st.session_state.get("player_command")
    st.session_state["player_command"] = Command(number=last.number + 1 if last else 1, frame=frame, play=play)
    if frame is not None:
        st.session_state["epoch_in_view"] = frame
        st.query_params["epoch"] = str(frame)


def epoch_in_view(epochs: list[int]) -> int:
    """Return the epoch of the link, or the one last looked at, or the last."""
    for wanted in (st.query_params.get("epoch", ""), str(st.session_state.get("epoch_in_view", ""))):
        if wanted.isdecimal() and int(wanted) in epochs:
            return int(wanted)
    return epochs[-1]


def histogram(run: RunFolder, epoch: int, group: int) -> None:
    """Draw how far same and different people are apart at one epoch; the scale is the same for all epochs."""
    found = readers.group_pairs(run, epoch, group)
    if found is None:
        st.info(f"This run has no {GROUP_NAMES[group]} to compare: choose another group.")
        return
    st.markdown(f"**Distances of {GROUP_NAMES[group]}, {'untrained' if epoch == 0 else f'epoch {epoch}'}**")
    chart(
        figures_distances.distance_histogram(*found.bars, highest=_highest(run, group, found)),
        key="epoch_histogram",
        alt=(
            f"Squared distances at epoch {epoch}: same person {_middle(found.same)}, "
            f"different people {_middle(found.different)} in the middle."
        ),
        height=HISTOGRAM_HEIGHT,
        epoch=epoch,
    )


def _highest(run: RunFolder, group: int, shown: GroupPairs) -> float:
    """Return one height for all epochs, since scales that change cannot be compared.

    Only the spike of a network that puts all faces on one spot, as an untrained one does, gets more room.
    """
    epochs = run.epochs()
    ends = [readers.group_pairs(run, number, group) for number in {epochs[len(epochs) // 2], epochs[-1]}]
    common = 1.3 * max(float(max(bar.max() for bar in end.bars)) for end in ends if end is not None)
    return max(common, 1.05 * float(max(bar.max() for bar in shown.bars)))


def epoch_figures(figures: dict[str, Any], status: RunStatus) -> None:
    """Show the figures of one epoch beside what they are compared to."""
    left, middle, right = st.columns(3)
    loss = figures.get("loss")
    left.metric(
        "Loss",
        "-" if loss is None else f"{loss:.3f}",
        help="Mean over the epoch's steps; the untrained network has none.",
    )
    for place, name, word in ((middle, "unseen", "Unseen people"), (right, "held_out", "Held-out images")):
        measured = figures.get(name)
        value = "-" if not measured or measured.get("accuracy") is None else f"{measured['accuracy']:.2f}"
        pairs = f"of {measured['pairs']:,} pairs" if measured else "not in this run"
        place.metric(word, value, help=f"Right answers to same or different, {pairs}; guessing gives 0.50.")


def trust(found: MapFrames, method: str, epoch: int) -> str:
    """Say how far the map of an epoch may be trusted."""
    at = found.epochs.index(epoch) if epoch in found.epochs else len(found.epochs) - 1
    note = f" {plain(found.notes[at])}" if found.notes[at] else ""
    return trust_sentence(float(found.trustworthiness[at]), method) + note


def points_to_notice(run: RunFolder, epoch: int, group: int) -> list[str]:
    """Return what the epoch in view shows, with its numbers beside those of the untrained network."""
    first, now = (readers.group_pairs(run, number, group) for number in (0 if 0 in run.epochs() else epoch, epoch))
    if first is None or now is None or not len(now.same) or not len(now.different):
        return ["There are too few faces in this group to compare."]
    gap = float(np.mean(now.different) - np.mean(now.same))
    before = float(np.mean(first.different) - np.mean(first.same))
    overlap = float(np.mean(now.different < np.median(now.same)))
    return [
        f"Two images of one person are {np.mean(now.same):.2f} apart on average, "
        f"two people {np.mean(now.different):.2f}: a gap of {gap:.2f}, untrained {before:.2f}.",
        f"{overlap:.1%} of the different pairs are nearer than half of the same pairs: no threshold can part those."
        if overlap
        else "No two people are nearer to each other than half of the same pairs are.",
        f"These are {len(now.same):,} same and {len(now.different):,} different pairs of {GROUP_NAMES[group]}.",
    ]


def chosen_point(run: RunFolder, epoch: int, chosen: list[int]) -> list[str]:
    """Return how far the faces chosen on the map are apart at one epoch, beside the untrained network."""
    if len(chosen) < 2:
        return []
    first = 0 if 0 in run.epochs() else epoch
    now, before = (_apart(readers.epoch(run, number).embeddings, chosen) for number in (epoch, first))
    who = "The two chosen faces are" if len(chosen) == 2 else f"The {len(chosen):,} chosen faces are on average"
    return [f"{who} {now:.2f} apart in squared distance, untrained {before:.2f}."]


def _apart(embeddings: np.ndarray, chosen: list[int]) -> float:
    """Return the mean squared distance of all pairs: twice the variance, corrected for pairs with oneself."""
    points = embeddings[chosen].astype(np.float64)
    return float(2 * points.var(axis=0).sum() * len(points) / (len(points) - 1))


def _middle(distances: np.ndarray) -> str:
    return f"{np.median(distances):.2f}" if len(distances) else "none"
