"""Who stands in the gallery and who comes, and everything that follows from it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from facenet_core.evaluation import (
    Enrolment,
    OpenSet,
    Ranking,
    ShareOverPeople,
    enrol,
    is_right,
    open_set,
    rank_people,
    right_within,
    share_over_people,
)
from facenet_core.evaluation.pairs.distances import check_embeddings
from facenet_core.evaluation.recognition.galleries import Gallery
from facenet_core.faces.photos.duplicates import copies_of
from facenet_core.runs.records import HELD_OUT, SEEN, UNSEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.recognition.newcomers import Newcomers, newcomers
from pages.shared.runs import readers

POOLS = {"Unseen people": (UNSEEN,), "Seen people": (SEEN, HELD_OUT)}
KINDS = ("right", "unknown", "taken in", "wrong name", "missed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was chosen: with the run, everything that decides a scene but own photos."""

    epoch: int
    pool: str
    enrolled: int
    photos: int
    method: str
    seed: int
    also: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A gallery, its probes, and whom each probe is nearest to. Faces are numbered as the run's tracked ones.

    Attributes:
        wish: What was chosen.
        person: (N,) person of every face, own photos at the end.
        names: The people's names.
        enrolment: Who stands where; ``known`` without copies.
        copies: Probes left out, since just this picture stands in the gallery.
        probes: (Q,) probes of enrolled people first, then strangers.
        known: How many of them are of enrolled people.
        embeddings: (N, D) of every face.
        gallery: The photos of the enrolled people, ready to be searched; None where embeddings are no numbers.
        ranking: The gallery as the probes rank it; None where there is no gallery or no probe.
        cmc: The share of known probes whose person is among the first 1, 2, ...; None without any.
        rates: FPIR and FNIR at every threshold at which one of them changes.
        problem: Why nothing can be compared; None where it can.
        notes: What was left out, as sentences.
    """

    wish: Wish
    person: np.ndarray
    names: tuple[str, ...]
    enrolment: Enrolment
    copies: int
    probes: np.ndarray
    known: int
    embeddings: np.ndarray
    gallery: Gallery | None
    ranking: Ranking | None
    cmc: ShareOverPeople | None
    rates: OpenSet | None
    problem: str | None = None
    notes: tuple[str, ...] = ()

    def kinds(self, threshold: float) -> np.ndarray:
        """Return (Q,) the place in ``KINDS`` of what happens to each probe."""
        if self.ranking is None:
            return np.zeros(0, np.int64)
        named = self.ranking.distance <= threshold
        right = is_right(self.ranking, self.person[self.probes])
        is_known = np.arange(len(self.probes)) < self.known
        return np.select(
            [is_known & named & right, ~is_known & ~named, ~is_known & named, is_known & named & ~right],
            [0, 1, 2, 3],
            4,
        )

    def name(self, face: int) -> str:
        """Return whose face this is."""
        return self.names[self.person[face]]


def pools_of(faces: TrackedFaces) -> list[str]:
    """Return the pools that have two people."""
    return [name for name, groups in POOLS.items() if len(np.unique(faces.person[in_groups(faces, groups)])) >= 2]


def in_groups(faces: TrackedFaces, groups: tuple[int, ...]) -> np.ndarray:
    """Return (T,) whether each tracked face is in one of these groups."""
    return np.isin(faces.group, groups)


def scene(run: RunFolder, faces: TrackedFaces, wish: Wish) -> Scene:
    """Return what follows from the choice; own photos never enter a cache that outlives their session."""
    own = newcomers(run, wish.epoch)
    if len(own):
        return _scene(run, faces, wish, own)
    return _kept_scene(str(run.path), wish, readers.epoch_stamp(run, wish.epoch))


@st.cache_resource(max_entries=48, show_spinner=False)
def _kept_scene(path: str, wish: Wish, stamp: int) -> Scene:
    run = RunFolder(Path(path))
    faces = readers.tracked(run)
    if faces is None:
        raise ValueError("a scene needs tracked faces")
    return _scene(run, faces, wish, Newcomers())


def _scene(run: RunFolder, faces: TrackedFaces, wish: Wish, own: Newcomers) -> Scene:
    stored = readers.epoch(run, wish.epoch).embeddings
    count = len(faces.names)
    person = np.concatenate([faces.person, count + own.person]).astype(np.int64)
    names = (*map(str, faces.names), *own.names)
    pool = np.flatnonzero(np.concatenate([in_groups(faces, POOLS[wish.pool]), np.ones(len(own.person), np.bool_)]))
    seen_images, notes = None, []
    if wish.pool == "Seen people":
        group = np.concatenate([faces.group, np.full(len(own.person), UNSEEN)])[pool]
        if (group == HELD_OUT).any():
            seen_images = group != HELD_OUT
        else:
            notes.append("This run held no images back: the probes are images that it was trained on, which flatters.")
    also = [*wish.also, *range(count, count + len(own.names))]
    local = enrol(
        person[pool],
        photos=wish.photos,
        enrolled=wish.enrolled,
        seed=wish.seed,
        for_gallery=seen_images,
        also=also,
    )
    enrolment = Enrolment(
        gallery=pool[local.gallery],
        known=pool[local.known],
        strangers=pool[local.strangers],
        enrolled=local.enrolled,
        without_probe=local.without_probe,
    )
    embeddings = np.concatenate([stored, own.embeddings]) if len(own.person) else stored
    return _compared(run, wish, person, names, enrolment, embeddings, own, tuple(notes))


def _compared(
    run: RunFolder,
    wish: Wish,
    person: np.ndarray,
    names: tuple[str, ...],
    enrolment: Enrolment,
    embeddings: np.ndarray,
    own: Newcomers,
    notes: tuple[str, ...],
) -> Scene:
    probes, known, copies = _without_copies(run, enrolment, own)
    problem, gallery, ranking, cmc, rates = None, None, None, None, None
    try:
        check_embeddings(embeddings)
    except ValueError as error:
        problem = f"Nobody can be compared at this epoch: {error}. Choose another epoch."
    if problem is None:
        gallery = Gallery(embeddings[enrolment.gallery], person[enrolment.gallery])
    if gallery is not None and len(gallery) and len(probes):
        standing = enrolment.gallery
        ranking = rank_people(embeddings[standing], person[standing], embeddings[probes], wish.method)
        right = is_right(ranking, person[probes])
        if known:
            whose = person[probes[:known]]
            cmc = share_over_people(right_within(_first(ranking, known), whose).T, whose)
        rates = open_set(
            ranking.distance[:known],
            right[:known],
            person[probes[:known]],
            ranking.distance[known:],
            person[probes[known:]],
            np.unique(np.append(ranking.distance, 0.0)),  # between these nothing changes
        )
    return Scene(
        wish=wish,
        person=person,
        names=names,
        enrolment=enrolment,
        copies=copies,
        probes=probes,
        known=known,
        embeddings=embeddings,
        gallery=gallery,
        ranking=ranking,
        cmc=cmc,
        rates=rates,
        problem=problem,
        notes=(*notes, *_notes(enrolment, copies)),
    )


def _first(ranking: Ranking, count: int) -> Ranking:
    return Ranking(
        people=ranking.people,
        squared_distances=ranking.squared_distances[:count],
        keys=ranking.keys[:count],
        best=ranking.best[:count],
        photos=ranking.photos[:count],
    )


def _without_copies(run: RunFolder, enrolment: Enrolment, own: Newcomers) -> tuple[np.ndarray, int, int]:
    """Return the probes, how many are of enrolled people, and how many were left out as copies."""
    probes = np.concatenate([enrolment.known, enrolment.strangers])
    known = len(enrolment.known)
    pictures = readers.thumbnails(run)
    if pictures is None:
        return probes, known, 0
    if len(own.person):
        pictures = np.concatenate([pictures, own.pictures])
    copied = copies_of(pictures, enrolment.gallery, probes)
    return probes[~copied], known - int(copied[:known].sum()), int(copied.sum())


def _notes(enrolment: Enrolment, copies: int) -> list[str]:
    notes = []
    if copies:
        notes.append(
            f"{copies:,} probes are left out: the same pictures stand in the gallery, and recognising a copy would "
            "flatter the figures."
        )
    if enrolment.without_probe:
        notes.append(
            f"{enrolment.without_probe:,} enrolled people have no other photo: how well they are recognised cannot be "
            "said."
        )
    return notes
