"""Whose faces are sorted: some that the run follows, photos of this session, a kept set, or the whole set."""

from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from facenet_core.evaluation.pairs.distances import check_people
from facenet_core.exports.sorted_faces import jpeg_bytes
from facenet_core.faces import FacesError
from facenet_core.faces.photos import KeptSet, list_kept
from facenet_core.runs.jobs.clustering import WholeSet, embed_set
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.weights import epochs_with_weights, weights_stamp
from pages.shared.components.chart import Sprites, send_sprites
from pages.shared.figures.contact_sheet import COLUMNS, atlas_image
from pages.shared.parts.pairs import small_pictures
from pages.shared.parts.photo_intake import album
from pages.shared.runs import prepared_faces, readers
from pages.shared.runs.session import engine, faces_folder
from pages.shared.words import GROUP_NAMES, plain

ALL, OWN, KEPT, WHOLE = "all it follows", "my photos", "a kept set", "the whole set"
PATIENCE, SIDE = 120, 64
_CALLED = {
    GROUP_NAMES[0]: "pictures of seen people",
    GROUP_NAMES[1]: "held-out images",
    GROUP_NAMES[2]: "pictures of unseen people",
    ALL: "faces that the run follows",
}
Atlas = Callable[[Sequence[int], str], tuple[Sprites | None, list[int]]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Crowd:
    """Faces to sort.

    Attributes:
        words: What they are called in a sentence.
        key: Tells these faces at this epoch from others, for caches.
        embeddings: (N, D) float32.
        person: (N,) codes from 0; None where nobody said who is who.
        names: The people of the codes.
        files: What the N pictures are called.
        tracked: (N,) numbers of tracked faces, which have a place on the run's maps; None for other faces.
        group: (N,) 0 seen, 1 held-out image, 2 unseen person; None for other faces.
        atlas: Sends faces to the browser and returns the number of each there.
        pictures: Returns the N pictures as JPEG, to take home; None where they stay here.
        own: Whether they are photos of this session: nothing about them outlives it.
        seen_by: The epoch of the network that looked at them, where they are of another set than the run's.
    """

    words: str
    key: tuple[Any, ...]
    embeddings: np.ndarray
    person: np.ndarray | None
    names: tuple[str, ...]
    files: tuple[str, ...]
    tracked: np.ndarray | None = None
    group: np.ndarray | None = None
    atlas: Atlas
    pictures: Callable[[], list[bytes]] | None = None
    own: bool = False
    seen_by: int | None = None

    def __len__(self) -> int:
        return len(self.embeddings)

    @property
    def people(self) -> int:
        """How many people there are; 0 where nobody knows."""
        return 0 if self.person is None or not len(self.person) else int(self.person.max()) + 1

    def name(self, face: int) -> str:
        """Return who a face is, or its file where nobody knows."""
        return self.files[face].split("/")[-1] if self.person is None else self.names[self.person[face]]


def offered(faces: TrackedFaces) -> list[str]:
    """Return whose faces can be chosen, those never seen first."""
    groups = [GROUP_NAMES[code] for code in (2, 1, 0) if (faces.group == code).any()]
    own = [OWN] if album().used else []
    kept = [KEPT] if list_kept(faces_folder()) else []
    return [*groups, ALL, *own, *kept, WHOLE]


def tracked_crowd(run: RunFolder, faces: TrackedFaces, epoch: int, which: str) -> Crowd:
    """Return faces that the run follows, at any stored epoch."""
    wanted = np.ones(len(faces), np.bool_) if which == ALL else faces.group == GROUP_NAMES.index(which)
    numbers = np.flatnonzero(wanted)
    people = np.unique(faces.person[numbers])

    def atlas(chosen: Sequence[int], key: str) -> tuple[Sprites | None, list[int]]:
        return readers.sprites(run, key), [int(numbers[face]) for face in chosen]

    return Crowd(
        words="faces that the run follows"
        if which == ALL
        else which
        if which == GROUP_NAMES[1]
        else f"faces of {which}",
        key=("tracked", str(run.path), epoch, readers.epoch_stamp(run, epoch), which),
        embeddings=readers.epoch(run, epoch).embeddings[numbers],
        person=check_people(faces.person[numbers], len(numbers)),
        names=tuple(str(faces.names[person]) for person in people),
        files=tuple(str(faces.files[number]) for number in numbers),
        tracked=numbers,
        group=faces.group[numbers],
        atlas=atlas,
    )


def own_crowd(run: RunFolder) -> Crowd | None:
    """Return the photos of this session, embedded by the network as it is; None where that cannot be had, and said."""
    photos = album().used
    if not photos:
        st.info("There are no photos in this session: bring some on the page Own photos.", icon=":material/search_off:")
        return None
    key = ("own", run.id, weights_stamp(run, run.epochs()[-1]), tuple((p.number, p.frame) for p in photos))
    embeddings = _once(key, lambda: engine().embed_photos(run.id, [photo.image for photo in photos]))
    if embeddings is None:
        return None
    said = [photo.person for photo in photos]
    names = tuple(sorted(set(said)))
    return Crowd(
        words="photos of yours",
        key=key,
        embeddings=embeddings,
        person=check_people(said, len(said)) if all(said) else None,
        names=names,
        files=tuple(photo.file for photo in photos),
        atlas=_whole_sheet(key, lambda: np.stack([photo.image for photo in photos]), len(photos)),
        pictures=lambda: [photo.look.preview for photo in photos],
        own=True,
        seen_by=run.epochs()[-1],
    )


def kept_crowd(run: RunFolder, kept: KeptSet, epoch: int) -> Crowd | None:
    """Return a set of own photos that was kept; None where it cannot be had, and said."""
    key = ("kept", run.id, epoch, weights_stamp(run, epoch), kept.fingerprint)
    place = str(run.path), str(faces_folder().absolute()), kept.fingerprint, epoch
    embeddings = _once(key, lambda: engine().ask(embed_set, *place))
    if embeddings is None:
        return None
    other = epoch if kept.fingerprint != run.record().fingerprint else None  # it may be what the run learned from
    return _set_crowd(kept.fingerprint, embeddings, key, f"faces of {kept.name}", seen_by=other)


def whole_crowd(run: RunFolder, whole: WholeSet, epoch: int) -> Crowd | None:
    """Return the whole set of a run as a job embedded it; None where its pictures are not here any more, and said."""
    key = ("whole", str(run.path), epoch, weights_stamp(run, epoch), whole.fingerprint)
    return _set_crowd(whole.fingerprint, whole.embeddings, key, "faces of the whole set", own=False)


def epoch_of_weights(run: RunFolder, epoch: int) -> int | None:
    """Return the epoch nearest to the one in view whose network can look at other faces; None where none can."""
    there = epochs_with_weights(run)
    return min(there, key=lambda other: abs(other - epoch)) if there else None


def _set_crowd(
    fingerprint: str,
    embeddings: np.ndarray,
    key: tuple[Any, ...],
    words: str,
    *,
    own: bool = True,
    seen_by: int | None = None,
) -> Crowd | None:
    try:
        faces = prepared_faces.face_set(fingerprint, str(faces_folder()))
    except FacesError as error:
        st.error(plain(str(error)), icon=":material/broken_image:")
        return None
    everybody = np.arange(len(faces))

    def some(chosen: Sequence[int], where: str) -> tuple[Sprites | None, list[int]]:
        if not chosen:
            return None, []
        sheet = small_pictures(fingerprint, tuple(chosen), SIDE)
        captions = [faces.names[faces.people[face]] for face in chosen]
        return send_sprites(sheet, captions, columns=COLUMNS, size=SIDE, key=where), list(range(len(chosen)))

    return Crowd(
        words=words,
        key=key,
        embeddings=embeddings,
        person=check_people(np.asarray(faces.people), len(faces)),
        names=faces.names,
        files=faces.files,
        atlas=_whole_sheet(key, lambda: faces.read(everybody), len(faces)) if own else some,
        pictures=(lambda: [jpeg_bytes(one) for one in faces.read(everybody)]) if own else None,
        own=own,
        seen_by=seen_by,
    )


def _whole_sheet(key: tuple[Any, ...], read: Callable[[], np.ndarray], faces: int) -> Atlas:
    """Return what sends all pictures at once: made once in this session, whatever is shown of them."""

    def send(chosen: Sequence[int], where: str) -> tuple[Sprites | None, list[int]]:
        if not faces:
            return None, []
        sheets = st.session_state.setdefault("clustering_sheets", {})
        if key not in sheets:
            sheets.clear()
            small = [Image.fromarray(one).resize((SIDE, SIDE), Image.Resampling.LANCZOS) for one in read()]
            sheets[key] = atlas_image(np.stack([np.asarray(one) for one in small]))
        sprites = send_sprites(sheets[key], [""] * faces, columns=COLUMNS, size=SIDE, key=where)
        return sprites, [int(face) for face in chosen]

    return send


def _once(key: tuple[Any, ...], ask: Callable[[], Any]) -> Any:
    """Return a worker's answer about photos, held in this session; None where there is none, and said."""
    answers = st.session_state.setdefault("clustering_embedded", {})
    if key not in answers:
        found = wait_for(ask)
        if found is None:
            return None
        answers.clear()
        answers[key] = found
    return answers[key]


def wait_for(ask: Callable[[], Any]) -> Any:
    """Return a worker's answer, or say in a sentence why there is none and return None."""
    state = engine().state()
    if not state.ready:
        st.info(f"A worker sorts them once there is one: {plain(state.message)}", icon=":material/hourglass_empty:")
        st.fragment(_look_again, run_every=1.0)()
        return None
    try:
        with st.spinner(plain(state.warming or "A worker sorts the faces.")):
            return ask().result(timeout=PATIENCE)
    except TooSlow:
        st.error("No worker was free in time: try again when fewer runs train.", icon=":material/error:")
    except Exception as error:  # whatever the worker met is told in a sentence, the page stays
        st.error(f"The faces could not be sorted: {plain(str(error))}", icon=":material/error:")
    return None


def _look_again() -> None:
    if engine().state().ready:
        st.rerun()
