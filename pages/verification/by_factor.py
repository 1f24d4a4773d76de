"""By factor: which pairs the threshold is unfair to, by what is known of the pictures, and person by person."""

from pathlib import Path

import numpy as np
import streamlit as st

from facenet_core.evaluation import SliceCounter, SliceRates, person_errors, rate_difference
from facenet_core.runs.jobs.face_kinds import FaceKinds
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import Row, gallery
from pages.shared.lesson.frame import Move, notice
from pages.shared.runs import readers
from pages.shared.runs.readers import GroupPairs
from pages.shared.words import GROUP_NAMES, plain, share
from pages.verification import curves as verification_curves
from pages.verification import measured as verification_readers
from pages.verification import rates as verification_rates
from pages.verification.curves import interval_words, percent
from pages.verification.seen_and_unseen import difference_words
from pages.verification.threshold_figure import threshold_figure, threshold_slider

BY_PERSON = "person"
SHOWN = 12


def draw(run: RunFolder, faces: TrackedFaces, epoch: int, group: int) -> None:
    """Let the reader choose what pictures are sorted by, and draw both errors for every slice."""
    found = readers.group_pairs(run, epoch, group)
    if found is None:
        verification_curves.nothing_to_compare(run, epoch, group)
        return
    ways = {kinds.name: kinds for kinds in verification_readers.face_kinds(run)}
    labels = {name: kinds.label for name, kinds in ways.items()} | {BY_PERSON: "Person by person"}
    chosen = st.segmented_control(
        "Pictures sorted by",
        list(labels),
        format_func=lambda name: labels.get(name, name),
        default=next(iter(labels)),
        required=True,
        key="verify_by",
        bind="query-params",
    )
    threshold = threshold_slider(run, epoch, group)
    if chosen == BY_PERSON or chosen not in ways:
        _people(run, faces, found, threshold, group)
        return
    names, counter = counted_slices(run, faces, epoch, group, ways[chosen])
    measured = counter.rates(threshold)
    named = dict(zip(names, measured, strict=True))
    counted = {name: (counter, place) for place, name in enumerate(names)}
    verification_rates.errors(run, epoch, f"{group} by {chosen}", named, counted, "slices")
    _table(names, measured)
    with st.expander("All pairs together, with the line to drag", key="factor_pairs", on_change="rerun") as opened:
        if opened.open:
            threshold_figure(run, epoch, group, threshold)
    notice(points_to_notice(names, measured, group))


def counted_slices(
    run: RunFolder, faces: TrackedFaces, epoch: int, group: int, kinds: FaceKinds
) -> tuple[tuple[str, ...], SliceCounter]:
    """Return the names of the slices and what counts their errors."""
    stamps = readers.epoch_stamp(run, epoch), readers.faces_stamp(run)
    return _counted(str(run.path), epoch, group, kinds.name, stamps, kinds, faces)


@st.cache_resource(max_entries=16, show_spinner=False)
def _counted(
    path: str, epoch: int, group: int, name: str, stamps: tuple[int, int], _kinds: FaceKinds, _faces: TrackedFaces
) -> tuple[tuple[str, ...], SliceCounter]:
    found = readers.group_pairs(RunFolder(Path(path)), epoch, group)
    if found is None:
        raise ValueError(f"group {group} has no pairs at epoch {epoch}: ask for them first")
    names, where = _kinds.slices(found.pairs.first, found.pairs.second)
    return names, SliceCounter(found.pairs, _faces.person, where, count=len(names))


def _table(names: tuple[str, ...], measured: tuple[SliceRates, ...]) -> None:
    rows = []
    for name, rates in zip(names, measured, strict=True):
        cells = []
        for rate in (rates.false_accepts, rates.false_rejects):
            counts = share(rate.errors, rate.pairs) if rate.enough else f"{rate.errors:,} of {rate.pairs:,}"
            word = interval_words(rate.interval) if rate.enough else f"**too few to say** ({rate.people} people)"
            cells.append(f"{counts} | {word}".replace(" ", "\u00a0"))
        rows.append(f"| {plain(name)} | {' | '.join(cells)} |")
    head = "| pairs | false accepts | 95 % interval | false rejects | 95 % interval |\n|---|--:|:-:|--:|:-:|\n"
    st.markdown(head + "\n".join(rows))


