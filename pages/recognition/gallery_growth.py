"""A gallery that grows: what a fixed false accept rate brings, measured and in theory."""

from collections.abc import Mapping

import numpy as np
import streamlit as st

from facenet_core.evaluation import Growth, expected_false_identifications, gallery_growth
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.jobs.factor_effects import weights_of
from facenet_core.runs.jobs.whole_set import FARS, SetGrowth, measure_whole_set, stored_growth
from facenet_core.runs.records import UNSEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.recognition import figures as figures_recognition
from pages.recognition.probes import set_threshold
from pages.shared.components.chart import chart
from pages.shared.lesson import predict
from pages.shared.runs import readers
from pages.shared.runs.session import engine, faces_folder, tell
from pages.shared.words import plain

FAR_NAMES = {f"1 in {round(1 / far):,}": far for far in FARS}
SIZES = tuple(sorted({round(m * 10**n) for n in range(5) for m in (1, 2, 5)} | {100_000}))
GUESSES = ("1 of 100", "about 10 of 100", "63 of 100", "all of them")
QUESTION = (
    "Two faces of different people are taken for one in 1 of 100 comparisons. A stranger is looked up in a gallery of "
    "100 people: of 100 such strangers, how many are taken for somebody?"
)
MOVING = ("queued", "running")


def growing(run: RunFolder, faces: TrackedFaces, epoch: int) -> None:
    """Ask first, then show the figure, and offer to measure the whole set."""
    if not predict.revealed("who_growth"):
        predict.ask("who_growth", QUESTION, GUESSES)
        return
    guessed = predict.guess_of("who_growth")
    st.caption(
        "In theory 63 of 100: 1 − 0.99¹⁰⁰ = 0.63." + (f" You said {guessed}." if guessed else "") + " Here is what "
        "this network does."
    )
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        named = st.segmented_control(
            "False accept rate of one comparison (FAR)",
            list(FAR_NAMES),
            default="1 in 100",
            required=True,
            key="who_far",
            bind="query-params",
        )
    with right:
        size = st.select_slider(
            "People in the gallery (N)",
            SIZES,
            100,
            format_func=lambda number: f"{number:,}",
            key="who_size",
            bind="query-params",
        )
    stored = stored_growth(str(run.path))
    found = stored.growth if stored is not None else of_tracked(run, faces, epoch)
    if found is None:
        st.info("This run has no two unseen people: nobody can come as a stranger.", icon=":material/search_off:")
    else:
        _show(found[FAR_NAMES[named]], int(size), stored, epoch)
    st.fragment(whole_set, run_every=0.5 if _moving(run) else None, key="who_whole_set")(run, stored, _moving(run))


def of_tracked(run: RunFolder, faces: TrackedFaces, epoch: int) -> Mapping[float, Growth] | None:
    """Return the growth over the unseen people that the run follows; None where there are not two, or NaN."""
    return _of_tracked(str(run.path), epoch, readers.epoch_stamp(run, epoch), _faces=faces, _run=run)


@st.cache_resource(max_entries=16, show_spinner=False)
def _of_tracked(
    path: str, epoch: int, stamp: int, *, _faces: TrackedFaces, _run: RunFolder
) -> Mapping[float, Growth] | None:
    chosen = np.flatnonzero(_faces.group == UNSEEN)
    embeddings = readers.epoch(_run, epoch).embeddings[chosen]
    if len(np.unique(_faces.person[chosen])) < 2 or not np.isfinite(embeddings).all():
        return None
    return gallery_growth(embeddings, _faces.person[chosen], FARS)


def _show(found: Growth, size: int, stored: SetGrowth | None, epoch: int) -> None:
    if found.far is None or found.threshold is None:
        st.warning(plain(found.note or ""), icon=":material/search_off:")
        return
    largest = 10 ** max(3, int(np.ceil(np.log10(max(size, found.people * 3)))))
    theory = float(expected_false_identifications(found.far, size))
    chart(
        figures_recognition.growing_gallery(found, size, largest),
        key="who_growth_figure",
        alt=f"Share of strangers taken for somebody over the size of the gallery, measured up to {found.people - 1:,} "
        f"people, and in theory; with {size:,} people in theory {theory:.0%}.",
        height=380,
    )
    first, second, third = st.columns(3)
    first.metric(f"In theory, N = {size:,}", f"{100 * theory:.1f} %", help="1 − (1 − FAR)^N")
    value, about = _measured(found, size)
    second.metric(f"Measured, N = {size:,}", value, about, delta_color="off", delta_arrow="off")
    third.metric(
        "Threshold",
        distance_words(found.threshold),
        help="The largest whose false accept rate is at most the one asked.",
    )
    whose = (
        f"{found.probes:,} faces of {found.people:,} people whom this run never trained on, of the whole set "
        f"({stored.set_faces:,} faces)"
        if stored is not None
        else f"the {found.probes:,} tracked faces of {found.people:,} unseen people, epoch {epoch}"
    )
    st.caption(
        f"Measured on {whose}: one photo of each in the gallery, everybody's photos come as strangers while their own "
        f"person is not in it. {found.pairs:,} comparisons stand behind a FAR of {found.far:.2g}. The curve is the "
        "mean over all galleries of a size, its band a 95 % interval over people."
    )
    st.button(
        "Use this threshold above, in Recognise",
        key="who_take_threshold",
        on_click=_take_threshold,
        args=(found.threshold,),
    )


