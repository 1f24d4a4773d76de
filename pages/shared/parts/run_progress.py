"""A run as it happens: its state in words, its curves, and the map of its newest epoch."""

from typing import Any

import numpy as np
import streamlit as st

from facenet_core.choices import learns_from_triplets
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.runs.engine.engine import Engine
from facenet_core.runs.engine.waiting import wait_of
from facenet_core.runs.records import RunStatus, TrackedFaces
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import chart
from pages.shared.components.face_map import play_faces
from pages.shared.figures import map as figures_map
from pages.shared.figures import training as figures_training
from pages.shared.runs import readers
from pages.shared.runs.margins import current_margin
from pages.shared.runs.readers import MapFrames
from pages.shared.runs.session import heartbeat_lost, run_title
from pages.shared.runs.totals import all_followed
from pages.shared.words import plain, seconds_left, step_sentence

MAP_HEIGHT = 500
CURVE_HEIGHT = 176
WHEN_UNKNOWN = "when it begins is not known before those ahead have trained for a moment"
MAP_WORDS = {"umap-2d": "UMAP", "pca-2d": "PCA"}


def state_line(run: RunFolder, status: RunStatus, engine: Engine) -> None:
    """Say in one line and one bar where the run stands."""
    share = status.step / status.steps if status.steps else 0.0
    st.progress(min(1.0, max(0.0, share)), text=_progress_words(run, status, engine))
    if status.state == "failed":
        st.error(plain(status.message or "The run failed."), icon=":material/error:")
        if status.details:
            with st.expander("Details for developers"):
                st.code(status.details, language=None)


def before_the_first_run(settings: str, engine: Engine) -> None:
    """Say what Train would start, and what the workers still load."""
    st.info(
        f"No run yet. Train starts one: {plain(settings)}. It goes on when this tab is closed.",
        icon=":material/model_training:",
    )
    warming = engine.state().warming
    if warming:
        st.caption(f"{plain(warming)} Training can be pressed already.")


def _progress_words(run: RunFolder, status: RunStatus, engine: Engine) -> str:
    place = f"epoch {status.epoch} of {status.epochs}"
    if status.state == "queued":
        return _waiting_words(run, status, engine)
    if status.state == "running":
        if heartbeat_lost(status):
            return _silence_words(run, status, engine)
        if not status.step:
            return f"**Running** · {plain(status.message) or 'the first step comes in a moment'}"
        words = f"**Running** · {_step_words(run)} · {place}"
        return words + _rate_words(status)
    ends = {
        "paused": f"**Paused** after step {status.step:,}, {place}",
        "finished": f"**Finished** · {place} · {status.images_shown:,} images shown in {seconds_left(status.seconds)}",
        "stopped": f"**Stopped** after step {status.step:,}, {place}",
        "failed": f"**Failed** at step {status.step:,}, {place}",
    }
    words = ends.get(status.state, status.state)
    return f"{words} · {_step_words(run)}" if status.state != "failed" else words


def _silence_words(run: RunFolder, status: RunStatus, engine: Engine) -> str:
    """Say why nothing is heard of a run: a worker that still has it is slow, and only one that is gone is replaced."""
    silent = seconds_left(status.heartbeat_age)
    alive = any(run.id in worker.busy_with for worker in engine.state().workers)
    why = "this computer is busy" if alive else "its worker is being replaced"
    return f"**Running**, but nothing was heard of it for {silent}: {why}."


def _step_words(run: RunFolder) -> str:
    return step_sentence(readers.steps(run), mines=_mines(run))


def _mines(run: RunFolder | None) -> bool:
    """Return whether the run learns from triplets; before the first run it is taken to."""
    return run is None or learns_from_triplets(run.record().config.loss)


def _waiting_words(run: RunFolder, status: RunStatus, engine: Engine) -> str:
    wait = wait_of(run.path.parent, run.id, engine.queue(), engine.moving())
    if wait is None or not (wait.before or engine.moving()):
        what = engine.state().warming or status.message or "it starts in a moment"
        return f"**Waiting** · {plain(what)}"
    before = run_title(RunFolder(run.path.parent / wait.before)) if wait.before else ""
    after = f", after “{plain(before)}”" if before else f", after one of {len(engine.moving())} that train"
    when = f"about {seconds_left(wait.seconds)} until it begins" if wait.seconds is not None else WHEN_UNKNOWN
    return f"**Waiting** · place {wait.place} of {wait.waiting} in the queue{after} · {when} · then {wish_words(run)}"


