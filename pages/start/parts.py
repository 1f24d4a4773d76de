"""The first page's parts: synthetic faces to look at, the way in, the workers, the latest runs."""

import streamlit as st

from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Row, gallery, send_sprites
from pages.shared.figures.contact_sheet import COLUMNS
from pages.shared.runs.ownership import marked
from pages.shared.runs.session import STATE_ICONS, engine, run_title
from pages.shared.words import plain, seconds_left
from pages.start import wall_of_faces as drawn_wall

FACE = 84  # pixels
RUNS_SHOWN = 8


def wall_of_drawn_faces() -> None:
    """Show some people of the synthetic class, one per row: same person, other picture."""
    people, each = drawn_wall.PEOPLE, drawn_wall.EACH
    count = people * each
    sprites = send_sprites(drawn_wall.FILE.read_bytes(), [""] * count, columns=COLUMNS, size=110, key="drawn_wall")
    rows = [Row(faces=tuple(range(first, first + each))) for first in range(0, count, each)]
    gallery(rows, sprites, key="drawn_wall", alt=f"{people} synthetic people, {each} pictures of each.", size=FACE)
    st.caption(
        "Every row is one person who does not exist: pose, light, expression and background differ. "
        "To pixels they are all different; the network learns what stays."
    )


def first_steps() -> None:
    """Offer the way in."""
    st.markdown(
        "1. **Faces**: whose faces are learned from, and who is kept unseen.\n"
        "2. **Triplets**: which three faces teach something, and which do not.\n"
        "3. **Training**: press Train, move the margin, watch triplets run out.\n"
        "4. **Epochs**: play how the faces gather.\n"
        "5. **Network**: hide a part of a face and see how far it moves.\n"
        "6. **Verification**: drag the threshold and read what it costs.\n"
        "7. **Recognition**: find a face among many, and tell a stranger.\n"
        "8. **Clustering**: how many people are here, when nobody says so?\n"
        "9. **Comparison**: does the margin matter, or is it chance?\n\n"
        "The example run shows all of it at once; the laboratories go on from there."
    )
    if st.button(
        "Train a first network", key="begin", type="primary", icon=":material/model_training:", width="stretch"
    ):
        st.switch_page("pages/training/page.py")


def workers() -> None:
    """Say whether the workers are ready; look again by itself until they are."""
    ready = not engine().state().warming
    st.fragment(_workers, run_every=None if ready else 1.0)(ready)


def _workers(was_ready: bool) -> None:
    state = engine().state()
    ready = not state.warming
    if ready != was_ready:
        st.rerun()
    if ready:
        st.success("The workers are ready: training starts at once.", icon=":material/check:")
    else:
        st.info(
            f"{plain(state.warming)} Training can be pressed already.",
            icon=":material/hourglass_empty:",
        )
    for problem in state.problems if ready else ():
        st.warning(plain(problem), icon=":material/warning:")
    if state.read_only:
        st.warning(
            "Another server works on this data folder: here runs can be looked at, not trained.", icon=":material/lock:"
        )


def latest_runs(runs: list[RunFolder]) -> None:
    """List the first runs to choose with their state and a way to each."""
    st.header("Latest runs", anchor=False)
    if not runs:
        st.caption("None yet. A run stays when the tab is closed, and its link shows it to everybody.")
    for run in runs[:RUNS_SHOWN]:
        status = run.status()
        name, state, look, play = st.columns([5, 4, 1.3, 1.3], vertical_alignment="center")
        with name:
            st.markdown(plain(marked(run_title(run), run)))
        with state:
            took = f" · {seconds_left(status.seconds)}" if status.seconds else ""
            where = (
                f"epoch {status.epoch} of {status.epochs}{took}"
                if status.state != "failed"
                else plain(status.message[:140])
            )
            fallen = " · **collapsed**" if status.state == "finished" and "Collapsed:" in status.message else ""
            st.markdown(f"{STATE_ICONS.get(status.state, '')} {status.state} · {where}{fallen}")
        with look:
            st.page_link("pages/training/page.py", label="Training", query_params={"run": run.id})
        with play:
            st.page_link(
                "pages/epochs/page.py", label="Epochs", query_params={"run": run.id}, disabled=not run.epochs()
            )
    if len(runs) > RUNS_SHOWN:
        st.caption(f"{len(runs) - RUNS_SHOWN} more runs are found under Run in view on the other pages.")
