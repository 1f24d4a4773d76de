"""A slider for every factor, the parts of the face behind a choice: only one part's are drawn at a time."""

from typing import Any

import streamlit as st

from facenet_core.faces.heads import CONDITION_FACTORS, IDENTITY_FACTORS, Factor
from facenet_core.runs.jobs.factor_effects import value_of
from pages.factors.two_faces import Face, move

STEPS = 200  # of a slider, from end to end
WHO, HOW = "Who it is", "How it is seen"
PARTS = {
    WHO: tuple(dict.fromkeys(factor.part for factor in IDENTITY_FACTORS)),
    HOW: tuple(dict.fromkeys(factor.part for factor in CONDITION_FACTORS)),
}


def sliders(b: Face) -> None:
    """Show the factors of the chosen part, each at the value that face B has."""
    side = st.segmented_control(
        "Change", list(PARTS), default=HOW, required=True, key="factor_side", bind="query-params"
    )
    part = st.pills(
        "Part",
        PARTS[side],
        default=PARTS[side][0],
        required=True,
        key=f"factor_part_{side.split()[0].lower()}",
        bind="query-params",
        label_visibility="collapsed",
    )
    factors = [factor for factor in (IDENTITY_FACTORS if side == WHO else CONDITION_FACTORS) if factor.part == part]
    columns = st.columns(2) if len(factors) > 4 else [st.container()]
    for number, factor in enumerate(factors):
        with columns[number * len(columns) // len(factors)]:
            _widget(factor, value_of(factor, *b))


def _widget(factor: Factor, value: Any) -> None:
    key = f"factor_{factor.name}"
    if st.session_state.get(key) != value:
        st.session_state[key] = value
    if factor.choices:
        st.selectbox(factor.label, factor.choices, key=key, help=factor.about, on_change=_moved, args=(factor,))
        return
    st.slider(
        factor.label,
        float(factor.low),
        float(factor.high),
        step=(factor.high - factor.low) / STEPS,
        format="%.0f°" if factor.unit == "degrees" else "%.2f",
        key=key,
        help=factor.about,
        on_change=_moved,
        args=(factor,),
    )


def _moved(factor: Factor) -> None:
    value = st.session_state[f"factor_{factor.name}"]
    move(**{factor.name: value if factor.choices else factor.nearest(value)})
