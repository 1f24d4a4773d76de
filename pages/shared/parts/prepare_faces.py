"""A face set made ready by a worker, and how it is split."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from facenet_core.choices import SOURCES
from facenet_core.config import FacesConfig
from facenet_core.faces import FacesError, FaceSet, FaceSplit, SkippedPicture
from facenet_core.faces.folders.reading_notes import reading_notes
from facenet_core.faces.left_out import left_out_words
from pages.shared.components.chart import Row, gallery, send_sprites
from pages.shared.figures.contact_sheet import COLUMNS
from pages.shared.parts.pairs import small_pictures
from pages.shared.runs import prepared_faces
from pages.shared.runs.session import engine, faces_folder, tell
from pages.shared.runs.set_statistics import prepared_before
from pages.shared.words import counted, plain

PEOPLE_SHOWN, IMAGES_SHOWN, SIDE = 10, 10, 56
GROUPS = ("seen", "held_out", "unseen")


def prepare_button(config: FacesConfig) -> None:
    """Offer to make the set ready, and follow the worker that does it."""
    st.caption(SOURCES[config.source].about)
    job_id = st.session_state.get(_key(config))
    label = "Make these faces ready" if job_id is None else "Make them ready again"
    st.button(label, key="prepare", type="primary", icon=":material/download:", on_click=_prepare, args=(config,))
    if job_id is not None:
        job = tell(engine().job, job_id)
        state = job.state if job else "gone"
        st.fragment(_follow, run_every=0.5 if state in ("queued", "running") else None)(job_id, state)


def _prepare(config: FacesConfig) -> None:
    job_id = tell(engine().prepare_faces, config)
    if job_id:
        st.session_state[_key(config)] = job_id


def _key(config: FacesConfig) -> str:
    """Name what is prepared; a source on disk is prepared whole, whoever is trained on."""
    drawn = (config.people, config.images) if config.source == "synthetic" else ()
    return f"faces job {config.source} {config.path} {config.people_from_names} {drawn}"


def _follow(job_id: str, shown: str) -> None:
    job = tell(engine().job, job_id)
    state = job.state if job else "gone"
    if state != shown:
        if state == "finished":
            prepared_faces.face_set.clear()  # the same faces may have other files left out beside them now
        st.rerun()
    if job is None:
        st.warning("This job is not known any more: start it again.", icon=":material/search_off:")
    elif state == "queued":
        st.progress(0.0, text="Waiting for a free worker")
    elif state == "running":
        total = job.total or 0
        words = f"{job.done:,} of {total:,} {job.what}" if total else (job.message or "Begun")
        st.progress(min(1.0, job.done / total) if total else 0.0, text=plain(words))
        st.button("Cancel", key="cancel_job", on_click=tell, args=(engine().cancel_job, job_id))
    elif state == "failed":
        st.error(f"{plain(job.message.rstrip('. '))}. The button above tries again.", icon=":material/error:")


def prepared_set(config: FacesConfig) -> FaceSet | None:
    """Return the set when it is ready, None while it is not; one that a run learned from is ready already."""
    job_id = st.session_state.get(_key(config))
    job = tell(engine().job, job_id) if job_id else None
    if job is None:
        return _of_a_run(config)
    if job.state != "finished" or not job.result:
        return None
    try:
        return prepared_faces.face_set(job.result["fingerprint"], str(faces_folder()))
    except FacesError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def _of_a_run(config: FacesConfig) -> FaceSet | None:
    fingerprint = prepared_before(config)
    try:
        return prepared_faces.face_set(fingerprint, str(faces_folder())) if fingerprint else None
    except FacesError:  # gone from disk: nothing is promised, the button makes it ready again
        return None


def nothing_prepared(config: FacesConfig | None) -> None:
    """Say what will stand here."""
    st.info(
        "The faces appear here once they are made ready. Training makes them ready by itself, too.",
        icon=":material/groups:",
    )


def split_of(faces: FaceSet, config: FacesConfig, seed: int) -> FaceSplit | None:
    """Return who is seen, held out and unseen; None where the set cannot be split, and said."""
    try:
        return prepared_faces.split(faces.fingerprint, str(faces_folder()), config.people, config.images, seed)
    except FacesError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return None


def counts(faces: FaceSet, config: FacesConfig, seed: int) -> None:
    """Show how many faces of whom are in which group, and what was left out."""
    st.markdown(f"**{len(faces):,} pictures of {len(faces.names):,} people** from {SOURCES[faces.source].label}")
    split = split_of(faces, config, seed)
    if split is None:
        return
    words = ("Seen people", "Held-out images", "Unseen people")
    about = ("Trained on.", "Other images of the seen people, not trained on.", "Never shown to the network.")
    for place, group, word, help_ in zip(st.columns(3), GROUPS, words, about, strict=True):
        chosen = getattr(split, group)
        people = len(np.unique(faces.people[chosen]))
        place.metric(
            word, f"{len(chosen):,} images", f"{people:,} people", delta_color="off", delta_arrow="off", help=help_
        )
    left_out = left_out_words(faces, split)
    for note in (*split.notes, *([left_out] if left_out else [])):
        st.caption(plain(note))
    for note in reading_notes(faces):
        st.caption(plain(note))
    _listed(f"Left out: {len(faces.skipped):,}", "reason", faces.skipped)
    _listed(f"Unlike the rest: {len(faces.unlike):,}", "size", faces.unlike)


def _listed(title: str, about: str, files: Sequence[SkippedPicture]) -> None:
    if files:
        with st.expander(title):
            table = {"file": [one.file for one in files], about: [one.reason for one in files]}
            st.dataframe(table, hide_index=True, height=240)


def wall(faces: FaceSet, config: FacesConfig, seed: int) -> None:
    """Show faces by person: one row each, the group chosen above it."""
    split = split_of(faces, config, seed)
    if split is None:
        return
    there = [group for group in GROUPS if len(getattr(split, group))]
    words = {"seen": "Seen people", "held_out": "Held-out images", "unseen": "Unseen people"}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        group = st.segmented_control(
            "Show", there, format_func=words.get, default=there[0], required=True, key="wall_group"
        )
    chosen = getattr(split, group)
    people = np.unique(faces.people[chosen])
    with right:
        page = _page(len(people))
    shown = people[page * PEOPLE_SHOWN : (page + 1) * PEOPLE_SHOWN]
    indices = [chosen[faces.people[chosen] == person][:IMAGES_SHOWN] for person in shown]
    try:
        pictures = small_pictures(faces.fingerprint, tuple(int(i) for i in np.concatenate(indices)), SIDE)
    except FacesError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    captions = [""] * int(sum(map(len, indices)))
    sprites = send_sprites(pictures, captions, columns=COLUMNS, size=SIDE, key="wall")
    ends = np.cumsum([0, *map(len, indices)])
    rows = [
        Row(
            faces=tuple(range(ends[k], ends[k + 1])),
            caption=faces.names[person],
            note=counted(faces.counts[person], "image"),
        )
        for k, person in enumerate(shown)
    ]
    gallery(rows, sprites, key="wall", alt=f"Faces of {len(shown)} people, one row each.", size=SIDE, stacked=True)


def _page(people: int) -> int:
    pages = max(1, -(-people // PEOPLE_SHOWN))
    if pages == 1:
        return 0
    return int(st.number_input(f"Page, of {pages}", 1, pages, 1, key="wall_page")) - 1


def next_seed() -> None:
    """Draw other people into the groups."""
    st.session_state["seed"] = int(st.session_state.get("seed", 0)) + 1


def points_to_notice(faces: FaceSet, config: FacesConfig, seed: int) -> list[str]:
    """Return what this set and its split show, with their numbers."""
    split = split_of(faces, config, seed)
    if split is None:
        return ["This set cannot be split: see the sentence above."]
    most, fewest = int(faces.counts.max()), int(faces.counts.min())
    singles = int((faces.counts == 1).sum())
    pairs = len(split.unseen) * (len(split.unseen) - 1) // 2
    points = [
        f"The person with most pictures has {most:,}, the one with fewest {fewest:,}."
        if most > fewest
        else f"Everybody has {counted(most, 'image')}.",
        f"The unseen people give {pairs:,} pairs to test on, of people the network never saw."
        if pairs
        else "There are no unseen people: nothing will tell how the network fares on strangers.",
    ]
    if singles:
        points.append(
            f"{singles:,} people have a single picture: no pair of the same person, so they teach nothing alone."
        )
    return points