def points_to_notice(names: tuple[str, ...], measured: tuple[SliceRates, ...], group: int) -> list[str]:
    """Return how the slices differ, with their numbers."""
    points = []
    for kind, words in (("false_rejects", "rejects one person"), ("false_accepts", "accepts two people")):
        rates = [(name, getattr(one, kind)) for name, one in zip(names, measured, strict=True)]
        known = [(name, rate) for name, rate in rates if rate.enough and rate.rate is not None]
        if len(known) < 2:
            continue
        (low, least), (high, most) = (pick(known, key=lambda item: item[1].rate) for pick in (min, max))
        if low == high:
            continue
        ends = rate_difference(least, most, paired=True)
        points.append(
            f"The same line wrongly {words} most often where {plain(high)}: {percent(most.rate)}, least where "
            f"{plain(low)}: {percent(least.rate)}. That is {difference_words(ends)}."
        )
    few = [plain(name) for name, one in zip(names, measured, strict=True) if not _enough(one)]
    if few:
        points.append(f"Too few pairs to say anything where {', '.join(few)}: a rate of a few pairs is an anecdote.")
    points.append(
        f"These are pairs of {GROUP_NAMES[group]}. Choosing what to sort by after looking finds something by chance "
        "sooner or later: one interval in twenty misses the truth."
    )
    return points


def _enough(rates: SliceRates) -> bool:
    return rates.false_accepts.enough and rates.false_rejects.enough


def _people(run: RunFolder, faces: TrackedFaces, found: GroupPairs, threshold: float, group: int) -> None:
    """Show the people whom the threshold is wrong about most often."""
    errors = person_errors(found.pairs, faces.person, threshold)
    order = errors.order[:SHOWN]
    own = {
        int(person): int(np.flatnonzero((faces.person == person) & (faces.group == group))[0])
        for person in errors.people
    }
    rows = [
        Row(
            faces=(own[int(errors.people[place])],),
            caption=str(faces.names[errors.people[place]]),
            note=(
                f"own pairs rejected: {_of(errors.false_rejects[place], errors.same[place])}; "
                f"pairs with others accepted: {_of(errors.false_accepts[place], errors.different[place])}"
            ),
        )
        for place in order
    ]
    st.markdown(f"**The {len(rows)} of {len(errors.people)} people whom the line is wrong about most often**")
    gallery(
        rows,
        readers.sprites(run, "by_person"),
        key="by_person",
        alt=f"{len(rows)} people with their shares of errors, most errors first.",
        size=64,
        stacked=True,
    )
    notice(person_points(errors.false_rejects, errors.same, errors.false_accepts, errors.different))


def person_points(rejects: np.ndarray, same: np.ndarray, accepts: np.ndarray, different: np.ndarray) -> list[str]:
    """Return how unevenly errors fall on people."""
    points = [
        "No intervals here: all pairs of one person are one case. Another picture of them may turn it round.",
    ]
    half = max(1, len(same) // 5)
    for wrong, words in ((rejects, "false rejects"), (accepts, "false accepts")):
        if wrong.sum():
            most = np.sort(wrong)[::-1][:half].sum() / wrong.sum()
            points.append(
                f"A fifth of the people ({half}) are on {most:.0%} of the {words}: errors do not fall evenly."
            )
    return points


def _of(count: int, total: int) -> str:
    return f"{count:,} of {total:,}" if total else "none there are"


def moves(run: RunFolder, epoch: int, group: int) -> list[Move]:
    """Return what to try: ways to sort, as far as this run has them."""
    ways = {kinds.name: kinds.label for kinds in verification_readers.face_kinds(run)}
    wanted = [(name, label) for name, label in ways.items() if name in ("glasses", "pose", "hat", "folder", "origin")]
    return [
        Move(label, f"try_by_{name}", _sort_by, {"name": name})
        for name, label in [*wanted[:3], (BY_PERSON, "Person by person")]
    ]


def _sort_by(name: str) -> None:
    st.session_state["verify_by"] = name
