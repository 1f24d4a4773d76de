"""Atlases: begun, followed, held up, taken down."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.runs.storage import RunFolder, open_run
from facenet_core.runs.studies.atlas import (
    VARIED,
    Atlas,
    AtlasMissing,
    atlases_folder,
    begin_atlas,
    delete_atlas,
    list_atlases,
    open_atlas,
    plan_atlas,
    read_values,
    runs_of,
    value_text,
)
from facenet_core.runs.studies.atlas_progress import expected_seconds, pause_all, play_all, progress_of, stop_all
from pages.comparison.runs import titles_of
from pages.shared.runs.ownership import is_others, owner
from pages.shared.runs.session import UNREADABLE, data_folder, engine, runs_folder, tell
from pages.shared.words import plain, seconds_left

SMALL = TrainingConfig(faces=FacesConfig(people=16, images=10), epochs=5, people_per_batch=16)
CLASS = TrainingConfig(faces=FacesConfig(people=50, images=20))
BASES = {
    "small": ("16 drawn people with 10 images, 5 epochs", SMALL),
    "class": ("50 drawn people with 20 images, 15 epochs", CLASS),
}
MARGINS = VARIED["margin"].usual
LOOK_EVERY = 1.5  # seconds between two looks at an atlas that is being trained


def atlas_ids() -> list[str]:
    """Return all atlases: this browser's own, newest first, and then the others."""
    return sorted(list_atlases(atlases_folder(data_folder())), key=_is_others)


def _is_others(atlas_id: str) -> bool:
    try:
        runs = open_atlas(atlases_folder(data_folder()), atlas_id).runs
    except AtlasMissing:
        return False
    return bool(runs) and is_others(RunFolder(runs_folder() / runs[0]))


def show_atlas(atlas_id: str) -> None:
    """Make an atlas the one in view, in the link too."""
    st.session_state["atlas_in_view"] = atlas_id
    st.query_params["atlas"] = atlas_id


def atlas_title(atlas_id: str) -> str:
    """Return how an atlas is called in lists."""
    try:
        atlas = open_atlas(atlases_folder(data_folder()), atlas_id)
    except AtlasMissing:
        return f"{atlas_id} (cannot be read)"
    when = f"{atlas_id[9:11]}:{atlas_id[11:13]}" if atlas_id[9:13].isdigit() else atlas_id
    values = ", ".join(value_text(value) for value in atlas.values)
    return f"{atlas.name or when} · {atlas.label} {values}"


def duration_words(plans: Sequence[TrainingConfig]) -> str:
    """Say how long an atlas would take here, and how that is known."""
    expected = expected_seconds(runs_folder(), plans)
    if expected is None:
        return "How long that takes shows with the first run that finishes here."
    return f"That takes about {seconds_left(expected)}, by the quickest run that finished here."


def small_atlas_button(key: str) -> None:
    """Offer the small atlas, with how long it takes."""
    plans = plan_atlas(SMALL, "margin", MARGINS)
    st.button(
        "Train a small atlas of six margins",
        key=key,
        type="primary",
        icon=":material/grid_on:",
        on_click=_begin,
        args=(SMALL, "margin", MARGINS, "Small atlas"),
    )
    st.caption(f"Six trainings of {BASES['small'][0]}, from one seed. {duration_words(plans)}")


def _begin(config: TrainingConfig, varied: str, values: Sequence[float | int | str], name: str | None) -> None:
    atlas = tell(begin_atlas, engine(), config, varied, values, name=name, owner=owner())
    if atlas:
        show_atlas(atlas.id)
        st.session_state["compare_kind"] = "atlas"


def new_atlas(runs: Sequence[RunFolder]) -> None:
    """Offer an atlas over any setting, everything else as in a run there is or as usual."""
    bases = {**{key: words for key, (words, _) in BASES.items()}, **titles_of(runs[:30])}
    varied = st.selectbox("Setting that is varied", list(VARIED), format_func=lambda n: VARIED[n].label, key="atlas_of")
    usual = ", ".join(value_text(value) for value in VARIED[varied].usual)
    text = st.text_input("Values, with commas between them", usual, key=f"atlas_values_{varied}")
    base = st.selectbox("Everything else as in", list(bases), format_func=bases.__getitem__, key="atlas_base")
    left, right = st.columns(2)
    with left:
        seed = int(st.number_input("Seed", 0, 2**31, 0, key="atlas_seed", help="All runs of an atlas share it."))
    with right:
        name = st.text_input("Name", key="atlas_name", placeholder="optional", max_chars=80).strip() or None
    try:
        config = BASES[base][1] if base in BASES else open_run(runs_folder(), base).record().config
        values = read_values(varied, text)
        config = replace(config, seed=seed)
        plans = plan_atlas(config, varied, values)
    except ValueError as error:
        st.warning(plain(str(error)), icon=":material/info:")
        st.button("Train this atlas", key="atlas_begin", disabled=True)
        return
    st.caption(f"{len(plans)} trainings of {config.epochs} epochs. {duration_words(plans)}")
    st.button(
        "Train this atlas", key="atlas_begin", type="primary", on_click=_begin, args=(config, varied, values, name)
    )


