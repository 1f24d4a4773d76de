"""``evaluate``: verification figures of a run's network."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from facenet_core.cli.checks import run_to_use
from facenet_core.cli.copies import Plain, copies_in_pairs, copies_within
from facenet_core.cli.evaluate_folder import folder_result, measure_folder, say_rates
from facenet_core.cli.network import RunNetwork, list_pictures
from facenet_core.cli.pictures import say
from facenet_core.cli.train import pairs_words
from facenet_core.evaluation import (
    Verification,
    all_pairs_roc,
    evaluate_pairs,
    pictures_by_name,
    pictures_needed,
    read_pairs,
    verify_group,
)
from facenet_core.evaluation.lfw.files import PairList, Picture, picture_name
from facenet_core.evaluation.pairs.ranking import FAR_LEVELS
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.evaluation.verification.intervals import no_interval_words
from facenet_core.evaluation.verification.thresholds import val_at_far_json
from facenet_core.faces import FacesError, FaceSet, open_faces, prepare, read_picture, split_faces
from facenet_core.faces.folders.listing import ListedPicture
from facenet_core.faces.left_out import left_out_words
from facenet_core.faces.photos.duplicates import is_featureless
from facenet_core.runs.measured import gather, missing_words, same_figures, write_measured
from facenet_core.runs.records import GROUPS, HELD_OUT, UNSEEN
from facenet_core.runs.run_collapse import RunCollapse, collapse_of, nothing_known
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.tracked_faces import FINAL_RESAMPLES

Groups = Mapping[int, tuple[np.ndarray, np.ndarray]]  # place in GROUPS -> faces in the set, and their embeddings


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Measure a run on its own groups, or on the pairs of a file."""
    _check_together(options)
    run = run_to_use(options.runs, options.run)
    collapse = collapse_of(run)
    if options.path is None:
        result = _own_groups(run, options)
    else:
        result = _folder(run, collapse, options) if options.pairs is None else _listed_pairs(run, options)
    if collapse.now:
        result = _collapsed(result, collapse)
    if not options.json:
        _tell(result)
    return result


def _check_together(options: argparse.Namespace) -> None:
    """Refuse options that need another one, or that another one leaves nothing to do."""
    if options.path is None and options.pairs is not None:
        raise ValueError("--pairs needs --path DIR, the pictures that the pairs name")
    of_a_folder = {
        "--save-threshold": options.save_threshold is not None,
        "--rule": options.rule is not None,
        "--people-from-names": options.people_from_names,
    }
    for name in (name for name, given in of_a_folder.items() if given):
        if options.path is None:
            raise ValueError(f"{name} needs --path DIR, the people that are measured")
        if options.pairs is not None:
            raise ValueError(f"{name} is for all pairs of --path: leave --pairs out")


def _folder(run: RunFolder, collapse: RunCollapse, options: argparse.Namespace) -> dict[str, Any]:
    """Measure on all pairs of a folder of people."""
    if collapse.now and options.save_threshold is not None:
        raise ValueError(f"run {run.id} tells nobody apart, no threshold of it is worth keeping. {collapse.words}")
    network = RunNetwork(run)
    found = measure_folder(network, options.path, people_from_names=options.people_from_names)
    measured = folder_result(found, network, options)
    more = _more_rates(found.embeddings, np.asarray(found.people), found.figures, _asked(options))
    return {
        "run": options.run,
        "missing_pairs": 0,
        **found.figures.to_json(),
        **more,
        **measured,
        "skipped": found.skipped,
        "kinds": dict(found.kinds),
        "notes": measured["notes"] + copies_within(found.embeddings, found.names, found.plain),
    }


def _collapsed(result: dict[str, Any], collapse: RunCollapse) -> dict[str, Any]:
    """Return the result without figures that faces on one point leave to chance."""
    groups = {name: nothing_known(group, collapse) for name, group in result.get("verification", {}).items()}
    whole = nothing_known(result, collapse) | ({"verification": groups} if groups else {})
    return whole | {"collapsed": True, "folds": [], "notes": [collapse.words, *result["notes"]]}


