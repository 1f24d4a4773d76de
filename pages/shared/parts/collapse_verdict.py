"""What the detector sees in a run, in words with its evidence, and the cure it offers as a button."""

from dataclasses import replace

import numpy as np
import streamlit as st

from facenet_core.choices import learns_from_triplets
from facenet_core.config import TrainingConfig
from facenet_core.evaluation import CollapseReport, diagnose_collapse, settings_now
from facenet_core.evaluation.pairs.one_point import ALL_ON_ONE_POINT, on_one_point
from facenet_core.runs.storage import RunFolder
from pages.shared.runs import readers
from pages.shared.runs.ownership import owner
from pages.shared.runs.session import UNREADABLE, engine, show_run, tell
from pages.shared.words import plain

KINDS = {
    "point": "all faces have become one point",
    "line": "the faces differ along one line only",
    "explosion": "the embeddings grow without bound",
}


def diagnosis(run: RunFolder) -> CollapseReport:
    """Return what the detector says about a run as it is now."""
    return diagnose_collapse(readers.steps(run), settings_now(run.record().config, run.changes()))


def verdict_words(report: CollapseReport) -> str:
    """Return the verdict as one sentence."""
    if report.verdict == "too early":
        return "Too early to say whether it collapses: a few more steps are needed."
    if report.verdict == "healthy":
        return "Healthy: no sign of a collapse."
    what = KINDS[report.kind]
    if report.verdict == "recovered":
        return f"Recovered: from step {report.since:,} {what}, since step {report.until:,} no longer."
    word = "Collapsed" if report.verdict == "collapsed" else "Collapsing"
    return f"{word}: {what}, since step {report.since:,}."


def evidence_words(report: CollapseReport, *, mines: bool = True) -> str:
    """Return the numbers that the verdict rests on, each beside what it is compared with.

    The loss is set beside the margin only where it learns from triplets (``mines``).
    """
    parts = [
        ("loss", report.loss, f"margin {report.margin:g}" if mines else ""),
        ("spread", report.spread, "2 on a full sphere"),
        ("rank", report.rank, "1 is a line"),
        ("mean length", report.norm, ""),
    ]
    words = [
        f"{name} {number(value)}" + (f" ({beside})" if beside else "") for name, value, beside in parts if known(value)
    ]
    if known(report.positive_distance):
        near, far = number(report.positive_distance), number(report.negative_distance)
        words.append(f"positives {near} and negatives {far} away")
    if known(report.active):
        words.append(f"{report.active:.0%} of the triplets {'have a loss' if mines else 'do not keep the margin'}")
    return ", ".join(words)


def collapse_line(run: RunFolder) -> None:
    """Say on the page of a run what the detector sees, and offer the cure."""
    report = diagnosis(run)
    if not report.step:
        return
    mines = learns_from_triplets(run.record().config.loss)
    words, evidence = verdict_words(report), evidence_words(report, mines=mines)
    if not report.ill:
        st.caption(f"{words} Over the last steps: {evidence}.")
        return
    st.warning(f"**{words}** {report.cause}  \nOver the last steps: {evidence}.", icon=":material/compress:")
    cure_button(run, report, key="collapse_cure")


def stop_if_one_point(run: RunFolder, epoch: int) -> None:
    """End the page, in a sentence, where all faces of an epoch lie on one point: there is nothing to measure."""
    try:
        fallen, points = readers.collapse(run), readers.epoch(run, epoch).embeddings
    except UNREADABLE:  # said where the page reads them
        return
    if fallen.at(epoch):
        words = fallen.words or fallen.sentence
        other = " Choose an earlier epoch to see what the network could do before." if fallen.now else ""
    elif np.isfinite(points).all() and on_one_point(points):
        words, other = ALL_ON_ONE_POINT, " Choose another epoch."
    else:
        return
    st.warning(f"{plain(words)}{other}", icon=":material/compress:")
    st.page_link("pages/collapse/page.py", label="How a network collapses", icon=":material/compress:")
    st.stop()


def cure_button(run: RunFolder, report: CollapseReport, *, key: str) -> None:
    """Offer a new run that differs from this one in the cure only."""
    st.button(
        f"Start again with {report.cure_words}",
        key=key,
        icon=":material/healing:",
        help="A new run with the same seed, faces and settings otherwise.",
        on_click=_start_cured,
        args=(settings_now(run.record().config, run.changes()), dict(report.cure)),
    )


def _start_cured(config: TrainingConfig, cure: dict) -> None:
    run_id = tell(engine().train, replace(config, **cure), owner=owner())
    if run_id:
        show_run(run_id)
    st.rerun()  # the button stands in a fragment, the new run concerns the whole page


def known(value: float) -> bool:
    """Return whether a figure is there."""
    return bool(np.isfinite(value))


def number(value: float) -> str:
    """Return a figure with the digits that mean something, from 0.00006 to 12,000."""
    if not known(value):
        return "unknown"
    if value >= 100:
        return f"{value:,.0f}"
    if 0 < value < 0.001:
        return "under 0.001"
    return f"{value:.2g}" if abs(value) < 0.1 else f"{value:.2f}"
