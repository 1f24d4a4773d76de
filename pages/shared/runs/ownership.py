"""Which runs are this browser's own: they come first, and a page opens on them; others are marked."""

import os

import streamlit as st

from facenet_core.runs.engine.opening import default_data
from facenet_core.runs.owners import note_owner, owner_of, several_browsers
from facenet_core.runs.records import RunDamaged, RunMissing, RunTooNew
from facenet_core.runs.storage import RunFolder, list_runs
from pages.shared.components.browser.browser_id import COOKIE, read_browser_id

OWN, EXAMPLE, OTHER = range(3)
OTHERS = "not from this browser"
_OWNER = "owner"


def class_mode() -> bool:
    """Return whether many learners share this server: then nobody names folders on its disk."""
    return os.environ.get("FACENET_CLASS", "") not in ("", "0", "no")


def owner() -> str | None:
    """Return the name under which this browser owns runs; None where it keeps no cookie."""
    if _OWNER not in st.session_state:
        browser_id = read_browser_id(st.context.cookies.get(COOKIE))
        data = default_data()
        found = owner_of(data, browser_id) if browser_id else None
        if found:
            note_owner(data, found)
        st.session_state[_OWNER] = found
    return st.session_state[_OWNER]


def is_others(run: RunFolder) -> bool:
    """Return whether a run is neither this browser's nor the example.

    Where only one browser was ever seen, all runs are its own, those of the terminal and of earlier versions too.
    """
    return _rank(run, _is_shared()) == OTHER


def runs_to_choose() -> list[RunFolder]:
    """Return all runs as choosers list them: own ones, newest first, then the example, then those of others."""
    shared = _is_shared()
    return sorted(list_runs(default_data() / "runs"), key=lambda run: _rank(run, shared))


def _is_shared() -> bool:
    owner()  # noted first: it may be a second browser
    return class_mode() or several_browsers(default_data())


def _rank(run: RunFolder, shared: bool) -> int:
    try:
        record = run.record()
    except (RunMissing, RunTooNew, RunDamaged):
        return OWN  # its sentence says more than whose it is
    if record.shipped:
        return EXAMPLE
    own = record.owner is not None and record.owner == owner()
    return OWN if own or not shared else OTHER


def marked(title: str, run: RunFolder) -> str:
    """Return a run's title, with a word where the run is not from this browser."""
    return f"{title} · {OTHERS}" if is_others(run) else title


def say_whose(run: RunFolder) -> None:
    """Say on the page that the run in view is not from this browser."""
    if is_others(run):
        st.caption(":material/group: This run is not from this browser. It is shown by its link, or was chosen.")
