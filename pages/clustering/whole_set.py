"""The whole set of a run, sorted as a job whose groups stay with the run."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from facenet_core.evaluation.clustering.grouping import Grouping
from facenet_core.evaluation.clustering.methods import CLUSTERINGS, why_not
from facenet_core.runs.jobs import clustering
from facenet_core.runs.jobs.clustering import WholeSet, group_whole_set
from facenet_core.runs.records import RunDamaged
from facenet_core.runs.storage import RunFolder
from pages.clustering.faces import epoch_of_weights, whole_crowd
from pages.clustering.method import THERE_ARE, Settings, Sorted, choose_settings, with_curves
from pages.shared.runs.session import engine, faces_folder, tell
from pages.shared.words import plain

MOVING = ("queued", "running")


def whole_set(run: RunFolder, epoch: int, at_least: float) -> Sorted | None:
    """Return the whole set as it was sorted, or offer to have it sorted and return None."""
    with_weights = epoch_of_weights(run, epoch)
    if with_weights is None:
        st.info("This run has stored no network that could look at more faces: train one.", icon=":material/block:")
        return None
    whole = _or_damaged(lambda: _stored(run, with_weights))
    faces = len(whole.embeddings) if whole else 0
    people = int(whole.people.max()) + 1 if whole and faces else 0
    settings = choose_settings(faces, people) if whole else _before(run)
    if settings.people == people:  # so that what was sorted before the set was counted is found
        settings = replace(settings, people=THERE_ARE)
    reason = why_not(settings.method, faces)
    if reason is not None:
        st.info(plain(reason), icon=":material/block:")
        return None
    key = (run.id, with_weights, *settings.arguments)
    found = _or_damaged(lambda: _found(run, with_weights, settings)) if whole else None
    _follow(run, with_weights, settings, key, there=found is not None)
    if found is None or whole is None:
        return None
    crowd = whole_crowd(run, whole, with_weights)
    return None if crowd is None else with_curves(crowd, settings, found, at_least)


def _before(run: RunFolder) -> Settings:
    """Show the methods while nobody has counted the faces."""
    record = run.record()
    st.caption(
        f"All faces of this run's set, those that it trained on among them ({record.images or 0:,} of "
        f"{record.people or 0:,} people). They are made ready, embedded and sorted by a worker; the groups stay with "
        "the run."
    )
    return choose_settings(None, 0)


def _or_damaged(read: Callable[[], Any]) -> Any:
    """Return what is stored; say what is damaged, and go on as if it were not there: it is made again."""
    try:
        return read()
    except RunDamaged as error:
        st.error(plain(str(error)), icon=":material/broken_image:")
        return None


def _stored(run: RunFolder, epoch: int) -> WholeSet | None:
    stamp, _ = clustering.stamp_of(run, epoch, "single", 0, None, 0)
    return _read_set(str(run.path), epoch, stamp) if stamp else None


@st.cache_resource(max_entries=4, show_spinner=False)
def _read_set(path: str, epoch: int, stamp: int) -> WholeSet | None:
    return clustering.stored_set(RunFolder(Path(path)), epoch)


def _found(run: RunFolder, epoch: int, settings: Settings) -> Grouping | None:
    _, stamp = clustering.stamp_of(run, epoch, *settings.arguments)
    return _read_grouping(str(run.path), epoch, settings, stamp) if stamp else None


@st.cache_resource(max_entries=8, show_spinner=False)
def _read_grouping(path: str, epoch: int, settings: Settings, stamp: int) -> Grouping | None:
    return clustering.stored_grouping(RunFolder(Path(path)), epoch, *settings.arguments)


def _follow(run: RunFolder, epoch: int, settings: Settings, key: tuple[Any, ...], *, there: bool) -> None:
    jobs: dict[Any, str] = st.session_state.setdefault("clustering_jobs", {})
    job = tell(engine().job, jobs[key]) if key in jobs else None
    if job is not None and job.state in MOVING:
        st.fragment(_progress, run_every=0.5)(jobs[key])
        return
    if there:
        return
    if job is not None and job.state == "failed":
        st.error(plain(job.message), icon=":material/error:")
    label = f"Sort the whole set: {CLUSTERINGS[settings.method].label}"
    st.button(label, key="clustering_whole", type="primary", on_click=_start, args=(run, epoch, settings, key))


def _start(run: RunFolder, epoch: int, settings: Settings, key: tuple[Any, ...]) -> None:
    place = str(run.path), str(faces_folder().absolute())
    wanted = *place, epoch, *settings.arguments
    # Not "side": it takes a while, and whoever asks something else in the meantime is answered there.
    job_id = tell(engine().start_job, "cluster", group_whole_set, *wanted, resource="fetch")
    if job_id:
        st.session_state["clustering_jobs"][key] = job_id


def _progress(job_id: str) -> None:
    job = tell(engine().job, job_id)
    if job is None or job.state not in MOVING:
        st.rerun()
    waiting = engine().state().warming or "Waiting for a free worker."
    words = waiting if job.state == "queued" else job.message or "Begun."
    st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=plain(words))
    st.button("Cancel", key="clustering_cancel", on_click=tell, args=(engine().cancel_job, job_id))
