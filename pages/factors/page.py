"""Laboratory: what makes two faces far apart?"""

import streamlit as st

from facenet_core.runs.jobs.factor_effects import effects
from facenet_core.runs.storage import RunFolder
from pages.factors import effects as factor_effects_view
from pages.factors import pair as factor_pair
from pages.factors import two_faces as factor_faces
from pages.factors.sliders import sliders
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.runs.session import readable, run_chooser, run_in_view

open_lesson(
    "What makes two faces far apart?",
    "Every factor of a synthetic face on a slider: who it is, and how it is seen. The network should move for the "
    "first and stay for the second.",
    ("embedding", "squared distance", "threshold"),
)

factor_faces.read_link()
run = run_in_view(or_newest=True)


@st.fragment(key="factor_lab")
@readable
def laboratory(run: RunFolder | None) -> None:
    """Show both faces and the sliders; only this is drawn again when one of them moves."""
    left, right = st.columns([4, 5], gap="large")
    with left:
        picture, words = st.container(), st.container()
        who, number = factor_faces.numbers()
    a, b = factor_faces.face_a(who, number), factor_faces.face_b(who, number)
    with picture:
        factor_pair.side_by_side(a, b)
    with right:
        with st.container(horizontal=True):
            st.button("Another person", key="factor_person", on_click=factor_faces.another_person)
            st.button("Same person, another condition", key="factor_other", on_click=factor_faces.other_conditions)
            st.button("Reset", key="factor_reset", icon=":material/restart_alt:", on_click=factor_faces.reset)
        sliders(b)
    factor_faces.write_link()
    with words:
        st.markdown(factor_pair.difference_sentence(a, b))
        factor_pair.distances(a, b, run)


laboratory(run)
if run is not None:
    run_chooser(run)
factor_effects_view.effects_section(run)
notice(factor_effects_view.points_to_notice(run, st.session_state.get("factor_reach", "usual")))
try_this(
    [
        Move("Turn the head", "try_turn", factor_faces.move, {"yaw": 35.0}),
        Move("Light from the other side", "try_light", factor_faces.move, {"light_side": -60.0}),
        Move("Put on glasses and a hat", "try_worn", factor_faces.move, {"glasses": "round", "hat": "beanie"}),
        Move("Only the nose of somebody else", "try_nose", factor_faces.move, {"nose_width": 0.2, "nose_tip": 0.34}),
    ]
)
show_code(effects, factor_faces.face_b)
