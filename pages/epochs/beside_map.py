"""Beside the player: the figures of the epoch in view, and how far apart same and different people are."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import HELD_OUT, SEEN, UNSEEN, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.epochs import follow as epochs_follow
from pages.shared.components.chart import Follow, Title, chart
from pages.shared.figures import distances as figures_distances
from pages.shared.runs import readers
from pages.shared.runs.totals import followed
from pages.shared.runs.widest_ruler import widest_ruler
from pages.shared.words import GROUP_NAMES, signed

HEIGHTS = {1: 330, 2: 216}
LEAST_SAID = 0.0005  # a share that would be written as 0.0 %
SIDE = "epoch_side_block"  # what stands beside the map
KEYS = ("epoch_histogram", "epoch_histogram_held_out")


def epoch_figures(figures: dict[str, Any]) -> None:
    """Show the figures of one epoch beside what they are compared to."""
    left, middle, right = st.columns(3)
    loss = figures.get("loss")
    left.metric(
        "Loss",
        "-" if loss is None else f"{loss:.3f}",
        help="Mean over the epoch's steps; the untrained network has none.",
    )
    for place, name, word in ((middle, "unseen", "Unseen people"), (right, "held_out", "Held-out images")):
        measured = figures.get(name)
        value = "-" if not measured or measured.get("accuracy") is None else f"{measured['accuracy']:.2f}"
        pairs = f"of the {measured['pairs']:,} pairs of followed pictures" if measured else "not in this run"
        place.metric(word, value, help=f"Right answers to same or different, {pairs}; guessing gives 0.50.")


def histograms(run: RunFolder, faces: TrackedFaces, epoch: int) -> None:
    """Draw same and different pairs of unseen people and of held-out images; of seen people where there are no others.

    The scale is the same for all epochs.
    """
    there = [group for group in (UNSEEN, HELD_OUT) if np.sum(faces.group == group) >= 2]
    groups = there or [SEEN]
    if not there:
        st.caption("This run has neither unseen people nor held-out images: these are pairs it was trained on.")
    when, largest = epochs_follow.when(epoch), widest_ruler(run).highest
    for group, key in zip(groups, KEYS, strict=False):
        found = readers.group_pairs(run, epoch, group)
        shown = readers.group_bars(run, epoch, group, largest)
        if found is None or shown is None:
            st.info("There are too few faces to compare: a pair takes two.")
            continue
        chart(
            figures_distances.distance_histogram(*shown, highest=_highest(run, group, shown), largest=largest),
            key=key,
            alt=(
                f"Squared distances of {GROUP_NAMES[group]}, {when}: same person {_middle(found.same)}, "
                f"different people {_middle(found.different)} in the middle."
            ),
            height=HEIGHTS[len(groups)],
            title=Title(name=f"Distances of {GROUP_NAMES[group]}", words=f", {when}"),
            epoch=epoch,
            follow=_follow(run, epoch, group, key),
            shows=epochs_follow.shows(epoch, SIDE) if group == groups[0] else None,
        )


def _follow(run: RunFolder, epoch: int, group: int, key: str) -> Follow | None:
    """Return how the histograms follow the player; before it first moved nothing, since every epoch has to be read."""
    if "epoch_in_view" not in st.session_state:
        return None
    found = epochs_follow.bars(run, group)
    heights = {epoch: _height(_ends(run, group), _tallest(both)) for epoch, both in found.items()}
    return epochs_follow.histograms(run, epoch, group, heights, key)


def _highest(run: RunFolder, group: int, shown: tuple[np.ndarray, np.ndarray]) -> float:
    """Return one height for all epochs, since scales that change cannot be compared.

    Only the spike of a network that puts all faces on one spot, as an untrained one does, gets more room.
    """
    return _height(_ends(run, group), _tallest(shown))


def _ends(run: RunFolder, group: int) -> float:
    """Return the tallest bar of an epoch in the middle and of the last one."""
    epochs, largest = run.epochs(), widest_ruler(run).highest
    ends = [readers.group_bars(run, number, group, largest) for number in {epochs[len(epochs) // 2], epochs[-1]}]
    return max((_tallest(end) for end in ends if end is not None), default=0.0)


def _height(ends: float, shown: float) -> float:
    return max(1.3 * ends, 1.05 * shown)


def _tallest(bars: tuple[np.ndarray, np.ndarray]) -> float:
    return max(float(bar.max()) for bar in bars)


def points_to_notice(run: RunFolder, epoch: int, group: int) -> list[str]:
    """Return what the epoch in view shows, with its numbers beside those of the untrained network."""
    first, now = (readers.group_pairs(run, number, group) for number in (0 if 0 in run.epochs() else epoch, epoch))
    if first is None or now is None or not len(now.same) or not len(now.different):
        return [f"There are too few {GROUP_NAMES[group]} to compare."]
    means = float(np.mean(now.same)), float(np.mean(now.different))
    gap = means[1] - means[0]
    before = float(np.mean(first.different) - np.mean(first.same)) if len(first.same) and len(first.different) else 0.0
    overlap = float(np.mean(now.different < np.median(now.same)))
    return [
        f"Two images of one person are {distance_words(means[0], *means)} apart on average, "
        f"two people {distance_words(means[1], *means)}: a gap of {signed(gap)}, untrained {signed(before)}.",
        f"{overlap:.1%} of the different pairs are nearer than half of the same pairs: no threshold can part those."
        if overlap >= LEAST_SAID
        else "Hardly any two people are nearer to each other than half of the same pairs are."
        if overlap
        else "No two people are nearer to each other than half of the same pairs are.",
        f"These are the {len(now.same):,} same and {len(now.different):,} different pairs of "
        f"{followed(run, readers.tracked(run), group)}.",
    ]


def chosen_point(run: RunFolder, epoch: int, chosen: list[int]) -> list[str]:
    """Return how far the faces chosen on the map are apart at one epoch, beside the untrained network."""
    if len(chosen) < 2:
        return []
    first = 0 if 0 in run.epochs() else epoch
    now, before = (_apart(readers.epoch(run, number).embeddings, chosen) for number in (epoch, first))
    if not np.isfinite([now, before]).all():
        return ["One of the chosen faces has no embedding here: the numbers of the network are not finite."]
    who = "The two chosen faces are" if len(chosen) == 2 else f"The {len(chosen):,} chosen faces are on average"
    return [f"{who} {distance_words(now)} apart in squared distance, untrained {distance_words(before)}."]


def _apart(embeddings: np.ndarray, chosen: list[int]) -> float:
    """Return the mean squared distance of all pairs: twice the variance, corrected for pairs with oneself."""
    points = embeddings[chosen].astype(np.float64)
    return float(2 * points.var(axis=0).sum() * len(points) / (len(points) - 1))


def _middle(distances: np.ndarray) -> str:
    return distance_words(float(np.median(distances))) if len(distances) else "none"
