"""Lesson: what is a face embedding?"""

import streamlit as st

from pages.shared.lesson.frame import open_lesson
from pages.shared.runs.ownership import runs_to_choose
from pages.start import parts as start_view

TERMS = ("embedding", "squared distance", "triplet", "margin", "epoch", "unseen people", "threshold")

open_lesson(
    "What is a face embedding?",
    "A network turns every face into a point, so that one person's points lie together. "
    "Here you train such a network yourself and watch the faces gather.",
    TERMS,
)

left, right = st.columns([3, 2], gap="large")
with left:
    start_view.wall_of_drawn_faces()
with right:
    start_view.first_steps()
    start_view.workers()

runs = runs_to_choose()
start_view.latest_runs(runs)