def delete_controls(atlas_id: str) -> None:
    """Offer to delete an atlas, with or without its runs."""
    with_runs = st.checkbox("Its runs too", key=f"atlas_delete_runs_{atlas_id}")
    st.caption("Without them, the runs stay in the list of runs." if not with_runs else "Their figures are gone then.")
    st.button("Delete this atlas", key="atlas_delete", on_click=_delete, args=(atlas_id, with_runs))


def _delete(atlas_id: str, with_runs: bool) -> None:
    busy = tell(lambda: delete_atlas(data_folder(), atlas_id, with_runs=with_runs))
    if busy:
        st.session_state["problem"] = (
            f"{len(busy)} of its runs still train: press Stop all, then delete the atlas again. The others are deleted."
        )
    elif busy is not None:
        st.session_state.pop("atlas_in_view", None)
        st.query_params.pop("atlas", None)


def atlas_in_view(ids: Sequence[str]) -> str | None:
    """Return the atlas of the link, else the one last looked at, else the newest; None where there is none."""
    for wanted in (st.query_params.get("atlas"), st.session_state.get("atlas_in_view")):
        if wanted in ids:
            return wanted
        if wanted:
            st.session_state.pop("atlas_in_view", None)
            st.warning(
                plain(f"There is no atlas {wanted[:80]!r}: it may have been deleted."), icon=":material/search_off:"
            )
    return ids[0] if ids else None


def atlas_chooser(ids: Sequence[str], chosen: str) -> None:
    """Offer the other atlases."""
    titles = {atlas_id: atlas_title(atlas_id) for atlas_id in ids[:50]}
    called = list(titles.values())  # a list in which two are called the same cannot be chosen from
    titles = {name: f"{words} ({name[-4:]})" if called.count(words) > 1 else words for name, words in titles.items()}
    key = f"atlas_choice_{chosen}"
    st.selectbox(
        "Atlas in view",
        list(titles),
        index=list(titles).index(chosen) if chosen in titles else None,
        format_func=lambda atlas_id: titles.get(atlas_id, atlas_id),
        key=key,
        on_change=lambda: show_atlas(st.session_state[key]),
    )


def follow(atlas: Atlas) -> None:
    """Say how far an atlas is, with what holds it up; look again by itself while it is trained."""
    found = _runs(atlas)
    if len(found) < len(atlas.runs):
        gone = len(atlas.runs) - len(found)
        st.warning(
            f"{gone} of its {len(atlas.runs)} runs {'was' if gone == 1 else 'were'} deleted or cannot be read: "
            "the others are shown.",
            icon=":material/delete:",
        )
    states = _signature(found)
    moving = any(state in ("queued", "running") for state, _ in states)
    st.fragment(_progress, run_every=LOOK_EVERY if moving else None, key="atlas_progress")(atlas, states)


def _progress(atlas: Atlas, shown: tuple[tuple[str, int], ...]) -> None:
    found = _runs(atlas)
    if _signature(found) != shown:
        st.rerun()
    progress = progress_of([run.status() for run in found])
    if progress.runs and progress.finished == progress.runs:
        st.caption(f"All {progress.runs} runs are trained.")
        return
    words = f"**{progress.finished} of {progress.runs} trained**"
    if progress.running:
        words += f" · {progress.running} training now"
    elif progress.waiting:
        words += f" · {plain(engine().state().warming) or 'the next begins in a moment'}"
    else:
        words += " · at rest"
    if progress.seconds_left is not None:
        words += f" · about {seconds_left(progress.seconds_left)} left"
    st.progress(progress.share, text=words)
    for sentence in dict.fromkeys(progress.failed):
        st.error(f"A run failed: {plain(sentence)}", icon=":material/error:")
    buttons = (
        ("Pause all", "atlas_pause", ":material/pause:", progress.moving, pause_all),
        ("Go on", "atlas_play", ":material/play_arrow:", progress.resting > 0, play_all),
        ("Stop all", "atlas_stop", ":material/stop:", progress.finished < progress.runs, stop_all),
    )
    with st.container(horizontal=True, key="atlas_buttons"):
        for label, key, icon, enabled, call in buttons:
            st.button(label, key=key, icon=icon, disabled=not enabled, on_click=tell, args=(call, engine(), found))


def _runs(atlas: Atlas) -> list[RunFolder]:
    return [run for run in runs_of(atlas, runs_folder()) if run is not None]


def _signature(runs: Sequence[RunFolder]) -> tuple[tuple[str, int], ...]:
    """Return what decides whether the page has to be drawn anew: states and stored epochs."""
    try:
        return tuple((run.status().state, len(run.epochs())) for run in runs)
    except UNREADABLE:
        return ()
