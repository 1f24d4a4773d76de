"""Embeddings in fewer bytes, and what that costs."""

import streamlit as st

from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.evaluation.recognition.quantisation import StorageCost
from facenet_core.runs.jobs import network_inspection as looking
from facenet_core.runs.records import GROUPS
from facenet_core.runs.storage import RunFolder
from pages.network import figures as figures_network
from pages.network.subject import ask
from pages.shared.components.chart import chart
from pages.shared.runs import readers
from pages.shared.words import GROUP_NAMES, plain

BAR_HEIGHT = 360


def storage_costs(run: RunFolder, epoch: int, group: int) -> tuple[StorageCost, ...] | None:
    """Draw what fewer bytes cost in one group of faces."""
    found = ask(run, epoch, looking.cost_of_fewer_bytes, str(run.path), epoch)
    if found is None:
        return None
    costs: tuple[StorageCost, ...] | None = found.get(GROUPS[group])
    if costs is None:
        st.info(f"This run has no {GROUP_NAMES[group]} to compare: choose another group.")
        return None
    if readers.collapse(run).at(epoch):
        st.warning(plain(readers.collapse(run).sentence), icon=":material/compress:")
        return None
    if costs[0].accuracy is None:
        st.info(
            f"There are too few {GROUP_NAMES[group]} to measure on: four people with two pictures each are needed.",
            icon=":material/group_off:",
        )
    by_name = ", ".join(f"{cost.name} {cost.accuracy:.3f}" for cost in costs if cost.accuracy is not None)
    chart(
        figures_network.storages(costs),
        key="storage_costs",
        alt=f"Right answers about pairs of {GROUP_NAMES[group]}: {by_name or 'not measured'}. Guessing gives 0.5.",
        height=BAR_HEIGHT,
        epoch=epoch,
    )
    rows = [
        f"| {cost.name} | {cost.bytes_per_face:,} | {'-' if cost.accuracy is None else f'{cost.accuracy:.4f}'} "
        f"| {cost.changed:,} | {distance_words(cost.largest_change)} |"
        for cost in costs
    ]
    head = "| | bytes | right | turned | moved |\n|---|--:|--:|--:|--:|\n"
    st.markdown(head + "\n".join(rows))
    st.caption(
        f"{costs[0].pairs:,} pairs of {GROUP_NAMES[group]} at epoch {epoch}. The threshold comes from one half of the "
        "people and is applied to the other. *Turned*: pairs that get another answer than from the exact numbers, at "
        "their best threshold. *Moved*: the largest change of a pair's squared distance. "
        "A byte is one of 255 even steps, the same for every face."
    )
    return costs


def points_about_bytes(costs: tuple[StorageCost, ...]) -> list[str]:
    """Return what fewer bytes cost, in numbers."""
    by_name = {cost.name: cost for cost in costs}
    exact, small, signs = by_name["float32"], by_name["bytes"], by_name["signs"]
    points = [
        f"In bytes a face takes {small.bytes_per_face} instead of {exact.bytes_per_face}, a million faces "
        f"{small.bytes_per_face} MB instead of {exact.bytes_per_face}, and {small.changed:,} of "
        f"{small.pairs:,} pairs get another answer at the same threshold: the squared distance of no pair moves "
        f"by more than {small.largest_change:.3f}."
    ]
    if exact.accuracy is not None and small.accuracy is not None and signs.accuracy is not None:
        change = small.accuracy - exact.accuracy
        points.append(
            f"Right answers go from {exact.accuracy:.4f} to {small.accuracy:.4f} ({change:+.4f}): "
            + ("too little to mean anything on so few people." if abs(change) < 0.005 else "that needs a second look.")
        )
        points.append(
            f"Even the signs alone, {signs.bytes_per_face} bytes, give {signs.accuracy:.3f}; guessing gives 0.50. "
            "Where a face lies is written in many numbers, each of them needed only roughly."
        )
    points.append("The FaceNet paper says the same of its network: 128 bytes a face lose nothing.")
    return points
