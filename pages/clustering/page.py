"""Lesson: how many people are here?"""

import streamlit as st

from facenet_core.evaluation.clustering.grouping import group_faces
from facenet_core.evaluation.clustering.linkage_tree import LinkageTree
from facenet_core.evaluation.clustering.methods import CLUSTERINGS
from facenet_core.evaluation.clustering.scores import score_groups
from facenet_core.evaluation.clustering.spanning_tree import spanning_tree
from facenet_core.evaluation.pairs.ruler import distance_words
from pages.clustering import choice as clustering_choice
from pages.clustering import groups as clustering_groups
from pages.clustering import take_home as clustering_home
from pages.clustering import tree as clustering_view
from pages.clustering import why_joined as clustering_why
from pages.clustering.faces import WHOLE
from pages.clustering.figures import SCORES
from pages.clustering.method import Sorted, choose_settings, sort_faces
from pages.clustering.notice import points_to_notice
from pages.clustering.whole_set import whole_set
from pages.shared.controls.training import set_value
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.lesson.no_run import tracked_or_stop
from pages.shared.parts.collapse_verdict import stop_if_one_point
from pages.shared.runs.session import readable, run_in_view

TERMS = (
    "embedding",
    "squared distance",
    "threshold",
    "linkage",
    "chain",
    "pairwise F",
    "B-cubed F",
    "NMI",
    "adjusted Rand",
    "unseen people",
)

open_lesson(
    "How many people are here?",
    "Nobody says who is who: faces that lie near one another are put together. Drag the amber line: too far left, "
    "and one person falls apart into many; too far right, and many become one.",
    TERMS,
)

run = run_in_view(or_newest=True)
faces, epochs = tracked_or_stop(run)
choice = clustering_choice.choose(run, faces, epochs)
own = clustering_view.best_for_pairs(run, choice.epoch)
pairs = None if own is None else own.value
stop_if_one_point(run, choice.epoch)


@readable
def find() -> None:
    """Have the chosen faces sorted; before that, ask how many people there are."""
    if choice.which == WHOLE:
        found.append(whole_set(run, choice.epoch, pairs or 0.0))
        return
    crowd = clustering_choice.crowd_of(run, faces, choice)
    if crowd is not None and not clustering_choice.asks_first(run, crowd, choice):
        found.append(sort_faces(crowd, choose_settings(len(crowd), crowd.people), pairs or 0.0))


@st.fragment(key="clustering_groups")
@readable
def show(sorted_: Sorted) -> None:
    """Everything that the threshold changes; only this is drawn again when it moves."""
    with st.container(key=clustering_view.BLOCK):
        tree_and_groups(sorted_)


def tree_and_groups(sorted_: Sorted) -> None:
    """The tree with the line, and the groups that it cuts, with how right they are."""
    crowd, threshold = sorted_.crowd, 0.0
    left, right = st.columns([3, 2], gap="medium")
    with left:
        if sorted_.has_threshold:
            tree = st.container()
            threshold = clustering_view.threshold_slider(run, sorted_, own)
            with tree:
                clustering_view.tree(sorted_, threshold)
        else:
            st.markdown(f"**{CLUSTERINGS[sorted_.grouping.method].label}** has no threshold to drag.")
    groups = clustering_view.groups_at(sorted_, threshold)
    scores = clustering_view.scores_at(sorted_, threshold)
    with right:
        if crowd.people:
            how = CLUSTERINGS[sorted_.grouping.method].label
            st.markdown(clustering_choice.answer_words(run, crowd, choice.which, len(groups), how))
        clustering_view.measures(scores, groups)
        if sorted_.curve is not None:
            kind = st.segmented_control(
                "Scores", list(SCORES), default="Pairs", required=True, key="clustering_scores", bind="query-params"
            )
            clustering_view.curves(sorted_, threshold, kind)
    if st.toggle("Show the groups on a map", key="clustering_map_shown", bind="query-params"):
        clustering_groups.on_map(run, crowd, groups, choice.epoch)
    if (whose := clustering_choice.whose(run, faces, choice.which)) is not None:
        st.caption(f"Sorted here: {whose}.")
    clustering_groups.wall(crowd, groups)
    clustering_why.why(sorted_, groups, threshold)
    notice(points_to_notice(sorted_, groups, threshold, pairs))
    clustering_home.take_sorted_home(sorted_, threshold)


found: list[Sorted | None] = []
find()
sorted_ = next((one for one in found if one is not None), None)
if sorted_ is not None:
    show(sorted_)

best = sorted_.curve.best if sorted_ is not None and sorted_.curve is not None else None
try_this(
    [
        Move(
            "The best threshold for these faces" + (f": {distance_words(best)}" if best is not None else ""),
            "try_best",
            clustering_view.set_threshold,
            {"value": best},
            disabled=best is None,
        ),
        Move(
            "The best threshold for pairs" + (f": {distance_words(pairs)}" if pairs is not None else ""),
            "try_pairs",
            clustering_view.set_threshold,
            {"value": pairs},
            disabled=pairs is None or sorted_ is None or not sorted_.has_threshold,
        ),
        Move("The same by average linkage", "try_average", set_value, {"clustering_method": "average"}),
        Move("Most wrong first", "try_wrong", set_value, {"clustering_order": clustering_groups.MOST}),
        Move(
            "The untrained network", "try_untrained", clustering_choice.set_epoch, {"run": run.id, "epoch": epochs[0]}
        ),
    ]
)
show_code(group_faces, spanning_tree, LinkageTree, score_groups)
