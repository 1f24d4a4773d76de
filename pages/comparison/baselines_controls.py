"""Train a run's missing baselines as one list, then measure all on the same pairs: progress, stop, go on."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from facenet_core.choices import LOSSES
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.studies.atlas_progress import expected_seconds, progress_of, stop_all
from facenet_core.runs.studies.baseline_measuring import is_current, measure_baselines, stored_baselines
from facenet_core.runs.studies.baselines import Baseline, baselines_of, begin_baselines, unfinished
from pages.shared.runs.ownership import owner
from pages.shared.runs.session import MOVING, engine, faces_folder, readable, runs_folder, tell
from pages.shared.words import plain, seconds_left

LOOK_EVERY = 1.0  # seconds between two looks while something moves


@readable
def follow(run: RunFolder) -> None:
    """Offer what is missing, or say how far it is; look again by itself while something moves."""
    baselines = baselines_of(run, runs_folder())
    moving = _moving(baselines) or _measuring(run) is not None
    shown = _signature(run, baselines)
    st.fragment(_follow, run_every=LOOK_EVERY if moving else None, key="baselines_progress")(run, shown)


def _signature(run: RunFolder, baselines: Sequence[Baseline]) -> tuple[Any, ...]:
    """Return what decides whether the page has to be drawn anew."""
    states = tuple(b.run.status().state if b.run else "" for b in baselines)
    return states, _measuring(run) is not None, _stamp(run)


def _stamp(run: RunFolder) -> int:
    try:
        return (run.path / "baselines.json").stat().st_mtime_ns
    except OSError:
        return 0


@readable
def _follow(run: RunFolder, shown: tuple[Any, ...]) -> None:
    baselines = baselines_of(run, runs_folder())
    if _signature(run, baselines) != shown:
        st.rerun()
    job = _job(run)
    if job is not None and job.state in MOVING:
        words = f"Measuring: {job.done} of {job.total} {job.what}. {job.message}" if job.total else "Waiting to measure"
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=plain(words))
        st.button("Cancel", key="baselines_cancel", on_click=_cancel, args=(run,))
    elif _moving(baselines):
        _training(run, baselines)
    else:
        _at_rest(run, baselines, job)


def _training(run: RunFolder, baselines: Sequence[Baseline]) -> None:
    runs = [baseline.run for baseline in baselines if baseline.run is not None]
    progress = progress_of([other.status() for other in runs])
    words = f"**{progress.finished} of {len(baselines)} baselines trained**"
    words += f" · {progress.running} training now" if progress.running else " · waiting for a free worker"
    if progress.seconds_left is not None:
        words += f" · about {seconds_left(progress.seconds_left)} left"
    st.progress(progress.share, text=words)
    st.button("Stop all", key="baselines_stop", icon=":material/stop:", on_click=_stop, args=(run, runs))


def _at_rest(run: RunFolder, baselines: Sequence[Baseline], job: Any) -> None:
    for baseline in baselines:
        if baseline.run is not None and (status := baseline.run.status()).state == "failed":
            st.error(f"{LOSSES[baseline.loss].label} failed: {plain(status.message)}", icon=":material/error:")
    if job is not None and job.state == "failed":
        st.error(plain(job.message), icon=":material/error:")
    missing, values = unfinished(baselines), stored_baselines(run)
    current = values is not None and is_current(values, run, _trained(baselines))
    if not missing and not current and st.session_state.pop(_wish(run), False):
        _measure(run)
        st.rerun()
    with st.container(horizontal=True, key="baselines_buttons"):
        if missing:
            _train_button(run, len(missing))
        if not current:
            label = "Measure all on the same pairs" if not missing else "Measure what there is"
            kind = "secondary" if missing else "primary"
            st.button(label, key="baselines_measure", type=kind, on_click=_measure, args=(run,))
    if missing:
        _what_is_missing(run, missing)
    if values is not None and not current:
        st.caption("There are other weights now than when this was measured.")
    if run.status().state != "finished":
        st.caption("This run is not trained to its end; its baselines are.")


def _train_button(run: RunFolder, count: int) -> None:
    st.button(
        f"Train the {count} missing baselines" if count > 1 else "Train the missing baseline",
        key="baselines_train",
        type="primary",
        icon=":material/model_training:",
        on_click=_begin,
        args=(run,),
    )


def _what_is_missing(run: RunFolder, missing: Sequence[Baseline]) -> None:
    names, record = ", ".join(LOSSES[baseline.loss].label for baseline in missing), run.record()
    seconds = expected_seconds(runs_folder(), [baseline.config for baseline in missing], record.images)
    time = f" That takes about {seconds_left(seconds)}." if seconds is not None else ""
    st.caption(
        f"{names}: the same network, faces, batches, images shown and seed as this run, another loss.{time} "
        "Then all are measured on the same pairs."
    )


def _trained(baselines: Sequence[Baseline]) -> dict[str, str]:
    """Return the folder of the finished run of each loss."""
    return {
        baseline.loss: str(baseline.run.path)
        for baseline in baselines
        if baseline.run is not None and baseline.run.status().state == "finished"
    }


def _moving(baselines: Sequence[Baseline]) -> bool:
    return any(baseline.run is not None and baseline.run.status().state in MOVING for baseline in baselines)


def _wish(run: RunFolder) -> str:
    return f"baselines wanted {run.id}"


def _job_key(run: RunFolder) -> str:
    return f"baselines job {run.id}"


def _job(run: RunFolder) -> Any:
    job_id = st.session_state.get(_job_key(run))
    return tell(engine().job, job_id) if job_id else None


def _measuring(run: RunFolder) -> Any:
    job = _job(run)
    return job if job is not None and job.state in MOVING else None


def _begin(run: RunFolder) -> None:
    if tell(begin_baselines, engine(), run, owner()) is not None:
        st.session_state[_wish(run)] = True


def _stop(run: RunFolder, runs: Sequence[RunFolder]) -> None:
    st.session_state.pop(_wish(run), None)
    tell(stop_all, engine(), runs)


def _measure(run: RunFolder) -> None:
    others = _trained(baselines_of(run, runs_folder()))
    job_id = tell(engine().start_job, "baselines", measure_baselines, str(run.path), str(faces_folder()), others)
    if job_id:
        st.session_state[_job_key(run)] = job_id


def _cancel(run: RunFolder) -> None:
    job_id = st.session_state.get(_job_key(run))
    if job_id:
        tell(engine().cancel_job, job_id)
