"""``lfw-view2``: LFW's View 2, a network for each fold, as its authors ask it to be reported."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from facenet_core import files
from facenet_core.cli.checks import check_device
from facenet_core.cli.train import Progress, config_of, given_options, have_the_cores, stop_on_interrupt
from facenet_core.config import FacesConfig
from facenet_core.evaluation.lfw.files import pictures_by_name, pictures_needed
from facenet_core.evaluation.lfw.protocol import category, kind_of_pictures, read_view2, wrong_counts
from facenet_core.evaluation.lfw.view2 import summarise_folds
from facenet_core.faces import FaceSet
from facenet_core.runs.advance import move_run
from facenet_core.runs.engine.engine import check_choices
from facenet_core.runs.prepare_faces import prepare_once
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.studies.lfw_view2 import Plan, Study

# What View 1 is trained with; what is asked for stands above it.
DEFAULTS = {"images_per_person": 3, "shift": 6, "cut_out": 26}


def view2(options: argparse.Namespace) -> dict[str, Any]:
    """Train and measure the folds that are still to be done; report all that were asked for."""
    plan = _plan(options)
    folds = _folds(options.folds, len(plan.protocol))
    have_the_cores()
    study = Study(options.runs, plan)
    try:
        with files.locked(study.path.with_suffix(".lock")):
            _say(f"study {plan.study}, kept in {study.path}")
            faces = _faces(plan.config.faces, options.faces_root)
            _check_pictures(plan, faces, options.path)
            for fold in folds:
                if not _done(study, fold, faces, plan, options):
                    return _stopped(study, fold)
    except files.AlreadyLocked:
        raise ValueError(f"study {plan.study} is under way in another process: let it end or stop it there") from None
    result = _report(study, folds, faces, options)
    if not options.json:
        _tell(result)
    return result


def _plan(options: argparse.Namespace) -> Plan:
    if not options.path.is_dir():
        raise ValueError(f"--path must be a folder with one sub-folder per person, {options.path} is none")
    given = given_options(options)
    given = DEFAULTS | given | {"source": "folder", "path": str(options.path)}
    config = config_of(given)
    check_choices(config)
    check_device(config.device)
    return Plan(
        protocol=read_view2(options.protocol),
        config=config,
        threshold_from=options.threshold_from,
        epochs_given="epochs" in given,
        batch_given="people_per_batch" in given,
    )


def _folds(text: str | None, there: int) -> list[int]:
    """Return the folds of ``1..10``, ``3`` or ``1,4,7..9``, in ascending order."""
    if text is None:
        return list(range(1, there + 1))
    chosen: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"\s*(\d{1,3})\s*(?:(?:\.\.|-)\s*(\d{1,3}))?\s*", part)
        if not found:
            raise ValueError(f"--folds must be numbers such as 1..10 or 2,5, got {text!r}")
        first = int(found[1])
        chosen.update(range(first, int(found[2] or first) + 1))
    if not chosen or min(chosen) < 1 or max(chosen) > there:
        raise ValueError(f"--folds must name some of the {there} folds, from 1 to {there}, got {text!r}")
    return sorted(chosen)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _faces(wanted: FacesConfig, root: Path) -> FaceSet:
    last = -1

    def progress(done: int, total: int, what: str) -> None:
        nonlocal last
        tenth = 10 * done // max(total, 1)
        if tenth != last:
            last = tenth
            _say(f"preparing the faces: {done:,} of {total:,} {what}")

    return prepare_once(wanted, root=root, progress=progress, waiting=lambda: None)


def _check_pictures(plan: Plan, faces: FaceSet, path: Path) -> None:
    there = pictures_by_name(faces.files)
    if not any(picture in there for picture in pictures_needed(plan.protocol.pairs)):
        raise ValueError(
            f"{path} has none of the pictures that pairs.txt names, such as "
            f"{pictures_needed(plan.protocol.pairs)[0][0]}: give the folder that holds one sub-folder per person of LFW"
        )


def _done(study: Study, fold: int, faces: FaceSet, plan: Plan, options: argparse.Namespace) -> bool:
    """See that a fold is trained and measured; False when it was interrupted."""
    mirror = plan.config.mirror
    if study.result(fold, mirror=mirror) is not None:
        _say(f"fold {fold}: done before")
        return True
    run = study.run_of(fold)
    if run is None or run.status().state != "finished":
        run = _trained(study, fold, faces, options)
        if run is None:
            return False
    _say(f"fold {fold}: measuring run {run.id}")
    study.measure(fold, run, faces, mirror=mirror)
    return True


def _trained(study: Study, fold: int, faces: FaceSet, options: argparse.Namespace) -> RunFolder | None:
    run = study.begin(fold, faces)
    status = run.status()
    _say(f"fold {fold}: {'taking up' if status.step else 'training'} run {run.id}")
    progress = Progress(sys.stderr)
    try:
        with stop_on_interrupt(run):
            status = move_run(run, options.faces_root, progress)
    except files.AlreadyLocked:
        raise ValueError(f"run {run.id} is training already: pause it there first") from None
    finally:
        progress.end()
    return run if status.state == "finished" else None


def _stopped(study: Study, fold: int) -> dict[str, Any]:
    print(f"stopped in fold {fold}; the same command goes on from there", file=sys.stderr)
    return {"study": study.plan.study, "state": "stopped", "fold": fold, "exit_code": 130}


def _report(study: Study, folds: list[int], faces: FaceSet, options: argparse.Namespace) -> dict[str, Any]:
    plan, mirror = study.plan, study.plan.config.mirror
    entries = {fold: study.result(fold, mirror=mirror) or {} for fold in folds}
    kind, known = (options.pictures, "said with --pictures") if options.pictures else kind_of_pictures(options.path)
    found = dict(zip(faces.names, faces.counts.tolist(), strict=True))
    notes = [note for note in (wrong_counts(plan.protocol.people, found), _not_all(folds, len(plan.protocol))) if note]
    figures = summarise_folds([study.measured(fold) for fold in folds])
    return {
        "study": plan.study,
        "category": category(kind),
        "pictures": kind,
        "pictures_known": known,
        "mirror": mirror,
        "threshold_from": plan.threshold_from,
        **figures,
        "images_shown": max(entry["images_shown"] for entry in entries.values()),
        "seconds": round(sum(entry["seconds"] for entry in entries.values()), 1),
        "complete": len(folds) == len(plan.protocol),
        "folds": [_fold(fold, entry) for fold, entry in entries.items()],
        "notes": notes,
        "file": str(study.path),
    }


def _not_all(folds: list[int], there: int) -> str | None:
    if len(folds) == there:
        return None
    return f"{len(folds)} of {there} folds: LFW's figure is that of all of them."


def _fold(fold: int, entry: dict[str, Any]) -> dict[str, Any]:
    measured = entry["measured"]
    kept = ("run", "people", "images", "images_shown", "epochs", "seconds", "threshold_from_folds", "notes")
    shown = ("pairs", "accuracy", "threshold", "accuracy_of_all_others", "threshold_of_all_others", "missing")
    return {"fold": fold} | {name: entry[name] for name in kept} | {name: measured[name] for name in shown}


def _tell(result: dict[str, Any]) -> None:
    print("fold  people  images shown  accuracy  threshold  (of all other folds)  pairs  run")
    for fold in result["folds"]:
        print(
            f"{fold['fold']:4}  {fold['people']:6,}  {fold['images_shown']:12,}  {_figure(fold['accuracy']):>8}  "
            f"{_figure(fold['threshold']):>9}  {_figure(fold['accuracy_of_all_others']):>8} at "
            f"{_figure(fold['threshold_of_all_others']):>6}     {fold['pairs']:5,}  {fold['run']}"
        )
    error = "" if result["standard_error"] is None else f" ± {result['standard_error']:.4f} (standard error over folds)"
    print(f"mean accuracy {_figure(result['accuracy'], 4)}{error}")
    print(f"  with the thresholds of all other folds: {_figure(result['accuracy_threshold_of_all_others'], 4)}")
    print(f"all pairs pooled: AUC {_figure(result['auc'])}, equal error rate {_figure(result['eer'])}")
    curve = zip(result["roc"]["far"], result["roc"]["val"], strict=False)
    points = ", ".join(f"{val:.3f} at {far:g}" for far, val in curve if far in (0.01, 0.05, 0.1, 0.2, 0.5))
    print(f"{result['roc']['kind']}: {points}")
    print(f"category: {result['category']}")
    print(f"pictures: LFW, {result['pictures'] or 'unknown'} ({result['pictures_known']})")
    mirrored = "averaged in" if result["mirror"] else "not used"
    print(f"at most {result['images_shown']:,} images shown a fold; mirrored pictures {mirrored}")
    for first, second in result["missing"]:
        print(f"could not be formed: {first} / {second}")
    for note in result["notes"]:
        print(f"note: {note}")


def _figure(value: float | None, digits: int = 3) -> str:
    return "-" if value is None else f"{value:.{digits}f}"
