"""What a worker found in a set, asked for once, and the run that learned from the set."""

from concurrent.futures import TimeoutError as TooSlow
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.config import FacesConfig
from facenet_core.faces import FaceSet
from facenet_core.runs.jobs.set_statistics import look_at_set
from facenet_core.runs.storage import RunFolder, list_runs, open_run
from pages.shared.runs.session import UNREADABLE, engine, faces_folder, runs_folder
from pages.shared.words import plain

PATIENCE = 120  # seconds to wait for a worker, its warming up included
RUNS_LOOKED_AT = 50


def look_or_say(faces: FaceSet, config: FacesConfig, seed: int) -> dict[str, Any] | None:
    """Return what ``look_at_set`` found; None where it could not look, and said."""
    wanted = faces.fingerprint, str(faces_folder()), config.people, config.images, seed
    try:
        with st.spinner("A worker looks through the pictures"):
            return _look(*wanted)
    except TooSlow:
        st.error("No worker was free in time: try again when fewer runs train.", icon=":material/error:")
    except Exception as error:  # whatever the worker met is told in a sentence, the page stays
        st.error(f"The pictures could not be looked at: {plain(str(error))}", icon=":material/error:")
    return None


@st.cache_resource(max_entries=8, show_spinner=False)
def _look(fingerprint: str, folder: str, people: int | None, images: int | None, seed: int) -> dict[str, Any]:
    found: dict[str, Any] = engine().ask(look_at_set, fingerprint, folder, people, images, seed).result(PATIENCE)
    return found


def run_on(faces: FaceSet) -> RunFolder | None:
    """Return a run that learned from this very set: the one in view, else the newest; None without any."""
    wanted = st.query_params.get("run") or st.session_state.get("run_in_view")
    try:
        in_view = [open_run(runs_folder(), wanted)] if wanted else []
    except UNREADABLE:
        in_view = []
    found = (run for run in [*in_view, *list_runs(runs_folder())[:RUNS_LOOKED_AT]] if _learned_from(run, faces))
    return next(found, None)


def _learned_from(run: RunFolder, faces: FaceSet) -> bool:
    try:
        return run.record().fingerprint == faces.fingerprint and bool(run.epochs())
    except UNREADABLE:
        return False


def prepared_before(config: FacesConfig) -> str | None:
    """Return the fingerprint of the set that a run of the same configuration learned from; None without any."""
    for run in list_runs(runs_folder())[:RUNS_LOOKED_AT]:
        try:
            record = run.record()
        except UNREADABLE:
            continue
        if record.config.faces == config and record.fingerprint:
            return str(record.fingerprint)
    return None


def sampled_words(found: dict[str, Any]) -> str:
    """Return whose pictures were looked at, as part of a sentence."""
    if found["looked_at"] == found["faces"]:
        return f"all {found['faces']:,} pictures"
    return (
        f"{found['looked_at']:,} of {found['faces']:,} pictures, of {found['people']:,} people drawn at random "
        "(another seed draws others)"
    )


def finite(points: np.ndarray) -> bool:
    """Return whether embeddings can be compared at all."""
    return bool(np.isfinite(points).all())
