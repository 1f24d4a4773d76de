"""What it costs: mistakes of different price, impostors of different frequency, and the line that moves."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation import BestThreshold, Prices, expected_costs
from facenet_core.evaluation.pairs.ruler import Ruler, distance_words
from facenet_core.evaluation.verification.intervals import no_interval_words
from facenet_core.runs.records import TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import chart
from pages.shared.lesson import predict
from pages.shared.lesson.frame import Move, notice
from pages.shared.runs import readers
from pages.verification import curves as verification_curves
from pages.verification import figures as figures_verification
from pages.verification import measured as verification_readers
from pages.verification.threshold_figure import (
    BLOCK,
    FIGURE_HEIGHT,
    LINE,
    rates_of,
    set_threshold,
    threshold_figure,
    threshold_slider,
)

RATIOS = (0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 1_000, 10_000)
IMPOSTORS = {
    "1 in 10,000": 1e-4,
    "1 in 1,000": 1e-3,
    "1 in 100": 0.01,
    "1 in 10": 0.1,
    "1 in 2": 0.5,
    "9 in 10": 0.9,
    "99 in 100": 0.99,
}
OF = 1_000  # comparisons
SIDES = ["Stricter, to the left", "It stays", "More lenient, to the right"]
PLACES = {
    "A phone in your pocket": (20, "1 in 100"),
    "A border": (1_000, "1 in 1,000"),
    "A photo album": (1, "9 in 10"),
}


def draw(run: RunFolder, faces: TrackedFaces, epoch: int, group: int) -> None:
    """Draw the expected cost with both sliders beside it."""
    found = readers.group_pairs(run, epoch, group)
    if found is None or not len(found.same) or not len(found.different):
        verification_curves.nothing_to_compare(run, epoch, group)
        return
    if not predict.revealed("cost"):
        predict.ask("cost", "Impostors become rarer, mistakes cost the same. Where does the cheapest line go?", SIDES)
        return
    left, right = st.columns([3, 2])
    with right:
        prices = _prices()
    best = verification_readers.cheapest(run, epoch, group, prices)
    with left:
        figure = st.container()
        threshold = threshold_slider(run, epoch, group)
    if best is None:
        return
    cost = expected_costs(found.same, found.different, found.ruler.places, prices) * OF
    with figure:
        _cost_figure(found.ruler, cost, threshold, best, prices)
    now = float(expected_costs(found.same, found.different, [threshold], prices)[0])
    with right:
        _metrics(now, best, prices)
        st.button(
            f"Move the line to the cheapest: {distance_words(best.threshold)}",
            key="cost_cheapest",
            on_click=set_threshold,
            args=(best.threshold,),
            icon=":material/savings:",
        )
    with st.expander("The pairs behind it", key="cost_pairs", on_change="rerun") as opened:
        if opened.open:
            threshold_figure(run, epoch, group, threshold)
    notice(points_to_notice(run, epoch, group, threshold, prices, best))


def _prices() -> Prices:
    ratio = st.select_slider(
        "A false accept costs as much as so many false rejects",
        RATIOS,
        10,
        format_func=lambda value: f"{value:,g}",
        key="cost_ratio",
        bind="query-params",
    )
    often = st.select_slider(
        "Impostors among all who come", list(IMPOSTORS), "1 in 2", key="cost_impostors", bind="query-params"
    )
    return Prices(false_accept=float(ratio), impostors=IMPOSTORS[often])


def _cost_figure(ruler: Ruler, cost: np.ndarray, threshold: float, best: BestThreshold, prices: Prices) -> None:
    chart(
        figures_verification.costs(
            ruler.places,
            cost,
            chosen=threshold,
            best=best.threshold,
            interval=best.interval,
            flat=[
                (f"accept everybody, {amount(prices.accept_all * OF)}", prices.accept_all * OF),
                (f"accept nobody, {amount(prices.reject_all * OF)}", prices.reject_all * OF),
            ],
        ),
        key="cost_figure",
        alt=(
            f"Expected cost of 1,000 comparisons over the threshold: lowest at {distance_words(best.threshold)} with "
            f"{amount(best.cost * OF)}; the chosen threshold is {ruler.said(threshold)}."
        ),
        height=FIGURE_HEIGHT,
        line=LINE.drag(threshold),
        shows=LINE.shows(threshold, BLOCK),
        on_line=set_threshold,
    )


def _metrics(now: float, best: BestThreshold, prices: Prices) -> None:
    left, middle, right = st.columns(3)
    left.metric("At your line", amount(now * OF), help="Cost of 1,000 comparisons, in false rejects.")
    middle.metric("At the cheapest", amount(best.cost * OF), help="On the very pairs it was chosen on: flattering.")
    right.metric(
        "On other people",
        "-" if best.elsewhere is None else amount(best.elsewhere * OF),
        help="The cheapest line of one half of the people, applied to the other half.",
    )
    st.caption(
        f"Cost of {OF:,} comparisons: one false reject costs 1, one false accept {prices.false_accept:,g}. "
        f"{OF * prices.impostors:,.3g} of them are impostors."
    )


def amount(cost: float) -> str:
    """Return a cost without digits that mean nothing."""
    return f"{cost:,.0f}" if cost >= 10 else f"{cost:.1f}" if cost >= 1 else f"{cost:.2g}"


def points_to_notice(
    run: RunFolder, epoch: int, group: int, threshold: float, prices: Prices, best: BestThreshold
) -> list[str]:
    """Return what the prices do now, with their numbers."""
    rates = rates_of(run, epoch, group, threshold)
    points = []
    if rates is not None and rates.far is not None and rates.val is not None:
        accepts = OF * prices.impostors * rates.far
        rejects = OF * (1 - prices.impostors) * (1 - rates.val)
        points.append(
            f"Of {OF:,} who come at your line, {amount(accepts)} impostors get in and {amount(rejects)} "
            f"rightful people stand outside. The first cost {amount(accepts * prices.false_accept)}, "
            f"the others {amount(rejects)}."
        )
    ends = best.interval
    if ends is not None:
        points.append(
            f"The cheapest line is {distance_words(best.threshold, *ends)}; other people like these would have put it "
            f"between {distance_words(ends.low, *ends)} and {distance_words(ends.high, *ends)} (green band, 95 "
            "of 100 draws of people)."
        )
    else:
        people = len(set(verification_readers.group_points(run, epoch, group)[1].tolist()))
        points.append(
            f"How far chance moves the cheapest line cannot be said. {no_interval_words(people, 'threshold')}"
        )
    if best.elsewhere is None:
        points.append(
            "What the cheapest line costs on other people cannot be said either: that takes four people with two "
            "pictures each, two in each half."
        )
    points.append(_against_doing_nothing(prices, best))
    guess = predict.guess_of("cost")
    if guess is not None:
        points.append(
            "The rarer impostors are, the more lenient the cheapest line: "
            + ("as you said." if guess == SIDES[2] else "move the second slider to the left and watch it go right.")
        )
    return points


def _against_doing_nothing(prices: Prices, best: BestThreshold) -> str:
    cheapest = min(prices.accept_all, prices.reject_all)
    word = "everybody" if prices.accept_all <= prices.reject_all else "nobody"
    cost = best.cost if best.elsewhere is None else best.elsewhere
    if cost >= cheapest * 0.999:
        return (
            f"At these prices looking at faces does not pay: to accept {word} costs {amount(cheapest * OF)}, the "
            f"cheapest line {amount(cost * OF)} on other people."
        )
    return (
        f"To accept {word} without looking costs {amount(cheapest * OF)}: the network saves "
        f"{1 - cost / cheapest:.0%} of that on people whom the line was not chosen on."
    )


def moves(run: RunFolder, epoch: int, group: int) -> list[Move]:
    """Return what to try: places with other prices."""
    return [
        Move(f"{name}: {ratio:,g} to 1, {often}", f"try_cost_{number}", _set_prices, {"ratio": ratio, "often": often})
        for number, (name, (ratio, often)) in enumerate(PLACES.items())
    ]


def _set_prices(ratio: Any, often: str) -> None:
    st.session_state["cost_ratio"] = ratio
    st.session_state["cost_impostors"] = often
    st.session_state.setdefault("predictions", {}).setdefault("cost", None)
