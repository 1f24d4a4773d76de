"""The leak: one threshold on people seen in training and on people never seen, side by side."""

from pathlib import Path

import streamlit as st

from facenet_core.evaluation import Interval, SliceCounter, SliceRates, rate_difference
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import SEEN, UNSEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import chart
from pages.shared.figures import distances as figures_distances
from pages.shared.lesson import predict
from pages.shared.lesson.frame import Move, notice
from pages.shared.runs import readers
from pages.shared.words import GROUP_NAMES
from pages.verification import follow as verification_follow
from pages.verification import rates as verification_rates
from pages.verification.curves import interval_words, percent
from pages.verification.threshold_figure import BLOCK, LINE, best, set_threshold, threshold_slider

HEIGHT = 280
FEWER, NO_DIFFERENCE, MORE = "Fewer mistakes", "No real difference", "More mistakes"
BETTER = [FEWER, NO_DIFFERENCE, MORE]


def draw(run: RunFolder, faces: TrackedFaces, epoch: int, group: int) -> None:
    """Draw seen and unseen people under one line, and how often it is wrong about each."""
    if not predict.revealed("leak"):
        question = "A line that is good for people of the training is used on people never seen. What comes out?"
        predict.ask("leak", question, BETTER)
        return
    threshold = threshold_slider(run, epoch, UNSEEN)
    found = {code: readers.group_pairs(run, epoch, code) for code in (SEEN, UNSEEN)}
    highest = 1.2 * max([0.01, *(float(bar.max()) for pairs in found.values() if pairs for bar in pairs.bars)])
    for place, code in zip(st.columns(2), (SEEN, UNSEEN), strict=True):
        pairs = found[code]
        with place:
            st.markdown(f"**{GROUP_NAMES[code].capitalize()}**")
            if pairs is None:
                st.info(f"This run has no {GROUP_NAMES[code]}: train one on fewer people than the set has.")
                continue
            chart(
                figures_distances.distance_histogram(
                    *pairs.bars, threshold, highest=highest, largest=pairs.ruler.highest
                ),
                key=f"leak_{code}",
                alt=f"Squared distances of {GROUP_NAMES[code]}, {len(pairs.same):,} same and "
                f"{len(pairs.different):,} different pairs, cut at {pairs.ruler.said(threshold)}.",
                height=HEIGHT,
                line=LINE.drag(threshold),
                shows=LINE.shows(threshold, BLOCK),
                follow=verification_follow.histograms(run, epoch, code, threshold, f"leak_{code}"),
                on_line=set_threshold,
            )
    measured = rates_by_group(run, faces, epoch, threshold)
    _errors(run, faces, epoch, measured)
    notice(points_to_notice(run, epoch, threshold, measured))


def counters(run: RunFolder, faces: TrackedFaces, epoch: int) -> dict[int, SliceCounter]:
    """Return what counts the errors of each group that has pairs."""
    stamps = readers.epoch_stamp(run, epoch), readers.faces_stamp(run)
    return _counters(str(run.path), epoch, stamps, faces)


@st.cache_resource(max_entries=8, show_spinner=False)
def _counters(path: str, epoch: int, stamps: tuple[int, int], _faces: TrackedFaces) -> dict[int, SliceCounter]:
    found = {code: readers.group_pairs(RunFolder(Path(path)), epoch, code) for code in range(len(GROUP_NAMES))}
    return {code: SliceCounter(pairs.pairs, _faces.person) for code, pairs in found.items() if pairs is not None}


def rates_by_group(run: RunFolder, faces: TrackedFaces, epoch: int, threshold: float) -> dict[int, SliceRates]:
    """Return what the threshold does to each group that has pairs."""
    return {code: counter.rates(threshold)[0] for code, counter in counters(run, faces, epoch).items()}


def _errors(run: RunFolder, faces: TrackedFaces, epoch: int, measured: dict[int, SliceRates]) -> None:
    counted = {GROUP_NAMES[code]: (counter, 0) for code, counter in counters(run, faces, epoch).items()}
    named = {GROUP_NAMES[code]: rates for code, rates in measured.items()}
    verification_rates.errors(run, epoch, "groups", named, counted, "leak")
    st.caption("Points with 95 % intervals for other people like these, not for other pairs of the same ones.")