def _listed_pairs(run: RunFolder, options: argparse.Namespace) -> dict[str, Any]:
    """Follow LFW's protocol; only the pictures that the pairs name are read."""
    folds = read_pairs(options.pairs)
    network = RunNetwork(run)
    listing = list_pictures(options.path, people_from_names=options.people_from_names)
    there = [picture for picture in listing.files if picture.person]
    named = pictures_by_name([f"{picture.person}/{picture.file.rpartition('/')[2]}" for picture in there])
    wanted = set(pictures_needed(folds))
    found = {picture: there[row] for picture, row in named.items() if picture in wanted}
    _check_formed(folds, found, options, there)
    embeddings, read, skipped = network.embed_listed(sorted(found.values()))
    row_of = {picture.path: row for row, picture in enumerate(read)}
    lookup = {name: row_of[picture.path] for name, picture in found.items() if picture.path in row_of}
    _check_formed(folds, lookup, options, there, unreadable=len(skipped))
    result = evaluate_pairs(folds, lookup, embeddings, far_levels=FAR_LEVELS | _asked(options))
    return {
        "run": options.run,
        **result.to_json(),
        "skipped": skipped,
        "notes": copies_in_pairs(folds, lookup, embeddings, lambda row: is_featureless(read_picture(read[row].path))),
    }


def _check_formed(
    folds: Sequence[PairList],
    found: Mapping[Picture, object],
    options: argparse.Namespace,
    there: Sequence[ListedPicture],
    unreadable: int = 0,
) -> None:
    """Refuse a file of pairs none of which can be formed, with the names found beside those asked for."""
    pairs = [pair for fold in folds for pair in zip(fold.first, fold.second, strict=True)]
    if any(first in found and second in found for first, second in pairs):
        return
    asked = ", ".join(dict.fromkeys(picture_name(picture) for picture in pairs[0]))
    held = [picture.file for picture in there[:4]]
    has = f"has {', '.join(held[:3])}{', ...' if len(held) > 3 else ''}" if held else "has no sub-folders with pictures"
    damaged = f", {unreadable:,} of them unreadable" if unreadable else ""
    raise ValueError(
        f"none of the {len(pairs):,} pairs can be formed: {options.pairs.name} asks for {asked} and so on, "
        f"{options.path} {has}{damaged}; give the folder that these pairs were made for"
    )


def _asked(options: argparse.Namespace) -> dict[str, float]:
    """Return the false accept rates of ``--far`` by the names that they have in JSON."""
    return {f"{far:g}": far for far in options.far}


def _own_groups(run: RunFolder, options: argparse.Namespace) -> dict[str, Any]:
    """Measure on the run's unseen people and held-out images; the first of them that there is stands in front."""
    record, network = run.record(), RunNetwork(run)
    faces = _faces(record.fingerprint, options, record.config.faces)
    wanted = record.config.faces
    split = split_faces(
        faces, people=wanted.people, images=wanted.images, people_list=wanted.people_list, seed=record.config.seed
    )
    left_out = left_out_words(faces, split)
    groups, notes, embedded = {}, [*split.notes, *([left_out] if left_out else [])], {}
    for code, indices in ((UNSEEN, split.unseen), (HELD_OUT, split.held_out)):
        if len(indices) >= 2:
            name = GROUPS[code].replace("-", "_")
            embeddings, people = network.embed(faces.read(indices)), faces.people[indices]
            embedded[code] = indices, embeddings
            figures = verify_group(embeddings, people, seed=record.config.seed, resamples=FINAL_RESAMPLES)
            groups[name] = figures.to_json() | _more_rates(embeddings, people, figures, _asked(options))
            names = [faces.files[index] for index in indices]
            notes += copies_within(embeddings, names, _plain_of(faces, indices))
    if not groups:
        raise ValueError("the run's faces are too few to measure on: give --path and --pairs")
    notes += _keep(run, faces, embedded, groups)
    front = next(iter(groups.values()))
    return {"run": run.id, "missing_pairs": 0, **front, "verification": groups, "notes": notes}


