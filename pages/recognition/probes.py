"""One probe and whom it is taken for, and the wall of all probes, wrong ones first."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import UNSEEN
from facenet_core.runs.storage import RunFolder
from pages.recognition import figures as figures_recognition
from pages.recognition.newcomers import newcomers
from pages.recognition.scene import KINDS, Scene
from pages.shared.components.chart import DragLine, Row, Sprites, chart, gallery, send_sprites
from pages.shared.controls.threshold_from import choose_origin, saved_words, warn_if_unlike
from pages.shared.controls.threshold_line import Opening, ThresholdLine
from pages.shared.figures.contact_sheet import COLUMNS, atlas_image
from pages.shared.runs import readers
from pages.shared.words import figure_text

SHOWN = 24
NEAREST = 5
WRONG = (2, 3, 4)  # places in KINDS
CHANNEL = "recognition"
LINE = ThresholdLine(
    key="who_threshold", channel=CHANNEL, label="Threshold, in squared distance: farther than this is unknown"
)
set_threshold = LINE.move
BLOCK = "who_block"  # the probe, the wall and the rates, with all their words and numbers
WORDS = {
    "right": "recognised",
    "unknown": "a stranger, and rightly unknown",
    "taken in": "a stranger, taken for somebody who is enrolled",
    "wrong name": "enrolled, but taken for somebody else",
    "missed": "enrolled, but not recognised",
}


def other_people() -> None:
    """Draw other people, and other photos of them, for the gallery."""
    st.session_state["who_seed"] = (int(st.session_state.get("who_seed", 0)) + 1) % 1000


def threshold_slider(run: RunFolder, epoch: int, usual: Opening, pool: str) -> float:
    """Show the threshold for the keyboard, and where it comes from; the amber lines and this slider are one."""
    threshold = LINE.slider(run, readers.ruler(run, epoch), usual.value)
    own = usual.own
    same = own is not None and (own.code == UNSEEN) == (pool == "Unseen people")
    saved = choose_origin(run, "who_threshold_from", LINE, usual.value)
    whence = usual.words + (" Here it judges the same people, which flatters a little." if same else "")
    st.caption(
        f"{whence if saved is None else saved_words(run, saved, epoch)} It was chosen for pairs; a gallery asks "
        "as often as it has people, and wants a smaller one."
    )
    new = newcomers(run, epoch)
    if len(new) > 1:
        warn_if_unlike(run, saved, new.embeddings, new.person, epoch)
    return threshold


def drag_line(threshold: float) -> DragLine:
    """Return the line of the threshold, the same on every figure."""
    return LINE.drag(threshold)


def sprites(run: RunFolder, found: Scene, key: str) -> Sprites | None:
    """Send the faces of a scene, own photos at the end."""
    own = newcomers(run, found.wish.epoch)
    pictures = readers.thumbnails(run)
    if not len(own) or pictures is None:
        return readers.sprites(run, key)
    everybody = np.concatenate([pictures, own.pictures])
    captions = [found.name(face) for face in range(len(everybody))]
    return send_sprites(atlas_image(everybody), captions, columns=COLUMNS, size=pictures.shape[1], key=key)


def wrong_first(found: Scene, threshold: float) -> np.ndarray:
    """Return the probes, wrong ones first, and those that the threshold decides most firmly before others."""
    if found.ranking is None:
        return np.zeros(0, np.int64)
    kinds, beyond = found.kinds(threshold), found.ranking.distance - threshold
    order = np.array([4, 3, 0, 1, 2])  # strangers taken in, wrong names, missed, recognised, rightly unknown
    firmness = np.where(kinds == KINDS.index("missed"), -beyond, beyond)
    return np.lexsort((firmness, order[kinds]))


def chosen(found: Scene, usual: float) -> int | None:
    """Return which probe is in view: that of the link, else the worst at this run's own threshold; None without any.

    Not at the threshold in view: dragging it would bring up one face after the other.
    """
    if found.ranking is None or not len(found.probes):
        return None
    wanted = st.query_params.get("probe", "")
    face = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else -1
    places = np.flatnonzero(found.probes == face)
    return int(places[0]) if len(places) else int(wrong_first(found, usual)[0])


def choose(found: Scene, number: Any, order: np.ndarray) -> None:
    """Put a probe of the wall into view, which is in the link."""
    if number is not None and 0 <= int(number) < len(order):
        st.query_params["probe"] = str(int(found.probes[order[int(number)]]))


def closest_look(run: RunFolder, found: Scene, probe: int, threshold: float) -> None:
    """Show a probe, the verdict, and the nearest photos of the gallery."""
    ranking = found.ranking
    if ranking is None:
        return
    kind = KINDS[int(found.kinds(threshold)[probe])]
    face, named = int(found.probes[probe]), bool(ranking.distance[probe] <= threshold)
    left, middle, right = st.columns([1.1, 1.5, 4], vertical_alignment="center")
    with left:
        caption = Row(faces=(face,), caption=found.name(face), note="the probe")
        gallery([caption], sprites(run, found, "who_face"), key="who_face", alt="The probe.", size=132)
    with middle:
        _verdict(run, found, probe, kind, named)
    with right:
        rows = _near_rows(found, face)
        st.markdown("**The nearest photos of the gallery**")
        gallery(
            rows,
            sprites(run, found, "who_near"),
            key="who_near",
            alt="The nearest photos of the gallery: " + "; ".join(f"{row.caption}, {row.note}" for row in rows),
            size=92,
        )
    _line(run, found, probe, threshold)


def _verdict(run: RunFolder, found: Scene, probe: int, kind: str, named: bool) -> None:
    ranking = found.ranking
    if ranking is None:
        return
    icon = ":green[:material/check:]" if KINDS.index(kind) not in WRONG else ":red[:material/close:]"
    if named:
        person = int(ranking.first[probe])
        photo = _photo_of(found, probe, person)
        row = Row(faces=(photo,), caption=found.names[person], note="taken for")
        gallery([row], sprites(run, found, "who_named"), key="who_named", alt="Whom it is taken for.", size=132)
    else:
        st.markdown("## Unknown")
    st.markdown(f"{icon} {WORDS[kind]}")


def _photo_of(found: Scene, probe: int, person: int) -> int:
    """Return the gallery photo of a person that is nearest to a probe."""
    gallery_faces = found.enrolment.gallery
    own = np.flatnonzero(found.person[gallery_faces] == person)
    nearest = 0 if found.ranking is None else int(np.argmin(found.ranking.photos[probe, own]))
    return int(gallery_faces[own[nearest]])


def _near_rows(found: Scene, face: int) -> list[Row]:
    if found.gallery is None:
        return []
    near = found.gallery.nearest(found.embeddings[face], NEAREST)
    rows = []
    for place, person, squared in zip(near.index[0], near.person[0], near.squared_distance[0], strict=True):
        same = ", same person" if person == found.person[face] else ""
        rows.append(
            Row(
                faces=(int(found.enrolment.gallery[place]),),
                caption=found.names[int(person)],
                note=f"{distance_words(squared, *near.squared_distance[0])}{same}",
            )
        )
    return rows


def _line(run: RunFolder, found: Scene, probe: int, threshold: float) -> None:
    ranking = found.ranking
    if ranking is None:
        return
    distances = ranking.squared_distances[probe]
    photos = np.array([_photo_of(found, probe, int(person)) for person in ranking.people])
    own = ranking.people == found.person[found.probes[probe]]
    near = int((distances <= threshold).sum())
    chart(
        figures_recognition.people_on_a_line(
            distances,
            own,
            int(ranking.best[probe]),
            photos,
            [figure_text(found.names[p]) for p in ranking.people],
            largest=LINE.ruler.highest,
        ),
        key="who_line",
        alt=f"{len(distances)} enrolled people by their squared distance from the probe; {near} of them are nearer "
        f"than the threshold, {LINE.ruler.said(threshold)}.",
        height=190,
        sprites=sprites(run, found, "who_line"),
        line=drag_line(threshold),
        on_line=set_threshold,
    )


def wall(run: RunFolder, found: Scene, threshold: float) -> None:
    """Show the probes, wrong ones first; a click looks at one closely."""
    if found.ranking is None:
        return
    kinds, order = found.kinds(threshold), wrong_first(found, threshold)
    wrong = int(np.isin(kinds, WRONG).sum())
    st.markdown(f"**All probes, wrong ones first: {wrong:,} of {len(kinds):,} are wrong**")
    rows = [_wall_row(found, int(probe), KINDS[int(kinds[probe])], threshold) for probe in order[:SHOWN]]
    gallery(
        rows,
        sprites(run, found, "who_wall"),
        key="who_wall",
        alt=f"{len(rows)} probes, wrong ones first, each with whom it is taken for.",
        size=56,
        on_click=lambda number: choose(found, number, order),
    )
    if len(order) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(order):,} probes. Click one to look at it closely.")


def _wall_row(found: Scene, probe: int, kind: str, threshold: float) -> Row:
    ranking, face = found.ranking, int(found.probes[probe])
    if ranking is None:
        return Row(faces=(face,))
    squared = float(ranking.distance[probe])
    said = distance_words(squared, threshold)
    if squared > threshold:
        note = "rightly unknown" if kind == "unknown" else "missed"
        return Row(faces=(face,), caption=f"{found.name(face)} → unknown", note=f"{note}, {said}")
    person = int(ranking.first[probe])
    words = {"right": "right", "taken in": "a stranger", "wrong name": "wrong name"}[kind]
    caption = found.name(face) if kind == "right" else f"{found.name(face)} → {found.names[person]}"
    return Row(faces=(face, _photo_of(found, probe, person)), caption=caption, note=f"{words}, {said}")
