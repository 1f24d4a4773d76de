"""Two faces side by side: from the run, or two photos that stay in this session's memory."""

from concurrent.futures import TimeoutError as TooSlow
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.faces import PictureError, read_picture
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Row, gallery
from pages.shared.controls.threshold_from import say_where
from pages.shared.runs import readers
from pages.shared.runs.session import engine
from pages.shared.words import GROUP_WORDS, plain

KINDS = ["jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "pgm"]
PATIENCE = 60  # seconds to wait for a worker


def verdict(squared_distance: float, threshold: float, same: bool | None = None) -> None:
    """Say the distance, what the threshold makes of it, and whether that is right."""
    nearer = squared_distance <= threshold
    near, line = (distance_words(value, squared_distance, threshold) for value in (squared_distance, threshold))
    words = "**Same person**" if nearer else "**Different people**"
    sign = "≤" if nearer else ">"
    truth = ""
    if same is not None:
        truth = (
            ", and that is right"
            if same == nearer
            else (", and that is wrong: a false accept" if nearer else ", and that is wrong: a false reject")
        )
    st.metric("Squared distance", near, help="0 is the same point, 4 the opposite side of the sphere.")
    st.markdown(f"{words}, since {near} {sign} {line}{truth}.")


def two_of_the_run(run: RunFolder, faces: TrackedFaces, epoch: int, threshold: float) -> None:
    """Compare two tracked faces at the epoch in view."""
    labels = face_labels(faces)
    same = np.flatnonzero((faces.person == faces.person[-1]) & (np.arange(len(faces)) != len(faces) - 1))
    start = (len(faces) - 1, int(same[-1]) if len(same) else 0)
    chosen = []
    for place, key, word, first in zip(st.columns(2), ("face_a", "face_b"), "AB", start, strict=True):
        if st.session_state.get(key, 0) >= len(faces):
            del st.session_state[key]
        st.session_state.setdefault(key, first)
        with place:
            chosen.append(st.selectbox(f"Face {word}", range(len(faces)), format_func=labels.__getitem__, key=key))
    a, b = chosen
    rows = [
        Row(faces=(face,), caption=str(faces.names[faces.person[face]]), note=GROUP_WORDS[faces.group[face]])
        for face in chosen
    ]
    sprites = readers.sprites(run, "pair")
    left, right = st.columns([1.4, 1], vertical_alignment="center")
    with left:
        gallery(rows, sprites, key="pair", alt="The two chosen faces side by side.", size=128)
    with right:
        points = readers.epoch(run, epoch).embeddings
        squared = float(np.sum((points[a].astype(np.float64) - points[b]) ** 2))
        verdict(squared, threshold, None if a == b else bool(faces.person[a] == faces.person[b]))
        if a == b:
            st.caption("This is twice the same picture: choose two.")


@st.cache_data(max_entries=32, show_spinner=False)
def _labels(names: tuple[str, ...], files: tuple[str, ...], groups: tuple[int, ...]) -> list[str]:
    return [
        f"{name} · {file.split('/')[-1]} · {GROUP_WORDS[group]}"
        for name, file, group in zip(names, files, groups, strict=True)
    ]


def face_labels(faces: TrackedFaces) -> list[str]:
    """Return who each tracked face is, from which file, in which group."""
    names = tuple(str(faces.names[p]) for p in faces.person)
    return _labels(names, tuple(map(str, faces.files)), tuple(faces.group.tolist()))


def two_photos(run: RunFolder, threshold: float) -> None:
    """Compare two uploaded photos with the network as it is now."""
    st.caption("Photos stay in the memory of this session and are gone when it ends.")
    pictures = []
    for place, key, word in zip(st.columns(2), ("photo_a", "photo_b"), "AB", strict=True):
        with place:
            pictures.append(_photo(word, key))
    if any(picture is None for picture in pictures):
        return
    try:
        with st.spinner("A worker looks at the photos"):
            points = engine().embed_photos(run.id, pictures).result(timeout=PATIENCE)
    except TooSlow:
        st.error("No worker was free within a minute: try again when fewer runs train.", icon=":material/error:")
        return
    except Exception as error:  # whatever the worker met is told in a sentence, the page stays
        st.error(f"The photos could not be compared: {plain(str(error))}", icon=":material/error:")
        return
    squared = float(np.sum((points[0].astype(np.float64) - points[1]) ** 2))
    verdict(squared, threshold)
    say_where(run, "threshold_from", squared)


def _photo(word: str, key: str) -> Any:
    file = st.file_uploader(
        f"Photo {word}", KINDS, key=key, help="A face, cut out as a square: the middle of the picture is used."
    )
    if file is None:
        return None
    try:
        picture = read_picture(file)
    except (PictureError, OSError) as error:
        st.error(plain(str(error)), icon=":material/broken_image:")
        return None
    st.image(picture, width=128, alt=f"Photo {word}")
    return picture
