"""Lesson: whose faces does the network learn from?"""

import streamlit as st

from facenet_core.faces import split_faces
from pages.shared import controls, faces_view, origin_view
from pages.shared.lesson import Move, notice, open_lesson, show_code, try_this

TERMS = ("seen people", "held-out images", "unseen people")

open_lesson(
    "Whose faces does the network learn from?",
    "Some people are trained on; of these some images are held out, and some people are never shown at all. "
    "Only they tell how the network fares on strangers.",
    TERMS,
)

left, right = st.columns([2, 3], gap="large")
with left:
    config = controls.faces()
    seed = controls.seed()
    if config is None:
        st.info(
            "Name a folder on the server's disk with one sub-folder per person, or a set of own photos that was kept.",
            icon=":material/folder:",
        )
    else:
        faces_view.prepare_button(config)
        origin_view.origin(config.source)
with right:
    prepared = faces_view.prepared_set(config) if config else None
    if prepared is None:
        faces_view.nothing_prepared(config)
    else:
        faces_view.counts(prepared, config, seed)
        faces_view.wall(prepared, config, seed)

if prepared is not None and config is not None:
    notice(faces_view.points_to_notice(prepared, config, seed))
try_this(
    [
        Move(
            "The synthetic class",
            "try_synthetic",
            controls.set_value,
            {"source": "synthetic", "people": 50, "images": 20},
        ),
        Move("Ten people only", "try_ten", controls.set_value, {"people": 10}),
        Move("Another draw of people", "try_seed", faces_view.next_seed),
    ]
)
show_code(split_faces)
