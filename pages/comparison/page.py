"""Lesson: does the margin matter?"""

import streamlit as st

from facenet_core.evaluation import compare_groups
from pages.comparison import atlas as atlas_view
from pages.comparison import atlas_controls
from pages.comparison import baselines as baselines_view
from pages.comparison import differences as comparison_differences
from pages.comparison import runs as comparison_runs
from pages.comparison import side_by_side as comparison_view
from pages.comparison.figures import heat_map
from pages.shared.lesson import predict
from pages.shared.lesson.frame import Move, notice, open_lesson, show_code, try_this
from pages.shared.runs.session import MOVING, follow_with_maps, readable
from pages.shared.words import plain

TERMS = ("margin", "active triplet", "epoch", "squared distance", "unseen people", "map", "VAL", "FAR")
KINDS = {
    "atlas": "An atlas: one setting, many values",
    "runs": "Any runs side by side",
    "baselines": "What does the number mean?",
}
MARGIN = (
    "Does the margin matter?",
    "Runs that differ in one setting only, from the same seed, side by side at the same epoch. "
    "Move the setting and the epoch: what differs on people never seen, and is it more than chance?",
)
NUMBER = (
    "What does the number mean?",
    "The run in view beside guessing, raw pixels, Eigenfaces and the same network taught by other losses, on the same "
    "pairs. What is left of its figure when you take off what a bare picture tells?",
)
NUMBER_TERMS = ("baseline", "Eigenfaces", "loss", "softmax", "held-out images", "unseen people", "VAL", "FAR")

if "compare_kind" not in st.session_state and st.query_params.get("kind") == "baselines":
    st.session_state["compare_kind"] = "baselines"
in_view = (*NUMBER, NUMBER_TERMS) if st.session_state.get("compare_kind") == "baselines" else (*MARGIN, TERMS)
open_lesson(*in_view)

runs = comparison_runs.with_epochs()
ids = atlas_controls.atlas_ids()
atlas_id = atlas_controls.atlas_in_view(ids)

if "compare_kind" not in st.session_state:
    st.session_state["compare_kind"] = "atlas" if atlas_id and not st.query_params.get("runs") else "runs"
left, middle, right = st.columns([3.2, 1.2, 1.2], vertical_alignment="bottom")
with left:
    kind = st.segmented_control(
        "Compare", list(KINDS), format_func=KINDS.get, required=True, key="compare_kind", label_visibility="collapsed"
    )
if kind == "baselines":
    st.query_params["kind"] = kind
    baselines_view.show()
    st.stop()
st.query_params.pop("kind", None)
with middle, st.popover("New atlas", icon=":material/grid_on:", key="new_atlas", width="stretch"):
    atlas_controls.new_atlas(runs)
if kind == "atlas" and atlas_id:
    with right, st.popover("Delete", icon=":material/delete:", key="delete_atlas", width="stretch"):
        atlas_controls.delete_controls(atlas_id)


def nothing_yet(sentence: str) -> None:
    """Say what would fill this page, and offer the small atlas."""
    st.info(sentence, icon=":material/grid_on:")
    atlas_controls.small_atlas_button("small_atlas")
    st.stop()


def chosen_runs() -> list[comparison_runs.Compared]:
    """Let the reader choose two to six runs; the link names them."""
    titles = comparison_runs.titles_of(runs)
    if len(titles) < comparison_runs.FEWEST:
        there = "one run" if titles else "no run"
        nothing_yet(
            f"There is {there} to look at: a comparison needs two. Train an atlas, or more runs under Training."
        )
    found, gone = comparison_runs.runs_in_link(list(titles))
    for run_id in gone:
        missing = f"There is no run {run_id[:80]!r} to compare: it may have been deleted, or has no epoch yet."
        st.warning(plain(missing), icon=":material/search_off:")
    if "compare_runs" in st.session_state:
        st.session_state["compare_runs"] = [run for run in st.session_state["compare_runs"] if run in titles]
    else:
        st.session_state["compare_runs"] = found
    names = st.multiselect(
        "Runs, two to six",
        list(titles),
        format_func=lambda run_id: titles.get(run_id, run_id),
        max_selections=comparison_runs.MOST,
        key="compare_runs",
    )
    comparison_runs.keep_in_link(names)
    return comparison_runs.compared(names)