def _keep(run: RunFolder, faces: FaceSet, embedded: Groups, groups: Mapping[str, Any]) -> list[str]:
    """Keep the faces of an earlier version's final figures, which exports then hold; say so, or why not."""
    if missing_words(run) is None:
        return []
    record, final = run.record(), run.verification() or {}
    if not all(same_figures(final.get(name), found) for name, found in groups.items()):
        return [
            "These figures differ from those that the run finished with (another machine rounds differently, or it was "
            "trained further since): its faces are not kept for exports."
        ]
    seed, mirror = record.config.seed, bool(final.get("mirror"))
    write_measured(run, gather(faces, embedded, epoch=int(final["epoch"]), mirror=mirror, seed=seed))
    return ["The faces behind the final figures are kept with the run now: exports hold them."]


def _more_rates(
    embeddings: np.ndarray, people: np.ndarray, figures: Verification, asked: Mapping[str, float]
) -> dict[str, Any]:
    """Return VAL at the rates asked for beside those that are always measured."""
    if not asked:
        return {}
    roc = all_pairs_roc(embeddings, people)
    return val_at_far_json(dict(figures.val_at_far) | {name: roc.val_at_far(far) for name, far in asked.items()})


def _plain_of(faces: FaceSet, indices: np.ndarray) -> Plain:
    return lambda place: is_featureless(faces.read([int(indices[place])])[0])


def _faces(fingerprint: str | None, options: argparse.Namespace, wanted: Any) -> FaceSet:
    if fingerprint is not None:
        try:
            return open_faces(fingerprint, root=options.faces_root)
        except FacesError:
            pass  # tidied away: prepared again
    return prepare(wanted, root=options.faces_root)


def _error_words(measured: Mapping[str, Any]) -> str:
    """Return how far the accuracy on listed pairs is known, or why that cannot be said and what would say it."""
    error, folds = measured["standard_error"], len(measured["folds"])
    if error is not None:
        return f"standard error of the accuracy {error:.4f}, over {folds} folds"
    return "no standard error: it is that over folds, and here is one set of pairs; a file of ten folds gives one"


def _tell(result: dict[str, Any]) -> None:
    whole = "all pairs of the folder" if "chosen" in result and "folds" not in result else "listed pairs"
    groups = result.get("verification") or {whole: result}
    for name, group in groups.items():
        figures = ", ".join(
            f"{label} {group[key]:.3f}"
            for key, label in (("accuracy", "accuracy"), ("auc", "AUC"), ("eer", "equal error rate"))
            if group.get(key) is not None
        )
        print(f"{name.replace('_', '-')}: {pairs_words(group)}, {figures or 'nothing can be measured'}")
        if group.get("accuracy") is not None and group.get("intervals") is not None:
            ends = group["intervals"].get("accuracy")
            told = "95 % interval of the accuracy {:.3f} to {:.3f}".format(*ends) if ends else None
            print(f"  {told or no_interval_words(group['people'])}")
        if group.get("accuracy") is not None and "standard_error" in group:
            print(f"  {_error_words(group)}")
        if group.get("threshold") is not None:
            print(f"  threshold {distance_words(group['threshold'])} (squared distance)")
        for far, level in group["val_at_far_behind"].items():
            told = f"{level['val']:.3f}" if level["val"] is not None else level["note"]
            print(f"  VAL at FAR {far}: {told}")
        say([group["note"]] if group.get("note") and not result.get("collapsed") else [])
    if "chosen" in result:
        say_rates(result)
    say(result["notes"], result.get("skipped", ()))
    if result["missing_pairs"]:
        print(f"{result['missing_pairs']} pairs could not be formed: {', '.join(result['missing_pictures'][:5])} ...")
