"""Lesson: who is it?"""

from dataclasses import replace

import streamlit as st

from facenet_core.evaluation import gallery_growth, rank_people
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.evaluation.recognition.galleries import Gallery
from facenet_core.runs.studies.softmax_sides import measure_both
from pages.recognition import enrol as recognition_enrol
from pages.recognition import gallery_growth as recognition_growth
from pages.recognition import probes as probes
from pages.recognition import rates as recognition_rates
from pages.recognition import softmax as recognition_softmax
from pages.recognition.controls import controls, say_notes
from pages.recognition.scene import pools_of, scene
from pages.shared.controls.threshold_line import Opening, opening
from pages.shared.controls.training import set_value
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.lesson.no_run import tracked_or_stop
from pages.shared.parts.collapse_verdict import stop_if_one_point
from pages.shared.parts.map_player import epoch_in_view
from pages.shared.parts.take_home import take_home
from pages.shared.runs.session import UNREADABLE, readable, run_chooser, run_in_view

TERMS = ("gallery", "probe", "threshold", "rank 1", "FPIR", "FNIR", "CMC", "FAR", "seen people", "unseen people")
RECOGNISE, LARGER, NEW, CLASSIFIER = "Recognise", "A larger gallery", "Somebody new", "Beside a classifier"

open_lesson(
    "Who is it?",
    "A face is compared with a gallery of known people; the nearest is named, unless everybody is farther than the "
    "threshold. Probes are other photos of the enrolled people, and strangers.",
    TERMS,
)

run = run_in_view(or_newest=True)
faces, epochs = tracked_or_stop(run)
pools = pools_of(faces)
if not pools:
    few = "A gallery takes two people, both seen or both unseen, and this run follows fewer: train with more people."
    st.info(few, icon=":material/group:")
    run_chooser(run)
    st.stop()

left, middle, right = st.columns([3.4, 1, 2.6], vertical_alignment="bottom")
with left:
    part = st.segmented_control(
        "Look at",
        [RECOGNISE, LARGER, NEW, CLASSIFIER],
        default=RECOGNISE,
        required=True,
        key="who_part",
        bind="query-params",
    )
with middle:
    epoch = st.selectbox("Epoch", epochs, index=epochs.index(epoch_in_view(epochs)), key=f"who_epoch_{run.id}")
    st.query_params["epoch"] = str(epoch)
with right:
    run_chooser(run)
stop_if_one_point(run, epoch)
try:
    usual = opening(run, epoch)
except UNREADABLE:  # said where the scene is read
    usual = Opening(value=1.0, words="")


@st.fragment(key="recognition")
@readable
def recognise() -> None:
    """Everything that the threshold changes; only this is drawn again."""
    with st.container(key=probes.BLOCK):
        probe_and_rates()


def probe_and_rates() -> None:
    """One probe, the wall and the rates."""
    wish = replace(controls(faces, epoch, pools), also=recognition_enrol.also_enrolled(run, len(faces.names)))
    found = scene(run, faces, wish)
    threshold = probes.threshold_slider(run, epoch, usual, wish.pool)
    say_notes(found)
    if found.ranking is None:
        if found.problem is None:
            st.info(
                "There is no photo to recognise: enrol fewer people, or fewer photos.", icon=":material/search_off:"
            )
        return
    probe = probes.chosen(found, usual.value)
    if probe is not None:
        probes.closest_look(run, found, probe, threshold)
    probes.wall(run, found, threshold)
    recognition_rates.figures(found, threshold)
    notice(recognition_rates.points_to_notice(found, threshold))


@st.fragment(key="recognition_new")
@readable
def somebody_new() -> None:
    """Enrol somebody who is not in the gallery."""
    wish = replace(controls(faces, epoch, pools), also=recognition_enrol.also_enrolled(run, len(faces.names)))
    found = scene(run, faces, wish)
    threshold = probes.threshold_slider(run, epoch, usual, wish.pool)
    say_notes(found)
    recognition_enrol.enrolling(run, faces, found, threshold, last=epoch == epochs[-1])
    notice(recognition_enrol.points_to_notice(found))


@readable
def larger() -> None:
    """A fixed false accept rate and a gallery that grows."""
    recognition_growth.growing(run, faces, epoch)
    notice(recognition_growth.points_to_notice(run, faces, epoch))


@readable
def classifier() -> None:
    """A classifier of the same people, and somebody new."""
    recognition_softmax.story(run)
    notice(recognition_softmax.points_to_notice(run))


{RECOGNISE: recognise, LARGER: larger, NEW: somebody_new, CLASSIFIER: classifier}[part]()

MOVES = {
    RECOGNISE: [
        Move(
            "No threshold: everybody is somebody",
            "try_who_open",
            probes.set_threshold,
            {"value": probes.LINE.ruler.highest},
        ),
        Move(
            f"This run's threshold: {distance_words(usual.value)}",
            "try_who_usual",
            probes.set_threshold,
            {"value": usual.value},
        ),
        Move("Three photos of each", "try_who_photos", set_value, {"who_photos": 3}),
        Move("Other people in the gallery", "try_who_seed", probes.other_people),
    ],
    LARGER: [
        Move("A gallery of 10,000", "try_who_size", set_value, {"who_size": 10_000}),
        Move("1 in 1,000", "try_who_far", set_value, {"who_far": "1 in 1,000"}),
        Move("A door: one person", "try_who_door", set_value, {"who_size": 1}),
    ],
    NEW: [
        Move("Three photos of each", "try_who_photos", set_value, {"who_photos": 3}),
        Move("Other people in the gallery", "try_who_seed", probes.other_people),
    ],
    CLASSIFIER: [
        Move("100 people", "try_who_hundred", set_value, {"who_story": 100}),
        Move("What a classifier cannot say: unknown", "try_who_unknown", set_value, {"who_part": RECOGNISE}),
    ],
}
try_this(MOVES[part])
CODE = {
    RECOGNISE: (rank_people, recognition_rates.points_to_notice),
    LARGER: (gallery_growth,),
    NEW: (Gallery.add, recognition_enrol.finish),
    CLASSIFIER: (measure_both,),
}
show_code(*CODE[part])
take_home(run)
