"""The biography of one face or one triplet: its distances through the epochs, until it goes quiet."""

import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.epochs import biography_data, biography_words, figures_biography
from pages.epochs import follow as epochs_follow
from pages.epochs import measured as epochs_data
from pages.epochs.biography_batches import say, steps_in_batches
from pages.epochs.biography_choice import face_in_view, triplet_in_view
from pages.epochs.biography_data import Life, Triplet
from pages.epochs.measured import Course
from pages.shared.components.chart import Row, chart, gallery
from pages.shared.parts import map_player as map_view
from pages.shared.parts.triplet import RINGS
from pages.shared.runs import readers
from pages.shared.words import GROUP_WORDS, clipped

BLOCK = "epoch_biography_block"
OF_FACE, OF_TRIPLET = "one face", "one triplet"
HEIGHT = 400
FACE = 84
ROLES = ("anchor", "positive", "negative")


def biography(run: RunFolder, faces: TrackedFaces, epoch: int) -> None:
    """Follow what the learner chose through the epochs."""
    st.header("When does a face go quiet?", anchor=False)
    course = epochs_data.course(run)
    if course is None:
        st.caption("No stored epoch of this run can be read.")
        return
    kind = st.segmented_control(
        "Biography of",
        [OF_FACE, OF_TRIPLET],
        default=OF_FACE,
        required=True,
        key="biography",
        bind="query-params",
    )
    if kind == OF_TRIPLET:
        _of_triplet(run, faces, course, epoch)
    else:
        _of_face(run, faces, course, epoch)
    if not course.every:
        st.caption(f"Of the stored epochs, {len(course.epochs)} are drawn, evenly spaced.")


def _of_face(run: RunFolder, faces: TrackedFaces, course: Course, epoch: int) -> None:
    face = face_in_view(run, faces, course)
    life = biography_data.life_of_face(run, faces, course, face)
    asked, steps = steps_in_batches(run, faces, course, {"face": (face,)})
    left, right = st.columns([3, 2])
    with left:
        figure = figures_biography.face_figure(
            life.course, course.epochs, course.margins, epoch=epoch, quiet=life.quiet, batches=steps
        )
        chart(
            figure,
            key="biography_face",
            alt=biography_words.face_alt(faces, course, life, face),
            height=HEIGHT,
            epoch=epoch,
            follow=epochs_follow.line(run, figure, epoch, "biography_face"),
            shows=epochs_follow.shows(epoch, BLOCK),
        )
    with right:
        _three_faces(run, faces, course, life, face, epoch)
    points = biography_words.face_points(faces, course, life, face, epoch)
    say(run, points, asked, faces, course, life, {"face": (face,)})


def _three_faces(run: RunFolder, faces: TrackedFaces, course: Course, life: Life, face: int, epoch: int) -> None:
    """Show the face, and who is nearest to it at the epoch in view; a click goes on with another biography."""
    place = course.at(epoch)
    found = life.course
    rows = [Row(faces=(face,), caption=_name(faces, face), note=f"{_group(faces, face)}: the face itself")]
    whose = (
        ("nearest of its person", found.same, found.nearest_same),
        ("nearest of anybody else", found.other, found.nearest_other),
    )
    for words, which, squared in whose:
        other = int(which[place])
        if other >= 0:
            note = f"{_group(faces, other)}, {words}: {distance_words(float(squared[place]), *squared)}"
            rows.append(Row(faces=(other,), caption=_name(faces, other), note=note))
    shown = [row.faces[0] for row in rows]
    st.markdown(f"**At {biography_words.when(course.epochs[place])}**")
    gallery(
        rows,
        readers.sprites(run, "biography_faces"),
        key="biography_faces",
        alt=f"The face and its nearest at {biography_words.when(course.epochs[place])}.",
        size=FACE,
        stacked=True,
        on_click=lambda row: map_view.select([shown[int(row)]]) if 0 <= int(row) < len(shown) else None,
    )


def _of_triplet(run: RunFolder, faces: TrackedFaces, course: Course, epoch: int) -> None:
    triplet = triplet_in_view(run, faces, course)
    if triplet is None:
        st.caption("These faces form no triplet: it takes two people, one of them with two faces.")
        return
    life = biography_data.life_of_triplet(course, triplet)
    wanted = dict(zip(ROLES, ((face,) for face in triplet), strict=True)) | {"all three": triplet}
    asked, steps = steps_in_batches(run, faces, course, wanted)
    left, right = st.columns([3, 2])
    with left:
        figure = figures_biography.triplet_figure(
            life.course, course.epochs, course.margins, epoch=epoch, quiet=life.quiet, batches=steps
        )
        chart(
            figure,
            key="biography_triplet",
            alt=biography_words.triplet_alt(faces, course, life, triplet),
            height=HEIGHT,
            epoch=epoch,
            follow=epochs_follow.line(run, figure, epoch, "biography_triplet"),
            shows=epochs_follow.shows(epoch, BLOCK),
        )
    with right:
        _the_triplet(run, faces, course, life, triplet, epoch)
    points = biography_words.triplet_points(course, life, epoch)
    say(run, points, asked, faces, course, life, wanted)


def _the_triplet(run: RunFolder, faces: TrackedFaces, course: Course, life: Life, triplet: Triplet, epoch: int) -> None:
    place = course.at(epoch)
    notes = ("", f"d(a,p) {life.course.positive[place]:.2f}", f"d(a,n) {life.course.negative[place]:.2f}")
    st.html(RINGS.replace("triplet_faces", "biography_triplet_faces"))
    st.markdown(f"**At {biography_words.when(course.epochs[place])}**")
    gallery(
        [
            Row(
                faces=(face,),
                caption=f"{role.capitalize()}: {_name(faces, face)}",
                note=", ".join(filter(None, (_group(faces, face), note))),
            )
            for role, face, note in zip(ROLES, triplet, notes, strict=True)
        ],
        readers.sprites(run, "biography_triplet_faces"),
        key="biography_triplet_faces",
        alt="Anchor, positive and negative of the triplet.",
        size=FACE,
        stacked=True,
    )
    st.button("Ring them on the map", key="biography_ring", on_click=map_view.select, args=(list(triplet),))


def _name(faces: TrackedFaces, face: int) -> str:
    return clipped(faces.names[faces.person[face]])


def _group(faces: TrackedFaces, face: int) -> str:
    return GROUP_WORDS[faces.group[face]]
