"""Has a run collapsed? Read from the figures of its steps, with the evidence, the likely cause and a cure.

Three ways for an embedding to become worthless:

- **point**: all faces are put on one spot. All distances are 0, so every triplet has the loss
  max(0, 0 - 0 + margin) = margin: a loss that stands at the margin is what this looks like from outside.
- **line**: the faces differ along one direction only, mostly as two clumps at its ends. Spread and loss may look
  healthy; the effective rank is 1.
- **explosion**: without unit length the embeddings grow without bound. The margin soon means nothing beside the
  distances, the loss falls to 0, and nothing was learnt.

The thresholds were set on runs of the synthetic class, collapsed and healthy
(tests/core/evaluation/triplets/test_collapse.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from facenet_core.choices import NETWORKS, learns_from_triplets
from facenet_core.config import TrainingConfig

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

ENOUGH_STEPS = 10  # before that, weights that were never trained are all there is to see
PATIENCE = 5  # steps in a row: shorter dips happen in healthy runs, at high learning rates and in small batches
LINE_PATIENCE = 10  # young embeddings pass through a line on their way apart, for up to about eight steps

POINT_SHARE = 0.01  # of 2, the spread of a full unit sphere; healthy runs kept 0.03 of it, collapsed ones fell to 1e-4
POINT_OF_MARGIN = 0.1  # distances that small beside the margin cannot satisfy one triplet
POINT_LEFT = 5.0  # times the threshold: a point counts as left only then, so that the verdict does not flicker
LOSS_OF_MARGIN = 0.9  # with all distances near 0 the loss is within a tenth of the margin, or above

LINE_RANK = 1.3  # healthy runs in three dimensions ended at 2.3 to 3.0, with a too large margin at 1.0 to 1.25
LINE_LEFT = 1.5
FEW_PEOPLE = 3  # two people lie on a line by right, three nearly so

EXPLODED_GROWTH = 10.0  # norms of healthy networks without unit length grew threefold, exploded ones thirty-fold
EXPLODED_OF_MARGIN = 1000.0  # spread in margins: the margin is then a thousandth of an ordinary distance

HARDEST_MINERS = ("batch-hard", "offline-hardest")
LARGE_MARGIN = 1.0  # half of the mean distance (2) between strangers on the sphere
USUAL_MARGIN = TrainingConfig().margin
USUAL_RATE = TrainingConfig().learning_rate
HIGH_RATE = 10 * USUAL_RATE

VERDICTS = ("collapsed", "collapsing", "recovered", "healthy", "too early")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollapseReport:
    """What the steps of a run say about its embedding.

    Attributes:
        verdict: One of ``VERDICTS``.
        kind: ``point``, ``line`` or ``explosion``; empty where the run is healthy or too young.
        since: Step at which it began; None where it did not.
        until: Step at which a run that recovered was well again; None otherwise.
        step: The last step looked at.
        loss: Over the last steps, like all that follows; NaN where it is not known.
        margin: The margin it is to be compared with.
        spread: Mean squared distance between two faces of a batch.
        norm: Mean length of an embedding.
        rank: Effective number of directions.
        positive_distance: Mean squared distance from anchor to positive.
        negative_distance: Mean squared distance from anchor to negative.
        active: Share of the triplets that have a loss.
        cause: The likely cause, a sentence; empty where there is nothing to explain.
        cure: Settings of a ``TrainingConfig`` to change; empty where there is nothing to cure.
        cure_words: The cure as one would say it on a button.
    """

    verdict: str
    kind: str = ""
    since: int | None = None
    until: int | None = None
    step: int = 0
    loss: float = np.nan
    margin: float = np.nan
    spread: float = np.nan
    norm: float = np.nan
    rank: float = np.nan
    positive_distance: float = np.nan
    negative_distance: float = np.nan
    active: float = np.nan
    cause: str = ""
    cure: Mapping[str, Any] = field(default_factory=dict)
    cure_words: str = ""

    @property
    def ill(self) -> bool:
        """Whether something should be done."""
        return self.verdict in ("collapsed", "collapsing")


def diagnose_collapse(steps: Mapping[str, np.ndarray], config: TrainingConfig) -> CollapseReport:
    """Say whether a run has collapsed.

    Args:
        steps: Columns of the run's steps (S,), as ``RunFolder.steps`` returns them. Where ``spread``, ``norm`` and
            ``rank`` are missing or NaN, as in runs of earlier versions, the distances of the triplets stand in for
            the spread, and nothing is said about lines and explosions.
        config: The settings of the run; changes of its middle put in by ``settings_now``.

    Raises:
        ValueError: Columns are missing or have different lengths.
    """
    table = _columns(steps)
    count = len(table["step"])
    evidence = _evidence(table)
    if count < ENOUGH_STEPS:
        return CollapseReport(verdict="too early", **evidence)
    stretches = [
        found
        for kind, (enters, leaves), patience in (
            ("explosion", _explosion(table, config), PATIENCE),
            ("point", _point(table, config), PATIENCE),
            ("line", _line(table, config), LINE_PATIENCE),
        )
        for found in _stretches(kind, enters, leaves, patience)
    ]
    if not stretches:
        return CollapseReport(verdict="healthy", **evidence)
    last = max(stretches, key=lambda stretch: (stretch.end, stretch.sure, -stretch.start))
    if last.end < count:  # it is over; a short dip leaves no verdict behind
        past = [stretch for stretch in stretches if stretch.sure]
        if not past:
            return CollapseReport(verdict="healthy", **evidence)
        longest = max(past, key=lambda stretch: stretch.end - stretch.start)  # a point becomes a line on its way back
        since = int(table["step"][min(stretch.start for stretch in past)])
        until = int(table["step"][max(stretch.end for stretch in past)])
        return CollapseReport(verdict="recovered", kind=longest.kind, since=since, until=until, **evidence)
    cause, cure, words = explain(last.kind, config)
    return CollapseReport(
        verdict="collapsed" if last.sure else "collapsing",
        kind=last.kind,
        since=int(table["step"][last.start]),
        cause=cause,
        cure=cure,
        cure_words=words,
        **evidence,
    )


def settings_now(config: TrainingConfig, changes: list[dict[str, Any]]) -> TrainingConfig:
    """Return the settings of a run with what was changed in its middle (``RunFolder.changes``)."""
    known = ("margin", "learning_rate", "miner", "epochs")
    values = {name: change[name] for change in changes for name in known if change.get(name) is not None}
    return TrainingConfig.from_json({**config.to_json(), **values})


def explain(kind: str, config: TrainingConfig) -> tuple[str, dict[str, Any], str]:
    """Return the likely cause of a collapse, the settings that cure it, and the cure in words."""
    mines = learns_from_triplets(config.loss)
    hardest = mines and config.miner in HARDEST_MINERS
    if kind == "explosion" or (kind == "point" and not unit_length(config) and not hardest):
        return _no_unit_length(config)
    if mines and kind == "line" and config.margin > LARGE_MARGIN:
        return (
            f"A margin of {config.margin:g} is more than strangers can keep from one another: pushing everybody "
            "into two clumps serves it as well as telling them apart.",
            {"margin": USUAL_MARGIN},
            f"a margin of {USUAL_MARGIN:g}",
        )
    if config.learning_rate > HIGH_RATE:
        return (
            f"A learning rate of {config.learning_rate:g} throws the weights so far in one step that every face "
            "ends at the same place.",
            {"learning_rate": USUAL_RATE},
            f"a learning rate of {USUAL_RATE:g}",
        )
    if hardest:
        return (
            "The hardest negatives are nearer than the positives. While the network knows nothing, the quickest way "
            "to a smaller loss is to draw all faces together.",
            {"miner": "semi-hard"},
            "semi-hard negatives",
        )
    rate = config.learning_rate / 10
    return (
        "The steps are probably too large for these settings.",
        {"learning_rate": rate},
        f"a learning rate of {rate:g}",
    )


def unit_length(config: TrainingConfig) -> bool:
    """Return whether the network scales every embedding to length 1; one that does not say is taken to do so."""
    if "unit_length" in config.network_options:
        return bool(config.network_options["unit_length"])
    return config.network != "seed"  # the small project's network leaves it out


def _no_unit_length(config: TrainingConfig) -> tuple[str, dict[str, Any], str]:
    cause = "Nothing holds the lengths of the embeddings: a margin can be met by growing as well as by learning."
    choice = NETWORKS.get(config.network)
    if choice is None or "unit_length" not in (choice.options or {}):
        rate = config.learning_rate / 10
        return cause, {"learning_rate": rate}, f"a learning rate of {rate:g}"
    return cause, {"network_options": {**config.network_options, "unit_length": True}}, "unit length"


# Each sign says for every step whether it is there, and whether it is gone; between the two it stays as it was.


def _point(table: dict[str, Floats], config: TrainingConfig) -> tuple[Flags, Flags]:
    spread, norm, margin = table["spread"], table["norm"], table["margin"]
    sphere = np.where(np.isfinite(norm), 2 * norm**2, 2.0)
    limit = np.minimum(POINT_SHARE * sphere, POINT_OF_MARGIN * margin)
    # Lengths that shrink to nothing keep their share of their own sphere: against the margin they are a point too.
    shrunk = (norm < 0.1 * norm[0]) & (spread < POINT_OF_MARGIN * margin)
    teaching = table["active"] >= LOSS_OF_MARGIN * table["valid"]  # on one spot every triplet has a loss
    high = table["loss"] >= LOSS_OF_MARGIN * margin
    known = np.isfinite(spread)
    return known & ((spread < limit) | shrunk) & (high | teaching), ~known | (spread > POINT_LEFT * limit) & ~shrunk


def _line(table: dict[str, Floats], config: TrainingConfig) -> tuple[Flags, Flags]:
    rank = table["rank"]
    people = [n for n in (config.people_per_batch, config.faces.people) if n is not None]
    possible = min(people, default=FEW_PEOPLE + 1) > FEW_PEOPLE
    known = np.isfinite(rank) & (rank > 0)  # a point has rank 0
    enters: Flags = known & (rank < LINE_RANK) & np.bool_(possible)
    return enters, ~known | (rank > LINE_LEFT)


def _explosion(table: dict[str, Floats], config: TrainingConfig) -> tuple[Flags, Flags]:
    norm = table["norm"]
    first = np.nanmin(norm[:ENOUGH_STEPS]) if np.isfinite(norm[:ENOUGH_STEPS]).any() else np.nan
    growing = (norm > EXPLODED_GROWTH * first) & (table["spread"] > EXPLODED_OF_MARGIN * table["margin"])
    enters: Flags = growing & np.bool_(not unit_length(config))
    return enters, ~growing


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Steps ``start``..``end - 1`` (places, not numbers) that showed one sign; ``sure`` when they were many."""

    kind: str
    start: int
    end: int
    sure: bool


