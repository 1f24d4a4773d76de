"""How many pairs a false accept rate needs, in people and photos, and what this group's pairs are worth."""

import functools

import numpy as np
import streamlit as st

from facenet_core.evaluation import (
    Interval,
    NeededPairs,
    SliceRates,
    clopper_pearson,
    different_pairs,
    independent_worth,
    largest_share,
    needed_pairs,
    people_needed,
    slice_rates,
)
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import chart
from pages.shared.lesson import predict
from pages.shared.lesson.frame import Move, notice
from pages.shared.runs import readers
from pages.shared.words import GROUP_NAMES
from pages.verification import figures_counts
from pages.verification.curves import interval_words, percent
from pages.verification.threshold_figure import FIGURE_HEIGHT, threshold_slider

RATES = {
    "1 in 10": 0.1,
    "1 in 100": 0.01,
    "1 in 1,000": 1e-3,
    "1 in 10,000": 1e-4,
    "1 in 100,000": 1e-5,
    "1 in 1,000,000": 1e-6,
}
GUESSES = ["About 1,000", "About 3,000", "About 30,000"]
LEAST, MOST = 10, 1e8  # pairs on the axis


def draw(run: RunFolder, faces: TrackedFaces, epoch: int, group: int) -> None:
    """Ask for a rate and photos a person, and answer in pairs, people and photos."""
    if not predict.revealed("needed"):
        question = (
            "You want to show that fewer than 1 in 1,000 different pairs is accepted, and see not one false accept. "
            "How many independent pairs does it take?"
        )
        predict.ask("needed", question, GUESSES)
        return
    left, right = st.columns([3, 2])
    with right:
        name = st.select_slider(
            "False accept rate to be shown", list(RATES), "1 in 1,000", key="needed_far", bind="query-params"
        )
        photos = int(st.slider("Photos of each person", 1, 20, 5, key="needed_photos", bind="query-params"))
        wanted = needed_pairs(RATES[name])
        _answer(wanted, photos)
    with left:
        figure = st.container()
        threshold = threshold_slider(run, epoch, group)
    found = readers.group_pairs(run, epoch, group)
    rates = slice_rates(found.pairs, faces.person, threshold)[0] if found is not None else None
    with figure:
        _figure(wanted, rates)
    if rates is not None and rates.false_accepts.pairs:
        _this_group(rates, group, threshold)
    notice(points_to_notice(wanted, photos, rates, group))


def _answer(wanted: NeededPairs, photos: int) -> None:
    left, right = st.columns(2)
    left.metric("Pairs, none accepted", f"{wanted.to_show:,}", help="With 95 % confidence; about 3 / rate.")
    right.metric(
        "Pairs to measure it",
        f"{wanted.to_measure:,}",
        help=f"With about {wanted.errors_to_measure} false accepts: known to within half and twice.",
    )
    rows = []
    for words, pairs in (("to show it", wanted.to_show), ("to measure it", wanted.to_measure)):
        people = people_needed(pairs, photos)
        rows.append(
            f"| {words} | {people:,} people, {people * photos:,} photos | {2 * pairs:,} people, {2 * pairs:,} photos |"
        )
    head = f"| | all pairs of people with {photos} photo{'s' if photos > 1 else ''} | everybody in one pair only |\n"
    st.markdown(head + "|---|--:|--:|\n" + "\n".join(rows))
    st.caption(
        "The first column counts pairs that are not independent: the truth lies between the two, the nearer to the "
        "second the more a few people are taken for everybody."
    )


def _figure(wanted: NeededPairs, rates: SliceRates | None) -> None:
    sizes, limits = _limits(wanted.far)
    lines = []
    if rates is not None and rates.false_accepts.pairs:
        measured = rates.false_accepts
        lines.append(("counted", measured.pairs))
        worth = independent_worth(measured.rate, measured.variance, measured.pairs)
        if worth is not None:
            lines.append(("worth", round(worth)))
    chart(
        figures_counts.limits(np.array(sizes), limits, wanted.far, lines),
        key="needed_figure",
        alt=(
            f"Exact 95 % limits of a false accept rate of {wanted.far:g} over the number of independent pairs, "
            f"narrowing with it; {', '.join(f'{name}: {count:,}' for name, count in lines)}."
        ),
        height=FIGURE_HEIGHT,
    )
    if lines:
        st.caption("Amber: the different pairs of this group, counted, and how many independent ones they are worth.")


