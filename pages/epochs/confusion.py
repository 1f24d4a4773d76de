"""Predict first: which two people will be confused longest? Then the answer, from the stored epochs."""

import numpy as np
import streamlit as st

from facenet_core.evaluation.recognition.confusion import CONFUSED
from facenet_core.runs.records import SEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.epochs import biography_data, figures_biography
from pages.epochs import follow as epochs_follow
from pages.epochs import measured as epochs_data
from pages.epochs.biography_data import Confusion
from pages.epochs.measured import Course
from pages.shared.components.chart import Row, chart, gallery
from pages.shared.lesson import predict
from pages.shared.runs import readers
from pages.shared.words import GROUP_NAMES, clipped, plain

SHOWN = 60  # people whose faces are laid out to choose from
BEST = 3
NONE_LONGEST = "No two longer than all others"
HEIGHT = 300


def confused_people(run: RunFolder, faces: TrackedFaces, epoch: int) -> None:
    """Ask which two people stay confused longest, and show the answer."""
    st.header("Which two people will be confused longest?", anchor=False)
    course = epochs_data.course(run)
    group = _choose_group(faces)
    found = biography_data.confusion(run, faces, course, group) if course is not None else None
    if course is None or found is None:
        st.caption(
            f"No two of the {GROUP_NAMES[group]} form a triplet: it takes two people, one of them with two faces."
        )
        return
    key = f"confused_{run.id}_{group}"
    if not predict.revealed(key):
        _ask(run, faces, found, key, group)
        return
    if predict.guess_of(key) == NONE_LONGEST:
        st.markdown(f"You said: {NONE_LONGEST.lower()}; {'so it is' if len(longest(found)) > 1 else 'but two are'}.")
    _answer(run, faces, course, found, predict.two_of(key), epoch)


def _choose_group(faces: TrackedFaces) -> int:
    groups = [int(group) for group in sorted(set(faces.group.tolist()))]
    if len(groups) == 1:
        return groups[0]
    choice = st.segmented_control(
        "Among",
        groups,
        format_func=lambda code: GROUP_NAMES[code],
        default=SEEN if SEEN in groups else groups[0],
        required=True,
        key="confused_group",
    )
    return int(choice if choice is not None else groups[0])


def _ask(run: RunFolder, faces: TrackedFaces, found: Confusion, key: str, group: int) -> None:
    names = [clipped(faces.names[person]) for person in found.people]
    shown = found.people[:SHOWN]
    rows = [
        Row(faces=(int(found.rows[faces.person[found.rows] == person][0]),), caption=clipped(faces.names[person], 14))
        for person in shown
    ]
    gallery(
        rows,
        readers.sprites(run, "confused_people"),
        key="confused_people",
        alt=f"A face of each of {len(shown)} people to choose from.",
        size=52,
        on_click=lambda place: _toggle(f"predict_{key}", int(place), len(found.people)),
    )
    if len(found.people) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(found.people)} people; the others are found by name.")
    predict.ask_two(
        key,
        f"Of these {len(found.people)} {GROUP_NAMES[group]}, click the two that the network will take for one another "
        "for most epochs.",
        range(len(found.people)),
        names.__getitem__,
        NONE_LONGEST,
    )


def _toggle(key: str, place: int, people: int) -> None:
    """Take over a click on a face: at most two are chosen, the latest ones."""
    if not 0 <= place < people:
        return
    chosen = list(st.session_state.get(key, []))
    chosen = [one for one in chosen if one != place] if place in chosen else [*chosen, place][-2:]
    st.session_state[key] = chosen


