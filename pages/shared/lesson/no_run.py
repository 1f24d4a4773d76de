"""What a lesson shows while there is no run to look at."""

import streamlit as st

from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.runs import readers
from pages.shared.runs.session import MOVING, UNREADABLE
from pages.shared.words import plain


def tracked_or_stop(run: RunFolder | None) -> tuple[TrackedFaces, list[int]]:
    """Return the run's tracked faces and stored epochs; where there are none, say so and end the page."""
    found = tracked_or_say(run)
    if found is None:
        st.stop()
    return found


def tracked_or_say(run: RunFolder | None) -> tuple[TrackedFaces, list[int]] | None:
    """Return the run's tracked faces and stored epochs; where there are none, say so and go on without."""
    try:
        faces, epochs = (readers.tracked(run), run.epochs()) if run else (None, [])
    except UNREADABLE as error:
        st.error(plain(str(error)), icon=":material/broken_image:")
        return None
    if faces is None or not epochs:
        _nothing_to_show(run)
        return None
    return faces, epochs


def _nothing_to_show(run: RunFolder | None) -> None:
    """Say what would fill this page, and offer the way there."""
    if run is None:
        st.info("No run is stored yet: train one, and it can be looked at here.", icon=":material/model_training:")
        label = "Train a first run"
    else:
        status = run.status()
        if status.state == "failed":
            st.error(f"This run failed before its first epoch: {plain(status.message)}", icon=":material/error:")
        else:
            st.info("This run has no epoch yet: its first figures come in a moment.", icon=":material/hourglass_empty:")
        label = "Go to the training"
        if status.state in MOVING:
            st.fragment(_wait, run_every=1.0)(run)
    if st.button(label, key="to_training", type="primary"):
        st.switch_page("pages/training/page.py", query_params={"run": run.id} if run else None)


def _wait(run: RunFolder) -> None:
    if run.epochs() and run.tracked() is not None:
        st.rerun()
