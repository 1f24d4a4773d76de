"""Whether a difference between runs is more than chance among people, and what came of a prediction."""

from collections.abc import Sequence

import streamlit as st

from facenet_core.evaluation import Leading, compare_resampled, leading
from facenet_core.evaluation.verification.intervals import no_interval_words
from pages.comparison import figures as figures_comparison
from pages.comparison.runs import Compared, resampled
from pages.shared.components.chart import chart
from pages.shared.runs import readers
from pages.shared.words import plain

FIGURE_WORDS = {
    "accuracy": "right answers",
    "auc": "area under the curve",
    "eer": "equal error rate (less is better)",
    "val": "VAL at FAR 0.1",
}
SEEDS_MATTER = (
    "The intervals draw people again and again; they do not train again. Another seed moves these figures too: "
    "train the same setting with two seeds before you believe a small difference."
)


def show_differences(runs: Sequence[Compared], usual: str, key: str) -> None:
    """Say which differences between the last epochs are more than chance among people."""
    st.header("Is it a difference at all?", anchor=False)
    labels = [entry.label for entry in runs]
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        reference = st.selectbox(
            "Compared with",
            labels,
            index=labels.index(usual) if usual in labels else 0,
            key=f"{key}_reference_{'_'.join(labels)}",
        )
    with right:
        figure = st.segmented_control(
            "Figure, on people never seen, at the last epoch",
            list(FIGURE_WORDS),
            format_func=FIGURE_WORDS.__getitem__,
            default="accuracy",
            required=True,
            key=f"{key}_figure",
        )
    table, rows = differences(runs, reference, figure)
    left, right = st.columns([3, 2])
    with left:
        st.markdown(table)
    with right:
        words = ", ".join(f"{row['label']} {row['value']:.3f}" for row in rows if row["value"] is not None)
        chart(
            figures_comparison.intervals(rows, FIGURE_WORDS[figure]),
            key=f"{key}_intervals",
            alt=f"{FIGURE_WORDS[figure]} with 95 % intervals: {words}.",
            height=90 + 40 * len(rows),
        )
    st.caption(f"Brackets hold 95 of 100 draws of people. {chance_words(len(runs) - 1)} {SEEDS_MATTER}")
    for words in without_interval(runs, figure):
        st.caption(words)


def differences(runs: Sequence[Compared], reference: str, figure: str) -> tuple[str, list[dict[str, object]]]:
    """Return a table of differences to one run with intervals over people, and the rows of the figure beside it."""
    measured = {entry.label: resampled(entry) for entry in runs}
    base = measured.get(reference)
    table, rows = [], []
    for entry in runs:
        own = measured[entry.label]
        value = own.values.get(figure) if own else None
        interval = own.interval(figure) if own else None
        rows.append(
            {
                "label": entry.label,
                "value": value,
                "low": interval.low if interval else None,
                "high": interval.high if interval else None,
            }
        )
        table.append(f"| **{plain(entry.label)}** | {entry.epochs[-1]} | {_with(value, interval)} | ")
        if entry.label == reference:
            table[-1] += "compared with | |"
            continue
        found = compare_resampled(base, own).get(figure) if base and own else None
        if found is None:
            table[-1] += f"- | cannot be said: {_why_not(entry, base is None)} |"
            continue
        unpaired = "" if found.paired else ", other people"
        verdict = found.verdict if not found.distinguishable else f"**{found.verdict}**"
        table[-1] += f"{_with(found.difference, found.interval, sign=True)} | {verdict}{unpaired} |"
    head = (
        f"| | epoch | {FIGURE_WORDS[figure]} | difference to {plain(reference)} | is it one? |\n|---|--:|--:|--:|---|\n"
    )
    return head + "\n".join(table), rows


def _why_not(entry: Compared, no_base: bool) -> str:
    if readers.collapse(entry.run).now:
        return "collapsed"
    return "the other has nothing to measure" if no_base else "no unseen people to measure"


def without_interval(runs: Sequence[Compared], figure: str) -> list[str]:
    """Return why runs stand without brackets, or without a figure, each with what would give one."""
    words = []
    for entry in runs:
        fallen, own = readers.collapse(entry.run), resampled(entry)
        if fallen.now:
            words.append(f"{plain(entry.label)}: {plain(fallen.sentence)}")
        elif own is not None and figure in own.values and own.interval(figure) is None:
            words.append(f"{plain(entry.label)}: {no_interval_words(len(set(own.people)), figure)}")
    return words


def chance_words(comparisons: int) -> str:
    """Say how often chance alone makes a difference of some among several comparisons."""
    if comparisons < 2:
        return "Where the bracket of a difference holds 0, the two are not distinguishable."
    return (
        "Where the bracket of a difference holds 0, the two are not distinguishable. "
        f"Of {comparisons} comparisons of equal runs, one would look like a difference by chance in up to "
        f"{1 - 0.95**comparisons:.0%} of cases."
    )


def no_best(what: str) -> str:
    """Return the answer that nothing is clearly best, as it is offered."""
    return f"No {what} is clearly best"


def ahead(runs: Sequence[Compared]) -> Leading | None:
    """Return which run is ahead on unseen people at its last epoch; None where less than two are measured."""
    return leading({entry.label: found for entry in runs if (found := resampled(entry)) is not None})


def answer(runs: Sequence[Compared], guess: str | None, what: str) -> str:
    """Return what came out, beside what was predicted; a best is named only where every interval says so."""
    top = ahead(runs)
    if top is None:
        return f"Less than two of these have enough unseen people: which {what} is best on them cannot be said."
    said, name = leading_words(top, what), plain(top.name)
    if guess is None:
        return said
    if guess == no_best(what):
        return f"You said: {guess.lower()}{'; but one is' if top.is_best else ', and so it is'}. {said}"
    if guess == top.name and top.is_best:
        return f"You said {name}, and so it is. {said}"
    if guess == top.name or guess in top.rivals:
        return f"{said} You said {plain(guess)}: it is among those that may be the best."
    return f"{said} {_beside(runs, guess, top)}".rstrip()


def leading_words(top: Leading, what: str) -> str:
    """Return who is best, or that nobody clearly is."""
    name = plain(top.name)
    if top.is_best:
        return (
            f"Best on people never seen: **{what} {name}**, right about {top.value:.1%} of pairs, more than chance "
            "among people explains."
        )
    rivals = ", ".join(plain(rival) for rival in top.rivals)
    return (
        f"**No {what} is clearly best** on people never seen: {name} has the highest figure, {top.value:.1%} right, "
        f"but is not distinguishable from {rivals}."
    )


def _beside(runs: Sequence[Compared], guess: str, top: Leading) -> str:
    """Return by how much what was predicted is behind."""
    measured = {entry.label: found for entry in runs if (found := resampled(entry)) is not None}
    if guess not in measured:
        return f"You said {plain(guess)}, which cannot be measured on unseen people."
    found = compare_resampled(measured[guess], measured[top.name]).get("accuracy")
    if found is None:
        return f"You said {plain(guess)}, which cannot be measured on unseen people."
    return (
        f"You said {plain(guess)}: {found.first:.1%}. The difference is "
        f"{_with(found.difference, found.interval, sign=True)}: more than chance among people explains."
    )


def _with(value: float | None, interval: tuple[float, float] | None, *, sign: bool = False) -> str:
    form = "+.3f" if sign else ".3f"
    if value is None:
        return "-"
    known = "" if interval is None else f" [{interval[0]:{form}}, {interval[1]:{form}}]"
    return f"{value:{form}}{known}".replace("-", "−").replace("[", "\\[").replace("]", "\\]")