def map_choice() -> str:
    """Choose how the faces are laid out."""
    return st.segmented_control(
        "Map",
        list(comparison_view.METHODS),
        format_func=comparison_view.METHODS.__getitem__,
        default="pca-2d",
        required=True,
        key="compare_map",
        bind="query-params",
    )


@readable
def explore_atlas(entries, what: str, method: str, known: bool, waiting: bool) -> None:
    """Two sliders, and every view that follows them; only this is drawn again when they move."""
    if waiting and not comparison_view.maps_missing(entries, method):
        st.rerun()
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        entry = atlas_view.setting_slider(entries, what, atlas_id)
    with right:
        epoch = comparison_view.epoch_slider(entries, "atlas")
    setting = atlas_view.setting_key(atlas_id, [one.label for one in entries]) if len(entries) > 1 else None
    where = comparison_view.follows(entries, "atlas", (entries.index(entry), epoch), setting)
    left, right = st.columns([3, 2.4])
    with left:
        at = entry.at(epoch)
        st.markdown(f"**{what.capitalize()} {plain(entry.label)}, {'untrained' if at == 0 else f'epoch {at}'}**")
        comparison_view.map_of(entry, epoch, method, "atlas_map", comparison_view.MAP_HEIGHT, where)
    with right:
        atlas_view.figures(entry, epoch, revealed=known)
        st.markdown("**Distances of unseen people**")
        comparison_view.histogram(entry, epoch, entries, "atlas_histogram", 340, where)
    if known:
        atlas_view.accuracy_map(entries, entry, epoch, what, to_cell, where)
    comparison_view.curves(entries, epoch, revealed=known, where=where)
    with st.expander("Every value beside the others, at this epoch", key="atlas_all", on_change="rerun") as opened:
        if opened.open:
            atlas_view.small_multiples(entries, epoch, entry, where)
            st.markdown(comparison_view.figures_table(entries, epoch, revealed=known))
    notice(comparison_view.points_to_notice(entries, epoch, revealed=known))


def to_cell(label: str, epoch: int) -> None:
    """Move both sliders to a cell of the heat map."""
    st.session_state[atlas_view.setting_key(atlas_id, [entry.label for entry in entries])] = label
    for key in [key for key in st.session_state if str(key).startswith("atlas_epoch_")]:
        st.session_state[key] = epoch
    comparison_view.keep_epoch(epoch)


@readable
def explore_runs(entries, method: str, known: bool, waiting: bool) -> None:
    """One slider, a map of each run, their figures and curves."""
    if waiting and not comparison_view.maps_missing(entries, method):
        st.rerun()
    epoch = comparison_view.epoch_slider(entries, "runs")
    where = comparison_view.follows(entries, "runs", (0, epoch))
    columns = 2 if len(entries) in (2, 4) else 3
    height = comparison_view.MAP_HEIGHT if columns == 2 else comparison_view.SMALL_MAP_HEIGHT
    for start in range(0, len(entries), columns):
        for place, entry in zip(st.columns(columns), entries[start : start + columns], strict=False):
            with place:
                at = entry.at(epoch)
                late = "" if at == epoch else f" (stands at {at})"
                st.markdown(comparison_view.run_line(entry) + late)
                of_it = where and where.of(entry)
                comparison_view.map_of(entry, epoch, method, f"compare_map_{entry.label}", height, of_it)
    st.markdown(comparison_view.figures_table(entries, epoch, revealed=known))
    comparison_view.curves(entries, epoch, revealed=known, where=where)
    notice(comparison_view.points_to_notice(entries, epoch, revealed=known))


@readable
def what_differs(entries) -> None:
    """Show the settings that differ, what they share, and what cannot be compared."""
    differing = comparison_runs.settings_table(entries, differing=True)
    st.markdown(differing or "These runs have the same settings: what differs between them is the machine or the hour.")
    for sentence in comparison_runs.sameness(entries):
        st.caption(sentence)
    with st.expander("Settings they share"):
        st.markdown(comparison_runs.settings_table(entries, differing=False) or "None.")


