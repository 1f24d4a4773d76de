"""Pairs at both ends: one person differing and different people alike, by raw pixels or by a run's network."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from PIL import Image

from facenet_core.config import FacesConfig
from facenet_core.evaluation import extreme_pairs, raw_pixels
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.faces import FacesError, FaceSet
from facenet_core.faces.heads import CONDITION_FACTORS
from facenet_core.runs.jobs.factor_effects import weights_of
from facenet_core.runs.jobs.set_statistics import KINDS, PAIRS
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Row, gallery, send_sprites
from pages.shared.controls.threshold_line import own_threshold
from pages.shared.figures.contact_sheet import COLUMNS, atlas_image
from pages.shared.runs import prepared_faces, readers
from pages.shared.runs.session import UNREADABLE, engine, faces_folder
from pages.shared.runs.set_statistics import finite, look_or_say, run_on, sampled_words
from pages.shared.words import plain

SIDE, SHOWN, PATIENCE = 84, 6, 60
PIXELS, NETWORK = "Raw pixels", "The network of a run"
HARD, EASY = "Where it is hard", "Where it is easy"
TITLES = {
    "same_farthest": "The same person, far apart",
    "different_closest": "Different people, close together",
    "same_closest": "The same person, close together",
    "different_farthest": "Different people, far apart",
}
SHOWS = {HARD: ("same_farthest", "different_closest"), EASY: ("same_closest", "different_farthest")}
NOT_SEEN = ("noise_place", "ground_place", "glasses_tone", "hat_hue")  # do not show, or only where something is worn
STANDS_FOR_ALL = 0.05  # share of a factor's range below which pictures hardly differ in it


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pairs:
    """Pairs of one kind.

    Attributes:
        places: (M, 2) places in the set.
        pixels: (M,) squared distances of raw pixels.
        network: (M,) squared distances of embeddings; None without a run.
    """

    places: np.ndarray
    pixels: np.ndarray
    network: np.ndarray | None


def pairs(faces: FaceSet, config: FacesConfig, seed: int) -> None:
    """Show the pairs of two kinds beside each other, with both distances."""
    run = run_on(faces)
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        shows = st.segmented_control("Pairs", list(SHOWS), default=HARD, required=True, key="pairs_kind")
    with right:
        by = st.segmented_control(
            "Found by",
            [PIXELS, NETWORK],
            default=PIXELS,
            required=True,
            key="pairs_by",
            disabled=run is None,
            help="Raw pixels: 32 × 32 grey values without their mean, brought to length 1. "
            "The network: the embeddings of a run that was trained on this set.",
        )
    try:
        found, whose = _by_network(run) if by == NETWORK and run else _by_pixels(faces, config, seed)
        if found:
            _show(faces, found, SHOWS[shows], run)
            st.caption(_caption(whose, run))
    except (FacesError, *UNREADABLE, ValueError) as error:
        st.error(plain(str(error)), icon=":material/error:")


def _caption(whose: str, run: RunFolder | None) -> str:
    words = (
        f"Looked at: {whose}. Nobody is in two pairs of one list. "
        "Squared distances: 0 the same, 2 nothing in common, 4 opposite."
    )
    if run is None:
        return f"{words} Train on these faces, and the same pairs get their distance in the network's embedding."
    own = own_threshold(run)
    if own is None:
        return words
    return f"{words} This run takes faces nearer than {distance_words(own.value)} for one person: {own.origin}."


def _by_pixels(faces: FaceSet, config: FacesConfig, seed: int) -> tuple[dict[str, np.ndarray] | None, str]:
    found = look_or_say(faces, config, seed)
    if found is None:
        return None, ""
    if found["twins"]:
        st.info(
            f"{found['twins']:,} pictures look exactly like another one in 32 × 32 grey: the same picture is there "
            "more than once, or pictures are of one grey.",
            icon=":material/content_copy:",
        )
    return found["pairs"], sampled_words(found)


def _by_network(run: RunFolder) -> tuple[dict[str, np.ndarray] | None, str]:
    number = run.epochs()[-1]
    found = _network_pairs(str(run.path), number, readers.epoch_stamp(run, number))
    tracked = readers.tracked(run)
    return found, f"the {len(tracked) if tracked else 0:,} pictures that the run follows, at epoch {number}"


@st.cache_resource(max_entries=16, show_spinner=False)
def _network_pairs(path: str, number: int, stamp: int) -> dict[str, np.ndarray]:
    run = RunFolder(Path(path))
    tracked = run.tracked()
    if tracked is None:
        return {}
    found = extreme_pairs(run.epoch(number).embeddings, tracked.person, count=PAIRS)
    kinds = {kind: getattr(found, kind) for kind in KINDS}
    return {kind: np.stack([tracked.index[p.first], tracked.index[p.second]], axis=1) for kind, p in kinds.items()}


def _show(faces: FaceSet, found: dict[str, np.ndarray], kinds: tuple[str, str], run: RunFolder | None) -> None:
    places = {kind: found[kind][:SHOWN] for kind in kinds}
    both = {kind: _distances(faces, places[kind], run) for kind in kinds}
    for place, kind in zip(st.columns(2, gap="large"), kinds, strict=True):
        with place:
            colour = "green" if kind.startswith("same") else "orange"
            st.markdown(f"### :{colour}[{TITLES[kind]}]")
            _gallery(faces, both[kind], kind)


def _distances(faces: FaceSet, places: np.ndarray, run: RunFolder | None) -> Pairs:
    pictures = faces.read(places.ravel())
    pixels = _apart(raw_pixels(pictures))
    network = None
    if run is not None and len(pictures):
        points = _points(run, faces, tuple(places.ravel().tolist()))
        network = _apart(points) if points is not None and finite(points) else None
    return Pairs(places=places, pixels=pixels, network=network)


def _apart(points: np.ndarray) -> np.ndarray:
    squared: np.ndarray = ((points[0::2].astype(np.float64) - points[1::2]) ** 2).sum(axis=1)
    return squared


def _points(run: RunFolder, faces: FaceSet, places: tuple[int, ...]) -> np.ndarray | None:
    weights = weights_of(str(run.path))
    if not weights:
        return None
    try:
        return _embedded(run.id, weights, faces.fingerprint, places)
    except Exception as error:  # whatever the worker met is told in a sentence, the pairs stay
        st.caption(f"Their embeddings could not be had: {plain(str(error) or type(error).__name__)}")
        return None


@st.cache_resource(max_entries=64, show_spinner=False)
def _embedded(run_id: str, weights: str, fingerprint: str, places: tuple[int, ...]) -> np.ndarray:
    faces = prepared_faces.face_set(fingerprint, str(faces_folder()))
    found: np.ndarray = engine().embed_photos(run_id, list(faces.read(places))).result(timeout=PATIENCE)
    return found


def _gallery(faces: FaceSet, pairs: Pairs, kind: str) -> None:
    if not len(pairs.places):
        st.info(_nothing(kind), icon=":material/search_off:")
        return
    flat = tuple(pairs.places.ravel().tolist())
    sprites = send_sprites(
        small_pictures(faces.fingerprint, flat, SIDE), [""] * len(flat), columns=COLUMNS, size=SIDE, key=kind
    )
    rows = [
        Row(faces=(2 * k, 2 * k + 1), caption=_names(faces, *pair), note=_note(faces, pairs, k))
        for k, pair in enumerate(pairs.places.tolist())
    ]
    gallery(rows, sprites, key=f"pairs_{kind}", alt=f"{TITLES[kind]}: {len(rows)} pairs.", size=SIDE)


@st.cache_resource(max_entries=32, show_spinner=False)
def small_pictures(fingerprint: str, places: tuple[int, ...], side: int) -> bytes:
    """Return pictures of a set as one atlas."""
    faces = prepared_faces.face_set(fingerprint, str(faces_folder()))
    small = [Image.fromarray(image).resize((side, side), Image.Resampling.LANCZOS) for image in faces.read(places)]
    return atlas_image(np.stack([np.asarray(image) for image in small]))


def _nothing(kind: str) -> str:
    if kind.startswith("same"):
        return "Nobody has two pictures here: without them there is no pair of one person, and nothing to learn."
    return "There is one person only: a second one would make pairs of different people."


def _names(faces: FaceSet, one: int, other: int) -> str:
    names = [faces.names[faces.people[place]] for place in (one, other)]
    return names[0] if names[0] == names[1] else f"{names[0]} and {names[1]}"


def _note(faces: FaceSet, pairs: Pairs, row: int) -> str:
    words = f"pixels {pairs.pixels[row]:.2f}"
    if pairs.network is not None:
        words += f" · network {pairs.network[row]:.2f}"
    one, other = pairs.places[row].tolist()
    if faces.factor_names and faces.people[one] == faces.people[other]:
        words += f" · {differ_most(faces, one, other)}"
    return words


def differ_most(faces: FaceSet, one: int, other: int, count: int = 2) -> str:
    """Return in which conditions two synthetic pictures differ most, against how much the set varies in them."""
    known: list[Any] = [f for f in CONDITION_FACTORS if f.name in faces.factor_names and f.name not in NOT_SEEN]
    columns = faces.factors([factor.name for factor in known])
    by_how_much = []
    for factor in known:
        column = columns[factor.name]
        usual = float(np.percentile(column, 95) - np.percentile(column, 5)) or factor.high - factor.low
        by_how_much.append(abs(float(column[one] - column[other])) / usual)
    order = np.argsort(-np.array(by_how_much), kind="stable")[:count]
    differing = [f"{known[k].part}: {known[k].label}" for k in order if by_how_much[k] > STANDS_FOR_ALL]
    return "differ most in " + ", ".join(word.lower() for word in differing) if differing else "hardly differ"


def pair_points(faces: FaceSet, config: FacesConfig, seed: int) -> list[str]:
    """Return what raw pixels make of this set, with its numbers."""
    found = look_or_say(faces, config, seed)
    if found is None or not all(len(found["pairs"][kind]) for kind in SHOWS[HARD]):
        return []
    far, near = (found["squared_distances"][kind][0] for kind in SHOWS[HARD])
    own = faces.names[faces.people[found["pairs"]["same_farthest"][0][0]]]
    others = _names(faces, *found["pairs"]["different_closest"][0].tolist())
    return [
        f"By raw pixels two pictures of {plain(own)} are {far:.2f} apart, and {plain(others)} only {near:.2f}: no "
        "threshold on pixels gets both right."
        if far > near
        else f"By raw pixels every person stands apart here: the farthest pair of one person is {far:.2f}, the closest "
        f"of two people {near:.2f}. Nothing needs learning."
    ]