def points_to_notice(run: RunFolder, epoch: int, threshold: float, measured: dict[int, SliceRates]) -> list[str]:
    """Return what the leak is, with its numbers."""
    seen, unseen = measured.get(SEEN), measured.get(UNSEEN)
    if seen is None or unseen is None:
        return ["A leak shows only where there are people of the training and people never seen."]
    points, changes = [], []
    for kind, words in (("false_accepts", "false accepts"), ("false_rejects", "false rejects")):
        first, second = getattr(seen, kind), getattr(unseen, kind)
        ends = rate_difference(first, second)
        changes.append(ends)
        points.append(
            f"{words.capitalize()} at {distance_words(threshold)}: {percent(first.rate)} of seen people, "
            f"{percent(second.rate)} "
            f"of unseen ones ({interval_words(second.interval)}): {difference_words(ends)}."
        )
    flattering, kept = _accuracy(seen), _accuracy(unseen)
    if flattering is not None and kept is not None:
        points.append(
            f"Right answers here: {flattering:.1%} of seen people, {kept:.1%} of unseen ones. {_leak_words(changes)}"
        )
    guess = predict.guess_of("leak")
    if guess is not None:
        points.append(verdict_words(guess, changes))
    return points


def _leak_words(changes: list[Interval | None]) -> str:
    """Return what the two rates say about learning by heart, no more than their intervals do."""
    if came_out(changes) == MORE:
        return (
            "The network has learned the faces of the first by heart: who measures on them promises the first figure "
            "and delivers the second."
        )
    return (
        "A network may learn the faces of the first by heart; at this line and epoch these pairs do not show more "
        "mistakes about people it has never seen."
    )


def came_out(changes: list[Interval | None]) -> str | None:
    """Return which of ``BETTER`` the intervals of both rates' differences say; None where they say no single one.

    More mistakes: one rate is higher beyond chance and the other is not lower; fewer the other way round.
    """
    if any(ends is None for ends in changes):
        return None
    signs = {0 if ends.low <= 0 <= ends.high else 1 if ends.low > 0 else -1 for ends in changes if ends is not None}
    if {1, -1} <= signs:
        return None
    return MORE if 1 in signs else FEWER if -1 in signs else NO_DIFFERENCE


def verdict_words(guess: str, changes: list[Interval | None]) -> str:
    """Return what came of a prediction."""
    said, came = f"You said: {guess.lower()}", came_out(changes)
    if came is not None:
        return f"{said}; {'so it is' if guess == came else f'it is: {came.lower()}'}."
    if any(ends is None for ends in changes):
        return f"{said}; too few pairs to say."
    return f"{said}; one kind of mistake became more, the other less: which weighs more is yours to say."


def difference_words(ends: Interval | None) -> str:
    """Return whether two rates differ by more than chance."""
    if ends is None:
        return "too few pairs to compare"
    if ends.low <= 0 <= ends.high:
        return "not distinguishable"
    higher = "higher" if ends.low > 0 else "lower"
    near, far = sorted((abs(ends.low), abs(ends.high)))
    return f"{higher} by {100 * near:.1f} to {100 * far:.1f} percentage points"


def _accuracy(rates: SliceRates) -> float | None:
    accepts, rejects = rates.false_accepts.rate, rates.false_rejects.rate
    return None if accepts is None or rejects is None else 1 - (accepts + rejects) / 2


def moves(run: RunFolder, epoch: int, group: int) -> list[Move]:
    """Return what to try: the best line of either group."""
    offered = []
    for code in (SEEN, UNSEEN):
        line = best(run, epoch, code)
        words = f"The best line of {GROUP_NAMES[code]}" + (f": {distance_words(line)}" if line is not None else "")
        offered.append(Move(words, f"try_leak_{code}", set_threshold, {"value": line}, disabled=line is None))
    return offered
