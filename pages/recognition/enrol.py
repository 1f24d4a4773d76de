"""Enrol somebody new: a worker looks at a few photos once, and the gallery knows one more person."""

import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.faces.photos import list_kept
from facenet_core.faces.photos.album import Album
from facenet_core.runs.jobs.enrolling import NewFaces, embed_kept, embed_own, embed_tracked
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.recognition import enrolled as recognition_enrolled
from pages.recognition.newcomers import Newcomer, all_newcomers
from pages.recognition.scene import Scene
from pages.shared.parts.photo_probe import LOOK_AGAIN, waiting_words
from pages.shared.runs.session import engine, faces_folder, tell
from pages.shared.words import plain

OF_RUN, OF_SESSION, OF_KEPT = "Of this run", "My photos", "Kept photos"
MOST_PHOTOS = 20  # of one person's own photos


@dataclass(slots=True, kw_only=True)
class Pending:
    """Somebody whose photos a worker looks at.

    Attributes:
        run: Whose network.
        epoch: Of which epoch.
        name: Who it is.
        code: The tracked person; None for own photos.
        kept: The kept set; empty for others.
        pictures: (n, 110, 110, 3) uint8 own photos of this session.
        photos: How many photos are looked at.
        answer: What the worker returns.
        pressed: When the button was pressed.
        came: When the answer came.
    """

    run: str
    epoch: int
    name: str
    code: int | None = None
    kept: str = ""
    pictures: np.ndarray = field(default_factory=lambda: np.empty((0, 110, 110, 3), np.uint8))
    photos: int
    answer: "Future[NewFaces]"
    pressed: float
    came: list[float] = field(default_factory=list)


def also_enrolled(run: RunFolder, people: int) -> tuple[int, ...]:
    """Return the people of the run that were enrolled in addition, at first those of the link."""
    by_run: dict[str, list[int]] = st.session_state.setdefault("who_also", {})
    if run.id not in by_run:
        parts = st.query_params.get("new", "")[:400].split(",")
        numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 7]
        by_run[run.id] = [number for number in dict.fromkeys(numbers) if number < people]
    codes = by_run[run.id]
    text = ",".join(str(code) for code in codes)
    if text and st.query_params.get("new") != text:
        st.query_params["new"] = text
    elif not text and "new" in st.query_params:
        del st.query_params["new"]
    return tuple(codes)


def enrolling(run: RunFolder, faces: TrackedFaces, found: Scene, threshold: float, *, last: bool) -> None:
    """Choose somebody, enrol them, and see them recognised."""
    pending: Pending | None = st.session_state.get("who_pending")
    sources = [OF_RUN, OF_SESSION, OF_KEPT] if last else [OF_RUN]
    if st.session_state.get("who_source") not in sources:
        st.session_state.pop("who_source", None)
    first, second, third = st.columns([2, 2.4, 1], vertical_alignment="bottom")
    with first:
        source = st.segmented_control(
            "Somebody new", sources, default=OF_RUN, required=True, key="who_source", help=_ABOUT_SOURCES
        )
    with second:
        ask = _choice(run, faces, found, source)
    with third:
        st.button(
            "Enrol",
            key="who_enrol",
            type="primary",
            icon=":material/person_add:",
            disabled=ask is None or pending is not None,
            on_click=_enrol,
            args=(run, found, ask),
        )
    if pending is not None:
        st.fragment(_wait, run_every=LOOK_AGAIN)()
        return
    recognition_enrolled.results(run, found, threshold, len(faces.names))


_ABOUT_SOURCES = (
    "**Of this run**: people who are not enrolled yet, of the people chosen above. **My photos**: faces of the page "
    "Own photos, in the memory of this session only. **Kept photos**: sets kept for the class."
)


