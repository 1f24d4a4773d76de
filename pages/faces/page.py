"""Lesson: what is in the pictures?"""

import streamlit as st

from facenet_core.evaluation import extreme_pairs, pixel_variance
from facenet_core.faces import split_faces
from pages.faces import origin as origin_view
from pages.faces.set_statistics import closer
from pages.shared.controls import training as controls
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.parts import prepare_faces as faces_view
from pages.shared.parts.pairs import pair_points, pairs

TERMS = ("seen people", "held-out images", "unseen people", "squared distance")

open_lesson(
    "What is in the pictures?",
    "Whose faces the network learns from, and what it has to see past: one person's pictures often differ more than "
    "two people's do.",
    TERMS,
)

left, right = st.columns([1, 2], gap="large")
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
    st.header("Who is alike?", anchor=False)
    st.fragment(pairs, key="faces_pairs")(prepared, config, seed)
    st.header("Look closer", anchor=False)
    st.fragment(closer, key="faces_closer")(prepared, config, seed, faces_view.split_of(prepared, config, seed))
    notice(pair_points(prepared, config, seed) + faces_view.points_to_notice(prepared, config, seed))
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
st.page_link("pages/factors/page.py", label="Move every factor of a synthetic face", icon=":material/tune:")
show_code(split_faces, extreme_pairs, pixel_variance)
