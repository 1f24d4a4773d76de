"""Why two people came together: the chain of links, the two groups that were joined, or the nearest middle."""

import numpy as np
import streamlit as st

from facenet_core.evaluation.clustering.found_groups import Chain, FoundGroups, find_chain, links_within
from facenet_core.evaluation.clustering.linkage_tree import faces_below, meeting_of
from facenet_core.evaluation.pairs.ruler import distance_words
from pages.clustering.faces import Crowd
from pages.clustering.groups import SHOWN_FACES, WALL_SIDE, WHY, wrong_of
from pages.clustering.method import BOUND, Sorted
from pages.clustering.tree import set_below
from pages.shared.components.chart import Row, gallery
from pages.shared.words import counted, plain

SHOWN_LINKS, MOST_WRONG, CHAIN_SIDE = 20, 200, 84


def why(sorted_: Sorted, groups: FoundGroups, threshold: float) -> None:
    """Show how one wrong face came into its group."""
    crowd = sorted_.crowd
    if crowd.person is None:
        return
    st.header("Why are they together?", anchor=False)
    with_wrong = groups.most_wrong_first()[: int((groups.wrong_in > 0).sum())].tolist()
    wrong = [face for group in with_wrong for face in wrong_of(groups, group)]
    if not wrong:
        st.caption("Nobody is in a wrong group here: raise the threshold, and people come together.")
        return
    labels = {face: _question(crowd, groups, face) for face in wrong[:MOST_WRONG]}
    if st.session_state.get("clustering_asked") != labels:
        # Set anew even where it stays: the browser would go on showing the words of before.
        st.session_state[WHY] = st.session_state[WHY] if st.session_state.get(WHY) in labels else next(iter(labels))
        st.session_state["clustering_asked"] = labels
    face = int(st.selectbox("Explain", list(labels), format_func=labels.__getitem__, key=WHY, **BOUND))
    members = groups.members[int(groups.labels[face])]
    main = members[~groups.wrong[members]]
    start = int(main[_middle(crowd.embeddings[main])])
    if sorted_.grouping.method in ("complete", "average"):
        _two_sides(sorted_, start, face)
    elif sorted_.grouping.method == "k-means":
        _nearest_middles(crowd, groups, face)
    else:
        _chain(sorted_, members, start, face, threshold)


def _question(crowd: Crowd, groups: FoundGroups, face: int) -> str:
    group = int(groups.labels[face])
    file = crowd.files[face].split("/")[-1]
    return f"{crowd.name(face)} ({file}) among {crowd.names[int(groups.main[group])]}, group {group + 1}"


def _middle(embeddings: np.ndarray) -> int:
    """Return the place of the face nearest to the mean."""
    apart = embeddings.astype(np.float64) - embeddings.mean(axis=0, dtype=np.float64)
    return int(np.argmin(np.einsum("nd,nd->n", apart, apart)))


def _chain(sorted_: Sorted, members: np.ndarray, start: int, end: int, threshold: float) -> None:
    crowd, method = sorted_.crowd, sorted_.grouping.method
    if crowd.person is None:
        return
    links = sorted_.grouping.links
    if links is None:
        return
    if not sorted_.has_threshold:
        threshold = float("inf")
    chain = find_chain(links_within(links, members, threshold), start, end, crowd.person, crowd.embeddings)
    if chain is None:  # an edge face of DBSCAN is near a dense one, without a link of its own
        st.caption("This face is not dense itself: it lies at the edge of the group, near one dense face of it.")
        return
    st.markdown(" ".join(_chain_words(crowd, chain, method)))
    _show_chain(crowd, chain)
    if sorted_.has_threshold:
        _below(sorted_, float(chain.squared_distance[chain.longest]), "Break this chain")


def _below(sorted_: Sorted, squared_distance: float, label: str) -> None:
    """Offer to put the line where two people stand apart again."""
    st.button(label, key="clustering_break", on_click=set_below, args=(sorted_, squared_distance))


def _chain_words(crowd: Crowd, chain: Chain, method: str) -> list[str]:
    ends = [plain(crowd.name(int(face))) for face in (chain.faces[0], chain.faces[-1])]
    longest = chain.squared_distance[chain.longest]
    words = [
        f"{ends[0]} and {ends[1]} are **{distance_words(chain.direct)}** apart. A chain of {len(chain.wrong):,} "
        f"{'link' if len(chain.wrong) == 1 else 'links'} joins them, none longer than **{distance_words(longest)}**."
    ]
    if chain.first_wrong is not None:
        first = [plain(crowd.name(int(face))) for face in chain.faces[chain.first_wrong : chain.first_wrong + 2]]
        near = chain.squared_distance[chain.first_wrong]
        words.append(f"The first wrong link joined {first[0]} and {first[1]} at **{distance_words(near)}**.")
    if method == "single":
        words.append(f"Below {distance_words(longest)} the chain breaks.")
    if method in ("dbscan", "hdbscan"):
        words.append("A link is as long as both faces must reach to be dense, and at least as they are apart.")
    return words


