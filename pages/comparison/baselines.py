"""What does the number mean: a run beside guessing, raw pixels, Eigenfaces, other losses, and published figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st

import facenet_core
from facenet_core.choices import LOSSES
from facenet_core.evaluation.lfw.published import PUBLISHED
from facenet_core.evaluation.verification.intervals import no_interval_words
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.studies.baseline_bench import GROUPS
from facenet_core.runs.studies.baseline_measuring import measure, stored_baselines
from pages.comparison.baselines_controls import follow
from pages.comparison.baselines_words import (
    GROUP_LABELS,
    GUESSING,
    NONE_BEST,
    SHORT,
    ahead,
    answer,
    points_to_notice,
    published_table,
    rows_of,
    table,
    whose_pairs,
    worth_asking,
)
from pages.comparison.differences import FIGURE_WORDS, SEEDS_MATTER, chance_words
from pages.comparison.figures_baselines import AROUND, ROW, method_rows
from pages.shared.components.chart import chart
from pages.shared.lesson import predict
from pages.shared.lesson.frame import Move, notice, show_code, try_this
from pages.shared.lesson.no_run import tracked_or_stop
from pages.shared.runs.session import readable, run_chooser, run_in_view
from pages.shared.words import plain


def show() -> None:
    """Draw the whole view of the run in view."""
    run = run_in_view(or_newest=True)
    tracked_or_stop(run)
    left, middle, right = st.columns([1.8, 3, 2], vertical_alignment="bottom")
    with left:
        group = st.segmented_control(
            "Measured on",
            list(GROUPS),
            format_func=GROUP_LABELS.__getitem__,
            default="unseen",
            required=True,
            key="baseline_group",
            bind="query-params",
        )
    with middle:
        figure = st.segmented_control(
            "Figure",
            list(SHORT),
            format_func=SHORT.__getitem__,
            default="accuracy",
            required=True,
            key="baseline_figure",
            bind="query-params",
        )
    with right:
        run_chooser(run)
    follow(run)
    _measured(run, group, figure)
    _published()
    try_this(
        [
            Move("The same on held-out images", "try_held_out", _set, {"group": "held_out", "figure": "accuracy"}),
            Move("Few false accepts: VAL at FAR 0.1", "try_val", _set, {"group": "unseen", "figure": "val"}),
        ]
    )
    show_code(measure, (Path(facenet_core.__file__).parent / "triplets" / "classification.py").read_text("utf-8"))


def _set(group: str, figure: str) -> None:
    st.session_state["baseline_group"], st.session_state["baseline_figure"] = group, figure


@readable
def _measured(run: RunFolder, group: str, figure: str) -> None:
    """Ask first, then draw what was measured, or the empty places of it."""
    values, own_loss = stored_baselines(run), run.record().config.loss
    options = worth_asking(values, own_loss)
    question = f"baselines-{run.id}"
    if values is not None and options and not predict.revealed(question):
        predict.ask(question, "What is right most often about people never seen?", [*options.values(), NONE_BEST])
        return
    if values is not None and options:
        say = st.success if ahead(values, options).is_best else st.info
        say(answer(values, options, predict.guess_of(question)), icon=":material/lightbulb:")
    rows = rows_of(values, group, figure, own_loss)
    words = ", ".join(f"{row.label} {row.value:.3f}" for row in rows if row.value is not None) or "nothing measured yet"
    title = FIGURE_WORDS[figure]
    chart(
        method_rows(rows, title, GUESSING[figure]),
        key="baselines",
        alt=f"{title} of each method with 95 % intervals, guessing {GUESSING[figure]:.2f}: {words}.",
        height=ROW * len(rows) + AROUND,
    )
    found = values["groups"][group] if values else None
    if values is None:
        return
    if found is None:
        st.info(
            f"{GROUP_LABELS[group]}: this set has none to measure on. Choose the other group, or train on fewer.",
            icon=":material/group_off:",
        )
        return
    st.markdown(table(values, group, figure, own_loss))
    st.caption(whose_pairs(found) + f" Brackets hold 95 of 100 draws of people. {chance_words(_others(found))}")
    for about in values["methods"].values():
        if about.get("collapsed"):
            st.caption(f"{LOSSES[about['loss']].label}: {plain(about['collapsed'])}")
    if any(row.value is not None and row.interval is None for row in rows):
        st.caption(no_interval_words(found["people"], figure))
    st.caption(SEEDS_MATTER)
    notice(points_to_notice(values, own_loss))


def _others(found: Mapping[str, Any]) -> int:
    return max(0, len(found["methods"]) - 1)


def _published() -> None:
    """Show what others published, set apart: they learned from other data and are measured on other pairs."""
    with st.container(border=True, key="published"):
        st.markdown("**Published for Labeled Faces in the Wild: learned from other data, measured on other pairs**")
        st.markdown(published_table(PUBLISHED))
        st.caption(
            "LFW's ten folds of 600 pairs, threshold from nine folds applied to the tenth; ± is the standard error "
            "over the folds. These figures cannot be compared with those above: faces, pairs and what was learned from "
            "all differ. They say what has been reached, and with how much."
        )
