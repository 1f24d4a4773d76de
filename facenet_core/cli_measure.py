"""``evaluate``: verification figures of a run's network."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from facenet_core.cli_network import RunNetwork
from facenet_core.cli_pictures import ALIKE, say
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
from facenet_core.evaluation.ranking import FAR_LEVELS
from facenet_core.evaluation.ruler import distance_words
from facenet_core.evaluation.thresholds import val_at_far_json
from facenet_core.faces import FacesError, FaceSet, open_faces, prepare, split_faces
from facenet_core.runs.measured import gather, missing_words, same_figures, write_measured
from facenet_core.runs.records import GROUPS, HELD_OUT, UNSEEN
from facenet_core.runs.run_collapse import RunCollapse, collapse_of, nothing_known
from facenet_core.runs.storage import RunFolder, open_run
from facenet_core.runs.tracking import FINAL_RESAMPLES

Groups = Mapping[int, tuple[np.ndarray, np.ndarray]]  # place in GROUPS -> faces in the set, and their embeddings


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Measure a run on its own groups, or on the pairs of a file."""
    if (options.path is None) != (options.pairs is None):
        raise ValueError("--path and --pairs belong together: the pictures, and which of them are compared")
    result = _own_groups(options) if options.pairs is None else _listed_pairs(options)
    collapse = collapse_of(open_run(options.runs, options.run))
    if collapse.now:
        result = _collapsed(result, collapse)
    if not options.json:
        _tell(result)
    return result


def _collapsed(result: dict[str, Any], collapse: RunCollapse) -> dict[str, Any]:
    """Return the result without figures that faces on one point leave to chance."""
    groups = {name: nothing_known(group, collapse) for name, group in result.get("verification", {}).items()}
    whole = nothing_known(result, collapse) | ({"verification": groups} if groups else {})
    return whole | {"collapsed": True, "folds": [], "notes": [collapse.words, *result["notes"]]}


def _listed_pairs(options: argparse.Namespace) -> dict[str, Any]:
    """Follow LFW's protocol; only the pictures that the pairs name are read."""
    if not options.path.is_dir():
        raise ValueError(f"--path must be a folder with one sub-folder per person, {options.path} is none")
    folds = read_pairs(options.pairs)
    network = RunNetwork(open_run(options.runs, options.run))
    people = sorted({name for name, _ in pictures_needed(folds)})
    listed = [
        f"{person}/{file.name}"
        for person in people
        if (options.path / person).is_dir() and "/" not in person and ".." not in person
        for file in sorted((options.path / person).iterdir())
    ]
    wanted = set(pictures_needed(folds))
    found = {picture: listed[row] for picture, row in pictures_by_name(listed).items() if picture in wanted}
    embeddings, files, skipped = network.embed_files(options.path, sorted(found.values()))
    row_of = {file: row for row, file in enumerate(files)}
    lookup = {picture: row_of[file] for picture, file in found.items() if file in row_of}
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


def _own_groups(options: argparse.Namespace) -> dict[str, Any]:
    """Measure on the run's unseen people and held-out images; the first of them that there is stands in front."""
    run = open_run(options.runs, options.run)
    record, network = run.record(), RunNetwork(run)
    faces = _faces(record.fingerprint, options, record.config.faces)
    wanted = record.config.faces
    split = split_faces(
        faces, people=wanted.people, images=wanted.images, people_list=wanted.people_list, seed=record.config.seed
    )
    groups, notes, embedded = {}, list(split.notes), {}
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
    groups = result.get("verification") or {"listed pairs": result}
    for name, group in groups.items():
        figures = ", ".join(
            f"{label} {group[key]:.3f}"
            for key, label in (("accuracy", "accuracy"), ("auc", "AUC"), ("eer", "equal error rate"))
            if group.get(key) is not None
        )
        print(f"{name.replace('_', '-')}: {group['pairs']:,} pairs, {figures or 'nothing can be measured'}")
        if group.get("threshold") is not None:
            print(f"  threshold {distance_words(group['threshold'])} (squared distance)")
        for far, level in group["val_at_far_behind"].items():
            told = f"{level['val']:.3f}" if level["val"] is not None else level["note"]
            print(f"  VAL at FAR {far}: {told}")
        say([group["note"]] if group.get("note") and not result.get("collapsed") else [])
    say(result["notes"], result.get("skipped", ()))
    if result["missing_pairs"]:
        print(f"{result['missing_pairs']} pairs could not be formed: {', '.join(result['missing_pictures'][:5])} ...")
