"""Own photos held against a finished run: who of its people is nearest, and is that near enough?"""

from concurrent.futures import Future

import numpy as np
import streamlit as st
from PIL import Image

from facenet_core.evaluation import identify
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.faces.photos.album import Album, OwnPhoto
from facenet_core.runs.engine.state import EngineState
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.thresholds.in_use import ThresholdInUse, warnings_of
from pages.shared.components.chart import Row, gallery, send_sprites
from pages.shared.controls.threshold_from import choose_origin, in_use, warn_if_unlike
from pages.shared.figures.contact_sheet import COLUMNS, atlas_image
from pages.shared.runs import readers
from pages.shared.runs.session import UNREADABLE, engine, readable, run_chooser, run_in_view
from pages.shared.words import plain

SIDE, NEAREST = 80, 3
LOOK_AGAIN = 0.4  # seconds between two looks whether a worker has answered


def probe(album: Album) -> None:
    """Offer to hold the photos against a run, and show what came out."""
    st.header("Who does a finished run take them for?", anchor=False)
    run = run_in_view(or_newest=True)
    if run is None:
        st.info("No run is stored yet: train one, and its network can look at your photos.", icon=":material/search:")
        return
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        run_chooser(run)
    with right:
        st.button("Look at my faces", key="photos_probe", type="primary", disabled=not album.used, on_click=_ask)
    if st.session_state.get("photos_probed") and album.used:
        _answer(album, run)


def _ask() -> None:
    st.session_state["photos_probed"] = True
    asked = st.session_state.get("photos_points")
    if asked is not None and asked[1].done() and asked[1].exception() is not None:
        del st.session_state["photos_points"]  # what went wrong once is tried again


@readable
def _answer(album: Album, run: RunFolder) -> None:
    faces, epochs, pictures = readers.tracked(run), run.epochs(), readers.thumbnails(run)
    if faces is None or not epochs or pictures is None:
        st.info("This run has no epoch yet: its people can be compared once it has.", icon=":material/hourglass_empty:")
        return
    photos = album.used
    asked = _points(run, epochs[-1], photos)
    if not asked.done():
        st.fragment(_wait, run_every=LOOK_AGAIN)(asked)
        return
    if (error := asked.exception()) is not None:  # whatever the worker met is told in a sentence, the page stays
        st.error(f"The faces could not be compared: {plain(str(error))}", icon=":material/error:")
        return
    points = asked.result()
    known = readers.epoch(run, epochs[-1]).embeddings
    if points.shape[1:] != known.shape[1:] or not np.isfinite(known).all() or not np.isfinite(points).all():
        st.error("This run's embeddings cannot be compared with these faces.", icon=":material/error:")
        return
    if fallen := readers.collapse(run).words:
        st.warning(plain(fallen), icon=":material/compress:")
        return
    name_of = choose_origin(run, "photos_threshold_from")
    try:
        use = in_use(run, name_of)
    except UNREADABLE as error:
        st.warning(plain(str(error)), icon=":material/broken_image:")
        return
    threshold, limit = (None, 0.0) if use is None else (use.value, use.value)
    _say_threshold(run, use, name_of, points, photos, len(faces.names))
    atlas, rows = [], []
    for photo, point in zip(photos, points, strict=True):
        image = photo.image
        found = identify(known, faces.person, point, limit, candidates=NEAREST)
        start = len(atlas)
        atlas += [image, *(pictures[candidate.index] for candidate in found.candidates)]
        name = "unknown" if found.person is None or threshold is None else str(faces.names[found.person])
        beside = [limit, *(candidate.squared_distance for candidate in found.candidates)]
        near = ", ".join(
            f"{faces.names[c.person]} {distance_words(c.squared_distance, *beside)}" for c in found.candidates
        )
        words = photo.person or photo.file.split("/")[-1]
        rows.append(Row(faces=tuple(range(start, len(atlas))), caption=f"{words} → {name}", note=f"nearest: {near}"))
    small = [np.asarray(Image.fromarray(face).resize((SIDE, SIDE), Image.Resampling.LANCZOS)) for face in atlas]
    sprites = send_sprites(atlas_image(np.stack(small)), [""] * len(small), columns=COLUMNS, size=SIDE, key="probed")
    gallery(
        rows, sprites, key="probed", alt="Your faces beside the nearest people of the run.", size=SIDE, stacked=True
    )


def _say_threshold(
    run: RunFolder,
    use: ThresholdInUse | None,
    saved: str | None,
    points: np.ndarray,
    photos: list[OwnPhoto],
    known: int,
) -> None:
    """Say what counts as somebody, whose faces that comes from, and where these photos are unlike them."""
    if use is None:
        st.caption("This run has measured no threshold, so everybody stays unknown; the nearest people are shown.")
        return
    st.caption(
        f"Each row: your face, then the nearest of {known:,} people that this run follows. Nearer than "
        f"{distance_words(use.value)} counts as that person; otherwise unknown. That threshold is {plain(use.origin)}. "
        + plain(" ".join(warnings_of(use)))
    )
    people = [photo.person for photo in photos]
    warn_if_unlike(run, saved, points, np.array(people) if all(people) else None)


def _points(run: RunFolder, epoch: int, photos: list[OwnPhoto]) -> "Future[np.ndarray]":
    """Return the embeddings of the faces as they are framed now, asked for once."""
    wanted = run.id, epoch, tuple((photo.number, photo.frame) for photo in photos)
    kept = st.session_state.get("photos_points")
    if kept is None or kept[0] != wanted:
        kept = wanted, engine().embed_photos(run.id, [photo.image for photo in photos])
        st.session_state["photos_points"] = kept
    return kept[1]


def _wait(asked: "Future[np.ndarray]") -> None:
    """Say what the answer waits for; the page stays usable, however busy the workers are."""
    if asked.done():
        st.rerun()
    st.info(plain(waiting_words(engine().state())), icon=":material/hourglass_empty:")


def waiting_words(state: EngineState, *, warm: bool = True) -> str:
    """Return what a question to the worker beside the training waits for.

    Args:
        state: Of the engine.
        warm: Whether the question waits until torch and umap are loaded; looking for faces does not.
    """
    if not state.ready:
        return state.message
    side = next((worker for worker in state.workers if worker.name == "side"), None)
    if warm and side is not None and side.message:
        return f"A worker looks at the faces as soon as it is ready: {side.message}."
    if side is not None and side.busy_with and not side.busy_with.startswith("photos"):
        return f"A worker looks at the faces as soon as it has done something else: {side.busy_with}."
    return "A worker looks at the faces."
