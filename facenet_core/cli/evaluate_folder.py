"""``evaluate RUN --path DIR``: any folder of people measured, and a threshold chosen on it, to be kept."""

import argparse
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core.cli.network import RunNetwork
from facenet_core.cli.pictures import embedded
from facenet_core.evaluation import (
    SliceRates,
    Verification,
    choose_threshold,
    pair_distances,
    slice_rates,
    verify_group,
)
from facenet_core.evaluation.pairs.distances import Floats, Integers, PairDistances, check_people
from facenet_core.evaluation.pairs.group_pairs import choose_people
from facenet_core.evaluation.verification.distance_profile import distance_profile
from facenet_core.evaluation.verification.threshold_rules import RULES
from facenet_core.faces import read_picture
from facenet_core.faces.folders.people_folder import list_people_folder
from facenet_core.faces.photos.duplicates import is_featureless
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.thresholds.in_use import likeness, threshold_in_use, warnings_of
from facenet_core.runs.thresholds.saved import SavedThreshold, rule_words, save_threshold
from facenet_core.runs.tracked_faces import FINAL_RESAMPLES

MOST_FACES = 2_000
"""Faces whose pairs are all listed to choose a threshold on: two million pairs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuredFolder:
    """A folder of people in a run's space.

    Attributes:
        embeddings: (N, D) float32.
        people: (N,) the sub-folder of each.
        names: Their N files.
        paths: Where they are.
        figures: Verification over all pairs.
        skipped: The files left out, each with its reason.
        kinds: How many files of which ending are no pictures.
        notes: What else must be known about the folder.
    """

    embeddings: np.ndarray
    people: list[str]
    names: list[str]
    paths: list[str]
    figures: Verification
    skipped: list[dict[str, str]]
    kinds: Counter[str]
    notes: list[str]

    def plain(self, place: int) -> bool:
        """Return whether a picture has no features."""
        return is_featureless(read_picture(self.paths[place]))


def measure_folder(network: RunNetwork, folder: Path, *, people_from_names: bool = False) -> MeasuredFolder:
    """Embed a folder of people and measure all its pairs.

    Raises:
        ValueError: There is no such folder, or its people form no pairs of both kinds.
    """
    listing = list_people_folder(folder, people_from_names=people_from_names)
    _check_people(folder, [picture.person for picture in listing.files])
    shown = embedded(network, folder, by_person=True, people_from_names=people_from_names)
    _check_people(folder, shown.people)
    figures = verify_group(shown.embeddings, shown.people, resamples=FINAL_RESAMPLES)
    return MeasuredFolder(
        embeddings=shown.embeddings,
        people=shown.people,
        names=shown.names,
        paths=shown.paths or [],
        figures=figures,
        skipped=shown.skipped,
        kinds=shown.kinds,
        notes=shown.notes,
    )


def _check_people(folder: Path, people: list[str]) -> None:
    counts = Counter(people)
    if len(counts) < 2 or max(counts.values()) < 2:
        raise ValueError(
            f"the folder {folder} must have pictures of at least two people, and two of one of them, "
            f"found {len(people)} of {len(counts)}"
        )


def folder_result(found: MeasuredFolder, network: RunNetwork, options: argparse.Namespace) -> dict[str, Any]:
    """Return what a threshold chosen on the folder does there, and what the run's own one does."""
    chosen = drawn(found.people)
    points, people = found.embeddings[chosen], np.asarray(found.people)[chosen]
    pairs = pair_distances(points, people)
    rule = options.rule or RULES[0]
    threshold, note = _chosen(pairs, found.figures, rule)
    notes = found.notes + ([] if note is None else [f"No threshold by this rule: {note}"])
    if len(chosen) < len(found.people):
        notes.append(f"Rates at thresholds are those of {len(chosen):,} of {len(found.people):,} pictures.")
    result: dict[str, Any] = {"rule": rule, "chosen": rates_json(pairs, people, threshold), "notes": notes}
    use = threshold_in_use(network.run)
    if use is not None:
        alike = likeness(use, points, people)
        result["run_threshold"] = rates_json(pairs, people, use.value) | {"from": use.to_json()}
        notes += warnings_of(use, alike)
    if options.save_threshold is not None:
        result["saved"] = str(_save(pairs, points, people, (threshold, rule), network.run, options))
    return result


def _chosen(pairs: PairDistances, figures: Verification, rule: str) -> tuple[float | None, str | None]:
    if rule == "balanced":
        return figures.threshold, None if figures.threshold is not None else figures.note
    found = choose_threshold(pairs.squared_distance[pairs.same], pairs.squared_distance[~pairs.same], rule)
    return found.threshold, found.note


def drawn(people: list[str]) -> Integers:
    """Return the places of all faces, or of people drawn at random whose faces are at most ``MOST_FACES``."""
    if len(people) <= MOST_FACES:
        return np.arange(len(people))
    codes = check_people(people, len(people))
    return np.flatnonzero(choose_people(np.bincount(codes), MOST_FACES, np.random.default_rng(0))[codes])


def rates_json(pairs: PairDistances, people: np.ndarray, threshold: float | None) -> dict[str, Any]:
    """Return what a threshold does to pairs, with 95 % intervals over people."""
    if threshold is None:
        return {"threshold": None, "far": None, "frr": None, "intervals": {}}
    rates: SliceRates = slice_rates(pairs, people, threshold)[0]
    kinds = {"far": rates.false_accepts, "frr": rates.false_rejects}
    return {
        "threshold": threshold,
        **{name: kind.rate for name, kind in kinds.items()},
        "intervals": {name: list(kind.interval) for name, kind in kinds.items() if kind.interval is not None},
    }


def _save(
    pairs: PairDistances,
    points: Floats,
    people: np.ndarray,
    chosen: tuple[float | None, str],
    run: RunFolder,
    options: argparse.Namespace,
) -> Path:
    threshold, rule = chosen
    if threshold is None:
        raise ValueError(f"there is no threshold to save: rule {rule} needs more pairs than {options.path} has")
    rates = slice_rates(pairs, people, threshold)[0]
    saved = SavedThreshold(
        name=options.save_threshold,
        value=threshold,
        faces=f"folder {options.path.absolute().name}",
        people=len(set(people.tolist())),
        images=len(points),
        pairs=len(pairs),
        different=rates.false_accepts.pairs,
        rule=rule,
        far=float(rates.false_accepts.rate or 0.0),
        frr=float(rates.false_rejects.rate or 0.0),
        step=run.status().step,
        profile=distance_profile(points, people),
    )
    return save_threshold(run, saved)


def say_rates(result: Mapping[str, Any]) -> None:
    """Print what the threshold chosen here does, and what the run's own one does."""
    words = rule_words(result["rule"])
    print(f"threshold chosen here ({words}): {_rates_line(result['chosen'])}")
    if "run_threshold" in result:
        own = result["run_threshold"]
        print(f"threshold that the run brings: {_rates_line(own)}\n  {own['from']['origin']}")
    if "saved" in result:
        print(f"saved in {result['saved']}")


def _rates_line(rates: Mapping[str, Any]) -> str:
    if rates["threshold"] is None:
        return "none"
    parts = [f"{rates['threshold']:.3g}"]
    for name, label in (("far", "FAR"), ("frr", "FRR")):
        if rates[name] is not None:
            ends = rates["intervals"].get(name)
            parts.append(f"{label} {rates[name]:.3f}" + (f" ({ends[0]:.3f} to {ends[1]:.3f})" if ends else ""))
    return ", ".join(parts)
