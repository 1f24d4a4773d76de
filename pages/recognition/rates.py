"""What a threshold costs when somebody is looked up: both rates, their trade, and how deep the right one lies."""

import numpy as np
import streamlit as st

from facenet_core.evaluation import Interval, OpenSet, ShareOverPeople
from pages.recognition import figures as figures_recognition
from pages.recognition.probes import BLOCK, CHANNEL, LINE, drag_line, set_threshold
from pages.recognition.scene import Scene
from pages.shared.components.browser.follow_tables import follow_table
from pages.shared.components.chart import Follow, chart, send_follow

HEIGHT = 340


def figures(found: Scene, threshold: float) -> None:
    """Show the three figures and what they say at this threshold."""
    rates = found.rates
    if rates is None:
        return
    place = rates.place(threshold)
    first, second, third = st.columns(3)
    if found.cmc is not None:
        _metric(
            first, "Rank 1", found.cmc, 0, f"The nearest is the right one, no threshold; guessing {_guess(found):.0%}."
        )
    _metric(second, "Strangers taken in (FPIR)", rates.false_positive, place, "Somebody is named who is not there.")
    _metric(
        third,
        "Enrolled people missed (FNIR)",
        rates.false_negative,
        place,
        "Not named, or somebody else in their place.",
    )
    left, right = st.columns(2)
    with left:
        st.markdown("**The threshold trades one error for the other**")
        chart(
            figures_recognition.error_rates(rates, LINE.ruler.highest),
            key="who_rates",
            alt=f"Strangers taken in and enrolled people missed over the threshold; at {LINE.ruler.said(threshold)} "
            f"{said(rates.false_positive, place)} and {said(rates.false_negative, place)}.",
            height=HEIGHT,
            line=drag_line(threshold),
            shows=LINE.shows(threshold, BLOCK),
            on_line=set_threshold,
        )
    with right:
        if rates.false_positive.probes and rates.false_negative.probes:
            st.markdown("**The trade itself (DET)**: nearer to the lower left is better")
            chart(
                figures_recognition.error_trade(rates, place),
                key="who_det",
                alt="Enrolled people missed against strangers taken in, at every threshold.",
                height=HEIGHT,
                follow=_follow(rates, threshold),
            )
        else:
            st.info(
                "A trade takes strangers and other photos of enrolled people: enrol fewer people, or fewer photos.",
                icon=":material/search_off:",
            )
    if found.cmc is not None:
        st.markdown("**Without a threshold: how deep in the list is the right person? (CMC)**")
        chart(
            figures_recognition.right_among_first(found.cmc),
            key="who_cmc",
            alt=f"Share of probes whose person is among the first named; the first is right in {said(found.cmc, 0)}.",
            height=300,
        )
    st.caption(
        f"{len(found.probes):,} probes: {found.known:,} of {len(found.enrolment.enrolled):,} enrolled people, "
        f"{len(found.probes) - found.known:,} of {rates.false_positive.people:,} strangers; the gallery holds "
        f"{len(found.enrolment.gallery):,} other photos. The bands are 95 % "
        "intervals: people are drawn anew, since photos of one person are alike; the gallery stays as it is."
    )


def _follow(rates: OpenSet, threshold: float) -> Follow:
    """Return how the point on the DET follows the line; the table is kept for this session, own photos may be in it."""
    kept = st.session_state.get("who_trade")
    if kept is None or kept[0] is not rates:
        kept = st.session_state["who_trade"] = (rates, _table(rates))
    return send_follow(kept[1], channel=CHANNEL, key="who_det", at=threshold, sliders=LINE.sliders)


def _table(rates: OpenSet) -> str:
    points = [figures_recognition.trade_point(rates, place) for place in range(len(rates.thresholds))]
    moving = ("x", "y", "error_x", "error_y", "hovertemplate")
    traces = [[{}, {name: point.get(name, {}) for name in moving}] for point in points]
    return follow_table(rates.thresholds, exact=False, traces=traces)


def _guess(found: Scene) -> float:
    return 1 / max(1, len(found.enrolment.enrolled))


def _metric(
    place: "st.delta_generator.DeltaGenerator", label: str, found: ShareOverPeople, at: int, about: str
) -> None:
    share, interval = found.at(at)
    value = "-" if np.isnan(share) else f"{100 * share:.1f} %"
    place.metric(label, value, span(interval), delta_color="off", delta_arrow="off", help=about)


def span(interval: Interval | None) -> str:
    """Return an interval in words."""
    if interval is None:
        return "no interval: draws of people take two at least"
    return f"95 % interval {100 * interval.low:.0f} to {100 * interval.high:.0f} %"


def said(found: ShareOverPeople, at: int) -> str:
    """Return a share with the probes behind it."""
    share = found.at(at)[0]
    return "no probes" if np.isnan(share) else f"{100 * share:.1f} % of {found.probes:,} probes"


def points_to_notice(found: Scene, threshold: float) -> list[str]:
    """Return what is on the screen, with its numbers."""
    rates = found.rates
    if rates is None or found.ranking is None:
        return ["Enrol at least one person who has another photo, and probes come here."]
    place = rates.place(threshold)
    points = []
    if found.cmc is not None:
        share, interval = found.cmc.at(0)
        points.append(
            f"Of {found.known:,} probes of enrolled people {share:.1%} have the right person nearest "
            f"({span(interval)}); guessing among {len(found.enrolment.enrolled):,} gives {_guess(found):.1%}."
        )
    if rates.false_positive.probes:
        points.append(
            f"At {LINE.ruler.said(threshold)}, {said(rates.false_positive, place)} of strangers are taken for "
            "somebody, "
            f"{said(rates.false_negative, place)} of enrolled people are missed. Without a threshold every stranger "
            "would be given a name: the nearest person is always somebody."
        )
    if found.wish.photos > 1:
        points.append(
            f"{found.wish.photos} photos of each: one of them is likelier to be near, so fewer enrolled people are "
            "missed and more strangers taken in at the same threshold. A larger gallery wants a smaller threshold."
        )
    points.append(
        "A probe is compared with everybody, so a threshold that is good for one pair is too lenient for a gallery: "
        "each further person is one more chance of a mistake."
    )
    return points
