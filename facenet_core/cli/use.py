"""``embed``, ``verify`` and ``identify``: a run's network put to use."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from facenet_core import files
from facenet_core.cli.checks import run_to_use
from facenet_core.cli.network import RunNetwork
from facenet_core.cli.pictures import Embedded, embedded, faceless, same_picture, say, store
from facenet_core.evaluation import Gallery
from facenet_core.evaluation.pairs.ruler import distance_words
from facenet_core.exports.tables import check_parquet, csv_bytes, numbered, parquet_bytes
from facenet_core.faces import read_picture
from facenet_core.faces.photos.duplicates import is_featureless
from facenet_core.runs.run_collapse import collapse_of
from facenet_core.runs.thresholds.in_use import (
    ThresholdInUse,
    likeness,
    pair_words,
    share_as_near,
    threshold_in_use,
    warnings_of,
)

_FORMATS = (".npz", ".csv", ".parquet")
_CANDIDATES = 5


def network_of(options: argparse.Namespace) -> RunNetwork:
    """Return the network of the run that was named."""
    return RunNetwork(run_to_use(options.runs, options.run))


def embed(options: argparse.Namespace) -> dict[str, Any]:
    """Store the embeddings of all pictures of a folder."""
    out: Path = options.out
    if out.suffix not in _FORMATS:
        raise ValueError(f"--out must end in {', '.join(_FORMATS)}, got {out.name}")
    if not out.absolute().parent.is_dir():
        raise ValueError(f"--out must lie in a folder that is there, {out.parent} is not")
    network = network_of(options)
    if out.suffix == ".parquet":
        check_parquet()
    shown = embedded(network, options.folder, people_from_names=options.people_from_names)
    _write(network, out, shown)
    people, size = len(set(shown.people) - {""}), int(shown.embeddings.shape[1])
    if not options.json:
        whose = "1 person" if people == 1 else f"{people:,} people"
        print(f"{len(shown.names):,} embeddings of {size} numbers in {out}, of {whose}")
        say(shown.notes, shown.skipped, shown.kinds)
    return {
        "run": options.run,
        "out": str(out),
        "images": len(shown.names),
        "people": people,
        "embedding_size": size,
        "skipped": shown.skipped,
        "kinds": dict(shown.kinds),
        "notes": shown.notes,
    }


def _write(network: RunNetwork, out: Path, shown: Embedded) -> None:
    if out.suffix == ".npz":
        store(network, out, shown)
        return
    write = csv_bytes if out.suffix == ".csv" else parquet_bytes
    files.write_bytes(out, write({"file": shown.names, "person": shown.people, **numbered(shown.embeddings)}))


def verify(options: argparse.Namespace) -> dict[str, Any]:
    """Tell whether two pictures show one person."""
    network = network_of(options)
    photos = {path: read_picture(path) for path in (options.first, options.second)}
    images = np.stack([photos[options.first], photos[options.second]])
    use = threshold_of(network, options)
    first, second = network.embed(images).astype(np.float64)
    distance = float(np.sum((first - second) ** 2))
    same = distance <= use.value
    notes = [*network.collapse_notes(), *faceless(photos), *warnings_of(use)]
    where = pair_words(use, distance)
    if where is not None:
        notes.append(where)
    if np.array_equal(*images) and not is_featureless(images[0]):
        notes.append("Both are the very same picture: this says nothing about recognising a person.")
    if not options.json:
        verdict = "the same person" if same else "different people"
        near, line = (distance_words(value, distance, use.value) for value in (distance, use.value))
        print(f"{verdict}: squared distance {near}, threshold {line}")
        say_origin(use)
        say(notes)
    return {
        "run": options.run,
        "squared_distance": distance,
        "threshold": use.value,
        "same": same,
        "threshold_from": use.to_json(),
        "share_as_near": share_as_near(use, distance),
        "notes": notes,
    }


def threshold_of(network: RunNetwork, options: argparse.Namespace) -> ThresholdInUse:
    """Return the threshold of ``--threshold``, or the run's own; raise ValueError where it has none."""
    collapse = collapse_of(network.run)
    if collapse.now and options.threshold is None:
        raise ValueError(f"run {network.run.id} tells nobody apart. {collapse.words}")
    use = threshold_in_use(network.run, options.threshold)
    if use is None:
        raise ValueError(f"run {network.run.id} has measured no threshold: give one with --threshold")
    return use


def say_origin(use: ThresholdInUse) -> None:
    """Print whose faces a threshold comes from."""
    print(f"threshold {distance_words(use.value)}: {use.origin}")


def identify(options: argparse.Namespace) -> dict[str, Any]:
    """Find the person of a picture in a gallery."""
    network, photo = network_of(options), read_picture(options.photo)
    use = threshold_of(network, options)
    known = embedded(network, options.gallery, by_person=True, people_from_names=options.people_from_names)
    gallery, probe = Gallery(known.embeddings, known.people), network.embed(photo[None])[0]
    found = gallery.nearest_people(probe, _CANDIDATES)
    candidates = [
        {"person": str(person), "squared_distance": float(squared), "file": known.names[index]}
        for person, squared, index in zip(found.person[0], found.squared_distance[0], found.index[0], strict=True)
    ]
    person = candidates[0]["person"] if candidates[0]["squared_distance"] <= use.value else "unknown"
    near = gallery.nearest(probe, _CANDIDATES)
    duplicates = same_picture(photo, known, near.index[0].tolist(), near.squared_distance[0])
    alike = likeness(use, known.embeddings, known.people)
    notes = [*network.collapse_notes(), *faceless({options.photo: photo}), *warnings_of(use, alike)]
    notes += known.notes
    if duplicates:
        notes.append(
            f"{options.photo} is in the gallery itself, as {', '.join(duplicates)}: "
            "finding the same picture says nothing about recognising a person."
        )
    if not options.json:
        beside = [use.value, *(candidate["squared_distance"] for candidate in candidates)]
        print(f"{person} (threshold {distance_words(use.value, *beside)}); nearest:")
        for candidate in candidates:
            print(f"  {distance_words(candidate['squared_distance'], *beside)}  {candidate['person']}")
        say_origin(use)
        say(notes, known.skipped, known.kinds)
    return {
        "run": options.run,
        "person": person,
        "threshold": use.value,
        "threshold_from": use.to_json(),
        "alike": asdict(alike),
        "candidates": candidates,
        "people": len(set(known.people)),
        "duplicates": duplicates,
        "notes": notes,
        "skipped": known.skipped,
        "kinds": dict(known.kinds),
    }
