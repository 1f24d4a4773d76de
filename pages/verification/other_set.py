"""Another set: a threshold is chosen on one and applied to another. Does it keep what it promised?"""

from concurrent.futures import Future

import numpy as np
import streamlit as st

from facenet_core.evaluation import SliceRates, choose_threshold, rate_difference, slice_rates
from facenet_core.evaluation.pairs.ruler import distance_words, fitting_ruler
from facenet_core.evaluation.verification.distance_profile import compare, distance_profile
from facenet_core.runs.records import GROUPS, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import chart
from pages.shared.figures import distances as figures_distances
from pages.shared.figures.colours import THRESHOLD
from pages.shared.lesson.frame import Move, notice
from pages.shared.parts.photo_probe import LOOK_AGAIN, waiting_words
from pages.shared.runs import readers
from pages.shared.runs.session import engine
from pages.shared.words import plain
from pages.verification.comparable_sets import PairSet, offered, opened
from pages.verification.curves import interval_words, percent
from pages.verification.figures import upright
from pages.verification.seen_and_unseen import difference_words

RULES = {
    "far:0.1": "FAR 10 %",
    "far:0.01": "FAR 1 %",
    "far:0.001": "FAR 0.1 %",
    "far:0.0001": "FAR 0.01 %",
    "equal": "both errors equal",
    "balanced": "most right answers",
}
HEIGHT = 260


def draw(run: RunFolder, faces: TrackedFaces, epoch: int, group: int) -> None:
    """Let the reader choose two sets and a rule, and show what the threshold promised and what it kept."""
    labels = offered(run, faces)
    left, right = st.columns(2)
    first = _choice(left, "Choose the threshold on", labels, GROUPS[int(faces.group.max())], "transfer_from")
    second = _choice(right, "Apply it to", labels, "strangers-usual", "transfer_to")
    rule = st.segmented_control(
        "Threshold for",
        list(RULES),
        format_func=RULES.__getitem__,
        default="far:0.01",
        required=True,
        key="transfer_rule",
        bind="query-params",
    )
    if epoch != run.epochs()[-1]:
        st.caption(f"Here the network is that of the last epoch, {run.epochs()[-1]}, which other faces are shown to.")
    sets = [_open(run, faces, name, labels[name]) for name in (first, second)]
    waiting = [found for found in sets if isinstance(found, Future)]
    if waiting:
        st.fragment(_wait, run_every=LOOK_AGAIN)(waiting)
    one, other = sets
    if isinstance(one, PairSet) and isinstance(other, PairSet):
        _carry_over(one, other, rule, same=first == second)


def _choice(place: st.delta_generator.DeltaGenerator, words: str, labels: dict[str, str], first: str, key: str) -> str:
    names = list(labels)
    with place:
        chosen = st.selectbox(
            words,
            names,
            index=names.index(first) if first in names else 0,
            format_func=lambda name: labels.get(name, name),
            key=key,
            bind="query-params",
        )
    return str(chosen)


def _open(run: RunFolder, faces: TrackedFaces, name: str, label: str) -> "PairSet | Future[object] | None":
    """Return a set, what a worker is still to answer, or None with a sentence on the page."""
    try:
        return opened(run, faces, name, label)
    except Exception as error:  # whatever the worker met is told in a sentence, the page stays
        st.error(f"{plain(label)}: {plain(str(error))}", icon=":material/error:")
        st.button("Try again", key=f"transfer_again_{name}", on_click=_again)
        return None


def _again() -> None:
    st.session_state["sets_again"] = True


def _wait(asked: list["Future[object]"]) -> None:
    """Say what the answer waits for; the page stays usable, however busy the workers are."""
    if all(future.done() for future in asked):
        st.rerun()
    st.info(plain(waiting_words(engine().state())), icon=":material/hourglass_empty:")


def _carry_over(one: PairSet, other: PairSet, rule: str, *, same: bool) -> None:
    chosen = choose_threshold(one.same, one.different, rule)
    if chosen.threshold is None:
        st.warning(
            f"{plain(one.label)} cannot support this: {plain(chosen.note or '')} Choose a larger rate.",
            icon=":material/block:",
        )
        return
    if not len(other.same) or not len(other.different):
        st.info(f"{plain(other.label)} has not both same and different pairs: choose another set.")
        return
    threshold = chosen.threshold
    measured = [slice_rates(found.pairs, found.people, threshold)[0] for found in (one, other)]
    both = np.concatenate([found.pairs.squared_distance for found in (one, other)])
    along = fitting_ruler(both)
    bars = [readers.histogram_bars(found.pairs, along.highest) for found in (one, other)]
    highest = 1.2 * max(0.01, *(float(bar.max()) for bars_ in bars for bar in bars_))
    for number, (place, found, word) in enumerate(
        zip(st.columns(2), (one, other), ("Chosen on", "Applied to"), strict=True)
    ):
        with place:
            st.markdown(f"**{word}: {plain(found.label)}**")
            figure = figures_distances.distance_histogram(
                *bars[number], threshold, highest=highest, largest=along.highest
            )
            figure.layout.shapes = [upright(threshold, THRESHOLD)]
            chart(
                figure,
                key=f"transfer_{number}",
                alt=f"{word} {found.label}: distances of {len(found.same):,} same and {len(found.different):,} "
                f"different pairs, cut at {distance_words(threshold)}.",
                height=HEIGHT,
            )
            _metrics(measured[number], other=measured[0] if number else None)
            if found.remark:
                st.caption(plain(found.remark))
    if not same:
        _warn_if_unlike(one, other)
    notice(points_to_notice(one, other, rule, threshold, measured[0], measured[1], same=same))


