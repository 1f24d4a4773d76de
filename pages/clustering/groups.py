"""Groups as walls of faces, the wrong ones marked, and on a map of the run."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.evaluation.clustering.found_groups import FoundGroups
from facenet_core.runs.storage import RunFolder
from pages.clustering import figures as figures_clustering
from pages.clustering.faces import Crowd
from pages.clustering.method import BOUND
from pages.shared.components.chart import Row, chart, gallery
from pages.shared.runs import map_readers, readers
from pages.shared.words import counted, trust_sentence

SHOWN_GROUPS, SHOWN_FACES = 12, 24
BIGGEST, MOST = "biggest first", "most wrong first"
WALL_SIDE, MAP_HEIGHT = 52, 460
WHY = "clustering_why"  # the face that is asked about


def wall(crowd: Crowd, groups: FoundGroups) -> None:
    """Show groups as rows of faces, the wrong ones with a border and a word."""
    order = np.arange(len(groups))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if crowd.person is not None:
            by = st.segmented_control(
                "Groups", [BIGGEST, MOST], default=BIGGEST, required=True, key="clustering_order", **BOUND
            )
            order = order if by == BIGGEST else groups.most_wrong_first()
        pages = -(-len(groups) // SHOWN_GROUPS)
        page = 1
        if pages > 1:
            if not 1 <= st.session_state.get("clustering_page", 1) <= pages:
                del st.session_state["clustering_page"]
            page = int(st.number_input(f"Page, of {pages:,}", 1, pages, 1, key="clustering_page", width=160, **BOUND))
    shown = order[(page - 1) * SHOWN_GROUPS : page * SHOWN_GROUPS].tolist()
    faces = [face for group in shown for face in groups.members[group][:SHOWN_FACES].tolist()]
    sprites, numbers = crowd.atlas(faces, "clustering_wall")
    place = dict(zip(faces, numbers, strict=True))
    rows = [_row(crowd, groups, group, place) for group in shown]

    def clicked(row: Any) -> None:
        wrong = wrong_of(groups, shown[row]) if isinstance(row, int) and 0 <= row < len(shown) else []
        if wrong:
            st.session_state[WHY] = wrong[0]

    gallery(
        rows,
        sprites,
        key="clustering_wall",
        alt=f"{len(rows)} of {len(groups)} groups of faces; {int(groups.wrong.sum())} faces are in a wrong group.",
        size=WALL_SIDE,
        stacked=True,
        on_click=clicked,
    )


def wrong_of(groups: FoundGroups, group: int) -> list[int]:
    """Return the faces of a group that show somebody else than its main person."""
    members = groups.members[group]
    return [int(face) for face in members[groups.wrong[members]]]


def _row(crowd: Crowd, groups: FoundGroups, group: int, place: dict[int, int]) -> Row:
    members = groups.members[group]
    shown = members[:SHOWN_FACES].tolist()
    more = f", {len(members) - len(shown):,} not shown" if len(members) > len(shown) else ""
    wrong = int(groups.wrong[members].sum())
    caption, note = f"Group {group + 1}: {counted(len(members), 'face')}{more}", ""
    if crowd.person is not None:
        main = int(groups.main[group])
        of_person = int((crowd.person == main).sum())
        right = len(members) - wrong
        note = f"{crowd.names[main]}, {right:,} of {of_person:,}" + (f" · {wrong:,} wrong" if wrong else "")
    marks = tuple("wrong" if groups.wrong[face] else "" for face in shown)
    return Row(faces=tuple(place[face] for face in shown), caption=caption, note=note, marks=marks)


def on_map(run: RunFolder, crowd: Crowd, groups: FoundGroups, epoch: int) -> None:
    """Show the groups on a map of the run, where it has one of this epoch."""
    if crowd.tracked is None or crowd.group is None:
        st.caption("Only faces that the run follows have a place on its maps.")
        return
    names = [name for name in map_readers.drawn_maps(run) if name.endswith("2d") and epoch in run.map_epochs(name)]
    if not names:
        st.caption("This epoch has no map yet: the page Epochs draws them.")
        return
    if st.session_state.get("clustering_map_name") not in names:
        st.session_state.pop("clustering_map_name", None)  # of another run
    label = {one: map_readers.map_label(run, one) for one in names}
    name = st.selectbox("Map", names, format_func=label.__getitem__, key="clustering_map_name", **BOUND)
    drawn = run.map(name, epoch)
    figure = figures_clustering.group_map(
        drawn.positions[crowd.tracked], groups.labels, crowd.group, groups.wrong, crowd.tracked
    )
    chart(
        figure,
        key="clustering_map",
        alt=f"Map of {len(crowd)} faces, coloured by {len(groups)} groups.",
        height=MAP_HEIGHT,
        epoch=epoch,
        sprites=readers.sprites(run, "clustering_map"),
    )
    crossed = "A cross marks a face in the wrong group. " if crowd.person is not None else ""
    words = trust_sentence(float(drawn.trustworthiness), name)
    st.caption(f"Colours are groups, grey is alone. {crossed}The sorting never looked at this map. {words}")
