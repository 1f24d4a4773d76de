"""``embed``, ``verify``, ``identify`` and ``cluster``: a run's network put to use."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core import files
from facenet_core.cli_network import RunNetwork
from facenet_core.cli_pictures import Embedded, embedded, faceless, same_picture, say, store
from facenet_core.evaluation import Gallery
from facenet_core.evaluation.clustering_methods import CLUSTERINGS
from facenet_core.evaluation.grouping import group_faces
from facenet_core.evaluation.grouping_scores import alone_as_groups
from facenet_core.evaluation.ruler import distance_words
from facenet_core.exports.tables import check_parquet, csv_bytes, numbered, parquet_bytes
from facenet_core.faces import read_picture
from facenet_core.runs.storage import open_run

_FORMATS = (".npz", ".csv", ".parquet")
_CANDIDATES = 5


def _network(options: argparse.Namespace) -> RunNetwork:
    return RunNetwork(open_run(options.runs, options.run))


def embed(options: argparse.Namespace) -> dict[str, Any]:
    """Store the embeddings of all pictures of a folder."""
    out: Path = options.out
    if out.suffix not in _FORMATS:
        raise ValueError(f"--out must end in {', '.join(_FORMATS)}, got {out.name}")
    if not out.absolute().parent.is_dir():
        raise ValueError(f"--out must lie in a folder that is there, {out.parent} is not")
    network = _network(options)
    if out.suffix == ".parquet":
        check_parquet()
    shown = embedded(network, options.folder, people_from_names=options.people_from_names)
    _write(network, out, shown)
    people, size = len(set(shown.people) - {""}), int(shown.embeddings.shape[1])
    if not options.json:
        left_out = f", {len(shown.skipped)} files left out" if shown.skipped else ""
        print(f"{len(shown.names):,} embeddings of {size} numbers in {out}, {people:,} people{left_out}")
        say([], shown.skipped, shown.kinds)
    return {
        "run": options.run,
        "out": str(out),
        "images": len(shown.names),
        "people": people,
        "embedding_size": size,
        "skipped": shown.skipped,
        "kinds": dict(shown.kinds),
    }


def _write(network: RunNetwork, out: Path, shown: Embedded) -> None:
    if out.suffix == ".npz":
        store(network, out, shown)
        return
    write = csv_bytes if out.suffix == ".csv" else parquet_bytes
    files.write_bytes(out, write({"file": shown.names, "person": shown.people, **numbered(shown.embeddings)}))


def verify(options: argparse.Namespace) -> dict[str, Any]:
    """Tell whether two pictures show one person."""
    network = _network(options)
    photos = {path: read_picture(path) for path in (options.first, options.second)}
    images = np.stack([photos[options.first], photos[options.second]])
    threshold = network.threshold() if options.threshold is None else options.threshold
    first, second = network.embed(images).astype(np.float64)
    distance = float(np.sum((first - second) ** 2))
    same = distance <= threshold
    notes = [*network.collapse_notes(), *faceless(photos)]
    if np.array_equal(*images):
        notes.append("Both are the very same picture: this says nothing about recognising a person.")
    if not options.json:
        verdict = "the same person" if same else "different people"
        near, line = (distance_words(value, distance, threshold) for value in (distance, threshold))
        print(f"{verdict}: squared distance {near}, threshold {line}")
        say(notes)
    return {"run": options.run, "squared_distance": distance, "threshold": threshold, "same": same, "notes": notes}


def identify(options: argparse.Namespace) -> dict[str, Any]:
    """Find the person of a picture in a gallery."""
    network, photo = _network(options), read_picture(options.photo)
    threshold = network.threshold() if options.threshold is None else options.threshold
    known = embedded(network, options.gallery, by_person=True, people_from_names=options.people_from_names)
    gallery, probe = Gallery(known.embeddings, known.people), network.embed(photo[None])[0]
    found = gallery.nearest_people(probe, _CANDIDATES)
    candidates = [
        {"person": str(person), "squared_distance": float(squared), "file": known.names[index]}
        for person, squared, index in zip(found.person[0], found.squared_distance[0], found.index[0], strict=True)
    ]
    person = candidates[0]["person"] if candidates[0]["squared_distance"] <= threshold else "unknown"
    near = gallery.nearest(probe, _CANDIDATES)
    duplicates = same_picture(photo, known, near.index[0].tolist(), near.squared_distance[0])
    notes = [*network.collapse_notes(), *faceless({options.photo: photo})]
    if duplicates:
        notes.append(
            f"{options.photo} is in the gallery itself, as {', '.join(duplicates)}: "
            "finding the same picture says nothing about recognising a person."
        )
    if not options.json:
        beside = [threshold, *(candidate["squared_distance"] for candidate in candidates)]
        print(f"{person} (threshold {distance_words(threshold, *beside)}); nearest:")
        for candidate in candidates:
            print(f"  {distance_words(candidate['squared_distance'], *beside)}  {candidate['person']}")
        say(notes, known.skipped, known.kinds)
    return {
        "run": options.run,
        "person": person,
        "threshold": threshold,
        "candidates": candidates,
        "people": len(set(known.people)),
        "duplicates": duplicates,
        "notes": notes,
        "skipped": known.skipped,
        "kinds": dict(known.kinds),
    }


def cluster(options: argparse.Namespace) -> dict[str, Any]:
    """Sort pictures by person; by default any two at most the threshold apart are of one."""
    network, method = _network(options), CLUSTERINGS[options.method]
    if method.people and options.people is None:
        raise ValueError(f"--method {options.method} has to be told how many people there are: give --people")
    threshold = network.threshold() if options.threshold is None and method.threshold else options.threshold
    shown = embedded(network, options.folder)
    read = shown.names
    found = group_faces(
        shown.embeddings, options.method, smallest=options.smallest, people=options.people, seed=options.seed
    ).at(threshold or 0.0)
    labels = alone_as_groups(found)  # a face in no group is a person of its own
    groups = [[read[i] for i in np.flatnonzero(labels == label)] for label in range(int(labels.max()) + 1)]
    groups.sort(key=len, reverse=True)
    if not options.json:
        _print_groups(groups)
        say(network.collapse_notes(), shown.skipped, shown.kinds)
    return {
        "run": options.run,
        "threshold": threshold if method.threshold else None,
        "method": options.method,
        "people": len(groups),
        "groups": groups,
        "alone": [read[i] for i in np.flatnonzero(found < 0)],
        "images": len(read),
        "skipped": shown.skipped,
        "kinds": dict(shown.kinds),
    }


def _print_groups(groups: list[list[str]]) -> None:
    for number, group in enumerate(groups, start=1):
        shown = ", ".join(group[:4]) + (", ..." if len(group) > 4 else "")
        print(f"person {number}: {len(group)} pictures: {shown}")