def _answer(
    run: RunFolder, faces: TrackedFaces, course: Course, found: Confusion, guess: tuple[int, int] | None, epoch: int
) -> None:
    pairs, epochs = found.pairs, len(found.epochs)
    others = pairs.stands_out
    if not others.any() and len(pairs) > 1:
        st.info(f"Nobody is confused longest here: all {len(pairs):,} pairs of people are confused alike.")
    left, right = st.columns([2, 3])
    with left:
        places = list(range(min(BEST, len(pairs))))
        place = pairs.place(*guess) if guess is not None else None
        rows = [_row(faces, course, found, one, epoch) for one in places]
        if place is not None and place not in places:
            rows.append(_row(faces, course, found, place, epoch, mine=True))
        gallery(
            rows,
            readers.sprites(run, "confused_pairs"),
            key="confused_pairs",
            alt=f"The {len(places)} pairs of people confused longest, their nearest two faces at epoch {epoch}.",
            size=72,
            stacked=True,
        )
    with right:
        first = _name(faces, found, 0)
        lines = [(first, _course(found, 0))]
        if place:
            lines.append(("your pair", _course(found, place)))
        figure = figures_biography.confusion_course(lines, found.epochs, CONFUSED, epoch=epoch)
        chart(
            figure,
            key="confusion_course",
            alt=f"Share of hard triplets between {first} over the epochs, confused at {pairs.epochs[0]} of {epochs}.",
            height=HEIGHT,
            epoch=epoch,
            follow=epochs_follow.line(run, figure, epoch, "confusion_course"),
        )
    st.markdown(_verdict(faces, found, guess, place))
    left_out = "" if found.everybody else f" These are {len(found.people)} people of the group; others are left out."
    st.caption(
        f"Two people count as confused at an epoch when at least {CONFUSED:.0%} of their triplets are hard: anchor and "
        "positive of one, negative of the other, and the negative at most as far away. Ranked by the number of such "
        "epochs, then by the mean share; the untrained network is left out. The faces shown are the nearest two at the "
        f"epoch in view.{left_out}"
    )


def longest(found: Confusion) -> np.ndarray:
    """Return the places of the pairs that are confused at as many epochs as any."""
    places: np.ndarray = np.flatnonzero(found.pairs.epochs == found.pairs.epochs[:1])
    return places


def _verdict(faces: TrackedFaces, found: Confusion, guess: tuple[int, int] | None, place: int | None) -> str:
    pairs, epochs, alike = found.pairs, len(found.epochs), len(longest(found))
    told = f"**{plain(_name(faces, found, 0))}**: confused at {pairs.epochs[0]} of {epochs} epochs."
    if alike > 1:
        told = (
            f"**No two are confused longer than all others**: {alike:,} pairs are confused at {pairs.epochs[0]} of "
            f"{epochs} epochs."
        )
    if guess is None:
        return told
    if place is None:
        return f"{told} Your two form no triplet."
    if place < alike:
        return f"{told} Your pair is one of them." if alike > 1 else f"You were right. {told}"
    return (
        f"{told} Your pair, {plain(_name(faces, found, place))}, was confused at {pairs.epochs[place]} of {epochs}: "
        f"place {place + 1:,} of {len(pairs):,}."
    )


def _row(faces: TrackedFaces, course: Course, found: Confusion, place: int, epoch: int, *, mine: bool = False) -> Row:
    one, other = (found.people[side[place]] for side in (found.pairs.first, found.pairs.second))
    head = "Your pair" if mine else f"{place + 1}."
    return Row(
        faces=_nearest_two(faces, course, found, int(one), int(other), epoch),
        caption=f"{head} {_name(faces, found, place)}",
        note=(
            f"confused at {found.pairs.epochs[place]} of {len(found.epochs)} epochs, "
            f"{found.pairs.share[place]:.0%} of their triplets hard on average"
        ),
    )


def _nearest_two(
    faces: TrackedFaces, course: Course, found: Confusion, one: int, other: int, epoch: int
) -> tuple[int, int]:
    """Return the nearest two faces of two people at the epoch in view."""
    table = course.embeddings[course.at(epoch)].astype(np.float64)
    first, second = (found.rows[faces.person[found.rows] == person] for person in (one, other))
    apart = np.sum((table[first][:, None] - table[second][None]) ** 2, axis=2)
    row, column = np.unravel_index(int(apart.argmin()), apart.shape)
    return int(first[row]), int(second[column])


def _course(found: Confusion, place: int) -> np.ndarray:
    return found.pairs.course[:, found.pairs.first[place], found.pairs.second[place]]


def _name(faces: TrackedFaces, found: Confusion, place: int) -> str:
    one, other = (faces.names[found.people[side[place]]] for side in (found.pairs.first, found.pairs.second))
    return f"{clipped(one)} / {clipped(other)}"