def _take_threshold(threshold: float) -> None:
    set_threshold(threshold)
    st.session_state["who_part"] = "Recognise"


def _measured(found: Growth, size: int) -> tuple[str, str]:
    if size > found.people - 1:
        return "-", f"{found.people - 1:,} others at most here"
    share = float(np.interp(size, found.sizes, found.measured))
    low, high = (float(np.interp(size, found.sizes, ends)) for ends in (found.low, found.high))
    if not np.isfinite([low, high]).all():
        return f"{100 * share:.1f} %", "no interval: draws of people take two at least"
    return f"{100 * share:.1f} %", f"95 % interval {100 * low:.0f} to {100 * high:.0f} %"


def _job_key(run: RunFolder) -> str:
    return f"who whole set {run.id}"


def _moving(run: RunFolder) -> bool:
    job_id = st.session_state.get(_job_key(run))
    job = tell(engine().job, job_id) if job_id else None
    return job is not None and job.state in MOVING


def whole_set(run: RunFolder, stored: SetGrowth | None, moved: bool) -> None:
    """Offer to embed all faces of the set, and follow that."""
    moving = _moving(run)
    if moving != moved:
        st.rerun()
    job_id = st.session_state.get(_job_key(run))
    job = tell(engine().job, job_id) if job_id else None
    weights = weights_of(str(run.path))
    if moving and job is not None:
        waiting = engine().state().warming or job.message or "Waiting for a free worker."
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=plain(job.message or waiting))
        st.button("Cancel", key="who_set_cancel", on_click=tell, args=(engine().cancel_job, job_id))
        return
    if job is not None and job.state == "failed":
        st.error(plain(job.message), icon=":material/error:")
    if stored is not None and stored.weights == weights:
        return
    if stored is not None:
        st.caption("Measured before this run was trained on.")
    st.button(
        "Measure the whole set" if stored is None else "Measure again",
        key="who_set_measure",
        icon=":material/groups:",
        disabled=not weights,
        on_click=_start,
        args=(run,),
    )
    st.caption(
        "A worker embeds every face of the set with the last weights and keeps the result with the run. A set that is "
        "not on this machine any more is prepared again first, which can take minutes."
        if weights
        else "This run has no weights yet: train it first."
    )


def _start(run: RunFolder) -> None:
    job_id = tell(engine().start_job, "whole-set", measure_whole_set, str(run.path), str(faces_folder().absolute()))
    if job_id:
        st.session_state[_job_key(run)] = job_id


def points_to_notice(run: RunFolder, faces: TrackedFaces, epoch: int) -> list[str]:
    """Return what a growing gallery does, with its numbers; before the prediction, what to think about."""
    if not predict.revealed("who_growth"):
        return ["Every further person in the gallery is one more chance of a mistake. How much does that add up to?"]
    stored = stored_growth(str(run.path))
    found = stored.growth if stored is not None else of_tracked(run, faces, epoch)
    one = None if found is None else found[FAR_NAMES[st.session_state.get("who_far", "1 in 100")]]
    if one is None or one.far is None:
        return ["A false accept rate that no pair of these faces can show is not answered: it takes more people."]
    theory = float(expected_false_identifications(one.far, one.sizes[-1]))
    return [
        f"One comparison goes wrong in {one.far:.2%}; in a gallery of {one.sizes[-1]:,} people {one.measured[-1]:.0%} "
        f"of strangers are taken for somebody (theory {theory:.0%}).",
        f"Half of all these mistakes come from {one.busiest:.0%} of the photos. Mistakes that gather on a few faces "
        "make the measured curve bend below the theory, which takes every comparison for a new throw of the dice.",
        "So a watch list of thousands needs a FAR thousands of times smaller than a door for one person.",
    ]
