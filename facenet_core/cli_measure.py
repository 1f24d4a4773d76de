"""``evaluate``: verification figures of a run's network."""

import argparse
from typing import Any

from facenet_core.cli_network import RunNetwork
from facenet_core.evaluation import evaluate_pairs, pictures_by_name, pictures_needed, read_pairs, verify_group
from facenet_core.faces import FacesError, FaceSet, open_faces, prepare, split_faces
from facenet_core.runs.storage import open_run
from facenet_core.runs.tracking import FINAL_RESAMPLES


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Measure a run on its own groups, or on the pairs of a file."""
    if (options.path is None) != (options.pairs is None):
        raise ValueError("--path and --pairs belong together: the pictures, and which of them are compared")
    result = _own_groups(options) if options.pairs is None else _listed_pairs(options)
    if not options.json:
        _tell(result)
    return result


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
    result = evaluate_pairs(folds, lookup, embeddings)
    return {"run": options.run, **result.to_json(), "skipped": skipped}


def _own_groups(options: argparse.Namespace) -> dict[str, Any]:
    """Measure on the run's unseen people and held-out images; the first of them that there is stands in front."""
    run = open_run(options.runs, options.run)
    record, network = run.record(), RunNetwork(run)
    faces = _faces(record.fingerprint, options, record.config.faces)
    wanted = record.config.faces
    split = split_faces(
        faces, people=wanted.people, images=wanted.images, people_list=wanted.people_list, seed=record.config.seed
    )
    groups = {}
    for name, indices in (("unseen", split.unseen), ("held_out", split.held_out)):
        if len(indices) >= 2:
            figures = verify_group(
                network.embed(faces.read(indices)),
                faces.people[indices],
                seed=record.config.seed,
                resamples=FINAL_RESAMPLES,
            )
            groups[name] = figures.to_json()
    if not groups:
        raise ValueError("the run's faces are too few to measure on: give --path and --pairs")
    front = next(iter(groups.values()))
    return {"run": run.id, "missing_pairs": 0, **front, "verification": groups, "notes": list(split.notes)}


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
            print(f"  threshold {group['threshold']:.3f} (squared distance)")
    if result["missing_pairs"]:
        print(f"{result['missing_pairs']} pairs could not be formed: {', '.join(result['missing_pictures'][:5])} ...")