def _choice(run: RunFolder, faces: TrackedFaces, found: Scene, source: str) -> dict[str, Any] | None:
    """Ask who is to be enrolled; return what a worker is asked for, None where there is nobody."""
    if source == OF_RUN:
        codes = sorted(set(found.person[found.enrolment.strangers].tolist()))
        if not codes:
            st.caption("Everybody is enrolled: enrol fewer people above.")
            return None
        code = st.selectbox("Who", codes, format_func=lambda c: found.names[c], key=f"who_code_{run.id}")
        return {"code": int(code), "name": found.names[code]}
    if source == OF_SESSION:
        album: Album = st.session_state.setdefault("photos_album", Album())
        named = sorted({photo.person for photo in album.used if photo.person})
        if not named:
            st.caption("No named faces in this session: bring some on the page Own photos.")
            return None
        name = st.selectbox("Who", named, key="who_own_name")
        pictures = [photo.image for photo in album.used if photo.person == name][:MOST_PHOTOS]
        return {"name": name, "pictures": np.stack(pictures)}
    people = [(entry.name, name) for entry in list_kept(faces_folder()) for name in entry.people]
    if not people:
        st.caption("No set of own photos is kept on this machine.")
        return None
    kept, name = st.selectbox("Who", people, format_func=lambda one: f"{one[1]} ({one[0]})", key="who_kept_name")
    return {"name": name, "kept": kept}


def _enrol(run: RunFolder, found: Scene, ask: dict[str, Any]) -> None:
    """Hand the photos to a worker; the clock runs from here until its answer is there."""
    pressed, path, root = time.perf_counter(), str(run.path), str(faces_folder().absolute())
    photos = found.wish.photos
    if "code" in ask:
        own = np.flatnonzero(found.person == ask["code"])
        photos = min(photos, len(own))
        answer = tell(engine().ask, embed_tracked, path, root, own[:photos].tolist())
    elif "kept" in ask:
        answer = tell(engine().ask, embed_kept, path, root, ask["kept"], ask["name"], MOST_PHOTOS)
    else:
        answer = tell(engine().ask, embed_own, path, ask["pictures"])
    if answer is None:
        return
    pending = Pending(run=run.id, epoch=found.wish.epoch, photos=photos, answer=answer, pressed=pressed, **ask)
    answer.add_done_callback(lambda _: pending.came.append(time.perf_counter()))
    st.session_state["who_pending"] = pending
    if answer.done():
        finish()


def _wait() -> None:
    pending: Pending | None = st.session_state.get("who_pending")
    if pending is None or pending.answer.done():
        finish()
        st.rerun()
    st.info(plain(_waits_for()), icon=":material/hourglass_empty:")


def _waits_for() -> str:
    state = engine().state()
    side = next((worker for worker in state.workers if worker.name == "side"), None)
    if side is not None and side.busy_with.startswith("embed "):
        return "A worker looks at the photos."
    return waiting_words(state)


def finish() -> None:
    """Put whoever a worker has looked at into the gallery; what went wrong becomes a sentence."""
    pending: Pending | None = st.session_state.pop("who_pending", None)
    if pending is None:
        return
    try:
        faces = pending.answer.result(timeout=0)
        if not np.isfinite(faces.embeddings).all():
            raise ValueError("the embeddings of this run are not numbers")
    except Exception as error:  # whatever the worker met is told in a sentence, the page stays
        st.session_state["problem"] = f"{pending.name} could not be enrolled: {error}"
        return
    seconds = (pending.came[0] if pending.came else time.perf_counter()) - pending.pressed
    st.session_state["who_measured"] = {
        "name": pending.name,
        "photos": len(faces.embeddings),
        "seconds": seconds,
        "network": faces.seconds,
        "exact": faces.exact,
    }
    if pending.code is not None:
        st.session_state["who_also"].setdefault(pending.run, []).append(pending.code)
        return
    pictures = faces.pictures if pending.kept else pending.pictures
    st.session_state["who_newcomers"] = [
        *all_newcomers(),
        Newcomer(
            run=pending.run,
            epoch=pending.epoch,
            name=pending.name,
            kept=pending.kept,
            embeddings=faces.embeddings,
            pictures=pictures,
        ),
    ]


def points_to_notice(found: Scene) -> list[str]:
    """Return what enrolling does, with its numbers."""
    return [
        f"The gallery holds {len(found.enrolment.gallery):,} photos of {len(found.enrolment.enrolled):,} people. "
        "Enrolling adds rows to it; the network stays as it is, bit for bit.",
        "Whoever is new takes nothing from those who were there, but every further person is one more chance to be "
        "taken for somebody.",
        "More photos of somebody make it likelier that one of them is near to the next photo.",
    ]