@functools.cache
def _limits(far: float) -> tuple[list[int], list[Interval]]:
    """Return numbers of pairs and the exact limits there; they take a third of a second, and never change."""
    sizes = sizes_for(far)
    return sizes, [clopper_pearson(int(far * size + 1e-6), size) for size in sizes]


def sizes_for(far: float) -> list[int]:
    """Return numbers of pairs with a whole number of false accepts each, none at all where one is not yet expected."""
    none = np.geomspace(LEAST, 1 / far, 12)[:-1] if 1 / far > LEAST else []
    errors = np.unique(np.round(np.geomspace(1, max(1, far * MOST), 50)))
    return [round(size) for size in [*none, *(errors / far)] if size >= LEAST]


def _this_group(rates: SliceRates, group: int, threshold: float) -> None:
    measured = rates.false_accepts
    exact = clopper_pearson(measured.errors, measured.pairs)
    st.markdown(
        f"**This run, {GROUP_NAMES[group]}, threshold {distance_words(threshold)}:** {measured.errors:,} false "
        "accepts in "
        f"{measured.pairs:,} different pairs of {measured.people} people, {percent(measured.rate)}.\n\n"
        "| | 95 % interval |\n|---|:-:|\n"
        f"| as if all pairs were independent (Clopper and Pearson) | {interval_words(exact)} |\n"
        f"| with people taken as they are: one person, many pairs | {interval_words(measured.interval)} |"
    )


def points_to_notice(wanted: NeededPairs, photos: int, rates: SliceRates | None, group: int) -> list[str]:
    """Return the plain answer, and what this group's pairs are worth."""
    people = people_needed(wanted.to_show, photos)
    points = [
        f"To claim fewer than 1 in {round(1 / wanted.far):,}, take {wanted.to_show:,} different pairs and see none "
        f"accepted: {people:,} people with {photos} photo{'s' if photos > 1 else ''} each form "
        f"{different_pairs(people, photos):,}. Rule of three: 3 divided by the rate."
    ]
    if rates is None or not rates.false_accepts.pairs:
        return points
    measured = rates.false_accepts
    worth = independent_worth(measured.rate, measured.variance, measured.pairs)
    if worth is not None:
        points.append(
            f"These {measured.pairs:,} pairs of {measured.people} {GROUP_NAMES[group]} say as much as {worth:,.0f} "
            "independent ones: more photos of the same people add pairs, but hardly knowledge."
        )
    elif measured.errors == 0:
        bound = largest_share(0, measured.pairs)
        points.append(
            f"No false accept among {measured.pairs:,} pairs is not 0 %: if they were independent, up to "
            f"{percent(bound)} would still be likely; as pairs of {measured.people} people they say less."
        )
    guess = predict.guess_of("needed")
    if guess is not None:
        points.append(f"For 1 in 1,000 it takes 2,995: {'as' if guess == GUESSES[1] else 'not, as'} you said.")
    return points


def moves(run: RunFolder, epoch: int, group: int) -> list[Move]:
    """Return what to try."""
    return [
        Move(f"FAR {name}", f"try_needed_{number}", _want, {"name": name})
        for number, name in enumerate(("1 in 1,000", "1 in 100,000"))
    ] + [Move("One photo of each", "try_needed_one", _want, {"photos": 1})]


def _want(name: str | None = None, photos: int | None = None) -> None:
    if name is not None:
        st.session_state["needed_far"] = name
    if photos is not None:
        st.session_state["needed_photos"] = photos
    st.session_state.setdefault("predictions", {}).setdefault("needed", None)
