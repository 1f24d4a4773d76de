"""``evaluate``: verification figures of a run's network."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from facenet_core.cli_checks import run_to_use
from facenet_core.cli_measure_folder import folder_result, measure_folder, say_rates
from facenet_core.cli_network import RunNetwork, list_pictures
from facenet_core.cli_pictures import ALIKE, say
from facenet_core.cli_train import pairs_words
from facenet_core.evaluation import (
    Gallery,
    Verification,
    all_pairs_roc,
    evaluate_pairs,
    pictures_by_name,
    pictures_needed,
    read_pairs,
    verify_group,
)
from facenet_core.evaluation.intervals import no_interval_words
from facenet_core.evaluation.lfw_files import PairList, Picture, picture_name
from facenet_core.evaluation.ranking import FAR_LEVELS
from facenet_core.evaluation.ruler import distance_words
from facenet_core.evaluation.thresholds import val_at_far_json
from facenet_core.faces import FacesError, FaceSet, open_faces, prepare, split_faces
from facenet_core.faces.left_out import left_out_words
from facenet_core.runs.measured import gather, missing_words, same_figures, write_measured
from facenet_core.runs.records import GROUPS, HELD_OUT, UNSEEN
from facenet_core.runs.run_collapse import RunCollapse, collapse_of, nothing_known
from facenet_core.runs.storage import RunFolder
from facenet_core.runs.tracking import FINAL_RESAMPLES

Groups = Mapping[int, tuple[np.ndarray, np.ndarray]]  # place in GROUPS -> faces in the set, and their embeddings


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Measure a run on its own groups, or on the pairs of a file."""
    if options.path is None and options.pairs is not None:
        raise ValueError("--pairs needs --path DIR, the pictures that the pairs name")
    if options.path is None and options.save_threshold is not None:
        raise ValueError("--save-threshold needs --path DIR, the people that the threshold is chosen on")
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
        "notes": measured["notes"] + _copies(found.embeddings, found.names),
    }


def _collapsed(result: dict[str, Any], collapse: RunCollapse) -> dict[str, Any]:
    """Return the result without figures that faces on one point leave to chance."""
    groups = {name: nothing_known(group, collapse) for name, group in result.get("verification", {}).items()}
    whole = nothing_known(result, collapse) | ({"verification": groups} if groups else {})
    return whole | {"collapsed": True, "folds": [], "notes": [collapse.words, *result["notes"]]}


def _listed_pairs(run: RunFolder, options: argparse.Namespace) -> dict[str, Any]:
    """Follow LFW's protocol; only the pictures that the pairs name are read."""
    if not options.path.is_dir():
        raise ValueError(f"--path must be a folder with one sub-folder per person, {options.path} is none")
    folds = read_pairs(options.pairs)
    network = RunNetwork(run)
    people = sorted({name for name, _ in pictures_needed(folds)})
    listed = [
        f"{person}/{file.name}"
        for person in people
        if (options.path / person).is_dir() and "/" not in person and ".." not in person
        for file in sorted((options.path / person).iterdir())
    ]
    wanted = set(pictures_needed(folds))
    found = {picture: listed[row] for picture, row in pictures_by_name(listed).items() if picture in wanted}
    _check_formed(folds, found, options)
    embeddings, files, skipped = network.embed_files(options.path, sorted(found.values()))
    row_of = {file: row for row, file in enumerate(files)}
    lookup = {picture: row_of[file] for picture, file in found.items() if file in row_of}
    _check_formed(folds, lookup, options, unreadable=len(skipped))
    result = evaluate_pairs(folds, lookup, embeddings, far_levels=FAR_LEVELS | _asked(options))
    return {
        "run": options.run,
        **result.to_json(),
        "skipped": skipped,
        "notes": _alike(
            [
                (
                    f"{first[0]} {first[1]}",
                    f"{second[0]} {second[1]}",
                    embeddings[lookup[first]],
                    embeddings[lookup[second]],
                )
                for fold in folds
                for first, second in zip(fold.first, fold.second, strict=True)
                if first in lookup and second in lookup
            ]
        ),
    }


def _check_formed(
    folds: Sequence[PairList], there: Mapping[Picture, object], options: argparse.Namespace, unreadable: int = 0
) -> None:
    """Refuse a file of pairs none of which can be formed, with the names found beside those asked for."""
    pairs = [pair for fold in folds for pair in zip(fold.first, fold.second, strict=True)]
    if any(first in there and second in there for first, second in pairs):
        return
    asked = ", ".join(dict.fromkeys(picture_name(picture) for picture in pairs[0]))
    held = [picture.file for picture in list_pictures(options.path).files if picture.person]
    has = f"has {', '.join(held[:3])}{', ...' if len(held) > 3 else ''}" if held else "has no sub-folders with pictures"
    damaged = f", {unreadable:,} of them unreadable" if unreadable else ""
    raise ValueError(
        f"none of the {len(pairs):,} pairs can be formed: {options.pairs.name} asks for {asked} and so on, "
        f"{options.path} {has}{damaged}; give the folder that these pairs were made for"
    )


def _asked(options: argparse.Namespace) -> dict[str, float]:
    """Return the false accept rates of ``--far`` by the names that they have in JSON."""
    return {f"{far:g}": far for far in options.far}


def _alike(pairs: Sequence[tuple[str, str, np.ndarray, np.ndarray]]) -> list[str]:
    """Return a sentence on pairs whose two pictures are the same one."""
    found = [(one, other) for one, other, a, b in pairs if float(np.sum((a.astype(np.float64) - b) ** 2)) <= ALIKE]
    if not found:
        return []
    what = "1 pair compares" if len(found) == 1 else f"{len(found):,} pairs compare"
    return [
        f"{what} a picture with itself or a copy, such as {found[0][0]} and {found[0][1]}: "
        "that flatters the figures or spoils them."
    ]


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
            notes += _copies(embeddings, [faces.files[index] for index in indices])
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


def _copies(embeddings: np.ndarray, names: Sequence[str]) -> list[str]:
    """Return a sentence on pictures of a group that are there twice; the nearest of each is looked at."""
    near = Gallery(embeddings, np.arange(len(names))).nearest(embeddings, 1, leave_out=np.arange(len(names)))
    twins = [
        (names[min(one, other)], names[max(one, other)])
        for one, other in enumerate(near.index[:, 0].tolist())
        if near.squared_distance[one, 0] <= ALIKE
    ]
    if not twins or len(twins) == len(names) > 2:  # everywhere the same: a collapsed network, not copies
        return []
    return [
        f"{len(twins):,} pictures are there twice, such as {twins[0][0]} and {twins[0][1]}: they flatter the figures."
    ]


def _faces(fingerprint: str | None, options: argparse.Namespace, wanted: Any) -> FaceSet:
    if fingerprint is not None:
        try:
            return open_faces(fingerprint, root=options.faces_root)
        except FacesError:
            pass  # tidied away: prepared again
    return prepare(wanted, root=options.faces_root)


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