@readable
def answer(entries, what: str, key: str) -> None:
    """Show what came out beside what was predicted, where the question stood."""
    top = comparison_differences.ahead(entries)
    say = st.success if top is not None and top.is_best else st.info
    say(comparison_differences.answer(entries, predict.guess_of(key), what), icon=":material/lightbulb:")
    unfinished = sum(entry.run.status().state in MOVING for entry in entries)
    if unfinished:
        st.caption(f"{unfinished} of these runs still train or wait: the answer may change until they are finished.")


@readable
def is_it_one(entries, usual: str) -> None:
    """Say which differences are more than chance among people."""
    comparison_differences.show_differences(entries, usual, "atlas" if kind == "atlas" else "runs")


atlas = comparison_runs.find_atlas(atlas_id) if kind == "atlas" and atlas_id else None
if kind == "atlas":
    if not atlas_id:
        nothing_yet("There is no atlas yet: an atlas trains the same people from the same seed with several margins.")
    chooser, layout = st.columns([4, 1.4], vertical_alignment="bottom")
    with chooser:
        atlas_controls.atlas_chooser(ids, atlas_id)
    if atlas is None:
        st.stop()
    with layout:
        method = map_choice()
    atlas_controls.follow(atlas)
    entries, what, usual = comparison_runs.of_atlas(atlas), atlas.label, "0.2"
    if not entries:
        st.info(
            "None of its runs has an epoch yet: the first figures come in a moment.", icon=":material/hourglass_empty:"
        )
        st.stop()
    question = f"Which {what} is best on people never seen?"
    key = f"atlas-{atlas.id}"
else:
    entries, what, usual = chosen_runs(), "run", "A"
    if len(entries) < comparison_runs.FEWEST:
        st.info("Choose two runs at least: they are shown side by side here.", icon=":material/compare_arrows:")
        st.stop()
    question = "Which run is best on people never seen?"
    key = "runs-" + ",".join(entry.run.id for entry in entries)
    what_differs(entries)
    method = map_choice()

for entry in entries:
    follow_with_maps(entry.run, method)
known = predict.revealed(key) or not atlas_view.has_unseen(entries)
with st.container(key="question"):  # what stands below keeps its place when the answer takes that of the question
    if known:
        answer(entries, what, key)
    else:
        predict.ask(key, question, [*(entry.label for entry in entries), comparison_differences.no_best(what)])

waiting = comparison_view.maps_missing(entries, method)
draw = st.fragment(
    explore_atlas if kind == "atlas" else explore_runs, run_every=2.0 if waiting else None, key="comparison"
)
if kind == "atlas":
    draw(entries, what, method, known, waiting)
else:
    draw(entries, method, known, waiting)
if known and len(entries) > 1:
    is_it_one(entries, usual)
if kind == "atlas":
    with st.expander("What all runs of this atlas share"):
        for sentence in comparison_runs.sameness(entries):
            st.caption(sentence)
        st.markdown(comparison_runs.settings_table(entries, differing=False))

last = max(entry.epochs[-1] for entry in entries)


def move_to(epoch: int, label: str | None = None) -> None:
    """Move the sliders, as the moves of "Try this" do."""
    for name in [name for name in st.session_state if str(name).startswith((f"{kind}_epoch_",))]:
        st.session_state[name] = epoch
    comparison_view.keep_epoch(epoch)
    if label is not None and kind == "atlas":
        st.session_state[atlas_view.setting_key(atlas_id, [entry.label for entry in entries])] = label


try_this(
    [
        Move("The untrained networks", "try_untrained", move_to, {"epoch": 0}),
        Move("The last epoch", "try_end", move_to, {"epoch": last}),
        Move(
            f"The smallest: {entries[0].label}" if kind == "atlas" else "The middle of the training",
            "try_smallest",
            move_to,
            {"epoch": last, "label": entries[0].label} if kind == "atlas" else {"epoch": last // 2},
        ),
    ]
)
show_code(compare_groups, heat_map, comparison_differences.answer)
