"""What a session holds on to: the engine, the run in view, and whether the server is still the same."""

import functools
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import streamlit as st

from facenet_core.choices import LOSSES, learns_from_triplets
from facenet_core.runs.engine.engine import Engine
from facenet_core.runs.engine.opening import default_data, open_engine
from facenet_core.runs.records import RunDamaged, RunMissing, RunStatus, RunTooNew
from facenet_core.runs.storage import RunFolder, open_run
from pages.shared.runs.ownership import marked, runs_to_choose, say_whose
from pages.shared.runs.preload import load_ahead
from pages.shared.words import plain

MOVING = ("queued", "running")
UNREADABLE = (RunMissing, RunTooNew, RunDamaged)
STATE_ICONS = {
    "queued": ":material/hourglass_empty:",
    "running": ":material/play_arrow:",
    "paused": ":material/pause:",
    "finished": ":material/check:",
    "stopped": ":material/stop:",
    "failed": ":material/error:",
}


@st.cache_resource(show_spinner="Starting the workers")
def engine() -> Engine:
    """Return the one engine of this server process."""
    load_ahead()
    return open_engine(data_folder())


def data_folder() -> Path:
    """Return the folder that holds runs and prepared faces."""
    return default_data()


def runs_folder() -> Path:
    """Return the folder of all runs."""
    return data_folder() / "runs"


def faces_folder() -> Path:
    """Return the folder of prepared face sets."""
    return data_folder() / "faces"


def show_run(run_id: str) -> None:
    """Make ``run_id`` the run in view, also in the link."""
    st.session_state["run_in_view"] = run_id
    st.query_params["run"] = run_id


def forget_run(run_id: str) -> None:
    """No longer have ``run_id`` in view, where it was: it was deleted."""
    if st.session_state.get("run_in_view") == run_id:
        del st.session_state["run_in_view"]
    if st.query_params.get("run") == run_id:
        del st.query_params["run"]


def run_in_view(*, or_newest: bool = False) -> RunFolder | None:
    """Return the run of the link, else the one last looked at, else (if asked) the first one to choose with epochs.

    An unknown or unreadable run is said on the page, with a way back, and the page ends.
    """
    wanted = st.query_params.get("run") or st.session_state.get("run_in_view")
    if not wanted:
        if not or_newest:
            return None
        found = next((run for run in runs_to_choose() if run.epochs()), None)
        if found is None:
            return None
        wanted = found.id
    try:
        run = open_run(runs_folder(), wanted)
        run.record()
    except UNREADABLE as error:
        _say_gone(str(error))
        raise AssertionError("unreachable: st.stop ends the page") from error
    show_run(run.id)
    say_whose(run)
    return run


def _say_gone(sentence: str) -> None:
    st.session_state.pop("run_in_view", None)
    st.warning(plain(sentence), icon=":material/search_off:")
    if st.button("Show the runs there are", key="back_to_runs"):
        st.switch_page("pages/start/page.py")
    st.stop()


def readable(draw: Callable[..., None]) -> Callable[..., None]:
    """Have ``draw`` say in one sentence what cannot be read of a run, where it would end in a traceback."""

    @functools.wraps(draw)
    def drawn(*args: Any, **keywords: Any) -> None:
        try:
            draw(*args, **keywords)
        except UNREADABLE as error:
            st.error(plain(str(error)), icon=":material/broken_image:")

    return drawn


def run_title(run: RunFolder) -> str:
    """Return how a run is called in lists: its name, or when it began and what it learns."""
    try:
        record = run.record()
    except UNREADABLE:
        return run.id
    when = run.id[9:15]
    clock = f"{when[:2]}:{when[2:4]}:{when[4:]}" if when.isdigit() else run.id
    config = record.config
    people = record.people or config.faces.people or "all"
    by = f"margin {config.margin:g}" if learns_from_triplets(config.loss) else LOSSES[config.loss].label
    return record.name or f"{clock} · {config.faces.source} · {people} people · {by}"


def run_chooser(run: RunFolder) -> None:
    """Offer the other runs behind a button that names the one in view."""
    runs = runs_to_choose()[:50]
    ids = [other.id for other in runs]
    titles = distinct({other.id: marked(f"{run_title(other)} ({other.status().state})", other) for other in runs})
    st.selectbox(
        "Run in view",
        ids,
        index=ids.index(run.id) if run.id in ids else None,
        format_func=lambda run_id: titles.get(run_id, run_id),
        key=f"run_choice_{run.id}",
        on_change=lambda: show_run(st.session_state[f"run_choice_{run.id}"]),
    )


def distinct(titles: Mapping[str, str]) -> dict[str, str]:
    """Return the titles of runs with the end of the run's id where two are alike.

    A choice comes back from the browser as its title: of two like ones the first would be taken for the other.
    """
    often = Counter(titles.values())
    return {run_id: f"{title} ({run_id[-4:]})" if often[title] > 1 else title for run_id, title in titles.items()}


def follow_with_maps(run: RunFolder, *methods: str) -> None:
    """Have a worker draw the maps that the run lacks, and those of its epochs to come."""
    for method in methods:
        tell(engine().want_maps, run.id, method)


def tell(call: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
    """Call the engine; what goes wrong becomes a sentence on the page instead of a traceback."""
    try:
        return call(*args, **keywords)
    except (ValueError, OSError, RuntimeError) as error:
        st.session_state["problem"] = str(error) or type(error).__name__
        return None


def show_problem() -> None:
    """Show what the last button could not do."""
    problem = st.session_state.pop("problem", None)
    if problem:
        st.error(plain(problem), icon=":material/error:")


def same_server() -> bool:
    """Return whether this session still talks to the server it began with, and say so when it does not."""
    boot = engine().boot_id
    if st.session_state.setdefault("boot_id", boot) == boot:
        return True
    st.warning("The server was restarted: reload this page.", icon=":material/refresh:")
    return False


def heartbeat_lost(status: RunStatus) -> bool:
    """Return whether a running run has not been heard of for long."""
    return status.state == "running" and status.heartbeat_age > 20