def wish_words(run: RunFolder) -> str:
    """Return what a run does when its turn comes."""
    wish = run.request()
    if wish.until_step is not None:
        return "it trains one batch and rests"
    if wish.until_epoch is not None:
        return f"it trains to the end of epoch {wish.until_epoch} and rests"
    return "it trains to its end"


def _rate_words(status: RunStatus) -> str:
    if status.images_per_second <= 0 or not status.step:
        return ""
    left = (status.steps - status.step) * (status.images_shown / status.step) / status.images_per_second
    return f" · {status.images_per_second:,.0f} images/s · {seconds_left(left)} left"


def figures(run: RunFolder | None, status: RunStatus, margin: float) -> None:
    """Draw the map and the curves; before the first run they stand empty, so that nothing jumps when it begins."""
    left, right = st.columns([3, 2])
    with left:
        live_map(run, status)
    with right:
        curves(run, status, margin)


def curves(run: RunFolder | None, status: RunStatus, margin: float) -> None:
    """Draw loss and active share, the two distances, and the accuracy on people never seen."""
    steps = readers.steps(run) if run else readers.no_steps()
    figures = readers.figures(run) if run else []
    shared = {"height": CURVE_HEIGHT, "epoch": status.epoch}
    total, moved = status.steps, moved_margin(run, margin)
    chart(figures_training.losses(steps, total, mines=_mines(run)), key="losses", alt=_loss_alt(steps), **shared)
    alt = _distance_alt(steps, moved)
    chart(figures_training.distances(steps, total, moved), key="distances", alt=alt, **shared)
    chart(figures_training.accuracies(figures, status.epochs), key="accuracies", alt=_accuracy_alt(figures), **shared)


def moved_margin(run: RunFolder | None, margin: float) -> float | None:
    """Return the margin on the slider where the run in view uses another one; None where it does not."""
    return margin if run is not None and abs(margin - current_margin(run)) > 1e-9 else None


def live_map(run: RunFolder | None, status: RunStatus) -> None:
    """Draw the newest map: UMAP where it is there, PCA until then."""
    faces = readers.tracked(run) if run else None
    found = {method: readers.maps(run, method) if run else None for method in MAP_WORDS}
    method = "umap-2d" if found["umap-2d"] is not None else "pca-2d"
    shown = found[method]
    if run is None or faces is None or shown is None:
        st.markdown("**Map of the faces**")
        chart(
            figures_map.empty_map("The map appears with the first faces."),
            key="empty_map",
            alt="Empty map",
            height=MAP_HEIGHT,
        )
        return
    epoch = shown.epochs[-1]
    behind = "" if epoch == status.epoch or status.state != "running" else f", epoch {status.epoch} is being drawn"
    newest = "the untrained network" if epoch == 0 else f"newest: epoch {epoch}"
    st.markdown(f"**Map of {len(faces)} faces, {newest}** ({MAP_WORDS[method]}{behind})")
    if st.session_state.get("no_canvas"):
        _plain_map(run, faces, shown, method)
        return
    play_faces(
        readers.film(shown, "live_map"),
        readers.cast(run, "live_map"),
        key="live_map",
        identity=run.id,
        space=method,
        height=MAP_HEIGHT,
        near=readers.near(run, st.session_state.get("live_near"), "live_map"),
        on_near=_want_near,
        on_trouble=_no_canvas,
    )
    st.caption(f"{picture_legend(faces.group)} These are {all_followed(run, faces)}.")


def _want_near(epoch: Any) -> None:
    st.session_state["live_near"] = int(epoch)


def _no_canvas(_word: Any) -> None:
    st.session_state["no_canvas"] = True


def _plain_map(run: RunFolder, faces: TrackedFaces, shown: MapFrames, method: str) -> None:
    """Draw the newest map as a chart, where the browser has no canvas to draw faces on."""
    epoch = shown.epochs[-1]
    word = "untrained" if epoch == 0 else f"after epoch {epoch}"
    figure = figures_map.face_map(shown.positions[-1], faces.person, faces.group, len(faces.names))
    figure.layout.uirevision = method  # a zoom into one map means nothing on another
    chart(
        figure,
        key="live_chart",
        alt=f"Map of {len(faces)} faces of {len(faces.names)} people {word}; a point is a face, its colour the person.",
        height=MAP_HEIGHT,
        epoch=epoch,
        sprites=readers.sprites(run, "live_chart"),
    )
    st.caption(map_legend(faces.group))


