"""The epoch in view in figures: spread of each person, silhouette, census of triplets, loss."""

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.epochs import figures as figures_epochs
from pages.epochs import follow as epochs_follow
from pages.epochs import measured as epochs_data
from pages.epochs.measured import EpochNumbers
from pages.shared.components.chart import Title, chart
from pages.shared.figures.colours import person_colours
from pages.shared.parts import map_player as map_view
from pages.shared.runs import readers
from pages.shared.runs.totals import followed
from pages.shared.words import GROUP_NAMES, clipped, share

BELOW = "epoch_below_block"  # what stands below the map
HEIGHT = 300
MOST_BARS = 300


def choose_group(faces: TrackedFaces) -> int:
    """Ask whose figures are shown."""
    groups = [int(group) for group in sorted(set(faces.group.tolist()))]
    choice = st.segmented_control(
        "Figures of",
        groups,
        format_func=lambda code: GROUP_NAMES[code],
        default=groups[-1],
        required=True,
        key="group",
        bind="query-params",
        help="Seen people were trained on; how a network fares shows on people it has never seen.",
    )
    return int(choice if choice is not None else groups[-1])


def linked_figures(run: RunFolder, faces: TrackedFaces, epoch: int, group: int) -> None:
    """Draw all figures of the epoch in view."""
    measured = epochs_data.over_epochs(run, group)
    now = epochs_data.numbers(run, epoch, group)
    last = max(run.epochs())
    if now is None:
        st.info(f"No face of {GROUP_NAMES[group]} has an embedding at this epoch: choose another epoch or group.")
    else:
        _left_out(run, now, faces, group)
    left, right = st.columns([3, 2])
    with left:
        _spread(run, faces, epoch, group, measured)
    with right:
        _silhouette(run, epoch, now, last, group)
    left, right = st.columns(2)
    with left:
        _census(run, epoch, now, measured, last)
    with right:
        _loss(run, epoch, last)


def _left_out(run: RunFolder, now: EpochNumbers, faces: TrackedFaces, group: int) -> None:
    """Say which faces the figures are without."""
    if now.without:
        st.caption(f"{now.without:,} faces are left out: their embedding at this epoch is not a number.")
    st.caption(f"All four figures: {followed(run, faces, group)}.")
    missing = int(np.sum(faces.group == group)) - now.faces - now.without
    if missing:
        st.caption(f"These are the first {now.faces:,} faces; {missing:,} more are left out, to stay quick.")


def _spread(run: RunFolder, faces: TrackedFaces, epoch: int, group: int, measured: dict[int, EpochNumbers]) -> None:
    now = epochs_data.numbers(run, epoch, group)
    known = np.flatnonzero(np.isfinite(now.spread)) if now is not None else np.empty(0, int)
    if now is None or not len(known):
        st.markdown("**Spread of each person**")
        st.caption("Nobody here has two faces, so nobody has a spread.")
        return
    widest = known[np.argmax(now.spread[known])]
    words = partial(_spread_words, faces)
    highest = max((float(np.nanmax(other.spread, initial=0.0)) for other in measured.values()), default=0.0)
    chosen = frozenset(faces.person[map_view.chosen_faces(len(faces))].tolist())
    bars = partial(_bars, faces, chosen)
    chart(
        figures_epochs.spread_bars(bars(now), max(0.05, 1.05 * highest, 1.05 * float(now.spread[widest]))),
        key="person_spread",
        alt=(
            f"Spread of {min(len(known), MOST_BARS)} people at epoch {epoch}, the widest "
            f"{distance_words(now.spread[widest])} for "
            f"{faces.names[now.people[widest]]}. A click chooses a person on the map."
        ),
        height=HEIGHT,
        title=Title(name="Spread of each person", words=words(now)),
        epoch=epoch,
        sprites=readers.sprites(run, "person_spread"),
        follow=epochs_follow.spread(run, epoch, group, chosen, measured, bars, words, "person_spread"),
        shows=epochs_follow.shows(epoch, BELOW),
        on_click=lambda face: map_view.select(faces_of_person(faces, int(face))),
    )
    more = f" The {MOST_BARS} most spread of {len(known):,} people." if len(known) > MOST_BARS else ""
    st.caption(f"Mean squared distance of a person's faces to their mean. Point to see who; click to ring them.{more}")


def _spread_words(faces: TrackedFaces, numbers: EpochNumbers) -> str:
    """Return who is widest and closest at an epoch; the browser writes it as text."""
    known = np.flatnonzero(np.isfinite(numbers.spread))
    if not len(known):
        return ""
    values, names = numbers.spread[known], faces.names[numbers.people[known]]
    widest, closest = int(np.argmax(values)), int(np.argmin(values))
    return (
        f" · widest {clipped(names[widest])} {distance_words(values[widest])}, mean "
        f"{distance_words(values.mean())}, closest {clipped(names[closest])} {distance_words(values[closest])}"
    )


def _bars(faces: TrackedFaces, chosen: frozenset[int], numbers: EpochNumbers) -> dict[str, Any]:
    """Return the bars of an epoch, the most spread first."""
    known = np.flatnonzero(np.isfinite(numbers.spread))
    shown = known[np.argsort(-numbers.spread[known], kind="stable")][:MOST_BARS]
    colours, first = person_colours(len(faces.names)), _first_faces(faces)
    people = numbers.people[shown]
    return figures_epochs.spread_trace(
        [str(name) for name in faces.names[people]],
        numbers.spread[shown],
        [colours[person] for person in people],
        np.array([first[int(person)] for person in people]),
        np.array([int(person) in chosen for person in people]),
    )


