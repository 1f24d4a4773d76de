"""The parts of the sphere laboratory: a run that fits, its moves, and what to notice."""

import numpy as np
import streamlit as st

from facenet_core.config import FacesConfig, TrainingConfig
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.records import RunStatus
from facenet_core.runs.storage import RunFolder
from pages.shared.parts.sphere_frames import EVERYBODY, epoch_word, has_steps
from pages.shared.runs import readers
from pages.shared.runs.ownership import is_others, marked, owner, runs_to_choose
from pages.shared.runs.session import MOVING, UNREADABLE, distinct, engine, run_in_view, run_title, show_run, tell
from pages.shared.words import GROUP_NAMES, plain

BY_EPOCH, BY_STEP = "Epoch by epoch", "Step by step"
WORDS = {2: "two", 3: "three"}
SHAPES = {2: "circle", 3: "sphere"}
RUNS_LOOKED_AT = 50


def small_config(size: int) -> TrainingConfig:
    """Return a small run that shows the space itself: a minute at most, and clear clusters at its end."""
    return TrainingConfig(
        faces=FacesConfig(people=12, images=12),
        embedding_size=size,
        people_per_batch=12,
        images_per_person=4,
        epochs=15,
        mirror=False,
        step_points=True,
    )


def fits(run: RunFolder) -> bool:
    """Return whether the embeddings of a run can be looked at without a projection."""
    try:
        return run.record().config.embedding_size in WORDS
    except UNREADABLE:
        return False


def run_to_show() -> RunFolder | None:
    """Return the run of the link, or the one last looked at, or the newest that fits, or the newest."""
    if not (st.query_params.get("run") or st.session_state.get("run_in_view")):
        known = (run for run in runs_to_choose()[:RUNS_LOOKED_AT] if not is_others(run))
        fitting = next((run for run in known if fits(run) and run.epochs()), None)
        if fitting is not None:
            show_run(fitting.id)
    return run_in_view(or_newest=True)


def train_buttons(*, primary: bool) -> None:
    """Offer small runs with three and with two numbers a face."""
    with st.container(horizontal=True):
        for size in (3, 2):
            st.button(
                f"Train with {WORDS[size]} numbers a face",
                key=f"sphere_train_{size}",
                type="primary" if primary and size == 3 else "secondary",
                icon=":material/model_training:",
                help="The synthetic class: 12 people with 12 images each, 15 epochs, every step kept.",
                on_click=start,
                args=(size,),
            )


def start(size: int) -> None:
    """Start a small run and look at it."""
    name = f"{SHAPES[size].capitalize()}: {WORDS[size]} numbers a face"
    run_id = tell(engine().train, small_config(size), name=name, owner=owner())
    if run_id:
        show_run(run_id)


def other_size(run: RunFolder) -> None:
    """Say that the run in view cannot be shown here, and offer those that can."""
    size = run.record().config.embedding_size
    st.info(
        f"The run in view has {size} numbers a face: nobody can look at a space of {size} dimensions. "
        "Train one with three, or choose another run.",
        icon=":material/view_in_ar:",
    )
    train_buttons(primary=True)
    fitting_chooser(None)


def fitting_chooser(run: RunFolder | None) -> None:
    """Offer the runs with two or three numbers a face."""
    runs = [other for other in runs_to_choose()[:RUNS_LOOKED_AT] if fits(other)]
    if not runs:
        return
    ids = [other.id for other in runs]
    titles = distinct(
        {
            other.id: marked(f"{run_title(other)} ({other.record().config.embedding_size} numbers)", other)
            for other in runs
        }
    )
    key = f"sphere_run_{run.id if run else 'none'}"
    st.selectbox(
        "Run with two or three numbers a face",
        ids,
        index=ids.index(run.id) if run and run.id in ids else None,
        format_func=lambda run_id: titles.get(run_id, run_id),
        key=key,
        on_change=lambda: show_run(st.session_state[key]) if st.session_state[key] else None,
    )


def choices(run: RunFolder, groups: list[int]) -> tuple[str, int]:
    """Choose the frames and the faces; return both."""
    left, right = st.columns(2)
    with left:
        frames = st.segmented_control(
            "Frames",
            [BY_EPOCH, BY_STEP] if has_steps(run) else [BY_EPOCH],
            default=BY_EPOCH,
            required=True,
            key="sphere_frames",
            help="Runs started here keep the place of every face after every step.",
        )
    with right:
        offered = [*groups, EVERYBODY] if len(groups) > 1 else groups
        group = st.segmented_control(
            "Faces",
            offered,
            format_func=lambda code: "all" if code == EVERYBODY else GROUP_NAMES[code],
            default=offered[0],
            required=True,
            key="sphere_group",
        )
    return frames, group


def state_words(status: RunStatus) -> str:
    """Return in one line where the run stands."""
    if status.state in MOVING and not status.step:
        return f"**Waiting** · {plain(status.message) or 'it starts in a moment'}"
    if status.state == "failed":
        return f"**Failed** · {plain(status.message)}"
    place = f"step {status.step:,} of {status.steps:,}, epoch {status.epoch} of {status.epochs}"
    return f"**{status.state.capitalize()}** · {place}"


def move_buttons(run: RunFolder, status: RunStatus) -> None:
    """Offer to move the run on: one batch, one epoch, to its end; or to rest."""
    unfinished = status.state in ("paused", "stopped", "queued") and (not status.steps or status.step < status.steps)
    moves = (
        ("Step", "step", ":material/skip_next:", unfinished, {"until_step": status.step + 1}),
        ("Epoch", "epoch", ":material/fast_forward:", unfinished, {"until_epoch": status.epoch + 1}),
        ("Go on", "play", ":material/play_arrow:", unfinished, {}),
        ("Rest", "pause", ":material/pause:", status.state in MOVING, {"pause": True}),
        ("10 more epochs", "more", ":material/add:", status.state == "finished", {"epochs": status.epochs + 10}),
    )
    with st.container(horizontal=True, key="sphere_moves"):
        for label, name, icon, enabled, wish in moves:
            st.button(
                label,
                key=f"sphere_{name}",
                icon=icon,
                disabled=not enabled,
                on_click=tell,
                args=(engine().request, run.id),
                kwargs=wish,
            )


def points_to_notice(run: RunFolder, group: int) -> list[str]:
    """Return what the space shows, with its numbers."""
    epochs = run.epochs()
    size = run.record().config.embedding_size
    points = [
        f"Nothing is projected: the {WORDS[size]} numbers of a face are its place. The squared distance of two faces "
        "is that of the straight line between them: 0 on the same spot, 4 at opposite poles.",
    ]
    compared = 0 if group == EVERYBODY else group
    found = readers.group_pairs(run, epochs[-1], compared)
    if found is not None and len(found.same) and len(found.different):
        points.append(
            f"{epoch_word(epochs[-1]).capitalize()}: two images of one person are "
            f"{distance_words(float(np.mean(found.same)))} apart on "
            f"average, two people {distance_words(float(np.mean(found.different)))} ({len(found.same):,} and "
            f"{len(found.different):,} "
            f"pairs of {GROUP_NAMES[compared]})."
        )
    unseen = readers.epoch(run, epochs[-1]).figures.get("unseen")
    if unseen and unseen.get("accuracy") is not None:
        points.append(
            f"Of {unseen['pairs']:,} pairs of people never seen, {unseen['accuracy']:.2f} are judged rightly; guessing "
            f"gives 0.50. A {SHAPES[size]} has room for a few people; the paper's 128 numbers have room for millions."
        )
    return points
