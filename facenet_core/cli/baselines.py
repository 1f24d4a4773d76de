"""``baselines``: what a run's figures mean, beside other losses, Eigenfaces, raw pixels and guessing."""

import argparse
import sys
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from facenet_core.choices import LOSSES
from facenet_core.cli.checks import run_to_use
from facenet_core.cli.train import Progress, have_the_cores
from facenet_core.evaluation.lfw.published import PUBLISHED
from facenet_core.evaluation.verification.intervals import no_interval_words
from facenet_core.runs.advance import move_run
from facenet_core.runs.storage import RunFolder, create_run
from facenet_core.runs.studies.baseline_bench import GROUPS, OWN
from facenet_core.runs.studies.baseline_measuring import PLAIN, measure
from facenet_core.runs.studies.baselines import Baseline, baselines_of, called, unfinished

GROUP_WORDS = {"unseen": "people never seen", "held_out": "held-out images of the people trained on"}
FIGURES = {"accuracy": "right", "auc": "AUC", "val": "VAL at FAR 0.1"}


def baselines(options: argparse.Namespace) -> dict[str, Any]:
    """Train what is missing, measure everything on the same pairs, and print a table."""
    run = run_to_use(options.runs, options.run)
    have_the_cores()
    if options.train:
        for baseline in unfinished(baselines_of(run, options.runs)):
            _train(run, baseline, options)
    trained = {b.loss: b.run for b in baselines_of(run, options.runs) if b.run and b.run.status().state == "finished"}
    values = measure(run, options.faces_root, {loss: str(other.path) for loss, other in trained.items()}, _tell)
    missing = [b.loss for b in baselines_of(run, options.runs) if b.loss not in trained]
    result = {
        "run": run.id,
        "loss": run.record().config.loss,
        "methods": values["methods"],
        "groups": values["groups"],
        "missing": missing,
        "published": [asdict(figure) for figure in PUBLISHED],
    }
    if not options.json:
        _print(result)
    return result


def _train(run: RunFolder, baseline: Baseline, options: argparse.Namespace) -> None:
    progress = Progress(sys.stderr)
    name = f"{LOSSES[baseline.loss].label} beside {called(run.record())}"
    other = baseline.run or create_run(options.runs, baseline.config, name=name)
    try:
        move_run(other, options.faces_root, progress)
    finally:
        progress.end()


def _tell(done: int, total: int, what: str) -> None:
    print(f"{done} of {total}: {what}", file=sys.stderr)


def _print(result: Mapping[str, Any]) -> None:
    for group in GROUPS:
        found = result["groups"][group]
        if found is None:
            print(f"{GROUP_WORDS[group]}: too few faces to measure")
            continue
        part = "" if found["faces"] == found["of"] else f" of {found['of']:,}"
        print(
            f"{GROUP_WORDS[group]}: {found['people']} people, {found['faces']:,}{part} faces, {found['pairs']:,} pairs"
        )
        print(f"  {'guessing':<18}  right 0.500  AUC 0.500  VAL at FAR 0.1 0.100")
        for name, measured in found["methods"].items():
            fallen = result["methods"].get(name, {}).get("collapsed")
            print(f"  {_label(name, result):<18}  {fallen or _line(measured)}")
        for words in _without_interval(found):
            print(f"  {words}")
    for name, about in result["methods"].items():
        if about.get("top_1"):
            top = about["top_1"]
            words = f"names the right one of its people for {top['accuracy']:.3f} of {top['images']:,} held-out images"
            print(f"{_label(name, result)}: {words}, with {about['classifier']:,} weights that grow with the people")
    for loss in result["missing"]:
        print(f"note: {LOSSES[loss].label} is not trained: leave out --no-train")
    print("published for LFW's ten folds, by methods that learned from other data:")
    for figure in result["published"]:
        error = "" if figure["error"] is None else f" ± {figure['error']:.4f}"
        print(f"  {figure['name']:<26}  {figure['accuracy']:.4f}{error}  learned from {figure['learned_from']}")


def _without_interval(found: Mapping[str, Any]) -> list[str]:
    """Return why figures of a group stand without brackets; one sentence for those that want most people."""
    figures = [figures for measured in found["methods"].values() for figures in measured["figures"].items()]
    without = {name for name, figure in figures if figure is not None and figure["interval"] is None}
    return [no_interval_words(found["people"], name) for name in FIGURES if name in without][:1]


def _label(name: str, result: Mapping[str, Any]) -> str:
    if name in PLAIN:
        return PLAIN[name]
    loss = result["loss"] if name == OWN else name
    label = LOSSES[loss].label if loss in LOSSES else loss
    return f"{label}, the run" if name == OWN else label


def _line(measured: Mapping[str, Any]) -> str:
    parts = []
    for figure, word in FIGURES.items():
        found = measured["figures"].get(figure)
        if found is not None:
            interval = "" if found["interval"] is None else " ({:.3f} to {:.3f})".format(*found["interval"])
            parts.append(f"{word} {found['value']:.3f}{interval}")
    difference = measured["differences"].get("accuracy")
    if difference is not None:
        parts.append(f"{difference['value']:+.3f} beside the run: {difference['verdict']}")
    return "  ".join(parts) or "nothing can be measured"
