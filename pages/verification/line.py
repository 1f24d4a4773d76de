"""The line itself: histograms, ROC and DET with one threshold, and the faces that it gets wrong."""

import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.controls.threshold_line import own_threshold
from pages.shared.lesson.frame import Move, notice
from pages.shared.parts import two_faces
from pages.shared.runs import readers
from pages.verification import curves as verification_curves
from pages.verification import follow as verification_follow
from pages.verification import measured as verification_readers
from pages.verification import threshold_figure as verification_view

OF_RUN, OF_READER = "Faces of this run", "Two photos"


def draw(run: RunFolder, faces: TrackedFaces, epoch: int, group: int) -> None:
    """Draw three figures with the same threshold, and what follows from it."""
    found = readers.group_pairs(run, epoch, group)
    curve = None if found is None else verification_readers.curve(run, epoch, group)
    left, middle, right = st.columns([2, 1.25, 1.25])
    with left:
        figure = st.container()
        threshold = verification_view.threshold_slider(run, epoch, group)
    rates = verification_view.rates_of(run, epoch, group, threshold)
    with figure:
        verification_view.threshold_figure(run, epoch, group, threshold)
    if curve is not None and rates is not None:
        with middle:
            verification_curves.roc_figure(
                curve, rates, verification_follow.roc(run, epoch, group, threshold, "roc_figure")
            )
        with right:
            verification_curves.det_figure(
                curve, rates, verification_follow.det(run, epoch, group, threshold, "det_figure")
            )
    verification_view.cost(rates)
    if curve is None:
        verification_curves.nothing_to_compare(run, epoch, group)
    verification_view.mistakes(run, epoch, group, threshold)
    verification_curves.supported_table(run, epoch, group)
    notice(
        [
            *verification_view.points_to_notice(run, epoch, threshold),
            *verification_curves.curve_points(run, epoch, group),
        ]
    )


def draw_faces(run: RunFolder, faces: TrackedFaces, epoch: int, group: int) -> None:
    """Lay two faces side by side, of the run or the reader's own, beside all pairs of the group."""
    left, right = st.columns([3, 2])
    with left:
        figure = st.container()
        threshold = verification_view.threshold_slider(run, epoch, group)
        with figure:
            verification_view.threshold_figure(run, epoch, group, threshold)
    with right:
        choice = st.segmented_control(
            "Compare", [OF_RUN, OF_READER], default=OF_RUN, required=True, key="compare", label_visibility="collapsed"
        )
        if choice == OF_RUN:
            two_faces.two_of_the_run(run, faces, epoch, threshold)
        else:
            two_faces.two_photos(run, threshold)
    notice(verification_view.points_to_notice(run, epoch, threshold))


def moves(run: RunFolder, epoch: int, group: int) -> list[Move]:
    """Return what to try: thresholds."""
    best, own = verification_view.best(run, epoch, group), own_threshold(run, epoch)
    ruler = readers.ruler(run, epoch)
    strict, lenient = (ruler.nearest(share * ruler.highest) for share in (0.125, 0.45))
    return [
        Move(
            "This run's own threshold" + (f": {distance_words(own.value)}" if own is not None else ""),
            "try_own",
            verification_view.set_threshold,
            {"value": own.value if own is not None else None},
            disabled=own is None,
        ),
        Move(
            "The best threshold for these pairs" + (f": {distance_words(best)}" if best is not None else ""),
            "try_best",
            verification_view.set_threshold,
            {"value": best},
            disabled=best is None,
        ),
        Move(f"Strict: {ruler.said(strict)}", "try_strict", verification_view.set_threshold, {"value": strict}),
        Move(f"Lenient: {ruler.said(lenient)}", "try_lenient", verification_view.set_threshold, {"value": lenient}),
    ]