def _stretches(kind: str, enters: Flags, leaves: Flags, patience: int) -> list[_Stretch]:
    """Return the stretches in which a sign was there, from its coming to its going."""
    found: list[_Stretch] = []
    start, seen = -1, 0
    for place, (there, gone) in enumerate(zip(enters, leaves, strict=True)):
        if start >= 0 and gone:
            found.append(_Stretch(kind, start, place, seen >= patience))
            start, seen = -1, 0
        elif there:
            start = place if start < 0 else start
            seen += 1
    if start >= 0:
        found.append(_Stretch(kind, start, len(enters), seen >= patience))
    return found


def _columns(steps: Mapping[str, np.ndarray]) -> dict[str, Floats]:
    needed = ("step", "loss", "margin", "active", "valid", "positive_distance", "negative_distance")
    missing = [name for name in needed if name not in steps]
    if missing:
        raise ValueError(f"steps must have the columns {', '.join(needed)}; missing: {', '.join(missing)}")
    table = {name: np.asarray(steps[name], dtype=np.float64) for name in needed}
    count = len(table["step"])
    for name in ("spread", "norm", "rank"):
        table[name] = np.asarray(steps.get(name, np.full(count, np.nan)), dtype=np.float64)
    lengths = {name: len(column) for name, column in table.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"the columns of steps must have one length, got {lengths}")
    stand_in = np.fmax(table["positive_distance"], table["negative_distance"])
    table["spread"] = np.where(np.isfinite(table["spread"]), table["spread"], stand_in)
    return table


def _evidence(table: dict[str, Floats]) -> dict[str, Any]:
    """Return the middle of the last steps: single batches of a small run jump about."""
    if not len(table["step"]):
        return {}
    valid = np.maximum(1.0, table["valid"])
    last = {name: column[-PATIENCE:] for name, column in (table | {"active": table["active"] / valid}).items()}
    names = ("loss", "spread", "norm", "rank", "positive_distance", "negative_distance", "active")
    values = {name: float(np.nanmedian(last[name])) if np.isfinite(last[name]).any() else np.nan for name in names}
    return values | {"margin": float(table["margin"][-1]), "step": int(table["step"][-1])}
