"""The faces that a lesson has a worker look at, and the worker's answers, asked for once."""

import ast
import functools
import hashlib
from collections.abc import Callable
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.faces import PictureError, read_picture
from facenet_core.runs.jobs import network_inspection as looking
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.weights import weights_stamp
from pages.shared.parts.two_faces import KINDS, PATIENCE, face_labels
from pages.shared.runs.session import engine, faces_folder, tell
from pages.shared.words import plain

MOST_ANSWERS = 16  # about own photos, kept in the session only


@dataclass(frozen=True, kw_only=True, eq=False)
class Subject:
    """The picture that is looked at, and the one it is compared with.

    Attributes:
        face: (110, 110, 3) uint8.
        other: (110, 110, 3) uint8.
        name: Who the face is.
        other_name: Who the other is.
        same: Whether both are one person; None where nobody knows.
        key: Tells this pair from others.
        own: Whether a photo of the reader's is among them: then nothing about it outlives the session.
    """

    face: np.ndarray
    other: np.ndarray
    name: str
    other_name: str
    same: bool | None
    key: tuple[Any, ...]
    own: bool


def ask(run: RunFolder, epoch: int, function: Callable[..., Any], *args: Any, subject: Subject | None = None) -> Any:
    """Return a worker's answer, or say in a sentence why there is none and return None.

    Answers about faces of the run are kept for everybody, those about a reader's photo in their session.

    Args:
        run: The run.
        epoch: The epoch whose network is looked into.
        function: Importable, called with ``args``.
        *args: Plain arguments.
        subject: The faces among them, if any.
    """
    plain_args = tuple(tuple(arg) if isinstance(arg, list) else arg for arg in args if not isinstance(arg, np.ndarray))
    key = (function.__name__, weights_stamp(run, epoch), plain_args, subject.key if subject else ())
    state = engine().state()
    if not state.ready:
        st.info(
            f"A worker looks at it as soon as there is one: {plain(state.message)}", icon=":material/hourglass_empty:"
        )
        st.fragment(_look_again, run_every=1.0)()
        return None
    waiting = state.warming or "A worker looks at the face."
    try:
        with st.spinner(plain(waiting)):
            if subject is not None and subject.own:
                return _of_session(key, function, args)
            return _of_everybody(key, function, args)
    except TooSlow:
        st.error("No worker was free within a minute: try again when fewer runs train.", icon=":material/error:")
    except Exception as error:  # whatever the worker met is told in a sentence, the page stays
        st.error(f"The worker could not look at it: {plain(str(error))}", icon=":material/error:")
    return None


def _look_again() -> None:
    if engine().state().ready:
        st.rerun()


@st.cache_resource(max_entries=128, show_spinner=False)
def _of_everybody(key: tuple[Any, ...], _function: Callable[..., Any], _args: tuple[Any, ...]) -> Any:
    return engine().ask(_function, *_args).result(timeout=PATIENCE)


def _of_session(key: tuple[Any, ...], function: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    answers = st.session_state.setdefault("looked_at", {})
    if key not in answers:
        answers[key] = engine().ask(function, *args).result(timeout=PATIENCE)
        while len(answers) > MOST_ANSWERS:
            answers.pop(next(iter(answers)))
    return answers[key]


def two_of_the_run(run: RunFolder, faces: TrackedFaces) -> Subject:
    """Have the reader choose a face of the run, and one to compare it with."""
    labels = face_labels(faces)
    left, right = st.columns(2)
    with left:
        face = _choose("Look at", labels, len(faces) - 1, f"network_face_{run.id}")
    with right:
        other = _choose("Compared with", labels, mate(faces, face), f"network_other_{run.id}_{face}")
    pictures, _ = pictures_of(run, face, other)
    return Subject(
        face=pictures[0],
        other=pictures[1],
        name=str(faces.names[faces.person[face]]),
        other_name=str(faces.names[faces.person[other]]),
        same=bool(faces.person[face] == faces.person[other]),
        key=(run.id, face, other),
        own=False,
    )


def _choose(label: str, labels: list[str], first: int, key: str) -> int:
    return int(st.selectbox(label, range(len(labels)), index=first, format_func=labels.__getitem__, key=key))


def mate(faces: TrackedFaces, face: int) -> int:
    """Return another picture of the same person; where there is none, another face."""
    others = np.flatnonzero((faces.person == faces.person[face]) & (np.arange(len(faces)) != face))
    if len(others):
        return int(others[-1])
    return (face + 1) % len(faces)


def own_photo(run: RunFolder, faces: TrackedFaces) -> Subject | None:
    """Have the reader give a photo, and a second one or a face of the run to compare it with."""
    st.caption(
        "A face, cut out as a square: the middle of a picture is used. "
        "Photos stay in the memory of this session and are gone when it ends."
    )
    left, right = st.columns(2)
    with left:
        face = _photo("Your photo", "network_photo")
    with right:
        other = _photo("Another photo of the same person, if you like", "network_second_photo")
        number = None
        if other is None:
            number = _choose("Compared with", face_labels(faces), len(faces) - 1, f"network_beside_photo_{run.id}")
    if face is None:
        st.info("Choose a photo: the network of this epoch then looks at it.", icon=":material/add_a_photo:")
        return None
    second = other if other is not None else pictures_of(run, int(number or 0), int(number or 0))[0][0]
    return Subject(
        face=face,
        other=second,
        name="your photo",
        other_name="your second photo" if other is not None else str(faces.names[faces.person[int(number or 0)]]),
        same=None,
        key=(run.id, _digest(face), _digest(second)),
        own=True,
    )


def _photo(label: str, key: str) -> np.ndarray | None:
    file = st.file_uploader(label, KINDS, key=key)
    if file is None:
        return None
    try:
        return read_picture(file)
    except (PictureError, OSError) as error:
        st.error(plain(str(error)), icon=":material/broken_image:")
        return None


def _digest(picture: np.ndarray) -> str:
    return hashlib.sha256(picture.tobytes()).hexdigest()


def pictures_of(run: RunFolder, *faces: int) -> tuple[np.ndarray, bool]:
    """Return tracked faces as the network sees them, and whether they are the faces themselves."""
    return looking.tracked_pictures(run, faces_folder(), np.array(faces))


def offer_faces(run: RunFolder) -> None:
    """Where only thumbnails are left of the faces, say so and offer to make the faces ready again."""
    if pictures_of(run, 0)[1]:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "The faces of this run are not prepared on this machine: enlarged thumbnails stand in for them, "
            "so numbers differ a little from those of the run."
        )
        config = run.record().config.faces
        st.button("Make the faces ready", key="network_prepare", on_click=tell, args=(engine().prepare_faces, config))


@functools.cache
def source_of(file: str, *names: str) -> str:
    """Return the source of functions in a file of the core that the server does not import."""
    text = (Path(looking.__file__).parents[2] / file).read_text(encoding="utf-8")
    parts = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name in names]
    return "\n\n\n".join(ast.get_source_segment(text, node) or "" for node in parts)