def _first_faces(faces: TrackedFaces) -> dict[int, int]:
    people, first = np.unique(faces.person, return_index=True)
    return dict(zip(people.tolist(), first.tolist(), strict=True))


def faces_of_person(faces: TrackedFaces, face: int) -> list[int]:
    """Return all tracked faces of the person of one of them."""
    return np.flatnonzero(faces.person == faces.person[face]).tolist() if 0 <= face < len(faces) else []


def _silhouette(run: RunFolder, epoch: int, now: EpochNumbers | None, last: int, group: int) -> None:
    words = _silhouette_words(now, group)
    groups = {code: epochs_data.over_epochs(run, code) for code in range(len(GROUP_NAMES))}
    said = {number: f" · {_silhouette_words(one, group)}" for number, one in groups[group].items()}
    courses = {}
    for code, measured in groups.items():
        if measured:
            courses[code] = (list(measured), [numbers.silhouette for numbers in measured.values()])
    figure = figures_epochs.silhouettes(courses, epoch, last)
    chart(
        figure,
        key="silhouette_course",
        alt=f"Silhouette over the epochs; at epoch {epoch}: {words}.",
        height=HEIGHT,
        title=Title(name="Silhouette", words=f" · {words}"),
        epoch=epoch,
        follow=epochs_follow.line(run, figure, epoch, "silhouette_course", said),
    )
    st.caption("Is a face nearer to its own person than to the next one? 1 clearly, 0 on the border, below 0 no.")


def _silhouette_words(numbers: EpochNumbers | None, group: int) -> str:
    value = numbers.silhouette if numbers is not None else None
    return "needs two people" if value is None else f"{GROUP_NAMES[group]} {value:.2f}"


def _census(run: RunFolder, epoch: int, now: EpochNumbers | None, measured: dict[int, EpochNumbers], last: int) -> None:
    said = {number: f" · {census_words(one)}" for number, one in measured.items()}
    counts = np.array([[n.census.easy, n.census.semi_hard, n.census.hard] for n in measured.values()]).reshape(-1, 3)
    figure = figures_epochs.census_course(list(measured), counts, epoch, last)
    chart(
        figure,
        key="census_course",
        alt=f"Shares of easy, semi-hard and hard triplets over the epochs; at epoch {epoch}: {census_words(now)}.",
        height=HEIGHT,
        title=Title(name="Triplets", words=f" · {census_words(now)}"),
        epoch=epoch,
        follow=epochs_follow.line(run, figure, epoch, "census_course", said),
    )
    if now is not None and now.census.valid:
        st.caption(
            f"All {now.census.valid:,} triplets of these {now.faces:,} faces at the run's margin, {now.margin:g}. Easy "
            "ones teach nothing any more. A batch of the training has other triplets."
        )


def census_words(now: EpochNumbers | None) -> str:
    """Return the kinds of triplets of an epoch in words."""
    if now is None or not now.census.valid:
        return "none: it takes two people, one of them with two faces"
    found = now.census
    parts = ((found.easy, "easy"), (found.semi_hard, "semi-hard"), (found.hard, "hard"))
    return f"of {found.valid:,}: " + ", ".join(f"{count / found.valid:.1%} {word}" for count, word in parts)


def loss_words(means: dict[int, float], epoch: int) -> str:
    """Return the mean loss of an epoch in words."""
    if epoch == 0:
        return "the untrained network has none"
    return f"{means[epoch]:.3f}" if epoch in means else "not known"


def _loss(run: RunFolder, epoch: int, last: int) -> None:
    steps, figures = readers.steps(run), readers.figures(run)
    means = [(int(one["epoch"]), float(one["loss"])) for one in figures if one.get("loss") is not None]
    mean_of = dict(means)
    said = {number: f" · {loss_words(mean_of, number)}" for number in run.epochs()}
    figure = figures_epochs.loss_course(steps, run.record().steps_per_epoch or 1, means, epoch, last)
    chart(
        figure,
        key="loss_course",
        alt=f"Loss of {len(steps['step']):,} steps; at epoch {epoch}: {loss_words(mean_of, epoch)}.",
        height=HEIGHT,
        title=Title(name="Loss", words=f" · {loss_words(mean_of, epoch)}"),
        epoch=epoch,
        follow=epochs_follow.line(run, figure, epoch, "loss_course", said),
    )
    st.caption("Mean over the triplets of a batch that teach at all, so it can stay high while fewer and fewer do.")


def points_to_notice(run: RunFolder, epoch: int, group: int) -> list[str]:
    """Return what the linked figures show, with their numbers beside those of the first epoch."""
    now = epochs_data.numbers(run, epoch, group)
    first = epochs_data.numbers(run, run.epochs()[0], group)
    if now is None or first is None:
        return []
    points = []
    if None not in (now.silhouette, first.silhouette):
        points.append(
            f"The silhouette of {GROUP_NAMES[group]} is {now.silhouette:.2f}; it began at {first.silhouette:.2f}."
        )
    if now.census.valid:
        active = share(now.census.active, now.census.valid)
        before = first.census.active / max(1, first.census.valid)
        points.append(
            f"{active} of the triplets of these {now.faces:,} faces are still active; at first {before:.1%} were."
        )
    return points