def map_legend(group: np.ndarray) -> str:
    """Say what the forms on a map mean, of the groups there are."""
    words = ("● seen people", "○ held-out images of them", "◆ unseen people")
    return "Colour is the person. " + " · ".join(words[g] for g in np.unique(group)) + ". Point at a face to see it."


def picture_legend(group: np.ndarray) -> str:
    """Say what the forms of pictures and dots mean, of the groups there are."""
    words = ("round: seen people", "broken ring: held-out images of them", "square: unseen people")
    return "Colour is the person. " + " · ".join(words[g].capitalize() for g in np.unique(group)) + "."


def points_to_notice(run: RunFolder, status: RunStatus) -> list[str]:
    """Return what the figures show now, with their numbers."""
    steps, figures = readers.steps(run), readers.figures(run)
    points = []
    if len(steps["step"]):
        first, last = steps["active"][0] / max(1, steps["valid"][0]), steps["active"][-1] / max(1, steps["valid"][-1])
        points.append(
            f"At the first step {first:.1%} of its batch's triplets taught something, at the last {last:.1%}: "
            "the others keep the margin and no longer move the network."
            if _mines(run)
            else f"This loss learns without triplets. They are only counted: at the first step {first:.1%} of them did "
            f"not keep the margin, now it is {last:.1%}."
        )
        gap = steps["negative_distance"][-1] - steps["positive_distance"][-1]
        if np.isfinite(gap):
            points.append(
                f"In the last batch negatives were on average {distance_words(abs(gap))} "
                f"{'farther away' if gap >= 0 else 'nearer'} than positives; "
                f"the margin asks for {steps['margin'][-1]:g}{'' if _mines(run) else ', of other losses'}."
            )
    measured = [f for f in figures if f.get("unseen") and f["unseen"].get("accuracy")]
    if measured:
        first, last = measured[0]["unseen"], measured[-1]["unseen"]
        fallen = f"Before the collapse, at epoch {measured[-1]['epoch']}: on" if figures[-1].get("collapsed") else "On"
        points.append(
            f"{fallen} the {last['pairs']:,} pairs of unseen people's followed pictures {last['accuracy']:.2f} of the "
            "answers are right, same and different pairs weighing alike; untrained it was "
            f"{first['accuracy']:.2f}, guessing gives 0.50."
        )
    elif figures:
        points.append(
            "This run has no unseen people: the set is too small to set some aside, "
            "so nothing says how it fares on others."
        )
    return points or ["Nothing yet: the first step brings the first numbers."]


def _loss_alt(steps: dict[str, np.ndarray]) -> str:
    if not len(steps["loss"]):
        return "Loss of each step; no step yet."
    return f"Loss of {len(steps['loss'])} steps, from {steps['loss'][0]:.3f} to {steps['loss'][-1]:.3f}."


def _distance_alt(steps: dict[str, np.ndarray], moved: float | None) -> str:
    if not len(steps["step"]):
        return "Squared distances in the triplets; no step yet."
    positive, negative = steps["positive_distance"][-1], steps["negative_distance"][-1]
    dashed = "" if moved is None else f" Dashed: a margin of {moved:.2f}, which this run was not trained with."
    return (
        f"Anchor to positive {distance_words(positive)}, anchor to negative {distance_words(negative)} at the "
        "last step. "
        f"The run's margin: {margin_words(steps)}.{dashed}"
    )


def margin_words(steps: dict[str, np.ndarray]) -> str:
    """Return a run's margin and what it was changed to in mid-run: ``0.2, from step 41 on 0.6``."""
    margins = steps["margin"]
    changes = np.flatnonzero(np.diff(margins)) + 1
    parts = [f"from step {int(steps['step'][place]):,} on {margins[place]:g}" for place in changes]
    return ", ".join([f"{margins[0]:g}", *parts])


def _accuracy_alt(figures: list[dict]) -> str:
    known = [f["unseen"]["accuracy"] for f in figures if f.get("unseen") and f["unseen"].get("accuracy")]
    if figures and figures[-1].get("collapsed"):
        return "Accuracy on unseen people up to the collapse; since then nothing is measured."
    return (
        f"Accuracy on unseen people, now {known[-1]:.3f}; guessing 0.5." if known else "Accuracy; nothing measured yet."
    )
