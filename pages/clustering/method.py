"""How faces are sorted: the method and what it is told, and what it found, asked for once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from facenet_core.evaluation.clustering.dendrogram import Dendrogram, lay_out
from facenet_core.evaluation.clustering.grouping import Grouping
from facenet_core.evaluation.clustering.methods import AT_ONCE, CLUSTERINGS, why_not
from facenet_core.evaluation.clustering.score_curve import GroupingCurve, highest_of, score_curve
from facenet_core.runs.jobs.clustering import group_in_worker
from pages.clustering.faces import Crowd, wait_for
from pages.clustering.figures import tree_pieces
from pages.shared.components.browser.follow_tables import follow_table
from pages.shared.runs.session import engine
from pages.shared.words import plain

BOUND: dict[str, Any] = {"bind": "query-params"}
MOST_KEPT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to sort.

    Attributes:
        method: A name in ``CLUSTERINGS``.
        smallest: As in ``group_faces``.
        people: As in ``group_faces``.
        seed: As in ``group_faces``.
    """

    method: str
    smallest: int = 3
    people: int | None = None
    seed: int = 0

    @property
    def arguments(self) -> tuple[str, int, int | None, int]:
        """In the order in which workers take them."""
        return self.method, self.smallest, self.people, self.seed


@dataclass(frozen=True, kw_only=True, eq=False)
class Sorted:
    """What a method found among faces, with all that no move of the threshold changes.

    Attributes:
        crowd: The faces.
        grouping: What was found.
        highest: Where the axes of the threshold end.
        drawn: The tree laid out; None where no threshold decides.
        curve: The scores over the threshold; None where no threshold decides, or nobody knows who is who.
        table: How the tree looks at every threshold, for the browser; empty where no threshold decides.
    """

    crowd: Crowd
    grouping: Grouping
    highest: float
    drawn: Dendrogram | None = field(repr=False)
    curve: GroupingCurve | None = field(repr=False)
    table: str = field(repr=False)

    @property
    def has_threshold(self) -> bool:
        """Whether a threshold decides the groups."""
        return self.drawn is not None


THERE_ARE = 0  # people told to k-means: as many as there are


def choose_settings(faces: int | None, people: int) -> Settings:
    """Show the methods, and what the chosen one is told.

    Args:
        faces: How many faces there are; None while nobody knows, and k-means is told the true number of people.
        people: How many people there are; 0 where nobody knows.
    """
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        names = {name: CLUSTERINGS[name].label for name in CLUSTERINGS}
        method = st.segmented_control(
            "Method",
            list(names),
            format_func=names.__getitem__,
            default="single",
            required=True,
            key="clustering_method",
            help="  \n".join(f"**{one.label}**: {one.about}" for one in CLUSTERINGS.values()),
            **BOUND,
        )
    chosen = CLUSTERINGS[method]
    with right:
        if chosen.smallest:
            label = "Faces that make a group, at least"
            return Settings(method=method, smallest=int(st.slider(label, 2, 10, 3, key="clustering_smallest", **BOUND)))
        if chosen.people and faces is None:
            return Settings(method=method, people=THERE_ARE)
        if chosen.people and faces is not None:
            return _for_k_means(method, faces, people)
    st.caption(chosen.about)
    return Settings(method=method)


def _for_k_means(method: str, faces: int, people: int) -> Settings:
    left, right = st.columns(2)
    most, known = max(1, faces), max(1, min(people or faces // 2, faces))
    if not 1 <= st.session_state.get("clustering_people", known) <= most:
        del st.session_state["clustering_people"]  # of more faces than there are here
    told = left.number_input("People, told beforehand", 1, most, known, key="clustering_people", **BOUND)
    seed = right.number_input("Seed", 0, 99, 0, key="clustering_seed", help="Where k-means begins.", **BOUND)
    return Settings(method=method, people=int(told), seed=int(seed))


def sort_faces(crowd: Crowd, settings: Settings, at_least: float) -> Sorted | None:
    """Have faces sorted, or say in a sentence why not and return None.

    Args:
        crowd: The faces.
        settings: How.
        at_least: A threshold that the axes hold, unless it lies far behind the last merge.
    """
    reason = why_not(settings.method, len(crowd))
    if reason is not None:
        st.info(plain(reason), icon=":material/block:")
        return None
    at_once = CLUSTERINGS[settings.method].light and len(crowd) <= AT_ONCE

    def make() -> Grouping | None:
        if at_once:
            return group_in_worker(crowd.embeddings, *settings.arguments)
        found: Grouping | None = wait_for(lambda: engine().ask(group_in_worker, crowd.embeddings, *settings.arguments))
        return found

    try:
        found = _once(crowd, (*crowd.key, *settings.arguments), make)
    except ValueError as error:
        st.error(f"These faces cannot be sorted: {plain(str(error))}", icon=":material/error:")
        return None
    return None if found is None else with_curves(crowd, settings, found, at_least)


def with_curves(crowd: Crowd, settings: Settings, found: Grouping, at_least: float) -> Sorted:
    """Add to what was found all that no move of the threshold changes."""
    last = highest_of(found)
    highest = highest_of(found, at_least) if at_least < 3 * last else last

    def make() -> tuple[Dendrogram | None, GroupingCurve | None, str]:
        drawn = None if found.tree is None else lay_out(found.tree, crowd.person)
        curve = None if crowd.person is None else score_curve(found, crowd.person, highest)
        return drawn, curve, "" if drawn is None else _table(drawn, known=crowd.person is not None)

    drawn, curve, table = _once(crowd, (*crowd.key, *settings.arguments, "curves", highest), make)
    return Sorted(crowd=crowd, grouping=found, highest=highest, drawn=drawn, curve=curve, table=table)


def _table(drawn: Dendrogram, *, known: bool) -> str:
    return follow_table([0.0], exact=False, picked=tree_pieces(drawn, known=known))


def _once(crowd: Crowd, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """Return what ``make`` makes, kept for everybody, of own photos for this session; a None is tried again."""
    kept: dict[Any, Any] = st.session_state.setdefault("clustering_found", {}) if crowd.own else _for_everybody()
    found = kept.get(key)
    if found is None:
        found = make()
        if found is not None:
            kept[key] = found
        while len(kept) > MOST_KEPT:
            kept.pop(next(iter(kept)), None)
    return found


@st.cache_resource(show_spinner=False)
def _for_everybody() -> dict[Any, Any]:
    return {}
