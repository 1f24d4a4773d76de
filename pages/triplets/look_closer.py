"""What stands below the triplet plane: one step in slow motion, three points to drag, the batch calculator."""

import streamlit as st

from facenet_core.runs.storage import RunFolder
from pages.shared.parts.triplet_plane_data import PlaneData
from pages.triplets.batch_calculator import calculator
from pages.triplets.one_step import slow_step
from pages.triplets.sandbox import sandbox

SLOW, SANDBOX, CALCULATOR = "One step in slow motion", "Three points to drag", "Batch calculator"


def workbench(run: RunFolder | None, data: PlaneData | None, epoch: int, margin: float, whose: str) -> None:
    """Show one of the three; which one is in the link."""
    st.header("Look closer", anchor=False)
    bench = st.segmented_control(
        "Look closer",
        [SANDBOX, SLOW, CALCULATOR],
        default=SANDBOX,
        required=True,
        key="bench",
        bind="query-params",
        label_visibility="collapsed",
    )
    if bench == SLOW:
        if run is None:
            st.info("One step is taken with the network of a run: train one first.", icon=":material/model_training:")
        else:
            slow_step(run)
    elif bench == CALCULATOR:
        calculator(data, epoch, margin, whose)
    else:
        sandbox(margin, key="sandbox")
