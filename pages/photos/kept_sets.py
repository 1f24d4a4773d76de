"""Own photos kept for the class: stored as a set to train on, listed, deleted with all that learned from them."""

import time
from types import ModuleType
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.choices import SOURCES
from facenet_core.faces.photos import KeptSet, list_kept
from facenet_core.faces.photos.album import Album
from facenet_core.runs.jobs.kept_photos import Deleted, delete_kept, keep_photos, mixed_with, runs_of
from pages.shared.components.browser.media import KEPT
from pages.shared.parts import prepare_faces as faces_view
from pages.shared.runs import prepared_faces, readers
from pages.shared.runs.session import data_folder, engine, faces_folder, forget_run, runs_folder, tell
from pages.shared.words import counted, plain

OWN_PHOTOS = SOURCES["photos"].label  # what a selectbox bound to the link calls it there
ALONE = "alone"
MIXES = {ALONE: "Own photos alone", "synthetic": "With the synthetic class", "olivetti": "With the Olivetti faces"}


def keep_these(album: Album) -> None:
    """Offer to keep the named faces as a set to train on."""
    st.header("Use them as a set to train on", anchor=False)
    st.caption(
        "Training happens in another process, and a run keeps small pictures of the faces it follows. A set to train "
        "on has to be kept on this machine's disk until somebody deletes it below; without that nothing is stored."
    )
    named = [photo for photo in album.used if photo.person]
    left, middle, right = st.columns([2, 2, 1], vertical_alignment="bottom")
    with left:
        name = st.text_input("Name of the set", key="keep_name", max_chars=80, placeholder="our class")
    with middle:
        mix = st.selectbox("Mixed with", list(MIXES), format_func=MIXES.__getitem__, key="keep_mix")
    agreed = st.checkbox("Keep for this class: everybody on the photos agrees", key="keep_agreed")
    with right:
        ready = agreed and bool(name.strip()) and bool(named) and not _keeping()
        st.button("Keep", key="keep", type="primary", disabled=not ready, on_click=_keep, args=(album, name, mix))
    unnamed = len(album.used) - len(named)
    if unnamed:
        st.caption(f"{counted(unnamed, 'face')} without a name yet would be left out.")
    job_id = st.session_state.get("keep_job")
    if job_id:
        st.fragment(_follow, run_every=0.5 if _keeping() else None)(job_id, _keeping())


def _keeping() -> bool:
    job_id = st.session_state.get("keep_job")
    job = tell(engine().job, job_id) if job_id else None
    return job is not None and job.state in ("queued", "running")


def _keep(album: Album, name: str, mix: str) -> None:
    named = [photo for photo in album.used if photo.person]
    st.session_state.pop("photos_deleted", None)
    st.session_state["keep_job"] = tell(
        engine().start_job,
        "keep",
        keep_photos,
        name,
        np.stack([photo.image for photo in named]),
        [photo.person for photo in named],
        [photo.file for photo in named],
        None if mix == ALONE else mixed_with(mix),
        str(faces_folder().absolute()),
    )


def _follow(job_id: str, was_moving: bool) -> None:
    job = tell(engine().job, job_id)
    moving = job is not None and job.state in ("queued", "running")
    if was_moving and not moving:
        st.rerun()
    if job is None:
        st.warning("This job is not known any more: keep the set again.", icon=":material/search_off:")
    elif moving:
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=plain(job.message or "Begun"))
        st.button("Cancel", key="keep_cancel", on_click=tell, args=(engine().cancel_job, job_id))
    elif job.state == "failed":
        st.error(plain(job.message), icon=":material/error:")
    else:
        st.success("The set is kept: it can be trained on below.", icon=":material/check:")


def kept_sets() -> None:
    """List the kept sets, each with the way to train on it and to delete it."""
    said = st.session_state.get("photos_deleted")  # stays: something else on the page may run it again at once
    if said:
        st.success(plain(said), icon=":material/delete:")
    kept = list_kept(faces_folder())
    if not kept:
        st.caption("No set of own photos is kept on this machine.")
        return
    st.markdown(f"**{len(kept)} kept on this machine**, for everybody who uses it:")
    for number, entry in enumerate(kept):
        left, middle, right = st.columns([3, 1, 1], vertical_alignment="center")
        with left:
            st.markdown(_about(entry))
        with middle:
            if st.button("Train on it", key=f"kept_train_{number}"):
                st.switch_page("pages/training/page.py", query_params={"source": OWN_PHOTOS, "path": entry.name})
        with right:
            _delete_button(f"kept_delete_{number}", [entry])
    if len(kept) > 1:
        _delete_button("kept_delete_all", kept)


def _about(entry: KeptSet) -> str:
    with_whom = f", mixed with {SOURCES[entry.mixed_with].label}" if entry.mixed_with in SOURCES else ""
    when = time.strftime("%Y-%m-%d", time.localtime(entry.created))
    return (
        f"**{plain(entry.name)}**: {entry.own:,} own photos of {len(entry.people):,} people{plain(with_whom)}, "
        f"{entry.images:,} pictures in all, since {plain(when)}"
    )


def _delete_button(key: str, entries: list[KeptSet]) -> None:
    with st.popover(
        "Delete" if len(entries) == 1 else "Delete all of them", icon=":material/delete:", key=f"{key}_ask"
    ):
        runs = sum(len(runs_of(runs_folder(), entry)) for entry in entries)
        photos = sum(entry.own for entry in entries)
        st.markdown(
            f"{photos:,} own photos, and {counted(runs, 'run')} that learned from them, with thumbnails, embeddings, "
            "maps and networks, are deleted for everybody. This cannot be taken back."
        )
        names = [entry.name for entry in entries]
        st.button("Delete for good", key=key, type="primary", on_click=_delete, args=(names,))


def _delete(names: list[str]) -> None:
    st.session_state.pop("photos_deleted", None)
    st.session_state.pop("keep_job", None)
    for name in names:
        deleted = tell(delete_kept, data_folder(), name)
        if deleted is None:
            continue
        for run_id in deleted.busy:
            tell(engine().request, run_id, stop=True)
        for run_id in deleted.runs:
            forget_run(run_id)
        _say(deleted, name)
    _forget_pictures()


def _say(deleted: Deleted, name: str) -> None:
    words = st.session_state.get("photos_deleted", "")
    if deleted.busy:
        words += (
            f" {name} is not deleted yet: {counted(len(deleted.busy), 'run')} still training on it: told to stop. "
            "Press Delete again in a moment."
        )
    else:
        words += (
            f" Deleted: {name} with {deleted.photos:,} own photos, and {counted(len(deleted.runs), 'run')} that "
            "learned from them, with thumbnails, embeddings, maps and networks."
        )
    st.session_state["photos_deleted"] = words.strip()


def _forget_pictures() -> None:
    """Empty what this server holds in memory of prepared faces and runs."""
    for cache in (prepared_faces.face_set, prepared_faces.split, *_caches(readers), *_caches(faces_view)):
        cache.clear()
    for place in (KEPT, "clustering_embedded", "clustering_found", "clustering_sheets"):
        st.session_state.pop(place, None)


def _caches(module: ModuleType) -> list[Any]:
    """Return the caches that a module keeps itself; one that it only borrows may be the engine."""
    own = [value for value in vars(module).values() if getattr(value, "__module__", None) == module.__name__]
    return [value for value in own if hasattr(value, "clear") and hasattr(value, "__wrapped__")]