def _warn_if_unlike(one: PairSet, other: PairSet) -> None:
    """Say where the distances of the two sets do not look alike: then nothing that was promised need hold."""
    profile = distance_profile(one.points, one.people)
    alike = None if profile is None else compare(profile, other.points, other.people)
    if alike is None or not alike.unlike or alike.median is None or alike.usual is None:
        return
    near, usual = (distance_words(value, alike.median, alike.usual) for value in (alike.median, alike.usual))
    st.warning(
        f"“{plain(other.label)}” is not like “{plain(one.label)}”: half of the pairs of different people lie within "
        f"{near} there, within {usual} where the threshold was chosen. A difference as large seldom comes by chance.",
        icon=":material/compare:",
    )


def _metrics(rates: SliceRates, other: SliceRates | None) -> None:
    left, right = st.columns(2)
    for place, kind, word in ((left, "false_accepts", "False accepts"), (right, "false_rejects", "False rejects")):
        rate = getattr(rates, kind)
        if other is None:
            place.metric(word, percent(rate.rate))
        else:
            ends = rate_difference(getattr(other, kind), rate)
            clear = ends is not None and not ends.low <= 0 <= ends.high
            change = f"{100 * ((rate.rate or 0) - (getattr(other, kind).rate or 0)):+.1f} percentage points"
            words = change if clear else f"{change}, not distinguishable"
            place.metric(word, percent(rate.rate), words, delta_color="inverse" if clear else "off")
        place.caption(f"95 % interval {interval_words(rate.interval)}, {rate.errors:,} of {rate.pairs:,} pairs")


def points_to_notice(
    one: PairSet, other: PairSet, rule: str, threshold: float, first: SliceRates, second: SliceRates, *, same: bool
) -> list[str]:
    """Return what was promised and what was kept, with the numbers."""
    if same:
        return ["Chosen and applied on the same pairs: this is what flatters. Apply it to another set."]
    accepts = difference_words(rate_difference(first.false_accepts, second.false_accepts))
    rejects = difference_words(rate_difference(first.false_rejects, second.false_rejects))
    points = [
        f"The threshold {distance_words(threshold)} was chosen on “{plain(one.label)}”: {RULES[rule]}. "
        f"On “{plain(other.label)}” it accepts {percent(second.false_accepts.rate)} of the different pairs: {accepts}.",
        f"It rejects {percent(second.false_rejects.rate)} of the same pairs, {percent(first.false_rejects.rate)} "
        f"where it was chosen: {rejects}.",
    ]
    own = choose_threshold(other.same, other.different, rule)
    if own.threshold is not None:
        points.append(
            f"For {RULES[rule]} the other set would have wanted {distance_words(own.threshold, threshold)}. A "
            "threshold holds for faces like "
            "those it was chosen on: other cameras, light, ages or people move it, and so does another network."
        )
    return points


def moves(run: RunFolder, epoch: int, group: int) -> list[Move]:
    """Return what to try: sets that are alike, and sets that are not."""
    tries = (
        ("Strangers like those of the class", "strangers-usual", "unseen"),
        ("Strangers in black and white", "strangers-grey", "unseen"),
        ("Strangers cut out otherwise", "strangers-crop", "unseen"),
        ("From seen to unseen people", "unseen", "seen"),
    )
    there = {GROUPS[code] for code in range(len(GROUPS)) if _has(run, code)}
    return [
        Move(
            label,
            f"try_transfer_{number}",
            _set,
            {"first": first, "second": second},
            disabled=first not in there or (second in GROUPS and second not in there),
        )
        for number, (label, second, first) in enumerate(tries)
    ]


def _has(run: RunFolder, group: int) -> bool:
    faces = readers.tracked(run)
    return faces is not None and bool((faces.group == group).any())


def _set(first: str, second: str) -> None:
    st.session_state["transfer_from"] = first
    st.session_state["transfer_to"] = second
