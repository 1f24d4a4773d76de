"""Both kinds of errors side by side, a rate with its interval for each row."""

from collections.abc import Mapping

import streamlit as st

from facenet_core.evaluation import SliceRates
from facenet_core.runs.storage import RunFolder
from pages.shared.components.chart import chart
from pages.verification import figures_rates
from pages.verification import follow as verification_follow
from pages.verification.curves import percent
from pages.verification.figures_rates import said
from pages.verification.follow import COLOURS, Counted

WORDS = {
    "false_accepts": "different pairs taken for one person",
    "false_rejects": "same pairs taken for two people",
}


def errors(
    run: RunFolder,
    epoch: int,
    what: str,
    measured: Mapping[str, SliceRates],
    counted: Mapping[str, Counted],
    key: str,
) -> None:
    """Draw how often each row's pairs are decided wrongly at the threshold in view.

    Args:
        run: The run.
        epoch: The epoch in view.
        what: What the rows are, beside run and epoch.
        measured: The rates of each row, by name.
        counted: What counts them at other thresholds.
        key: What both charts' keys begin with.
    """
    for place, (kind, words) in zip(st.columns(2), WORDS.items(), strict=True):
        rows = [(name, *said(getattr(rates, kind))) for name, rates in measured.items()]
        with place:
            chart(
                figures_rates.rates_with_intervals(rows, COLOURS[kind], words),
                key=f"{key}_{kind}",
                alt=f"{words}: " + ", ".join(f"{name} {percent(rate)}" for name, rate, _ in rows),
                height=figures_rates.height(rows),
                follow=verification_follow.rates(run, epoch, what, counted, kind, f"{key}_{kind}"),
            )
