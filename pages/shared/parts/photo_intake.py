"""Photos brought into this session: files, a ZIP, the camera, or a folder on the machine that runs the app."""

from pathlib import Path

import streamlit as st

from facenet_core.faces import FacesError
from facenet_core.faces.photos import LIMITS, Reading, Upload, collect, list_folder
from facenet_core.faces.photos.album import Album
from facenet_core.faces.photos.collecting import Collected
from pages.shared.parts.photo_probe import waiting_words
from pages.shared.runs.ownership import class_mode
from pages.shared.runs.session import engine
from pages.shared.words import plain

FILES, CAMERA, FOLDER = "Files or a ZIP", "Camera", "A folder on this machine"
LINES_SHOWN = 200


def album() -> Album:
    """Return the photos of this session."""
    found: Album = st.session_state.setdefault("photos_album", Album())
    return found


def bring(album: Album) -> None:
    """Offer the ways in, and follow what is on its way."""
    ways = [FILES, CAMERA] if class_mode() else [FILES, CAMERA, FOLDER]
    way = st.segmented_control("Bring photos from", ways, default=FILES, required=True, key="photos_way")
    st.caption(f"{LIMITS.sentence()} In a ZIP or folder, a sub-folder's name is taken as the person's.")
    busy = _moving()
    turn = st.session_state.setdefault("photos_turn", 0)  # a new key empties the uploader and frees its memory
    if way == FILES:
        key = f"photos_files_{turn}"
        st.file_uploader(
            "Photos, or ZIPs of photos",
            accept_multiple_files=True,
            key=key,
            max_upload_size=LIMITS.upload_megabytes,
            on_change=_uploaded,
            args=(album, key),
            disabled=busy,
        )
    elif way == CAMERA:
        key = f"photos_camera_{turn}"
        st.camera_input("A photo of whoever agrees", key=key, on_change=_taken, args=(album, key), disabled=busy)
        st.caption(
            "No picture here? Then there is no camera, or the browser was not allowed to use it: allow it beside "
            "the address, which has to begin with https or be localhost. Files work without a camera."
        )
    else:
        _folder(album, busy)
    _follow_reading(album)


def _folder(album: Album, busy: bool) -> None:
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    with left:
        path = st.text_input("Folder", key="photos_folder", placeholder="/home/me/photos")
    with right:
        st.button("Read it", key="photos_read", on_click=_named, args=(album, path), disabled=busy or not path.strip())


def _uploaded(album: Album, key: str) -> None:
    files = st.session_state.get(key) or []
    if files:
        _begin(collect([Upload(file.name, file) for file in files], room=LIMITS.photos - len(album)))
        st.session_state["photos_turn"] += 1


def _taken(album: Album, key: str) -> None:
    picture = st.session_state.get(key)
    if picture is not None:
        name = f"camera {st.session_state['photos_turn'] + 1}.jpg"
        _begin(collect([Upload(name, picture)], room=LIMITS.photos - len(album)))
        st.session_state["photos_turn"] += 1


def _named(album: Album, path: str) -> None:
    if class_mode():
        return
    try:
        _begin(list_folder(Path(path.strip()), room=LIMITS.photos - len(album)))
    except (FacesError, ValueError, OSError) as error:
        st.session_state["problem"] = str(error)


def _begin(collected: list[Collected]) -> None:
    st.session_state["photos_reading"] = Reading(collected, engine().ask)


def _moving() -> bool:
    reading = st.session_state.get("photos_reading")
    return reading is not None and reading.moving


def _follow_reading(album: Album) -> None:
    reading = st.session_state.get("photos_reading")
    if reading is not None:
        _take(album, reading)
        st.fragment(_progress, run_every=0.4 if reading.moving else None)(album, reading.moving)


def _take(album: Album, reading: Reading) -> None:
    for seen in reading.push():
        album.add(seen)


def _progress(album: Album, was_moving: bool) -> None:
    reading: Reading | None = st.session_state.get("photos_reading")
    if reading is None:
        return
    _take(album, reading)
    if was_moving and not reading.moving:
        st.rerun()
    if reading.moving:
        words = f"{reading.done:,} of {reading.total:,} photos looked at"
        waits = "" if reading.done else f". {waiting_words(engine().state(), warm=False)}"
        st.progress(reading.done / max(1, reading.total), text=plain(words + waits))
        st.button("Cancel", key="photos_cancel", on_click=reading.cancel)
        return
    if reading.cancelled:
        st.info(f"Cancelled: {reading.done:,} of {reading.total:,} photos were looked at and are kept below.")
    _refused(reading)


def _refused(reading: Reading) -> None:
    lines = reading.refused
    if not lines:
        return
    with st.expander(f"{len(lines):,} of what was brought cannot be used", expanded=True, icon=":material/block:"):
        st.markdown("\n".join(f"- **{plain(line.file)}**: {plain(line.reason)}" for line in lines[:LINES_SHOWN]))
        if len(lines) > LINES_SHOWN:
            st.caption(f"and {len(lines) - LINES_SHOWN:,} more")
