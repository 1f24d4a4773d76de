"""The buttons that move a run: every one of them writes a request, and the run follows at its next step."""

import dataclasses

import streamlit as st

from facenet_core.config import TrainingConfig
from facenet_core.runs.records import RunStatus
from facenet_core.runs.storage import RunFolder
from pages.shared.controls import margin_now, settings_line
from pages.shared.ownership import owner
from pages.shared.session import engine, show_run, tell

MORE_EPOCHS = 10


def train_button(config: TrainingConfig | str) -> None:
    """Offer a new run with these settings and the margin on the slider."""
    st.button(
        "Train",
        key="train",
        type="primary",
        icon=":material/model_training:",
        width="stretch",
        disabled=isinstance(config, str),
        help=settings_line(config),
        on_click=_start,
        args=(config,),
    )


def _start(config: TrainingConfig) -> None:
    """Start a new run and look at it; the margin may have moved since the page was drawn."""
    run_id = tell(engine().train, dataclasses.replace(config, margin=margin_now()), owner=owner())
    if run_id:
        show_run(run_id)


def run_buttons(run: RunFolder, status: RunStatus) -> None:
    """Show Play, Pause, Step, Epoch, Stop and more epochs; each keeps its place in every state."""
    shipped = run.record().shipped
    resting = status.state in ("paused", "stopped", "queued")
    moving = status.state in ("running", "queued")
    unfinished = resting and (status.steps == 0 or status.step < status.steps)
    failed = status.state == "failed"
    ask = engine().request
    buttons = (
        ("Play", "play", ":material/play_arrow:", unfinished or failed, {}, "Go on to the last epoch asked for."),
        ("Pause", "pause", ":material/pause:", moving, {"pause": True}, "Rest after this step."),
        ("Step", "step", ":material/skip_next:", unfinished, {"until_step": status.step + 1}, "Train one batch."),
        (
            "Epoch",
            "epoch",
            ":material/fast_forward:",
            unfinished,
            {"until_epoch": status.epoch + 1},
            "Train one epoch.",
        ),
        ("Stop", "stop", ":material/stop:", moving or status.state == "paused", {"stop": True}, "End this run here."),
    )
    with st.container(horizontal=True, key="run_buttons"):
        for label, key, icon, enabled, wish, about in buttons:
            st.button(
                label,
                key=f"run_{key}",
                icon=icon,
                help=about,
                disabled=not enabled,
                on_click=tell,
                args=(ask, run.id),
                kwargs=wish,
            )
        longer = {"epochs": status.epochs + MORE_EPOCHS}
        st.button(
            f"{MORE_EPOCHS} more epochs",
            key="run_more",
            icon=":material/add:",
            help="The example run is only looked at." if shipped else "Make this run longer.",
            disabled=failed or shipped,
            on_click=tell,
            args=(ask, run.id),
            kwargs=longer,
        )


def margin_buttons(run: RunFolder, status: RunStatus, margin: float) -> None:
    """Offer the moved margin to this run, or to a new one from the same seed."""
    moved = abs(margin - current_margin(run)) > 1e-9
    alive = status.state in ("running", "paused", "queued", "stopped")
    with st.container(horizontal=True, key="margin_buttons"):
        st.button(
            "Use this margin from the next step",
            key="margin_apply",
            icon=":material/tune:",
            disabled=not (moved and alive),
            on_click=_change_margin,
            args=(run,),
        )
        st.button(
            "Retrain with this margin",
            key="margin_retrain",
            icon=":material/restart_alt:",
            disabled=not moved,
            help="A new run that differs from this one in nothing but the margin: the same seed, faces and settings.",
            on_click=_retrain,
            args=(run,),
        )


def current_margin(run: RunFolder) -> float:
    """Return the margin that the run's next step will use."""
    changed = [change["margin"] for change in run.changes() if change.get("margin") is not None]
    return run.request().margin or (changed[-1] if changed else run.record().config.margin)


def _retrain(run: RunFolder) -> None:
    """Start a new run that differs from ``run`` in nothing but the margin."""
    _start(run.record().config)
    st.rerun()  # the button stands in a fragment, the new run concerns the whole page


def _change_margin(run: RunFolder) -> None:
    """Change the margin without setting a resting run in motion, or a moving one to rest."""
    still = run.status().state in ("paused", "stopped")
    wish = run.request()
    tell(
        engine().request,
        run.id,
        margin=margin_now(),
        pause=still and not wish.stop,
        stop=still and wish.stop,
        until_epoch=None if still else wish.until_epoch,
        until_step=None if still else wish.until_step,
    )
    st.rerun()
