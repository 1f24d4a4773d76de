"""The batch calculator: people x images -> triplets, what to expect of them, and what they cost."""

import numpy as np
import streamlit as st

from facenet_core.evaluation import BatchExpectation, BatchSize, batch_expectation
from facenet_core.runs.jobs.batch_timing import time_batch
from pages.shared.parts.triplet_plane_data import PlaneData
from pages.shared.runs.session import engine, show_problem, tell
from pages.shared.words import bytes_words

PAPER = (45, 40)
MEASURED_MARGIN = 0.2
PATIENCE = 60  # seconds to wait for a worker
NAIVE_BYTES = 36  # three whole numbers of 8 bytes, and d_ap, d_an and the loss of 4 bytes each
EXACT_BYTES = 8  # a distance and its gradient of 4 bytes each
PRESETS = {"The paper: 45 × 40": PAPER, "This program: 25 × 4": (25, 4), "A small class: 6 × 3": (6, 3)}


def calculator(data: PlaneData | None, epoch: int, margin: float, whose: str) -> None:
    """Show the sliders and what they amount to."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        people = st.slider("People in the batch (P)", 2, 200, 25, key="calculate_people", bind="query-params")
        images = st.slider("Images of each (K)", 2, 60, 4, key="calculate_images", bind="query-params")
        with st.container(horizontal=True):
            for label, size in PRESETS.items():
                st.button(label, key=f"preset_{size[0]}_{size[1]}", on_click=_set, args=size)
    size = BatchSize(people=people, images_each=images)
    with right:
        _counts(size)
        _cost(size)
    _expected(size, data, epoch, margin, whose)
    _assumptions()


def _set(people: int, images: int) -> None:
    st.session_state["calculate_people"], st.session_state["calculate_images"] = people, images


def _counts(size: BatchSize) -> None:
    first, second, third = st.columns(3)
    paper = " (the paper's batch)" if (size.people, size.images_each) == PAPER else ""
    first.metric(f"Images, P × K{paper}", f"{size.images:,}")
    second.metric("Anchor-positive pairs", f"{size.pairs:,}", help="P × K × (K − 1): every image with every mate.")
    third.metric("Valid triplets", f"{size.triplets:,}", help="Pairs × (P − 1) × K: each pair with every other person.")


def _cost(size: BatchSize) -> None:
    naive, exact = size.triplets * NAIVE_BYTES, size.images**2 * EXACT_BYTES
    units = size.images**2 * max(1.0, float(np.log2(size.images)))
    times = st.session_state.get("batch_times")
    built, unbuilt = (
        ("", "") if times is None else (_time(size.triplets * times["built"]), _time(units * times["exact"]))
    )
    head = "" if times is None else " time on this computer |"
    st.markdown(
        f"| | memory of one step | operations grow with |{head}\n|---|--:|--:|{'--:|' if head else ''}\n"
        f"| every triplet built | {bytes_words(naive)} | triplets: {size.triplets:,} |{built}\n"
        f"| exact, without building one | {bytes_words(exact)} | B² log B: {units:,.0f} |{unbuilt}\n\n"
        f"Building them takes {naive / exact:,.0f} times the memory. Twice the images of each person are about eight "
        "times the triplets, but only four times the distances."
    )
    st.button("Measure the time on this computer", key="measure_batch", on_click=_measure)
    show_problem()


def _time(seconds: float) -> str:
    """Return a cell of the table: a duration without digits that mean nothing."""
    words = f"{1000 * seconds:.1f} ms" if seconds < 0.01 else f"{1000 * seconds:.0f} ms"
    return f" {words} |" if seconds < 1 else f" {seconds:.1f} s |"


def _measure() -> None:
    found = tell(lambda: engine().ask(time_batch, MEASURED_MARGIN).result(timeout=PATIENCE))
    if found is not None:
        st.session_state["batch_times"] = found


def _expected(size: BatchSize, data: PlaneData | None, epoch: int, margin: float, whose: str) -> None:
    if data is None:
        st.caption("With a run, its distances tell here how many of these triplets to expect semi-hard.")
        return
    expected = _expectation(data, margin)
    if not np.isfinite(expected.semi_hard):
        st.caption("The faces in view form no triplet: nothing can be expected of a batch of them.")
        return
    when = "untrained" if epoch == 0 else f"at epoch {epoch}"
    served = expected.pairs_served(size.people, size.images_each)
    st.markdown(
        f"**Expected of a batch of {whose} of this run, {when}, margin {margin:.2f}:** "
        f"{expected.semi_hard * size.triplets:,.0f} semi-hard triplets ({expected.semi_hard:.1%}), "
        f"{expected.hard * size.triplets:,.0f} hard ({expected.hard:.1%}), "
        f"{expected.easy * size.triplets:,.0f} easy. **{served:.0%} of the anchor-positive pairs find a semi-hard "
        "negative.** The shares do not depend on P and K; how many pairs find one does: that is what large batches "
        "are for."
    )


def _expectation(data: PlaneData, margin: float) -> BatchExpectation:
    return batch_expectation(data.embeddings, data.people, margin)


def _assumptions() -> None:
    st.caption(
        f"Assumed: every person brings K images. Built triplets: three whole numbers of 8 bytes and three numbers of "
        f"4 bytes each, {NAIVE_BYTES} bytes a triplet. Exact: the B × B distances and their gradient, 4 bytes each. "
        "Times, once measured, are those of forward and backward of the loss alone, over all triplets of a small batch "
        "(20 × 16 built, 50 × 20 exact), scaled by the operations: a rough guide. The network's own cost comes "
        "on top of either. "
        "Expected numbers are averages over batches drawn evenly from the faces in view; for the pairs, negatives "
        "count as drawn independently."
    )
