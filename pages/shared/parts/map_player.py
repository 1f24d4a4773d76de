"""The stored epochs as a film: faces on a map, the epoch in view and the faces chosen on it."""

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Command, chart
from pages.shared.components.face_map import LONGEST, faces_from_text, faces_to_text, play_faces
from pages.shared.figures import map as figures_map
from pages.shared.parts.run_progress import map_legend, picture_legend
from pages.shared.runs import map_readers, readers
from pages.shared.runs.readers import MapFrames
from pages.shared.words import plain, trust_sentence

METHODS = {"umap-2d": "UMAP", "pca-2d": "PCA", "pca-3d": "PCA in 3-D"}
METHOD_HELP = (
    "**UMAP** keeps neighbours together and gives up distances between clusters. **PCA** turns the sphere so that most "
    "of the spread is seen; it is the same turn for every epoch. In 3-D, drag to turn it."
)
MAP_HEIGHT = 560
PLAYS = 4.5  # seconds after the player last told that it plays; it does so every third
FILM = "epoch_film"
OF_FACES = ("epoch_below", "epoch_biography")
"""The parts of the page that follow the chosen faces."""
OF_EPOCH = ("epoch_side", *OF_FACES, "epoch_confusion")
"""The parts that follow the epoch in view; the last one only once its answer is shown."""


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
    chosen = chosen_faces(len(faces))
    play_faces(
        readers.film(found, key),
        readers.cast(run, key),
        key=key,
        identity=run.id,
        space=method,
        height=MAP_HEIGHT,
        epoch=epoch,
        chosen=chosen,
        near=readers.near(run, st.session_state.get("near_wanted"), key),
        command=_command(chosen),
        on_frame=lambda seen: look_at(**seen),
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
    st.rerun(FILM)


def choose(faces: Any) -> None:
    """Take over the faces chosen on the map, into the link too, and redraw what stands beside it."""
    _keep([int(face) for face in faces])
    st.rerun(OF_FACES)


def select(faces: Sequence[int]) -> None:
    """Choose faces from beside the map: it rings them, and what stands beside follows."""
    _keep(faces)
    _tell_player(faces=tuple(faces))
    st.rerun((FILM, *OF_FACES))


def _keep(faces: Sequence[int]) -> None:
    text = faces_to_text(faces)
    if text and len(text) <= LONGEST:
        st.query_params["faces"] = text
    else:
        st.query_params.pop("faces", None)
    st.session_state["faces_chosen"] = list(faces)


def chosen_faces(count: int) -> list[int]:
    """Return the faces of the link, or those last chosen where a link has no room for them."""
    if "faces" in st.query_params:
        return faces_from_text(st.query_params["faces"], count)
    return [face for face in st.session_state.get("faces_chosen", []) if face < count]


def look_at(epoch: Any, *, playing: bool = False) -> None:
    """Take over the epoch that the player shows, into the link too, and redraw what stands beside it.

    While it plays, figures follow in the browser and only the numbers beside the map are drawn anew: all of them would
    take every other picture from the film.
    """
    st.session_state["epoch_in_view"] = int(epoch)
    st.query_params["epoch"] = str(int(epoch))
    st.session_state["played_at"] = time.monotonic() if playing else -PLAYS
    if playing:
        st.rerun(OF_EPOCH[0])
    told = any(key.startswith("confused_") for key in st.session_state.get("predictions", {}))
    st.rerun(OF_EPOCH if told else OF_EPOCH[:-1])


def plays() -> bool:
    """Return whether the player played a moment ago."""
    return time.monotonic() - float(st.session_state.get("played_at", -PLAYS)) < PLAYS


def command(frame: int | None = None, *, play: bool = False) -> None:
    """Move the player, as the moves of "Try this" do."""
    _tell_player(frame=frame, play=play)
    if frame is not None:
        st.session_state["epoch_in_view"] = frame
        st.query_params["epoch"] = str(frame)


def _tell_player(**wishes: Any) -> None:
    last = st.session_state.get("player_command")
    st.session_state["player_command"] = Command(number=last.number + 1 if last else 1, **wishes)


def _command(chosen: list[int]) -> Command | None:
    """Return what the player was last told, without faces that were not the last to be chosen."""
    told: Command | None = st.session_state.get("player_command")
    stale = told is not None and told.faces is not None and set(told.faces) != set(chosen)
    return replace(told, faces=None) if told is not None and stale else told


def epoch_in_view(epochs: list[int]) -> int:
    """Return the epoch of the link, or the one last looked at, or the last."""
    for wanted in (st.query_params.get("epoch", ""), str(st.session_state.get("epoch_in_view", ""))):
        if wanted.isdecimal() and int(wanted) in epochs:
            return int(wanted)
    return epochs[-1]


def trust(found: MapFrames, method: str, epoch: int) -> str:
    """Say how far the map of an epoch may be trusted."""
    at = found.epochs.index(epoch) if epoch in found.epochs else len(found.epochs) - 1
    note = f" {plain(found.notes[at])}" if found.notes[at] else ""
    return trust_sentence(float(found.trustworthiness[at]), method) + note
