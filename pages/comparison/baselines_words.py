"""What the baselines of a run say: rows of the figure, tables and sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from facenet_core.choices import LOSSES
from facenet_core.evaluation import Leading
from facenet_core.evaluation.lfw.published import Published
from facenet_core.runs.studies.baseline_bench import OWN
from facenet_core.runs.studies.baseline_measuring import PLAIN
from facenet_core.runs.studies.baselines import COMPARED_LOSSES
from pages.comparison.differences import FIGURE_WORDS
from pages.comparison.figures_baselines import MethodRow
from pages.shared.words import plain

GROUP_LABELS = {"unseen": "People never seen", "held_out": "Held-out images"}
SHORT = {"accuracy": "Right answers", "auc": "AUC", "eer": "Equal error rate", "val": "VAL at FAR 0.1"}
GUESSING = {"accuracy": 0.5, "auc": 0.5, "eer": 0.5, "val": 0.1}
NONE_BEST = "No method is clearly best"
LEARNS_FROM = {
    "raw pixels": "nothing: 32x32 grey values as they are",
    "eigenfaces": "how the training pictures vary, not whose they are; every direction counts alike",
    "contrastive": "pairs",
    "softmax": "classes: one output a person",
    "arcface": "classes, by angles",
}


def whose_pairs(found: Mapping[str, Any]) -> str:
    """Say on whose pairs a group was measured."""
    part = "" if found["faces"] == found["of"] else f" of {found['of']:,}, whole people drawn at random"
    return (
        f"Every method on the same {found['pairs']:,} pairs: all of {found['faces']:,} pictures of "
        f"{found['people']:,} people{part}. The threshold comes from the other half of the people."
    )


def labels_of(own_loss: str) -> dict[str, str]:
    """Return how the methods are called, in the order of the figure; the run in view comes last."""
    others = [loss for loss in COMPARED_LOSSES if loss != own_loss]
    own = LOSSES[own_loss].label if own_loss in LOSSES else own_loss
    return {**PLAIN, **{loss: LOSSES[loss].label for loss in others}, OWN: f"{own}, this run"}


def worth_asking(values: Mapping[str, Any] | None, own_loss: str) -> dict[str, str]:
    """Return the methods to predict the best of; none where less than two losses are measured on people never seen."""
    found = values["groups"]["unseen"] if values else None
    right = {} if found is None else _accuracies(found)
    trained = [name for name in right if name not in PLAIN]
    return {name: label for name, label in labels_of(own_loss).items() if name in right} if len(trained) > 1 else {}


def ahead(values: Mapping[str, Any], options: Mapping[str, str]) -> Leading:
    """Return which of ``options`` is right most often, and which of them are not distinguishable from it.

    What an earlier version measured holds the differences to the run in view alone: other methods count as
    distinguishable there only where their own intervals do not meet.
    """
    found = values["groups"]["unseen"]
    right = _accuracies(found)
    best = max(options, key=right.__getitem__)
    stored = found.get("ahead")
    if stored is not None and stored["name"] == best:
        rivals = [name for name in stored["rivals"] if name in options]
    else:
        rivals = [name for name in options if name != best and not _apart(found["methods"], best, name)]
    return Leading(name=best, value=right[best], rivals=tuple(sorted(rivals, key=lambda name: -right[name])))


def _apart(methods: Mapping[str, Any], best: str, other: str) -> bool:
    if OWN in (best, other):
        difference = methods[other if best == OWN else best]["differences"].get("accuracy")
        return bool(difference and difference["distinguishable"])
    ends = [methods[name]["figures"]["accuracy"]["interval"] for name in (best, other)]
    return None not in ends and ends[0][0] > ends[1][1]


def answer(values: Mapping[str, Any], options: Mapping[str, str], guess: str | None) -> str:
    """Return what came out, beside what was predicted; a best is named only where every interval says so."""
    top, right = ahead(values, options), _accuracies(values["groups"]["unseen"])
    best = plain(options[top.name])
    rivals = ", ".join(plain(options[name]) for name in top.rivals)
    said = (
        f"Right most often: **{best}**, about {top.value:.1%} of pairs, more than chance among people explains."
        if top.is_best
        else f"**{NONE_BEST}**: {best} has the highest figure, {top.value:.1%} right, but is not distinguishable from "
        f"{rivals}."
    )
    if guess is None:
        return said
    if guess == NONE_BEST:
        return f"You said: {NONE_BEST.lower()}{'; but one is' if top.is_best else ', and so it is'}. {said}"
    guessed = next((name for name, label in options.items() if label == guess), None)
    if guessed is None:
        return said
    own = f"You said {plain(options[guessed])}"
    if guessed == top.name and top.is_best:
        return f"{own}, and so it is. {said}"
    if guessed == top.name or guessed in top.rivals:
        return f"{said} {own}: it is among those that may be the best."
    return f"{said} {own}: {right[guessed]:.1%}, less than chance among people explains."


def rows_of(values: Mapping[str, Any] | None, group: str, figure: str, own_loss: str) -> list[MethodRow]:
    """Return a row for every method; one that is not measured keeps its place."""
    found = values["groups"][group] if values else None
    rows = []
    for name, label in labels_of(own_loss).items():
        measured = (found["methods"].get(name) or {"figures": {}})["figures"].get(figure) if found else None
        interval = measured["interval"] if measured else None
        value = measured["value"] if measured else None
        rows.append(
            MethodRow(label=label, value=value, interval=tuple(interval) if interval else None, own=name == OWN)
        )
    return rows


def table(values: Mapping[str, Any], group: str, figure: str, own_loss: str) -> str:
    """Return every method's figure, and its difference to the run in view, as Markdown."""
    lines = [
        f"| | learns from | weights | images shown | {FIGURE_WORDS[figure]} | difference to this run | is it one? |",
        "|---|---|--:|--:|--:|--:|---|",
        f"| Guessing | nothing | | | {GUESSING[figure]:.3f} | | |",
    ]
    methods = values["groups"][group]["methods"]
    for name, label in labels_of(own_loss).items():
        if name not in methods:
            continue
        about, measured = values["methods"][name], methods[name]
        own = measured["figures"].get(figure)
        difference = measured["differences"].get(figure)
        cells = (
            f"**{_unbroken(plain(label))}**" if name == OWN else _unbroken(plain(label)),
            LEARNS_FROM.get(own_loss if name == OWN else name, "triplets"),
            _weights(about),
            f"{about['images_shown']:,}" if about.get("images_shown") else "",
            _with(own),
            _with(difference, sign=True) if difference else "",
            _verdict(name, difference),
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _weights(about: Mapping[str, Any]) -> str:
    if not about.get("parameters"):
        return f"{about['components']} directions" if about.get("components") else ""
    head = about.get("classifier")
    return f"{about['parameters']:,}" + (f" \\+ {head:,}" if head else "")


def _verdict(name: str, difference: Mapping[str, Any] | None) -> str:
    if name == OWN:
        return "compared with"
    if difference is None:
        return "cannot be said"
    verdict = _unbroken(str(difference["verdict"]))
    return f"**{verdict}**" if difference["distinguishable"] else verdict


def _with(measured: Mapping[str, Any] | None, *, sign: bool = False) -> str:
    if measured is None:
        return "-"
    form = "+.3f" if sign else ".3f"
    interval = measured["interval"]
    known = "" if interval is None else f" [{interval[0]:{form}}, {interval[1]:{form}}]"
    words = f"{measured['value']:{form}}{known}".replace("-", "−").replace("[", "\\[").replace("]", "\\]")
    return _unbroken(words)


def _unbroken(words: str) -> str:
    """Keep words of a cell on one line: a wide table is scrolled, a narrow column cannot be read."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def points_to_notice(values: Mapping[str, Any], own_loss: str) -> list[str]:
    """Return what the figures say, with their numbers."""
    labels = labels_of(own_loss)
    found = values["groups"]["unseen"]
    right = {} if found is None else _accuracies(found)
    points = []
    if found is not None and OWN in right and "raw pixels" in right:
        points.append(
            f"On people never seen this run is right about {right[OWN]:.1%} of pairs. Guessing gives 50.0%, raw pixels "
            f"{right['raw pixels']:.1%} and Eigenfaces {right.get('eigenfaces', float('nan')):.1%}: only what is "
            "beyond them was learned from knowing who is who."
        )
        points += _best_loss(found, right, labels)
    points += _classifiers(values, labels)
    return points or ["There are too few people in this set to measure anything on."]


def _accuracies(found: Mapping[str, Any]) -> dict[str, float]:
    every = {name: measured["figures"].get("accuracy") for name, measured in found["methods"].items()}
    return {name: float(figure["value"]) for name, figure in every.items() if figure}


def _best_loss(found: Mapping[str, Any], right: Mapping[str, float], labels: Mapping[str, str]) -> list[str]:
    trained = {name: value for name, value in right.items() if name not in PLAIN and name in labels}
    if len(trained) < 2:
        return []
    best = max(trained, key=trained.__getitem__)
    said = f"Of the losses {plain(labels[best])} is right most often: {trained[best]:.1%}."
    if best == OWN:
        same = [
            plain(labels[name])
            for name in trained
            if name != OWN and not (found["methods"][name]["differences"].get("accuracy") or {}).get("distinguishable")
        ]
        rest = f"Not distinguishable from it: {', '.join(same)}." if same else "Distinguishable from every other."
        return [f"{said} {rest}"]
    difference = found["methods"][best]["differences"].get("accuracy")
    sure = bool(difference and difference["distinguishable"])
    return [f"{said} That is {'more than chance among people' if sure else 'not distinguishable from this run'}."]


def _classifiers(values: Mapping[str, Any], labels: Mapping[str, str]) -> list[str]:
    points = []
    for name, about in values["methods"].items():
        top = about.get("top_1")
        if top and name in labels:
            points.append(
                f"{plain(labels[name])}: its classifier names the right one of its people for {top['accuracy']:.1%} of "
                f"{top['images']:,} held-out images, with {about['classifier']:,} weights that grow with the people. "
                "Somebody new it can only take for one of them; the embedding below it needs no change."
            )
    return points


def published_table(figures: Sequence[Published]) -> str:
    """Return published figures as Markdown."""
    rows = []
    for figure in figures:
        error = "" if figure.error is None else f" ± {figure.error:.4f}"
        cells = (figure.name, f"{figure.accuracy:.4f}{error}", figure.learned_from, figure.where)
        rows.append(f"| {' | '.join(_unbroken(cell) for cell in cells)} |")
    return "| | right on LFW | learned from | says |\n|---|--:|---|---|\n" + "\n".join(rows)
