"""The photos of this session: a wall of faces, and one of them to frame, to name, to leave out."""

from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from facenet_core.faces.photos.album import Album, OwnPhoto
from pages.shared.components.chart import Row, gallery, photo_frame, send_sprites
from pages.shared.figures.contact_sheet import COLUMNS, atlas_image
from pages.shared.words import counted, plain

SIDE, SHOWN = 96, 60


def review(album: Album) -> None:
    """Show the wall and the photo in view."""
    if not len(album):
        st.info(
            "Your photos appear here as faces to look through. Ask the people on them first.",
            icon=":material/add_photo_alternate:",
        )
        return
    photos = album.photos
    chosen = _chosen(album)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _wall(album, photos, chosen)
    with right:
        _one(album, chosen)


def _chosen(album: Album) -> OwnPhoto:
    photo = album.find(st.session_state.get("photo_in_view", -1))
    return photo or album.photos[0]


def _wall(album: Album, photos: list[OwnPhoto], chosen: OwnPhoto) -> None:
    twins = album.twins()
    pages = -(-len(photos) // SHOWN)
    page = int(st.number_input(f"Page, of {pages}", 1, pages, 1, key="photos_page")) - 1 if pages > 1 else 0
    shown = photos[page * SHOWN : (page + 1) * SHOWN]
    small = [Image.fromarray(_shade(photo)).resize((SIDE, SIDE), Image.Resampling.LANCZOS) for photo in shown]
    atlas = atlas_image(np.stack([np.asarray(image) for image in small]))
    sprites = send_sprites(atlas, [""] * len(shown), columns=COLUMNS, size=SIDE, key="own_photos")
    rows = [
        Row(
            faces=(place,),
            caption=("▸ " if photo.number == chosen.number else "") + (photo.person or "no name yet"),
            note=_note(photo, twins[photo.number], album),
        )
        for place, photo in enumerate(shown)
    ]

    def clicked(row: Any) -> None:
        if isinstance(row, int) and 0 <= row < len(shown):
            st.session_state["photo_in_view"] = shown[row].number

    st.markdown(f"**{len(album.used):,} faces** of {len(album):,} are used. Click one to change it.")
    _turns(album)
    gallery(rows, sprites, key="own_photos", alt=f"{len(shown)} faces from your photos.", size=SIDE, on_click=clicked)
    _name_all(album)


def _turns(album: Album) -> None:
    """Say how many faces were turned, and offer to undo all turns at once, or to make them again."""
    turned = sum(photo.turned for photo in album.photos)
    leaning = sum(photo.lean != 0 and not photo.frame.angle for photo in album.photos)
    if not turned and not leaning:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if turned:
            st.markdown(f"{counted(turned, 'face')} leaned and {'was' if turned == 1 else 'were'} turned upright.")
            st.button("Undo all turns", key="photos_undo_turns", icon=":material/undo:", on_click=album.undo_turns)
        else:
            st.markdown(f"{counted(leaning, 'face')} lean{'s' if leaning == 1 else ''}, as in the photo.")
            st.button("Turn upright", key="photos_turn_upright", on_click=album.turn_upright)


def _shade(photo: OwnPhoto) -> np.ndarray:
    """Return the face, pale where it is left out."""
    return photo.image if not photo.left_out else (160 + photo.image.astype(np.uint16) // 4).astype(np.uint8)


def _note(photo: OwnPhoto, twin: int | None, album: Album) -> str:
    if photo.left_out:
        return "left out"
    other = album.find(twin) if twin is not None else None
    if other is not None:
        return f"same photo as {other.file.split('/')[-1]}"
    if not photo.look.faces:
        return "no face found: middle of the photo"
    if len(photo.look.faces) > 1 and not photo.copy:
        return f"{len(photo.look.faces)} faces: choose"
    return f"turned by {abs(round(photo.frame.angle))}°" if photo.turned else ""


def _name_all(album: Album) -> None:
    unnamed = sum(not photo.person for photo in album.used)
    if not unnamed:
        return
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        st.text_input(f"Name for the {unnamed:,} without one", key="photos_all_name", max_chars=80)
    with right:
        st.button("Name them", key="photos_name_all", on_click=_give_all, args=(album,))
    if named := album.named_by_files():
        number, person = next(iter(named.items()))
        photo = album.find(number)
        about = f"{plain(photo.file.split('/')[-1])} would be {plain(person)}'s." if photo else ""
        st.button(
            f"Name {len(named):,} by their files", key="photos_name_files", on_click=album.name_by_files, help=about
        )


def _give_all(album: Album) -> None:
    album.name_unnamed(st.session_state.get("photos_all_name", ""))


def _one(album: Album, photo: OwnPhoto) -> None:
    look = photo.look
    others = [face for face in look.faces if face != photo.frame]
    photo_frame(
        look.preview,
        (look.width, look.height),
        photo.frame,
        photo=photo.number,
        key="own_frame",
        alt=f"The photo {photo.file} with the frame of the face.",
        others=others,
        on_frame=lambda values: _framed(album, values),
    )
    st.caption(_how(photo, len(others)))
    number = photo.number
    key = f"photo_person_{number}"
    if key not in st.session_state or st.session_state.get(f"{key}_was") != photo.person:  # back, or named elsewhere
        st.session_state[key] = st.session_state[f"{key}_was"] = photo.person
    st.text_input(
        "Whose face is it?", key=key, max_chars=80, on_change=lambda: album.name(number, st.session_state[key])
    )
    angle = f"photo_angle_{number}"
    st.session_state[angle] = round(photo.frame.angle)
    st.slider("Leans by, in degrees", -45, 45, key=angle, on_change=_turned, args=(album, number, angle))
    with st.container(horizontal=True):
        label = "Use it again" if photo.left_out else "Leave out"
        st.button(label, key="photo_leave", on_click=album.leave_out, args=(number, not photo.left_out))
        st.button(
            "Delete this photo", key="photo_delete", icon=":material/delete:", on_click=_delete, args=(album, number)
        )
        if len(photo.look.faces) > 1 and not photo.copy:
            st.button("Also use another face of it", key="photo_more", on_click=_more, args=(album, number))


def _how(photo: OwnPhoto, others: int) -> str:
    words = plain(photo.file) + ". "
    if not photo.look.faces:
        words += "No face was found, so the middle is framed: drag the square, and its corner to size it. "
    elif others:
        words += "Click a dashed square to frame the face that was found there. "
    if photo.turned:
        words += "The face leaned and was turned upright by its eyes and mouth: the slider turns it back. "
    return words + "Keys: arrows move the frame, plus and minus size it."


def _framed(album: Album, values: Any) -> None:
    if isinstance(values, dict) and isinstance(values.get("photo"), int):
        album.reframe(values["photo"], values)


def _turned(album: Album, number: int, key: str) -> None:
    photo = album.find(number)
    if photo is not None:
        frame = photo.frame
        turned = {"x": frame.x, "y": frame.y, "side": frame.side, "angle": st.session_state[key]}
        album.reframe(number, turned)


def _more(album: Album, number: int) -> None:
    photo = album.find(number)
    if photo is None:
        return
    taken = [other.frame for other in album.photos if other.look is photo.look]
    free = [face for face in photo.look.faces if face not in taken]
    if free and (added := album.add_face(number, free[0])):
        st.session_state["photo_in_view"] = added.number


def _delete(album: Album, number: int) -> None:
    photo = album.delete(number)
    if photo is not None:
        st.toast(f"{plain(photo.file)} was deleted from the memory of this session.")
        _forget_answers()


def clear(album: Album) -> None:
    """Delete all photos of this session and say so."""
    count = album.clear()
    st.session_state.pop("photos_reading", None)
    _forget_answers()
    st.toast(f"{count:,} photos were deleted from the memory of this session.")


def _forget_answers() -> None:
    for answer in ("photos_probed", "photos_points", "clustering_embedded", "clustering_found", "clustering_sheets"):
        st.session_state.pop(answer, None)


def leave_out_unfound(album: Album) -> None:
    """Leave out photos in which no face was found."""
    for photo in album.photos:
        if not photo.look.faces:
            album.leave_out(photo.number, True)


def points_to_notice(album: Album) -> list[str]:
    """Return what these photos show, with their numbers."""
    if not len(album):
        return [
            "Nothing is uploaded yet. A face finder looks for faces that look towards the camera; profiles it misses.",
            "Whoever is on the photos was never trained on: for a finished run they are unseen people.",
        ]
    photos = album.used
    found = sum(bool(photo.look.faces) for photo in photos)
    turned = sum(photo.turned for photo in photos)
    again = sum(twin is not None for twin in album.twins().values())
    people = {photo.person for photo in photos if photo.person}
    return [
        f"A face was found in {found:,} of {len(photos):,}; {turned:,} leaned by 8 degrees or more and "
        f"{'is' if turned == 1 else 'are'} turned upright, as the faces are that networks train on."
        if turned
        else f"A face was found in {found:,} of {len(photos):,}; none of them leans so far that it had to be turned.",
        f"{again:,} repeat another photo; a repeated photo tells a network nothing new.",
        f"{len(people):,} people are named. Training needs at least two people with two photos each.",
    ]
