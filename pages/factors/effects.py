"""How far each factor moves a run's embedding: asked of a worker, kept with the run, shown as bars."""

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.faces.heads import IDENTITY_FACTORS
from facenet_core.runs.jobs.factor_effects import (
    FACTORS,
    PEOPLE,
    REACHES,
    FactorEffects,
    measure_factors,
    stored_effects,
    weights_of,
)
from facenet_core.runs.storage import RunFolder
from pages.factors.figures import BAR, effect_bars
from pages.shared.components.chart import chart
from pages.shared.controls.threshold_line import own_threshold
from pages.shared.figures.colours import DIFFERENT, SAME
from pages.shared.runs.session import engine, readable, tell
from pages.shared.words import plain

SHOWN = 12
WHO, HOW = len(IDENTITY_FACTORS), len(FACTORS) - len(IDENTITY_FACTORS)
IN_NETWORK, IN_PIXELS = "In the network", "In raw pixels"


def effects_section(run: RunFolder | None) -> None:
    """Show what was measured of a run, or offer to measure it."""
    st.header("How far does each factor move a face?", anchor=False)
    if run is None:
        st.info("This takes the network of a run: train one first.", icon=":material/model_training:")
        return
    reach = st.segmented_control(
        "Each factor goes",
        list(REACHES),
        format_func=REACHES.__getitem__,
        default="usual",
        required=True,
        key="factor_reach",
        bind="query-params",
        help="As in the class: the middle 90 of 100 that pictures are drawn from. From end to end goes far beyond "
        "what a network was trained on, such as a head turned by 50 degrees.",
    )
    job_id = st.session_state.get(_job_key(run, reach))
    job = tell(engine().job, job_id) if job_id else None
    moving = job is not None and job.state in ("queued", "running")
    st.fragment(_measure, run_every=0.5 if moving else None)(run, reach, moving)


def _job_key(run: RunFolder, reach: str) -> str:
    return f"factors job {run.id} {reach}"


@readable
def _measure(run: RunFolder, reach: str, moved: bool) -> None:
    job_id = st.session_state.get(_job_key(run, reach))
    job = tell(engine().job, job_id) if job_id else None
    moving = job is not None and job.state in ("queued", "running")
    if moving != moved:
        st.rerun()
    found, weights = stored_effects(str(run.path), reach), weights_of(str(run.path))
    if moving and job is not None:
        words = f"{job.done:,} of {job.total:,} {job.what}" if job.total else "Waiting for a free worker"
        st.progress(min(1.0, job.done / job.total) if job.total else 0.0, text=plain(words))
        st.button("Cancel", key="factors_cancel", on_click=tell, args=(engine().cancel_job, job_id))
    else:
        if job is not None and job.state == "failed":
            st.error(plain(job.message), icon=":material/error:")
        label = "Measure every factor" if found is None else "Measure again"
        if found is None or found.weights != weights:
            st.button(
                label, key="factors_measure", type="primary", disabled=not weights, on_click=_start, args=(run, reach)
            )
            st.caption(
                f"A worker draws {PEOPLE * 2 * len(FACTORS):,} pictures and embeds them: about half a minute."
                if weights
                else "This run has no weights yet: train it first."
            )
    if found is not None:
        if found.weights != weights:
            st.caption("Measured before this run was trained on.")
        _show(run, found)


def _start(run: RunFolder, reach: str) -> None:
    job_id = tell(engine().start_job, "factors", measure_factors, str(run.path), reach)
    if job_id:
        st.session_state[_job_key(run, reach)] = job_id


def _show(run: RunFolder, found: FactorEffects) -> None:
    left, right = st.columns([2, 1], vertical_alignment="center")
    with left:
        measure = st.segmented_control(
            "Moved", [IN_NETWORK, IN_PIXELS], default=IN_NETWORK, required=True, key="factors_in"
        )
    with right:
        everything = st.toggle("All factors", key="factors_all")
    moved = found.network if measure == IN_NETWORK else found.pixels
    origin = own_threshold(run) if measure == IN_NETWORK else None
    threshold = None if origin is None else origin.value
    largest = max(float(moved.max(initial=0)), threshold or 0, 0.01) * 1.05
    places = np.arange(len(FACTORS))
    for column, words, colour, own in zip(
        st.columns(2, gap="large"),
        ("Who it is: the network should move", "How it is seen: it should stay"),
        (DIFFERENT, SAME),
        (places[:WHO], places[WHO:]),
        strict=True,
    ):
        shown = own[np.argsort(-moved[:, own].mean(axis=0), kind="stable")][: None if everything else SHOWN]
        with column:
            st.markdown(f"**{words}**")
            chart(
                effect_bars(
                    [label(int(place)) for place in shown],
                    moved[:, shown],
                    colour,
                    largest=largest,
                    threshold=threshold,
                ),
                key=f"effects_{'who' if own[0] == 0 else 'how'}",
                alt=f"{words}. Longest bars: " + ", ".join(label(int(place)) for place in shown[:3]),
                height=BAR * len(shown) + 70,
            )
    st.caption(
        f"Mean of {len(moved)} people that no class contains; the grey line goes from the least to the most moved of "
        "them."
        + ("" if origin is None else f" Dotted: this run's threshold, {distance_words(origin.value)}, {origin.origin}.")
    )


def label(place: int) -> str:
    """Return how a factor is called on a bar."""
    factor = FACTORS[place]
    return f"{factor.part}: {factor.label}" if factor.label != factor.part else factor.label


def points_to_notice(run: RunFolder | None, reach: str) -> list[str]:
    """Return what the measured factors say, with their numbers."""
    found = stored_effects(str(run.path), reach) if run else None
    if found is None:
        return [
            "A network should move for who it is and stay for how it is seen.",
            "Turn the head or the light: the raw pixels move far, though it is the same person.",
            "Another person in the same conditions: the raw pixels may hardly move.",
        ]
    network, pixels = found.network.mean(axis=0), found.pixels.mean(axis=0)
    who, how = float(network[:WHO].mean()), float(network[WHO:].mean())
    pixels_who, pixels_how = float(pixels[:WHO].mean()), float(pixels[WHO:].mean())
    most_who, most_how = int(network[:WHO].argmax()), WHO + int(network[WHO:].argmax())
    return [
        f"On average a factor of who it is moves the network by {distance_words(who)}, a factor of how it is seen by "
        f"{distance_words(how)}. "
        f"In raw pixels it is {pixels_who:.2f} against {pixels_how:.2f}.",
        f"What the network goes by most: {plain(label(most_who).lower())} ({distance_words(network[most_who])}). "
        "A factor that it never needed to tell people apart moves nothing.",
        f"What it has not learned to see past: {plain(label(most_how).lower())} ({distance_words(network[most_how])}). "
        "What is not on the picture, such as the colour of glasses that nobody wears, moves nothing either.",
    ]