def _show_chain(crowd: Crowd, chain: Chain) -> None:
    middle = chain.first_wrong if chain.first_wrong is not None else chain.longest
    low = max(0, min(middle - SHOWN_LINKS // 2, len(chain.faces) - SHOWN_LINKS))
    shown = chain.faces[low : low + SHOWN_LINKS].tolist()
    sprites, numbers = crowd.atlas(shown, "clustering_chain")
    rows = []
    for place, (face, number) in enumerate(zip(shown, numbers, strict=True), start=low):
        note = "the end"
        if place < len(chain.wrong):
            note = f"{distance_words(chain.squared_distance[place])} →"
            if chain.wrong[place]:
                note += " the first wrong link" if place == chain.first_wrong else " a wrong link"
        mark = "new person" if place and chain.wrong[place - 1] else ""
        rows.append(Row(faces=(number,), caption=crowd.name(face), note=note, marks=(mark,)))
    gallery(
        rows,
        sprites,
        key="clustering_chain",
        alt=f"A chain of {len(chain.faces)} faces that joins two people.",
        size=CHAIN_SIDE,
    )
    if len(shown) < len(chain.faces):
        st.caption(f"{len(shown)} of {len(chain.faces):,} faces are shown, around the first wrong link.")


def _two_sides(sorted_: Sorted, one: int, other: int) -> None:
    """Show the two groups whose merge brought two people together, and at which distance."""
    crowd, found = sorted_.crowd, sorted_.grouping.tree
    merge = None if found is None else meeting_of(found, one, other)
    if found is None or merge is None:
        return
    what = "their two farthest faces" if sorted_.grouping.method == "complete" else "their faces, on average,"
    sides = [faces_below(found, int(node)) for node in (found.first[merge], found.second[merge])]
    sides.sort(key=lambda side: one not in side)
    st.markdown(
        f"Two groups were joined when {what} were **{distance_words(found.heights[merge])}** apart: "
        f"below that {plain(crowd.name(one))} and {plain(crowd.name(other))} stand apart."
    )
    shown = [side[:SHOWN_FACES].tolist() for side in sides]
    sprites, numbers = crowd.atlas([*shown[0], *shown[1]], "clustering_chain")
    rows, start = [], 0
    for side, faces in zip(sides, shown, strict=True):
        people = sorted({crowd.name(int(face)) for face in side})
        named = ", ".join(people[:3]) + (f" and {len(people) - 3} more" if len(people) > 3 else "")
        marks = tuple("asked" if face in (one, other) else "" for face in faces)
        places = tuple(numbers[start : start + len(faces)])
        rows.append(Row(faces=places, caption=named, note=counted(len(side), "face"), marks=marks))
        start += len(faces)
    gallery(rows, sprites, key="clustering_chain", alt="The two groups that were joined.", size=WALL_SIDE, stacked=True)
    _below(sorted_, float(found.heights[merge]), "Part these groups")


def _nearest_middles(crowd: Crowd, groups: FoundGroups, face: int) -> None:
    """Say how far a face is from the middle it was given, and from that of its own person's faces."""
    if crowd.person is None:
        return
    members = groups.members[int(groups.labels[face])]
    own = np.flatnonzero(crowd.person == crowd.person[face])
    here, there = (_to_mean(crowd.embeddings, face, group) for group in (members, own))
    st.markdown(
        f"{plain(crowd.name(face))} is **{distance_words(here)}** from the middle of this group, and "
        f"**{distance_words(there)}** from the middle of all faces of its own "
        "person: k-means has put no middle there, or another one lies nearer."
    )
    sprites, numbers = crowd.atlas([face], "clustering_chain")
    rows = [Row(faces=(numbers[0],), caption=crowd.name(face), note="the face asked about", marks=("wrong",))]
    gallery(rows, sprites, key="clustering_chain", alt="The face asked about.", size=CHAIN_SIDE)


def _to_mean(embeddings: np.ndarray, face: int, group: np.ndarray) -> float:
    apart = embeddings[face].astype(np.float64) - embeddings[group].mean(axis=0, dtype=np.float64)
    return float(apart @ apart)
