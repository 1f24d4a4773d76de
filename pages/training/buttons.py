"""The buttons that move a run: every one of them writes a request, and the run follows at its next step."""

import dataclasses

import streamlit as st

from facenet_core.config import TrainingConfig
from facenet_core.runs.records import RunStatus
from facenet_core.runs.storage import RunFolder
from pages.shared.controls.training import margin_now, settings_line
from pages.shared.runs.margins import current_margin
from pages.shared.runs.ownership import owner
from pages.shared.runs.session import engine, show_run, tell
from pages.training.run_actions import MORE_EPOCHS, buttons_of


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
    with st.container(horizontal=True, key="run_buttons"):
        for button in buttons_of(status, run.request()):
            st.button(
                button.label,
                key=f"run_{button.key}",
                icon=button.icon,
                help=button.about,
                disabled=not button.enabled,
                on_click=tell,
                args=(engine().request, run.id),
                kwargs=button.wish,
            )
        longer = {"epochs": status.epochs + MORE_EPOCHS}
        st.button(
            f"{MORE_EPOCHS} more epochs",
            key="run_more",
            icon=":material/add:",
            help="The example run is only looked at." if shipped else "Make this run longer.",
            disabled=status.state == "failed" or shipped,
            on_click=tell,
            args=(engine().request, run.id),
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
