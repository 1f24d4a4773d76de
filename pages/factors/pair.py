"""Two synthetic faces side by side, and how far apart they are in pixels and in a network."""

from concurrent.futures import TimeoutError as TooSlow

import numpy as np
import streamlit as st

from facenet_core.evaluation import raw_pixels
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.faces.heads import IDENTITY_FACTORS, render
from facenet_core.runs.jobs.factor_effects import value_of, weights_of
from facenet_core.runs.storage import RunFolder
from pages.factors.two_faces import Face, differences, words_for
from pages.shared.controls.threshold_line import own_threshold
from pages.shared.parts.two_faces import verdict
from pages.shared.runs.session import UNREADABLE, engine, run_title
from pages.shared.words import plain

SIZE, DRAWN, SHOWN = 110, 140, 230  # pixels a side
NAMED = 6
PATIENCE = 3  # seconds: the next move of a slider waits no longer for a busy worker


@st.cache_data(max_entries=64, show_spinner=False)
def drawn(_face: Face, key: str, size: int) -> np.ndarray:
    """Return a face's picture; ``key`` stands for its factors."""
    return render(*_face, size)


def picture_of(face: Face, size: int = DRAWN) -> np.ndarray:
    """Return a face's picture, drawn once for the same factors."""
    return drawn(face, repr(face), size)


def side_by_side(a: Face, b: Face) -> None:
    """Show both faces."""
    for place, word, face in zip(st.columns(2), "AB", (a, b), strict=True):
        with place, st.container(key=f"face_drawn_{word.lower()}"):
            st.image(picture_of(face), width=SHOWN, output_format="JPEG", alt=f"Face {word}", caption=f"Face {word}")


def difference_sentence(a: Face, b: Face) -> str:
    """Return in what B differs from A."""
    found = differences(a, b)
    if not found:
        return "B is A. Move a slider, or press a button."
    if len(found) > NAMED:
        who = sum(factor in IDENTITY_FACTORS for factor in found)
        return f"B is A with {who} other factors of who it is and {len(found) - who} of how it is seen."
    parts = [
        f"{factor.part}, {factor.label.lower()} {words_for(factor, value_of(factor, *a))} → "
        f"{words_for(factor, value_of(factor, *b))}"
        for factor in found
    ]
    return plain("B is A with: " + "; ".join(parts))


def distances(a: Face, b: Face, run: RunFolder | None) -> None:
    """Show the squared distances of the two pictures: in raw pixels, and in the run's network."""
    points = raw_pixels(np.stack([picture_of(face) for face in (a, b)]))
    same = a[0] == b[0]
    left, right = st.columns(2)
    left.metric("In raw pixels", distance_words(squared(points)), help="32 × 32 grey values, mean removed, length 1.")
    with right:
        embedded = _embedded(run, a, b) if run else None
        if run is None:
            st.caption("No run is stored yet: train one, and its network measures these faces.")
        if run is None or embedded is None:
            return
        own = own_threshold(run)
        if own is None:
            st.metric("Squared distance", distance_words(squared(embedded)))
            st.caption(plain(run_title(run)))
        else:
            verdict(squared(embedded), own.value, same)
            st.caption(f"{plain(run_title(run))}. Its threshold is its own: {own.origin}.")


def squared(points: np.ndarray) -> float:
    """Return the squared distance of two points."""
    return float(((points[0].astype(np.float64) - points[1]) ** 2).sum())


def _embedded(run: RunFolder, a: Face, b: Face) -> np.ndarray | None:
    try:
        if not weights_of(str(run.path)):
            st.caption("This run has no weights yet: its network can look once it has an epoch.")
            return None
        pair = [picture_of(face, SIZE) for face in (a, b)]
        points: np.ndarray = engine().embed_photos(run.id, pair).result(timeout=PATIENCE)
    except TooSlow:
        st.caption(engine().state().warming or "The worker is busy: the distance comes with the next move.")
        return None
    except (*UNREADABLE, ValueError, OSError, RuntimeError) as error:
        st.caption(f"The network could not look: {plain(str(error) or type(error).__name__)}")
        return None
    if not np.isfinite(points).all():
        st.caption("The embeddings of this run are not numbers.")
        return None
    return points
