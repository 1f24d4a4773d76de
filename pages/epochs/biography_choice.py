"""Whose biography: a face or a triplet, chosen on the map, by name, or suggested."""

import numpy as np
import streamlit as st

from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.epochs import biography_data
from pages.epochs.biography_data import Triplet
from pages.epochs.measured import Course
from pages.shared.components.chart import Row, gallery
from pages.shared.parts import map_player as map_view
from pages.shared.parts.triplet import parse_triplet
from pages.shared.parts.two_faces import face_labels
from pages.shared.runs import readers

MOST_LISTED = 1_000  # faces in a list to choose from
ROLES = ("Anchor", "Positive", "Negative")


def face_in_view(run: RunFolder, faces: TrackedFaces, course: Course) -> int:
    """Return the first face chosen on the map, or the one that stays active longest; it can be chosen by name."""
    chosen = map_view.chosen_faces(len(faces))
    longest = biography_data.suggested(run, faces, course)
    face = chosen[0] if chosen else longest[0].anchor if longest else len(faces) - 1
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        _choose(run, "Face", f"biography_face_{run.id}", np.arange(len(faces)), face, faces, _face_chosen)
    with right, st.container(horizontal=True):
        active = longest[0].anchor if longest else None
        st.button(
            "The one active longest",
            key="biography_longest",
            on_click=map_view.select,
            args=([active],),
            disabled=active in (None, face),
        )
    if len(chosen) > 1:
        st.caption(f"The first of the {len(chosen):,} faces chosen on the map.")
    elif not chosen:
        st.caption("Click a face on the map above, or choose one by name. This one stays active longest.")
    return face


def _choose(
    run: RunFolder, label: str, key: str, options: np.ndarray, value: int, faces: TrackedFaces, changed: object
) -> None:
    """List faces by name; where there are too many, the first of them and the one in view."""
    listed = options[:MOST_LISTED].tolist()
    listed = listed if value in listed else [value, *listed]
    labels = _labels(str(run.path), readers.faces_stamp(run), faces)
    st.session_state[key] = value
    st.selectbox(label, listed, format_func=labels.__getitem__, key=key, on_change=changed, args=(key,))


@st.cache_resource(max_entries=8, show_spinner=False)
def _labels(path: str, stamp: int, _faces: TrackedFaces) -> list[str]:
    return face_labels(_faces)


def _face_chosen(key: str) -> None:
    map_view.select([int(st.session_state[key])])


def triplet_in_view(run: RunFolder, faces: TrackedFaces, course: Course) -> Triplet | None:
    """Return the triplet of the link, of the three faces chosen on the map, or the one active longest."""
    longest = biography_data.suggested(run, faces, course)
    chosen = map_view.chosen_faces(len(faces))
    mapped = as_triplet(faces, chosen)
    first = (longest[0].anchor, longest[0].positive, longest[0].negative) if longest else any_triplet(faces)
    triplet = parse_triplet(st.query_params.get("triplet", ""), faces) or mapped or first
    if triplet is None:
        return None
    _choose_three(run, faces, triplet)
    if mapped is not None and set(mapped) != set(triplet):
        st.button("Take the three chosen on the map", key="biography_mapped", on_click=show_triplet, args=(mapped,))
    if longest:
        st.markdown("**Triplets that stay active longest**")
        total = len(course.epochs)
        rows = [
            Row(faces=(one.anchor, one.positive, one.negative), caption=f"active at {one.epochs} of {total}")
            for one in longest
        ]
        gallery(
            rows,
            readers.sprites(run, "biography_suggested"),
            key="biography_suggested",
            alt=f"The {len(rows)} triplets that stay active longest; a click shows one's biography.",
            size=48,
            on_click=lambda row: _take(rows, row),
        )
    return triplet


def _take(rows: list[Row], row: object) -> None:
    if isinstance(row, int) and 0 <= row < len(rows):
        anchor, positive, negative = rows[row].faces
        show_triplet((anchor, positive, negative))


def show_triplet(triplet: Triplet) -> None:
    """Put a triplet into the link."""
    st.query_params["triplet"] = "-".join(map(str, triplet))


def _choose_three(run: RunFolder, faces: TrackedFaces, triplet: Triplet) -> None:
    counts = np.bincount(faces.person, minlength=len(faces.names))
    everybody = np.arange(len(faces))
    person = faces.person[triplet[0]]
    own = faces.person == person
    options = (
        everybody[counts[faces.person] > 1],
        everybody[own & (everybody != triplet[0])],
        everybody[~own],
    )
    for place, role, listed, face in zip(st.columns(3), ROLES, options, triplet, strict=True):
        key = f"biography_{role.lower()}_{run.id}"
        with place:
            _choose(run, role, key, listed, face, faces, lambda key, role=role: _changed(faces, triplet, role, key))


def _changed(faces: TrackedFaces, triplet: Triplet, role: str, key: str) -> None:
    """Take over a face of the triplet; a new anchor brings a positive and a negative that fit it."""
    chosen = list(triplet)
    chosen[ROLES.index(role)] = int(st.session_state[key])
    anchor, positive, negative = chosen
    mates = np.flatnonzero((faces.person == faces.person[anchor]) & (np.arange(len(faces)) != anchor))
    others = np.flatnonzero(faces.person != faces.person[anchor])
    if positive not in mates:
        positive = int(mates[0])
    if negative not in others:
        negative = int(others[0])
    show_triplet((anchor, positive, negative))


def as_triplet(faces: TrackedFaces, chosen: list[int]) -> Triplet | None:
    """Return three chosen faces as a triplet: two of one person, one of another; None where they are none."""
    if len(chosen) != 3:
        return None
    for anchor, positive, negative in ((0, 1, 2), (0, 2, 1), (1, 2, 0)):
        people = [faces.person[chosen[place]] for place in (anchor, positive, negative)]
        if people[0] == people[1] != people[2]:
            return chosen[anchor], chosen[positive], chosen[negative]
    return None


def any_triplet(faces: TrackedFaces) -> Triplet | None:
    """Return the first triplet there is."""
    counts = np.bincount(faces.person)
    several = np.flatnonzero(counts > 1)
    if not len(several) or np.count_nonzero(counts) < 2:
        return None
    anchor, positive = np.flatnonzero(faces.person == several[0])[:2]
    negative = np.flatnonzero(faces.person != several[0])[0]
    return int(anchor), int(positive), int(negative)
